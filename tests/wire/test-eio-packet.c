/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Engine.IO 4: the examples of the protocol's text, both ways, and everything that is no packet. */

#include "yonder-eio-packet.h"

#include <string.h>

static void
assert_packet (const YonderEioPacket *packet, YonderEioType type, gboolean is_binary, const char *data, gsize length)
{
  g_autoptr (GBytes) expected = g_bytes_new (data, length);

  g_assert_cmpint (packet->type, ==, type);
  g_assert_cmpint (packet->is_binary, ==, is_binary);
  g_assert_true (g_bytes_equal (packet->data, expected));
}

static void
test_packets (void)
{
  static const struct { const char *text; YonderEioType type; const char *data; } cases[] = {
    { "0{\"sid\":\"x\"}", YONDER_EIO_OPEN, "{\"sid\":\"x\"}" },
    { "1", YONDER_EIO_CLOSE, "" },
    { "2", YONDER_EIO_PING, "" },
    { "2probe", YONDER_EIO_PING, "probe" },
    { "3probe", YONDER_EIO_PONG, "probe" },
    { "4hello", YONDER_EIO_MESSAGE, "hello" },
    { "4", YONDER_EIO_MESSAGE, "" },
    { "4\u20ac", YONDER_EIO_MESSAGE, "\u20ac" },
    { "40:0", YONDER_EIO_MESSAGE, "0:0" },
    { "5", YONDER_EIO_UPGRADE, "" },
    { "6", YONDER_EIO_NOOP, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderEioPacket) packet = yonder_eio_packet_decode (cases[i].text, -1, &error);
    g_autofree char *encoded = NULL, *text = NULL;

    g_assert_no_error (error);
    assert_packet (packet, cases[i].type, FALSE, cases[i].data, strlen (cases[i].data));
    encoded = yonder_eio_packet_encode (packet);
    g_assert_cmpstr (encoded, ==, cases[i].text);
    text = yonder_eio_packet_dup_text (packet);
    g_assert_cmpstr (text, ==, cases[i].data);
  }
}

static void
test_binary (void)
{
  static const struct { const char *text, *data; gsize length; const char *encoded; } cases[] = {
    { "bAQIDBA==", "\1\2\3\4", 4, "bAQIDBA==" },
    { "bAQIDBA", "\1\2\3\4", 4, "bAQIDBA==" },
    { "bAAAA", "\0\0\0", 3, "bAAAA" },
    { "b+/8=", "\xfb\xff", 2, "b+/8=" },
    { "b", "", 0, "b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderEioPacket) packet = yonder_eio_packet_decode (cases[i].text, -1, &error);
    g_autofree char *encoded = NULL;

    g_assert_no_error (error);
    assert_packet (packet, YONDER_EIO_MESSAGE, TRUE, cases[i].data, cases[i].length);
    encoded = yonder_eio_packet_encode (packet);
    g_assert_cmpstr (encoded, ==, cases[i].encoded);
  }
}

static void
test_malformed (void)
{
  static const struct { const char *text; gssize length; } cases[] = {
    { "", -1 }, { "7", -1 }, { "9x", -1 }, { "a", -1 }, { " 4", -1 }, { "-1", -1 }, { "B", -1 }, { "\x1e", -1 }, { "\u0664", -1 },
    { "4\xff", -1 }, { "4\xed\xa0\x80", -1 }, { "4a\0b", 4 }, { "\0", 1 }, { "4\xc3", -1 },
    { "b=", -1 }, { "bA", -1 }, { "bAQ=I", -1 }, { "bAQIDBA===", -1 }, { "bAQ ID", -1 }, { "bAQ-_", -1 }, { "bAQI\n", -1 },
    { "b\u00e4", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL, payload_error = NULL;
    g_autoptr (YonderEioPacket) packet = yonder_eio_packet_decode (cases[i].text, cases[i].length, &error);
    g_autoptr (GPtrArray) packets = yonder_eio_payload_decode (cases[i].text, cases[i].length, &payload_error);
    g_autofree char *shown = g_strescape (cases[i].text, NULL);

    g_test_message ("case %u: %s", i, shown);
    g_assert_null (packet);
    g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED);
    g_assert_null (packets);
    g_assert_error (payload_error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED);
  }
}

static void
test_payload (void)
{
  g_autoptr (GPtrArray) packets = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);
  g_autoptr (GPtrArray) decoded = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new ("\1\2\3\4", 4);
  g_autoptr (GError) error = NULL;
  g_autofree char *payload = NULL;

  g_ptr_array_add (packets, yonder_eio_packet_new (YONDER_EIO_MESSAGE, "hello"));
  g_ptr_array_add (packets, yonder_eio_packet_new (YONDER_EIO_PING, NULL));
  g_ptr_array_add (packets, yonder_eio_packet_new_binary (bytes));
  g_ptr_array_add (packets, yonder_eio_packet_new (YONDER_EIO_MESSAGE, "\u20ac"));
  payload = yonder_eio_payload_encode (packets);
  g_assert_cmpstr (payload, ==, "4hello\x1e" "2\x1e" "bAQIDBA==\x1e" "4\u20ac");

  decoded = yonder_eio_payload_decode (payload, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (decoded->len, ==, 4);
  assert_packet (decoded->pdata[0], YONDER_EIO_MESSAGE, FALSE, "hello", 5);
  assert_packet (decoded->pdata[1], YONDER_EIO_PING, FALSE, "", 0);
  assert_packet (decoded->pdata[2], YONDER_EIO_MESSAGE, TRUE, "\1\2\3\4", 4);
  assert_packet (decoded->pdata[3], YONDER_EIO_MESSAGE, FALSE, "\u20ac", 3);
}

/* One bad packet among good ones makes the payload bad. */
static void
test_bad_payload (void)
{
  static const char * const cases[] = { "4a\x1e", "\x1e" "4a", "4a\x1e\x1e" "4b", "4a\x1e" "8", "4a\x1e" "bA" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (yonder_eio_payload_decode (cases[i], -1, &error));
    g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED);
  }

  g_autoptr (GString) many = g_string_new ("2");
  for (guint i = 1; i < YONDER_EIO_MAX_PACKETS; i++)
    g_string_append (many, "\x1e" "2");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) most = yonder_eio_payload_decode (many->str, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (most->len, ==, YONDER_EIO_MAX_PACKETS);
  g_string_append (many, "\x1e" "2");
  g_assert_null (yonder_eio_payload_decode (many->str, -1, &error));
  g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_TOO_LARGE);
}

