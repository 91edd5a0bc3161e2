/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-clock.h"

#include <time.h>

typedef struct {
  GHashTable *sources; /* (element-type guint GSource): timers that wait; each source is owned by its context */
  gboolean    is_disposed;
} YonderClockPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (YonderClock, yonder_clock, G_TYPE_OBJECT)

typedef struct {
  GHashTable    *sources;
  guint          id;
  GSourceFunc    function;
  gpointer       data;
  GDestroyNotify destroy;
} Timer;

static gboolean
on_due (gpointer user_data)
{
  Timer *timer = user_data;

  return timer->function (timer->data);
}

/* Runs when the source goes, for whatever reason. */
static void
timer_free (gpointer user_data)
{
  Timer *timer = user_data;

  g_hash_table_remove (timer->sources, GUINT_TO_POINTER (timer->id));
  g_hash_table_unref (timer->sources);
  if (timer->destroy != NULL)
    timer->destroy (timer->data);
  g_free (timer);
}

static gint64
yonder_clock_real_now_us (YonderClock *self)
{
  return g_get_monotonic_time ();
}

static gint64
yonder_clock_real_boot_us (YonderClock *self)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static guint
yonder_clock_real_add (YonderClock *self, guint delay_ms, GSourceFunc function, gpointer data, GDestroyNotify destroy)
{
  YonderClockPrivate *priv = yonder_clock_get_instance_private (self);
  g_autoptr (GSource) source = g_timeout_source_new (delay_ms);
  Timer *timer = g_new0 (Timer, 1);

  timer->sources = g_hash_table_ref (priv->sources);
  timer->function = function;
  timer->data = data;
  timer->destroy = destroy;
  g_source_set_static_name (source, "YonderClock");
  g_source_set_callback (source, on_due, timer, timer_free);
  timer->id = g_source_attach (source, g_main_context_get_thread_default ());
  g_hash_table_insert (priv->sources, GUINT_TO_POINTER (timer->id), source);

  return timer->id;
}

static void
yonder_clock_real_remove (YonderClock *self, guint id)
{
  YonderClockPrivate *priv = yonder_clock_get_instance_private (self);
  GSource *source = g_hash_table_lookup (priv->sources, GUINT_TO_POINTER (id));

  if (source == NULL && priv->is_disposed)
    return;
  g_return_if_fail (source != NULL);
  g_source_destroy (source);
}

static void
yonder_clock_dispose (GObject *object)
{
  YonderClockPrivate *priv = yonder_clock_get_instance_private (YONDER_CLOCK (object));
  g_autoptr (GPtrArray) sources = g_hash_table_get_values_as_ptr_array (priv->sources);

  /* What one timer's data frees may remove another timer, gone or not. */
  priv->is_disposed = TRUE;
  g_ptr_array_foreach (sources, (GFunc) g_source_ref, NULL);
  g_ptr_array_set_free_func (sources, (GDestroyNotify) g_source_unref);
  g_ptr_array_foreach (sources, (GFunc) g_source_destroy, NULL);

  G_OBJECT_CLASS (yonder_clock_parent_class)->dispose (object);
}

static void
yonder_clock_finalize (GObject *object)
{
  YonderClockPrivate *priv = yonder_clock_get_instance_private (YONDER_CLOCK (object));

  g_hash_table_unref (priv->sources);

  G_OBJECT_CLASS (yonder_clock_parent_class)->finalize (object);
}

static void
yonder_clock_class_init (YonderClockClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yonder_clock_dispose;
  G_OBJECT_CLASS (class)->finalize = yonder_clock_finalize;
  class->now_us = yonder_clock_real_now_us;
  class->boot_us = yonder_clock_real_boot_us;
  class->add = yonder_clock_real_add;
  class->remove = yonder_clock_real_remove;
}

static void
yonder_clock_init (YonderClock *self)
{
  YonderClockPrivate *priv = yonder_clock_get_instance_private (self);

  priv->sources = g_hash_table_new (NULL, NULL);
}

/**
 * yonder_clock_new:
 *
 * Returns: (transfer full): the real clock
 */
YonderClock *
yonder_clock_new (void)
{
  return g_object_new (YONDER_TYPE_CLOCK, NULL);
}

/**
 * yonder_clock_now_us:
 * @self: the clock
 *
 * Returns: microseconds since some moment in the past; never goes back, and stands still while the machine is suspended
 */
gint64
yonder_clock_now_us (YonderClock *self)
{
  return YONDER_CLOCK_GET_CLASS (self)->now_us (self);
}

/**
 * yonder_clock_boot_us:
 * @self: the clock
 *
 * Returns: microseconds since some moment in the past; never goes back, and goes on while the machine is suspended. Timers do
 *   not: who waits for something that the other side bounds in time compares this too.
 */
gint64
yonder_clock_boot_us (YonderClock *self)
{
  return YONDER_CLOCK_GET_CLASS (self)->boot_us (self);
}

/**
 * yonder_clock_add:
 * @self: the clock
 * @delay_ms: when to call @function, from now
 * @function: is called again after the same delay for as long as it returns %G_SOURCE_CONTINUE
 * @data: (nullable): what @function is given
 * @destroy: (nullable): is called with @data once the timer is gone: removed, done, or the clock finalised
 *
 * Starts a timer on the thread-default main context.
 *
 * Returns: its id, never 0
 */
guint
yonder_clock_add (YonderClock *self, guint delay_ms, GSourceFunc function, gpointer data, GDestroyNotify destroy)
{
  return YONDER_CLOCK_GET_CLASS (self)->add (self, delay_ms, function, data, destroy);
}

/**
 * yonder_clock_remove:
 * @self: the clock
 * @id: a timer that has not ended
 *
 * Stops a timer; it may be the one whose function runs just now.
 */
void
yonder_clock_remove (YonderClock *self, guint id)
{
  YONDER_CLOCK_GET_CLASS (self)->remove (self, id);
}

/**
 * yonder_clock_clear:
 * @self: the clock
 * @id: (inout): where the owner keeps the timer's id, 0 for none
 *
 * Stops the timer, if there is one, and sets @id to 0.
 */
void
yonder_clock_clear (YonderClock *self, guint *id)
{
  guint old = *id;

  *id = 0;
  if (old != 0)
    yonder_clock_remove (self, old);
}
