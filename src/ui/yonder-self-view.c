/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-self-view.h"

/* chosen: clear of the header bar and, in a narrow window, of the controls */
#define MARGIN_PX 18
#define MARGIN_TOP_PX 58
#define MARGIN_BOTTOM_COMPACT_PX 108

struct _YonderSelfView
{
  AdwBin        parent_instance;

  GdkPaintable *paintable; /* (nullable) */
  gboolean      is_camera_off;
  gboolean      is_screen;
  gboolean      is_compact;
  gboolean      is_right;
  gboolean      is_bottom;
  double        grab_x, grab_y; /* where the pointer holds it */

  /* template */
  GtkWidget    *picture;
};

G_DEFINE_FINAL_TYPE (YonderSelfView, yonder_self_view, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_PAINTABLE,
  PROP_CAMERA_OFF,
  PROP_IS_SCREEN,
  PROP_COMPACT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
settle (YonderSelfView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int width = self->is_compact ? 112 : 176;

  gtk_widget_set_size_request (widget, width, width * 3 / 4);
  gtk_widget_set_halign (widget, self->is_right ? GTK_ALIGN_END : GTK_ALIGN_START);
  gtk_widget_set_valign (widget, self->is_bottom ? GTK_ALIGN_END : GTK_ALIGN_START);
  gtk_widget_set_margin_start (widget, MARGIN_PX);
  gtk_widget_set_margin_end (widget, MARGIN_PX);
  gtk_widget_set_margin_top (widget, MARGIN_TOP_PX);
  gtk_widget_set_margin_bottom (widget, self->is_compact ? MARGIN_BOTTOM_COMPACT_PX : MARGIN_PX);
}

/* One knows oneself from the mirror, but nobody reads in one. */
static void
set_is_screen (YonderSelfView *self, gboolean is_screen)
{
  self->is_screen = is_screen;
  gtk_picture_set_content_fit (GTK_PICTURE (self->picture), is_screen ? GTK_CONTENT_FIT_CONTAIN : GTK_CONTENT_FIT_COVER);
  if (is_screen)
    gtk_widget_remove_css_class (self->picture, "mirrored");
  else
    gtk_widget_add_css_class (self->picture, "mirrored");
}

static void
on_drag_begin (YonderSelfView *self, double x, double y)
{
  self->grab_x = x;
  self->grab_y = y;
}

/* The widget moves below the pointer, so its position is reckoned in the parent's space each time. */
static void
on_drag_update (YonderSelfView *self, double offset_x, double offset_y, GtkGesture *gesture)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkWidget *parent = gtk_widget_get_parent (widget);
  graphene_point_t pointer;
  double x, y;
  int left, top;

  if (!gtk_gesture_get_point (gesture, NULL, &x, &y) ||
      !gtk_widget_compute_point (widget, parent, &GRAPHENE_POINT_INIT (x - self->grab_x, y - self->grab_y), &pointer))
    return;

  left = CLAMP (pointer.x, 0, MAX (0, gtk_widget_get_width (parent) - gtk_widget_get_width (widget)));
  top = CLAMP (pointer.y, 0, MAX (0, gtk_widget_get_height (parent) - gtk_widget_get_height (widget)));
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    left = gtk_widget_get_width (parent) - gtk_widget_get_width (widget) - left;

  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  gtk_widget_set_valign (widget, GTK_ALIGN_START);
  gtk_widget_set_margin_start (widget, left);
  gtk_widget_set_margin_end (widget, 0);
  gtk_widget_set_margin_top (widget, top);
  gtk_widget_set_margin_bottom (widget, 0);
}

static void
on_drag_end (YonderSelfView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkWidget *parent = gtk_widget_get_parent (widget);
  int center_x, center_y;

  /* A click is no drag. */
  if (gtk_widget_get_halign (widget) == GTK_ALIGN_START && gtk_widget_get_margin_end (widget) == 0) {
    center_x = gtk_widget_get_margin_start (widget) + gtk_widget_get_width (widget) / 2;
    center_y = gtk_widget_get_margin_top (widget) + gtk_widget_get_height (widget) / 2;
    self->is_right = center_x > gtk_widget_get_width (parent) / 2;
    self->is_bottom = center_y > gtk_widget_get_height (parent) / 2;
  }

  settle (self);
}

static void
yonder_self_view_dispose (GObject *object)
{
  YonderSelfView *self = YONDER_SELF_VIEW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_SELF_VIEW);
  g_clear_object (&self->paintable);

  G_OBJECT_CLASS (yonder_self_view_parent_class)->dispose (object);
}

static void
yonder_self_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderSelfView *self = YONDER_SELF_VIEW (object);

  switch (prop_id) {
  case PROP_PAINTABLE:
    g_value_set_object (value, self->paintable);
    break;
  case PROP_CAMERA_OFF:
    g_value_set_boolean (value, self->is_camera_off);
    break;
  case PROP_IS_SCREEN:
    g_value_set_boolean (value, self->is_screen);
    break;
  case PROP_COMPACT:
    g_value_set_boolean (value, self->is_compact);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_self_view_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderSelfView *self = YONDER_SELF_VIEW (object);

  switch (prop_id) {
  case PROP_PAINTABLE:
    g_set_object (&self->paintable, g_value_get_object (value));
    break;
  case PROP_CAMERA_OFF:
    self->is_camera_off = g_value_get_boolean (value);
    break;
  case PROP_IS_SCREEN:
    set_is_screen (self, g_value_get_boolean (value));
    break;
  case PROP_COMPACT:
    self->is_compact = g_value_get_boolean (value);
    settle (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_self_view_class_init (YonderSelfViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_self_view_dispose;
  object_class->get_property = yonder_self_view_get_property;
  object_class->set_property = yonder_self_view_set_property;

  properties[PROP_PAINTABLE] = g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAMERA_OFF] = g_param_spec_boolean ("camera-off", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_SCREEN] = g_param_spec_boolean ("is-screen", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-self-view.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderSelfView, picture);
}

static void
yonder_self_view_init (YonderSelfView *self)
{
  GtkGesture *drag;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grab");

  drag = gtk_gesture_drag_new ();
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));

  self->is_right = TRUE;
  self->is_bottom = TRUE;
  settle (self);
}

/**
 * yonder_self_view_next_corner:
 * @self: the view
 *
 * Moves it to the next corner, clockwise: what dragging does, for the keyboard.
 */
void
yonder_self_view_next_corner (YonderSelfView *self)
{
  if (self->is_right == self->is_bottom)
    self->is_right = !self->is_right;
  else
    self->is_bottom = !self->is_bottom;

  settle (self);
}
