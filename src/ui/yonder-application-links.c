/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links: copying one's own and those of others, and opening one that somebody sent. A link never calls anybody by itself, signs in nowhere,
 * and what it says of people is told as its word. docs/links.md has the grammar. */

#include "yonder-application-private.h"

#include <glib/gi18n.h>

#include "yonder-account-dialog.h"
#include "yonder-server-kind.h"

/* Copying */

typedef struct {
  YonderApplication *application;
  YonderLink        *link;
} Copying;

/* A server with a page gets a link that everybody can open. */
static void
on_kind_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Copying *copying = data;
  g_autoptr (YonderApplication) self = copying->application;
  g_autoptr (YonderLink) link = copying->link;
  YonderServerKind kind = YONDER_SERVER_KIND_OTHER;
  gboolean has_page = yonder_server_kind_find_finish (result, &kind, NULL) && kind == YONDER_SERVER_KIND_YONDER;
  g_autofree char *text = has_page ? yonder_link_to_page (link) : yonder_link_to_uri (link);

  g_free (copying);
  if (self->window == NULL || text == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), text);
  yonder_window_add_toast (self->window, has_page ? _("Link copied: it opens in any browser") : _("Link copied: it opens in Yonder"));
}

/* The server in this process is another one for others than for itself. */
static char *
dup_server_for_others (YonderApplication *self, YonderLine *line)
{
  YonderAccountEntry *entry = yonder_switchboard_find_entry (self->switchboard, line);
  g_auto (GStrv) uris = entry != NULL && yonder_account_entry_is_here (entry) ? yonder_host_list_uris (self->host) : g_new0 (char *, 1);

  return g_strdup (*uris != NULL ? *uris : yonder_account_get_server (yonder_line_get_account (line)));
}

static void
copy (YonderApplication *self, YonderLine *line, const char *user, const char *name)
{
  g_autofree char *server = dup_server_for_others (self, line);
  Copying *copying = g_new0 (Copying, 1);

  copying->application = g_object_ref (self);
  copying->link = yonder_link_new (server, user, name, YONDER_CALL_KIND_VOICE);
  yonder_server_kind_find_async (server, NULL, self->cancellable, on_kind_found, copying);
}

static void
copy_own (YonderApplication *self, YonderLine *line)
{
  YonderAccount *account = yonder_line_get_account (line);

  copy (self, line, yonder_account_get_user_id (account), yonder_account_get_user_name (account));
}

/* Of several accounts each has its own link. */
static void
copy_link_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;

  if (self->followed->len == 1)
    copy_own (self, self->followed->pdata[0]);
  else
    g_action_group_activate_action (G_ACTION_GROUP (self), "accounts", NULL);
}

static void
copy_link_of_account_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  const char *server, *user;
  YonderAccountEntry *entry;

  g_variant_get (parameter, "(&s&s)", &server, &user);
  entry = yonder_account_book_find (self->accounts, server, user);
  if (entry != NULL && yonder_account_entry_get_line (entry) != NULL)
    copy_own (self, yonder_account_entry_get_line (entry));
}

static void
copy_link_of_person_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  const char *account, *id, *name;
  YonderLine *line;

  g_variant_get (parameter, "(&s&s&s)", &account, &id, &name);
  line = yonder_switchboard_find_line (self->switchboard, account);
  if (line != NULL)
    copy (self, line, id, name);
}

/* Opening */

static void
drop_link (YonderApplication *self)
{
  g_clear_pointer (&self->link, yonder_link_free);
}

static void
say (YonderApplication *self, const char *words)
{
  drop_link (self);
  yonder_window_add_toast (self->window, words);
}

