/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-contact.h"

/* What a server can make us hold; that of YONDER_EVENT_MAX_USERS, beyond which it cannot name who is online either. */
#define MAX_CONTACTS 10000

/* Presence of somebody whom we do not know yet means that the account's list has grown. A server that goes on naming unknown people
 * is asked again only this often in one connection. */
#define MAX_CURIOSITY 100

struct _YonderContactList {
  GObject parent_instance;

  YonderAccount   *account; /* (nullable) */
  YonderSignaling *signaling;
  GCancellable    *cancellable;

  GPtrArray       *contacts;  /* (element-type YonderContact), in the order in which they became known */
  GHashTable      *by_id;     /* borrowed id of the contact: borrowed contact */
  GHashTable      *strangers; /* (element-type YonderContact) borrowed: not of the account's list, and so not removed with it */
  GHashTable      *here;      /* ids of whom signalling told that they are here */
  GHashTable      *asked;     /* ids that made us load the list again */
  gboolean         is_loading;
  gboolean         is_stale;  /* something changed while it was loading */
  gboolean         was_online;
  char            *problem;
};

static GType
yonder_contact_list_get_item_type (GListModel *model)
{
  return YONDER_TYPE_CONTACT;
}

static guint
yonder_contact_list_get_n_items (GListModel *model)
{
  return YONDER_CONTACT_LIST (model)->contacts->len;
}

static gpointer
yonder_contact_list_get_item (GListModel *model, guint position)
{
  YonderContactList *self = YONDER_CONTACT_LIST (model);

  return position < self->contacts->len ? g_object_ref (g_ptr_array_index (self->contacts, position)) : NULL;
}

static void
yonder_contact_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = yonder_contact_list_get_item_type;
  iface->get_n_items = yonder_contact_list_get_n_items;
  iface->get_item = yonder_contact_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderContactList, yonder_contact_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, yonder_contact_list_list_model_init))

enum {
  PROP_IS_LOADING = 1,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static YonderContact *
add (YonderContactList *self, const char *id, const char *name)
{
  YonderContact *contact = yonder_contact_new (id, name);

  g_ptr_array_add (self->contacts, contact);
  g_hash_table_insert (self->by_id, (gpointer) yonder_contact_get_id (contact), contact);
  g_list_model_items_changed (G_LIST_MODEL (self), self->contacts->len - 1, 0, 1);
  return contact;
}

static void
remove_at (YonderContactList *self, guint position)
{
  YonderContact *contact = g_ptr_array_index (self->contacts, position);

  g_hash_table_remove (self->by_id, yonder_contact_get_id (contact));
  g_hash_table_remove (self->strangers, contact);
  g_ptr_array_remove_index (self->contacts, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
set_problem (YonderContactList *self, const char *problem)
{
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
set_loading (YonderContactList *self, gboolean loading)
{
  if (self->is_loading == loading)
    return;
  self->is_loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LOADING]);
}

static void
take_persons (YonderContactList *self, GPtrArray *persons)
{
  g_autoptr (GHashTable) listed = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < persons->len; i++) {
    const YonderPerson *person = g_ptr_array_index (persons, i);
    YonderContact *contact = yonder_contact_list_find (self, person->id);

    if (contact == NULL) {
      if (self->contacts->len >= MAX_CONTACTS)
        break;
      contact = add (self, person->id, person->name);
    }
    yonder_contact_update (contact, person);
    /* not every server says in its list of contacts who is here; signalling has told */
    if (yonder_contact_get_presence (contact) == YONDER_PRESENCE_OFFLINE && g_hash_table_contains (self->here, person->id))
      yonder_contact_set_presence (contact, YONDER_PRESENCE_ONLINE);
    if (!yonder_contact_is_added (contact))
      g_hash_table_remove (self->strangers, contact);
    g_hash_table_add (listed, contact);
  }

  for (guint i = self->contacts->len; i-- > 0;) {
    YonderContact *contact = g_ptr_array_index (self->contacts, i);

    if (g_hash_table_contains (listed, contact))
      continue;
    if (g_hash_table_contains (self->strangers, contact))
      yonder_contact_set_relation (contact, YONDER_RELATION_NONE);
    else
      remove_at (self, i);
  }
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (YonderContactList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) persons = yonder_account_load_contacts_finish (YONDER_ACCOUNT (source), result, &error);

  set_loading (self, FALSE);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (persons == NULL) {
    g_message ("Contacts could not be loaded: %s", error->message);
    set_problem (self, error->message);
  } else {
    set_problem (self, NULL);
    take_persons (self, persons);
  }

  if (self->is_stale)
    yonder_contact_list_reload (self);
}

static void
on_presence (YonderContactList *self, const char *id, YonderPresence presence)
{
  YonderContact *contact = yonder_contact_list_find (self, id);

  if (presence == YONDER_PRESENCE_OFFLINE)
    g_hash_table_remove (self->here, id);
  else if (g_hash_table_size (self->here) < MAX_CONTACTS)
    g_hash_table_add (self->here, g_strdup (id));

  if (contact != NULL) {
    yonder_contact_set_presence (contact, presence);
  } else if (presence != YONDER_PRESENCE_OFFLINE && g_hash_table_size (self->asked) < MAX_CURIOSITY
             && g_hash_table_add (self->asked, g_strdup (id))) {
    yonder_contact_list_reload (self);
  }
}

static void
on_online (YonderContactList *self, GStrv ids)
{
  g_autoptr (GHashTable) online = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_remove_all (self->here);
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    g_hash_table_add (online, ids[i]);
    if (i < MAX_CONTACTS)
      g_hash_table_add (self->here, g_strdup (ids[i]));
  }

