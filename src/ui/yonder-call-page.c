/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-page.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-device-menu.h"
#include "yonder-late-menu.h"
#include "yonder-notices.h"
#include "yonder-peer-signs.h"
#include "yonder-pictures.h"
#include "yonder-portrait.h"
#include "yonder-quality-button.h"
#include "yonder-self-view.h"

/* chosen: long enough to read the name and reach for a button */
#define HIDE_AFTER_MS 3000
/* chosen: long enough to read a notice as well */
#define HIDE_NOTICES_AFTER_MS 10000

struct _YonderCallPage
{
  AdwBin          parent_instance;

  YonderClock    *clock;
  YonderDevices  *devices;
  YonderDeviceMenu *device_menu;
  YonderCall     *call;           /* (nullable) */
  GdkPaintable   *remote_picture; /* (nullable) */
  GdkPaintable   *self_picture;   /* (nullable) */
  GSignalGroup   *call_signals;
  GSignalGroup   *media_signals;
  GBindingGroup  *picture_bindings;
  GSignalGroup   *conversation_signals;
  guint           hide_timer;
  double          pointer_x, pointer_y;
  gboolean        controls_visible;
  gboolean        is_compact;
  gboolean        is_full_screen;
  gboolean        fill_window;

  /* template */
  YonderNotices  *notices;
  GtkWidget      *bottom_revealer;
  GtkMenuButton  *more_button;
  GMenuModel     *more_menu;
  GtkMenuButton  *sound_button;
  GtkMenuButton  *camera_button;
  YonderSelfView *self_view;
  YonderPeerSigns *peer_signs;
};

G_DEFINE_FINAL_TYPE (YonderCallPage, yonder_call_page, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_CALL,
  PROP_COMPACT,
  PROP_IS_FULL_SCREEN,
  PROP_FILL_WINDOW,
  PROP_CONTROLS_VISIBLE,
  PROP_SHOWS_PICTURE,
  PROP_REMOTE_PICTURE,
  PROP_SELF_PICTURE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Closures of the template */

static gboolean
shows_self (gpointer self, gpointer picture, gboolean is_held)
{
  return picture != NULL && !is_held;
}

static gboolean
is_not (gpointer self, gboolean flag)
{
  return !flag;
}

static gboolean
is_not_empty (gpointer self, const char *text)
{
  return text != NULL && *text != '\0';
}

static char *
hold_words (gpointer self, const char *name, gboolean is_held, gboolean is_peer_holding)
{
  if (is_held)
    return g_strdup_printf (_("On hold: you and %s neither hear nor see each other"), name);
  return is_peer_holding ? g_strdup_printf (_("%s has put you on hold"), name) : g_strdup ("");
}

static gboolean
is_any (gpointer self, guint number)
{
  return number > 0;
}

static char *
number_words (gpointer self, guint number)
{
  return g_strdup_printf ("%u", number);
}

static char *
chat_words (gpointer self, guint n_unread)
{
  if (n_unread == 0)
    return g_strdup (_("Chat and Reactions"));
  return g_strdup_printf (ngettext ("%u unread message", "%u unread messages", n_unread), n_unread);
}

static gboolean
is_video (gpointer self, YonderCallKind kind)
{
  return kind == YONDER_CALL_KIND_VIDEO;
}

static gboolean
is_reconnecting (gpointer self, YonderCallState state)
{
  return state == YONDER_CALL_STATE_RECONNECTING;
}

/* What is missing here matters less then than that the call is being saved. */
static gboolean
is_not_reconnecting (gpointer self, YonderCallState state)
{
  return !is_reconnecting (self, state);
}

static GtkContentFit
content_fit (gpointer self, gboolean fill_window, gboolean is_screen)
{
  return fill_window && !is_screen ? GTK_CONTENT_FIT_COVER : GTK_CONTENT_FIT_CONTAIN;
}

/* All of them fit beside one another on a phone. */
static int
spacing_of_controls (gpointer self, gboolean is_compact)
{
  return is_compact ? 2 : 8;
}

static char *
state_words (gpointer self, YonderCallState state, YonderCallKind kind, guint elapsed_s, gboolean is_redial)
{
  return yonder_words_for_call_state (state, kind, elapsed_s, is_redial);
}

static char *
microphone_icon (gpointer self, gboolean is_muted)
{
  return g_strdup (is_muted ? "microphone-disabled-symbolic" : "audio-input-microphone-symbolic");
}

static char *
microphone_words (gpointer self, gboolean is_muted)
{
  return g_strdup (is_muted ? _("Unmute Microphone") : _("Mute Microphone"));
}

static char *
camera_icon (gpointer self, gboolean is_off)
{
  return g_strdup (is_off ? "camera-disabled-symbolic" : "camera-video-symbolic");
}

static char *
camera_words (gpointer self, gboolean is_off, gboolean can_send)
{
  if (!can_send)
    return g_strdup (_("The other side’s program takes no picture in this call"));
  return g_strdup (is_off ? _("Turn Camera On") : _("Turn Camera Off"));
}

static char *
share_words (gpointer self, gboolean is_sharing, gboolean can_send)
{
  if (!can_send)
    return g_strdup (_("The other side’s program takes no picture in this call"));
  return g_strdup (is_sharing ? _("Stop Sharing") : _("Share Screen"));
}

/* No camera is on, and no screen is shared. */
static gboolean
sends_nothing (gpointer self, gboolean is_camera_off, gboolean is_sharing)
{
  return is_camera_off && !is_sharing;
}

static char *
full_screen_icon (gpointer self, gboolean is_full_screen)
{
  return g_strdup (is_full_screen ? "view-restore-symbolic" : "view-fullscreen-symbolic");
}

static char *
full_screen_words (gpointer self, gboolean is_full_screen)
{
  return g_strdup (is_full_screen ? _("Leave Full Screen") : _("Full Screen"));
}

/* The controls */

static void
set_controls_visible (YonderCallPage *self, gboolean visible)
{
  if (self->controls_visible == visible)
    return;

  self->controls_visible = visible;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), visible ? NULL : "none");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTROLS_VISIBLE]);
}

