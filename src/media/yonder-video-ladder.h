/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which size and rate of pictures a bitrate is good for.
 *
 * Below some bits per pixel a smaller picture looks better than a large one of blocks. Pure functions, any thread.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint width_px, height_px;
  guint fps;
} YonderVideoSize;

typedef enum {
  YONDER_VIDEO_CONTENT_MOTION, /* of a camera */
  YONDER_VIDEO_CONTENT_SCREEN, /* of a screen: whoever reads wants every letter, and pictures seldom rather than small */
} YonderVideoContent;

/* The step of the ladder that @bps is good for; @current (nullable) is kept until @bps is clearly out of its range. */
void yonder_video_ladder_choose (YonderVideoContent content, const YonderVideoSize *full, const YonderVideoSize *current, guint bps,
                                 YonderVideoSize *chosen);

G_END_DECLS
