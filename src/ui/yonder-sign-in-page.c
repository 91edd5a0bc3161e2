/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sign-in-page.h"

struct _YonderSignInPage
{
  AdwBin               parent_instance;

  char                *error; /* (nullable) */
  gboolean             busy;

  /* template */
  GtkWidget           *fields;
  AdwEntryRow         *server_row;
  AdwEntryRow         *user_row;
  AdwPasswordEntryRow *password_row;
  GtkWidget           *error_box;
  GtkWidget           *error_label;
};

G_DEFINE_FINAL_TYPE (YonderSignInPage, yonder_sign_in_page, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_BUSY,
  PROP_ERROR,
  N_PROPS
};

enum {
  SIGNAL_SIGN_IN,
  SIGNAL_TRY_ECHO,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
is_set (gpointer self, const char *text)
{
  return text != NULL && *text != '\0';
}

static char *
busy_name (gpointer self, gboolean busy)
{
  return g_strdup (busy ? "busy" : "idle");
}

static gboolean
is_blank (AdwEntryRow *row)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));

  return text[strspn (text, " \t")] == '\0';
}

static void
update_actions (YonderSignInPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.submit",
                                 !self->busy && !is_blank (self->server_row) && !is_blank (self->user_row));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.try-echo", !self->busy);
}

static void
on_edited (YonderSignInPage *self)
{
  yonder_sign_in_page_set_error (self, NULL);
  update_actions (self);
}

static void
on_entry_activated (YonderSignInPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "sign-in.submit", NULL);
}

/* "calls.example.org" is what people type; https is what they mean, but on their own computer. */
static char *
complete_address (const char *text)
{
  g_autofree char *address = g_strstrip (g_strdup (text));
  gboolean is_local;

  if (strstr (address, "://") != NULL)
    return g_steal_pointer (&address);

  is_local = g_str_has_prefix (address, "localhost") || g_str_has_prefix (address, "127.") || g_str_has_prefix (address, "[::1]");
  return g_strconcat (is_local ? "http://" : "https://", address, NULL);
}

static void
submit_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (widget);
  g_autofree char *server = complete_address (gtk_editable_get_text (GTK_EDITABLE (self->server_row)));
  g_autofree char *user = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->user_row))));
  const char *password = gtk_editable_get_text (GTK_EDITABLE (self->password_row));

  yonder_sign_in_page_set_error (self, NULL);
  g_signal_emit (self, signals[SIGNAL_SIGN_IN], 0, server, user, *password != '\0' ? password : NULL);
}

static void
try_echo_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (widget);

  yonder_sign_in_page_set_error (self, NULL);
  g_signal_emit (self, signals[SIGNAL_TRY_ECHO], 0);
}

static gboolean
yonder_sign_in_page_grab_focus (GtkWidget *widget)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (widget);
  AdwEntryRow *first = self->server_row;

  if (!is_blank (self->server_row))
    first = is_blank (self->user_row) ? self->user_row : ADW_ENTRY_ROW (self->password_row);

  return gtk_widget_grab_focus (GTK_WIDGET (first));
}

static void
yonder_sign_in_page_dispose (GObject *object)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_SIGN_IN_PAGE);
  g_clear_pointer (&self->error, g_free);

  G_OBJECT_CLASS (yonder_sign_in_page_parent_class)->dispose (object);
}

static void
yonder_sign_in_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (object);

  switch (prop_id) {
  case PROP_BUSY:
    g_value_set_boolean (value, self->busy);
    break;
  case PROP_ERROR:
    g_value_set_string (value, self->error);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_sign_in_page_class_init (YonderSignInPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_sign_in_page_dispose;
  object_class->get_property = yonder_sign_in_page_get_property;
  widget_class->grab_focus = yonder_sign_in_page_grab_focus;

  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_SIGN_IN] = g_signal_new ("sign-in", YONDER_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_TRY_ECHO] = g_signal_new ("try-echo", YONDER_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, fields);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, user_row);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, error_box);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, error_label);
  gtk_widget_class_bind_template_callback (widget_class, is_set);
  gtk_widget_class_bind_template_callback (widget_class, busy_name);
  gtk_widget_class_bind_template_callback (widget_class, on_edited);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activated);

  gtk_widget_class_install_action (widget_class, "sign-in.submit", NULL, submit_action);
  gtk_widget_class_install_action (widget_class, "sign-in.try-echo", NULL, try_echo_action);
}

static void
yonder_sign_in_page_init (YonderSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_actions (self);
}

/**
 * yonder_sign_in_page_set_fields:
 * @self: the page
 * @server: (nullable): the address to start with
 * @user: (nullable): the name to start with
 *
 * Fills the fields; the password is emptied.
 */
void
yonder_sign_in_page_set_fields (YonderSignInPage *self, const char *server, const char *user)
{
  gtk_editable_set_text (GTK_EDITABLE (self->server_row), server != NULL ? server : "");
  gtk_editable_set_text (GTK_EDITABLE (self->user_row), user != NULL ? user : "");
  gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
}

/**
 * yonder_sign_in_page_set_busy:
 * @self: the page
 * @busy: whether an attempt goes on
 *
 * Shows a spinner and takes no input while an attempt goes on.
 */
void
yonder_sign_in_page_set_busy (YonderSignInPage *self, gboolean busy)
{
  if (self->busy == busy)
    return;

  self->busy = busy;
  gtk_widget_set_sensitive (self->fields, !busy);
  update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

/**
 * yonder_sign_in_page_set_error:
 * @self: the page
 * @error: (nullable): one sentence, plain text
 *
 * Shows why the last attempt failed, and has a screen reader say it.
 */
void
yonder_sign_in_page_set_error (YonderSignInPage *self, const char *error)
{
  if (!g_set_str (&self->error, error))
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  if (error != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), error, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}
