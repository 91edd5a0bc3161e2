/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-window.h"

#include "yonder-contacts-page.h"

struct _YonderWindow
{
  AdwApplicationWindow  parent_instance;

  /* template */
  AdwToastOverlay      *toasts;
  GtkStack             *stack;
  AdwStatusPage        *starting_page;
  YonderSignInPage     *sign_in_page;
  YonderContactsPage   *contacts_page;
};

G_DEFINE_FINAL_TYPE (YonderWindow, yonder_window, ADW_TYPE_APPLICATION_WINDOW)

static void
search_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderWindow *self = YONDER_WINDOW (widget);

  yonder_contacts_page_start_search (self->contacts_page);
}

static void
update_actions (YonderWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search",
                                 g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "contacts") == 0);
}

static void
show_page (YonderWindow *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  update_actions (self);
}

static void
yonder_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_WINDOW);

  G_OBJECT_CLASS (yonder_window_parent_class)->dispose (object);
}

static void
yonder_window_class_init (YonderWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_window_dispose;

  g_type_ensure (YONDER_TYPE_SIGN_IN_PAGE);
  g_type_ensure (YONDER_TYPE_CONTACTS_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-window.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, starting_page);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, sign_in_page);
  gtk_widget_class_bind_template_child (widget_class, YonderWindow, contacts_page);

  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
}

static void
yonder_window_init (YonderWindow *self)
{
  g_autoptr (AdwSpinnerPaintable) spinner = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  spinner = adw_spinner_paintable_new (GTK_WIDGET (self->starting_page));
  adw_status_page_set_paintable (self->starting_page, GDK_PAINTABLE (spinner));
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
 * yonder_window_get_sign_in_page:
 * @self: the window
 *
 * Returns: (transfer none): the page where somebody signs in
 */
YonderSignInPage *
yonder_window_get_sign_in_page (YonderWindow *self)
{
  return self->sign_in_page;
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
 * yonder_window_show_sign_in:
 * @self: the window
 *
 * Shows the sign-in page and lets go of the line shown before.
 */
void
yonder_window_show_sign_in (YonderWindow *self)
{
  yonder_contacts_page_set_line (self->contacts_page, NULL, NULL);
  show_page (self, "sign-in");
  gtk_widget_grab_focus (GTK_WIDGET (self->sign_in_page));
}

/**
 * yonder_window_show_line:
 * @self: the window
 * @line: (transfer none): what to show
 * @place: (nullable): the server, as the title says it
 *
 * Shows the contacts of a line.
 */
void
yonder_window_show_line (YonderWindow *self, YonderLine *line, const char *place)
{
  yonder_contacts_page_set_line (self->contacts_page, line, place);
  show_page (self, "contacts");
  gtk_widget_grab_focus (GTK_WIDGET (self->contacts_page));
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
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
