/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signing in and out: who is asked, what is remembered, and the line that comes of it. */

#include "yonder-application-private.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"

/* chosen: between two tries to sign in while nobody looks; a change of the network is another reason to try */
#define RETRY_MS 30000

/* One attempt to sign in, with what has to be remembered when it succeeds. */
typedef struct {
  YonderApplication *application;
  char              *server;
  char              *profile;
  char              *user;
  gboolean           is_guest;
  gboolean           is_with_token;
  gboolean           is_hosted_here;
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_clear_object (&attempt->application);
  g_clear_pointer (&attempt->server, g_free);
  g_clear_pointer (&attempt->profile, g_free);
  g_clear_pointer (&attempt->user, g_free);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static const char *
own_name (void)
{
  const char *name = g_get_real_name ();

  return name != NULL && *name != '\0' && g_strcmp0 (name, "Unknown") != 0 ? name : g_get_user_name ();
}

/* Without a window Yonder waits for calls, or for the network that it needs to do so. */
static void
update_reachable (YonderApplication *self)
{
  yonder_background_set_reachable (self->background, self->line != NULL || self->is_opening || self->retry != 0);
}

/* Ends what --exit-after-startup started, once there is something to see. */
static void
on_started (YonderApplication *self)
{
  if (self->exits_after_startup)
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
}

/* Nobody can be asked now. A window that is opened later begins anew. */
static void
wait_for_window (YonderApplication *self)
{
  self->is_begun = FALSE;
  self->is_started_in_background = FALSE;
  update_reachable (self);
}

static void
show_sign_in (YonderApplication *self, const char *server, const char *user, const char *error)
{
  YonderSignInPage *page;

  self->is_opening = FALSE;
  if (self->window == NULL) {
    g_info ("Nobody is signed in: %s", error != NULL ? error : "nobody was the last time");
    wait_for_window (self);
    return;
  }

  update_reachable (self);
  page = yonder_window_get_sign_in_page (self->window);
  yonder_sign_in_page_set_busy (page, FALSE);
  if (server != NULL || user != NULL)
    yonder_sign_in_page_set_fields (page, server, user);
  yonder_sign_in_page_set_error (page, error);
  yonder_window_show_sign_in (self->window);
  on_started (self);
}

/* The line */

static void
on_signaling_state_changed (YonderApplication *self)
{
  yonder_application_update_actions (self);
  yonder_application_place_pending_call (self);
  if (self->line != NULL &&
      yonder_signaling_get_state (YONDER_SIGNALING (yonder_line_get_signaling (self->line))) == YONDER_SIGNALING_ONLINE)
    on_started (self);
}

static void
on_incoming (YonderApplication *self, YonderCall *call)
{
  yonder_application_show_call (self, call);
  yonder_call_notifier_follow (self->notifier, call);
}

/* Said once of each: somebody who calls all the time is not to be heard of all the time. */
static void
on_silenced (YonderApplication *self, YonderCall *call)
{
  YonderContact *peer = yonder_call_get_peer (call);
  g_autofree char *words = NULL;

  if (self->window == NULL || !g_set_str (&self->silenced_peer, yonder_contact_get_id (peer)))
    return;
  words = g_strdup_printf (_("%s calls again and again, and does not ring for a while"), yonder_contact_get_name (peer));
  yonder_window_tell_of_person (self->window, words, yonder_contact_get_id (peer), yonder_contact_get_name (peer));
}

/* Who the people on the line are to the user, who of them may ring, and what is kept of their calls. */
static void
make_people (YonderApplication *self)
{
  YonderCallManager *calls = yonder_line_get_calls (self->line);
  g_autofree char *server = yonder_application_dup_server_name (self);

  self->people = yonder_people_new (yonder_line_get_account (self->line), yonder_line_get_contacts (self->line), self->doorkeeper, self->book,
                                    server);
  yonder_call_manager_set_doorkeeper (calls, self->doorkeeper);
  yonder_call_history_follow (self->history, calls);
  yonder_call_log_follow (self->log, calls, yonder_people_get_mark (self->people));
  g_signal_connect_object (calls, "silenced", G_CALLBACK (on_silenced), self, G_CONNECT_SWAPPED);
}

static gboolean
is_not_among (GValue *value, GVariant *variant, gpointer server)
{
  g_autofree const char **without = g_variant_get_strv (variant, NULL);

  g_value_set_boolean (value, !g_strv_contains (without, server));
  return TRUE;
}

/* On some servers calls are known not to work. */
static void
bind_offers_calls (YonderApplication *self, YonderLine *line)
{
  g_settings_bind_with_mapping (self->settings, "servers-without-calls", line, "offers-calls", G_SETTINGS_BIND_GET,
                                is_not_among, NULL, yonder_application_dup_server_name (self), g_free);
}

static void
set_line (YonderApplication *self, YonderLine *line)
{
  if (self->line != NULL) {
    g_signal_handlers_disconnect_by_data (yonder_line_get_signaling (self->line), self);
    g_signal_handlers_disconnect_by_data (yonder_line_get_calls (self->line), self);
    g_signal_handlers_disconnect_by_data (yonder_line_get_contacts (self->line), self);
    g_signal_handlers_disconnect_by_data (self->line, self);
    yonder_line_close (self->line);
    g_clear_object (&self->people);
  }

  g_set_object (&self->line, line);
  if (line != NULL) {
    g_signal_connect_object (yonder_line_get_signaling (line), "notify::state", G_CALLBACK (on_signaling_state_changed), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (yonder_line_get_calls (line), "incoming", G_CALLBACK (on_incoming), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (yonder_line_get_contacts (line), "items-changed", G_CALLBACK (yonder_application_place_pending_call), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (yonder_line_get_contacts (line), "notify::is-loading", G_CALLBACK (yonder_application_place_pending_call), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (line, "notify::offers-calls", G_CALLBACK (yonder_application_update_actions), self, G_CONNECT_SWAPPED);
    bind_offers_calls (self, line);
    g_settings_bind (self->settings, "meeting-address", yonder_line_get_calls (line), "meeting-base", G_SETTINGS_BIND_GET);
    make_people (self);
  }
  yonder_call_attendant_set_calls (self->attendant, line != NULL ? yonder_line_get_calls (line) : NULL);
  update_reachable (self);
  yonder_application_update_actions (self);
}

static void
on_secret_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_secrets_store_finish (YONDER_SECRETS (source), result, &error))
    g_info ("The sign-in will not be remembered: %s", error->message);
}

static void
remember (YonderApplication *self, const Attempt *attempt)
{
  const char *token = yonder_account_get_token (yonder_line_get_account (self->line));

  if (attempt->is_hosted_here) {
    g_settings_set_string (self->settings, "start-with", "this-computer");
    return;
  }
  if (attempt->user == NULL)
    return;

  g_settings_set_string (self->settings, "start-with", "server");
  g_settings_set_string (self->settings, "server", attempt->server);
  g_settings_set_string (self->settings, "profile", attempt->profile);
  g_settings_set_string (self->settings, "user", attempt->user);
  g_settings_set_boolean (self->settings, "is-guest", attempt->is_guest);
  if (token != NULL)
    yonder_secrets_store_async (self->secrets, attempt->server, attempt->user, token, NULL, on_secret_stored, NULL);
}

/* What a title has room for: the host, without scheme and path. */
static char *
place_of_server (const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);

  return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : server);
}

/**
 * yonder_application_show_line:
 * @self: the application, with its window and a line
 *
 * Shows who can be called.
 */
void
yonder_application_show_line (YonderApplication *self)
{
  g_autofree char *place = NULL;

  place = yonder_application_is_hosted_here (self) ? g_strdup (_("On This Computer"))
          : place_of_server (yonder_account_get_server (yonder_line_get_account (self->line)));
  yonder_sign_in_page_set_busy (yonder_window_get_sign_in_page (self->window), FALSE);
  yonder_window_show_line (self->window, self->line, self->people, place);
}

static gboolean
on_retry (gpointer data)
{
  YonderApplication *self = data;

  self->retry = 0;
  if (self->line == NULL && !self->is_opening)
    yonder_application_begin (self);
  return G_SOURCE_REMOVE;
}

/* Without a window nobody reads a sentence. What the network keeps from working is tried again; of the rest the user is told. */
static void
fail_unseen (YonderApplication *self, const GError *error, const char *sentence)
{
  if (g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED) ||
      g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED)) {
    yonder_call_notifier_tell_of_sign_out (self->notifier, sentence);
    wait_for_window (self);
    return;
  }

  g_info ("Signing in again later: %s", sentence);
  self->retry = yonder_clock_add (self->clock, RETRY_MS, on_retry, self, NULL);
  update_reachable (self);
}

