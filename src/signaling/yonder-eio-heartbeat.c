/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-heartbeat.h"

/* chosen: the longest time after waking from suspend until a dead connection is noticed; timers stand still during suspend */
#define LOOK_MS 5000
/* chosen: a second until the ping goes out, and one for the way there and back */
#define CHECK_MS 2000

static gboolean
on_time_to_look (gpointer data)
{
  YonderEioHeartbeat *self = data;
  gint64 left_us = self->deadline_us - yonder_clock_boot_us (self->clock);

  self->ping_timer = 0;
  if (left_us <= 0)
    self->lost (self->owner);
  else
    self->ping_timer = yonder_clock_add (self->clock, (guint) MIN ((left_us + 999) / 1000, LOOK_MS), on_time_to_look, self, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_check_over (gpointer data)
{
  YonderEioHeartbeat *self = data;

  self->check_timer = 0;
  self->lost (self->owner);
  return G_SOURCE_REMOVE;
}

/* @patience_ms: interval and timeout of the handshake; when no ping has come within it, the server is gone (engine.io-protocol 4,
 * "Heartbeat") */
void
yonder_eio_heartbeat_start (YonderEioHeartbeat *self, gint64 patience_ms)
{
  self->patience_ms = patience_ms;
  yonder_eio_heartbeat_note_ping (self);
}

void
yonder_eio_heartbeat_stop (YonderEioHeartbeat *self)
{
  yonder_clock_clear (self->clock, &self->ping_timer);
  yonder_clock_clear (self->clock, &self->check_timer);
}

void
yonder_eio_heartbeat_note_ping (YonderEioHeartbeat *self)
{
  self->deadline_us = yonder_clock_boot_us (self->clock) + self->patience_ms * 1000;
  if (self->ping_timer == 0)
    on_time_to_look (self);
}

/* Something was heard: whoever was asked has answered. */
void
yonder_eio_heartbeat_note_alive (YonderEioHeartbeat *self)
{
  yonder_clock_clear (self->clock, &self->check_timer);
}

gboolean
yonder_eio_heartbeat_is_checking (YonderEioHeartbeat *self)
{
  return self->check_timer != 0;
}

/* The server was asked, and is gone unless it answers soon. */
void
yonder_eio_heartbeat_check (YonderEioHeartbeat *self)
{
  self->check_timer = yonder_clock_add (self->clock, CHECK_MS, on_check_over, self, NULL);
}

/* Whether the ping is overdue by the clock though no timer has said so yet, as after waking from suspend. */
gboolean
yonder_eio_heartbeat_is_stale (YonderEioHeartbeat *self)
{
  return yonder_clock_boot_us (self->clock) >= self->deadline_us;
}
