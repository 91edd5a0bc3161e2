/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-devices-page.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-device-memory.h"
#include "yonder-device-row.h"
#include "yonder-device-trial.h"
#include "yonder-video-sink.h"

struct _YonderDevicesPage
{
  AdwPreferencesPage parent_instance;

  YonderDevices     *devices;
  YonderClock       *clock;
  YonderDeviceTrial *trial; /* (nullable): while the page shows */
  YonderMediaNotice  shown[YONDER_N_DEVICE_KINDS]; /* what a group tells, where it has a description */

  /* template */
  GtkWidget         *camera_group;
  YonderDeviceRow   *camera_row;
  GtkWidget         *preview_card;
  GtkPicture        *preview;
  GtkWidget         *microphone_group;
  YonderDeviceRow   *microphone_row;
  GtkLevelBar       *level_bar;
  AdwButtonRow      *record_row;
  AdwSwitchRow      *echo_row;
  AdwSwitchRow      *noise_row;
  AdwSwitchRow      *gain_row;
  GtkWidget         *speaker_group;
  YonderDeviceRow   *speaker_row;
  AdwButtonRow      *tone_row;
};

G_DEFINE_FINAL_TYPE (YonderDevicesPage, yonder_devices_page, ADW_TYPE_PREFERENCES_PAGE)

static YonderDeviceRow *
row_of_kind (YonderDevicesPage *self, YonderDeviceKind kind)
{
  YonderDeviceRow *rows[] = {
    [YONDER_DEVICE_CAMERA] = self->camera_row,
    [YONDER_DEVICE_MICROPHONE] = self->microphone_row,
    [YONDER_DEVICE_SPEAKER] = self->speaker_row,
  };

  return rows[kind];
}

static YonderDeviceKind
kind_of_notice (YonderMediaNotice notice)
{
  switch (notice) {
  case YONDER_MEDIA_NOTICE_CAMERA_MISSING:
  case YONDER_MEDIA_NOTICE_CAMERA_BUSY:
  case YONDER_MEDIA_NOTICE_CAMERA_REFUSED:
  case YONDER_MEDIA_NOTICE_CAMERA_CHANGED:
  case YONDER_MEDIA_NOTICE_CAMERA_BLACK:
    return YONDER_DEVICE_CAMERA;
  case YONDER_MEDIA_NOTICE_SPEAKER_MISSING:
  case YONDER_MEDIA_NOTICE_SPEAKER_CHANGED:
    return YONDER_DEVICE_SPEAKER;
  case YONDER_MEDIA_NOTICE_MICROPHONE_MISSING:
  case YONDER_MEDIA_NOTICE_MICROPHONE_BUSY:
  case YONDER_MEDIA_NOTICE_MICROPHONE_REFUSED:
  case YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED:
  case YONDER_MEDIA_NOTICE_MICROPHONE_SILENT:
  default:
    return YONDER_DEVICE_MICROPHONE;
  }
}

/* What is wrong stands where it can be mended: above the row, since within it it would leave no room for the name of the device. */
static void
describe (YonderDevicesPage *self, YonderDeviceKind kind, const char *words)
{
  GtkWidget *groups[] = {
    [YONDER_DEVICE_CAMERA] = self->camera_group,
    [YONDER_DEVICE_MICROPHONE] = self->microphone_group,
    [YONDER_DEVICE_SPEAKER] = self->speaker_group,
  };

  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (groups[kind]), words);
}

/* Here nobody is called: what the other side would get is not told. */
static char *
words_for_notice (YonderMediaNotice notice, const char *device)
{
  switch (notice) {
  case YONDER_MEDIA_NOTICE_CAMERA_MISSING:
    return g_strdup (_("There is no camera. Plug one in to be seen."));
  case YONDER_MEDIA_NOTICE_MICROPHONE_MISSING:
    return g_strdup (_("There is no microphone. Plug one in to be heard."));
  case YONDER_MEDIA_NOTICE_SPEAKER_MISSING:
    return g_strdup (_("There is no loudspeaker. Plug in a loudspeaker or a headset to hear others."));
  case YONDER_MEDIA_NOTICE_CAMERA_BUSY:
  case YONDER_MEDIA_NOTICE_CAMERA_REFUSED:
  case YONDER_MEDIA_NOTICE_CAMERA_CHANGED:
  case YONDER_MEDIA_NOTICE_CAMERA_BLACK:
  case YONDER_MEDIA_NOTICE_MICROPHONE_BUSY:
  case YONDER_MEDIA_NOTICE_MICROPHONE_REFUSED:
  case YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED:
  case YONDER_MEDIA_NOTICE_MICROPHONE_SILENT:
  case YONDER_MEDIA_NOTICE_SPEAKER_CHANGED:
  default:
    return yonder_words_for_notice (notice, device);
  }
}

