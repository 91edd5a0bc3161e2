/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-server-list.h"

#include <glib/gi18n.h>

#include "yonder-ice-server-text.h"
#include "yonder-kept-file.h"

struct _YonderIceServerList {
  GObject parent_instance;

  YonderKeptFile *file;
  YonderSecrets  *secrets;
  GPtrArray      *entries; /* (element-type YonderIceEntry) */
  gboolean        relay_only;

  gboolean        is_read;  /* the file; a locked keyring may keep the credentials back for long */
  gboolean        is_loaded;
  gboolean        is_loading;
  GPtrArray      *loads;    /* (element-type GTask): who waits for the list */
  guint           n_lookups;
  gboolean        is_dirty; /* changed before the file was read, and to be written then */
};

enum {
  PROP_RELAY_ONLY = 1,
  PROP_IS_LOADED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);
static void provider_init (YonderIceProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderIceServerList, yonder_ice_server_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_ICE_PROVIDER, provider_init))

/* --- The file --- */

static void
save (YonderIceServerList *self)
{
  self->is_dirty = !self->is_read;
  if (self->is_read)
    yonder_kept_file_write (self->file, yonder_ice_server_text_print (self->entries, self->relay_only, TRUE));
}

static void
on_entry_enabled (YonderIceServerList *self)
{
  save (self);
  yonder_ice_provider_changed (YONDER_ICE_PROVIDER (self));
}

static void
adopt (YonderIceServerList *self, guint position, YonderIceEntry *entry)
{
  g_ptr_array_insert (self->entries, (int) position, g_object_ref (entry));
  g_signal_connect_swapped (entry, "notify::is-enabled", G_CALLBACK (on_entry_enabled), self);
}

static char *
secret_server (YonderIceEntry *entry)
{
  return g_strconcat ("ice-server/", yonder_ice_entry_get_id (entry), NULL);
}

static void
finish_load (YonderIceServerList *self)
{
  g_autoptr (GPtrArray) loads = g_steal_pointer (&self->loads);

  self->loads = g_ptr_array_new_with_free_func (g_object_unref);
  self->is_loading = FALSE;
  self->is_loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LOADED]);
  for (guint i = 0; i < loads->len; i++)
    g_task_return_boolean (loads->pdata[i], TRUE);
}

typedef struct {
  YonderIceServerList *list;
  YonderIceEntry      *entry;
} Lookup;

static void
on_credential_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Lookup *lookup = data;
  g_autoptr (YonderIceServerList) self = lookup->list;
  g_autoptr (YonderIceEntry) entry = lookup->entry;
  g_autofree char *credential = yonder_secrets_lookup_finish (YONDER_SECRETS (source), result, NULL);

  g_free (lookup);
  if (credential != NULL) {
    yonder_ice_entry_set_credential (entry, credential);
    explicit_bzero (credential, strlen (credential));
  }
  if (--self->n_lookups == 0)
    finish_load (self);
}

static void
look_up (YonderIceServerList *self, YonderIceEntry *entry)
{
  g_autofree char *server = secret_server (entry);
  Lookup *lookup = g_new (Lookup, 1);

  lookup->list = g_object_ref (self);
  lookup->entry = g_object_ref (entry);
  self->n_lookups++;
  yonder_secrets_lookup_async (self->secrets, server, yonder_ice_entry_get_username (entry), NULL, on_credential_found, lookup);
}

static void
take_entries (YonderIceServerList *self, GPtrArray *entries)
{
  guint n_before = self->entries->len;

  for (guint i = 0; i < entries->len; i++) {
    YonderIceEntry *entry = entries->pdata[i];

    adopt (self, self->entries->len, entry);
    if (yonder_ice_entry_is_turn (entry) && yonder_ice_entry_get_username (entry) != NULL)
      look_up (self, entry);
  }
  if (entries->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, entries->len);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderIceServerList) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = yonder_kept_file_read_finish (YONDER_KEPT_FILE (source), result, &error);
  gboolean relay_only = FALSE;
  g_autoptr (GPtrArray) entries = text != NULL ? yonder_ice_server_text_parse (text, &relay_only, &error) : NULL;

  self->n_lookups++;
  if (entries != NULL)
    take_entries (self, entries);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_warning ("The list of ICE servers cannot be read: %s", error->message);
  if (relay_only && !self->relay_only) {
    self->relay_only = TRUE;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RELAY_ONLY]);
  }
  self->is_read = TRUE;
  if (self->is_dirty)
    save (self);
  if (--self->n_lookups == 0)
    finish_load (self);
}

/**
 * yonder_ice_server_list_load_async:
 * @self: the list
 * @cancellable: (nullable): to stop waiting
 * @callback: called on the main context
 * @user_data: for @callback
 *
 * Reads the file and the credentials, once; later calls are answered as soon as that is done.
 */