  for (guint i = 0; i < self->contacts->len; i++) {
    YonderContact *contact = g_ptr_array_index (self->contacts, i);

    if (!g_hash_table_contains (online, yonder_contact_get_id (contact)))
      yonder_contact_set_presence (contact, YONDER_PRESENCE_OFFLINE);
    else if (yonder_contact_get_presence (contact) == YONDER_PRESENCE_OFFLINE)
      yonder_contact_set_presence (contact, YONDER_PRESENCE_ONLINE);
  }
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    if (yonder_contact_list_find (self, ids[i]) == NULL)
      on_presence (self, ids[i], YONDER_PRESENCE_ONLINE);
  }
}

static void
on_signaling_state (YonderContactList *self)
{
  gboolean is_online = yonder_signaling_get_state (self->signaling) == YONDER_SIGNALING_ONLINE;

  if (is_online == self->was_online)
    return;
  self->was_online = is_online;
  g_hash_table_remove_all (self->asked);

  /* Without a connection we know of nobody; the server tells again who is there. */
  if (is_online)
    yonder_contact_list_reload (self);
  else
    on_online (self, NULL);
}

static void
yonder_contact_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderContactList *self = YONDER_CONTACT_LIST (object);

  switch (id) {
  case PROP_IS_LOADING:
    g_value_set_boolean (value, self->is_loading);
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_contact_list_dispose (GObject *object)
{
  g_cancellable_cancel (YONDER_CONTACT_LIST (object)->cancellable);

  G_OBJECT_CLASS (yonder_contact_list_parent_class)->dispose (object);
}

static void
yonder_contact_list_finalize (GObject *object)
{
  YonderContactList *self = YONDER_CONTACT_LIST (object);

  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->strangers);
  g_hash_table_unref (self->here);
  g_hash_table_unref (self->asked);
  g_ptr_array_unref (self->contacts);
  g_free (self->problem);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->signaling);

  G_OBJECT_CLASS (yonder_contact_list_parent_class)->finalize (object);
}