static void
on_line_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  YonderApplication *self = attempt->application;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderLine) line = yonder_line_open_finish (result, &error);
  g_autofree char *sentence = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (line == NULL) {
    if (attempt->is_with_token && g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED))
      sentence = g_strdup (_("Your sign-in has run out. Sign in again."));
    else
      sentence = yonder_words_for_connection_error (error, attempt->server);
    if (self->window != NULL) {
      show_sign_in (self, NULL, NULL, sentence);
      return;
    }
    self->is_opening = FALSE;
    fail_unseen (self, error, sentence);
    return;
  }

  self->is_opening = FALSE;
  set_line (self, line);
  remember (self, attempt);
  if (self->window != NULL)
    yonder_application_show_line (self);
}

static GCancellable *
new_cancellable (YonderApplication *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->is_opening = TRUE;
  update_reachable (self);
  return self->cancellable;
}

static void
open_line (YonderApplication *self, const char *server, const char *profile, const char *user, const char *password, const char *token)
{
  YonderLineCredentials credentials = { server, profile, user, password, token };
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->application = g_object_ref (self);
  attempt->server = g_strdup (server);
  attempt->profile = g_strdup (profile);
  attempt->user = g_strdup (user);
  attempt->is_guest = password == NULL && token == NULL;
  attempt->is_with_token = token != NULL;
  attempt->is_hosted_here = g_strcmp0 (server, yonder_host_get_uri (self->host)) == 0;
  yonder_line_open_async (&credentials, self->media, self->ice_sources, self->clock, new_cancellable (self), on_line_opened, attempt);
}

