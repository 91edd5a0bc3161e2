/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person sees and hears of their devices, before a call and in it: a trial has the capture and the playback of a call. */

#include "fake-devices.h"
#include "media-pair.h"
#include "yonder-device-trial.h"

static const FakeDevice loud = { "loud", "Loud", "Audio/Source", "audiotestsrc is-live=true samplesperbuffer=480 volume=0.3", TRUE };
static const FakeDevice other = { "other", "Other", "Audio/Source", "audiotestsrc is-live=true samplesperbuffer=480 volume=0.3 freq=600" };
static const FakeDevice silent = { "silent", "Silent", "Audio/Source", "audiotestsrc is-live=true samplesperbuffer=480 wave=silence", TRUE };
static const FakeDevice bright = { "bright", "Bright", "Video/Source", "videotestsrc is-live=true ! capsfilter caps=video/x-raw,width=320,height=240" };
static const FakeDevice black = { "black", "Black", "Video/Source", "videotestsrc is-live=true pattern=black ! capsfilter caps=video/x-raw,width=320,height=240", TRUE };
static const FakeDevice speakers = { "speakers", "Speakers", "Audio/Sink", "capsfilter caps=audio/x-raw,format=S16LE ! fakesink sync=true", TRUE };
static const FakeDevice headphones = { "headphones", "Headphones", "Audio/Sink", "capsfilter caps=audio/x-raw,format=S16LE ! fakesink sync=true" };

static const FakeDevice noisy = { "noisy", "Noisy", "Audio/Source", "audiotestsrc is-live=true samplesperbuffer=480 wave=white-noise volume=0.05", TRUE };

typedef struct {
  YonderDevices     *devices;
  YonderClock       *clock;
  YonderDeviceTrial *trial; /* (nullable) */
  guint              notices; /* a bit for each that is told and not over */
  char              *name;    /* (nullable): of the last one */
} Fixture;

static void
on_notice (Fixture *self, YonderMediaNotice notice, const char *device)
{
  self->notices |= 1 << notice;
  g_set_str (&self->name, device);
}

static void
on_notice_over (Fixture *self, YonderMediaNotice notice)
{
  self->notices &= ~(1 << notice);
}

static gboolean
has_notice (Fixture *self, YonderMediaNotice notice)
{
  return (self->notices & 1 << notice) != 0;
}

static double
level (Fixture *self)
{
  double value;

  g_object_get (self->trial, "level", &value, NULL);
  return value;
}

static YonderTrialState
state (Fixture *self)
{
  YonderTrialState value;

  g_object_get (self->trial, "state", &value, NULL);
  return value;
}

static void
choose (Fixture *self, YonderDeviceKind kind, const char *id)
{
  const char * const ids[] = { id, NULL };

  yonder_devices_set_preferred (self->devices, kind, ids);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->devices = yonder_devices_new ();
  self->clock = yonder_clock_new ();
  /* a steady tone is no voice */
  yonder_devices_set_processing (self->devices, YONDER_PROCESSING_NONE);
}

