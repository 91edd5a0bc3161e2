/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signing in and out: what Yonder starts with, who is asked, and what the window shows meanwhile. */

#include "yonder-application-private.h"

#include <glib/gi18n.h>

#include "yonder-account-dialog.h"
#include "yonder-account-words.h"
#include "yonder-call-words.h"
#include "yonder-host-dialog.h"

/* Without a window Yonder waits for calls, or for the network that it needs to do so. */
static void
update_reachable (YonderApplication *self)
{
  gboolean is_reachable = self->followed->len > 0 || yonder_switchboard_is_busy (self->switchboard);

  yonder_background_set_reachable (self->background, is_reachable);
  /* a window that is opened later begins anew */
  if (self->is_begun && !is_reachable && self->window == NULL)
    self->is_started_in_background = FALSE;
}

/* Ends what --exit-after-startup started, once there is something to see. */
static void
on_started (YonderApplication *self)
{
  if (self->exits_after_startup)
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
}

static gboolean
is_any_online (YonderApplication *self)
{
  for (guint i = 0; i < self->followed->len; i++)
    if (yonder_line_is_online (self->followed->pdata[i]))
      return TRUE;
  return FALSE;
}

/* What the window shows */

/* (nullable): the first account that is on and stands like that */
static YonderAccountEntry *
find_standing (YonderApplication *self, YonderStanding standing)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (YonderAccountEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    if (yonder_account_entry_is_on (entry) && yonder_account_entry_get_standing (entry) == standing)
      return entry;
  }
  return NULL;
}

static YonderSignInPage *sign_in_page (YonderApplication *self);

/* The account whose turn it is to be asked for, and why; what somebody types there meanwhile is not touched. */
static void
show_sign_in (YonderApplication *self)
{
  YonderSignInPage *page = sign_in_page (self);
  YonderAccountEntry *entry = find_standing (self, YONDER_STANDING_ASKING);

  if (entry == NULL)
    entry = find_standing (self, YONDER_STANDING_WAITING);
  if (entry != NULL && !yonder_window_is_showing_sign_in (self->window)) {
    if (!yonder_account_entry_is_here (entry))
      yonder_sign_in_page_set_fields (page, yonder_account_entry_get_server (entry), yonder_account_entry_get_user (entry));
    yonder_sign_in_page_set_error (page, yonder_account_entry_get_sentence (entry));
  }
  yonder_window_show_sign_in (self->window);
}

/**
 * yonder_application_show_place:
 * @self: the application
 *
 * Has the window show what there is: the people of the accounts, that somebody is being signed in, or where one signs in.
 */
void
yonder_application_show_place (YonderApplication *self)
{
  guint n_on = yonder_account_book_count_on (self->accounts);
  YonderSignInPage *page;

  if (self->window == NULL || !self->is_begun)
    return;

  if (self->followed->len > 0 || (n_on > 1 && !self->is_asking)) {
    self->is_asking = FALSE;
    page = yonder_window_get_sign_in_page (self->window);
    if (page != NULL)
      yonder_sign_in_page_set_busy (page, FALSE);
    yonder_window_show_contacts (self->window);
  } else if (!self->is_asking && find_standing (self, YONDER_STANDING_SIGNING_IN) != NULL && !yonder_window_is_showing_sign_in (self->window)) {
    yonder_window_show_starting (self->window, _("Signing In…"));
  } else if (self->is_asking || find_standing (self, YONDER_STANDING_SIGNING_IN) == NULL) {
    show_sign_in (self);
    on_started (self);
  }
}

/* Who has just begun to host wants to tell others where. */
static void
show_addresses (YonderApplication *self)
{
  YonderAccountEntry *entry = yonder_account_book_find (self->accounts, YONDER_ACCOUNT_HERE, NULL);
  YonderLine *line = entry != NULL ? yonder_account_entry_get_line (entry) : NULL;

  if (!self->is_hosting_begun || line == NULL || self->window == NULL)
    return;
  self->is_hosting_begun = FALSE;
  yonder_application_show_server (self, line);
}

static void
on_accounts_changed (YonderApplication *self)
{
  update_reachable (self);
  yonder_application_update_actions (self);
  if (self->window != NULL)
    yonder_window_update_accounts (self->window);
  yonder_application_show_place (self);
  if (is_any_online (self))
    on_started (self);
  show_addresses (self);
  yonder_application_follow_link (self);
}