void
yonder_ice_server_list_load_async (YonderIceServerList *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_ice_server_list_load_async);
  if (self->is_loaded) {
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

/**
 * yonder_ice_server_list_load_finish:
 * @self: the list
 * @result: what the callback was given
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * Returns: whether it was waited for; a file that cannot be read is an empty list
 */
gboolean
yonder_ice_server_list_load_finish (YonderIceServerList *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- As a list, as a provider --- */

static GType
get_item_type (GListModel *model)
{
  return YONDER_TYPE_ICE_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return YONDER_ICE_SERVER_LIST (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  YonderIceServerList *self = YONDER_ICE_SERVER_LIST (model);

  return position < self->entries->len ? g_object_ref (self->entries->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static YonderIceLease *
make_lease (YonderIceServerList *self)
{
  g_autoptr (GListStore) servers = g_list_store_new (YONDER_TYPE_ICE_SERVER);

  for (guint i = 0; i < self->entries->len; i++) {
    YonderIceEntry *entry = self->entries->pdata[i];
    g_autoptr (YonderIceServer) server = yonder_ice_entry_is_enabled (entry) ? yonder_ice_entry_to_server (entry) : NULL;

    if (server != NULL)
      g_list_store_append (servers, server);
  }
  return yonder_ice_lease_new (G_LIST_MODEL (servers), -1);
}

static char *
dup_title (YonderIceProvider *provider)
{
  /* Translators: where ICE servers come from, in a sentence */
  return g_strdup (_("your list"));
}

static YonderIceLease *
peek (YonderIceProvider *provider)
{
  YonderIceServerList *self = YONDER_ICE_SERVER_LIST (provider);

  return self->is_read ? make_lease (self) : NULL;
}

static void
on_loaded_for_lease (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (yonder_ice_server_list_load_finish (YONDER_ICE_SERVER_LIST (source), result, &error))
    g_task_return_pointer (task, make_lease (YONDER_ICE_SERVER_LIST (source)), (GDestroyNotify) yonder_ice_lease_unref);
  else
    g_task_return_error (task, error);
}

static void
lease_async (YonderIceProvider *provider, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, lease_async);
  yonder_ice_server_list_load_async (YONDER_ICE_SERVER_LIST (provider), cancellable, on_loaded_for_lease, task);
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
  iface->peek = peek;
  iface->lease_async = lease_async;
  iface->lease_finish = lease_finish;
}

/* --- The object --- */

static void
yonder_ice_server_list_dispose (GObject *object)
{
  YonderIceServerList *self = YONDER_ICE_SERVER_LIST (object);

  for (guint i = 0; i < self->entries->len; i++)
    g_signal_handlers_disconnect_by_data (self->entries->pdata[i], self);
  g_ptr_array_set_size (self->entries, 0);

  G_OBJECT_CLASS (yonder_ice_server_list_parent_class)->dispose (object);
}

static void
yonder_ice_server_list_finalize (GObject *object)
{
  YonderIceServerList *self = YONDER_ICE_SERVER_LIST (object);

  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->loads);
  g_clear_object (&self->file);
  g_clear_object (&self->secrets);

  G_OBJECT_CLASS (yonder_ice_server_list_parent_class)->finalize (object);
}

static void
yonder_ice_server_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderIceServerList *self = YONDER_ICE_SERVER_LIST (object);

  switch (id) {
  case PROP_RELAY_ONLY:
    g_value_set_boolean (value, self->relay_only);
    break;
  case PROP_IS_LOADED:
    g_value_set_boolean (value, self->is_loaded);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_ice_server_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_RELAY_ONLY:
    yonder_ice_server_list_set_relay_only (YONDER_ICE_SERVER_LIST (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_ice_server_list_class_init (YonderIceServerListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = yonder_ice_server_list_dispose;
  object_class->finalize = yonder_ice_server_list_finalize;
  object_class->get_property = yonder_ice_server_list_get_property;
  object_class->set_property = yonder_ice_server_list_set_property;

  properties[PROP_RELAY_ONLY] = g_param_spec_boolean ("relay-only", NULL, NULL, FALSE,
                                                      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_LOADED] = g_param_spec_boolean ("is-loaded", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_ice_server_list_init (YonderIceServerList *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->loads = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * yonder_ice_server_list_new:
 * @path: the file in which it is kept; need not be there
 * @secrets: where credentials are kept
 *
 * Returns: (transfer full): the list, empty until it was loaded
 */
YonderIceServerList *
yonder_ice_server_list_new (const char *path, YonderSecrets *secrets)
{
  YonderIceServerList *self = g_object_new (YONDER_TYPE_ICE_SERVER_LIST, NULL);

  self->file = yonder_kept_file_new (path);
  self->secrets = g_object_ref (secrets);
  return self;
}

gboolean
yonder_ice_server_list_is_loaded (YonderIceServerList *self)
{
  return self->is_loaded;
}

YonderSecrets *
yonder_ice_server_list_get_secrets (YonderIceServerList *self)
{
  return self->secrets;
}

static void
on_secret_done (GObject *source, GAsyncResult *result, gpointer data)
{
  /* kept or forgotten for the session at least; YonderSecrets has told the rest */
}

static void
keep_credential (YonderIceServerList *self, YonderIceEntry *entry)
{
  g_autofree char *server = secret_server (entry);
  const char *username = yonder_ice_entry_get_username (entry);
  const char *credential = yonder_ice_entry_get_credential (entry);

  if (username != NULL && credential != NULL)
    yonder_secrets_store_async (self->secrets, server, username, credential, NULL, on_secret_done, NULL);
}

static void
forget_credential (YonderIceServerList *self, YonderIceEntry *entry)
{
  g_autofree char *server = secret_server (entry);
  const char *username = yonder_ice_entry_get_username (entry);

  if (username != NULL && yonder_ice_entry_get_credential (entry) != NULL)
    yonder_secrets_clear_async (self->secrets, server, username, NULL, on_secret_done, NULL);
}

static void
changed (YonderIceServerList *self, guint position, guint n_removed, guint n_added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
  save (self);
  yonder_ice_provider_changed (YONDER_ICE_PROVIDER (self));
}

/**
 * yonder_ice_server_list_insert:
 * @self: the list
 * @position: where; beyond the end is the end
 * @entry: a new entry, or one that was removed
 *
 * Puts an entry into the list and keeps its credential.
 *
 * Returns: %FALSE where the list is full
 */
gboolean
yonder_ice_server_list_insert (YonderIceServerList *self, guint position, YonderIceEntry *entry)
{
  if (self->entries->len >= YONDER_ICE_SERVER_LIST_MAX)
    return FALSE;
  position = MIN (position, self->entries->len);
  adopt (self, position, entry);
  keep_credential (self, entry);
  changed (self, position, 0, 1);
  return TRUE;
}

/**
 * yonder_ice_server_list_update:
 * @self: the list
 * @entry: one of it
 * @urls: (array zero-terminated=1): its new URLs
 * @username: (nullable): its new user name
 * @credential: (nullable): its new password
 *
 * Changes an entry in its place.
 */
void
yonder_ice_server_list_update (YonderIceServerList *self, YonderIceEntry *entry, const char * const *urls, const char *username,
                               const char *credential)
{
  guint position;

  if (!yonder_ice_server_list_find (self, entry, &position))
    return;
  /* What is kept for the same user name is replaced. */
  if (g_strcmp0 (yonder_ice_entry_get_username (entry), username) != 0 || credential == NULL || *credential == '\0')
    forget_credential (self, entry);
  yonder_ice_entry_set_server (entry, urls, username, credential);
  keep_credential (self, entry);
  save (self);
  yonder_ice_provider_changed (YONDER_ICE_PROVIDER (self));
}

/**
 * yonder_ice_server_list_remove:
 * @self: the list
 * @entry: one of it
 *
 * Takes an entry out and forgets its credential; the entry itself still has it, so that insert() undoes this.
 *
 * Returns: where it was; %G_MAXUINT where it was not in the list
 */
guint
yonder_ice_server_list_remove (YonderIceServerList *self, YonderIceEntry *entry)
{
  g_autoptr (YonderIceEntry) alive = g_object_ref (entry);
  guint position;

  if (!yonder_ice_server_list_find (self, entry, &position))
    return G_MAXUINT;
  g_signal_handlers_disconnect_by_data (entry, self);
  g_ptr_array_remove_index (self->entries, position);
  forget_credential (self, entry);
  changed (self, position, 1, 0);
  return position;
}

gboolean
yonder_ice_server_list_find (YonderIceServerList *self, YonderIceEntry *entry, guint *position)
{
  return g_ptr_array_find (self->entries, entry, position);
}

/**
 * yonder_ice_server_list_move:
 * @self: the list
 * @entry: one of it
 * @position: where it shall be; beyond the end is the end
 *
 * Changes the order, in which calls try the servers.
 */
void
yonder_ice_server_list_move (YonderIceServerList *self, YonderIceEntry *entry, guint position)
{
  guint from, first, last;

  if (!yonder_ice_server_list_find (self, entry, &from))
    return;
  position = MIN (position, self->entries->len - 1);
  if (position == from)
    return;
  g_ptr_array_insert (self->entries, (int) position, g_ptr_array_steal_index (self->entries, from));
  first = MIN (from, position);
  last = MAX (from, position);
  changed (self, first, last - first + 1, last - first + 1);
}

gboolean
yonder_ice_server_list_is_relay_only (YonderIceServerList *self)
{
  return self->relay_only;
}

void
yonder_ice_server_list_set_relay_only (YonderIceServerList *self, gboolean relay_only)
{
  if (self->relay_only == relay_only)
    return;
  self->relay_only = relay_only;
  save (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RELAY_ONLY]);
}

/**
 * yonder_ice_server_list_export:
 * @self: the list
 *
 * Returns: (transfer full): an RTCConfiguration as JSON text, with user names and without passwords
 */
char *
yonder_ice_server_list_export (YonderIceServerList *self)
{
  return yonder_ice_server_text_print (self->entries, self->relay_only, FALSE);
}

/**
 * yonder_ice_server_list_close:
 * @self: the list
 *
 * Writes what was not written yet: a program that ends waits for no callback.
 */
void
yonder_ice_server_list_close (YonderIceServerList *self)
{
  yonder_kept_file_flush (self->file);
}
