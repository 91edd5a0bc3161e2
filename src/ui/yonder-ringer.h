/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderRinger - makes calls heard: the ringtone that the user chose, at the output and volume that the user chose, over and over; the
 * tone while the other side's rings; and a softer one for somebody who calls during a call.
 *
 * Silent while the user does not want to be disturbed. A file that cannot be played gives way to a tone of ours. Without a sound card it
 * stays silent. Thread: main context.
 * Properties (notify): is-trying: the ringtone is played for the user to judge; is-silenced: the user does not want to be
 * disturbed; problem (nullable): one sentence about the ringtone.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"
#include "yonder-do-not-disturb.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_RING_NONE,
  YONDER_RING_INCOMING,
  YONDER_RING_WAITING, /* somebody calls during a call */
  YONDER_RING_BACK,    /* the other side's rings */
} YonderRing;

#define YONDER_TYPE_RINGER (yonder_ringer_get_type ())
G_DECLARE_FINAL_TYPE (YonderRinger, yonder_ringer, YONDER, RINGER, GObject)

YonderRinger *yonder_ringer_new         (GSettings *settings, YonderDoNotDisturb *do_not_disturb, YonderClock *clock);
void          yonder_ringer_set         (YonderRinger *self, YonderRing ring);
void          yonder_ringer_try         (YonderRinger *self, gboolean is_wanted);
gboolean      yonder_ringer_is_trying   (YonderRinger *self);
gboolean      yonder_ringer_is_silenced (YonderRinger *self);
const char   *yonder_ringer_get_problem (YonderRinger *self); /* (nullable) */

G_END_DECLS