/* Without a window nobody reads a sentence. */
static void
on_asked (YonderApplication *self, YonderAccountEntry *entry)
{
  const char *sentence = yonder_account_entry_get_sentence (entry);

  if (self->window == NULL && sentence != NULL) {
    yonder_call_notifier_tell_of_sign_out (self->notifier, sentence);
  } else if (self->window != NULL && yonder_account_entry_is_here (entry)) {
    yonder_sign_in_page_set_busy (sign_in_page (self), FALSE);
    yonder_sign_in_page_set_error (sign_in_page (self), sentence);
  }
}

/* Signing in by hand */

/* A page that waits for an answer, and the dialog around it. */
typedef struct {
  YonderApplication *application;
  YonderSignInPage  *page;
  GtkWidget         *dialog; /* (nullable) */
  char              *server;
  char              *profile;
  char              *user;
  gboolean           is_with_token;
} Joining;

static void
joining_free (Joining *joining)
{
  g_object_unref (joining->application);
  g_object_unref (joining->page);
  g_clear_object (&joining->dialog);
  g_free (joining->server);
  g_free (joining->profile);
  g_free (joining->user);
  g_free (joining);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Joining, joining_free)

/* An account that was edited is another one where its server or its user is. */
static void
replace (YonderApplication *self, YonderAccountEntry *former, YonderAccountEntry *entry)
{
  if (former == NULL || former == entry)
    return;
  yonder_switchboard_sign_out (self->switchboard, former);
  yonder_account_book_remove (self->accounts, former);
}

static char *
words_for_refusal (Joining *joining, const GError *error)
{
  if (joining->is_with_token && g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED))
    return g_strdup (_("The access token is not valid, or not any more. Enter another one, or a password in its place."));
  return yonder_words_for_connection_error (error, joining->server);
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Joining) joining = data;
  YonderApplication *self = joining->application;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderAccountEntry) entry = yonder_switchboard_join_finish (YONDER_SWITCHBOARD (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  yonder_sign_in_page_set_busy (joining->page, FALSE);
  if (entry == NULL) {
    g_autofree char *sentence = words_for_refusal (joining, error);

    yonder_sign_in_page_set_error (joining->page, sentence);
    return;
  }

  g_settings_set_string (self->settings, "server", joining->server);
  g_settings_set_string (self->settings, "profile", joining->profile);
  g_settings_set_string (self->settings, "user", joining->user);
  yonder_sign_in_page_set_fields (joining->page, joining->server, joining->user);
  if (joining->dialog == NULL)
    return;
  replace (self, yonder_account_dialog_get_replaced (YONDER_ACCOUNT_DIALOG (joining->dialog)), entry);
  adw_dialog_close (ADW_DIALOG (joining->dialog));
}

static void
on_sign_in (YonderApplication *self, const char *server, const char *profile, const char *user, const char *password, const char *token,
            YonderSignInPage *page)
{
  Joining *joining = g_new0 (Joining, 1);
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (page), YONDER_TYPE_ACCOUNT_DIALOG);
  YonderLineCredentials credentials = { server, profile, user, password, token };

  joining->application = g_object_ref (self);
  joining->page = g_object_ref (page);
  g_set_object (&joining->dialog, dialog);
  joining->server = g_strdup (server);
  joining->profile = g_strdup (profile);
  joining->user = g_strdup (user);
  joining->is_with_token = token != NULL;
  yonder_sign_in_page_set_busy (page, TRUE);
  yonder_switchboard_join_async (self->switchboard, &credentials, self->cancellable, on_joined, joining);
}

static void
on_try_echo (YonderApplication *self, YonderSignInPage *page)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (page), ADW_TYPE_DIALOG);

  self->is_asking = FALSE;
  self->is_hosting_begun = FALSE;
  yonder_sign_in_page_set_busy (page, TRUE);
  g_settings_set_boolean (self->settings, "host-others", FALSE);
  yonder_switchboard_host (self->switchboard, NULL);
  if (dialog != NULL)
    adw_dialog_close (ADW_DIALOG (dialog));
}

