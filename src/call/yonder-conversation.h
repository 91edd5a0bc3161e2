/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderConversation - what the two sides of a call tell one another beside sound and picture: whether microphone and camera are on,
 * texts, reactions. Over the data channel of docs/channel.md.
 *
 * A peer that knows no such channel is one that says nothing: `is-open` stays FALSE, and the call is as it would be without.
 * Belongs to one YonderCall and outlives it. Thread: main context.
 *
 * Properties (read-only, notify): is-open (the other side is there to read), is-peer-muted, is-peer-camera-off, is-peer-holding (it has put
 * us on hold), is-peer-sharing (its picture is that of a screen), is-peer-speaking,
 * n-unread (texts of the peer since mark_read()).
 * Signals: reaction (YonderReaction reaction, gboolean is_own); text (YonderChatLine *line): a new one, by either side.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-chat-line.h"
#include "yonder-reaction.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CONVERSATION (yonder_conversation_get_type ())
G_DECLARE_FINAL_TYPE (YonderConversation, yonder_conversation, YONDER, CONVERSATION, GObject)

gboolean    yonder_conversation_is_open            (YonderConversation *self);
gboolean    yonder_conversation_is_peer_muted      (YonderConversation *self);
gboolean    yonder_conversation_is_peer_camera_off (YonderConversation *self);
gboolean    yonder_conversation_is_peer_holding    (YonderConversation *self);
gboolean    yonder_conversation_is_peer_sharing    (YonderConversation *self);
gboolean    yonder_conversation_is_peer_speaking   (YonderConversation *self);
guint       yonder_conversation_get_n_unread       (YonderConversation *self);
GListModel *yonder_conversation_get_lines          (YonderConversation *self); /* of YonderChatLine, oldest first */

gboolean    yonder_conversation_send_text     (YonderConversation *self, const char *text);
gboolean    yonder_conversation_send_reaction (YonderConversation *self, YonderReaction reaction);
void        yonder_conversation_mark_read     (YonderConversation *self);

G_END_DECLS
