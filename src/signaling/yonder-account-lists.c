/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-private.h"

#include "yonder-ice-server.h"
#include "yonder-json.h"
#include "yonder-person.h"

#define MAX_TTL_S (366 * 24 * 3600)
/* chosen: a photograph of a telephone that somebody has made smaller */
#define MAX_PICTURE (1024 * 1024)

/* One request, repeated once with a fresh token where the old one is not valid any more. */
typedef struct {
  char    *operation;
  char    *about; /* (nullable) */
  JsonNode *body; /* (nullable) */
  char    *token; /* (nullable): with which it was asked */
  gboolean is_repeated;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->operation);
  g_free (loading->about);
  g_clear_pointer (&loading->body, json_node_unref);
  g_free (loading->token);
  g_free (loading);
}

static void on_loaded (GObject *source, GAsyncResult *result, gpointer data);

/* Takes @task. */
static void
ask (GTask *task)
{
  YonderAccount *self = g_task_get_source_object (task);
  Loading *loading = g_task_get_task_data (task);

  g_set_str (&loading->token, self->token);
  yonder_rest_ask_async (self->rest, loading->operation, loading->about, loading->body, g_task_get_cancellable (task), on_loaded, task);
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (yonder_account_refresh_finish (YONDER_ACCOUNT (source), result, &error))
    ask (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
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
  } else if (!g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED) || loading->is_repeated ||
             !yonder_rest_has (self->rest, "refresh")) {
    g_task_return_error (task, g_steal_pointer (&error));
  } else {
    loading->is_repeated = TRUE;
    if (self->token != NULL && g_strcmp0 (self->token, loading->token) != 0) /* somebody has had it replaced already */
      ask (g_steal_pointer (&task));
    else
      yonder_account_refresh_async (self, cancellable, on_refreshed, g_steal_pointer (&task));
  }
}

/**
 * yonder_account_load_async:
 * @self: an account
 * @operation: what to ask for, in the words of the profile
 * @about: (nullable): what completes the path
 * @body: (nullable) (transfer none): what is sent along
 * @cancellable: (nullable): ends it
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks for something; where the token has expired it is replaced on the way.
 */
void
yonder_account_load_async (YonderAccount *self, const char *operation, const char *about, JsonNode *body, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Loading *loading = g_new0 (Loading, 1);

  g_task_set_source_tag (task, yonder_account_load_async);
  loading->operation = g_strdup (operation);
  loading->about = g_strdup (about);
  loading->body = body != NULL ? json_node_ref (body) : NULL;
  g_task_set_task_data (task, loading, loading_free);
  ask (g_steal_pointer (&task));
}

/**
 * yonder_account_load_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with @error set as by [method@Yonder.Account.refresh_finish]
 */
JsonNode *
yonder_account_load_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Those who ask to be a contact, where the server tells of them, and the profile knows where. */
static void
append_requests (YonderAccount *self, JsonNode *root, GPtrArray *people)
{
  JsonNode *array = yonder_profile_find_answer (self->profile, "contacts", "requests", root);
  g_autoptr (GPtrArray) requests = array != NULL ? yonder_people_parse (self->profile, array, NULL) : NULL;

  for (guint i = 0; requests != NULL && i < requests->len; i++)
    ((YonderPerson *) requests->pdata[i])->relation = YONDER_RELATION_ASKS;
  if (requests != NULL)
    g_ptr_array_extend_and_steal (people, g_steal_pointer (&requests));
}

static GPtrArray *
people_finish (YonderAccount *self, const char *operation, GAsyncResult *result, GError **error)
{
  g_autoptr (JsonNode) root = yonder_account_load_finish (self, result, error);
  g_autoptr (GError) reason = NULL;
  GPtrArray *people;

  if (root == NULL)
    return NULL;
  people = yonder_people_parse (self->profile, yonder_profile_find_answer (self->profile, operation, "items", root), &reason);
  if (people == NULL) {
    g_debug ("no list of people: %s", reason->message);
    g_propagate_error (error, yonder_account_misfit (self));
  } else if (strcmp (operation, "contacts") == 0) {
    append_requests (self, root, people);
  }

  return people;
}

/**
 * yonder_account_load_contacts_async:
 * @self: an account that is signed in
 * @cancellable: (nullable): ends it
 * @callback: called when they are there
 * @user_data: for @callback
 *
 * Loads the user's contacts; where the token has expired it is replaced on the way.
 */
void
yonder_account_load_contacts_async (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  yonder_account_load_async (self, "contacts", NULL, NULL, cancellable, callback, user_data);
}