static void
begin (Fixture *self, gboolean with_camera)
{
  g_autoptr (GError) error = NULL;

  self->trial = yonder_device_trial_new (self->devices, self->clock, with_camera ? gst_element_factory_make ("fakesink", NULL) : NULL, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (self->trial, "notice", G_CALLBACK (on_notice), self);
  g_signal_connect_swapped (self->trial, "notice-over", G_CALLBACK (on_notice_over), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  yonder_device_trial_close (self->trial);
  g_assert_finalize_object (self->trial);
  fake_devices_unplug_all ();
  g_object_add_weak_pointer (G_OBJECT (self->devices), (gpointer *) &self->devices);
  g_object_unref (self->devices);
  wait_until (self->devices == NULL);
  g_object_unref (self->clock);
  g_free (self->name);
}

/* A headset is plugged out while one talks, and in again. */
static void
test_microphone_goes (Fixture *self, gconstpointer data)
{
  fake_devices_plug (&loud);
  fake_devices_plug (&other);
  fake_devices_plug (&speakers);
  begin (self, FALSE);
  wait_until (level (self) > 0.5);
  g_assert_cmpuint (self->notices, ==, 0);

  fake_devices_unplug (&loud);
  wait_until (has_notice (self, YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED));
  g_assert_cmpstr (self->name, ==, "Other");
  wait_until (level (self) > 0.5);

  fake_devices_unplug (&other);
  wait_until (has_notice (self, YONDER_MEDIA_NOTICE_MICROPHONE_MISSING));
  g_assert_cmpstr (self->name, ==, "Other");
  wait_until (level (self) == 0.0);

  fake_devices_plug (&loud);
  wait_until (level (self) > 0.5);
  wait_until (!has_notice (self, YONDER_MEDIA_NOTICE_MICROPHONE_MISSING));
}

/* Turned off by a switch of its own it gives silence, which is told until another one is chosen. */
static void
test_silence (Fixture *self, gconstpointer data)
{
  fake_devices_plug (&silent);
  fake_devices_plug (&loud);
  fake_devices_plug (&speakers);
  begin (self, FALSE);
  wait_until (has_notice (self, YONDER_MEDIA_NOTICE_MICROPHONE_SILENT));
  g_assert_cmpstr (self->name, ==, "Silent");
  choose (self, YONDER_DEVICE_MICROPHONE, "loud");
  wait_until (level (self) > 0.5);
  /* who chose it knows */
  g_assert_cmpuint (self->notices, ==, 0);
  media_run_for (9500);
  g_assert_cmpuint (self->notices, ==, 0);
}

static void
test_black (Fixture *self, gconstpointer data)
{
  fake_devices_plug (&black);
  fake_devices_plug (&bright);
  fake_devices_plug (&loud);
  fake_devices_plug (&speakers);
  begin (self, TRUE);
  wait_until (has_notice (self, YONDER_MEDIA_NOTICE_CAMERA_BLACK));
  g_assert_cmpstr (self->name, ==, "Black");
  choose (self, YONDER_DEVICE_CAMERA, "bright");
  wait_until (self->notices == 0);
  media_run_for (5500);
  g_assert_cmpuint (self->notices, ==, 0);
  fake_devices_unplug (&bright);
  wait_until (has_notice (self, YONDER_MEDIA_NOTICE_CAMERA_CHANGED));
}

static void
test_recording (Fixture *self, gconstpointer data)
{
  fake_devices_plug (&loud);
  fake_devices_plug (&speakers);
  begin (self, FALSE);
  wait_until (level (self) > 0.5);
  /* one's own microphone is not heard but when it is asked for */
  fake_devices_get_peak ();
  yonder_device_trial_record (self->trial);
  g_assert_cmpint (state (self), ==, YONDER_TRIAL_RECORDING);
  wait_until (state (self) == YONDER_TRIAL_PLAYING);
  g_assert_cmpint (fake_devices_get_peak (), ==, 0);
  wait_until (state (self) == YONDER_TRIAL_IDLE);
  g_assert_cmpint (fake_devices_get_peak (), >, 5000);

  /* stopped before it was played, it is never heard */
  yonder_device_trial_record (self->trial);
  yonder_device_trial_stop (self->trial);
  g_assert_cmpint (state (self), ==, YONDER_TRIAL_IDLE);
  media_run_for (3500);
  g_assert_cmpint (state (self), ==, YONDER_TRIAL_IDLE);
  g_assert_cmpint (fake_devices_get_peak (), ==, 0);
}

static void
test_tone (Fixture *self, gconstpointer data)
{
  fake_devices_plug (&loud);
  fake_devices_plug (&speakers);
  fake_devices_plug (&headphones);
  begin (self, FALSE);
  wait_until (level (self) > 0.5);
  yonder_device_trial_play_tone (self->trial);
  wait_until (state (self) == YONDER_TRIAL_IDLE);
  g_assert_cmpint (fake_devices_get_peak (), >, 3000);

  fake_devices_unplug (&speakers);
  wait_until (has_notice (self, YONDER_MEDIA_NOTICE_SPEAKER_CHANGED));
  g_assert_cmpstr (self->name, ==, "Headphones");
  yonder_device_trial_play_tone (self->trial);
  wait_until (state (self) == YONDER_TRIAL_IDLE);
  g_assert_cmpint (fake_devices_get_peak (), >, 3000);

  fake_devices_unplug (&headphones);
  wait_until (has_notice (self, YONDER_MEDIA_NOTICE_SPEAKER_MISSING));
}

/* The switch takes effect at once, and its opposite too. */
static void
test_noise (Fixture *self, gconstpointer data)
{
  double loud_level;

  fake_devices_plug (&noisy);
  fake_devices_plug (&speakers);
  begin (self, FALSE);
  wait_until (level (self) > 0.4);
  loud_level = level (self);
  yonder_devices_set_processing (self->devices, YONDER_PROCESSING_NOISE);
  /* 6 dB of the 60 that the meter shows */
  wait_until (level (self) > 0.0 && level (self) < loud_level - 0.1);
  yonder_devices_set_processing (self->devices, YONDER_PROCESSING_NONE);
  wait_until (level (self) > loud_level - 0.05);
}

/* Without any device there is something to see and to say. */
static void
test_nothing (Fixture *self, gconstpointer data)
{
  begin (self, TRUE);
  wait_until (has_notice (self, YONDER_MEDIA_NOTICE_CAMERA_MISSING) && has_notice (self, YONDER_MEDIA_NOTICE_MICROPHONE_MISSING) &&
              has_notice (self, YONDER_MEDIA_NOTICE_SPEAKER_MISSING));
  g_assert_null (self->name);
}

int
main (int argc, char *argv[])
{
  int result;

  /* the devices of the machine are none of ours */
  g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  g_unsetenv ("PULSE_SERVER");
  g_unsetenv ("PIPEWIRE_REMOTE");
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  fake_devices_register ();
  g_test_add ("/media/device-trial/microphone-goes", Fixture, NULL, set_up, test_microphone_goes, tear_down);
  g_test_add ("/media/device-trial/silence", Fixture, NULL, set_up, test_silence, tear_down);
  g_test_add ("/media/device-trial/black", Fixture, NULL, set_up, test_black, tear_down);
  g_test_add ("/media/device-trial/recording", Fixture, NULL, set_up, test_recording, tear_down);
  g_test_add ("/media/device-trial/tone", Fixture, NULL, set_up, test_tone, tear_down);
  g_test_add ("/media/device-trial/noise", Fixture, NULL, set_up, test_noise, tear_down);
  g_test_add ("/media/device-trial/nothing", Fixture, NULL, set_up, test_nothing, tear_down);
  result = g_test_run ();
  return result;
}