static void
on_host_chosen (YonderApplication *self, const char *name)
{
  self->is_asking = FALSE;
  self->is_hosting_begun = TRUE;
  g_settings_set_boolean (self->settings, "host-others", TRUE);
  yonder_sign_in_page_set_busy (sign_in_page (self), TRUE);
  yonder_switchboard_host (self->switchboard, name);
}

static void
ask_how_to_host (YonderApplication *self)
{
  YonderAccountEntry *entry = yonder_account_book_find (self->accounts, YONDER_ACCOUNT_HERE, NULL);
  const char *name = entry != NULL ? yonder_account_entry_get_user (entry) : "";
  YonderHostDialog *dialog = yonder_host_dialog_new (self->settings, *name != '\0' ? name : yonder_words_for_own_name ());

  g_signal_connect_object (dialog, "host", G_CALLBACK (on_host_chosen), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self->window));
}

static void
on_host (YonderApplication *self, YonderSignInPage *page)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (page), ADW_TYPE_DIALOG);

  if (dialog != NULL)
    adw_dialog_close (ADW_DIALOG (dialog));
  ask_how_to_host (self);
}

static void
watch_page (YonderApplication *self, YonderSignInPage *page)
{
  g_signal_connect_object (page, "sign-in", G_CALLBACK (on_sign_in), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "try-echo", G_CALLBACK (on_try_echo), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "host", G_CALLBACK (on_host), self, G_CONNECT_SWAPPED);
}

/* That of the window, which whoever is signed in never sees: so it is made when it is needed first. */
static YonderSignInPage *
sign_in_page (YonderApplication *self)
{
  YonderSignInPage *page = yonder_window_get_sign_in_page (self->window);

  if (page == NULL) {
    page = g_object_new (YONDER_TYPE_SIGN_IN_PAGE, NULL);
    yonder_window_set_sign_in_page (self->window, page);
    watch_page (self, page);
  }
  return page;
}

/* The row that the dialog was opened from may be gone: then the keyboard goes to what is below. */
static void
on_dialog_closed (YonderWindow *window)
{
  AdwDialog *below = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window));

  if (below != NULL && gtk_window_get_focus (GTK_WINDOW (window)) == NULL)
    gtk_widget_child_focus (GTK_WIDGET (below), GTK_DIR_TAB_FORWARD);
}

static void
present_dialog (YonderApplication *self, YonderAccountDialog *dialog)
{
  watch_page (self, yonder_account_dialog_get_page (dialog));
  g_signal_connect_object (dialog, "closed", G_CALLBACK (on_dialog_closed), self->window, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self->window));
}

/* Actions */

static void
add_account_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;

  yonder_application_show_window (self);
  if (!yonder_window_is_showing_sign_in (self->window))
    present_dialog (self, yonder_account_dialog_new (YONDER_SIGN_IN_ANOTHER, NULL));
}

/**
 * yonder_application_add_account_at:
 * @self: the application, with its window
 * @server: the address of a call server
 *
 * Offers to join it.
 */
void
yonder_application_add_account_at (YonderApplication *self, const char *server)
{
  YonderAccountDialog *dialog;

  if (yonder_window_is_showing_sign_in (self->window)) {
    yonder_sign_in_page_set_fields (sign_in_page (self), server, yonder_words_for_own_name ());
    return;
  }
  dialog = yonder_account_dialog_new (YONDER_SIGN_IN_ANOTHER, NULL);
  yonder_sign_in_page_set_fields (yonder_account_dialog_get_page (dialog), server, yonder_words_for_own_name ());
  present_dialog (self, dialog);
}

static YonderAccountEntry *
find_entry (YonderApplication *self, GVariant *parameter)
{
  const char *server, *user;

  g_variant_get (parameter, "(&s&s)", &server, &user);
  return yonder_account_book_find (self->accounts, server, user);
}

static void
sign_in_again_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  YonderAccountEntry *entry = find_entry (self, parameter);

  if (entry == NULL)
    return;
  yonder_account_entry_set_on (entry, TRUE);
  if (self->window != NULL && yonder_account_entry_is_here (entry))
    ask_how_to_host (self);
  else if (self->window != NULL)
    present_dialog (self, yonder_account_dialog_new (YONDER_SIGN_IN_AGAIN, entry));
}

