/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Engine.IO payloads: decode, encode and decode again give the same packets; an open packet's handshake survives the same. */

#include "fuzz.h"

#include "yonder-eio-packet.h"

static void
check_handshake (const YonderEioPacket *packet)
{
  g_autofree char *json = yonder_eio_packet_dup_text (packet);
  g_autoptr (YonderEioHandshake) handshake = yonder_eio_handshake_parse (json, -1, NULL);
  g_autoptr (YonderEioHandshake) again = NULL;
  g_autofree char *printed = NULL;

  if (handshake == NULL)
    return;
  printed = yonder_eio_handshake_print (handshake);
  again = yonder_eio_handshake_parse (printed, -1, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->sid, ==, handshake->sid);
  g_assert_cmpuint (again->ping_interval_ms, ==, handshake->ping_interval_ms);
  g_assert_cmpuint (again->ping_timeout_ms, ==, handshake->ping_timeout_ms);
  g_assert_cmpuint (again->max_payload, ==, handshake->max_payload);
  g_assert_cmpint (again->can_upgrade, ==, handshake->can_upgrade);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) packets = yonder_eio_payload_decode ((const char *) data, (gssize) size, &error);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *encoded = NULL;

  if (packets == NULL) {
    g_assert_nonnull (error);
    return 0;
  }

  encoded = yonder_eio_payload_encode (packets);
  again = yonder_eio_payload_decode (encoded, -1, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (again->len, ==, packets->len);
  for (guint i = 0; i < packets->len; i++) {
    const YonderEioPacket *one = packets->pdata[i], *other = again->pdata[i];

    g_assert_cmpint (one->type, ==, other->type);
    g_assert_cmpint (one->is_binary, ==, other->is_binary);
    g_assert_true (g_bytes_equal (one->data, other->data));
    if (one->type == YONDER_EIO_OPEN)
      check_handshake (one);
  }
  return 0;
}
