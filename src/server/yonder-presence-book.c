/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-presence-book.h"

/* Chosen: longer than a page takes to load again, shorter than anybody would wait for an answer. */
#define LEAVE_MS 5000

/* Chosen: nobody has more devices and pages open at once. */
#define MAX_SOCKETS 20

typedef struct {
  YonderPresenceBook *book; /* borrowed */
  YonderUser         *user;
  GPtrArray          *sockets; /* connected or suspended */
  GHashTable         *away; /* those of them whose user is away */
  const char         *status;
  guint               leave_timer;
} Entry;

struct _YonderPresenceBook {
  GObject parent_instance;

  YonderClock *clock;
  GHashTable  *entries; /* user id to Entry */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderPresenceBook, yonder_presence_book, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *self = data;

  yonder_clock_clear (self->book->clock, &self->leave_timer);
  for (guint i = 0; i < self->sockets->len; i++)
    g_signal_handlers_disconnect_by_data (self->sockets->pdata[i], self);
  g_hash_table_unref (self->away);
  g_ptr_array_unref (self->sockets);
  yonder_user_free (self->user);
  g_free (self);
}

static void
tell (Entry *entry, const char *status)
{
  if (g_strcmp0 (entry->status, status) == 0)
    return;
  entry->status = status;
  g_signal_emit (entry->book, signals[CHANGED], 0, entry->user->id, status);
}

static guint
count_connected (Entry *entry)
{
  guint n = 0;

  for (guint i = 0; i < entry->sockets->len; i++)
    n += yonder_sio_socket_is_connected (entry->sockets->pdata[i]);
  return n;
}

static void
leave (Entry *entry)
{
  YonderPresenceBook *self = entry->book;
  g_autofree char *id = g_strdup (entry->user->id);

  tell (entry, "offline");
  if (entry->sockets->len == 0)
    g_hash_table_remove (self->entries, id);
}

static gboolean
on_left (gpointer data)
{
  Entry *entry = data;

  entry->leave_timer = 0;
  leave (entry);
  return G_SOURCE_REMOVE;
}

/* Recomputes the status: a suspended socket still counts for a while. */
static void
update (Entry *entry)
{
  YonderClock *clock = entry->book->clock;
  guint n = count_connected (entry);

  if (n > 0) {
    yonder_clock_clear (clock, &entry->leave_timer);
    tell (entry, g_hash_table_size (entry->away) >= n ? "away" : "online");
  } else if (entry->sockets->len == 0) {
    yonder_clock_clear (clock, &entry->leave_timer);
    leave (entry);
  } else if (entry->leave_timer == 0)
    entry->leave_timer = yonder_clock_add (clock, LEAVE_MS, on_left, entry, NULL);
}

static void
on_disconnected (YonderSioSocket *socket, const char *reason, gboolean may_return, Entry *entry)
{
  g_hash_table_remove (entry->away, socket);
  if (may_return)
    update (entry);
}

static void
on_returned (YonderSioSocket *socket, Entry *entry)
{
  update (entry);
}

static void
on_gone (YonderSioSocket *socket, Entry *entry)
{
  g_signal_handlers_disconnect_by_data (socket, entry);
  g_ptr_array_remove (entry->sockets, socket);
  update (entry);
}

static void
yonder_presence_book_finalize (GObject *object)
{
  YonderPresenceBook *self = YONDER_PRESENCE_BOOK (object);

  g_hash_table_unref (self->entries);
  g_object_unref (self->clock);
  G_OBJECT_CLASS (yonder_presence_book_parent_class)->finalize (object);
}

