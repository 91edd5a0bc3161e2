/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-account.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-ice-fetch.h"
#include "yonder-json.h"
#include "yonder-kept-file.h"

#define MAX_FILE (64 * 1024)
#define MAX_VALUE 2048

G_DEFINE_QUARK (yonder-ice-provider-error-quark, yonder_ice_provider_error)

struct _YonderIceAccount {
  GObject parent_instance;

  YonderKeptFile *file;    /* (nullable) */
  YonderSecrets  *secrets; /* (nullable) */
  char           *base;    /* (nullable) */

  const YonderIceProviderKind *kind; /* (nullable) */
  GHashTable     *values;  /* (element-type utf8 utf8) */
  gboolean        is_loaded;
  gboolean        is_loading;
  GPtrArray      *loads;   /* (element-type GTask) */
};

static void provider_init (YonderIceProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderIceAccount, yonder_ice_account, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_ICE_PROVIDER, provider_init))

enum {
  PROP_KIND = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const YonderIceKindField *
secret_field (const YonderIceProviderKind *kind)
{
  for (const YonderIceKindField *field = kind->fields; field->name != NULL; field++) {
    if (field->is_secret)
      return field;
  }
  return NULL;
}

static char *
secret_server (const YonderIceProviderKind *kind)
{
  return g_strconcat ("ice-provider/", kind->nick, NULL);
}

/* Some kinds have no account but an address. */
static const char *
secret_user (YonderIceAccount *self)
{
  const char *user = g_hash_table_lookup (self->values, "account");

  return user != NULL && *user != '\0' ? user : "yonder";
}

/* --- Keeping it --- */

static void
save (YonderIceAccount *self)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (root, object);
  if (self->kind != NULL)
    json_object_set_string_member (object, "provider", self->kind->nick);
  for (guint i = 0; self->kind != NULL && self->kind->fields[i].name != NULL; i++) {
    const char *value = g_hash_table_lookup (self->values, self->kind->fields[i].name);

    if (!self->kind->fields[i].is_secret && value != NULL)
      json_object_set_string_member (object, self->kind->fields[i].name, value);
  }

  yonder_kept_file_write (self->file, yonder_json_print (root));
}

static void
finish_load (YonderIceAccount *self)
{
  g_autoptr (GPtrArray) loads = g_steal_pointer (&self->loads);

  self->loads = g_ptr_array_new_with_free_func (g_object_unref);
  self->is_loading = FALSE;
  self->is_loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KIND]);
  for (guint i = 0; i < loads->len; i++)
    g_task_return_boolean (loads->pdata[i], TRUE);
}

static void
on_secret_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderIceAccount) self = data;
  char *secret = yonder_secrets_lookup_finish (YONDER_SECRETS (source), result, NULL);

  if (secret != NULL && self->kind != NULL && !g_hash_table_contains (self->values, "secret"))
    g_hash_table_replace (self->values, g_strdup ("secret"), g_steal_pointer (&secret));
  g_free (secret);
  finish_load (self);
}

static void
take_file (YonderIceAccount *self, JsonNode *root)
{
  const YonderIceProviderKind *kind = yonder_ice_provider_kind_find (yonder_json_get_string (root, "provider", 64, NULL));

  /* What was set meanwhile is newer than the file. */
  if (kind == NULL || self->kind != NULL)
    return;
  self->kind = kind;
  for (guint i = 0; kind->fields[i].name != NULL; i++) {
    const char *value = kind->fields[i].is_secret ? NULL : yonder_json_get_string (root, kind->fields[i].name, MAX_VALUE, NULL);

    if (value != NULL)
      g_hash_table_replace (self->values, g_strdup (kind->fields[i].name), g_strdup (value));
  }
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderIceAccount) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = yonder_kept_file_read_finish (YONDER_KEPT_FILE (source), result, &error);
  g_autofree char *server = NULL;

  if (text != NULL)
    root = yonder_json_parse (text, -1, MAX_FILE, &error);
  if (root != NULL)
    take_file (self, root);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_warning ("The account at the provider cannot be read: %s", error->message);

  if (self->kind == NULL || secret_field (self->kind) == NULL) {
    finish_load (self);
    return;
  }
  server = secret_server (self->kind);
  yonder_secrets_lookup_async (self->secrets, server, secret_user (self), NULL, on_secret_found, g_object_ref (self));
}

/**
 * yonder_ice_account_load_async:
 * @self: the account
 * @cancellable: (nullable): to stop waiting
 * @callback: called on the main context
 * @user_data: for @callback
 *
 * Reads which account there is, once; later calls are answered as soon as that is done.
 */
void
yonder_ice_account_load_async (YonderIceAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_ice_account_load_async);
  if (self->is_loaded || self->file == NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  g_ptr_array_add (self->loads, task);
  if (self->is_loading)
    return;
  self->is_loading = TRUE;
  yonder_kept_file_read_async (self->file, NULL, on_read, g_object_ref (self));
}

