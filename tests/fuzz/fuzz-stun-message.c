/* SPDX-License-Identifier: GPL-3.0-or-later */

/* STUN messages: what is read stays within the message, and frames never reach beyond what was announced. */

#include "fuzz.h"

#include "yonder-stun-message.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size); /* so that a byte too many is noticed */
  g_autoptr (GBytes) bytes = g_bytes_new (copy, size);
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderStunMessage) message = yonder_stun_message_parse (bytes, &error);
  gssize frame = yonder_stun_frame_length (copy, size);

  g_assert_true ((message == NULL) == (error != NULL));
  g_assert_cmpint (frame, <=, 65540);
  if (message == NULL)
    return 0;

  g_assert_cmpint (frame, ==, size);
  if (message->data != NULL)
    g_assert_cmpuint (g_bytes_get_size (message->data), <, size);
  for (guint i = 0; i < 4; i++) {
    const char *text = ((const char *[]) { message->reason, message->realm, message->nonce, message->software })[i];

    g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
  }
  yonder_stun_message_check_integrity (message, key);
  return 0;
}
