/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-people.h"

#include <glib/gi18n.h>
#include <string.h>

/* chosen: a single letter finds everybody */
#define MIN_WORDS 2
/* chosen: more is no help, and a server may send thousands */
#define MAX_FOUND 50

struct _YonderPeople {
  GObject parent_instance;

  YonderAccount     *account; /* (nullable) */
  YonderContactList *contacts;
  YonderDoorkeeper  *doorkeeper;
  YonderPeopleBook  *book;
  char              *server;
  char              *mark;
  GListStore        *found;
  GCancellable      *searching; /* (nullable) */
  gboolean           has_complained; /* of searches that fail, since the last one that did not */
  GCancellable      *cancellable;
};

enum {
  PROP_IS_SEARCHING = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum {
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderPeople, yonder_people, G_TYPE_OBJECT)

/* What is kept here */

static void
apply_notes (YonderPeople *self, YonderContact *contact)
{
  YonderNotes notes = yonder_people_book_get (self->book, self->server, yonder_contact_get_id (contact));

  yonder_contact_set_account (contact, self->mark);
  yonder_contact_set_source (contact, self->account);
  yonder_contact_set_kept (contact, notes & YONDER_NOTE_FAVOURITE, notes & YONDER_NOTE_ADDED, notes & YONDER_NOTE_BLOCKED);
}

static void
apply_to_all (YonderPeople *self, GListModel *contacts, guint position, guint n)
{
  for (guint i = position; i < position + n; i++) {
    g_autoptr (YonderContact) contact = g_list_model_get_item (contacts, i);

    apply_notes (self, contact);
  }
}

static void
on_contacts_changed (YonderPeople *self, guint position, guint n_removed, guint n_added, GListModel *contacts)
{
  apply_to_all (self, contacts, position, n_added);
}

static void
tell_doorkeeper (YonderPeople *self)
{
  g_autoptr (GPtrArray) blocked = yonder_people_book_list (self->book, self->server, YONDER_NOTE_BLOCKED);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = NULL;

  for (guint i = 0; i < blocked->len; i++)
    g_strv_builder_add (builder, ((YonderPeopleEntry *) blocked->pdata[i])->id);
  ids = g_strv_builder_end (builder);
  g_object_set (self->doorkeeper, "blocked", ids, NULL);
}

static void
on_book_changed (YonderPeople *self)
{
  g_autoptr (GPtrArray) added = yonder_people_book_list (self->book, self->server, YONDER_NOTE_ADDED | YONDER_NOTE_FAVOURITE);
  GListModel *contacts = G_LIST_MODEL (self->contacts);

  for (guint i = 0; i < added->len; i++) {
    const YonderPeopleEntry *entry = added->pdata[i];

    yonder_contact_list_ensure (self->contacts, entry->id, entry->name);
  }
  apply_to_all (self, contacts, 0, g_list_model_get_n_items (contacts));
  apply_to_all (self, G_LIST_MODEL (self->found), 0, g_list_model_get_n_items (G_LIST_MODEL (self->found)));
  tell_doorkeeper (self);
}

static void
note (YonderPeople *self, YonderContact *contact, YonderNotes notes, gboolean is_set)
{
  yonder_people_book_set (self->book, self->server, yonder_contact_get_id (contact), yonder_contact_get_name (contact), notes, is_set);
  apply_notes (self, contact);
}

/* What the server is asked for */

typedef struct {
  GWeakRef people;
  char    *sentence; /* with a %s for why not */
} Change;

static void
on_changed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Change *change = data;
  g_autoptr (YonderPeople) self = g_weak_ref_get (&change->people);
  g_autofree char *sentence = change->sentence;
  g_autoptr (GError) error = NULL;

  g_weak_ref_clear (&change->people);
  if (!yonder_account_change_contact_finish (YONDER_ACCOUNT (source), result, &error) && self != NULL &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_autofree char *words = g_strdup_printf ("%s %s", sentence, error->message);

    g_signal_emit (self, signals[FAILED], 0, words);
  }
  if (self != NULL)
    yonder_contact_list_reload (self->contacts);
}

/* Where the server has no such thing, what is kept here is all there is. */
static void
ask_server (YonderPeople *self, YonderContact *contact, YonderContactChange what, const char *format)
{
  Change *change;

  if (self->account == NULL || !yonder_account_can_change_contact (self->account, what))
    return;
  change = g_new0 (Change, 1);
  g_weak_ref_init (&change->people, self);
  change->sentence = g_strdup_printf (format, yonder_contact_get_name (contact));
  yonder_account_change_contact_async (self->account, what, yonder_contact_get_id (contact), self->cancellable, on_changed, change);
}

/* Looking for others */

static void
stop_searching (YonderPeople *self)
{
  if (self->searching == NULL)
    return;
  g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SEARCHING]);
}

