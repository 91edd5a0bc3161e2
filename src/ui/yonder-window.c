/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-window-private.h"

#include <glib/gi18n.h>

#include "yonder-contact-page.h"
#include "yonder-toast.h"

G_DEFINE_FINAL_TYPE (YonderWindow, yonder_window, ADW_TYPE_APPLICATION_WINDOW)

/* Made when it is needed first: where nobody is signed in it would only hold up the window. */
static YonderContactsPage *
contacts_page (YonderWindow *self)
{
  if (self->contacts_page == NULL) {
    self->contacts_page = g_object_new (YONDER_TYPE_CONTACTS_PAGE, NULL);
    adw_navigation_page_set_child (self->home_page, GTK_WIDGET (self->contacts_page));
    yonder_contacts_page_set_log (self->contacts_page, self->log, self->history);
    yonder_contacts_page_set_lines (self->contacts_page, self->lines, self->book);
  }
  return self->contacts_page;
}

static void
search_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderWindow *self = YONDER_WINDOW (widget);

  adw_navigation_view_pop_to_page (self->pages, self->home_page);
  yonder_contacts_page_start_search (contacts_page (self));
}

/* Where it covers nothing that is needed. Takes @toast. */
void
yonder_window_take_toast (YonderWindow *self, AdwToast *toast)
{
  gboolean is_home = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "contacts") == 0 &&
                     adw_navigation_view_get_visible_page (self->pages) == self->home_page;

  if (is_home)
    yonder_contacts_page_add_toast (contacts_page (self), toast);
  else
    adw_toast_overlay_add_toast (self->toasts, toast);
}

/* What was said on a person's page would cover the tabs of this one. */
static void
on_popped (YonderWindow *self)
{
  adw_toast_overlay_dismiss_all (self->toasts);
}

static void
update_actions (YonderWindow *self)
{
  gboolean has_line = self->lines != NULL && g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "contacts") == 0;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search", has_line);
  yonder_window_update_people_actions (self, has_line);
}

static void
show_page (YonderWindow *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  update_actions (self);
}

/* Nobody tells of a request to be a contact; who comes back to the window sees what is new. */
static void
on_active (YonderWindow *self)
{
  if (!gtk_window_is_active (GTK_WINDOW (self)))
    return;
  for (guint i = 0; i < self->followed->len; i++)
    yonder_contact_list_reload (yonder_people_get_contacts (self->followed->pdata[i]));
}

static void
unfollow_people (YonderWindow *self)
{
  for (guint i = 0; i < self->followed->len; i++)
    g_signal_handlers_disconnect_by_data (self->followed->pdata[i], self);
  g_ptr_array_set_size (self->followed, 0);
}

/* The page of somebody whom no line knows any more leads nowhere. */
static void
leave_lost_page (YonderWindow *self)
{
  AdwNavigationPage *shown = adw_navigation_view_get_visible_page (self->pages);

  if (YONDER_IS_CONTACT_PAGE (shown) &&
      !g_ptr_array_find (self->followed, yonder_contact_page_get_people (YONDER_CONTACT_PAGE (shown)), NULL))
    adw_navigation_view_pop_to_page (self->pages, self->home_page);
}

static void
on_lines_changed (YonderWindow *self)
{
  unfollow_people (self);
  for (guint i = 0; i < g_list_model_get_n_items (self->lines); i++) {
    g_autoptr (YonderLine) line = g_list_model_get_item (self->lines, i);
    YonderPeople *people = yonder_line_get_people (line);

    g_signal_connect_object (people, "failed", G_CALLBACK (yonder_window_add_toast), self, G_CONNECT_SWAPPED);
    g_ptr_array_add (self->followed, g_object_ref (people));
  }
  leave_lost_page (self);
}

static void
yonder_window_dispose (GObject *object)
{
  YonderWindow *self = YONDER_WINDOW (object);

  unfollow_people (self);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_WINDOW);
  self->contacts_page = NULL;
  g_clear_object (&self->lines);
  g_clear_object (&self->log);
  g_clear_object (&self->history);
  g_clear_object (&self->book);

  G_OBJECT_CLASS (yonder_window_parent_class)->dispose (object);
}

static void
yonder_window_finalize (GObject *object)
{
  g_ptr_array_unref (YONDER_WINDOW (object)->followed);

  G_OBJECT_CLASS (yonder_window_parent_class)->finalize (object);
}

static void
yonder_window_class_init (YonderWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = yonder_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-window.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, starting_page);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, sign_in_place);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, home_page);

  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  yonder_window_install_people_actions (widget_class);
}

static void
yonder_window_init (YonderWindow *self)
{
  g_autoptr (AdwSpinnerPaintable) spinner = NULL;

  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  spinner = adw_spinner_paintable_new (GTK_WIDGET (self->starting_page));
  adw_status_page_set_paintable (self->starting_page, GDK_PAINTABLE (spinner));
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_active), NULL);
  g_signal_connect_object (self->pages, "popped", G_CALLBACK (on_popped), self, G_CONNECT_SWAPPED);
  update_actions (self);
}

