/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-manual-clock.h"

/* Far from 0, so that a time that was never set is not taken for one that was. */
#define START_US (1000 * G_USEC_PER_SEC)

typedef struct {
  guint          id;
  gint64         due_us;
  guint          delay_ms;
  GSourceFunc    function;
  gpointer       data;
  GDestroyNotify destroy;
} Timer;

struct _YonderManualClock {
  YonderClock parent_instance;

  gint64  now_us;
  gint64  suspended_us;
  guint   last_id;
  GQueue  timers; /* (element-type Timer): in the order in which they were added */
};

G_DEFINE_FINAL_TYPE (YonderManualClock, yonder_manual_clock, YONDER_TYPE_CLOCK)

static void
timer_free (Timer *timer)
{
  if (timer->destroy != NULL)
    timer->destroy (timer->data);
  g_free (timer);
}

static Timer *
find_next (YonderManualClock *self)
{
  Timer *next = NULL;

  for (GList *l = self->timers.head; l != NULL; l = l->next) {
    Timer *timer = l->data;

    if (next == NULL || timer->due_us < next->due_us)
      next = timer;
  }
  return next;
}

static GList *
find_link (YonderManualClock *self, guint id)
{
  for (GList *l = self->timers.head; l != NULL; l = l->next) {
    if (((Timer *) l->data)->id == id)
      return l;
  }
  return NULL;
}

static gint64
yonder_manual_clock_now_us (YonderClock *clock)
{
  return YONDER_MANUAL_CLOCK (clock)->now_us;
}

static gint64
yonder_manual_clock_boot_us (YonderClock *clock)
{
  return YONDER_MANUAL_CLOCK (clock)->now_us + YONDER_MANUAL_CLOCK (clock)->suspended_us;
}

static guint
yonder_manual_clock_add (YonderClock *clock, guint delay_ms, GSourceFunc function, gpointer data, GDestroyNotify destroy)
{
  YonderManualClock *self = YONDER_MANUAL_CLOCK (clock);
  Timer *timer = g_new0 (Timer, 1);

  timer->id = ++self->last_id;
  timer->due_us = self->now_us + (gint64) delay_ms * 1000;
  timer->delay_ms = delay_ms;
  timer->function = function;
  timer->data = data;
  timer->destroy = destroy;
  g_queue_push_tail (&self->timers, timer);

  return timer->id;
}

static void
yonder_manual_clock_remove (YonderClock *clock, guint id)
{
  YonderManualClock *self = YONDER_MANUAL_CLOCK (clock);
  GList *link = find_link (self, id);
  Timer *timer;

  /* Removing what does not exist is a bug of the code under test, as it is with g_source_remove(). */
  g_return_if_fail (link != NULL);

  timer = link->data;
  g_queue_delete_link (&self->timers, link);
  timer_free (timer);
}

static void
yonder_manual_clock_finalize (GObject *object)
{
  YonderManualClock *self = YONDER_MANUAL_CLOCK (object);

  g_queue_clear_full (&self->timers, (GDestroyNotify) timer_free);

  G_OBJECT_CLASS (yonder_manual_clock_parent_class)->finalize (object);
}

static void
yonder_manual_clock_class_init (YonderManualClockClass *class)
{
  YonderClockClass *clock_class = YONDER_CLOCK_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = yonder_manual_clock_finalize;
  clock_class->now_us = yonder_manual_clock_now_us;
  clock_class->boot_us = yonder_manual_clock_boot_us;
  clock_class->add = yonder_manual_clock_add;
  clock_class->remove = yonder_manual_clock_remove;
}

static void
yonder_manual_clock_init (YonderManualClock *self)
{
  self->now_us = START_US;
}

YonderManualClock *
yonder_manual_clock_new (void)
{
  return g_object_new (YONDER_TYPE_MANUAL_CLOCK, NULL);
}

/**
 * yonder_manual_clock_advance:
 * @self: the clock
 * @ms: how far to turn it; 0 runs what is due now
 *
 * Turns time on and runs every timer that falls due on the way. A timer that returns %G_SOURCE_CONTINUE is due again after its delay.
 */
void
yonder_manual_clock_advance (YonderManualClock *self, guint ms)
{
  gint64 until_us = self->now_us + (gint64) ms * 1000;

  g_object_ref (self);
  for (;;) {
    Timer *timer = find_next (self);
    guint id;
    gboolean again;
    GList *link;

    if (timer == NULL || timer->due_us > until_us)
      break;

    self->now_us = MAX (self->now_us, timer->due_us);
    id = timer->id;
    again = timer->function (timer->data);

    /* The function may have removed its own timer. */
    link = find_link (self, id);
    if (link == NULL)
      continue;
    if (again) {
      /* A period of nothing would never let time go on. */
      timer->due_us = self->now_us + MAX (timer->delay_ms, 1) * (gint64) 1000;
      g_queue_unlink (&self->timers, link);
      g_queue_push_tail_link (&self->timers, link);
    } else {
      g_queue_delete_link (&self->timers, link);
      timer_free (timer);
    }
  }
  self->now_us = until_us;
  g_object_unref (self);
}

/* The machine sleeps for @ms: timers and now_us() stand still, boot_us() goes on. */
void
yonder_manual_clock_suspend (YonderManualClock *self, guint ms)
{
  self->suspended_us += (gint64) ms * 1000;
}

/* How many timers wait: 0 at the end of a test whose objects are gone. */
guint
yonder_manual_clock_count_timers (YonderManualClock *self)
{
  return g_queue_get_length (&self->timers);
}

/* Milliseconds to the next timer, or -1 if there is none. */
gint64
yonder_manual_clock_next_ms (YonderManualClock *self)
{
  Timer *timer = find_next (self);

  return timer != NULL ? (timer->due_us - self->now_us) / 1000 : -1;
}
