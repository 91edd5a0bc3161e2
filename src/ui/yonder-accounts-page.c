/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-accounts-page.h"

#include <glib/gi18n.h>

#include "yonder-account-row.h"
#include "yonder-account-words.h"
#include "yonder-undo-toast.h"

struct _YonderAccountsPage
{
  AdwPreferencesPage parent_instance;

  YonderSwitchboard *switchboard;

  /* template */
  GtkStack          *stack;
  GtkListBox        *list;
};

G_DEFINE_FINAL_TYPE (YonderAccountsPage, yonder_accounts_page, ADW_TYPE_PREFERENCES_PAGE)

static void
on_changed (YonderAccountsPage *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    yonder_account_row_update (YONDER_ACCOUNT_ROW (row));
  gtk_stack_set_visible_child_name (self->stack, gtk_list_box_get_row_at_index (self->list, 0) != NULL ? "list" : "none");
}

/* Removing, and taking that back */

typedef struct {
  YonderSwitchboard  *switchboard;
  YonderAccountEntry *entry;
  YonderAccount      *account; /* (nullable): to be signed out for good */
  guint               position;
  gboolean            is_back;
} Removal;

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_account_sign_out_finish (YONDER_ACCOUNT (source), result, &error))
    g_info ("The server was not told of the sign-out: %s", error->message);
}

/* The sign-in is valid for as long as it can be taken back. */
static void
removal_free (gpointer data, GClosure *closure)
{
  Removal *removal = data;

  if (!removal->is_back) {
    yonder_switchboard_forget (removal->switchboard, removal->entry);
    if (removal->account != NULL)
      yonder_account_sign_out_async (removal->account, NULL, on_signed_out, NULL);
  }
  g_clear_object (&removal->account);
  g_object_unref (removal->entry);
  g_object_unref (removal->switchboard);
  g_free (removal);
}

static void
on_undo (AdwToast *toast, Removal *removal)
{
  YonderAccountBook *book = yonder_switchboard_get_book (removal->switchboard);

  removal->is_back = TRUE;
  if (yonder_account_book_find (book, yonder_account_entry_get_server (removal->entry), yonder_account_entry_get_user (removal->entry)) != NULL)
    return;
  yonder_account_book_insert (book, removal->position, removal->entry);
  if (yonder_account_entry_is_on (removal->entry))
    yonder_switchboard_open (removal->switchboard, removal->entry);
}

static void
remove_entry (YonderAccountsPage *self, YonderAccountEntry *entry)
{
  Removal *removal = g_new0 (Removal, 1);
  YonderLine *line = yonder_account_entry_get_line (entry);
  g_autofree char *place = yonder_account_entry_dup_place (entry);
  g_autofree char *words = g_strdup_printf (_("%s was removed"), place);
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);

  removal->switchboard = g_object_ref (self->switchboard);
  removal->entry = g_object_ref (entry);
  if (line != NULL)
    removal->account = g_object_ref (yonder_line_get_account (line));
  yonder_switchboard_close (self->switchboard, entry);
  removal->position = yonder_account_book_remove (yonder_switchboard_get_book (self->switchboard), entry);
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (dialog),
                                    yonder_undo_toast_new (words, G_CALLBACK (on_undo), removal, removal_free));
}

static void
do_to_entry (YonderAccountsPage *self, YonderAccountEntry *entry, const char *what)
{
  if (g_str_equal (what, "remove")) {
    remove_entry (self, entry);
  } else if (g_str_equal (what, "sign-out")) {
    yonder_switchboard_sign_out (self->switchboard, entry);
  } else if (g_str_equal (what, "off")) {
    yonder_account_entry_set_on (entry, FALSE);
    yonder_switchboard_close (self->switchboard, entry);
  }
}

/* A call that goes on is not ended by the way */

