/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account.h"

#include <glib/gi18n.h>

#include "yonder-account-private.h"
#include "yonder-ice-server.h"
#include "yonder-json.h"
#include "yonder-person.h"
#include "yonder-rest.h"

/* chosen: a token of more than this is no header any more that servers take */
#define MAX_TOKEN 8192
#define MAX_TTL_S (366 * 24 * 3600)

struct _YonderAccount {
  GObject parent_instance;

  /* owned */
  YonderProfile *profile;
  YonderRest    *rest;
  GTlsDatabase  *tls_database;  /* (nullable) */
  char          *server;
  char          *user_id;       /* (nullable) */
  char          *user_name;     /* (nullable) */
  char          *token;         /* (nullable) */
  char          *refresh_token; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (YonderAccount, yonder_account, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_USER_ID,
  PROP_USER_NAME,
  PROP_TOKEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* A text of the answer to @operation, where the profile says that it is. */
static const char *
find_text (YonderAccount *self, const char *operation, const char *field, JsonNode *root)
{
  JsonNode *node = yonder_profile_find_answer (self->profile, operation, field, root);
  const char *text = node != NULL ? yonder_json_get_string (node, "", MAX_TOKEN, NULL) : NULL;

  return text != NULL && *text != '\0' ? text : NULL;
}

static void
set_token (YonderAccount *self, const char *token)
{
  yonder_rest_set_token (self->rest, token);
  if (g_set_str (&self->token, token))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOKEN]);
}

static void
set_user (YonderAccount *self, const char *id, const char *name)
{
  if (g_set_str (&self->user_id, id))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USER_ID]);
  if (g_set_str (&self->user_name, name))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USER_NAME]);
}

/* Takes the token out of an answer; whether there was one. */
static gboolean
take_token (YonderAccount *self, const char *operation, JsonNode *root)
{
  const char *token = find_text (self, operation, "token", root);
  const char *refresh = find_text (self, operation, "refresh-token", root);

  if (token == NULL)
    return FALSE;
  set_token (self, token);
  if (refresh != NULL)
    g_set_str (&self->refresh_token, refresh);

  return TRUE;
}

static gboolean
take_user (YonderAccount *self, const char *operation, JsonNode *root)
{
  JsonNode *user = yonder_profile_find_answer (self->profile, operation, "user", root);
  g_autoptr (YonderPerson) person = user != NULL ? yonder_person_parse (self->profile, user) : NULL;

  if (person == NULL)
    return FALSE;
  set_user (self, person->id, person->name);

  return TRUE;
}

/* One request, repeated once with a fresh token where the old one is not valid any more. */
typedef struct {
  char    *operation;
  char    *about; /* (nullable) */
  gboolean is_repeated;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->operation);
  g_free (loading->about);
  g_free (loading);
}

static void on_loaded (GObject *source, GAsyncResult *result, gpointer data);

static void
on_refreshed_for_load (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderAccount *self = YONDER_ACCOUNT (source);
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Loading *loading = g_task_get_task_data (task);

  if (!yonder_account_refresh_finish (self, result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    yonder_rest_ask_async (self->rest, loading->operation, loading->about, NULL, cancellable, on_loaded, g_steal_pointer (&task));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderAccount *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  Loading *loading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = yonder_rest_ask_finish (YONDER_REST (source), result, &error);

  if (root != NULL) {
    g_task_return_pointer (task, g_steal_pointer (&root), (GDestroyNotify) json_node_unref);
  } else if (g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED) && !loading->is_repeated &&
           yonder_rest_has (self->rest, "refresh")) {
    loading->is_repeated = TRUE;
    yonder_account_refresh_async (self, cancellable, on_refreshed_for_load, g_steal_pointer (&task));
  } else {
    g_task_return_error (task, g_steal_pointer (&error));
  }
}

static void
load_async (YonderAccount *self, const char *operation, const char *about, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Loading *loading = g_new0 (Loading, 1);

  g_task_set_source_tag (task, load_async);
  loading->operation = g_strdup (operation);
  loading->about = g_strdup (about);
  g_task_set_task_data (task, loading, loading_free);
  yonder_rest_ask_async (self->rest, operation, about, NULL, cancellable, on_loaded, g_steal_pointer (&task));
}

static JsonNode *
load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static GError *
no_server_of_this_kind (YonderAccount *self)
{
  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
                      _("%s answers, but not as a call server of the chosen kind does. Check the address."), self->server);
}


