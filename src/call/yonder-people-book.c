/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-people-book.h"

#include "yonder-json.h"
#include "yonder-kept-file.h"

#define MAX_FILE (8 * 1024 * 1024)
#define MAX_TEXT 2048

struct _YonderPeopleBook {
  GObject parent_instance;

  YonderKeptFile *file;
  GCancellable   *cancellable;
  GPtrArray      *entries; /* (element-type YonderPeopleEntry) */
  gboolean        is_read;
  gboolean        is_dirty; /* changed before the file was read, and to be written then */
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderPeopleBook, yonder_people_book, G_TYPE_OBJECT)

static const struct {
  const char *name;
  YonderNotes note;
} note_names[] = {
  { "favourite", YONDER_NOTE_FAVOURITE },
  { "added", YONDER_NOTE_ADDED },
  { "blocked", YONDER_NOTE_BLOCKED },
};

static void
entry_free (gpointer data)
{
  YonderPeopleEntry *entry = data;

  g_free (entry->server);
  g_free (entry->id);
  g_free (entry->name);
  g_free (entry);
}

static YonderPeopleEntry *
find (YonderPeopleBook *self, const char *server, const char *id)
{
  for (guint i = 0; i < self->entries->len; i++) {
    YonderPeopleEntry *entry = g_ptr_array_index (self->entries, i);

    if (g_str_equal (entry->id, id) && g_str_equal (entry->server, server))
      return entry;
  }
  return NULL;
}

static YonderPeopleEntry *
ensure (YonderPeopleBook *self, const char *server, const char *id, const char *name)
{
  YonderPeopleEntry *entry = find (self, server, id);

  if (entry != NULL || self->entries->len >= YONDER_PEOPLE_BOOK_MAX)
    return entry;
  entry = g_new0 (YonderPeopleEntry, 1);
  entry->server = g_strdup (server);
  entry->id = g_strdup (id);
  entry->name = g_strdup (name);
  g_ptr_array_add (self->entries, entry);
  return entry;
}

/* The file */

static JsonNode *
print_entry (const YonderPeopleEntry *entry)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "server", entry->server);
  json_object_set_string_member (object, "id", entry->id);
  json_object_set_string_member (object, "name", entry->name);
  for (gsize i = 0; i < G_N_ELEMENTS (note_names); i++)
    if (entry->notes & note_names[i].note)
      json_object_set_boolean_member (object, note_names[i].name, TRUE);
  json_node_take_object (node, object);
  return node;
}

static void
save (YonderPeopleBook *self)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *people = json_array_new ();

  json_object_set_array_member (object, "people", people);
  json_node_take_object (root, object);
  for (guint i = 0; i < self->entries->len; i++) {
    const YonderPeopleEntry *entry = g_ptr_array_index (self->entries, i);

    if (!g_str_equal (entry->server, YONDER_PEOPLE_BOOK_PASSING))
      json_array_add_element (people, print_entry (entry));
  }
  yonder_kept_file_write (self->file, yonder_json_print (root));
}

