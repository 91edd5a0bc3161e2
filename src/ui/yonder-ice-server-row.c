/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-server-row.h"

#include <glib/gi18n.h>

#include "yonder-ice-probe.h"

struct _YonderIceServerRow
{
  AdwActionRow         parent_instance;

  YonderIceServerList *list;
  YonderIceEntry      *entry;
  YonderClock         *clock;
  YonderIceProbe      *probe;       /* (nullable): while it is tested */
  GCancellable        *cancellable;
  char                *result;      /* (nullable): of the last test */
  gboolean             is_good;

  /* template */
  GtkImage            *warning_icon;
  GtkStack            *test_stack;
  GtkButton           *test_button;
  GtkSwitch           *enabled_switch;
  GtkMenuButton       *menu_button;
};

G_DEFINE_FINAL_TYPE (YonderIceServerRow, yonder_ice_server_row, ADW_TYPE_ACTION_ROW)

/* Which server they are about, since a screen reader reads a button without its row. */
static void
describe_controls (YonderIceServerRow *self, const char *title)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->test_button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->enabled_switch), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);
}

static void
update (YonderIceServerRow *self)
{
  g_autofree char *title = yonder_ice_entry_dup_title (self->entry);
  g_autofree char *kind = yonder_ice_entry_dup_subtitle (self->entry);
  g_autofree char *warning = yonder_ice_entry_dup_warning (self->entry);
  g_autoptr (YonderIceServer) server = yonder_ice_entry_to_server (self->entry);
  g_autofree char *subtitle = g_strjoin ("\n", kind, warning != NULL ? warning : self->result, warning != NULL ? self->result : NULL, NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  describe_controls (self, title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_visible (GTK_WIDGET (self->warning_icon), warning != NULL || (self->result != NULL && !self->is_good));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "server.test", server != NULL && self->probe == NULL);
}

/* What a test found is of no worth once the server is another one. */
static void
on_entry_changed (YonderIceServerRow *self)
{
  g_clear_pointer (&self->result, g_free);
  update (self);
}

/* --- Test --- */

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderIceServerRow) self = data;
  YonderIceProbe *probe = YONDER_ICE_PROBE (source);
  g_autoptr (GError) error = NULL;

  yonder_ice_probe_run_finish (probe, result, &error);
  if (self->probe != probe)
    return;
  g_clear_object (&self->probe);
  g_free (self->result);
  self->result = yonder_ice_probe_dup_summary (probe);
  self->is_good = yonder_ice_probe_get_state (probe) == YONDER_PROBE_WORKS;
  gtk_stack_set_visible_child_name (self->test_stack, "button");
  update (self);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), self->result, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
test_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderIceServerRow *self = YONDER_ICE_SERVER_ROW (widget);
  g_autoptr (YonderIceServer) server = yonder_ice_entry_to_server (self->entry);

  if (server == NULL || self->probe != NULL)
    return;
  self->probe = yonder_ice_probe_new (server, NULL, self->clock);
  gtk_stack_set_visible_child_name (self->test_stack, "busy");
  g_clear_pointer (&self->result, g_free);
  update (self);
  yonder_ice_probe_run_async (self->probe, self->cancellable, on_probed, g_object_ref (self));
}

/* --- Order --- */

/* A row that moves is made anew: the keyboard goes with it, so that it can be moved on. */
static void
move_by (YonderIceServerRow *self, int step)
{
  g_autoptr (GtkListBox) box = g_object_ref (GTK_LIST_BOX (gtk_widget_get_parent (GTK_WIDGET (self))));
  GtkListBoxRow *moved;
  guint position;

  if (!yonder_ice_server_list_find (self->list, self->entry, &position) || (step < 0 && position == 0))
    return;
  yonder_ice_server_list_move (self->list, self->entry, (guint) ((int) position + step));
  moved = gtk_list_box_get_row_at_index (box, (int) position + step);
  if (moved != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (moved));
}

