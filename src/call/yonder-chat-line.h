/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderChatLine - one text of a conversation: who wrote it, what, and when. Immutable. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define YONDER_TYPE_CHAT_LINE (yonder_chat_line_get_type ())
G_DECLARE_FINAL_TYPE (YonderChatLine, yonder_chat_line, YONDER, CHAT_LINE, GObject)

YonderChatLine *yonder_chat_line_new      (const char *text, gboolean is_own);
const char     *yonder_chat_line_get_text (YonderChatLine *self); /* text, never markup */
gboolean        yonder_chat_line_is_own   (YonderChatLine *self);
GDateTime      *yonder_chat_line_get_time (YonderChatLine *self); /* local; when it came or went */

G_END_DECLS