typedef struct {
  YonderAccountsPage *page;
  YonderAccountEntry *entry;
  const char         *what; /* a literal */
} Question;

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (YonderAccountsPage) self = question->page;
  g_autoptr (YonderAccountEntry) entry = question->entry;

  if (g_strcmp0 (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result), "end") == 0)
    do_to_entry (self, entry, question->what);
  else
    on_changed (self);
}

static void
ask_and_do (YonderAccountsPage *self, YonderAccountEntry *entry, const char *what)
{
  YonderLine *line = yonder_account_entry_get_line (entry);
  AdwAlertDialog *dialog;
  Question *question;

  if (line == NULL || yonder_call_manager_get_active (yonder_line_get_calls (line)) == NULL) {
    do_to_entry (self, entry, what);
    return;
  }

  question = g_new0 (Question, 1);
  question->page = g_object_ref (self);
  question->entry = g_object_ref (entry);
  question->what = what;
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("End the Call?"), _("You are in a call on this account. This ends it.")));
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "end", _("_End Call"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "end", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_alert_dialog_choose (dialog, GTK_WIDGET (self), NULL, on_answered, question);
}

static void
on_switched (YonderAccountRow *row, gboolean is_on, YonderAccountsPage *self)
{
  YonderAccountEntry *entry = yonder_account_row_get_entry (row);

  if (!is_on) {
    ask_and_do (self, entry, "off");
    return;
  }
  yonder_account_entry_set_on (entry, TRUE);
  yonder_switchboard_open (self->switchboard, entry);
}

static void
activate (YonderAccountsPage *self, const char *action, YonderAccountEntry *entry)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, "(ss)", yonder_account_entry_get_server (entry), yonder_account_entry_get_user (entry));
}

static void
on_chosen (YonderAccountRow *row, const char *what, YonderAccountsPage *self)
{
  static const char * const ending[] = { "remove", "sign-out" };
  YonderAccountEntry *entry = yonder_account_row_get_entry (row);

  if (g_str_equal (what, "edit"))
    activate (self, "app.edit-account", entry);
  else if (g_str_equal (what, "copy-link"))
    activate (self, "app.copy-link-of-account", entry);
  else if (g_str_equal (what, "mend"))
    activate (self, yonder_trouble_of_account (entry) == YONDER_TROUBLE_SIGN_IN ? "app.sign-in-again" : "app.reconnect", entry);
  for (gsize i = 0; i < G_N_ELEMENTS (ending); i++)
    if (g_str_equal (what, ending[i]))
      ask_and_do (self, entry, ending[i]);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  YonderAccountRow *row = yonder_account_row_new (item);

  g_signal_connect_object (row, "switched", G_CALLBACK (on_switched), data, 0);
  g_signal_connect_object (row, "chosen", G_CALLBACK (on_chosen), data, 0);
  return GTK_WIDGET (row);
}

static void
yonder_accounts_page_dispose (GObject *object)
{
  YonderAccountsPage *self = YONDER_ACCOUNTS_PAGE (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_ACCOUNTS_PAGE);
  g_clear_object (&self->switchboard);

  G_OBJECT_CLASS (yonder_accounts_page_parent_class)->dispose (object);
}

static void
yonder_accounts_page_class_init (YonderAccountsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_accounts_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-accounts-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderAccountsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, YonderAccountsPage, list);
}

static void
yonder_accounts_page_init (YonderAccountsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_accounts_page_new:
 * @switchboard: (transfer none): the accounts and their lines
 *
 * Returns: (transfer floating): the page, for a preferences dialog
 */
YonderAccountsPage *
yonder_accounts_page_new (YonderSwitchboard *switchboard)
{
  YonderAccountsPage *self = g_object_new (YONDER_TYPE_ACCOUNTS_PAGE, NULL);

  self->switchboard = g_object_ref (switchboard);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (yonder_switchboard_get_book (switchboard)), make_row, self, NULL);
  g_signal_connect_object (switchboard, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  on_changed (self);
  return self;
}
