/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-line.h"

/* chosen: credentials are fetched anew when half their life is over, but not more often than this */
#define MIN_REFRESH_S 30
/* chosen: when the server has no ICE servers to give, ask again after this */
#define RETRY_S 300

struct _YonderLine
{
  GObject                parent_instance;

  YonderAccount         *account;
  YonderSocketSignaling *signaling;
  YonderContactList     *contacts;
  YonderCallManager     *calls;
  YonderClock           *clock;
  GCancellable          *cancellable; /* of what goes on in the background */
  guint                  refresh;
};

G_DEFINE_FINAL_TYPE (YonderLine, yonder_line, G_TYPE_OBJECT)

static void load_ice_servers (YonderLine *self);

static gboolean
on_refresh_due (gpointer data)
{
  YonderLine *self = data;

  self->refresh = 0;
  load_ice_servers (self);
  return G_SOURCE_REMOVE;
}

static void
on_ice_servers_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderLine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) servers = NULL;
  gint64 ttl_s = 0;
  gint64 wait_s = RETRY_S;

  servers = yonder_account_load_ice_servers_finish (YONDER_ACCOUNT (source), result, &ttl_s, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (servers != NULL) {
    yonder_call_manager_set_ice_servers (self->calls, servers, FALSE);
    wait_s = ttl_s > 0 ? MAX (ttl_s / 2, MIN_REFRESH_S) : 0;
  } else {
    g_info ("No ICE servers from the call server: %s", error->message);
  }

  if (wait_s > 0)
    self->refresh = yonder_clock_add (self->clock, (guint) MIN (wait_s, G_MAXUINT / 1000) * 1000, on_refresh_due, self, NULL);
}

static void
load_ice_servers (YonderLine *self)
{
  yonder_account_load_ice_servers_async (self->account, self->cancellable, on_ice_servers_loaded, g_object_ref (self));
}

static void
yonder_line_dispose (GObject *object)
{
  YonderLine *self = YONDER_LINE (object);

  if (self->account != NULL)
    yonder_line_close (self);
  g_clear_object (&self->calls);
  g_clear_object (&self->contacts);
  g_clear_object (&self->signaling);
  g_clear_object (&self->account);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_line_parent_class)->dispose (object);
}

static void
yonder_line_class_init (YonderLineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_line_dispose;
}

static void
yonder_line_init (YonderLine *self)
{
  self->cancellable = g_cancellable_new ();
}

/* What has to wait until the account is signed in. */
typedef struct {
  YonderMediaFactory *media;
  YonderClock        *clock;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_object (&opening->media);
  g_clear_object (&opening->clock);
  g_free (opening);
}

static YonderLine *
line_of_account (YonderAccount *account, Opening *opening)
{
  YonderLine *self = g_object_new (YONDER_TYPE_LINE, NULL);

  self->account = g_object_ref (account);
  self->clock = g_object_ref (opening->clock);
  self->signaling = yonder_socket_signaling_new (account, opening->clock);
  self->contacts = yonder_contact_list_new (account, YONDER_SIGNALING (self->signaling));
  self->calls = yonder_call_manager_new (YONDER_SIGNALING (self->signaling), opening->media, self->contacts, opening->clock);
  yonder_socket_signaling_open (self->signaling);
  yonder_contact_list_reload (self->contacts);
  load_ice_servers (self);
  return self;
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderAccount *account = YONDER_ACCOUNT (source);
  GError *error = NULL;

  if (yonder_account_sign_in_finish (account, result, &error))
    g_task_return_pointer (task, line_of_account (account, g_task_get_task_data (task)), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_signed_in_with_token (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderAccount *account = YONDER_ACCOUNT (source);
  GError *error = NULL;

  if (yonder_account_sign_in_with_token_finish (account, result, &error))
    g_task_return_pointer (task, line_of_account (account, g_task_get_task_data (task)), g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * yonder_line_open_async:
 * @credentials: where to sign in, and as whom
 * @media: makes the media of the calls
 * @clock: for the timers of the connection and of the calls
 * @cancellable: (nullable): ends the attempt
 * @callback: called when signed in, or not
 * @user_data: for @callback
 *
 * Signs in and connects. The connection itself comes up after the callback, and is watched through the signalling's state.
 */
void
yonder_line_open_async (const YonderLineCredentials *credentials, YonderMediaFactory *media, YonderClock *clock,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (YonderAccount) account = NULL;
  GError *error = NULL;
  Opening *opening;

  g_task_set_source_tag (task, yonder_line_open_async);
  opening = g_new0 (Opening, 1);
  opening->media = g_object_ref (media);
  opening->clock = g_object_ref (clock);
  g_task_set_task_data (task, opening, opening_free);

  account = yonder_account_new (credentials->server, credentials->profile, &error);
  if (account == NULL)
    g_task_return_error (task, error);
  else if (credentials->token != NULL)
    yonder_account_sign_in_with_token_async (account, credentials->token, cancellable, on_signed_in_with_token, g_steal_pointer (&task));
  else
    yonder_account_sign_in_async (account, credentials->user, credentials->password, cancellable, on_signed_in, g_steal_pointer (&task));
}

/**
 * yonder_line_open_finish:
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the line, or %NULL with @error set
 */
YonderLine *
yonder_line_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * yonder_line_close:
 * @self: a line
 *
 * Hangs up every call and disconnects. The token stays valid: signing out at the server is the account's business.
 */
void
yonder_line_close (YonderLine *self)
{
  g_cancellable_cancel (self->cancellable);
  yonder_clock_clear (self->clock, &self->refresh);
  yonder_call_manager_hang_up_all (self->calls);
  yonder_socket_signaling_close (self->signaling);
}

/**
 * yonder_line_reconnect:
 * @self: a line
 *
 * Tries the connection to the server again at once, after it was refused or given up.
 */
void
yonder_line_reconnect (YonderLine *self)
{
  yonder_socket_signaling_close (self->signaling);
  yonder_socket_signaling_open (self->signaling);
}

/**
 * yonder_line_get_account:
 * @self: a line
 *
 * Returns: (transfer none): who is signed in, and where
 */
YonderAccount *
yonder_line_get_account (YonderLine *self)
{
  return self->account;
}

/**
 * yonder_line_get_signaling:
 * @self: a line
 *
 * Returns: (transfer none): the connection to the server
 */
YonderSocketSignaling *
yonder_line_get_signaling (YonderLine *self)
{
  return self->signaling;
}

/**
 * yonder_line_get_contacts:
 * @self: a line
 *
 * Returns: (transfer none): everybody who can be called
 */
YonderContactList *
yonder_line_get_contacts (YonderLine *self)
{
  return self->contacts;
}

/**
 * yonder_line_get_calls:
 * @self: a line
 *
 * Returns: (transfer none): the calls of this user
 */
YonderCallManager *
yonder_line_get_calls (YonderLine *self)
{
  return self->calls;
}
