/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of call servers, as people type them. Private to this room; pure functions. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GUri *yonder_signaling_parse_server (const char *uri, const char *path, GError **error);
char *yonder_signaling_host_of      (GUri *uri);

G_END_DECLS
