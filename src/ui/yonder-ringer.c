/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ringer.h"

#include <glib/gi18n.h>

#include "yonder-device-memory.h"
#include "yonder-ringtone.h"
#include "yonder-tone-player.h"

/* chosen: long enough to judge the longest tone of ours by */
#define TRIAL_MS 6000
/* chosen: the ringing tone and the waiting one are not the ringtone: they have the volume of a call, a bit lower than speech */
#define CALL_TONE_VOLUME 0.8

struct _YonderRinger
{
  GObject             parent_instance;

  GSettings          *settings;
  YonderDoNotDisturb *do_not_disturb;
  YonderClock        *clock;
  YonderTonePlayer   *player;
  char               *problem;   /* (nullable) */
  YonderRing          ring;
  YonderRing          heard;     /* what the player plays */
  gboolean            is_trying;
  gboolean            is_instead; /* a tone of ours in place of a file that failed */
  guint               trial_timer;
};

G_DEFINE_FINAL_TYPE (YonderRinger, yonder_ringer, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_IS_TRYING,
  PROP_IS_SILENCED,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_problem (YonderRinger *self, const char *problem)
{
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
play_ringtone (YonderRinger *self, const char *name)
{
  g_autofree char *file = g_settings_get_string (self->settings, "ring-file");
  g_auto (GStrv) outputs = yonder_device_memory_dup_ids (self->settings, "ring-speakers");
  double volume = g_settings_get_double (self->settings, "ring-volume");

  self->is_instead = !g_str_equal (name, "file") || *file == '\0';
  if (self->is_instead)
    yonder_tone_player_play_tone (self->player, name, (const char * const *) outputs, volume);
  else
    yonder_tone_player_play_file (self->player, file, (const char * const *) outputs, volume);
}

static void
play (YonderRinger *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "ring-tone");
  g_auto (GStrv) outputs = NULL;

  switch (self->heard) {
  case YONDER_RING_INCOMING:
    set_problem (self, NULL);
    play_ringtone (self, name);
    return;
  case YONDER_RING_WAITING:
  case YONDER_RING_BACK:
    break;
  case YONDER_RING_NONE:
  default:
    yonder_tone_player_stop (self->player);
    return;
  }
  outputs = yonder_device_memory_dup_ids (self->settings, yonder_device_memory_get_key (YONDER_DEVICE_SPEAKER));
  yonder_tone_player_play_tone (self->player, self->heard == YONDER_RING_WAITING ? YONDER_RINGTONE_WAITING : YONDER_RINGTONE_BACK,
                                (const char * const *) outputs, CALL_TONE_VOLUME);
}

/* Whoever dials, or tries a ringtone, wants to hear it. */
static void
update (YonderRinger *self)
{
  YonderRing ring = self->is_trying ? YONDER_RING_INCOMING : self->ring;

  if (!self->is_trying && ring != YONDER_RING_BACK && yonder_do_not_disturb_is_active (self->do_not_disturb))
    ring = YONDER_RING_NONE;
  if (ring == self->heard)
    return;
  self->heard = ring;
  play (self);
}

static void
on_do_not_disturb_changed (YonderRinger *self)
{
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SILENCED]);
}

static void
on_failed (YonderRinger *self, const GError *error)
{
  if (self->heard == YONDER_RING_INCOMING && !self->is_instead) {
    g_autofree char *uri = g_settings_get_string (self->settings, "ring-file");
    g_autofree char *path = g_filename_from_uri (uri, NULL, NULL);
    g_autofree char *name = g_filename_display_basename (path != NULL ? path : uri);
    /* Translators: %1$s is the name of a file, %2$s that of a ringtone of Yonder's own */
    g_autofree char *problem = g_strdup_printf (_("“%1$s” cannot be played. “%2$s” rings in its place; choose another file."), name,
                                                yonder_ringtone_get_title (YONDER_RINGTONE_DEFAULT));

    g_message ("The ringtone %s cannot be played: %s", uri, error->message);
    set_problem (self, problem);
    play_ringtone (self, YONDER_RINGTONE_DEFAULT);
    return;
  }

  g_info ("Ringing cannot be heard: %s", error->message);
  if (self->heard == YONDER_RING_INCOMING)
    set_problem (self, _("The ringtone cannot be heard: choose another output."));
}

static void
on_volume_changed (YonderRinger *self)
{
  if (self->heard == YONDER_RING_INCOMING)
    yonder_tone_player_set_volume (self->player, g_settings_get_double (self->settings, "ring-volume"));
}

