/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderTimeline - what happened in one call, from the click on: a GListModel of YonderTimelineEntry, oldest first.
 *
 * Bounded, since a peer can make events: refused messages are written down up to a number, then only counted; of the rest the first
 * thousand, and every change of state. Entries do not change. Thread: main context. Owned by its YonderCall, readable after it ended.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_TIMELINE_STATE,            /* the call's state, and its end */
  YONDER_TIMELINE_SIGNALING,        /* messages between the two sides, and the connection to the server */
  YONDER_TIMELINE_LOCAL_CANDIDATE,
  YONDER_TIMELINE_REMOTE_CANDIDATE,
  YONDER_TIMELINE_ICE,
  YONDER_TIMELINE_MEDIA,            /* encryption, first sound, first picture, devices */
  YONDER_TIMELINE_REFUSED,          /* a message that was dropped, and why */
} YonderTimelineKind;

GType yonder_timeline_kind_get_type (void);
#define YONDER_TYPE_TIMELINE_KIND (yonder_timeline_kind_get_type ())

/* Properties: time-us, kind, text; all are set when it is made. */
#define YONDER_TYPE_TIMELINE_ENTRY (yonder_timeline_entry_get_type ())
G_DECLARE_FINAL_TYPE (YonderTimelineEntry, yonder_timeline_entry, YONDER, TIMELINE_ENTRY, GObject)

gint64             yonder_timeline_entry_get_time_us (YonderTimelineEntry *self); /* since the click */
YonderTimelineKind yonder_timeline_entry_get_kind    (YonderTimelineEntry *self);
const char        *yonder_timeline_entry_get_text    (YonderTimelineEntry *self); /* translated; text, never markup */

/* Properties: n-refused. */
#define YONDER_TYPE_TIMELINE (yonder_timeline_get_type ())
G_DECLARE_FINAL_TYPE (YonderTimeline, yonder_timeline, YONDER, TIMELINE, GObject)

YonderTimeline *yonder_timeline_new           (YonderClock *clock);
void            yonder_timeline_add           (YonderTimeline *self, YonderTimelineKind kind, const char *format, ...) G_GNUC_PRINTF (3, 4);
guint           yonder_timeline_get_n_refused (YonderTimeline *self);
gint64          yonder_timeline_get_start_us  (YonderTimeline *self);

G_END_DECLS
