/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-path.h"

#include <glib/gi18n.h>

/* A peer without camera and microphone sends nothing, and is connected all the same. chosen: first sound is there 0.3 s after DTLS */
#define FIRST_MEDIA_MS 2000
/* Seconds without a received byte, where there were some, after which a path counts as lost although ICE does not say so. */
#define SILENT_S 3

struct _YonderPath {
  GObject parent_instance;

  YonderClock        *clock;
  YonderTimeline     *timeline;
  YonderMediaSession *media;         /* (nullable): until started, and once closed */
  GSignalGroup       *media_signals;

  gboolean            has_ice;
  gboolean            is_secured;
  gboolean            has_media;
  gboolean            was_up;
  guint               n_silent_s;
  guint               n_unheard_s;
  gboolean            was_flowing;

  guint               media_timer;
};

G_DEFINE_FINAL_TYPE (YonderPath, yonder_path, G_TYPE_OBJECT)

enum {
  UP,
  SECURED,
  LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
come_up (YonderPath *self)
{
  yonder_clock_clear (self->clock, &self->media_timer);
  self->was_up = TRUE;
  self->n_silent_s = 0;
  self->n_unheard_s = 0;
  g_signal_emit (self, signals[UP], 0);
}

static void
lose (YonderPath *self, YonderPathLoss loss)
{
  self->has_ice = FALSE;
  yonder_clock_clear (self->clock, &self->media_timer);
  g_signal_emit (self, signals[LOST], 0, loss);
}

static gboolean
on_no_media_to_expect (gpointer user_data)
{
  YonderPath *self = user_data;

  self->media_timer = 0;
  self->has_media = TRUE;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("Connected, but the peer sends neither sound nor picture yet"));
  come_up (self);
  return G_SOURCE_REMOVE;
}

static void
check (YonderPath *self)
{
  if (!self->has_ice || !self->is_secured)
    return;

  if (!self->has_media && !self->was_up) {
    if (self->media_timer == 0)
      self->media_timer = yonder_clock_add (self->clock, FIRST_MEDIA_MS, on_no_media_to_expect, self, NULL);
    return;
  }
  come_up (self);
}

/* --- The media's signals --- */

static void
on_ice_state (YonderPath *self, YonderIceState state)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (YONDER_TYPE_ICE_STATE);
  GEnumValue *value = g_enum_get_value (class, state);

  yonder_timeline_add (self->timeline, YONDER_TIMELINE_ICE, _("ICE: %s"), value != NULL ? value->value_nick : "?");
  switch (state) {
  case YONDER_ICE_STATE_CONNECTED:
  case YONDER_ICE_STATE_COMPLETED:
    if (!self->has_ice) {
      self->has_ice = TRUE;
      check (self);
    }
    break;
  case YONDER_ICE_STATE_DISCONNECTED:
    lose (self, YONDER_PATH_LOSS_DISCONNECTED);
    break;
  case YONDER_ICE_STATE_FAILED:
    lose (self, YONDER_PATH_LOSS_FAILED);
    break;
  case YONDER_ICE_STATE_NEW:
  case YONDER_ICE_STATE_CHECKING:
  case YONDER_ICE_STATE_CLOSED:
    break;
  }
}

static void
on_secured (YonderPath *self)
{
  self->is_secured = TRUE;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("Encrypted, and the peer’s certificate is the one it announced"));
  g_signal_emit (self, signals[SECURED], 0);
  check (self);
}

static void
on_media_came (YonderPath *self)
{
  if (self->has_media)
    return;
  self->has_media = TRUE;
  check (self);
}

static void
on_first_audio (YonderPath *self)
{
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("First sound"));
  on_media_came (self);
}

static void
on_first_frame (YonderPath *self, guint width_px, guint height_px)
{
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("First picture, %u×%u"), width_px, height_px);
  on_media_came (self);
}

/* --- The object --- */

static void
yonder_path_dispose (GObject *object)
{
  yonder_path_close (YONDER_PATH (object));

  G_OBJECT_CLASS (yonder_path_parent_class)->dispose (object);
}