/**
 * yonder_account_load_contacts_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable) (element-type YonderPerson): the contacts, at most 10000, and as many who
 *   ask to be one; or %NULL with @error set as by
 *   [method@Yonder.Account.sign_in_finish]
 */
GPtrArray *
yonder_account_load_contacts_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  return people_finish (self, "contacts", result, error);
}

/**
 * yonder_account_search_async:
 * @self: an account that is signed in
 * @query: a part of a name or an address
 * @cancellable: (nullable): ends it
 * @callback: called when the server has looked
 * @user_data: for @callback
 *
 * Looks for users of the server.
 */
void
yonder_account_search_async (YonderAccount *self, const char *query, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  yonder_account_load_async (self, "search", query, NULL, cancellable, callback, user_data);
}

/**
 * yonder_account_search_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable) (element-type YonderPerson): who was found, or %NULL with @error set as by
 *   [method@Yonder.Account.sign_in_finish]
 */
GPtrArray *
yonder_account_search_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  return people_finish (self, "search", result, error);
}

gboolean
yonder_account_can_search (YonderAccount *self)
{
  return yonder_rest_has (self->rest, "search");
}

static void
on_picture (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  GBytes *picture = yonder_rest_fetch_finish (YONDER_REST (source), result, &error);

  if (picture != NULL)
    g_task_return_pointer (task, picture, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * yonder_account_load_picture_async:
 * @self: an account that is signed in
 * @address: where the server says that the picture is
 * @cancellable: (nullable): ends it
 * @callback: called when it is there
 * @user_data: for @callback
 *
 * Gets the picture of somebody. One that is on another server than the account is not asked for: whoever chose it would learn who looks.
 */
void
yonder_account_load_picture_async (YonderAccount *self, const char *address, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_account_load_picture_async);
  yonder_rest_fetch_async (self->rest, address, MAX_PICTURE, cancellable, on_picture, task);
}

/**
 * yonder_account_load_picture_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the file, of whatever format, or %NULL with @error set
 */
GBytes *
yonder_account_load_picture_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static const char * const change_operations[] = {
  [YONDER_CONTACT_REQUEST] = "contact-request", [YONDER_CONTACT_ACCEPT] = "contact-accept", [YONDER_CONTACT_REMOVE] = "contact-remove",
};

gboolean
yonder_account_can_change_contact (YonderAccount *self, YonderContactChange change)
{
  return yonder_rest_has (self->rest, change_operations[change]);
}

/**
 * yonder_account_change_contact_async:
 * @self: an account that is signed in
 * @change: what shall become of it
 * @id: the other user
 * @cancellable: (nullable): ends it
 * @callback: called when the server has answered
 * @user_data: for @callback
 *
 * Asks somebody to be a contact, accepts who has asked, or removes a contact or a request of either side.
 */
void
yonder_account_change_contact_async (YonderAccount *self, YonderContactChange change, const char *id, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data)
{
  const char *operation = change_operations[change];
  gboolean is_in_path = change == YONDER_CONTACT_REMOVE;
  g_autoptr (JsonNode) body = is_in_path ? NULL : yonder_profile_build_request (self->profile, operation, "id", id, NULL);

  yonder_account_load_async (self, operation, is_in_path ? id : NULL, body, cancellable, callback, user_data);
}

/**
 * yonder_account_change_contact_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: whether the server has done it; else @error is set as by [method@Yonder.Account.sign_in_finish]
 */
gboolean
yonder_account_change_contact_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_autoptr (JsonNode) root = yonder_account_load_finish (self, result, error);

  return root != NULL;
}

/**
 * yonder_account_load_ice_servers_async:
 * @self: an account that is signed in
 * @cancellable: (nullable): ends it
 * @callback: called when they are there
 * @user_data: for @callback
 *
 * Asks for the STUN and TURN servers, with credentials, that this server lends.
 */
void
yonder_account_load_ice_servers_async (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  yonder_account_load_async (self, "ice-servers", NULL, NULL, cancellable, callback, user_data);
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
  g_autoptr (JsonNode) root = yonder_account_load_finish (self, result, error);
  JsonNode *items;
  GListStore *servers;
  gint64 ttl = 0;

  if (root == NULL)
    return NULL;
  items = yonder_profile_find_answer (self->profile, "ice-servers", "items", root);
  servers = yonder_ice_servers_parse (items != NULL ? items : root, &ttl, error);
  if (servers == NULL)
    return NULL;
  /* a profile may point at the list alone, beside which the time stands */
  if (ttl <= 0)
    ttl = yonder_ice_servers_read_ttl (root);
  if (ttl_s != NULL)
    *ttl_s = CLAMP (ttl, 0, MAX_TTL_S);

  return G_LIST_MODEL (servers);
}
