/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderHost - the call server that lives in this process, and Echo on it.
 *
 * For a first start without any server: listens on loopback at a free port, lets guests in, and has a contact Echo that sends back
 * what it hears and sees. Where the settings say so it listens for other computers too, at the port and with the certificate that they
 * name. Stops when it is disposed of. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_HOST (yonder_host_get_type ())
G_DECLARE_FINAL_TYPE (YonderHost, yonder_host, YONDER, HOST, GObject)

YonderHost *yonder_host_new          (GSettings *settings, YonderClock *clock);
void        yonder_host_start_async  (YonderHost *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean    yonder_host_start_finish (YonderHost *self, GAsyncResult *result, GError **error);
void        yonder_host_stop         (YonderHost *self);
const char *yonder_host_get_uri      (YonderHost *self);
char      **yonder_host_list_uris    (YonderHost *self); /* (transfer full): for other computers */

/* (transfer full) (nullable): of a PEM file that has the private key too */
GTlsCertificate *yonder_host_load_certificate (const char *path, GError **error);

G_END_DECLS