gboolean
yonder_ice_account_load_finish (YonderIceAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- As a provider --- */

static char *
dup_title (YonderIceProvider *provider)
{
  YonderIceAccount *self = YONDER_ICE_ACCOUNT (provider);

  return g_strdup (self->kind != NULL ? _(self->kind->title) : _("your provider"));
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  YonderIceLease *lease = yonder_ice_fetch_finish (result, &error);

  if (lease != NULL)
    g_task_return_pointer (task, lease, (GDestroyNotify) yonder_ice_lease_unref);
  else
    g_task_return_error (task, error);
}

static void
on_loaded_for_lease (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderIceAccount *self = YONDER_ICE_ACCOUNT (source);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  if (!yonder_ice_account_load_finish (self, result, &error)) {
    g_task_return_error (task, error);
  } else if (self->kind == NULL) {
    g_autoptr (GListStore) none = g_list_store_new (YONDER_TYPE_ICE_SERVER);

    g_task_return_pointer (task, yonder_ice_lease_new (G_LIST_MODEL (none), -1), (GDestroyNotify) yonder_ice_lease_unref);
  } else {
    yonder_ice_fetch_async (self->kind, self->base, self->values, cancellable, on_fetched, g_steal_pointer (&task));
  }
}

static void
lease_async (YonderIceProvider *provider, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, lease_async);
  yonder_ice_account_load_async (YONDER_ICE_ACCOUNT (provider), cancellable, on_loaded_for_lease, task);
}

static YonderIceLease *
lease_finish (YonderIceProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
provider_init (YonderIceProviderInterface *iface)
{
  iface->dup_title = dup_title;
  iface->lease_async = lease_async;
  iface->lease_finish = lease_finish;
}

/* --- The object --- */

static void
free_value (gpointer value)
{
  explicit_bzero (value, strlen (value));
  g_free (value);
}

static void
yonder_ice_account_finalize (GObject *object)
{
  YonderIceAccount *self = YONDER_ICE_ACCOUNT (object);

  g_clear_object (&self->file);
  g_clear_object (&self->secrets);
  g_free (self->base);
  g_hash_table_unref (self->values);
  g_ptr_array_unref (self->loads);

  G_OBJECT_CLASS (yonder_ice_account_parent_class)->finalize (object);
}

static void
yonder_ice_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderIceAccount *self = YONDER_ICE_ACCOUNT (object);

  switch (id) {
  case PROP_KIND:
    g_value_set_string (value, self->kind != NULL ? self->kind->nick : NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_ice_account_class_init (YonderIceAccountClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->finalize = yonder_ice_account_finalize;
  object_class->get_property = yonder_ice_account_get_property;

  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_ice_account_init (YonderIceAccount *self)
{
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_value);
  self->loads = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * yonder_ice_account_new:
 * @path: (nullable): the file in which it is kept
 * @secrets: (nullable): where its secret is kept
 *
 * Returns: (transfer full): an account; what is kept is read when it is asked for or loaded
 */
YonderIceAccount *
yonder_ice_account_new (const char *path, YonderSecrets *secrets)
{
  YonderIceAccount *self = g_object_new (YONDER_TYPE_ICE_ACCOUNT, NULL);

  self->file = path != NULL ? yonder_kept_file_new (path) : NULL;
  g_set_object (&self->secrets, secrets);
  return self;
}

/* (nullable) @base: the address of a service that stands in for the provider's own, without a slash at the end */
void
yonder_ice_account_set_base (YonderIceAccount *self, const char *base)
{
  g_set_str (&self->base, base);
}

static void
on_secret_done (GObject *source, GAsyncResult *result, gpointer data)
{
  /* kept or forgotten for the session at least; YonderSecrets has told the rest */
}

/* The secret goes with the account that it belongs to; of the same account it is replaced. */
static void
move_secret (YonderIceAccount *self, const YonderIceProviderKind *kind, GHashTable *values)
{
  const char *account = values != NULL ? g_hash_table_lookup (values, "account") : NULL;
  g_autofree char *server = self->kind != NULL ? secret_server (self->kind) : NULL;
  gboolean is_same = self->kind == kind && g_strcmp0 (account, g_hash_table_lookup (self->values, "account")) == 0;

  if (self->kind != NULL && secret_field (self->kind) != NULL && !is_same)
    yonder_secrets_clear_async (self->secrets, server, secret_user (self), NULL, on_secret_done, NULL);
}

static void
copy_value (gpointer key, gpointer value, gpointer data)
{
  if (*(const char *) value != '\0')
    g_hash_table_replace (data, g_strdup (key), g_strdup (value));
}

/**
 * yonder_ice_account_set:
 * @self: the account
 * @kind: (nullable): at which provider; %NULL for no account any more
 * @values: (nullable) (element-type utf8 utf8): the fields of @kind
 *
 * Sets the account and keeps it.
 */
void
yonder_ice_account_set (YonderIceAccount *self, const YonderIceProviderKind *kind, GHashTable *values)
{
  if (self->secrets != NULL)
    move_secret (self, kind, values);
  self->kind = kind;
  self->is_loaded = TRUE;
  g_hash_table_remove_all (self->values);
  if (kind != NULL)
    g_hash_table_foreach (values, copy_value, self->values);

  if (self->secrets != NULL && kind != NULL && g_hash_table_contains (self->values, "secret")) {
    g_autofree char *server = secret_server (kind);

    yonder_secrets_store_async (self->secrets, server, secret_user (self), g_hash_table_lookup (self->values, "secret"), NULL,
                                on_secret_done, NULL);
  }
  if (self->file != NULL)
    save (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KIND]);
  yonder_ice_provider_changed (YONDER_ICE_PROVIDER (self));
}

const YonderIceProviderKind *
yonder_ice_account_get_kind (YonderIceAccount *self)
{
  return self->kind;
}

const char *
yonder_ice_account_get_value (YonderIceAccount *self, const char *name)
{
  return g_hash_table_lookup (self->values, name);
}