static void
take_found (YonderPeople *self, GPtrArray *persons)
{
  const char *own_id = yonder_account_get_user_id (self->account);

  for (guint i = 0; i < persons->len && g_list_model_get_n_items (G_LIST_MODEL (self->found)) < MAX_FOUND; i++) {
    YonderPerson *person = persons->pdata[i];
    g_autoptr (YonderContact) contact = NULL;

    if (g_strcmp0 (person->id, own_id) == 0 || yonder_contact_list_find (self->contacts, person->id) != NULL)
      continue;
    contact = yonder_contact_new (person->id, person->name);
    yonder_contact_update (contact, person);
    /* a server that finds somebody does not say that they are a contact */
    yonder_contact_set_relation (contact, YONDER_RELATION_NONE);
    apply_notes (self, contact);
    g_list_store_append (self->found, contact);
  }
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderPeople) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) persons = yonder_account_search_finish (YONDER_ACCOUNT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  stop_searching (self);
  if (persons != NULL)
    take_found (self, persons);
  else if (!self->has_complained) /* there is a search with every letter */
    g_signal_emit (self, signals[FAILED], 0, error->message);
  self->has_complained = persons == NULL;
}

static void
yonder_people_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_IS_SEARCHING:
    g_value_set_boolean (value, YONDER_PEOPLE (object)->searching != NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_people_finalize (GObject *object)
{
  YonderPeople *self = YONDER_PEOPLE (object);

  g_clear_object (&self->searching);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->found);
  g_clear_object (&self->book);
  g_clear_object (&self->doorkeeper);
  g_clear_object (&self->contacts);
  g_clear_object (&self->account);
  g_free (self->server);
  g_free (self->mark);

  G_OBJECT_CLASS (yonder_people_parent_class)->finalize (object);
}