/* (transfer full) (nullable): who is meant, of those whom a line knows */
static YonderContact *
find_person (YonderLine *line, const char *user)
{
  GListModel *contacts = G_LIST_MODEL (yonder_line_get_contacts (line));
  g_autofree char *folded = g_utf8_casefold (user, -1);

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (YonderContact) contact = g_list_model_get_item (contacts, i);
    const char *names[] = { yonder_contact_get_email (contact), yonder_contact_get_name (contact) };

    if (g_str_equal (yonder_contact_get_id (contact), user))
      return g_steal_pointer (&contact);
    for (gsize j = 0; j < G_N_ELEMENTS (names); j++) {
      g_autofree char *name = names[j] != NULL ? g_utf8_casefold (names[j], -1) : NULL;

      if (g_strcmp0 (name, folded) == 0)
        return g_steal_pointer (&contact);
    }
  }
  return NULL;
}

/* What the user is asked about. */
typedef struct {
  YonderApplication *application;
  char              *account; /* (nullable) */
  char              *user;    /* (nullable) */
  char              *name;    /* (nullable) */
  char              *server;  /* (nullable) */
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->application);
  g_free (question->account);
  g_free (question->user);
  g_free (question->name);
  g_free (question->server);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
on_call_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  YonderApplication *self = question->application;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);

  self->is_asking_about_link = FALSE;
  yonder_application_follow_link (self);
  if (g_strcmp0 (response, "voice") != 0 && g_strcmp0 (response, "video") != 0)
    return;
  g_set_str (&self->pending_account, question->account);
  g_set_str (&self->pending_peer, question->user);
  g_set_str (&self->pending_name, question->name);
  self->pending_kind = g_str_equal (response, "video") ? YONDER_CALL_KIND_VIDEO : YONDER_CALL_KIND_VOICE;
  yonder_application_place_pending_call (self);
}

static char *
words_for_question (YonderLine *line, YonderContact *contact, const char *id)
{
  if (contact != NULL)
    return g_strdup_printf (_("A link asks you to. They are among your contacts (%s)."), yonder_line_get_place (line));
  return g_strdup_printf (_("A link asks you to, and says that this is their name. They are not among your contacts; the server knows them as %s (%s)."),
                          id, yonder_line_get_place (line));
}

/* The name of somebody whom nobody here knows is the link's word. */
static void
ask_to_call (YonderApplication *self, YonderLine *line, YonderContact *contact)
{
  const char *id = contact != NULL ? yonder_contact_get_id (contact) : self->link->user;
  const char *name = contact != NULL ? yonder_contact_get_name (contact) : self->link->name != NULL ? self->link->name : self->link->user;
  gboolean is_video = self->link->kind == YONDER_CALL_KIND_VIDEO;
  g_autofree char *heading = g_strdup_printf (_("Call %s?"), name);
  g_autofree char *body = words_for_question (line, contact, id);
  Question *question = g_new0 (Question, 1);
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, body));

  question->application = g_object_ref (self);
  question->account = g_strdup (yonder_line_get_mark (line));
  question->user = g_strdup (id);
  question->name = g_strdup (name);
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "voice", _("_Audio Call"), "video", _("_Video Call"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, is_video ? "video" : "voice", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  self->is_asking_about_link = TRUE;
  drop_link (self);
  adw_alert_dialog_choose (dialog, GTK_WIDGET (self->window), NULL, on_call_answered, question);
}

static void
on_join_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  YonderApplication *self = question->application;

  gboolean is_same = self->link != NULL && g_strcmp0 (self->link->server, question->server) == 0;

  self->is_asking_about_link = FALSE;
  if (g_strcmp0 (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result), "join") == 0) {
    yonder_application_add_account_at (self, question->server);
    return;
  }
  if (is_same)
    drop_link (self);
  yonder_application_follow_link (self);
}

static void
ask_to_join (YonderApplication *self)
{
  g_autofree char *place = yonder_account_place_of_server (self->link->server);
  g_autofree char *heading = g_strdup_printf (_("Join %s?"), place);
  AdwAlertDialog *dialog;
  Question *question = g_new0 (Question, 1);

  question->application = g_object_ref (self);
  question->server = g_strdup (self->link->server);
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, _("A link leads to somebody on this call server, where you have no account. Join it only if you trust whoever sent the link.")));
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "join", _("_Join…"), NULL);
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  self->is_asking_about_link = TRUE;
  adw_alert_dialog_choose (dialog, GTK_WIDGET (self->window), NULL, on_join_answered, question);
}

