/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderHostDialog - asks how other computers are to join the call server on this one: the user's own name, the port, a certificate.
 *
 * Port and certificate go into the settings when the user is done. Thread: main context. Signals:
 *   host (char *name)   the user wants that to be so
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define YONDER_TYPE_HOST_DIALOG (yonder_host_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderHostDialog, yonder_host_dialog, YONDER, HOST_DIALOG, AdwDialog)

YonderHostDialog *yonder_host_dialog_new (GSettings *settings, const char *name);

G_END_DECLS