static void
yonder_presence_book_class_init (YonderPresenceBookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_presence_book_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
yonder_presence_book_init (YonderPresenceBook *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
}

/**
 * yonder_presence_book_new:
 * @clock: for the moment that a lost user stays
 *
 * Returns: (transfer full): a book in which nobody stands
 */
YonderPresenceBook *
yonder_presence_book_new (YonderClock *clock)
{
  YonderPresenceBook *self = g_object_new (YONDER_TYPE_PRESENCE_BOOK, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

static GQuark
user_quark (void)
{
  return g_quark_from_static_string ("yonder-presence-user");
}

/**
 * yonder_presence_book_set_socket_user:
 * @socket: a socket
 * @user: whose it is; copied
 */
void
yonder_presence_book_set_socket_user (YonderSioSocket *socket, const YonderUser *user)
{
  g_object_set_qdata_full (G_OBJECT (socket), user_quark (), yonder_user_copy (user), (GDestroyNotify) yonder_user_free);
}

/**
 * yonder_presence_book_add:
 * @self: the book
 * @socket: an admitted socket whose user is known; followed until it is gone
 *
 * Returns: whether there was room: a user has at most 20 sockets
 */
gboolean
yonder_presence_book_add (YonderPresenceBook *self, YonderSioSocket *socket)
{
  const YonderUser *user = yonder_presence_book_get_socket_user (socket);
  Entry *entry = g_hash_table_lookup (self->entries, user->id);

  if (entry != NULL && entry->sockets->len >= MAX_SOCKETS)
    return FALSE;

  if (entry == NULL) {
    entry = g_new0 (Entry, 1);
    entry->book = self;
    entry->status = "offline";
    entry->user = yonder_user_copy (user);
    entry->sockets = g_ptr_array_new_with_free_func (g_object_unref);
    entry->away = g_hash_table_new (NULL, NULL);
    g_hash_table_insert (self->entries, entry->user->id, entry);
  }
  g_ptr_array_add (entry->sockets, g_object_ref (socket));
  g_signal_connect (socket, "disconnected", G_CALLBACK (on_disconnected), entry);
  g_signal_connect (socket, "returned", G_CALLBACK (on_returned), entry);
  g_signal_connect (socket, "gone", G_CALLBACK (on_gone), entry);
  update (entry);
  return TRUE;
}

/**
 * yonder_presence_book_set_away:
 * @self: the book
 * @socket: a connected socket that stands in it
 * @is_away: whether nobody sits before it
 */
void
yonder_presence_book_set_away (YonderPresenceBook *self, YonderSioSocket *socket, gboolean is_away)
{
  const YonderUser *user = yonder_presence_book_get_socket_user (socket);
  Entry *entry = user ? g_hash_table_lookup (self->entries, user->id) : NULL;

  if (entry == NULL || !yonder_sio_socket_is_connected (socket))
    return;
  if (is_away)
    g_hash_table_add (entry->away, socket);
  else
    g_hash_table_remove (entry->away, socket);
  update (entry);
}

/**
 * yonder_presence_book_clear:
 * @self: the book
 *
 * Forgets everybody, without telling.
 */
void
yonder_presence_book_clear (YonderPresenceBook *self)
{
  g_hash_table_remove_all (self->entries);
}

/**
 * yonder_presence_book_get_user:
 * @self: the book
 * @user_id: somebody's id
 *
 * Returns: (transfer none) (nullable): the user, if here
 */
const YonderUser *
yonder_presence_book_get_user (YonderPresenceBook *self, const char *user_id)
{
  const Entry *entry = g_hash_table_lookup (self->entries, user_id);

  return entry && strcmp (entry->status, "offline") != 0 ? entry->user : NULL;
}

/**
 * yonder_presence_book_get_status:
 * @self: the book
 * @user_id: somebody's id
 *
 * Returns: (transfer none): "online", "away" or "offline"
 */
const char *
yonder_presence_book_get_status (YonderPresenceBook *self, const char *user_id)
{
  const Entry *entry = g_hash_table_lookup (self->entries, user_id);

  return entry ? entry->status : "offline";
}

/**
 * yonder_presence_book_list_sockets:
 * @self: the book
 * @user_id: somebody's id
 *
 * Returns: (transfer full) (element-type YonderSioSocket): the user's sockets, suspended ones too; empty for nobody
 */
GPtrArray *
yonder_presence_book_list_sockets (YonderPresenceBook *self, const char *user_id)
{
  const Entry *entry = g_hash_table_lookup (self->entries, user_id);
  GPtrArray *sockets = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; entry && i < entry->sockets->len; i++)
    g_ptr_array_add (sockets, g_object_ref (entry->sockets->pdata[i]));
  return sockets;
}

/**
 * yonder_presence_book_list_users:
 * @self: the book
 *
 * Returns: (transfer full) (element-type YonderUser): copies of all who are here
 */
GPtrArray *
yonder_presence_book_list_users (YonderPresenceBook *self)
{
  GPtrArray *users = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_user_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (strcmp (((Entry *) value)->status, "offline") != 0)
      g_ptr_array_add (users, yonder_user_copy (((Entry *) value)->user));
  return users;
}

/**
 * yonder_presence_book_get_socket_user:
 * @socket: a socket
 *
 * Returns: (transfer none) (nullable): whose it is
 */
const YonderUser *
yonder_presence_book_get_socket_user (YonderSioSocket *socket)
{
  return g_object_get_qdata (G_OBJECT (socket), user_quark ());
}
