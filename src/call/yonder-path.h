/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderPath - whether sound and picture can pass between the two sides, as the session's signals and statistics tell.
 *
 * A path is up when ICE is connected, the peer is who its description says, and media came, or none is to be expected. It writes down in
 * the timeline what the session tells, and knows neither states of calls nor messages. Owned by YonderNegotiation. Private to this room.
 * Thread: main context.
 *
 * Signals:
 *   up   ()
 *   secured () the peer is who its description says; again for each peer connection
 *   lost (YonderPathLoss loss)
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-media-session.h"
#include "yonder-timeline.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_PATH_LOSS_DISCONNECTED, /* which often heals by itself */
  YONDER_PATH_LOSS_FAILED,
  YONDER_PATH_LOSS_SILENT,       /* nothing came for a while, though ICE has not noticed */
} YonderPathLoss;

#define YONDER_TYPE_PATH (yonder_path_get_type ())
G_DECLARE_FINAL_TYPE (YonderPath, yonder_path, YONDER, PATH, GObject)

YonderPath *yonder_path_new       (YonderClock *clock, YonderTimeline *timeline);
void        yonder_path_set_media (YonderPath *self, YonderMediaSession *media);
void        yonder_path_begin     (YonderPath *self);
void        yonder_path_watch     (YonderPath *self);
void        yonder_path_close     (YonderPath *self);

gboolean    yonder_path_has_ice   (YonderPath *self);
gboolean    yonder_path_was_up    (YonderPath *self);

G_END_DECLS