/* Starting */

static void
on_host_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderApplication) self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_started = yonder_host_start_finish (self->host, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (is_started) {
    open_line (self, yonder_host_get_uri (self->host), "vigi", own_name (), NULL, NULL);
    return;
  }

  yonder_host_stop (self->host);
  show_sign_in (self, NULL, own_name (), error->message);
}

static void
start_embedded (YonderApplication *self)
{
  yonder_host_start_async (self->host, new_cancellable (self), on_host_started, g_object_ref (self));
}

static void
on_secret_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderApplication) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = yonder_secrets_lookup_finish (YONDER_SECRETS (source), result, &error);
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");
  g_autofree char *user = g_settings_get_string (self->settings, "user");

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (self->window != NULL)
    yonder_sign_in_page_set_fields (yonder_window_get_sign_in_page (self->window), server, user);
  if (token != NULL)
    open_line (self, server, profile, user, NULL, token);
  else if (g_settings_get_boolean (self->settings, "is-guest"))
    open_line (self, server, profile, user, NULL, NULL);
  else
    show_sign_in (self, NULL, NULL, NULL);
}

static void
start_remembered (YonderApplication *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *user = g_settings_get_string (self->settings, "user");

  if (self->window != NULL)
    yonder_window_show_starting (self->window, _("Signing In…"));
  yonder_secrets_lookup_async (self->secrets, server, user, new_cancellable (self), on_secret_found, g_object_ref (self));
}

/**
 * yonder_application_begin:
 * @self: the application, with its window or without
 *
 * Signs in as the command line, the environment or the last time say, or asks.
 */
