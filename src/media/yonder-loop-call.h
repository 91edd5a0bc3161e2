/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderLoopCall - a call of this computer with itself, through the relays alone: whether it comes about, how soon, and what goes through.
 *
 * The same sessions as in every call, with a test picture; nothing is shown or heard. Runs once. Thread: main context.
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-media-session.h"

G_BEGIN_DECLS

/* chosen: 10 s are more than a call takes anywhere where it comes about; 2.5 s are enough for the bandwidth controller to say something */
#define YONDER_LOOP_CALL_LIMIT_MS 10000
#define YONDER_LOOP_CALL_RUN_MS   2500

typedef struct {
  double  connect_ms;     /* from the offer to the encrypted connection */
  double  first_frame_ms; /* to the first picture; -1 where none came */
  gint64  bitrate_bps;    /* one way, at its best */
  double  rtt_ms;         /* -1 */
  double  loss;           /* 0 to 1; -1 */
  char   *server;         /* (nullable): of the relay in use, as it was set up */
  const char *relay_protocol; /* (nullable): "udp", "tcp", "tls" */
} YonderLoopCallResult;

void yonder_loop_call_result_free (YonderLoopCallResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderLoopCallResult, yonder_loop_call_result_free)

#define YONDER_TYPE_LOOP_CALL (yonder_loop_call_get_type ())
G_DECLARE_FINAL_TYPE (YonderLoopCall, yonder_loop_call, YONDER, LOOP_CALL, GObject)

YonderLoopCall       *yonder_loop_call_new        (YonderMediaFactory *factory, GListModel *ice_servers, YonderClock *clock);
void                  yonder_loop_call_run_async  (YonderLoopCall *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full); errors: YonderMediaError, of which TIMED_OUT means that no connection came about */
YonderLoopCallResult *yonder_loop_call_run_finish (YonderLoopCall *self, GAsyncResult *result, GError **error);

G_END_DECLS