static void
move_up_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_by (YONDER_ICE_SERVER_ROW (widget), -1);
}

static void
move_down_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_by (YONDER_ICE_SERVER_ROW (widget), 1);
}

static GdkContentProvider *
on_drag_prepare (GtkDragSource *source, double x, double y, YonderIceServerRow *self)
{
  return gdk_content_provider_new_typed (YONDER_TYPE_ICE_ENTRY, self->entry);
}

static void
on_drag_begin (GtkDragSource *source, GdkDrag *drag, YonderIceServerRow *self)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, YonderIceServerRow *self)
{
  YonderIceEntry *entry = g_value_get_object (value);
  guint position;

  if (entry == NULL || entry == self->entry || !yonder_ice_server_list_find (self->list, self->entry, &position))
    return FALSE;
  yonder_ice_server_list_move (self->list, entry, position);
  return TRUE;
}

/* --- What the page does --- */

static void
edit_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "network.edit", "s", yonder_ice_entry_get_id (YONDER_ICE_SERVER_ROW (widget)->entry));
}

static void
remove_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "network.remove", "s", yonder_ice_entry_get_id (YONDER_ICE_SERVER_ROW (widget)->entry));
}

static void
on_activated (YonderIceServerRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "server.edit", NULL);
}

static void
yonder_ice_server_row_dispose (GObject *object)
{
  YonderIceServerRow *self = YONDER_ICE_SERVER_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->probe);
  gtk_widget_dispose_template (GTK_WIDGET (self), YONDER_TYPE_ICE_SERVER_ROW);

  G_OBJECT_CLASS (yonder_ice_server_row_parent_class)->dispose (object);
}

static void
yonder_ice_server_row_finalize (GObject *object)
{
  YonderIceServerRow *self = YONDER_ICE_SERVER_ROW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->list);
  g_clear_object (&self->entry);
  g_clear_object (&self->clock);
  g_free (self->result);

  G_OBJECT_CLASS (yonder_ice_server_row_parent_class)->finalize (object);
}

static void
yonder_ice_server_row_class_init (YonderIceServerRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_ice_server_row_dispose;
  object_class->finalize = yonder_ice_server_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-ice-server-row.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerRow, warning_icon);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerRow, test_stack);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerRow, test_button);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerRow, enabled_switch);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerRow, menu_button);

  gtk_widget_class_install_action (widget_class, "server.test", NULL, test_action);
  gtk_widget_class_install_action (widget_class, "server.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "server.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "server.move-up", NULL, move_up_action);
  gtk_widget_class_install_action (widget_class, "server.move-down", NULL, move_down_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "server.move-up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "server.move-down", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "server.remove", NULL);
}

static void
yonder_ice_server_row_init (YonderIceServerRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (YONDER_TYPE_ICE_ENTRY, GDK_ACTION_MOVE);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (on_drag_prepare), self);
  g_signal_connect (source, "drag-begin", G_CALLBACK (on_drag_begin), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect (self, "activated", G_CALLBACK (on_activated), NULL);
}

/**
 * yonder_ice_server_row_new:
 * @list: (transfer none): the list that it belongs to
 * @entry: (transfer none): what it shows
 * @clock: (transfer none): for the limits of a test
 *
 * Returns: (transfer floating): the row
 */
YonderIceServerRow *
yonder_ice_server_row_new (YonderIceServerList *list, YonderIceEntry *entry, YonderClock *clock)
{
  YonderIceServerRow *self = g_object_new (YONDER_TYPE_ICE_SERVER_ROW, NULL);

  self->list = g_object_ref (list);
  self->entry = g_object_ref (entry);
  self->clock = g_object_ref (clock);
  g_object_bind_property (entry, "is-enabled", self->enabled_switch, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (entry, "notify::warning", G_CALLBACK (on_entry_changed), self, G_CONNECT_SWAPPED);
  update (self);
  return self;
}