static void
yonder_contact_list_class_init (YonderContactListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yonder_contact_list_get_property;
  object_class->dispose = yonder_contact_list_dispose;
  object_class->finalize = yonder_contact_list_finalize;

  properties[PROP_IS_LOADING] = g_param_spec_boolean ("is-loading", NULL, NULL, FALSE, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_contact_list_init (YonderContactList *self)
{
  self->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->strangers = g_hash_table_new (NULL, NULL);
  self->here = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_contact_list_new:
 * @account: (nullable): whose contacts; %NULL keeps to those that are ensured
 * @signaling: what tells who is there
 *
 * Makes a list that loads itself whenever the connection to the server comes up.
 *
 * Returns: (transfer full): the list
 */
YonderContactList *
yonder_contact_list_new (YonderAccount *account, YonderSignaling *signaling)
{
  YonderContactList *self;

  g_return_val_if_fail (account == NULL || YONDER_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (YONDER_IS_SIGNALING (signaling), NULL);

  self = g_object_new (YONDER_TYPE_CONTACT_LIST, NULL);
  g_set_object (&self->account, account);
  self->signaling = g_object_ref (signaling);
  g_signal_connect_object (signaling, "notify::state", G_CALLBACK (on_signaling_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (signaling, "online", G_CALLBACK (on_online), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (signaling, "presence", G_CALLBACK (on_presence), self, G_CONNECT_SWAPPED);
  on_signaling_state (self);
  return self;
}

/**
 * yonder_contact_list_find:
 * @self: the list
 * @id: by what the server knows them
 *
 * Returns: (transfer none) (nullable): the contact of that id
 */
YonderContact *
yonder_contact_list_find (YonderContactList *self, const char *id)
{
  g_return_val_if_fail (YONDER_IS_CONTACT_LIST (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return g_hash_table_lookup (self->by_id, id);
}

/**
 * yonder_contact_list_knows:
 * @self: the list
 * @id: by what the server knows them
 *
 * Returns: whether somebody is a contact by the account's list or was added here, and not just anybody who is on the server
 */
gboolean
yonder_contact_list_knows (YonderContactList *self, const char *id)
{
  YonderContact *contact = yonder_contact_list_find (self, id);

  return contact != NULL && yonder_contact_is_known (contact);
}

/* Takes out somebody who was put in by ensure(), unless the account names them by now. */
void
yonder_contact_list_forget (YonderContactList *self, const char *id)
{
  YonderContact *contact = yonder_contact_list_find (self, id);
  guint position;

  if (contact != NULL && g_hash_table_contains (self->strangers, contact) && g_ptr_array_find (self->contacts, contact, &position))
    remove_at (self, position);
}

/**
 * yonder_contact_list_ensure:
 * @self: the list
 * @id: by what the server knows them
 * @name: (nullable): what they are called
 *
 * Finds a contact, or adds one who stays although the account's list does not name them. For people whom the user chose: a caller
 * who is not in the list is not to be added by calling.
 *
 * Returns: (transfer none): the contact
 */
YonderContact *
yonder_contact_list_ensure (YonderContactList *self, const char *id, const char *name)
{
  YonderContact *contact = yonder_contact_list_find (self, id);

  if (contact == NULL) {
    contact = add (self, id, name);
    g_hash_table_add (self->strangers, contact);
  }
  return contact;
}

/**
 * yonder_contact_list_reload:
 * @self: the list
 *
 * Asks the account for its contacts again. What goes wrong is told by the property `problem`, and the list stays as it is.
 */
void
yonder_contact_list_reload (YonderContactList *self)
{
  g_return_if_fail (YONDER_IS_CONTACT_LIST (self));

  if (self->account == NULL)
    return;

  self->is_stale = self->is_loading;
  if (self->is_loading)
    return;
  set_loading (self, TRUE);
  yonder_account_load_contacts_async (self->account, self->cancellable, on_loaded, g_object_ref (self));
}
