/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-window-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-contact-page.h"
#include "yonder-file-words.h"
#include "yonder-file-writer.h"
#include "yonder-undo-toast.h"
#include "yonder-vcard.h"

/* People */

/* (nullable): the line with that mark */
static YonderLine *
find_line (YonderWindow *self, const char *mark)
{
  for (guint i = 0; self->lines != NULL && i < g_list_model_get_n_items (self->lines); i++) {
    g_autoptr (YonderLine) line = g_list_model_get_item (self->lines, i);

    if (g_str_equal (yonder_line_get_mark (line), mark))
      return line;
  }
  return NULL;
}

static void
show_person_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderWindow *self = YONDER_WINDOW (widget);
  const char *account, *id, *name;
  YonderLine *line;
  g_autoptr (YonderContact) contact = NULL;
  AdwNavigationPage *shown = adw_navigation_view_get_visible_page (self->pages);

  g_variant_get (parameter, "(&s&s&s)", &account, &id, &name);
  line = find_line (self, account);
  if (line == NULL) {
    yonder_window_add_toast (self, _("Sign in to that account first"));
    return;
  }
  contact = yonder_people_dup_contact (yonder_line_get_people (line), id, name);
  if (YONDER_IS_CONTACT_PAGE (shown) && yonder_contact_page_get_contact (YONDER_CONTACT_PAGE (shown)) == contact)
    return;
  adw_navigation_view_pop_to_page (self->pages, self->home_page);
  adw_navigation_view_push (self->pages, ADW_NAVIGATION_PAGE (yonder_contact_page_new (yonder_line_get_people (line), contact, self->log,
                                                                                       self->history, yonder_line_get_offers_calls (line))));
}

/* Whom an action is about, and what may be done with them. */
typedef struct {
  YonderWindow  *window;
  YonderPeople  *people;
  YonderContact *contact;
} Person;

static void
person_free (Person *person)
{
  g_object_unref (person->window);
  g_object_unref (person->people);
  g_object_unref (person->contact);
  g_free (person);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

/* (nullable): whose page is open, or who is in a list; %NULL where their account is gone */
static Person *
find_person (GtkWidget *widget, GVariant *parameter)
{
  YonderWindow *self = YONDER_WINDOW (widget);
  AdwNavigationPage *shown = adw_navigation_view_get_visible_page (self->pages);
  const char *account, *id;
  YonderLine *line;
  Person *person;

  g_variant_get (parameter, "(&s&s)", &account, &id);
  line = find_line (self, account);
  if (line == NULL)
    return NULL;

  person = g_new0 (Person, 1);
  person->window = g_object_ref (self);
  person->people = g_object_ref (yonder_line_get_people (line));
  if (YONDER_IS_CONTACT_PAGE (shown) && yonder_contact_page_get_people (YONDER_CONTACT_PAGE (shown)) == person->people &&
      g_str_equal (yonder_contact_get_id (yonder_contact_page_get_contact (YONDER_CONTACT_PAGE (shown))), id))
    person->contact = g_object_ref (yonder_contact_page_get_contact (YONDER_CONTACT_PAGE (shown)));
  else
    person->contact = yonder_people_dup_contact (person->people, id, yonder_call_log_find_name (self->log, account, id));
  return person;
}

static void
add_person_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (Person) person = find_person (widget, parameter);
  g_autofree char *words = NULL;

  if (person == NULL)
    return;
  words = g_strdup_printf (_("%s is in your contacts now"), yonder_contact_get_name (person->contact));
  yonder_people_add (person->people, person->contact);
  yonder_window_add_toast (person->window, words);
}

static void
accept_person_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (Person) person = find_person (widget, parameter);

  if (person != NULL)
    yonder_people_accept (person->people, person->contact);
}

static void
decline_person_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (Person) person = find_person (widget, parameter);

  if (person != NULL)
    yonder_people_decline (person->people, person->contact);
}

static void
on_remove_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Person) person = data;

  if (g_strcmp0 (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result), "remove") == 0)
    yonder_people_remove (person->people, person->contact);
}