/* What a Socket.IO 2 server answers to a polling handshake, with and without binary support. */
static void
test_old_protocol (void)
{
  static const struct { const char *text; gssize length; } cases[] = {
    { "97:0{\"sid\":\"abc\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":5000}2:40", -1 },
    { "\0\x09\x07\xff" "0{\"sid\":\"abc\"}", 18 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (yonder_eio_payload_decode (cases[i].text, cases[i].length, &error));
    g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_OLD_PROTOCOL);
  }
}

static void
test_handshake (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderEioHandshake) handshake = NULL, again = NULL, plain = NULL;
  g_autofree char *printed = NULL;

  handshake = yonder_eio_handshake_parse (
    "{\"sid\":\"lv_VI97HAXpY6yYWAAAC\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000,\"new\":{}}",
    -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (handshake->sid, ==, "lv_VI97HAXpY6yYWAAAC");
  g_assert_true (handshake->can_upgrade);
  g_assert_cmpuint (handshake->ping_interval_ms, ==, 25000);
  g_assert_cmpuint (handshake->ping_timeout_ms, ==, 20000);
  g_assert_cmpuint (handshake->max_payload, ==, 1000000);

  printed = yonder_eio_handshake_print (handshake);
  g_assert_cmpstr (printed, ==, "{\"sid\":\"lv_VI97HAXpY6yYWAAAC\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"
                                "\"pingTimeout\":20000,\"maxPayload\":1000000}");
  again = yonder_eio_handshake_parse (printed, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->sid, ==, handshake->sid);

  plain = yonder_eio_handshake_parse ("{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":1.0,\"pingTimeout\":1}", -1, &error);
  g_assert_no_error (error);
  g_assert_false (plain->can_upgrade);
  g_assert_cmpuint (plain->max_payload, ==, 0);
}

static void
test_bad_handshake (void)
{
  static const struct { const char *json, *place; } cases[] = {
    { "", "JSON" },
    { "[]", "sid" },
    { "{\"upgrades\":[],\"pingInterval\":1,\"pingTimeout\":1}", "sid" },
    { "{\"sid\":\"\",\"upgrades\":[],\"pingInterval\":1,\"pingTimeout\":1}", "sid" },
    { "{\"sid\":7,\"upgrades\":[],\"pingInterval\":1,\"pingTimeout\":1}", "sid" },
    { "{\"sid\":\"a\",\"pingInterval\":1,\"pingTimeout\":1}", "upgrades" },
    { "{\"sid\":\"a\",\"upgrades\":\"websocket\",\"pingInterval\":1,\"pingTimeout\":1}", "upgrades" },
    { "{\"sid\":\"a\",\"upgrades\":[],\"pingTimeout\":1}", "pingInterval" },
    { "{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":0,\"pingTimeout\":1}", "pingInterval" },
    { "{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":-1,\"pingTimeout\":1}", "pingInterval" },
    { "{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":1e30,\"pingTimeout\":1}", "pingInterval" },
    { "{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":1,\"pingTimeout\":\"1\"}", "pingTimeout" },
    { "{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":1,\"pingTimeout\":1,\"maxPayload\":-1}", "maxPayload" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (yonder_eio_handshake_parse (cases[i].json, -1, &error));
    g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED);
    g_assert_nonnull (strstr (error->message, cases[i].place));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eio/packets", test_packets);
  g_test_add_func ("/eio/binary", test_binary);
  g_test_add_func ("/eio/malformed", test_malformed);
  g_test_add_func ("/eio/payload", test_payload);
  g_test_add_func ("/eio/bad-payload", test_bad_payload);
  g_test_add_func ("/eio/old-protocol", test_old_protocol);
  g_test_add_func ("/eio/handshake", test_handshake);
  g_test_add_func ("/eio/bad-handshake", test_bad_handshake);

  return g_test_run ();
}
