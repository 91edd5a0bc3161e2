/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-switchboard.h"

#include <glib/gi18n.h>

#include "yonder-account-words.h"
#include "yonder-call-words.h"
#include "yonder-profile.h"

/* chosen: between two tries to sign in; a change of the network is another reason to try */
#define RETRY_MS 30000

struct _YonderSwitchboard
{
  GObject                parent_instance;

  YonderSwitchboardParts parts;
  GListStore            *lines;
  GHashTable            *attempts; /* borrowed YonderAccountEntry: GCancellable of what goes on for it */
  guint                  retry;
};

G_DEFINE_FINAL_TYPE (YonderSwitchboard, yonder_switchboard, G_TYPE_OBJECT)

enum {
  ASKED,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* One attempt to sign in. */
typedef struct {
  YonderSwitchboard  *switchboard;
  YonderAccountEntry *entry; /* (nullable): none before somebody who joins is signed in */
  GTask              *task;  /* (nullable): of whoever joins */
  char               *server;
  char               *profile;
  char               *user;
  gboolean            is_guest;
  gboolean            is_with_token;
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_clear_object (&attempt->switchboard);
  g_clear_object (&attempt->entry);
  g_clear_object (&attempt->task);
  g_free (attempt->server);
  g_free (attempt->profile);
  g_free (attempt->user);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static void
set_standing (YonderSwitchboard *self, YonderAccountEntry *entry, YonderStanding standing, const char *sentence)
{
  gboolean is_asked = standing == YONDER_STANDING_ASKING && yonder_account_entry_get_standing (entry) != standing;

  yonder_account_entry_set_standing (entry, standing, sentence);
  g_signal_emit (self, signals[CHANGED], 0);
  if (is_asked)
    g_signal_emit (self, signals[ASKED], 0, entry);
}

/* What goes on for an account ends; gives what ends the next thing. */
static GCancellable *
begin_attempt (YonderSwitchboard *self, YonderAccountEntry *entry)
{
  GCancellable *former = g_hash_table_lookup (self->attempts, entry);
  GCancellable *cancellable = g_cancellable_new ();

  if (former != NULL)
    g_cancellable_cancel (former);
  g_hash_table_insert (self->attempts, entry, cancellable);
  return cancellable;
}

static void
end_attempt (YonderSwitchboard *self, YonderAccountEntry *entry)
{
  GCancellable *cancellable = g_hash_table_lookup (self->attempts, entry);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  g_hash_table_remove (self->attempts, entry);
}

/* Secrets */

static void
on_secret_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_secrets_store_finish (YONDER_SECRETS (source), result, &error))
    g_info ("The sign-in will not be remembered: %s", error->message);
}

static void
on_secret_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_secrets_clear_finish (YONDER_SECRETS (source), result, &error))
    g_info ("The stored sign-in could not be removed: %s", error->message);
}

static void
remember (YonderSwitchboard *self, YonderAccountEntry *entry, const char *token)
{
  if (token == NULL || yonder_account_entry_is_here (entry) || yonder_account_entry_is_passing (entry))
    return;
  yonder_secrets_store_async (self->parts.secrets, yonder_account_entry_get_server (entry), yonder_account_entry_get_user (entry), token,
                              NULL, on_secret_stored, NULL);
}

/* Lines */

static void
on_line_changed (YonderSwitchboard *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
take_line (YonderSwitchboard *self, YonderAccountEntry *entry, YonderLine *line)
{
  g_autofree char *place = yonder_account_entry_dup_place (entry);

  yonder_line_set_place (line, place);
  yonder_account_entry_set_line (entry, line);
  g_signal_connect_object (yonder_line_get_signaling (line), "notify::state", G_CALLBACK (on_line_changed), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->lines, line);
  set_standing (self, entry, YONDER_STANDING_OPEN, NULL);
}

static void
drop_line (YonderSwitchboard *self, YonderAccountEntry *entry)
{
  g_autoptr (YonderLine) line = yonder_account_entry_get_line (entry) != NULL ? g_object_ref (yonder_account_entry_get_line (entry)) : NULL;
  guint position;

  if (line == NULL)
    return;
  g_signal_handlers_disconnect_by_data (yonder_line_get_signaling (line), self);
  yonder_account_entry_set_line (entry, NULL);
  if (g_list_store_find (self->lines, line, &position))
    g_list_store_remove (self->lines, position);
  yonder_line_close (line);
}

/* Somebody signed in whose sign-in had run out: the line stays as it is, with its calls and contacts. */
static gboolean
renew (YonderSwitchboard *self, YonderAccountEntry *entry, YonderLine *fresh, GError **error)
{
  YonderLine *line = yonder_account_entry_get_line (entry);
  gboolean is_same = yonder_account_adopt (yonder_line_get_account (line), yonder_line_get_account (fresh), error);

  yonder_line_close (fresh);
  if (is_same)
    yonder_socket_signaling_open (yonder_line_get_signaling (line));
  return is_same;
}

/* Signing in */

static gboolean
on_retry (gpointer data)
{
  YonderSwitchboard *self = data;
  GListModel *entries = G_LIST_MODEL (self->parts.book);

  self->retry = 0;
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++) {
    g_autoptr (YonderAccountEntry) entry = g_list_model_get_item (entries, i);

    if (yonder_account_entry_get_standing (entry) == YONDER_STANDING_WAITING)
      yonder_switchboard_open (self, entry);
  }
  return G_SOURCE_REMOVE;
}

