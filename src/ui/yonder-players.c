/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-players.h"

#define PREFIX "org.mpris.MediaPlayer2."
#define PATH "/org/mpris/MediaPlayer2"
#define INTERFACE "org.mpris.MediaPlayer2.Player"
/* Speaks for other players, which are asked themselves. */
#define PROXY_PLAYER PREFIX "playerctld"
/* chosen: more are not asked, whoever puts them on the bus */
#define MAX_PLAYERS 32
/* chosen: a player that does not answer by then hangs */
#define TIMEOUT_MS 2000

struct _YonderPlayers
{
  GObject          parent_instance;

  GDBusConnection *bus;         /* (nullable) */
  GCancellable    *cancellable; /* (nullable): of the pausing that goes on */
  GPtrArray       *paused;      /* of char: bus names of those that we paused */
  gboolean         is_paused;
};

G_DEFINE_FINAL_TYPE (YonderPlayers, yonder_players, G_TYPE_OBJECT)

/* A question to one player. */
typedef struct {
  YonderPlayers *players; /* (nullable): not asked for an answer */
  char          *name;
} Question;

static Question *
question_new (YonderPlayers *players, const char *name)
{
  Question *question = g_new0 (Question, 1);

  question->players = players != NULL ? g_object_ref (players) : NULL;
  question->name = g_strdup (name);
  return question;
}

static void
question_free (Question *question)
{
  g_clear_object (&question->players);
  g_free (question->name);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
ask_status (GDBusConnection *bus, const char *name, GCancellable *cancellable, GAsyncReadyCallback callback, Question *question)
{
  g_dbus_connection_call (bus, name, PATH, "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", INTERFACE, "PlaybackStatus"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, cancellable, callback, question);
}

static gboolean
has_status (GDBusConnection *bus, GAsyncResult *result, const char *status)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (bus, result, NULL);
  g_autoptr (GVariant) value = NULL;

  if (answer == NULL)
    return FALSE;
  g_variant_get (answer, "(v)", &value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) && g_str_equal (g_variant_get_string (value, NULL), status);
}

static void
tell (GDBusConnection *bus, const char *name, const char *method, GAsyncReadyCallback callback, Question *question)
{
  g_dbus_connection_call (bus, name, PATH, INTERFACE, method, NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, callback, question);
}

/* Going on */

static void
on_paused_status (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;

  /* who went on, or stopped, does not need us */
  if (has_status (G_DBUS_CONNECTION (source), result, "Paused"))
    tell (G_DBUS_CONNECTION (source), question->name, "Play", NULL, NULL);
}

static void
resume (GDBusConnection *bus, const char *name)
{
  ask_status (bus, name, NULL, on_paused_status, question_new (NULL, name));
}

static void
resume_all (YonderPlayers *self)
{
  for (guint i = 0; i < self->paused->len; i++)
    resume (self->bus, g_ptr_array_index (self->paused, i));
  g_ptr_array_set_size (self->paused, 0);
}

/* Pausing */

/* It may be over by now. */
static void
on_paused (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_info ("A player does not pause: %s", error->message);
  else if (question->players->is_paused)
    g_ptr_array_add (question->players->paused, g_steal_pointer (&question->name));
  else
    resume (G_DBUS_CONNECTION (source), question->name);
}

static void
on_playing_status (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;

  if (!has_status (G_DBUS_CONNECTION (source), result, "Playing") || !question->players->is_paused)
    return;
  tell (G_DBUS_CONNECTION (source), question->name, "Pause", on_paused, question_new (question->players, question->name));
}

static void
on_names_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderPlayers) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **names = NULL;
  guint n_players = 0;

  if (answer == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_info ("Players cannot be found: %s", error->message);
    return;
  }

  g_variant_get (answer, "(^a&s)", &names);
  for (guint i = 0; names[i] != NULL && n_players < MAX_PLAYERS; i++) {
    if (!g_str_has_prefix (names[i], PREFIX) || g_str_equal (names[i], PROXY_PLAYER))
      continue;
    n_players++;
    ask_status (self->bus, names[i], self->cancellable, on_playing_status, question_new (self, names[i]));
  }
}

static void
pause_all (YonderPlayers *self)
{
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, self->cancellable, on_names_listed, g_object_ref (self));
}

static void
yonder_players_dispose (GObject *object)
{
  YonderPlayers *self = YONDER_PLAYERS (object);

  if (self->paused != NULL)
    yonder_players_set_paused (self, FALSE);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paused, g_ptr_array_unref);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (yonder_players_parent_class)->dispose (object);
}

static void
yonder_players_class_init (YonderPlayersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_players_dispose;
}

static void
yonder_players_init (YonderPlayers *self)
{
  self->paused = g_ptr_array_new_with_free_func (g_free);
}

/**
 * yonder_players_new:
 * @bus: (nullable): the session bus; without one there are no players
 *
 * Returns: (transfer full): leaves everybody alone
 */
YonderPlayers *
yonder_players_new (GDBusConnection *bus)
{
  YonderPlayers *self = g_object_new (YONDER_TYPE_PLAYERS, NULL);

  g_set_object (&self->bus, bus);
  return self;
}

/**
 * yonder_players_set_paused:
 * @self: the players
 * @is_paused: whether they are to be silent
 *
 * Pauses those that play, or has those go on that were paused by this.
 */
void
yonder_players_set_paused (YonderPlayers *self, gboolean is_paused)
{
  if (self->is_paused == is_paused || self->bus == NULL)
    return;

  self->is_paused = is_paused;
  if (is_paused) {
    pause_all (self);
  } else {
    g_cancellable_cancel (self->cancellable);
    resume_all (self);
  }
}