/* Of a camera that is off the last picture, or a black one, is none. */
static gboolean
shows_picture (YonderCallPage *self)
{
  YonderConversation *conversation = self->call != NULL ? yonder_call_get_conversation (self->call) : NULL;

  return self->remote_picture != NULL && self->call != NULL && !yonder_call_is_held (self->call) &&
         !yonder_conversation_is_peer_camera_off (conversation) && !yonder_conversation_is_peer_holding (conversation);
}

static void
notify_shows_picture (YonderCallPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_PICTURE]);
}

/* Only a picture is worth more than the controls, and whoever is about to use them keeps them. */
static gboolean
may_hide_controls (YonderCallPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (self->call == NULL || yonder_call_get_state (self->call) != YONDER_CALL_STATE_CONNECTED || !shows_picture (self))
    return FALSE;
  if (gtk_menu_button_get_active (self->more_button) || gtk_menu_button_get_active (self->sound_button) ||
      gtk_menu_button_get_active (self->camera_button))
    return FALSE;
  if (gtk_widget_get_state_flags (self->bottom_revealer) & GTK_STATE_FLAG_PRELIGHT)
    return FALSE;

  return focus == NULL || !gtk_widget_is_ancestor (focus, self->bottom_revealer) || !gtk_window_get_focus_visible (GTK_WINDOW (root));
}

static void arm_hide_timer (YonderCallPage *self);

static gboolean
on_hide_timer (gpointer data)
{
  YonderCallPage *self = data;

  self->hide_timer = 0;
  if (may_hide_controls (self))
    set_controls_visible (self, FALSE);
  else
    arm_hide_timer (self);

  return G_SOURCE_REMOVE;
}

static void
arm_hide_timer (YonderCallPage *self)
{
  guint delay_ms = !yonder_notices_is_empty (self->notices) ? HIDE_NOTICES_AFTER_MS : HIDE_AFTER_MS;

  if (self->clock == NULL)
    return;

  yonder_clock_clear (self->clock, &self->hide_timer);
  if (self->call == NULL || yonder_call_get_state (self->call) == YONDER_CALL_STATE_ENDED)
    return;
  self->hide_timer = yonder_clock_add (self->clock, delay_ms, on_hide_timer, self, NULL);
}

