/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What answers at an address that somebody typed: a Yonder server, a Socket.IO server of which version, something else, or nobody.
 *
 * Asks with requests of its own, signs in nowhere, and leaves nothing behind. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_SERVER_KIND_YONDER,    /* speaks Yonder's own vocabulary; guests may be let in */
  YONDER_SERVER_KIND_SOCKET_IO, /* Socket.IO 3 or later, of another application */
  YONDER_SERVER_KIND_OLD,       /* Socket.IO 1 or 2, with which nothing can be done */
  YONDER_SERVER_KIND_OTHER,     /* no call server */
} YonderServerKind;

void             yonder_server_kind_find_async  (const char *server, GTlsDatabase *tls_database, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean         yonder_server_kind_find_finish (GAsyncResult *result, YonderServerKind *kind, GError **error);

G_END_DECLS
