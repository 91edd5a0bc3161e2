/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderServer - the embedded call server: `vigi` events over Socket.IO 5, its REST interface, and a browser page at "/".
 *
 * For one machine or one office. Runs on the main context that started it; owns its listening sockets and its user store.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_SERVER_ERROR_ADDRESS_IN_USE,
  YONDER_SERVER_ERROR_LISTEN,
  YONDER_SERVER_ERROR_STORE,
  YONDER_SERVER_ERROR_CERTIFICATE,
} YonderServerError;

#define YONDER_SERVER_ERROR (yonder_server_error_quark ())
GQuark yonder_server_error_quark (void);

#define YONDER_TYPE_SERVER (yonder_server_get_type ())
G_DECLARE_FINAL_TYPE (YonderServer, yonder_server, YONDER, SERVER, GObject)

/* @database: path of the SQLite file, or NULL for accounts that last as long as the server */
YonderServer *yonder_server_new              (const char *database, YonderClock *clock);
void          yonder_server_set_allow_guests (YonderServer *self, gboolean allow);
void          yonder_server_set_tls          (YonderServer *self, GTlsCertificate *certificate);
void          yonder_server_set_turn         (YonderServer *self, const char * const *uris, const char *shared_secret,
                                              guint ttl_s);
void          yonder_server_set_public_origin (YonderServer *self, const char *origin);
/* @port 0: any free one. @everywhere FALSE: loopback only. */
gboolean      yonder_server_start            (YonderServer *self, guint port, gboolean everywhere, GError **error);
void          yonder_server_stop             (YonderServer *self);
const char   *yonder_server_get_uri          (YonderServer *self); /* (nullable): "http://127.0.0.1:PORT" */
const char   *yonder_server_get_own_uri      (YonderServer *self); /* (nullable) */
char        **yonder_server_list_uris        (YonderServer *self); /* (transfer full): where other computers reach it */
/* Makes an account, for scripts and tests. */
gboolean      yonder_server_add_user         (YonderServer *self, const char *email, const char *name, const char *password,
                                              GError **error);

G_END_DECLS
