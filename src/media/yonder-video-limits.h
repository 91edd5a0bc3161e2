/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderVideoLimits - how large and how fast the pictures may be that a peer decodes, as its description says.
 *
 * A value; pure functions, any thread.
 */

#pragma once

#include "yonder-video-codec.h"
#include "yonder-video-ladder.h"

G_BEGIN_DECLS

/* Blocks are of 16x16 pixels. 0: as many as you like. */
typedef struct {
  guint max_blocks;            /* of a picture; also, neither side is longer than the square root of 8 times as many */
  guint max_blocks_per_second;
  guint max_fps;
} YonderVideoLimits;

/* @format: of the peer's description, for @codec */
void yonder_video_limits_read (YonderVideoLimits *self, YonderVideoCodec codec, const YonderSdpCodec *format);
/* @fitting: (out): @size with its shape, made smaller and slower as far as need be */
void yonder_video_limits_fit  (const YonderVideoLimits *self, const YonderVideoSize *size, YonderVideoSize *fitting);

G_END_DECLS
