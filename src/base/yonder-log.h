/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log: structured GLib logging in which no credential, token or SDP secret appears, whoever wrote the line. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void  yonder_log_init (gboolean verbose);
char *yonder_redact   (const char *text);

G_END_DECLS