/* The user of the token, where the sign-in itself did not tell. */
static const char *
operation_that_tells_who (YonderAccount *self)
{
  return yonder_rest_has (self->rest, "verify") ? "verify" : yonder_rest_has (self->rest, "me") ? "me" : NULL;
}

static void
on_user_known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderAccount *self = YONDER_ACCOUNT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = load_finish (result, &error);

  if (root != NULL && take_user (self, operation_that_tells_who (self), root)) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  set_token (self, NULL);
  g_task_return_error (task, root != NULL ? no_server_of_this_kind (self) : g_steal_pointer (&error));
}

/* Takes @task. A server that has no way to tell lets in whoever has a token. */
static void
ask_who_it_is (YonderAccount *self, GTask *task)
{
  const char *operation = operation_that_tells_who (self);

  if (operation != NULL) {
    load_async (self, operation, NULL, g_task_get_cancellable (task), on_user_known, task);
    return;
  }

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* A sign-in that is refused is about the name and the password, whatever a 400 or a 403 else means. */
static GError *
explain_sign_in (YonderAccount *self, GError *error, gboolean is_guest)
{
  gboolean is_refused = g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED);

  if (is_guest && is_refused)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED,
                        _("%s does not let guests in. Sign in with a password."), self->server);
  if (is_refused)
    return g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED,
                                _("The user name or the password is not right. Check both and try again."));

  return g_error_copy (error);
}

static void
signed_in (GTask *task, GObject *source, GAsyncResult *result, const char *operation)
{
  g_autoptr (GTask) owned = task;
  YonderAccount *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = yonder_rest_ask_finish (YONDER_REST (source), result, &error);

  if (root == NULL) {
    g_task_return_error (task, explain_sign_in (self, error, g_str_equal (operation, "guest")));
    return;
  }
  if (!take_token (self, operation, root)) {
    g_task_return_error (task, no_server_of_this_kind (self));
    return;
  }

  if (take_user (self, operation, root))
    g_task_return_boolean (task, TRUE);
  else
    ask_who_it_is (self, g_steal_pointer (&owned));
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer data)
{
  signed_in (data, source, result, "login");
}

static void
on_guest_signed_in (GObject *source, GAsyncResult *result, gpointer data)
{
  signed_in (data, source, result, "guest");
}


static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderAccount *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = yonder_rest_ask_finish (YONDER_REST (source), result, &error);

  if (root != NULL && take_token (self, "refresh", root))
    g_task_return_boolean (task, TRUE);
  else if (root != NULL || g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED) ||
           g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED))
    g_task_return_new_error_literal (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED,
                                     _("The sign-in is not valid any more. Sign in again."));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
yonder_account_refresh_async (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (JsonNode) body = yonder_profile_build_request (self->profile, "refresh", "refresh-token", self->refresh_token, NULL);

  g_task_set_source_tag (task, yonder_account_refresh_async);
  if (self->token == NULL || !yonder_rest_has (self->rest, "refresh")) {
    g_task_return_new_error_literal (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED,
                                     _("The sign-in is not valid any more. Sign in again."));
    return;
  }
  yonder_rest_ask_async (self->rest, "refresh", NULL, body, cancellable, on_refreshed, g_steal_pointer (&task));
}

gboolean
yonder_account_refresh_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
yonder_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderAccount *self = YONDER_ACCOUNT (object);

  switch (id) {
  case PROP_USER_ID:
    g_value_set_string (value, self->user_id);
    break;
  case PROP_USER_NAME:
    g_value_set_string (value, self->user_name);
    break;
  case PROP_TOKEN:
    g_value_set_string (value, self->token);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_account_finalize (GObject *object)
{
  YonderAccount *self = YONDER_ACCOUNT (object);

  g_clear_pointer (&self->profile, yonder_profile_unref);
  g_clear_object (&self->rest);
  g_clear_object (&self->tls_database);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->user_id, g_free);
  g_clear_pointer (&self->user_name, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->refresh_token, g_free);

  G_OBJECT_CLASS (yonder_account_parent_class)->finalize (object);
}

