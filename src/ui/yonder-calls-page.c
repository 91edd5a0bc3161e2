/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-calls-page.h"

#include <glib/gi18n.h>

#include "yonder-meeting.h"

struct _YonderCallsPage
{
  AdwPreferencesPage   parent_instance;

  GSettings           *settings;
  char                *server; /* what settings about it are kept under; empty while nobody is signed in */

  /* template */
  AdwPreferencesGroup *meeting_group;
  AdwEntryRow         *meeting_row;
  AdwPreferencesGroup *server_group;
  AdwSwitchRow        *hide_row;
};

G_DEFINE_FINAL_TYPE (YonderCallsPage, yonder_calls_page, ADW_TYPE_PREFERENCES_PAGE)

/* --- The way out --- */

/* An empty address is a choice, too: no way out is offered then. */
static gboolean
is_acceptable (const char *address)
{
  g_autofree char *room = *address != '\0' ? yonder_meeting_dup_room (address) : NULL;

  return *address == '\0' || room != NULL;
}

static const char *
words_for_meeting (const char *address)
{
  if (*address == '\0')
    return _("A call that cannot be connected just ends. With the address of a Jitsi Meet server here, its end screen offers to meet there.");
  if (!is_acceptable (address))
    return _("This is no web address. It begins with https:// and goes on with the name of a server.");
  return _("When a call cannot be connected, its end screen offers to meet in the browser at this Jitsi Meet server. "
           "Both of you come to the same room, whose name nobody can guess.");
}

static void
on_meeting_changed (YonderCallsPage *self)
{
  const char *address = gtk_editable_get_text (GTK_EDITABLE (self->meeting_row));

  adw_preferences_group_set_description (self->meeting_group, words_for_meeting (address));
  if (is_acceptable (address)) {
    gtk_widget_remove_css_class (GTK_WIDGET (self->meeting_row), "error");
    g_settings_set_string (self->settings, "meeting-address", address);
  } else {
    gtk_widget_add_css_class (GTK_WIDGET (self->meeting_row), "error");
  }
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->meeting_row), GTK_ACCESSIBLE_STATE_INVALID,
                               is_acceptable (address) ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
}

/* --- Servers on which calls do not work --- */

static void
on_hide_changed (YonderCallsPage *self)
{
  g_auto (GStrv) without = g_settings_get_strv (self->settings, "servers-without-calls");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) changed = NULL;

  for (guint i = 0; without[i] != NULL; i++)
    if (!g_str_equal (without[i], self->server))
      g_strv_builder_add (builder, without[i]);
  if (adw_switch_row_get_active (self->hide_row))
    g_strv_builder_add (builder, self->server);
  changed = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "servers-without-calls", (const char * const *) changed);
}

static void
yonder_calls_page_dispose (GObject *object)
{
  YonderCallsPage *self = YONDER_CALLS_PAGE (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->server, g_free);

  G_OBJECT_CLASS (yonder_calls_page_parent_class)->dispose (object);
}

static void
yonder_calls_page_class_init (YonderCallsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_calls_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-calls-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderCallsPage, meeting_group);
  gtk_widget_class_bind_template_child (widget_class, YonderCallsPage, meeting_row);
  gtk_widget_class_bind_template_child (widget_class, YonderCallsPage, server_group);
  gtk_widget_class_bind_template_child (widget_class, YonderCallsPage, hide_row);
}

static void
yonder_calls_page_init (YonderCallsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_calls_page_new:
 * @settings: (transfer none): where the choices are kept
 * @server: what settings about the call server in use are kept under; empty for none
 *
 * Returns: (transfer floating): the page, for a preferences dialog
 */
YonderCallsPage *
yonder_calls_page_new (GSettings *settings, const char *server)
{
  YonderCallsPage *self = g_object_new (YONDER_TYPE_CALLS_PAGE, NULL);
  g_autofree char *address = g_settings_get_string (settings, "meeting-address");
  g_auto (GStrv) without = g_settings_get_strv (settings, "servers-without-calls");

  self->settings = g_object_ref (settings);
  self->server = g_strdup (server);
  gtk_editable_set_text (GTK_EDITABLE (self->meeting_row), address);
  adw_preferences_group_set_description (self->meeting_group, words_for_meeting (address));
  adw_switch_row_set_active (self->hide_row, g_strv_contains ((const char * const *) without, server));
  gtk_widget_set_visible (GTK_WIDGET (self->server_group), *server != '\0');
  g_signal_connect_object (self->meeting_row, "changed", G_CALLBACK (on_meeting_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->hide_row, "notify::active", G_CALLBACK (on_hide_changed), self, G_CONNECT_SWAPPED);
  return self;
}
