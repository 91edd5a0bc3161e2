/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-secrets.h"

#include <libsecret/secret.h>
#include <string.h>

struct _YonderSecrets {
  GObject parent_instance;

  GHashTable *session; /* (element-type utf8 utf8): secrets that the service did not take */
  GPtrArray  *tasks;   /* (element-type GTask): under way or waiting, in the order of the calls */
  gboolean    is_persistent;
};

G_DEFINE_FINAL_TYPE (YonderSecrets, yonder_secrets, G_TYPE_OBJECT)

typedef enum { PROP_PERSISTENT = 1, N_PROPS } Property;

static GParamSpec *properties[N_PROPS];

static const SecretSchema schema = {
  "org.yondercall.Yonder", SECRET_SCHEMA_NONE,
  {
    { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "user", SECRET_SCHEMA_ATTRIBUTE_STRING },
  },
};

/* One call of the API: whose secret, and the secret where it is to be stored. */
typedef struct {
  char    *server;
  char    *user;
  char    *secret;
  void   (*begin) (GTask *task);
  gboolean has_begun;
} Request;

static void
free_secret (gpointer secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static void
request_free (Request *request)
{
  g_free (request->server);
  g_free (request->user);
  free_secret (request->secret);
  g_free (request);
}

static gboolean
is_same (const Request *one, const Request *other)
{
  return g_str_equal (one->server, other->server) && g_str_equal (one->user, other->user);
}

static gboolean
has_turn (YonderSecrets *self, GTask *task)
{
  for (guint i = 0; self->tasks->pdata[i] != task; i++) {
    if (is_same (g_task_get_task_data (self->tasks->pdata[i]), g_task_get_task_data (task)))
      return FALSE;
  }
  return TRUE;
}

/* One secret's calls are carried out one after another: stored right after it was cleared, it is there, however long the service
 * takes. */
static void
begin_all (YonderSecrets *self)
{
  for (guint i = 0; i < self->tasks->len; i++) {
    GTask *task = self->tasks->pdata[i];
    Request *request = g_task_get_task_data (task);

    if (request->has_begun || !has_turn (self, task))
      continue;
    request->has_begun = TRUE;
    request->begin (task);
  }
}

/* The array's reference to @task is the caller's now. */
static GTask *
end (gpointer data)
{
  GTask *task = data;
  YonderSecrets *self = g_task_get_source_object (task);
  guint position;

  if (g_ptr_array_find (self->tasks, task, &position))
    g_ptr_array_steal_index (self->tasks, position);
  begin_all (self);
  return task;
}

static void
start (YonderSecrets *self, const char *server, const char *user, const char *secret, void (*begin) (GTask *task),
       gpointer source_tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->server = g_strdup (server);
  request->user = g_strdup (user);
  request->secret = g_strdup (secret);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  request->begin = begin;
  g_ptr_array_add (self->tasks, task);
  begin_all (self);
}

/* Neither a host nor a user name that was typed in has a line break in it. */
static char *
session_key (const Request *request)
{
  return g_strconcat (request->server, "\n", request->user, NULL);
}

static void
set_persistent (YonderSecrets *self, gboolean is_persistent)
{
  if (self->is_persistent == is_persistent)
    return;
  self->is_persistent = is_persistent;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PERSISTENT]);
}

/* Whatever keeps the service from working (none there, locked, no session bus), the user is better off with a secret that lasts
 * for the session than with an error. Only a cancelled call ends here. */
static gboolean
can_fall_back (YonderSecrets *self, GTask *task, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, error);
    return FALSE;
  }

  if (self->is_persistent)
    g_message ("Secrets last for this session only, the Secret Service does not work: %s", error->message);
  g_error_free (error);
  set_persistent (self, FALSE);
  return TRUE;
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = end (user_data);
  YonderSecrets *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  if (secret_password_store_finish (result, &error)) {
    g_autofree char *key = session_key (request);

    g_hash_table_remove (self->session, key);
    set_persistent (self, TRUE);
  } else if (can_fall_back (self, task, error)) {
    g_hash_table_replace (self->session, session_key (request), g_steal_pointer (&request->secret));
  } else {
    return;
  }
  g_task_return_boolean (task, TRUE);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = end (user_data);
  YonderSecrets *self = g_task_get_source_object (task);
  g_autofree char *key = session_key (g_task_get_task_data (task));
  GError *error = NULL;
  char *stored = secret_password_lookup_finish (result, &error);
  char *secret;

  if (error != NULL && !can_fall_back (self, task, error))
    return;

  /* What was kept in memory is newer than what the service may have. */
  secret = g_strdup (g_hash_table_lookup (self->session, key));
  if (secret == NULL)
    secret = g_strdup (stored);
  g_clear_pointer (&stored, secret_password_free);
  g_task_return_pointer (task, secret, free_secret);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = end (user_data);
  YonderSecrets *self = g_task_get_source_object (task);
  g_autofree char *key = session_key (g_task_get_task_data (task));
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL && !can_fall_back (self, task, error))
    return;

  g_hash_table_remove (self->session, key);
  g_task_return_boolean (task, TRUE);
}

