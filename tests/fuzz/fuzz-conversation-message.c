/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Messages of the data channel: what is taken keeps to its bounds, can be printed, and reads the same again. */

#include "fuzz.h"

#include "yonder-conversation-message.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  YonderConversationMessage message, again;
  g_autofree char *printed = NULL;

  if (!yonder_conversation_message_parse (&message, text, NULL)) {
    yonder_conversation_message_clear (&message);
    return 0;
  }

  if (message.kind == YONDER_CONVERSATION_TEXT) {
    g_assert_true (g_utf8_validate (message.text, -1, NULL));
    g_assert_cmpint (g_utf8_strlen (message.text, -1), >, 0);
    g_assert_cmpint (g_utf8_strlen (message.text, -1), <=, 2000);
  }
  g_assert_cmpuint (message.reaction, <, YONDER_N_REACTIONS);
  printed = yonder_conversation_message_print (&message);
  g_assert_true (yonder_conversation_message_parse (&again, printed, NULL));
  g_assert_cmpint (again.kind, ==, message.kind);
  g_assert_cmpstr (again.text, ==, message.text);
  g_assert_cmpmem (&again.state, sizeof again.state, &message.state, sizeof message.state);
  g_assert_true (again.reaction == message.reaction);
  yonder_conversation_message_clear (&message);
  yonder_conversation_message_clear (&again);
  return 0;
}