void
yonder_application_begin (YonderApplication *self)
{
  g_autofree char *start_with = g_settings_get_string (self->settings, "start-with");
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");
  g_autofree char *user = g_settings_get_string (self->settings, "user");
  const char *name = *user != '\0' ? user : own_name ();

  self->is_begun = TRUE;
  yonder_clock_clear (self->clock, &self->retry);
  if (self->is_embedded_asked)
    start_embedded (self);
  else if (self->server != NULL && self->token != NULL) {
    if (self->window != NULL)
      yonder_sign_in_page_set_fields (yonder_window_get_sign_in_page (self->window), self->server, name);
    open_line (self, self->server, profile, NULL, NULL, self->token);
  } else if (self->server != NULL && g_strcmp0 (self->server, server) != 0)
    show_sign_in (self, self->server, name, NULL);
  else if (self->server != NULL || g_strcmp0 (start_with, "server") == 0)
    start_remembered (self);
  else if (g_strcmp0 (start_with, "sign-in") == 0)
    show_sign_in (self, server, name, NULL);
  else
    start_embedded (self);
}

/**
 * yonder_application_try_again:
 * @self: the application
 *
 * The network changed: a sign-in that waits for its next turn is tried now.
 */
void
yonder_application_try_again (YonderApplication *self)
{
  if (self->retry == 0)
    return;
  yonder_clock_clear (self->clock, &self->retry);
  on_retry (self);
}

/* The sign-in page */

static void
on_sign_in (YonderApplication *self, const char *server, const char *user, const char *password)
{
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");

  yonder_sign_in_page_set_busy (yonder_window_get_sign_in_page (self->window), TRUE);
  open_line (self, server, profile, user, password, NULL);
}

static void
on_try_echo (YonderApplication *self)
{
  yonder_sign_in_page_set_busy (yonder_window_get_sign_in_page (self->window), TRUE);
  start_embedded (self);
}

/**
 * yonder_application_watch_sign_in_page:
 * @self: the application, with its window
 *
 * Does what is asked for on the sign-in page.
 */
void
yonder_application_watch_sign_in_page (YonderApplication *self)
{
  YonderSignInPage *page = yonder_window_get_sign_in_page (self->window);

  g_signal_connect_object (page, "sign-in", G_CALLBACK (on_sign_in), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "try-echo", G_CALLBACK (on_try_echo), self, G_CONNECT_SWAPPED);
}

/* Signing out */

static void
on_secret_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_secrets_clear_finish (YONDER_SECRETS (source), result, &error))
    g_info ("The stored sign-in could not be removed: %s", error->message);
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_account_sign_out_finish (YONDER_ACCOUNT (source), result, &error))
    g_info ("The server was not told of the sign-out: %s", error->message);
}

/**
 * yonder_application_sign_out:
 * @self: the application, with a line
 *
 * Ends every call, forgets the token, tells the server, and shows the sign-in page.
 */
void
yonder_application_sign_out (YonderApplication *self)
{
  YonderAccount *account = yonder_line_get_account (self->line);
  gboolean is_hosted_here = yonder_application_is_hosted_here (self);
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *user = g_settings_get_string (self->settings, "user");

  yonder_account_sign_out_async (account, NULL, on_signed_out, NULL);
  if (!is_hosted_here && *server != '\0')
    yonder_secrets_clear_async (self->secrets, server, user, NULL, on_secret_cleared, NULL);
  g_settings_set_string (self->settings, "start-with", "sign-in");
  g_settings_set_boolean (self->settings, "is-guest", FALSE);

  if (self->window != NULL)
    yonder_window_show_sign_in (self->window);
  set_line (self, NULL);
  if (is_hosted_here)
    yonder_host_stop (self->host);
  show_sign_in (self, server, *user != '\0' ? user : own_name (), NULL);
}

/**
 * yonder_application_is_hosted_here:
 * @self: the application
 *
 * Returns: whether the line that is open goes to the server in this process
 */
gboolean
yonder_application_is_hosted_here (YonderApplication *self)
{
  return self->line != NULL &&
    g_strcmp0 (yonder_account_get_server (yonder_line_get_account (self->line)), yonder_host_get_uri (self->host)) == 0;
}

/**
 * yonder_application_dup_server_name:
 * @self: the application
 *
 * Returns: (transfer full): what settings about the server of the line are kept under; empty while nobody is signed in
 */
char *
yonder_application_dup_server_name (YonderApplication *self)
{
  if (self->line == NULL)
    return g_strdup ("");

  /* the port of the server in this process is another one at each start */
  return g_strdup (yonder_application_is_hosted_here (self) ? "this-computer" : yonder_account_get_server (yonder_line_get_account (self->line)));
}