static void
yonder_people_class_init (YonderPeopleClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_people_get_property;
  object_class->finalize = yonder_people_finalize;

  properties[PROP_IS_SEARCHING] = g_param_spec_boolean ("is-searching", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
yonder_people_init (YonderPeople *self)
{
  self->found = g_list_store_new (YONDER_TYPE_CONTACT);
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_people_new:
 * @account: (nullable): who is signed in; without, only this computer's notes change
 * @contacts: whose people
 * @doorkeeper: is told who is blocked on this server
 * @book: what is noted
 * @server: what notes about people of this server are kept under
 *
 * Returns: (transfer full): what may be done with them
 */
YonderPeople *
yonder_people_new (YonderAccount *account, YonderContactList *contacts, YonderDoorkeeper *doorkeeper, YonderPeopleBook *book,
                   const char *server)
{
  YonderPeople *self;

  g_return_val_if_fail (YONDER_IS_CONTACT_LIST (contacts), NULL);
  g_return_val_if_fail (YONDER_IS_DOORKEEPER (doorkeeper), NULL);
  g_return_val_if_fail (YONDER_IS_PEOPLE_BOOK (book), NULL);

  self = g_object_new (YONDER_TYPE_PEOPLE, NULL);
  g_set_object (&self->account, account);
  self->contacts = g_object_ref (contacts);
  self->doorkeeper = g_object_ref (doorkeeper);
  self->book = g_object_ref (book);
  self->server = g_strdup (server);
  self->mark = g_strdup_printf ("%s at %s", account != NULL ? yonder_account_get_user_name (account) : "", server);
  g_signal_connect_object (contacts, "items-changed", G_CALLBACK (on_contacts_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (book, "changed", G_CALLBACK (on_book_changed), self, G_CONNECT_SWAPPED);
  on_book_changed (self);
  return self;
}

YonderContactList *
yonder_people_get_contacts (YonderPeople *self)
{
  g_return_val_if_fail (YONDER_IS_PEOPLE (self), NULL);

  return self->contacts;
}

const char *
yonder_people_get_server (YonderPeople *self)
{
  g_return_val_if_fail (YONDER_IS_PEOPLE (self), NULL);

  return self->server;
}

const char *
yonder_people_get_mark (YonderPeople *self)
{
  g_return_val_if_fail (YONDER_IS_PEOPLE (self), NULL);

  return self->mark;
}

/**
 * yonder_people_is_same:
 * @self: the people
 * @contact: somebody
 * @id: an id that was noted some time ago
 * @name: the name with it
 *
 * Returns: whether both are the same; on the server in this process, where ids are others at each start, by name
 */
gboolean
yonder_people_is_same (YonderPeople *self, YonderContact *contact, const char *id, const char *name)
{
  g_return_val_if_fail (YONDER_IS_PEOPLE (self), FALSE);

  return g_str_equal (yonder_contact_get_id (contact), id) ||
         (g_str_equal (self->server, YONDER_PEOPLE_BOOK_PASSING) && g_strcmp0 (yonder_contact_get_name (contact), name) == 0);
}

/* (nullable) (transfer full) */
static YonderContact *
find_same (YonderPeople *self, GListModel *contacts, const char *id, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (YonderContact) contact = g_list_model_get_item (contacts, i);

    if (yonder_people_is_same (self, contact, id, name))
      return g_steal_pointer (&contact);
  }
  return NULL;
}

/**
 * yonder_people_dup_contact:
 * @self: the people
 * @id: somebody's id
 * @name: (nullable): what they were called last
 *
 * Returns: (transfer full): them: of the list, of those found, or one of whom only this is known
 */
YonderContact *
yonder_people_dup_contact (YonderPeople *self, const char *id, const char *name)
{
  YonderContact *contact;

  g_return_val_if_fail (YONDER_IS_PEOPLE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  contact = yonder_contact_list_find (self->contacts, id);
  if (contact != NULL)
    return g_object_ref (contact);
  contact = find_same (self, G_LIST_MODEL (self->contacts), id, name);
  if (contact == NULL)
    contact = find_same (self, G_LIST_MODEL (self->found), id, name);
  if (contact != NULL)
    return contact;
  contact = yonder_contact_new (id, name);
  apply_notes (self, contact);
  return contact;
}

void
yonder_people_set_favourite (YonderPeople *self, YonderContact *contact, gboolean is_favourite)
{
  g_return_if_fail (YONDER_IS_PEOPLE (self));
  g_return_if_fail (YONDER_IS_CONTACT (contact));

  note (self, contact, YONDER_NOTE_FAVOURITE, is_favourite);
}

/* Who is blocked does not ring any more and is not told so. */
void
yonder_people_set_blocked (YonderPeople *self, YonderContact *contact, gboolean is_blocked)
{
  g_return_if_fail (YONDER_IS_PEOPLE (self));
  g_return_if_fail (YONDER_IS_CONTACT (contact));

  note (self, contact, YONDER_NOTE_BLOCKED, is_blocked);
}

/* Makes somebody a contact: at once on this computer, and the server asks them whether they want to be one. */
void
yonder_people_add (YonderPeople *self, YonderContact *contact)
{
  g_return_if_fail (YONDER_IS_PEOPLE (self));
  g_return_if_fail (YONDER_IS_CONTACT (contact));

  note (self, contact, YONDER_NOTE_ADDED, TRUE);
  if (yonder_contact_get_relation (contact) != YONDER_RELATION_CONTACT)
    ask_server (self, contact, YONDER_CONTACT_REQUEST, _("%s could not be asked to be a contact."));
}

/* Makes somebody no contact any more, here and on the server; takes back what was asked. */
void
yonder_people_remove (YonderPeople *self, YonderContact *contact)
{
  g_autoptr (YonderContact) kept = g_object_ref (contact);
  YonderRelation relation = yonder_contact_get_relation (contact);

  g_return_if_fail (YONDER_IS_PEOPLE (self));

  note (self, contact, YONDER_NOTE_ADDED | YONDER_NOTE_FAVOURITE, FALSE);
  yonder_contact_list_forget (self->contacts, yonder_contact_get_id (contact));
  if (relation != YONDER_RELATION_NONE)
    ask_server (self, contact, YONDER_CONTACT_REMOVE, _("%s could not be removed from your contacts on the server."));
  yonder_contact_list_reload (self->contacts);
}

void
yonder_people_accept (YonderPeople *self, YonderContact *contact)
{
  g_return_if_fail (YONDER_IS_PEOPLE (self));
  g_return_if_fail (YONDER_IS_CONTACT (contact));

  ask_server (self, contact, YONDER_CONTACT_ACCEPT, _("%s could not be accepted as a contact."));
}

void
yonder_people_decline (YonderPeople *self, YonderContact *contact)
{
  g_return_if_fail (YONDER_IS_PEOPLE (self));
  g_return_if_fail (YONDER_IS_CONTACT (contact));

  ask_server (self, contact, YONDER_CONTACT_REMOVE, _("The request of %s could not be declined."));
}

/**
 * yonder_people_search:
 * @self: the people
 * @words: a part of a name, or an address
 *
 * Looks for people on the server who are no contacts; who is found is in [method@Yonder.People.get_found]. A search that still goes on ends.
 * With less than two letters, and on servers that cannot be searched, nobody is found.
 */
void
yonder_people_search (YonderPeople *self, const char *words)
{
  g_autofree char *trimmed = NULL;

  g_return_if_fail (YONDER_IS_PEOPLE (self));

  trimmed = g_strstrip (g_strdup (words));
  stop_searching (self);
  g_list_store_remove_all (self->found);
  if (g_utf8_strlen (trimmed, -1) < MIN_WORDS || self->account == NULL || !yonder_account_can_search (self->account))
    return;

  self->searching = g_cancellable_new ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SEARCHING]);
  yonder_account_search_async (self->account, trimmed, self->searching, on_found, g_object_ref (self));
}

GListModel *
yonder_people_get_found (YonderPeople *self)
{
  g_return_val_if_fail (YONDER_IS_PEOPLE (self), NULL);

  return G_LIST_MODEL (self->found);
}
