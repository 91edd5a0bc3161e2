/* SPDX-License-Identifier: GPL-3.0-or-later */
/* STUN messages against the test vectors of RFC 5769, and against what an attacker may send. */

#include "yonder-stun-error.h"
#include "yonder-stun-message.h"

#include <string.h>

/* RFC 5769 section 2.2: a response over IPv4 */
static const guint8 ipv4_response[] = {
  0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae,
  0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20,
  0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
  0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9, 0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7,
  0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96,
};

/* RFC 5769 section 2.3: the same over IPv6 */
static const guint8 ipv6_response[] = {
  0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae,
  0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20,
  0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9,
  0x00, 0x08, 0x00, 0x14, 0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75, 0xbf, 0xe3, 0xed, 0x41,
  0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c,
};

static const char short_term_password[] = "VOkJxbRl1RmTxUk/WvJxBt";

static void
assert_address (GInetSocketAddress *address, const char *text, guint port)
{
  g_autofree char *found = g_inet_address_to_string (g_inet_socket_address_get_address (address));

  g_assert_cmpstr (found, ==, text);
  g_assert_cmpuint (g_inet_socket_address_get_port (address), ==, port);
}

static YonderStunMessage *
parse (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GError) error = NULL;
  YonderStunMessage *message = yonder_stun_message_parse (bytes, &error);

  if (message == NULL)
    g_assert_error (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_MALFORMED);
  return message;
}

static void
test_vectors (void)
{
  g_autoptr (YonderStunMessage) ipv4 = parse (ipv4_response, sizeof ipv4_response);
  g_autoptr (YonderStunMessage) ipv6 = parse (ipv6_response, sizeof ipv6_response);
  g_autoptr (GBytes) key = g_bytes_new_static (short_term_password, strlen (short_term_password));
  g_autoptr (GBytes) wrong = g_bytes_new_static ("wrong", 5);

  g_assert_nonnull (ipv4);
  g_assert_cmpint (ipv4->message_class, ==, YONDER_STUN_CLASS_SUCCESS);
  g_assert_cmpuint (ipv4->method, ==, YONDER_STUN_METHOD_BINDING);
  g_assert_cmpstr (ipv4->software, ==, "test vector");
  assert_address (ipv4->mapped, "192.0.2.1", 32853);
  g_assert_true (yonder_stun_message_check_integrity (ipv4, key));
  g_assert_false (yonder_stun_message_check_integrity (ipv4, wrong));

  g_assert_nonnull (ipv6);
  assert_address (ipv6->mapped, "2001:db8:1234:5678:11:2233:4455:6677", 32853);
  g_assert_true (yonder_stun_message_check_integrity (ipv6, key));
}

/* RFC 5769 section 2.4: the key of long-term credentials, whose user name is "マトリックス" and whose password is "TheMatrIX" */
static void
test_long_term_key (void)
{
  static const guint8 request[] = {
    0x00, 0x01, 0x00, 0x60, 0x21, 0x12, 0xa4, 0x42, 0x78, 0xad, 0x34, 0x33, 0xc6, 0xad, 0x72, 0xc0, 0x29, 0xda, 0x41, 0x2e,
    0x00, 0x06, 0x00, 0x12, 0xe3, 0x83, 0x9e, 0xe3, 0x83, 0x88, 0xe3, 0x83, 0xaa, 0xe3, 0x83, 0x83, 0xe3, 0x82, 0xaf, 0xe3, 0x82, 0xb9, 0x00, 0x00,
    0x00, 0x15, 0x00, 0x1c, 0x66, 0x2f, 0x2f, 0x34, 0x39, 0x39, 0x6b, 0x39, 0x35, 0x34, 0x64, 0x36, 0x4f, 0x4c, 0x33, 0x34, 0x6f, 0x4c, 0x39, 0x46,
    0x53, 0x54, 0x76, 0x79, 0x36, 0x34, 0x73, 0x41,
    0x00, 0x14, 0x00, 0x0b, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x00,
    0x00, 0x08, 0x00, 0x14, 0xf6, 0x70, 0x24, 0x65, 0x6d, 0xd6, 0x4a, 0x3e, 0x02, 0xb8, 0xe0, 0x71, 0x2e, 0x85, 0xc9, 0xa2, 0x8c, 0xa8, 0x96, 0x66,
  };
  g_autoptr (YonderStunMessage) message = parse (request, sizeof request);
  g_autoptr (GBytes) key = yonder_stun_make_key ("マトリックス", "example.org", "TheMatrIX");

  g_assert_nonnull (message);
  g_assert_cmpstr (message->realm, ==, "example.org");
  g_assert_cmpstr (message->nonce, ==, "f//499k954d6OL34oL9FSTvy64sA");
  g_assert_true (yonder_stun_message_check_integrity (message, key));
}