/* GTK reports motion also when only the layout below the pointer moved. */
static void
on_motion (YonderCallPage *self, double x, double y)
{
  if (x == self->pointer_x && y == self->pointer_y)
    return;

  self->pointer_x = x;
  self->pointer_y = y;
  yonder_call_page_show_controls (self);
}

static void
on_touched (YonderCallPage *self)
{
  yonder_call_page_show_controls (self);
}

static void
move_self_view_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  yonder_self_view_next_corner (YONDER_CALL_PAGE (widget)->self_view);
}

/* Notices */

/* For those who hear it instead of seeing it. */
static void
say (YonderCallPage *self, const char *text)
{
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
announce (YonderCallPage *self, const char *text)
{
  say (self, text);
  yonder_call_page_show_controls (self);
}

static char *
tag_of_notice (YonderMediaNotice notice)
{
  return g_strdup_printf ("media-%d", notice);
}

static void
on_notice (YonderCallPage *self, YonderMediaNotice notice, const char *device)
{
  g_autofree char *text = yonder_words_for_notice (notice, device);
  g_autofree char *tag = tag_of_notice (notice);

  if (yonder_notices_add (self->notices, tag, text, NULL))
    announce (self, text);
}

static void
on_notice_over (YonderCallPage *self, YonderMediaNotice notice)
{
  g_autofree char *tag = tag_of_notice (notice);

  yonder_notices_remove (self->notices, tag);
}

/* Devices */

static char *
tag_of_device (YonderDevice *device)
{
  return g_strdup_printf ("device-%d-%s", yonder_device_get_kind (device), yonder_device_get_id (device));
}

/* Whoever plugs something in during a call wants to use it; but only they know when. */
static void
on_plugged (YonderCallPage *self, YonderDevice *device)
{
  static const char * const actions[] = {
    [YONDER_DEVICE_CAMERA] = "device.camera",
    [YONDER_DEVICE_MICROPHONE] = "device.microphone",
    [YONDER_DEVICE_SPEAKER] = "device.speaker",
  };
  YonderDeviceKind kind = yonder_device_get_kind (device);
  /* Translators: %s is a camera, a microphone, a loudspeaker or a headset */
  g_autofree char *words = g_strdup_printf (_("Use “%s”"), yonder_device_get_name (device));
  g_autofree char *text = yonder_words_for_plugged (device);
  g_autofree char *tag = tag_of_device (device);
  g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new_string (yonder_device_get_id (device)));
  YonderNoticeOffer offer = { _("Use"), words, actions[kind], target };

  if (self->call == NULL || yonder_call_get_state (self->call) == YONDER_CALL_STATE_ENDED ||
      (kind == YONDER_DEVICE_CAMERA && yonder_call_get_kind (self->call) != YONDER_CALL_KIND_VIDEO) ||
      yonder_devices_get_pick (self->devices, kind) == device)
    return;
  if (yonder_notices_add (self->notices, tag, text, &offer))
    announce (self, text);
}

static void
on_unplugged (YonderCallPage *self, YonderDevice *device)
{
  g_autofree char *tag = tag_of_device (device);

  yonder_notices_remove (self->notices, tag);
}

/* Chosen in a menu, what was offered needs no answer any more. */
static void
on_pick_changed (YonderCallPage *self, YonderDeviceKind kind)
{
  YonderDevice *pick = yonder_devices_get_pick (self->devices, kind);

  if (pick != NULL)
    on_unplugged (self, pick);
}

/* The call */

static void
on_state_changed (YonderCallPage *self)
{
  yonder_call_page_show_controls (self);
}

static void
on_peer_camera (YonderCallPage *self)
{
  notify_shows_picture (self);
  yonder_call_page_show_controls (self);
}

static void
on_sharing (YonderCallPage *self)
{
  say (self, yonder_call_is_sharing (self->call) ? _("You are sharing your screen") : _("Your screen is not shared any more"));
}

