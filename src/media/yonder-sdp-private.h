/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reader of session descriptions and the type itself share. */

#pragma once

#include "yonder-sdp.h"

G_BEGIN_DECLS

struct _YonderSdp {
  GPtrArray *media; /* (element-type YonderSdpMedia) */
};

YonderSdpMedia *_yonder_sdp_media_new  (void);
void            _yonder_sdp_media_free (YonderSdpMedia *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSdpMedia, _yonder_sdp_media_free)

G_END_DECLS
