/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Socket.IO: a sequence of messages, separated by line breaks, those that begin with "b" binary. Each packet that comes out says
 * the same when it is encoded and decoded again. */

#include "fuzz.h"

#include "yonder-sio-packet.h"
#include "yonder-json.h"

#include <string.h>

static YonderSioPacket *
decode_again (const YonderSioPacket *packet)
{
  g_autoptr (YonderSioDecoder) decoder = yonder_sio_decoder_new (64);
  g_autofree char *text = yonder_sio_packet_encode (packet);
  YonderSioPacket *again = NULL;

  g_assert_true (yonder_sio_decoder_add_text (decoder, text, -1, &again, NULL));
  for (guint i = 0; packet->attachments != NULL && i < packet->attachments->len; i++) {
    g_assert_null (again);
    g_assert_true (yonder_sio_decoder_add_binary (decoder, packet->attachments->pdata[i], &again, NULL));
  }
  g_assert_nonnull (again);
  return again;
}

static void
check (const YonderSioPacket *packet)
{
  g_autoptr (YonderSioPacket) again = decode_again (packet);
  g_autofree char *one = packet->data != NULL ? yonder_json_print (packet->data) : NULL;
  g_autofree char *other = again->data != NULL ? yonder_json_print (again->data) : NULL;

  g_assert_cmpint (packet->type, ==, again->type);
  g_assert_cmpstr (packet->nsp, ==, again->nsp);
  g_assert_cmpint (packet->id, ==, again->id);
  g_assert_cmpstr (one, ==, other);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (YonderSioDecoder) decoder = yonder_sio_decoder_new (64);
  const guint8 *end = data + size;

  while (data < end) {
    const guint8 *newline = memchr (data, '\n', end - data);
    gsize length = (newline != NULL ? newline : end) - data;
    g_autoptr (YonderSioPacket) packet = NULL;
    g_autoptr (GError) error = NULL;
    gboolean success;

    if (length > 0 && data[0] == 'b') {
      g_autoptr (GBytes) bytes = g_bytes_new (data + 1, length - 1);

      success = yonder_sio_decoder_add_binary (decoder, bytes, &packet, &error);
    } else {
      success = yonder_sio_decoder_add_text (decoder, (const char *) data, (gssize) length, &packet, &error);
    }
    g_assert_true (success == (error == NULL));
    g_assert_true (success || packet == NULL);
    if (packet != NULL)
      check (packet);
    data += length + 1;
  }
  return 0;
}