static void
on_muted (YonderCallPage *self)
{
  gboolean is_muted;

  g_object_get (self->call, "is-muted", &is_muted, NULL);
  say (self, is_muted ? _("The microphone is muted.") : _("The microphone is on."));
}

static void
on_camera_off (YonderCallPage *self)
{
  gboolean is_off;

  g_object_get (self->call, "is-camera-off", &is_off, NULL);
  say (self, is_off ? _("The camera is off.") : _("The camera is on."));
}

static void
on_peer_holding (YonderCallPage *self, GParamSpec *pspec, YonderConversation *conversation)
{
  const char *name = yonder_contact_get_name (yonder_call_get_peer (self->call));
  g_autofree char *words = g_strdup_printf (yonder_conversation_is_peer_holding (conversation) ? _("%s has put you on hold")
                                                                                               : _("%s has taken up the call again"), name);

  on_peer_camera (self);
  say (self, words);
}

static void
on_media_changed (YonderCallPage *self)
{
  YonderMediaSession *media = self->call != NULL ? yonder_call_get_media (self->call) : NULL;

  g_signal_group_set_target (self->media_signals, media);
  g_binding_group_set_source (self->picture_bindings, media != NULL ? yonder_pictures_of_session (media) : NULL);
  if (media == NULL)
    g_object_set (self, "remote-picture", NULL, "self-picture", NULL, NULL);
}

static void
set_call (YonderCallPage *self, YonderCall *call)
{
  if (!g_set_object (&self->call, call))
    return;

  yonder_notices_clear (self->notices);
  g_signal_group_set_target (self->call_signals, call);
  g_signal_group_set_target (self->conversation_signals, call != NULL ? yonder_call_get_conversation (call) : NULL);
  on_media_changed (self);
  notify_shows_picture (self);
  yonder_call_page_show_controls (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

static void
set_compact (YonderCallPage *self, gboolean is_compact)
{
  self->is_compact = is_compact;
  if (is_compact)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
}

static void
yonder_call_page_dispose (GObject *object)
{
  YonderCallPage *self = YONDER_CALL_PAGE (object);

  if (self->clock != NULL)
    yonder_clock_clear (self->clock, &self->hide_timer);
  g_clear_object (&self->clock);
  if (self->devices != NULL)
    g_signal_handlers_disconnect_by_data (self->devices, self);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_CALL_PAGE);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "device", NULL);
  g_clear_object (&self->device_menu);
  g_clear_object (&self->devices);
  g_clear_object (&self->call_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->media_signals);
  g_clear_object (&self->picture_bindings);
  g_clear_object (&self->remote_picture);
  g_clear_object (&self->self_picture);
  g_clear_object (&self->call);

  G_OBJECT_CLASS (yonder_call_page_parent_class)->dispose (object);
}

