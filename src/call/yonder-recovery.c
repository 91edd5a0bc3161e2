/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-recovery.h"

#include <glib/gi18n.h>

/* Disconnected often heals by itself within this time; then the path is rebuilt (design, "Recovery"). */
#define PATIENCE_MS 3000
/* A rebuilt path that is not up by then is rebuilt again. */
#define RETRY_MS (10 * 1000)
/* chosen: a peer that restarts more often than that keeps us from ever being connected. The last of what comes sooner waits for its time,
 * since two changes of the network within a second are nothing rare. */
#define MIN_RESTART_MS 1000

struct _YonderRecovery {
  GObject parent_instance;

  YonderSignaling *signaling;
  YonderClock     *clock;
  YonderTimeline  *timeline;

  gboolean         wants_path;   /* as soon as the server is there again */
  gboolean         has_waited;   /* for the server, since the path was lost */
  guint            n_tries;      /* since the path was lost */
  gboolean         is_closed;

  gint64           restarted_us; /* the last time that the peer made us restart */
  gint64           deferred;     /* the generation that it wants next, too soon yet; with deferred_sdp it offers, without it asks */
  char            *deferred_sdp; /* (nullable) */

  guint            patience_timer;
  guint            retry_timer;
  guint            deferred_timer;
};

G_DEFINE_FINAL_TYPE (YonderRecovery, yonder_recovery, G_TYPE_OBJECT)

