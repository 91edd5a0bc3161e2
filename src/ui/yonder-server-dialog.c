/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-server-dialog.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"

struct _YonderServerDialog
{
  AdwDialog             parent_instance;

  gboolean              is_hosted_here;
  gboolean              is_for_others;
  YonderSignalingState  connection;

  /* template */
  AdwPreferencesGroup  *addresses;
  AdwActionRow         *address_row;
  AdwActionRow         *user_row;
};

G_DEFINE_FINAL_TYPE (YonderServerDialog, yonder_server_dialog, ADW_TYPE_DIALOG)

enum {
  PROP_0,
  PROP_HEADING,
  PROP_EXPLANATION,
  PROP_CONNECTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
connection_words (gpointer self, YonderSignalingState state)
{
  const char *words = yonder_words_for_connection (state);

  return g_strdup (words != NULL ? words : _("Connected"));
}

static void
yonder_server_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_SERVER_DIALOG);

  G_OBJECT_CLASS (yonder_server_dialog_parent_class)->dispose (object);
}

static void
yonder_server_dialog_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderServerDialog *self = YONDER_SERVER_DIALOG (object);

  switch (prop_id) {
  case PROP_HEADING:
    g_value_set_string (value, self->is_hosted_here ? _("On This Computer") : _("Call Server"));
    break;
  case PROP_EXPLANATION:
    g_value_set_string (value, self->is_for_others
                        ? _("Yonder runs a call server on this computer. Whoever reaches one of these addresses, with Yonder or in a browser, can call you.")
                        : self->is_hosted_here
                        ? _("Yonder runs a call server for this computer. Whoever opens this address in a browser here can call you.")
                        : _("Whoever opens this address in a browser and signs in there can call you."));
    break;
  case PROP_CONNECTION:
    g_value_set_enum (value, self->connection);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_server_dialog_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderServerDialog *self = YONDER_SERVER_DIALOG (object);

  switch (prop_id) {
  case PROP_CONNECTION:
    self->connection = g_value_get_enum (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_server_dialog_class_init (YonderServerDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_server_dialog_dispose;
  object_class->get_property = yonder_server_dialog_get_property;
  object_class->set_property = yonder_server_dialog_set_property;

  properties[PROP_HEADING] = g_param_spec_string ("heading", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EXPLANATION] = g_param_spec_string ("explanation", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONNECTION] = g_param_spec_enum ("connection", NULL, NULL, YONDER_TYPE_SIGNALING_STATE, YONDER_SIGNALING_OFFLINE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-server-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderServerDialog, addresses);
  gtk_widget_class_bind_template_child (widget_class, YonderServerDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, YonderServerDialog, user_row);
  gtk_widget_class_bind_template_callback (widget_class, connection_words);
}

static void
yonder_server_dialog_init (YonderServerDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Other computers may reach this one at several addresses. */
static void
add_address (YonderServerDialog *self, const char *uri)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Another Address"));
  adw_action_row_set_subtitle (row, uri);
  adw_action_row_set_subtitle_selectable (row, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (row), "property");
  adw_preferences_group_add (self->addresses, GTK_WIDGET (row));
}

/**
 * yonder_server_dialog_new:
 * @line: (transfer none): what it tells about
 * @host: (nullable): the server in this process, where that is the one
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
YonderServerDialog *
yonder_server_dialog_new (YonderLine *line, YonderHost *host)
{
  g_auto (GStrv) uris = host != NULL ? yonder_host_list_uris (host) : g_new0 (char *, 1);
  YonderServerDialog *self = g_object_new (YONDER_TYPE_SERVER_DIALOG, NULL);
  YonderAccount *account = yonder_line_get_account (line);

  self->is_hosted_here = host != NULL;
  self->is_for_others = *uris != NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEADING]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPLANATION]);
  adw_action_row_set_subtitle (self->address_row, *uris != NULL ? *uris : yonder_account_get_server (account));
  for (char **uri = uris; *uris != NULL && *++uri != NULL;)
    add_address (self, *uri);
  adw_action_row_set_subtitle (self->user_row, yonder_account_get_user_name (account));
  g_object_bind_property (yonder_line_get_signaling (line), "state", self, "connection", G_BINDING_SYNC_CREATE);
  return self;
}
