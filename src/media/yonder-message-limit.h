/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderMessageLimit - how many messages of the other side are listened to: a bucket that fills at a steady rate.
 *
 * A plain value; whoever owns it sees to the thread. The time is handed in, in microseconds of a clock that never goes back.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* chosen: nobody types, mutes or waves that fast; a client that comes back has a few things to say at once */
#define YONDER_MESSAGE_LIMIT_BURST      32
#define YONDER_MESSAGE_LIMIT_PER_SECOND 8

/* chosen: 2000 letters of four bytes, and JSON around them */
#define YONDER_MESSAGE_LIMIT_BYTES      (16 * 1024)

typedef struct {
  double  n_allowed;
  gint64  filled_us;
  guint64 n_refused;
} YonderMessageLimit;

void     yonder_message_limit_init  (YonderMessageLimit *self, gint64 now_us);
gboolean yonder_message_limit_admit (YonderMessageLimit *self, const char *text, gint64 now_us);

G_END_DECLS
