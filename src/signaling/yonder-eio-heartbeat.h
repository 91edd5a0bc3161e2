/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEioHeartbeat - notices that the server of an Engine.IO session is gone: by its pings, and by asking when the network
 * changed.
 *
 * A part of YonderEioClient, which holds it by value and stops it. Private to this room. Thread: main context.
 */

#pragma once

#include "yonder-clock.h"

G_BEGIN_DECLS

typedef struct {
  YonderClock *clock;       /* borrowed */
  void       (*lost) (gpointer owner);
  gpointer     owner;
  gint64       patience_ms; /* from one ping to the next */
  gint64       deadline_us; /* of the next ping */
  guint        ping_timer;
  guint        check_timer;
} YonderEioHeartbeat;

void     yonder_eio_heartbeat_start       (YonderEioHeartbeat *self, gint64 patience_ms);
void     yonder_eio_heartbeat_stop        (YonderEioHeartbeat *self);
void     yonder_eio_heartbeat_note_ping   (YonderEioHeartbeat *self);
void     yonder_eio_heartbeat_note_alive  (YonderEioHeartbeat *self);
gboolean yonder_eio_heartbeat_is_checking (YonderEioHeartbeat *self);
void     yonder_eio_heartbeat_check       (YonderEioHeartbeat *self);
gboolean yonder_eio_heartbeat_is_stale    (YonderEioHeartbeat *self);

G_END_DECLS