static void
yonder_account_class_init (YonderAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yonder_account_get_property;
  object_class->finalize = yonder_account_finalize;

  properties[PROP_USER_ID] = g_param_spec_string ("user-id", NULL, NULL, NULL, flags);
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, flags);
  properties[PROP_TOKEN] = g_param_spec_string ("token", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_account_init (YonderAccount *self)
{
}

/**
 * yonder_account_new:
 * @server: the address of the call server
 * @profile: the name of a shipped profile, or the path of a file
 * @error: return location for %YONDER_SIGNALING_ERROR_INVALID for the address, or a [error@Yonder.ProfileError]
 *
 * Returns: (transfer full) (nullable): an account that is not signed in
 */
YonderAccount *
yonder_account_new (const char *server, const char *profile, GError **error)
{
  g_autoptr (YonderProfile) loaded = NULL;
  g_autoptr (YonderRest) rest = NULL;
  YonderAccount *self;

  loaded = strchr (profile, '/') != NULL ? yonder_profile_new_from_file (profile, error) : yonder_profile_new_shipped (profile, error);
  if (loaded == NULL)
    return NULL;
  rest = yonder_rest_new (server, loaded, error);
  if (rest == NULL)
    return NULL;

  self = g_object_new (YONDER_TYPE_ACCOUNT, NULL);
  self->server = g_strdup (server);
  self->profile = g_steal_pointer (&loaded);
  self->rest = g_steal_pointer (&rest);

  return self;
}

const char *
yonder_account_get_server (YonderAccount *self)
{
  return self->server;
}

/* (nullable) before sign-in, and where the server has no way to tell */
const char *
yonder_account_get_user_id (YonderAccount *self)
{
  return self->user_id;
}

const char *
yonder_account_get_user_name (YonderAccount *self)
{
  return self->user_name;
}

/* (nullable): what the server knows this sign-in by; to be kept where secrets are kept */
const char *
yonder_account_get_token (YonderAccount *self)
{
  return self->token;
}

/* (nullable) @database: whom to trust instead of the system's authorities, for the signalling connection too */
void
yonder_account_set_tls_database (YonderAccount *self, GTlsDatabase *database)
{
  g_set_object (&self->tls_database, database);
  yonder_rest_set_tls_database (self->rest, database);
}

YonderProfile *
yonder_account_get_profile (YonderAccount *self)
{
  return self->profile;
}

GTlsDatabase *
yonder_account_get_tls_database (YonderAccount *self)
{
  return self->tls_database;
}

/**
 * yonder_account_sign_in_async:
 * @self: an account
 * @user: the user's name or e-mail address on the server
 * @password: (nullable): %NULL to come as a guest of that name
 * @cancellable: (nullable): ends it
 * @callback: called when the server has answered
 * @user_data: for @callback
 *
 * Signs in. The password is sent and forgotten.
 */
void
yonder_account_sign_in_async (YonderAccount *self, const char *user, const char *password,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (JsonNode) body = NULL;

  g_task_set_source_tag (task, yonder_account_sign_in_async);
  set_token (self, NULL);
  g_clear_pointer (&self->refresh_token, g_free);
  if (password != NULL) {
    body = yonder_profile_build_request (self->profile, "login", "user", user, "password", password, NULL);
    yonder_rest_ask_async (self->rest, "login", NULL, body, cancellable, on_signed_in, g_steal_pointer (&task));
  } else {
    body = yonder_profile_build_request (self->profile, "guest", "name", user, NULL);
    yonder_rest_ask_async (self->rest, "guest", NULL, body, cancellable, on_guest_signed_in, g_steal_pointer (&task));
  }
}

/**
 * yonder_account_sign_in_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: whether the account is signed in now; else @error is set: %YONDER_SIGNALING_ERROR_UNAUTHORIZED for a wrong name or password,
 *   %YONDER_SIGNALING_ERROR_UNREACHABLE, %YONDER_SIGNALING_ERROR_CERTIFICATE, %YONDER_SIGNALING_ERROR_NOT_SOCKET_IO where something
 *   else answers, %YONDER_SIGNALING_ERROR_REJECTED in the server's words, %G_IO_ERROR_CANCELLED
 */
gboolean
yonder_account_sign_in_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * yonder_account_sign_in_with_token_async:
 * @self: an account
 * @token: what an earlier sign-in gave
 * @cancellable: (nullable): ends it
 * @callback: called when the server has answered
 * @user_data: for @callback
 *
 * Takes up an earlier sign-in; a token that has expired is replaced where the server allows that.
 */
void
yonder_account_sign_in_with_token_async (YonderAccount *self, const char *token,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_account_sign_in_with_token_async);
  set_token (self, token);
  ask_who_it_is (self, g_steal_pointer (&task));
}

