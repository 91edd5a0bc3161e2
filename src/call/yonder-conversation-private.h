/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What YonderCall alone does with its conversation. Private to this room. */

#pragma once

#include "yonder-conversation-message.h"
#include "yonder-conversation.h"
#include "yonder-media-session.h"
#include "yonder-timeline.h"

G_BEGIN_DECLS

YonderConversation *yonder_conversation_new       (YonderTimeline *timeline);
void                yonder_conversation_set_media (YonderConversation *self, YonderMediaSession *media);
/* Told to the peer now, and again whenever there is a fresh channel. */
void                yonder_conversation_set_own_state (YonderConversation *self, const YonderOwnState *state);
void                yonder_conversation_close     (YonderConversation *self);

G_END_DECLS