/* What the network keeps from working is tried again; of the rest the user is told. */
static void
fail (YonderSwitchboard *self, Attempt *attempt, const GError *error)
{
  gboolean is_final = g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED) ||
                      g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED) ||
                      g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID) ||
                      error->domain == YONDER_PROFILE_ERROR;
  g_autofree char *sentence = NULL;

  if (attempt->is_with_token && g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED))
    sentence = g_strdup (_("Your sign-in has run out. Sign in again."));
  else
    sentence = yonder_words_for_connection_error (error, attempt->server);

  if (!is_final && self->retry == 0)
    self->retry = yonder_clock_add (self->parts.clock, RETRY_MS, on_retry, self, NULL);
  set_standing (self, attempt->entry, is_final ? YONDER_STANDING_ASKING : YONDER_STANDING_WAITING, sentence);
}

static YonderAccountEntry *
entry_of_user (YonderSwitchboard *self, Attempt *attempt, YonderAccount *account)
{
  YonderAccountEntry *entry = yonder_account_book_find (self->parts.book, attempt->server, attempt->user);
  GListModel *entries = G_LIST_MODEL (self->parts.book);

  /* the same person by another name, as by an e-mail address */
  for (guint i = 0; entry == NULL && i < g_list_model_get_n_items (entries); i++) {
    g_autoptr (YonderAccountEntry) other = g_list_model_get_item (entries, i);
    YonderLine *line = yonder_account_entry_get_line (other);

    if (line != NULL && g_str_equal (yonder_account_entry_get_server (other), attempt->server) &&
        yonder_account_get_user_id (account) != NULL &&
        g_strcmp0 (yonder_account_get_user_id (yonder_line_get_account (line)), yonder_account_get_user_id (account)) == 0)
      entry = other;
  }
  if (entry != NULL)
    return g_object_ref (entry);

  entry = yonder_account_entry_new (attempt->server, attempt->profile, attempt->user, attempt->is_guest);
  yonder_account_book_insert (self->parts.book, G_MAXUINT, entry);
  return entry;
}

/* Somebody has signed in by hand. */
static void
take_joined (YonderSwitchboard *self, Attempt *attempt, YonderLine *line)
{
  g_autoptr (YonderAccountEntry) entry = entry_of_user (self, attempt, yonder_line_get_account (line));
  GError *error = NULL;

  end_attempt (self, entry);
  remember (self, entry, yonder_account_get_token (yonder_line_get_account (line)));
  yonder_account_entry_set_guest (entry, attempt->is_guest);
  yonder_account_entry_set_on (entry, TRUE);
  if (yonder_account_entry_get_line (entry) == NULL)
    take_line (self, entry, line);
  else if (!renew (self, entry, line, &error)) {
    g_task_return_error (attempt->task, error);
    return;
  }
  g_task_return_pointer (attempt->task, g_object_ref (entry), g_object_unref);
}

static void sign_in (YonderSwitchboard *self, Attempt *attempt, const char *password, const char *token, GCancellable *cancellable);

static void
on_line_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  YonderSwitchboard *self = attempt->switchboard;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderLine) line = yonder_line_open_finish (result, &error);

  if (attempt->task != NULL && line == NULL) {
    g_task_return_error (attempt->task, g_steal_pointer (&error));
  } else if (attempt->task != NULL) {
    take_joined (self, attempt, line);
  } else if (line != NULL) {
    g_hash_table_remove (self->attempts, attempt->entry);
    remember (self, attempt->entry, yonder_account_get_token (yonder_line_get_account (line)));
    take_line (self, attempt->entry, line);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    return;
  } else if (attempt->is_guest && attempt->is_with_token &&
             g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED)) {
    GCancellable *cancellable = begin_attempt (self, attempt->entry);

    /* a guest needs no more than the name */
    attempt->is_with_token = FALSE;
    sign_in (self, g_steal_pointer (&attempt), NULL, NULL, cancellable);
  } else {
    g_hash_table_remove (self->attempts, attempt->entry);
    fail (self, attempt, error);
  }
}