enum {
  REBUILD,
  RESTART,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
rebuild (YonderRecovery *self, gboolean is_vain)
{
  g_autoptr (YonderRecovery) alive = g_object_ref (self);

  yonder_recovery_begin (self);
  if (yonder_signaling_get_state (self->signaling) != YONDER_SIGNALING_ONLINE) {
    if (!self->wants_path)
      yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The path is rebuilt as soon as the server can be reached"));
    self->wants_path = TRUE;
    self->has_waited = TRUE;
    return;
  }

  self->wants_path = FALSE;
  g_signal_emit (self, signals[REBUILD], 0, self->n_tries++, is_vain);
  yonder_recovery_expect (self);
}

static gboolean
on_retry (gpointer user_data)
{
  YonderRecovery *self = user_data;

  self->retry_timer = 0;
  rebuild (self, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
on_patience_ended (gpointer user_data)
{
  YonderRecovery *self = user_data;

  self->patience_timer = 0;
  yonder_recovery_start (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deferred (gpointer user_data)
{
  g_autoptr (YonderRecovery) self = g_object_ref (YONDER_RECOVERY (user_data));
  g_autofree char *sdp = g_steal_pointer (&self->deferred_sdp);

  self->deferred_timer = 0;
  g_signal_emit (self, signals[RESTART], 0, sdp, self->deferred);
  return G_SOURCE_REMOVE;
}

static void
yonder_recovery_dispose (GObject *object)
{
  yonder_recovery_close (YONDER_RECOVERY (object));

  G_OBJECT_CLASS (yonder_recovery_parent_class)->dispose (object);
}

static void
yonder_recovery_finalize (GObject *object)
{
  YonderRecovery *self = YONDER_RECOVERY (object);

  g_free (self->deferred_sdp);
  g_clear_object (&self->timeline);
  g_clear_object (&self->clock);
  g_clear_object (&self->signaling);

  G_OBJECT_CLASS (yonder_recovery_parent_class)->finalize (object);
}

static void
yonder_recovery_class_init (YonderRecoveryClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->dispose = yonder_recovery_dispose;
  object_class->finalize = yonder_recovery_finalize;

  signals[REBUILD] = g_signal_new ("rebuild", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT,
                                   G_TYPE_BOOLEAN);
  signals[RESTART] = g_signal_new ("restart", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT64);
}

static void
yonder_recovery_init (YonderRecovery *self)
{
  self->restarted_us = G_MININT64 / 2;
}

/**
 * yonder_recovery_new:
 * @signaling: what must carry the messages of a rebuilding
 * @clock: for its waits
 * @timeline: where it writes down what it waits for
 *
 * Returns: (transfer full): a recovery with nothing to do
 */
YonderRecovery *
yonder_recovery_new (YonderSignaling *signaling, YonderClock *clock, YonderTimeline *timeline)
{
  YonderRecovery *self = g_object_new (YONDER_TYPE_RECOVERY, NULL);

  self->signaling = g_object_ref (signaling);
  self->clock = g_object_ref (clock);
  self->timeline = g_object_ref (timeline);
  return self;
}

/**
 * yonder_recovery_start:
 * @self: the recovery
 *
 * Rebuilds now, and again until the path is up. Without a connection to the server it waits for that, since nothing could be told.
 */
void
yonder_recovery_start (YonderRecovery *self)
{
  rebuild (self, FALSE);
}

/* A rebuilding is under way, ours or the peer's: if nothing comes of it, it is tried again. */
void
yonder_recovery_expect (YonderRecovery *self)
{
  if (self->is_closed)
    return;
  yonder_clock_clear (self->clock, &self->retry_timer);
  self->retry_timer = yonder_clock_add (self->clock, RETRY_MS, on_retry, self, NULL);
}

/* A path that was up once is not any more. */
void
yonder_recovery_note_loss (YonderRecovery *self, YonderPathLoss loss)
{
  switch (loss) {
  case YONDER_PATH_LOSS_DISCONNECTED:
    if (self->patience_timer == 0 && self->retry_timer == 0)
      self->patience_timer = yonder_clock_add (self->clock, PATIENCE_MS, on_patience_ended, self, NULL);
    break;
  case YONDER_PATH_LOSS_FAILED:
    if (self->retry_timer == 0)
      yonder_recovery_start (self);
    break;
  case YONDER_PATH_LOSS_SILENT:
    yonder_recovery_start (self);
    break;
  }
}

void
yonder_recovery_note_up (YonderRecovery *self)
{
  yonder_recovery_begin (self);
  self->wants_path = FALSE;
  self->has_waited = FALSE;
  self->n_tries = 0;
}

/* The server can be reached again. What was said of a rebuilding under way may have been said to a connection that was dead already. */
void
yonder_recovery_note_online (YonderRecovery *self)
{
  if (self->wants_path || self->retry_timer != 0)
    yonder_recovery_start (self);
}

/* A fresh peer connection is made: what waited for the one before is over. */
void
yonder_recovery_begin (YonderRecovery *self)
{
  yonder_clock_clear (self->clock, &self->patience_timer);
  yonder_clock_clear (self->clock, &self->retry_timer);
}

/**
 * yonder_recovery_may_restart:
 * @self: the recovery
 * @sdp: (nullable): the offer that wants it, or none where the peer asks for ours
 * @number: the generation that it wants
 *
 * Returns: whether the peer may make us restart now; if not, its wish is kept in the place of an older one, and "restart" comes in time
 */
gboolean
yonder_recovery_may_restart (YonderRecovery *self, const char *sdp, gint64 number)
{
  gint64 now_us = yonder_clock_now_us (self->clock);
  gint64 wait_us = self->restarted_us + MIN_RESTART_MS * 1000 - now_us;

  if (wait_us <= 0) {
    self->restarted_us = now_us;
    return TRUE;
  }

  if (self->deferred_timer != 0)
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_REFUSED, "%s", _("The peer asks for fresh connections too often"));
  if (self->deferred_timer == 0 || number >= self->deferred) {
    self->deferred = number;
    g_set_str (&self->deferred_sdp, sdp);
  }
  if (self->deferred_timer == 0)
    self->deferred_timer = yonder_clock_add (self->clock, wait_us / 1000 + 1, on_deferred, self, NULL);
  return FALSE;
}

/* The call is over. */
void
yonder_recovery_close (YonderRecovery *self)
{
  self->is_closed = TRUE;
  yonder_recovery_begin (self);
  yonder_clock_clear (self->clock, &self->deferred_timer);
}

/* Returns: how often it was rebuilt since it was lost */
guint
yonder_recovery_get_n_tries (YonderRecovery *self)
{
  return self->n_tries;
}

/* Returns: whether it had to wait for the server since the path was lost */
gboolean
yonder_recovery_has_waited (YonderRecovery *self)
{
  return self->has_waited;
}