static void
on_notice (YonderDevicesPage *self, YonderMediaNotice notice, const char *device)
{
  YonderDeviceKind kind = kind_of_notice (notice);
  g_autofree char *words = words_for_notice (notice, device);

  self->shown[kind] = notice;
  describe (self, kind, words);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
on_notice_over (YonderDevicesPage *self, YonderMediaNotice notice)
{
  YonderDeviceKind kind = kind_of_notice (notice);

  if (self->shown[kind] == notice)
    describe (self, kind, NULL);
}

static void
show_state (YonderDevicesPage *self)
{
  YonderTrialState state = YONDER_TRIAL_IDLE;
  const char *title;

  if (self->trial != NULL)
    g_object_get (self->trial, "state", &state, NULL);

  switch (state) {
  case YONDER_TRIAL_RECORDING:
    title = _("Speak Now…");
    break;
  case YONDER_TRIAL_PLAYING:
    title = _("_Stop");
    break;
  case YONDER_TRIAL_IDLE:
  default:
    title = _("_Record Three Seconds and Play Them Back");
    break;
  }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->record_row), title);
  adw_button_row_set_start_icon_name (self->record_row, state == YONDER_TRIAL_IDLE ? "media-record-symbolic" : "media-playback-stop-symbolic");
}

static void
record_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderDevicesPage *self = YONDER_DEVICES_PAGE (widget);
  YonderTrialState state;

  if (self->trial == NULL)
    return;
  g_object_get (self->trial, "state", &state, NULL);
  if (state == YONDER_TRIAL_IDLE)
    yonder_device_trial_record (self->trial);
  else
    yonder_device_trial_stop (self->trial);
}

static void
play_tone_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderDevicesPage *self = YONDER_DEVICES_PAGE (widget);

  if (self->trial != NULL)
    yonder_device_trial_play_tone (self->trial);
}

static void
begin_trial (YonderDevicesPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPaintable) paintable = NULL;
  GstElement *sink = yonder_video_sink_new (TRUE, &paintable, &error);

  if (sink != NULL)
    gtk_picture_set_paintable (self->preview, paintable);
  else
    g_warning ("%s", error->message);
  gtk_widget_set_visible (self->preview_card, sink != NULL);
  g_clear_error (&error);

  self->trial = yonder_device_trial_new (self->devices, self->clock, sink, &error);
  if (self->trial == NULL) {
    adw_preferences_page_set_description (ADW_PREFERENCES_PAGE (self), error->message);
    return;
  }
  g_object_bind_property (self->trial, "level", self->level_bar, "value", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->trial, "notify::state", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->trial, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->trial, "notice-over", G_CALLBACK (on_notice_over), self, G_CONNECT_SWAPPED);
}

static void
end_trial (YonderDevicesPage *self)
{
  if (self->trial == NULL)
    return;

  yonder_device_trial_close (self->trial);
  g_clear_object (&self->trial);
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
    describe (self, kind, NULL);
}

static void
yonder_devices_page_map (GtkWidget *widget)
{
  YonderDevicesPage *self = YONDER_DEVICES_PAGE (widget);

  GTK_WIDGET_CLASS (yonder_devices_page_parent_class)->map (widget);

  if (self->trial == NULL)
    begin_trial (self);
  show_state (self);
}

/* A page that nobody sees watches nobody. */
static void
yonder_devices_page_unmap (GtkWidget *widget)
{
  end_trial (YONDER_DEVICES_PAGE (widget));

  GTK_WIDGET_CLASS (yonder_devices_page_parent_class)->unmap (widget);
}

static void
yonder_devices_page_dispose (GObject *object)
{
  YonderDevicesPage *self = YONDER_DEVICES_PAGE (object);

  end_trial (self);
  if (self->devices != NULL)
    yonder_devices_release (self->devices);
  g_clear_object (&self->devices);
  g_clear_object (&self->clock);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_DEVICES_PAGE);

  G_OBJECT_CLASS (yonder_devices_page_parent_class)->dispose (object);
}

static void
yonder_devices_page_class_init (YonderDevicesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_devices_page_dispose;
  widget_class->map = yonder_devices_page_map;
  widget_class->unmap = yonder_devices_page_unmap;

  g_type_ensure (YONDER_TYPE_DEVICE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-devices-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, camera_group);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, camera_row);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, preview_card);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, preview);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, microphone_group);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, microphone_row);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, level_bar);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, record_row);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, echo_row);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, noise_row);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, gain_row);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, speaker_group);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, speaker_row);
  gtk_widget_class_bind_template_child (widget_class, YonderDevicesPage, tone_row);

  gtk_widget_class_install_action (widget_class, "devices-page.record", NULL, record_action);
  gtk_widget_class_install_action (widget_class, "devices-page.play-tone", NULL, play_tone_action);
}

static void
yonder_devices_page_init (YonderDevicesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_devices_page_new:
 * @settings: (transfer none): where the choices are kept
 * @devices: (transfer none): those that there are; they follow the settings
 * @clock: (transfer none): for whatever waits
 *
 * Returns: (transfer floating): the page, for a preferences dialog
 */
YonderDevicesPage *
yonder_devices_page_new (GSettings *settings, YonderDevices *devices, YonderClock *clock)
{
  YonderDevicesPage *self = g_object_new (YONDER_TYPE_DEVICES_PAGE, NULL);

  self->devices = g_object_ref (devices);
  self->clock = g_object_ref (clock);
  yonder_devices_hold (devices);
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
    yonder_device_row_set_up (row_of_kind (self, kind), devices, kind, settings, yonder_device_memory_get_key (kind));
  g_settings_bind (settings, "cancel-echo", self->echo_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "suppress-noise", self->noise_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "control-gain", self->gain_row, "active", G_SETTINGS_BIND_DEFAULT);
  return self;
}