/* Takes @attempt. */
static void
sign_in (YonderSwitchboard *self, Attempt *attempt, const char *password, const char *token, GCancellable *cancellable)
{
  gboolean is_here = g_strcmp0 (attempt->server, yonder_host_get_uri (self->parts.host)) == 0;
  YonderLineCredentials credentials = { attempt->server, attempt->profile, attempt->user, password, token };
  g_autoptr (YonderIceSources) ice_sources = self->parts.make_ice_sources (self->parts.data);
  YonderLineParts parts = {
    self->parts.media,    self->parts.floor, ice_sources, self->parts.people,
    self->parts.settings, self->parts.clock, is_here ? YONDER_ACCOUNT_HERE : NULL,
  };

  yonder_line_open_async (&credentials, &parts, cancellable, on_line_opened, attempt);
}

static Attempt *
attempt_new (YonderSwitchboard *self, YonderAccountEntry *entry)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->switchboard = g_object_ref (self);
  attempt->entry = g_object_ref (entry);
  attempt->server = g_strdup (yonder_account_entry_get_server (entry));
  attempt->profile = g_strdup (yonder_account_entry_get_profile (entry));
  attempt->user = g_strdup (yonder_account_entry_get_user (entry));
  attempt->is_guest = yonder_account_entry_is_guest (entry);
  return attempt;
}

static void
on_host_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  YonderSwitchboard *self = attempt->switchboard;
  g_autoptr (GError) error = NULL;
  gboolean is_started = yonder_host_start_finish (self->parts.host, result, &error);
  GCancellable *cancellable;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!is_started) {
    yonder_host_stop (self->parts.host);
    g_hash_table_remove (self->attempts, attempt->entry);
    set_standing (self, attempt->entry, YONDER_STANDING_ASKING, error->message);
    return;
  }
  g_free (attempt->server);
  attempt->server = g_strdup (yonder_host_get_uri (self->parts.host));
  if (*attempt->user == '\0') {
    g_free (attempt->user);
    attempt->user = g_strdup (yonder_words_for_own_name ());
  }
  cancellable = g_hash_table_lookup (self->attempts, attempt->entry);
  sign_in (self, g_steal_pointer (&attempt), NULL, NULL, cancellable);
}

static void
on_secret_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  YonderSwitchboard *self = attempt->switchboard;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = yonder_secrets_lookup_finish (YONDER_SECRETS (source), result, &error);
  GCancellable *cancellable;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  cancellable = g_hash_table_lookup (self->attempts, attempt->entry);
  if (token == NULL && !attempt->is_guest) {
    g_hash_table_remove (self->attempts, attempt->entry);
    set_standing (self, attempt->entry, YONDER_STANDING_ASKING, _("Your password is needed. Sign in again."));
    return;
  }
  attempt->is_with_token = token != NULL;
  sign_in (self, g_steal_pointer (&attempt), NULL, token, cancellable);
}

static void
yonder_switchboard_dispose (GObject *object)
{
  YonderSwitchboard *self = YONDER_SWITCHBOARD (object);

  if (self->parts.book != NULL)
    yonder_switchboard_close_all (self);
  g_clear_object (&self->lines);
  g_clear_object (&self->parts.book);
  g_clear_object (&self->parts.host);
  g_clear_object (&self->parts.secrets);
  g_clear_object (&self->parts.media);
  g_clear_object (&self->parts.floor);
  g_clear_object (&self->parts.people);
  g_clear_object (&self->parts.settings);
  g_clear_object (&self->parts.clock);

  G_OBJECT_CLASS (yonder_switchboard_parent_class)->dispose (object);
}

static void
yonder_switchboard_finalize (GObject *object)
{
  g_hash_table_unref (YONDER_SWITCHBOARD (object)->attempts);

  G_OBJECT_CLASS (yonder_switchboard_parent_class)->finalize (object);
}

