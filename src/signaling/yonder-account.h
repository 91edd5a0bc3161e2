/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderAccount - one user on one call server, over HTTP: sign-in, the token's life, contacts, ICE servers.
 *
 * The paths come from the profile. Holds the token; the password passes through and is not kept. Thread: main context; all
 * operations are asynchronous and cancellable. Errors: YonderSignalingError.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "yonder-signaling.h"

G_BEGIN_DECLS

/* What somebody is to the user. */
typedef enum {
  YONDER_RELATION_CONTACT, /* also where the server does not say */
  YONDER_RELATION_ASKED,   /* the user has asked, and was not answered yet */
  YONDER_RELATION_ASKS,    /* has asked the user */
  YONDER_RELATION_NONE,    /* is seen because they are here, or was found */
} YonderRelation;

GType yonder_relation_get_type (void);
#define YONDER_TYPE_RELATION (yonder_relation_get_type ())

/* Somebody on the server, as its REST interface tells. A plain value. */
typedef struct {
  char          *id;
  char          *name;
  char          *email;      /* (nullable) */
  char          *avatar;     /* (nullable): URL or path */
  YonderPresence presence;
  YonderRelation relation;
} YonderPerson;

void yonder_person_free (YonderPerson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderPerson, yonder_person_free)

#define YONDER_TYPE_ACCOUNT (yonder_account_get_type ())
G_DECLARE_FINAL_TYPE (YonderAccount, yonder_account, YONDER, ACCOUNT, GObject)

/* @profile is a shipped profile's name or the path of a file. */
YonderAccount *yonder_account_new               (const char *server, const char *profile, GError **error);
const char    *yonder_account_get_server        (YonderAccount *self);
const char    *yonder_account_get_user_id       (YonderAccount *self);
const char    *yonder_account_get_user_name     (YonderAccount *self);
const char    *yonder_account_get_token         (YonderAccount *self);
void           yonder_account_set_tls_database  (YonderAccount *self, GTlsDatabase *database);

/* With a password: login. Without (NULL): as a guest known by a name only, where the server allows it. */
void        yonder_account_sign_in_async             (YonderAccount *self, const char *user, const char *password,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean    yonder_account_sign_in_finish            (YonderAccount *self, GAsyncResult *result, GError **error);
void        yonder_account_sign_in_with_token_async  (YonderAccount *self, const char *token,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean    yonder_account_sign_in_with_token_finish (YonderAccount *self, GAsyncResult *result, GError **error);
gboolean    yonder_account_adopt                     (YonderAccount *self, YonderAccount *fresh, GError **error);
void        yonder_account_sign_out_async            (YonderAccount *self,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean    yonder_account_sign_out_finish           (YonderAccount *self, GAsyncResult *result, GError **error);

/* (element-type YonderPerson) */
void        yonder_account_load_contacts_async       (YonderAccount *self,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray  *yonder_account_load_contacts_finish      (YonderAccount *self, GAsyncResult *result, GError **error);
void        yonder_account_search_async              (YonderAccount *self, const char *query,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray  *yonder_account_search_finish             (YonderAccount *self, GAsyncResult *result, GError **error);

/* What somebody looks like; @address is that of YonderPerson. Only from the server itself. */
void        yonder_account_load_picture_async        (YonderAccount *self, const char *address,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes     *yonder_account_load_picture_finish       (YonderAccount *self, GAsyncResult *result, GError **error);

/* How the user's contacts change on the server. */
typedef enum {
  YONDER_CONTACT_REQUEST,
  YONDER_CONTACT_ACCEPT,
  YONDER_CONTACT_REMOVE, /* a contact, a request that was sent, or one that is declined */
} YonderContactChange;

gboolean    yonder_account_can_search                (YonderAccount *self);
gboolean    yonder_account_can_change_contact        (YonderAccount *self, YonderContactChange change);
void        yonder_account_change_contact_async      (YonderAccount *self, YonderContactChange change, const char *id,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean    yonder_account_change_contact_finish     (YonderAccount *self, GAsyncResult *result, GError **error);

/* (element-type YonderIceServer) */
void        yonder_account_load_ice_servers_async    (YonderAccount *self,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GListModel *yonder_account_load_ice_servers_finish   (YonderAccount *self, GAsyncResult *result, gint64 *ttl_s, GError **error);

/* The signalling connection of this account, made when it is signed in; connect and disconnect it with its own functions. */
#define YONDER_TYPE_SOCKET_SIGNALING (yonder_socket_signaling_get_type ())
G_DECLARE_FINAL_TYPE (YonderSocketSignaling, yonder_socket_signaling, YONDER, SOCKET_SIGNALING, GObject)

YonderSocketSignaling *yonder_socket_signaling_new     (YonderAccount *account, YonderClock *clock);
void                   yonder_socket_signaling_set_takes_second_call (YonderSocketSignaling *self, gboolean takes);
void                   yonder_socket_signaling_open    (YonderSocketSignaling *self);
void                   yonder_socket_signaling_check   (YonderSocketSignaling *self);
void                   yonder_socket_signaling_close   (YonderSocketSignaling *self);
/* (nullable): why it is not online now, for the user */
const GError          *yonder_socket_signaling_get_last_error (YonderSocketSignaling *self);

G_END_DECLS