static void
on_choice_changed (YonderRinger *self)
{
  if (self->heard == YONDER_RING_INCOMING)
    play (self);
  else
    set_problem (self, NULL);
}

static gboolean
on_trial_over (gpointer data)
{
  YonderRinger *self = data;

  self->trial_timer = 0;
  yonder_ringer_try (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
yonder_ringer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderRinger *self = YONDER_RINGER (object);

  switch (prop_id) {
  case PROP_IS_TRYING:
    g_value_set_boolean (value, self->is_trying);
    break;
  case PROP_IS_SILENCED:
    g_value_set_boolean (value, yonder_ringer_is_silenced (self));
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_ringer_dispose (GObject *object)
{
  YonderRinger *self = YONDER_RINGER (object);

  if (self->clock != NULL)
    yonder_clock_clear (self->clock, &self->trial_timer);
  g_clear_object (&self->player);
  g_clear_object (&self->do_not_disturb);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (yonder_ringer_parent_class)->dispose (object);
}

static void
yonder_ringer_class_init (YonderRingerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_ringer_dispose;
  object_class->get_property = yonder_ringer_get_property;

  properties[PROP_IS_TRYING] = g_param_spec_boolean ("is-trying", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_SILENCED] = g_param_spec_boolean ("is-silenced", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_ringer_init (YonderRinger *self)
{
}

/**
 * yonder_ringer_new:
 * @settings: (transfer none): the ringtone, its output and its volume; changes are heard at once
 * @do_not_disturb: (transfer none): whether to be silent
 * @clock: (transfer none): for the end of a trial
 *
 * Returns: (transfer full): a silent ringer
 */
YonderRinger *
yonder_ringer_new (GSettings *settings, YonderDoNotDisturb *do_not_disturb, YonderClock *clock)
{
  YonderRinger *self = g_object_new (YONDER_TYPE_RINGER, NULL);

  self->settings = g_object_ref (settings);
  self->do_not_disturb = g_object_ref (do_not_disturb);
  self->clock = g_object_ref (clock);
  self->player = yonder_tone_player_new (clock);
  g_signal_connect_object (self->player, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (do_not_disturb, "notify::is-active", G_CALLBACK (on_do_not_disturb_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::ring-volume", G_CALLBACK (on_volume_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::ring-tone", G_CALLBACK (on_choice_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::ring-file", G_CALLBACK (on_choice_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::ring-speakers", G_CALLBACK (on_choice_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * yonder_ringer_set:
 * @self: the ringer
 * @ring: what calls ask for now
 *
 * Makes that heard until something else is set. A trial ends where a call rings.
 */
void
yonder_ringer_set (YonderRinger *self, YonderRing ring)
{
  if (self->ring == ring)
    return;
  self->ring = ring;
  if (ring != YONDER_RING_NONE)
    yonder_ringer_try (self, FALSE);
  update (self);
}

/**
 * yonder_ringer_try:
 * @self: the ringer
 * @is_wanted: whether to play, or to stop
 *
 * Plays the ringtone for some seconds, so that the user can judge it; also when the user is not to be disturbed.
 */
void
yonder_ringer_try (YonderRinger *self, gboolean is_wanted)
{
  if (self->is_trying == is_wanted)
    return;

  self->is_trying = is_wanted;
  yonder_clock_clear (self->clock, &self->trial_timer);
  if (is_wanted)
    self->trial_timer = yonder_clock_add (self->clock, TRIAL_MS, on_trial_over, self, NULL);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_TRYING]);
}

/**
 * yonder_ringer_is_trying:
 * @self: the ringer
 *
 * Returns: whether the ringtone is played for the user to judge
 */
gboolean
yonder_ringer_is_trying (YonderRinger *self)
{
  return self->is_trying;
}

/**
 * yonder_ringer_is_silenced:
 * @self: the ringer
 *
 * Returns: whether an incoming call is not heard now, as the user does not want to be disturbed
 */
gboolean
yonder_ringer_is_silenced (YonderRinger *self)
{
  return yonder_do_not_disturb_is_active (self->do_not_disturb);
}

/**
 * yonder_ringer_get_problem:
 * @self: the ringer
 *
 * Returns: (transfer none) (nullable): what the user should know of the ringtone, found when it was played the last time
 */
const char *
yonder_ringer_get_problem (YonderRinger *self)
{
  return self->problem;
}