static void
yonder_switchboard_class_init (YonderSwitchboardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_switchboard_dispose;
  object_class->finalize = yonder_switchboard_finalize;

  signals[ASKED] = g_signal_new ("asked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, YONDER_TYPE_ACCOUNT_ENTRY);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_switchboard_init (YonderSwitchboard *self)
{
  self->lines = g_list_store_new (YONDER_TYPE_LINE);
  self->attempts = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
}

/**
 * yonder_switchboard_new:
 * @parts: what lines are made with
 *
 * Returns: (transfer full): a switchboard that has opened no line yet
 */
YonderSwitchboard *
yonder_switchboard_new (const YonderSwitchboardParts *parts)
{
  YonderSwitchboard *self = g_object_new (YONDER_TYPE_SWITCHBOARD, NULL);

  self->parts = *parts;
  g_object_ref (parts->book);
  g_object_ref (parts->host);
  g_object_ref (parts->secrets);
  g_object_ref (parts->media);
  g_object_ref (parts->floor);
  g_object_ref (parts->people);
  g_object_ref (parts->settings);
  g_object_ref (parts->clock);
  g_signal_connect_object (parts->book, "items-changed", G_CALLBACK (on_line_changed), self, G_CONNECT_SWAPPED);
  return self;
}

YonderAccountBook *
yonder_switchboard_get_book (YonderSwitchboard *self)
{
  return self->parts.book;
}

GListModel *
yonder_switchboard_get_lines (YonderSwitchboard *self)
{
  return G_LIST_MODEL (self->lines);
}

/**
 * yonder_switchboard_find_line:
 * @self: the switchboard
 * @mark: (nullable): what the contacts and calls of a line are told by
 *
 * Returns: (transfer none) (nullable): that line, if it is open
 */
YonderLine *
yonder_switchboard_find_line (YonderSwitchboard *self, const char *mark)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->lines)); i++) {
    g_autoptr (YonderLine) line = g_list_model_get_item (G_LIST_MODEL (self->lines), i);

    if (g_strcmp0 (yonder_line_get_mark (line), mark) == 0)
      return line;
  }
  return NULL;
}

YonderAccountEntry *
yonder_switchboard_find_entry (YonderSwitchboard *self, YonderLine *line)
{
  GListModel *entries = G_LIST_MODEL (self->parts.book);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++) {
    g_autoptr (YonderAccountEntry) entry = g_list_model_get_item (entries, i);

    if (yonder_account_entry_get_line (entry) == line)
      return entry;
  }
  return NULL;
}

/* Whether somebody is being signed in, or will be as soon as the network allows. */
gboolean
yonder_switchboard_is_busy (YonderSwitchboard *self)
{
  return self->retry != 0 || g_hash_table_size (self->attempts) > 0;
}

/**
 * yonder_switchboard_open:
 * @self: the switchboard
 * @entry: an account of the book
 *
 * Signs in as the last time, unless there is a line already.
 */
void
yonder_switchboard_open (YonderSwitchboard *self, YonderAccountEntry *entry)
{
  GCancellable *cancellable;

  if (yonder_account_entry_get_line (entry) != NULL || g_hash_table_contains (self->attempts, entry))
    return;
  cancellable = begin_attempt (self, entry);
  set_standing (self, entry, YONDER_STANDING_SIGNING_IN, NULL);
  if (yonder_account_entry_is_here (entry))
    yonder_host_start_async (self->parts.host, cancellable, on_host_started, attempt_new (self, entry));
  else
    yonder_secrets_lookup_async (self->parts.secrets, yonder_account_entry_get_server (entry), yonder_account_entry_get_user (entry),
                                 cancellable, on_secret_found, attempt_new (self, entry));
}

/* Opens every account that is on. */
void
yonder_switchboard_open_all (YonderSwitchboard *self)
{
  GListModel *entries = G_LIST_MODEL (self->parts.book);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++) {
    g_autoptr (YonderAccountEntry) entry = g_list_model_get_item (entries, i);

    if (yonder_account_entry_is_on (entry) && yonder_account_entry_get_standing (entry) == YONDER_STANDING_OFF)
      yonder_switchboard_open (self, entry);
  }
}

/* For a token that is not kept, as one of the environment. */
void
yonder_switchboard_open_with_token (YonderSwitchboard *self, YonderAccountEntry *entry, const char *token)
{
  Attempt *attempt = attempt_new (self, entry);

  attempt->is_with_token = TRUE;
  set_standing (self, entry, YONDER_STANDING_SIGNING_IN, NULL);
  sign_in (self, attempt, NULL, token, begin_attempt (self, entry));
}

/* The network changed: what waits for its next turn is tried now. */
void
yonder_switchboard_try_again (YonderSwitchboard *self)
{
  if (self->retry == 0)
    return;
  yonder_clock_clear (self->parts.clock, &self->retry);
  on_retry (self);
}