static void
test_round_trip (void)
{
  const guint8 id[YONDER_STUN_ID_SIZE] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  static const YonderStunMethod methods[] = { YONDER_STUN_METHOD_ALLOCATE, YONDER_STUN_METHOD_CREATE_PERMISSION, YONDER_STUN_METHOD_CHANNEL_BIND };
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("2001:db8::7", 50000);
  g_autoptr (GBytes) key = yonder_stun_make_key ("alice", "yonder.test", "secret");

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    g_autoptr (GByteArray) array = yonder_stun_begin (YONDER_STUN_CLASS_REQUEST, methods[i], id);
    g_autoptr (YonderStunMessage) message = NULL;

    yonder_stun_add_address (array, YONDER_STUN_ATTRIBUTE_XOR_PEER_ADDRESS, G_INET_SOCKET_ADDRESS (address));
    yonder_stun_add_string (array, YONDER_STUN_ATTRIBUTE_REALM, "yonder.test");
    yonder_stun_add_u32 (array, YONDER_STUN_ATTRIBUTE_LIFETIME, 600);
    yonder_stun_add_integrity (array, key);
    yonder_stun_add_fingerprint (array);
    g_assert_cmpint (yonder_stun_frame_length (array->data, array->len), ==, array->len);
    message = parse (array->data, array->len);
    g_assert_nonnull (message);
    g_assert_cmpuint (message->method, ==, methods[i]);
    g_assert_cmpmem (message->id, YONDER_STUN_ID_SIZE, id, YONDER_STUN_ID_SIZE);
    g_assert_cmpint (message->lifetime_s, ==, 600);
    assert_address (message->peer, "2001:db8::7", 50000);
    g_assert_true (yonder_stun_message_check_integrity (message, key));
  }
}

/* Any bit that is changed on the way is noticed, by the grammar, the fingerprint or the integrity. */
static void
test_tampering (void)
{
  g_autoptr (GBytes) key = g_bytes_new_static (short_term_password, strlen (short_term_password));

  for (gsize bit = 0; bit < sizeof ipv4_response * 8; bit++) {
    g_autofree guint8 *copy = g_memdup2 (ipv4_response, sizeof ipv4_response);
    g_autoptr (YonderStunMessage) message = NULL;

    copy[bit / 8] ^= (guint8) (1 << (bit % 8));
    message = parse (copy, sizeof ipv4_response);
    if (message != NULL)
      g_assert_false (yonder_stun_message_check_integrity (message, key) && bit / 8 < sizeof ipv4_response - 8);
  }
}

static void
test_truncation (void)
{
  for (gsize length = 0; length < sizeof ipv4_response; length++) {
    g_autofree guint8 *copy = g_memdup2 (ipv4_response, length);

    g_assert_null (parse (copy, length));
    g_assert_cmpint (yonder_stun_frame_length (copy, length), ==, length < 4 ? 0 : (gssize) sizeof ipv4_response);
  }
}

static void
test_frames (void)
{
  g_assert_cmpint (yonder_stun_frame_length ((const guint8 *) "\x40\x00\x00\x05", 4), ==, 12);
  g_assert_cmpint (yonder_stun_frame_length ((const guint8 *) "\x4f\xff\x00\x00", 4), ==, 4);
  g_assert_cmpint (yonder_stun_frame_length ((const guint8 *) "HTTP/1.1", 8), ==, 4 + 0x5450);
  g_assert_cmpint (yonder_stun_frame_length ((const guint8 *) "\x50\x00\x00\x00", 4), ==, -1);
  g_assert_cmpint (yonder_stun_frame_length ((const guint8 *) "\x00\x01\x00\x03", 4), ==, -1);
}

/* Every number that a server may say no with has its words. */
static void
test_error_words (void)
{
  static const guint codes[] = { 300, 400, 401, 403, 405, 420, 437, 438, 440, 441, 442, 443, 446, 447, 486, 487, 500, 508 };
  g_autoptr (GError) unknown = yonder_stun_error_from_server (699, "Tea time");

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (GError) error = yonder_stun_error_from_server (codes[i], "what the server calls it");

    g_assert_cmpint (error->code, ==, codes[i]);
    g_assert_null (strstr (error->message, "what the server calls it"));
  }
  g_assert_cmpstr (unknown->message, ==, "699 Tea time");
}

static void
test_expiry (void)
{
  static const struct { const char *username; gboolean is_expired; } cases[] = {
    { "1700000000:alice", TRUE }, { "1700000000", TRUE }, { "1900000000:alice", FALSE }, { "alice:1700000000", FALSE },
    { "1700000000alice", FALSE }, { "17:alice", FALSE }, { "", FALSE }, { "99999999999999999999:alice", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = yonder_stun_error_from_expiry (cases[i].username, 1800000000);

    g_assert_true ((error != NULL) == cases[i].is_expired);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ice/stun-message/vectors", test_vectors);
  g_test_add_func ("/ice/stun-message/long-term-key", test_long_term_key);
  g_test_add_func ("/ice/stun-message/round-trip", test_round_trip);
  g_test_add_func ("/ice/stun-message/tampering", test_tampering);
  g_test_add_func ("/ice/stun-message/truncation", test_truncation);
  g_test_add_func ("/ice/stun-message/frames", test_frames);
  g_test_add_func ("/ice/stun-message/error-words", test_error_words);
  g_test_add_func ("/ice/stun-message/expiry", test_expiry);
  return g_test_run ();
}