static void
yonder_path_finalize (GObject *object)
{
  YonderPath *self = YONDER_PATH (object);

  g_clear_object (&self->media_signals);
  g_clear_object (&self->timeline);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_path_parent_class)->finalize (object);
}

static void
yonder_path_class_init (YonderPathClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->dispose = yonder_path_dispose;
  object_class->finalize = yonder_path_finalize;

  signals[UP] = g_signal_new ("up", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SECURED] = g_signal_new ("secured", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOST] = g_signal_new ("lost", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
yonder_path_init (YonderPath *self)
{
  self->media_signals = g_signal_group_new (YONDER_TYPE_MEDIA_SESSION);
  g_signal_group_connect_object (self->media_signals, "ice-state", G_CALLBACK (on_ice_state), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "secured", G_CALLBACK (on_secured), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "first-audio", G_CALLBACK (on_first_audio), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "first-frame", G_CALLBACK (on_first_frame), self, G_CONNECT_SWAPPED);
}

/**
 * yonder_path_new:
 * @clock: for the wait for the first sound
 * @timeline: where it writes down what it sees
 *
 * Returns: (transfer full): a path that is not up
 */
YonderPath *
yonder_path_new (YonderClock *clock, YonderTimeline *timeline)
{
  YonderPath *self = g_object_new (YONDER_TYPE_PATH, NULL);

  self->clock = g_object_ref (clock);
  self->timeline = g_object_ref (timeline);
  return self;
}

/* The session whose path this is. */
void
yonder_path_set_media (YonderPath *self, YonderMediaSession *media)
{
  g_set_object (&self->media, media);
  g_signal_group_set_target (self->media_signals, media);
}

/* Another peer connection takes the place of the one before. The session tells its first sound and picture once only, so what came stays. */
void
yonder_path_begin (YonderPath *self)
{
  yonder_clock_clear (self->clock, &self->media_timer);
  self->has_ice = FALSE;
  self->is_secured = FALSE;
}

/**
 * yonder_path_watch:
 * @self: the path of a connected call
 *
 * To be called once a second: sees a path on which nothing comes any more although ICE has not noticed yet.
 */
void
yonder_path_watch (YonderPath *self)
{
  YonderMediaStats stats = { 0 };
  gboolean is_unheard;

  if (self->media == NULL || !self->has_ice)
    return;

  yonder_media_session_get_stats (self->media, &stats);
  /* where each end uses a relay of its own, one that goes takes one direction along, and ICE notices by its consent alone, after 30 s */
  is_unheard = stats.fps_out > 0.0 && stats.bitrate_out_bps > 0 && stats.unheard_ms >= 1000.0;
  self->n_unheard_s = is_unheard ? self->n_unheard_s + 1 : 0; /* pictures that begin again are not told of at once */
  if (self->n_unheard_s >= SILENT_S) {
    g_debug ("The peer gets nothing of what is sent");
    lose (self, YONDER_PATH_LOSS_SILENT);
    return;
  }
  if (stats.bitrate_in_bps != 0) {
    self->was_flowing = stats.bitrate_in_bps > 0;
    self->n_silent_s = 0;
  } else if (self->was_flowing && ++self->n_silent_s >= SILENT_S) {
    self->was_flowing = FALSE;
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, 
                         ngettext ("Nothing came from the peer for %d second", "Nothing came from the peer for %d seconds", SILENT_S), SILENT_S);
    lose (self, YONDER_PATH_LOSS_SILENT);
  }
}

/* The call is over: nothing is heard any more. */
void
yonder_path_close (YonderPath *self)
{
  yonder_clock_clear (self->clock, &self->media_timer);
  g_signal_group_set_target (self->media_signals, NULL);
  g_clear_object (&self->media);
}

gboolean
yonder_path_has_ice (YonderPath *self)
{
  return self->has_ice;
}

/* Whether it was up at any time. */
gboolean
yonder_path_was_up (YonderPath *self)
{
  return self->was_up;
}