static void
yonder_call_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderCallPage *self = YONDER_CALL_PAGE (object);

  switch (prop_id) {
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  case PROP_COMPACT:
    g_value_set_boolean (value, self->is_compact);
    break;
  case PROP_IS_FULL_SCREEN:
    g_value_set_boolean (value, self->is_full_screen);
    break;
  case PROP_FILL_WINDOW:
    g_value_set_boolean (value, self->fill_window);
    break;
  case PROP_CONTROLS_VISIBLE:
    g_value_set_boolean (value, self->controls_visible);
    break;
  case PROP_SHOWS_PICTURE:
    g_value_set_boolean (value, shows_picture (self));
    break;
  case PROP_REMOTE_PICTURE:
    g_value_set_object (value, self->remote_picture);
    break;
  case PROP_SELF_PICTURE:
    g_value_set_object (value, self->self_picture);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_call_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderCallPage *self = YONDER_CALL_PAGE (object);

  switch (prop_id) {
  case PROP_CALL:
    set_call (self, g_value_get_object (value));
    break;
  case PROP_COMPACT:
    set_compact (self, g_value_get_boolean (value));
    break;
  case PROP_IS_FULL_SCREEN:
    self->is_full_screen = g_value_get_boolean (value);
    break;
  case PROP_FILL_WINDOW:
    self->fill_window = g_value_get_boolean (value);
    break;
  case PROP_REMOTE_PICTURE:
    g_set_object (&self->remote_picture, g_value_get_object (value));
    notify_shows_picture (self);
    break;
  case PROP_SELF_PICTURE:
    g_set_object (&self->self_picture, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, YONDER_TYPE_CALL, flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, flags);
  properties[PROP_IS_FULL_SCREEN] = g_param_spec_boolean ("is-full-screen", NULL, NULL, FALSE, flags);
  properties[PROP_FILL_WINDOW] = g_param_spec_boolean ("fill-window", NULL, NULL, TRUE, flags);
  properties[PROP_CONTROLS_VISIBLE] = g_param_spec_boolean ("controls-visible", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOWS_PICTURE] = g_param_spec_boolean ("shows-picture", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_REMOTE_PICTURE] = g_param_spec_object ("remote-picture", NULL, NULL, GDK_TYPE_PAINTABLE, flags);
  properties[PROP_SELF_PICTURE] = g_param_spec_object ("self-picture", NULL, NULL, GDK_TYPE_PAINTABLE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-call-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderCallPage, notices);
  gtk_widget_class_bind_template_child (widget_class, YonderCallPage, bottom_revealer);
  gtk_widget_class_bind_template_child (widget_class, YonderCallPage, more_button);
  gtk_widget_class_bind_template_child (widget_class, YonderCallPage, more_menu);
  gtk_widget_class_bind_template_child (widget_class, YonderCallPage, sound_button);
  gtk_widget_class_bind_template_child (widget_class, YonderCallPage, camera_button);
  gtk_widget_class_bind_template_child (widget_class, YonderCallPage, self_view);
  gtk_widget_class_bind_template_child (widget_class, YonderCallPage, peer_signs);
  gtk_widget_class_bind_template_callback (widget_class, shows_self);
  gtk_widget_class_bind_template_callback (widget_class, is_not);
  gtk_widget_class_bind_template_callback (widget_class, is_not_empty);
  gtk_widget_class_bind_template_callback (widget_class, hold_words);
  gtk_widget_class_bind_template_callback (widget_class, is_any);
  gtk_widget_class_bind_template_callback (widget_class, number_words);
  gtk_widget_class_bind_template_callback (widget_class, chat_words);
  gtk_widget_class_bind_template_callback (widget_class, is_video);
  gtk_widget_class_bind_template_callback (widget_class, is_reconnecting);
  gtk_widget_class_bind_template_callback (widget_class, is_not_reconnecting);
  gtk_widget_class_bind_template_callback (widget_class, content_fit);
  gtk_widget_class_bind_template_callback (widget_class, spacing_of_controls);
  gtk_widget_class_bind_template_callback (widget_class, state_words);
  gtk_widget_class_bind_template_callback (widget_class, microphone_icon);
  gtk_widget_class_bind_template_callback (widget_class, microphone_words);
  gtk_widget_class_bind_template_callback (widget_class, camera_icon);
  gtk_widget_class_bind_template_callback (widget_class, camera_words);
  gtk_widget_class_bind_template_callback (widget_class, share_words);
  gtk_widget_class_bind_template_callback (widget_class, sends_nothing);
  gtk_widget_class_bind_template_callback (widget_class, full_screen_icon);
  gtk_widget_class_bind_template_callback (widget_class, full_screen_words);
}

static void
yonder_call_page_class_init (YonderCallPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_call_page_dispose;
  object_class->get_property = yonder_call_page_get_property;
  object_class->set_property = yonder_call_page_set_property;
  install_properties (object_class);

  g_type_ensure (YONDER_TYPE_CONTACT);
  g_type_ensure (YONDER_TYPE_PORTRAIT);
  g_type_ensure (YONDER_TYPE_NOTICES);
  g_type_ensure (YONDER_TYPE_SELF_VIEW);
  g_type_ensure (YONDER_TYPE_PEER_SIGNS);
  g_type_ensure (YONDER_TYPE_QUALITY_BUTTON);
  bind_template (widget_class);

  gtk_widget_class_install_property_action (widget_class, "call-page.fill-window", "fill-window");
  gtk_widget_class_install_action (widget_class, "call-page.move-self-view", NULL, move_self_view_action);
}

static void
yonder_call_page_init (YonderCallPage *self)
{
  GtkEventController *motion;
  GtkGesture *touch;

  self->controls_visible = TRUE;
  self->fill_window = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  yonder_menu_button_set_late_menu (self->more_button, self->more_menu);

  motion = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (on_motion), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  touch = gtk_gesture_click_new ();
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (touch), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (touch, "pressed", G_CALLBACK (on_touched), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (touch));

  self->call_signals = g_signal_group_new (YONDER_TYPE_CALL);
  g_signal_group_connect_object (self->call_signals, "notify::state", G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::media", G_CALLBACK (on_media_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-muted", G_CALLBACK (on_muted), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-camera-off", G_CALLBACK (on_camera_off), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-sharing", G_CALLBACK (on_sharing), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-held", G_CALLBACK (on_peer_camera), self, G_CONNECT_SWAPPED);

  self->conversation_signals = g_signal_group_new (YONDER_TYPE_CONVERSATION);
  g_signal_group_connect_object (self->conversation_signals, "notify::is-peer-holding", G_CALLBACK (on_peer_holding), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->conversation_signals, "notify::is-peer-camera-off", G_CALLBACK (on_peer_camera), self, G_CONNECT_SWAPPED);

  self->media_signals = g_signal_group_new (YONDER_TYPE_MEDIA_SESSION);
  g_signal_group_connect_object (self->media_signals, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "notice-over", G_CALLBACK (on_notice_over), self, G_CONNECT_SWAPPED);

  self->picture_bindings = g_binding_group_new ();
  g_binding_group_bind (self->picture_bindings, "remote", self, "remote-picture", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->picture_bindings, "self-view", self, "self-picture", G_BINDING_SYNC_CREATE);
}

/**
 * yonder_call_page_set_up:
 * @self: the page
 * @clock: tells when the controls have been idle
 * @settings: where it is kept whether the picture fills the window, and which devices are used
 * @devices: (transfer none): those that there are
 *
 * Gives the page what it needs; once, before it is shown.
 */
void
yonder_call_page_set_up (YonderCallPage *self, YonderClock *clock, GSettings *settings, YonderDevices *devices)
{
  g_set_object (&self->clock, clock);
  g_set_object (&self->devices, devices);
  self->device_menu = yonder_device_menu_new (devices, settings);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "device", yonder_device_menu_get_actions (self->device_menu));
  yonder_menu_button_set_late_menu (self->sound_button, yonder_device_menu_get_sounds (self->device_menu));
  yonder_menu_button_set_late_menu (self->camera_button, yonder_device_menu_get_cameras (self->device_menu));
  g_signal_connect_object (devices, "plugged", G_CALLBACK (on_plugged), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (devices, "unplugged", G_CALLBACK (on_unplugged), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (devices, "pick-changed", G_CALLBACK (on_pick_changed), self, G_CONNECT_SWAPPED);
  yonder_peer_signs_set_clock (self->peer_signs, clock);
  g_settings_bind (settings, "fill-window", self, "fill-window", G_SETTINGS_BIND_DEFAULT);
  arm_hide_timer (self);
}

/**
 * yonder_call_page_show_controls:
 * @self: the page
 *
 * Brings the controls back, and has them go again when nothing happens.
 */
void
yonder_call_page_show_controls (YonderCallPage *self)
{
  set_controls_visible (self, TRUE);
  arm_hide_timer (self);
}

/**
 * yonder_call_page_set_share_refused:
 * @self: the page
 * @is_refused: whether the desktop would not share a screen when it was asked the last time
 *
 * Says so, until it is asked again.
 */
void
yonder_call_page_set_share_refused (YonderCallPage *self, gboolean is_refused)
{
  const char *text = _("The screen cannot be shared: the desktop does not allow it, or has no screen sharing (ScreenCast) portal.");

  if (!is_refused)
    yonder_notices_remove (self->notices, "screen-share");
  else if (yonder_notices_add (self->notices, "screen-share", text, NULL))
    announce (self, text);
}

GdkPaintable *
yonder_call_page_get_picture (YonderCallPage *self)
{
  return shows_picture (self) ? self->remote_picture : NULL;
}