/* As yonder_account_sign_in_finish(); UNAUTHORIZED: the token is not valid any more. */
gboolean
yonder_account_sign_in_with_token_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = yonder_rest_ask_finish (YONDER_REST (source), result, &error);

  if (root == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Tells the server to forget the token, and forgets it at once whatever the server says. */
void
yonder_account_sign_out_async (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (JsonNode) body = yonder_profile_build_request (self->profile, "logout", "refresh-token", self->refresh_token, NULL);

  g_task_set_source_tag (task, yonder_account_sign_out_async);
  if (self->token == NULL || !yonder_rest_has (self->rest, "logout"))
    g_task_return_boolean (task, TRUE);
  else
    yonder_rest_ask_async (self->rest, "logout", NULL, body, cancellable, on_signed_out, g_steal_pointer (&task));

  set_token (self, NULL);
  g_clear_pointer (&self->refresh_token, g_free);
  set_user (self, NULL, NULL);
}

gboolean
yonder_account_sign_out_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static GPtrArray *
people_finish (YonderAccount *self, const char *operation, GAsyncResult *result, GError **error)
{
  g_autoptr (JsonNode) root = load_finish (result, error);
  g_autoptr (GError) reason = NULL;
  GPtrArray *people;

  if (root == NULL)
    return NULL;
  people = yonder_people_parse (self->profile, yonder_profile_find_answer (self->profile, operation, "items", root), &reason);
  if (people == NULL) {
    g_debug ("no list of people: %s", reason->message);
    g_propagate_error (error, no_server_of_this_kind (self));
  }

  return people;
}

/* The user's contacts; where a token has expired it is replaced on the way. */
void
yonder_account_load_contacts_async (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  load_async (self, "contacts", NULL, cancellable, callback, user_data);
}

/**
 * yonder_account_load_contacts_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable) (element-type YonderPerson): the contacts, at most 10000, or %NULL with @error set as by
 *   [method@Yonder.Account.sign_in_finish]
 */
GPtrArray *
yonder_account_load_contacts_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  return people_finish (self, "contacts", result, error);
}

/* Users of the server whose name or address has @query in it. */
void
yonder_account_search_async (YonderAccount *self, const char *query, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  load_async (self, "search", query, cancellable, callback, user_data);
}

/* As yonder_account_load_contacts_finish(). */
GPtrArray *
yonder_account_search_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  return people_finish (self, "search", result, error);
}

/* The STUN and TURN servers, with credentials, that this server lends. */
void
yonder_account_load_ice_servers_async (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  load_async (self, "ice-servers", NULL, cancellable, callback, user_data);
}

/**
 * yonder_account_load_ice_servers_finish:
 * @self: the account
 * @result: what the callback was given
 * @ttl_s: (out) (optional): for how long their credentials are valid, 0 where the server does not say
 * @error: return location for a [error@Yonder.SignalingError] or [error@Yonder.IceError]
 *
 * Returns: (transfer full) (nullable): a list of [class@Yonder.IceServer], or %NULL with @error set
 */
GListModel *
yonder_account_load_ice_servers_finish (YonderAccount *self, GAsyncResult *result, gint64 *ttl_s, GError **error)
{
  g_autoptr (JsonNode) root = load_finish (result, error);
  JsonNode *items;
  GListStore *servers;
  gint64 ttl = 0;

  if (root == NULL)
    return NULL;
  items = yonder_profile_find_answer (self->profile, "ice-servers", "items", root);
  servers = yonder_ice_servers_parse (items != NULL ? items : root, &ttl, error);
  if (servers == NULL)
    return NULL;
  if (ttl_s != NULL)
    *ttl_s = CLAMP (ttl, 0, MAX_TTL_S);

  return G_LIST_MODEL (servers);
}
