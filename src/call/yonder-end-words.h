/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a call ended, in one translated sentence that also says what to do about it. Pure. Private to this room. */

#pragma once

#include "yonder-call.h"
#include "yonder-negotiation.h"

G_BEGIN_DECLS

YonderEndReason yonder_end_reason_for_media_error  (const GError *error);
YonderEndReason yonder_end_reason_for_invite_error (const GError *error, gboolean peer_is_offline);
YonderEndReason yonder_end_reason_for_words        (const char *words, gboolean peer_is_offline);
char           *yonder_end_words                   (YonderEndReason reason, YonderCallState during, const char *told,
                                                    const char *peer_name, const YonderPathFacts *facts,
                                                    const char *diagnosis);

G_END_DECLS