/* What was noted before the file was read is newer. An entry that cannot be read is left out. */
static void
read_entry (YonderPeopleBook *self, JsonNode *node)
{
  const char *server = yonder_json_get_string (node, "server", MAX_TEXT, NULL);
  const char *id = yonder_json_get_string (node, "id", MAX_TEXT, NULL);
  const char *name = yonder_json_get_string (node, "name", MAX_TEXT, NULL);
  YonderNotes notes = 0;
  YonderPeopleEntry *entry;

  for (gsize i = 0; i < G_N_ELEMENTS (note_names); i++) {
    gboolean is_set = FALSE;

    if (yonder_json_get_boolean (node, note_names[i].name, &is_set, NULL) && is_set)
      notes |= note_names[i].note;
  }
  if (server == NULL || id == NULL || notes == 0 || find (self, server, id) != NULL)
    return;
  entry = ensure (self, server, id, name != NULL ? name : id);
  if (entry != NULL)
    entry->notes = notes;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = yonder_kept_file_read_finish (YONDER_KEPT_FILE (source), result, &error);
  g_autoptr (JsonNode) root = NULL;
  JsonArray *people = NULL;
  YonderPeopleBook *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = YONDER_PEOPLE_BOOK (data);
  self->is_read = TRUE;
  root = text != NULL ? yonder_json_parse (text, -1, MAX_FILE, &error) : NULL;
  if (root != NULL)
    people = yonder_json_get_array (root, "people", YONDER_PEOPLE_BOOK_MAX, &error);
  if (people == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_warning ("What was kept of people cannot be read: %s", error->message);
  for (guint i = 0; people != NULL && i < json_array_get_length (people); i++)
    read_entry (self, json_array_get_element (people, i));

  if (self->is_dirty)
    save (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
yonder_people_book_dispose (GObject *object)
{
  YonderPeopleBook *self = YONDER_PEOPLE_BOOK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->file);

  G_OBJECT_CLASS (yonder_people_book_parent_class)->dispose (object);
}

static void
yonder_people_book_finalize (GObject *object)
{
  YonderPeopleBook *self = YONDER_PEOPLE_BOOK (object);

  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->entries);

  G_OBJECT_CLASS (yonder_people_book_parent_class)->finalize (object);
}

static void
yonder_people_book_class_init (YonderPeopleBookClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = yonder_people_book_dispose;
  object_class->finalize = yonder_people_book_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_people_book_init (YonderPeopleBook *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_people_book_new:
 * @path: of the file, which is made when there is something to put into it
 *
 * Starts to read what was kept; until that is done nothing is known, and then `changed` is emitted.
 *
 * Returns: (transfer full): the book
 */
YonderPeopleBook *
yonder_people_book_new (const char *path)
{
  YonderPeopleBook *self = g_object_new (YONDER_TYPE_PEOPLE_BOOK, NULL);

  self->file = yonder_kept_file_new (path);
  yonder_kept_file_read_async (self->file, self->cancellable, on_read, self);
  return self;
}

/**
 * yonder_people_book_get:
 * @self: the book
 * @server: a call server
 * @id: somebody's id there
 *
 * Returns: what is noted of them
 */
YonderNotes
yonder_people_book_get (YonderPeopleBook *self, const char *server, const char *id)
{
  YonderPeopleEntry *entry;

  g_return_val_if_fail (YONDER_IS_PEOPLE_BOOK (self), 0);

  entry = find (self, server, id);
  return entry != NULL ? entry->notes : 0;
}

/**
 * yonder_people_book_set:
 * @self: the book
 * @server: a call server
 * @id: somebody's id there
 * @name: what they are called
 * @note: what to note
 * @is_set: whether it is so, or is not so any more
 *
 * Notes something. Of somebody of whom nothing is noted any more nothing is kept either.
 */
void
yonder_people_book_set (YonderPeopleBook *self, const char *server, const char *id, const char *name, YonderNotes note, gboolean is_set)
{
  YonderPeopleEntry *entry;

  g_return_if_fail (YONDER_IS_PEOPLE_BOOK (self));
  g_return_if_fail (server != NULL && id != NULL && name != NULL);

  if (!is_set == !(yonder_people_book_get (self, server, id) & note))
    return;
  entry = ensure (self, server, id, name);
  if (entry == NULL)
    return;
  g_set_str (&entry->name, name);
  entry->notes = is_set ? entry->notes | note : entry->notes & ~note;
  if (entry->notes == 0)
    g_ptr_array_remove (self->entries, entry);

  self->is_dirty = !self->is_read;
  if (self->is_read)
    save (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

GPtrArray *
yonder_people_book_list (YonderPeopleBook *self, const char *server, YonderNotes notes)
{
  GPtrArray *list = g_ptr_array_new ();

  g_return_val_if_fail (YONDER_IS_PEOPLE_BOOK (self), list);

  for (guint i = 0; i < self->entries->len; i++) {
    YonderPeopleEntry *entry = g_ptr_array_index (self->entries, i);

    if (entry->notes & notes && (server == NULL || g_str_equal (entry->server, server)))
      g_ptr_array_add (list, entry);
  }
  return list;
}