/**
 * yonder_switchboard_close:
 * @self: the switchboard
 * @entry: an account
 *
 * Hangs up its calls and disconnects; the sign-in stays valid, so that it can be opened again.
 */
void
yonder_switchboard_close (YonderSwitchboard *self, YonderAccountEntry *entry)
{
  end_attempt (self, entry);
  drop_line (self, entry);
  if (yonder_account_entry_is_here (entry))
    yonder_host_stop (self->parts.host);
  set_standing (self, entry, YONDER_STANDING_OFF, NULL);
}

/* Before Yonder ends; what is on stays so for the next start. */
void
yonder_switchboard_close_all (YonderSwitchboard *self)
{
  GListModel *entries = G_LIST_MODEL (self->parts.book);

  yonder_clock_clear (self->parts.clock, &self->retry);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++) {
    g_autoptr (YonderAccountEntry) entry = g_list_model_get_item (entries, i);

    end_attempt (self, entry);
    drop_line (self, entry);
  }
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_account_sign_out_finish (YONDER_ACCOUNT (source), result, &error))
    g_info ("The server was not told of the sign-out: %s", error->message);
}

/**
 * yonder_switchboard_sign_out:
 * @self: the switchboard
 * @entry: an account
 *
 * Ends its calls, forgets the token, tells the server, and turns the account off.
 */
void
yonder_switchboard_sign_out (YonderSwitchboard *self, YonderAccountEntry *entry)
{
  YonderLine *line = yonder_account_entry_get_line (entry);

  if (line != NULL)
    yonder_account_sign_out_async (yonder_line_get_account (line), NULL, on_signed_out, NULL);
  yonder_switchboard_forget (self, entry);
  yonder_account_entry_set_guest (entry, FALSE);
  yonder_account_entry_set_on (entry, FALSE);
  yonder_switchboard_close (self, entry);
}

/* Forgets the token of an account. */
void
yonder_switchboard_forget (YonderSwitchboard *self, YonderAccountEntry *entry)
{
  if (!yonder_account_entry_is_here (entry) && !yonder_account_entry_is_passing (entry))
    yonder_secrets_clear_async (self->parts.secrets, yonder_account_entry_get_server (entry), yonder_account_entry_get_user (entry), NULL,
                                on_secret_cleared, NULL);
}

/**
 * yonder_switchboard_join_async:
 * @self: the switchboard
 * @credentials: where to sign in, and as whom
 * @cancellable: (nullable): ends the attempt
 * @callback: called when signed in, or not
 * @user_data: for @callback
 *
 * Signs in by hand: to a new account, which is kept then, or again to one whose sign-in has run out, which goes on as it was.
 */
void
yonder_switchboard_join_async (YonderSwitchboard *self, const YonderLineCredentials *credentials, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->switchboard = g_object_ref (self);
  attempt->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (attempt->task, yonder_switchboard_join_async);
  attempt->server = g_strdup (credentials->server);
  attempt->profile = g_strdup (credentials->profile);
  attempt->user = g_strdup (credentials->user);
  attempt->is_guest = credentials->password == NULL && credentials->token == NULL;
  sign_in (self, attempt, credentials->password, credentials->token, cancellable);
}

/**
 * yonder_switchboard_join_finish:
 * @self: the switchboard
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the account that is signed in now, or %NULL with @error set
 */
YonderAccountEntry *
yonder_switchboard_join_finish (YonderSwitchboard *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * yonder_switchboard_host:
 * @self: the switchboard
 * @name: (nullable): what others see of the user; %NULL for the name of before, or that of the system's account
 *
 * Has the account on the server in this process, and opens it. A server that runs already is started again as the settings are now.
 */
void
yonder_switchboard_host (YonderSwitchboard *self, const char *name)
{
  g_autoptr (YonderAccountEntry) entry = NULL;

  g_set_object (&entry, yonder_account_book_find (self->parts.book, YONDER_ACCOUNT_HERE, NULL));
  if (entry != NULL)
    yonder_switchboard_close (self, entry);
  if (entry != NULL && name != NULL && !g_str_equal (name, yonder_account_entry_get_user (entry))) {
    yonder_account_book_remove (self->parts.book, entry);
    g_clear_object (&entry);
  }
  if (entry == NULL) {
    entry = yonder_account_entry_new (YONDER_ACCOUNT_HERE, "vigi", name != NULL ? name : "", TRUE);
    yonder_account_book_insert (self->parts.book, G_MAXUINT, entry);
  }
  yonder_account_entry_set_on (entry, TRUE);
  yonder_switchboard_open (self, entry);
}
