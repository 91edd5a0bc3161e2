/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderClock - the time and the timers of whatever has to wait: calls, reconnection, heartbeats.
 *
 * The class itself is the real clock: monotonic time, and timers on the thread-default main context of the caller. It is
 * derivable so that a test can turn time by hand (tests/fakes/yonder-manual-clock.h); code that waits takes a clock when it is
 * made and never calls g_timeout_add() itself.
 *
 * Thread: one clock belongs to one main context.
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define YONDER_TYPE_CLOCK (yonder_clock_get_type ())
G_DECLARE_DERIVABLE_TYPE (YonderClock, yonder_clock, YONDER, CLOCK, GObject)

struct _YonderClockClass {
  GObjectClass parent_class;

  gint64 (*now_us) (YonderClock *self);
  gint64 (*boot_us) (YonderClock *self);
  guint  (*add)    (YonderClock *self, guint delay_ms, GSourceFunc function, gpointer data, GDestroyNotify destroy);
  void   (*remove) (YonderClock *self, guint id);
};

YonderClock *yonder_clock_new    (void);
gint64       yonder_clock_now_us (YonderClock *self);
gint64       yonder_clock_boot_us (YonderClock *self);
guint        yonder_clock_add    (YonderClock *self, guint delay_ms, GSourceFunc function, gpointer data, GDestroyNotify destroy);
void         yonder_clock_remove (YonderClock *self, guint id);
void         yonder_clock_clear  (YonderClock *self, guint *id);

G_END_DECLS
