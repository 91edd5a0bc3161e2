/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderConversationMessage - one message of the data channel, as JSON (docs/channel.md): each field checked by type, bounds and meaning.
 *
 * A plain value, pure functions, any thread. Errors: G_IO_ERROR_NOT_SUPPORTED for a kind that is not known here, which is no fault of the
 * peer's; any other for what no client should send.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-reaction.h"

G_BEGIN_DECLS

/* Bounds of docs/channel.md; bytes are those of YONDER_MESSAGE_LIMIT_BYTES. */
#define YONDER_CONVERSATION_MAX_JSON (16 * 1024)

typedef enum {
  YONDER_CONVERSATION_STATE,
  YONDER_CONVERSATION_TEXT,
  YONDER_CONVERSATION_REACTION,
} YonderConversationKind;

/* What one side tells of itself. */
typedef struct {
  gboolean is_muted, is_camera_off;
  gboolean is_holding; /* the other side is on hold: it is neither heard nor does it hear */
  gboolean is_sharing; /* the picture is that of a screen or a window */
} YonderOwnState;

typedef struct {
  YonderConversationKind kind;
  YonderOwnState         state;                   /* of a state */
  char                  *text;                    /* of a text: clean, neither empty nor too long */
  YonderReaction         reaction;
} YonderConversationMessage;

gboolean yonder_conversation_message_parse (YonderConversationMessage *self, const char *json, GError **error);
char    *yonder_conversation_message_print (const YonderConversationMessage *self); /* (transfer full) */
void     yonder_conversation_message_clear (YonderConversationMessage *self);

char    *yonder_conversation_clean_text    (const char *text); /* (transfer full) (nullable): nothing is left of it */

G_END_DECLS