/**
 * yonder_window_new:
 * @application: the application it belongs to
 * @settings: where its size is kept
 *
 * Returns: (transfer none): a window that says that Yonder is starting; owned by GTK until it is closed
 */
YonderWindow *
yonder_window_new (GtkApplication *application, GSettings *settings)
{
  YonderWindow *self = g_object_new (YONDER_TYPE_WINDOW, "application", application, NULL);

  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  return self;
}

/**
 * yonder_window_set_sign_in_page:
 * @self: the window
 * @page: (transfer floating): where somebody signs in
 *
 * Gives it the page that yonder_window_show_sign_in() shows.
 */
void
yonder_window_set_sign_in_page (YonderWindow *self, YonderSignInPage *page)
{
  adw_bin_set_child (self->sign_in_place, GTK_WIDGET (page));
}

/**
 * yonder_window_get_sign_in_page:
 * @self: the window
 *
 * Returns: (transfer none) (nullable): the page where somebody signs in, %NULL before it is set
 */
YonderSignInPage *
yonder_window_get_sign_in_page (YonderWindow *self)
{
  return YONDER_SIGN_IN_PAGE (adw_bin_get_child (self->sign_in_place));
}

/**
 * yonder_window_show_starting:
 * @self: the window
 * @title: what goes on, in two or three words
 *
 * Shows that something goes on that takes a moment.
 */
void
yonder_window_show_starting (YonderWindow *self, const char *title)
{
  adw_status_page_set_title (self->starting_page, title);
  show_page (self, "starting");
}

/**
 * yonder_window_set_log:
 * @self: the window
 * @log: (transfer none): the calls there were
 * @history: (transfer none): those whose connection can be looked at
 *
 * Says what the list of calls shows. To be called once.
 */
void
yonder_window_set_log (YonderWindow *self, YonderCallLog *log, YonderCallHistory *history)
{
  self->log = g_object_ref (log);
  self->history = g_object_ref (history);
}

/**
 * yonder_window_set_lines:
 * @self: the window
 * @lines: (transfer none): of YonderLine: whose people it shows
 * @book: (transfer none): the accounts
 *
 * To be called once; the window follows as lines come and go.
 */
void
yonder_window_set_lines (YonderWindow *self, GListModel *lines, YonderAccountBook *book)
{
  self->lines = g_object_ref (lines);
  self->book = g_object_ref (book);
  g_signal_connect_object (lines, "items-changed", G_CALLBACK (on_lines_changed), self, G_CONNECT_SWAPPED);
  on_lines_changed (self);
}

/* Something about an account has changed. */
void
yonder_window_update_accounts (YonderWindow *self)
{
  if (self->contacts_page != NULL)
    yonder_contacts_page_update_accounts (self->contacts_page);
}

/**
 * yonder_window_show_sign_in:
 * @self: the window
 *
 * Shows the sign-in page, which must have been set, unless it is shown already.
 */
void
yonder_window_show_sign_in (YonderWindow *self)
{
  if (yonder_window_is_showing_sign_in (self))
    return;
  adw_navigation_view_pop_to_page (self->pages, self->home_page);
  if (self->contacts_page != NULL)
    yonder_contacts_page_end_search (self->contacts_page);
  show_page (self, "sign-in");
  gtk_widget_grab_focus (adw_bin_get_child (self->sign_in_place));
}

gboolean
yonder_window_is_showing_sign_in (YonderWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "sign-in") == 0;
}

/* Shows the contacts, unless they are shown already. */
void
yonder_window_show_contacts (YonderWindow *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "contacts") == 0)
    return;
  contacts_page (self);
  show_page (self, "contacts");
  gtk_widget_grab_focus (GTK_WIDGET (self->contacts_page));
}

/* Shows the list of calls. */
void
yonder_window_show_calls (YonderWindow *self)
{
  adw_navigation_view_pop_to_page (self->pages, self->home_page);
  yonder_contacts_page_show_calls (contacts_page (self));
}

/**
 * yonder_window_add_toast:
 * @self: the window
 * @text: a few words, plain text
 *
 * Says something in passing.
 */
void
yonder_window_add_toast (YonderWindow *self, const char *text)
{
  yonder_window_take_toast (self, yonder_toast_new (GTK_WIDGET (self), text));
}

/**
 * yonder_window_tell_of_person:
 * @self: the window
 * @text: a few words, plain text
 * @account: the mark of the account that knows them
 * @id: whom they are about
 * @name: what they are called
 *
 * Says something in passing, with a button that shows their page.
 */
void
yonder_window_tell_of_person (YonderWindow *self, const char *text, const char *account, const char *id, const char *name)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_button_label (toast, _("_Show"));
  adw_toast_set_action_name (toast, "win.show-person");
  adw_toast_set_action_target (toast, "(sss)", account, id, name);
  yonder_window_take_toast (self, toast);
}