/* Asked first: on the server the other one has to agree again. */
static void
remove_person_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (Person) person = find_person (widget, parameter);
  g_autofree char *question = NULL;
  AdwAlertDialog *dialog;

  if (person == NULL)
    return;
  question = g_strdup_printf (_("Remove %s?"), yonder_contact_get_name (person->contact));
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (question, _("They are removed from your contacts, here and on the server. The calls stay in the list.")));
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_alert_dialog_choose (dialog, widget, NULL, on_remove_chosen, g_steal_pointer (&person));
}

static void
on_unblock (AdwToast *toast, Person *person)
{
  yonder_people_set_blocked (person->people, person->contact, FALSE);
}

static void
free_person (gpointer data, GClosure *closure)
{
  person_free (data);
}

/* Or lets them ring again, where they are blocked. */
static void
block_person_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (Person) person = find_person (widget, parameter);
  gboolean is_blocked = person != NULL && !yonder_contact_is_blocked (person->contact);
  g_autofree char *words = NULL;

  if (person == NULL)
    return;
  yonder_people_set_blocked (person->people, person->contact, is_blocked);
  if (!is_blocked)
    return;
  words = g_strdup_printf (_("%s is blocked"), yonder_contact_get_name (person->contact));
  yonder_window_take_toast (YONDER_WINDOW (widget), yonder_undo_toast_new (words, G_CALLBACK (on_unblock), g_steal_pointer (&person), free_person));
}

/* The list of calls */

static void
on_clear_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCallLog) log = data;

  if (g_strcmp0 (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result), "delete") == 0)
    yonder_call_log_clear (log);
}

static void
clear_calls_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderWindow *self = YONDER_WINDOW (widget);
  AdwAlertDialog *dialog;

  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("Delete All Calls?"), _("The list of calls is emptied for good. The contacts stay.")));
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_alert_dialog_choose (dialog, widget, NULL, on_clear_chosen, g_object_ref (self->log));
}

/* Export */

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderWindow) self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_saved = yonder_file_write_finish (G_FILE (source), result, &error);

  yonder_window_add_toast (self, is_saved ? _("Exported") : yonder_words_for_unsaved_file (error));
}

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderWindow) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autoptr (GBytes) content = g_object_steal_data (source, "yonder-content");

  if (file != NULL)
    yonder_file_write_async (file, content, G_FILE_CREATE_PRIVATE, NULL, on_written, g_object_ref (self));
}

/* Takes @text. */
static void
export (YonderWindow *self, const char *title, const char *name, char *text)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, title);
  gtk_file_dialog_set_initial_name (dialog, name);
  g_object_set_data_full (G_OBJECT (dialog), "yonder-content", g_bytes_new_take (text, strlen (text)), (GDestroyNotify) g_bytes_unref);
  gtk_file_dialog_save (dialog, GTK_WINDOW (self), NULL, on_file_chosen, g_object_ref (self));
}

static void
export_calls_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderWindow *self = YONDER_WINDOW (widget);

  export (self, _("Export Calls"), "yonder-calls.csv", yonder_call_log_to_csv (self->log));
}

static void
export_contacts_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderWindow *self = YONDER_WINDOW (widget);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->followed->len; i++) {
    g_autofree char *cards = yonder_vcard_print (G_LIST_MODEL (yonder_people_get_contacts (self->followed->pdata[i])),
                                                 yonder_people_get_server (self->followed->pdata[i]));

    g_string_append (text, cards);
  }
  export (self, _("Export Contacts"), "yonder-contacts.vcf", g_string_free_and_steal (text));
}

static const struct {
  const char                 *name;
  const char                 *parameter;
  GtkWidgetActionActivateFunc activate;
} actions[] = {
  { "win.show-person", "(sss)", show_person_action },
  { "win.add-person", "(ss)", add_person_action },
  { "win.accept-person", "(ss)", accept_person_action },
  { "win.decline-person", "(ss)", decline_person_action },
  { "win.remove-person", "(ss)", remove_person_action },
  { "win.block-person", "(ss)", block_person_action },
  { "win.clear-calls", NULL, clear_calls_action },
  { "win.export-calls", NULL, export_calls_action },
  { "win.export-contacts", NULL, export_contacts_action },
};

/* Adds what can be done with people and with the list of calls. */
void
yonder_window_install_people_actions (GtkWidgetClass *widget_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter, actions[i].activate);
}

/* All of it needs a line. */
void
yonder_window_update_people_actions (YonderWindow *self, gboolean has_line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].name, has_line);
}