static void
begin_store (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  g_autofree char *label = g_strdup_printf ("Yonder: %s on %s", request->user, request->server);

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, request->secret, g_task_get_cancellable (task), on_stored,
                         task, "server", request->server, "user", request->user, NULL);
}

static void
begin_lookup (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  secret_password_lookup (&schema, g_task_get_cancellable (task), on_looked_up, task, "server", request->server, "user",
                          request->user, NULL);
}

static void
begin_clear (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  secret_password_clear (&schema, g_task_get_cancellable (task), on_cleared, task, "server", request->server, "user",
                         request->user, NULL);
}

static void
yonder_secrets_finalize (GObject *object)
{
  YonderSecrets *self = YONDER_SECRETS (object);

  g_hash_table_unref (self->session);
  g_ptr_array_unref (self->tasks);

  G_OBJECT_CLASS (yonder_secrets_parent_class)->finalize (object);
}

static void
yonder_secrets_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderSecrets *self = YONDER_SECRETS (object);

  switch ((Property) id) {
  case PROP_PERSISTENT:
    g_value_set_boolean (value, self->is_persistent);
    break;
  case N_PROPS:
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_secrets_class_init (YonderSecretsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = yonder_secrets_finalize;
  object_class->get_property = yonder_secrets_get_property;

  properties[PROP_PERSISTENT] = g_param_spec_boolean ("persistent", NULL, NULL, TRUE,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_secrets_init (YonderSecrets *self)
{
  self->session = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_secret);
  self->tasks = g_ptr_array_new ();
  self->is_persistent = TRUE;
}

/**
 * yonder_secrets_new:
 *
 * Returns: (transfer full): access to the user's secrets; nothing is asked of the Secret Service before the first call
 */
YonderSecrets *
yonder_secrets_new (void)
{
  return g_object_new (YONDER_TYPE_SECRETS, NULL);
}

/**
 * yonder_secrets_is_persistent:
 * @self: the secrets
 *
 * Returns: %FALSE once the Secret Service was found not to work: what is stored now ends with the session
 */
gboolean
yonder_secrets_is_persistent (YonderSecrets *self)
{
  return self->is_persistent;
}

/**
 * yonder_secrets_store_async:
 * @self: the secrets
 * @server: the server that the secret is for, as the user would know it
 * @user: the user's name there
 * @secret: a password, token or credential; is copied
 * @cancellable: (nullable): to stop waiting
 * @callback: called on the main context
 * @user_data: for @callback
 *
 * Keeps @secret, in place of one kept before for the same server and user.
 */
void
yonder_secrets_store_async (YonderSecrets *self, const char *server, const char *user, const char *secret,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  start (self, server, user, secret, begin_store, yonder_secrets_store_async, cancellable, callback, user_data);
}

/**
 * yonder_secrets_store_finish:
 * @self: the secrets
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE where the secret is kept, if only for the session; %FALSE with %G_IO_ERROR_CANCELLED
 */
gboolean
yonder_secrets_store_finish (YonderSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * yonder_secrets_lookup_async:
 * @self: the secrets
 * @server: as when it was stored
 * @user: as when it was stored
 * @cancellable: (nullable): to stop waiting
 * @callback: called on the main context
 * @user_data: for @callback
 *
 * Looks for a secret.
 */
void
yonder_secrets_lookup_async (YonderSecrets *self, const char *server, const char *user,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  start (self, server, user, NULL, begin_lookup, yonder_secrets_lookup_async, cancellable, callback, user_data);
}

/**
 * yonder_secrets_lookup_finish:
 * @self: the secrets
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the secret; %NULL without @error where there is none, %NULL with %G_IO_ERROR_CANCELLED
 */
char *
yonder_secrets_lookup_finish (YonderSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * yonder_secrets_clear_async:
 * @self: the secrets
 * @server: as when it was stored
 * @user: as when it was stored
 * @cancellable: (nullable): to stop waiting
 * @callback: called on the main context
 * @user_data: for @callback
 *
 * Forgets a secret.
 */
void
yonder_secrets_clear_async (YonderSecrets *self, const char *server, const char *user,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  start (self, server, user, NULL, begin_clear, yonder_secrets_clear_async, cancellable, callback, user_data);
}

/**
 * yonder_secrets_clear_finish:
 * @self: the secrets
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE where there is no such secret any more; %FALSE with %G_IO_ERROR_CANCELLED
 */
gboolean
yonder_secrets_clear_finish (YonderSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