static gboolean
is_ready (YonderLine *line)
{
  gboolean is_loading;

  g_object_get (yonder_line_get_contacts (line), "is-loading", &is_loading, NULL);
  return yonder_line_is_online (line) && !is_loading;
}

static void
follow_to_line (YonderApplication *self, YonderLine *line)
{
  g_autoptr (YonderContact) contact = NULL;

  if (self->link->user == NULL) {
    say (self, _("You are signed in to this server already"));
  } else if (g_strcmp0 (self->link->user, yonder_account_get_user_id (yonder_line_get_account (line))) == 0) {
    say (self, _("This is the link to you"));
  } else if (is_ready (line)) {
    contact = find_person (line, self->link->user);
    ask_to_call (self, line, contact);
  }
}

/* A name alone: whoever is called so, on any of the servers. */
static void
follow_name (YonderApplication *self)
{
  gboolean is_waiting = yonder_switchboard_is_busy (self->switchboard);

  for (guint i = 0; i < self->followed->len; i++) {
    g_autoptr (YonderContact) contact = find_person (self->followed->pdata[i], self->link->user);

    if (contact != NULL) {
      ask_to_call (self, self->followed->pdata[i], contact);
      return;
    }
    is_waiting |= !is_ready (self->followed->pdata[i]);
  }
  if (!is_waiting) {
    g_autofree char *words = g_strdup_printf (_("Nobody called %s is among your contacts"), self->link->user);

    say (self, words);
  }
}

/* (nullable) */
static YonderAccountEntry *
find_entry (YonderApplication *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (YonderAccountEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    if (yonder_link_is_of (self->link, yonder_account_entry_get_server (entry)))
      return entry;
  }
  return NULL;
}

/**
 * yonder_application_follow_link:
 * @self: the application
 *
 * Does the next thing about the link that was opened last, if there is one: asks whether to call or to join, or waits for a connection.
 */
void
yonder_application_follow_link (YonderApplication *self)
{
  YonderAccountEntry *entry;

  if (self->link == NULL || self->window == NULL || self->is_asking_about_link)
    return;
  if (self->link->server == NULL) {
    follow_name (self);
    return;
  }
  for (guint i = 0; i < self->followed->len; i++)
    if (yonder_link_is_of (self->link, yonder_account_get_server (yonder_line_get_account (self->followed->pdata[i])))) {
      follow_to_line (self, self->followed->pdata[i]);
      return;
    }
  entry = find_entry (self);
  if (entry == NULL && !self->is_link_awaited) {
    self->is_link_awaited = TRUE;
    ask_to_join (self);
  } else if (entry != NULL && !self->is_link_awaited) {
    self->is_link_awaited = TRUE;
    yonder_window_add_toast (self->window, _("The link is for an account that is not signed in now"));
  }
}

static void
open_link_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  g_autoptr (GError) error = NULL;
  YonderLink *link = yonder_link_parse (g_variant_get_string (parameter, NULL), &error);

  yonder_application_show_window (self);
  if (link == NULL) {
    yonder_window_add_toast (self->window, error->message);
    return;
  }
  drop_link (self);
  self->link = link;
  self->is_link_awaited = FALSE;
  yonder_application_follow_link (self);
}

static const GActionEntry entries[] = {
  { .name = "copy-link", .activate = copy_link_action },
  { .name = "copy-link-of-account", .parameter_type = "(ss)", .activate = copy_link_of_account_action },
  { .name = "copy-link-of-person", .parameter_type = "(sss)", .activate = copy_link_of_person_action },
  { .name = "open-link", .parameter_type = "s", .activate = open_link_action },
};

/* Adds what can be done with links. */
void
yonder_application_add_link_actions (YonderApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