static void
edit_account_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  YonderAccountEntry *entry = find_entry (self, parameter);

  if (entry != NULL && self->window != NULL && yonder_account_entry_is_here (entry))
    ask_how_to_host (self);
  else if (entry != NULL && self->window != NULL)
    present_dialog (self, yonder_account_dialog_new (YONDER_SIGN_IN_OTHERWISE, entry));
}

static void
reconnect_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  YonderAccountEntry *entry = find_entry (self, parameter);

  if (entry == NULL)
    return;
  if (yonder_account_entry_get_line (entry) != NULL)
    yonder_line_reconnect (yonder_account_entry_get_line (entry));
  else
    yonder_switchboard_open (self->switchboard, entry);
}

static const GActionEntry entries[] = {
  { .name = "add-account", .activate = add_account_action },
  { .name = "sign-in-again", .parameter_type = "(ss)", .activate = sign_in_again_action },
  { .name = "edit-account", .parameter_type = "(ss)", .activate = edit_account_action },
  { .name = "reconnect", .parameter_type = "(ss)", .activate = reconnect_action },
};

/**
 * yonder_application_add_account_actions:
 * @self: the application, with its switchboard
 *
 * Adds what can be done with accounts, and follows what becomes of them.
 */
void
yonder_application_add_account_actions (YonderApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (self->switchboard, "changed", G_CALLBACK (on_accounts_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->switchboard, "asked", G_CALLBACK (on_asked), self, G_CONNECT_SWAPPED);
}

/* Starting */

/* Asks for a sign-in at @server, or at the one that was signed in to last. */
static void
ask (YonderApplication *self, const char *server)
{
  g_autofree char *last = g_settings_get_string (self->settings, "server");
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");
  g_autofree char *user = g_settings_get_string (self->settings, "user");
  YonderSignInPage *page = self->window != NULL ? sign_in_page (self) : NULL;

  self->is_asking = TRUE;
  if (page == NULL)
    return;
  yonder_sign_in_page_set_fields (page, server != NULL ? server : last, *user != '\0' ? user : yonder_words_for_own_name ());
  yonder_sign_in_page_set_profile (page, profile);
}

/* An account for as long as Yonder runs: its token is the environment's. */
static void
open_passing (YonderApplication *self)
{
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");
  g_autoptr (YonderAccountEntry) entry = NULL;

  if (yonder_account_book_find (self->accounts, self->server, yonder_words_for_own_name ()) != NULL)
    return;
  entry = yonder_account_entry_new (self->server, profile, yonder_words_for_own_name (), FALSE);
  yonder_account_entry_set_passing (entry, TRUE);
  yonder_account_book_insert (self->accounts, 0, entry);
  yonder_switchboard_open_with_token (self->switchboard, entry, self->token);
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
  self->is_begun = TRUE;
  if (self->is_embedded_asked)
    yonder_switchboard_host (self->switchboard, NULL);
  else if (self->server != NULL && self->token != NULL)
    open_passing (self);
  else if (self->server != NULL && yonder_account_book_find (self->accounts, self->server, NULL) == NULL)
    ask (self, self->server);
  yonder_switchboard_open_all (self->switchboard);

  if (yonder_account_book_count_on (self->accounts) == 0 && !self->is_asking)
    ask (self, NULL);
  on_accounts_changed (self);
}

/* Signing out */

/**
 * yonder_application_sign_out:
 * @self: the application
 * @entry: an account
 *
 * Ends its calls, forgets its token, tells the server, and asks for another sign-in where there is no other account.
 */
void
yonder_application_sign_out (YonderApplication *self, YonderAccountEntry *entry)
{
  gboolean is_here = yonder_account_entry_is_here (entry);

  if (yonder_account_book_count_on (self->accounts) <= 1)
    ask (self, is_here ? NULL : yonder_account_entry_get_server (entry));
  yonder_switchboard_sign_out (self->switchboard, entry);
}

/**
 * yonder_application_dup_server_name:
 * @self: the application
 *
 * Returns: (transfer full): what settings about the server of the first line are kept under; empty while nobody is signed in
 */
char *
yonder_application_dup_server_name (YonderApplication *self)
{
  YonderLine *line = yonder_application_get_line (self);

  return g_strdup (line != NULL ? yonder_people_get_server (yonder_line_get_people (line)) : "");
}
