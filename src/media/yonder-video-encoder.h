/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderVideoEncoder - scaling, one codec's encoder and a tee behind it, as a bin with a sink pad.
 *
 * The bitrate that it is given decides about size and rate of the pictures as well. Thread: main context. Owned by YonderVideoCapture; the bin
 * belongs to the bin that it is put in.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-media-config.h"
#include "yonder-video-codec.h"
#include "yonder-video-ladder.h"
#include "yonder-video-limits.h"

G_BEGIN_DECLS

typedef struct _YonderVideoEncoder YonderVideoEncoder;

YonderVideoEncoder *yonder_video_encoder_new            (YonderVideoCodec codec, const YonderMediaConfig *config, GError **error);
void                yonder_video_encoder_free           (YonderVideoEncoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderVideoEncoder, yonder_video_encoder_free)

YonderVideoCodec    yonder_video_encoder_get_codec      (YonderVideoEncoder *self);
GstElement         *yonder_video_encoder_get_bin        (YonderVideoEncoder *self); /* (transfer none) */
GstElement         *yonder_video_encoder_get_tee        (YonderVideoEncoder *self); /* (transfer none): in the bin, gives encoded frames */
void                yonder_video_encoder_set_bitrate    (YonderVideoEncoder *self, guint bps);
void                yonder_video_encoder_set_full       (YonderVideoEncoder *self, const YonderVideoSize *full, YonderVideoContent content);
void                yonder_video_encoder_set_limits     (YonderVideoEncoder *self, const YonderVideoLimits *limits);
void                yonder_video_encoder_force_keyframe (YonderVideoEncoder *self);
double              yonder_video_encoder_get_fps        (YonderVideoEncoder *self);

G_END_DECLS
