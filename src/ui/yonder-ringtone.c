/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ringtone.h"

#include <glib/gi18n.h>
#include <math.h>

#define MAX_NOTES 20
/* chosen: so that nothing clicks where a note begins or is cut off */
#define EDGE_MS 4

/* How a note sounds over time. */
typedef enum {
  VOICE_BELL,  /* struck: rings on for long, its overtones not in tune */
  VOICE_WOOD,  /* struck: short and warm */
  VOICE_SOFT,  /* swells and goes */
  VOICE_TONE,  /* steady, as of a telephone exchange */
} Voice;

typedef struct {
  guint  start_ms;
  guint  length_ms; /* 0: the end of the score */
  double hz;
} Note;

typedef struct {
  const char *name;
  const char *title;
  Voice       voice;
  guint       length_ms;
  double      level; /* of a note, so that those that sound together stay below 1 */
  Note        notes[MAX_NOTES];
} Score;

/* Pitches of the equal-tempered scale. The lengths are chosen: two seconds of tune, then a breath. */
static const Score ringtones[] = {
  { "bells", N_("Bells"), VOICE_BELL, 3600, 0.34,
    { { 0, 1600, 783.99 }, { 180, 1500, 987.77 }, { 360, 1400, 1174.66 }, { 540, 1600, 1567.98 },
      { 1080, 1400, 1174.66 }, { 1260, 1400, 1567.98 } } },
  { "marimba", N_("Marimba"), VOICE_WOOD, 3200, 0.5,
    { { 0, 420, 523.25 }, { 150, 420, 659.25 }, { 300, 420, 783.99 }, { 450, 420, 1046.50 }, { 750, 420, 783.99 }, { 900, 420, 1046.50 },
      { 1200, 420, 587.33 }, { 1350, 420, 698.46 }, { 1500, 420, 880.00 }, { 1650, 600, 1174.66 } } },
  { "dawn", N_("Dawn"), VOICE_SOFT, 4400, 0.3,
    { { 0, 1500, 392.00 }, { 350, 1500, 493.88 }, { 700, 1500, 587.33 }, { 1050, 1800, 739.99 }, { 1700, 1500, 659.25 }, { 2050, 1400, 587.33 } } },
  { "telephone", N_("Telephone"), VOICE_BELL, 3000, 0.2, /* a hammer between two bells */
    { { 0, 300, 1318.51 }, { 60, 300, 1567.98 }, { 120, 300, 1318.51 }, { 180, 300, 1567.98 }, { 240, 300, 1318.51 },
      { 300, 300, 1567.98 }, { 360, 300, 1318.51 }, { 420, 600, 1567.98 }, { 800, 300, 1318.51 }, { 860, 300, 1567.98 },
      { 920, 300, 1318.51 }, { 980, 300, 1567.98 }, { 1040, 300, 1318.51 }, { 1100, 300, 1567.98 }, { 1160, 300, 1318.51 },
      { 1220, 700, 1567.98 } } },
};

/* Somebody else calls during a call: heard, but not over the voice. */
static const Score waiting = { YONDER_RINGTONE_WAITING, NULL, VOICE_SOFT, 5000, 0.25, { { 0, 250, 659.25 }, { 300, 250, 659.25 } } };

/* 1 s of 425 Hz, 4 s of silence: the ringing tone of ITU-T E.180. */
static const Score ringback = { YONDER_RINGTONE_BACK, NULL, VOICE_TONE, 5000, 0.2, { { 0, 1000, 425 } } };

/* The strength of a note at @t seconds of @length. */
static double
envelope (Voice voice, double t, double length)
{
  switch (voice) {
  case VOICE_BELL:
    return exp (-3.0 * t);
  case VOICE_WOOD:
    return exp (-9.0 * t);
  case VOICE_SOFT:
    return sin (G_PI * t / length);
  case VOICE_TONE:
  default:
    return 1;
  }
}

/* Between -1 and 1. */
static double
wave (Voice voice, double hz, double t)
{
  double turn = 2 * G_PI * hz * t;

  switch (voice) {
  case VOICE_BELL:
    return 0.7 * sin (turn) + 0.2 * sin (2.76 * turn) * exp (-6 * t) + 0.1 * sin (5.4 * turn) * exp (-12 * t);
  case VOICE_WOOD:
    return 0.8 * sin (turn) + 0.2 * sin (4 * turn) * exp (-20 * t);
  case VOICE_SOFT:
    return 0.8 * sin (turn) + 0.2 * sin (2 * turn);
  case VOICE_TONE:
  default:
    return sin (turn);
  }
}

static void
add_note (float *samples, gsize n_samples, const Score *score, const Note *note)
{
  gsize start = (gsize) note->start_ms * YONDER_RINGTONE_RATE_HZ / 1000;
  gsize length = (gsize) note->length_ms * YONDER_RINGTONE_RATE_HZ / 1000;
  double length_s = note->length_ms / 1000.0;
  double edge_s = EDGE_MS / 1000.0;

  for (gsize i = 0; i < length && start + i < n_samples; i++) {
    double t = (double) i / YONDER_RINGTONE_RATE_HZ;
    double edge = MIN (1, MIN (t, length_s - t) / edge_s);

    samples[start + i] += (float) (score->level * edge * envelope (score->voice, t, length_s) * wave (score->voice, note->hz, t));
  }
}

static GBytes *
render (const Score *score)
{
  gsize n_samples = (gsize) score->length_ms * YONDER_RINGTONE_RATE_HZ / 1000;
  g_autofree float *samples = g_new0 (float, n_samples);
  gint16 *pcm = g_new (gint16, n_samples);

  for (gsize i = 0; i < G_N_ELEMENTS (score->notes) && score->notes[i].length_ms > 0; i++)
    add_note (samples, n_samples, score, &score->notes[i]);
  for (gsize i = 0; i < n_samples; i++)
    pcm[i] = (gint16) (CLAMP (samples[i], -1.0f, 1.0f) * G_MAXINT16);

  return g_bytes_new_take (pcm, n_samples * sizeof *pcm);
}

static const Score *
find_score (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ringtones); i++)
    if (g_strcmp0 (ringtones[i].name, name) == 0)
      return &ringtones[i];

  return NULL;
}

/**
 * yonder_ringtone_get_names:
 *
 * Returns: (transfer none): the names of the ringtones, in the order in which they are offered
 */
const char * const *
yonder_ringtone_get_names (void)
{
  static const char * const names[] = { "bells", "marimba", "dawn", "telephone", NULL };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == G_N_ELEMENTS (ringtones) + 1);
  return names;
}

/**
 * yonder_ringtone_get_title:
 * @name: of a ringtone
 *
 * Returns: (transfer none) (nullable): what the user calls it
 */
const char *
yonder_ringtone_get_title (const char *name)
{
  const Score *score = find_score (name);

  return score != NULL ? _(score->title) : NULL;
}

/**
 * yonder_ringtone_render:
 * @name: of a ringtone, or of what is no ringtone; the default one stands in for a name that there is not
 *
 * Returns: (transfer full): its samples, to be played in a loop. Any thread.
 */
GBytes *
yonder_ringtone_render (const char *name)
{
  if (g_str_equal (name, waiting.name))
    return render (&waiting);
  if (g_str_equal (name, ringback.name))
    return render (&ringback);
  return render (find_score (name) != NULL ? find_score (name) : find_score (YONDER_RINGTONE_DEFAULT));
}
