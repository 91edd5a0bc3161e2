/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Socket.IO 5: the examples of the protocol's text, both ways, and everything that the reference parser refuses. */

#include "yonder-sio-packet.h"

#include "yonder-json.h"

#include <string.h>

#define MAX_ATTACHED 100

static void
test_packets (void)
{
  static const struct { const char *text; YonderSioType type; const char *nsp; gint64 id; const char *data; } cases[] = {
    { "0", YONDER_SIO_CONNECT, "/", -1, NULL },
    { "0{\"token\":\"123\"}", YONDER_SIO_CONNECT, "/", -1, "{\"token\":\"123\"}" },
    { "0/admin,", YONDER_SIO_CONNECT, "/admin", -1, NULL },
    { "0/admin,{\"sid\":\"oSO0OpakMV_3jnilAAAA\"}", YONDER_SIO_CONNECT, "/admin", -1, "{\"sid\":\"oSO0OpakMV_3jnilAAAA\"}" },
    { "1", YONDER_SIO_DISCONNECT, "/", -1, NULL },
    { "1/admin,", YONDER_SIO_DISCONNECT, "/admin", -1, NULL },
    { "2[\"foo\"]", YONDER_SIO_EVENT, "/", -1, "[\"foo\"]" },
    { "2/admin,[\"bar\"]", YONDER_SIO_EVENT, "/admin", -1, "[\"bar\"]" },
    { "212[\"foo\",{\"a\":[1.5,null]}]", YONDER_SIO_EVENT, "/", 12, "[\"foo\",{\"a\":[1.5,null]}]" },
    { "2/admin,456[\"project:delete\",123]", YONDER_SIO_EVENT, "/admin", 456, "[\"project:delete\",123]" },
    { "20[7]", YONDER_SIO_EVENT, "/", 0, "[7]" },
    { "29007199254740992[\"a\"]", YONDER_SIO_EVENT, "/", 9007199254740992, "[\"a\"]" },
    { "3/admin,456[]", YONDER_SIO_ACK, "/admin", 456, "[]" },
    { "312[\"bar\"]", YONDER_SIO_ACK, "/", 12, "[\"bar\"]" },
    { "4{\"message\":\"Not authorized\"}", YONDER_SIO_CONNECT_ERROR, "/", -1, "{\"message\":\"Not authorized\"}" },
    { "4\"Not authorized\"", YONDER_SIO_CONNECT_ERROR, "/", -1, "\"Not authorized\"" },
    { "4/admin,{\"message\":\"no\",\"data\":{\"code\":1}}", YONDER_SIO_CONNECT_ERROR, "/admin", -1,
      "{\"message\":\"no\",\"data\":{\"code\":1}}" },
    /* no attachments, so no placeholders: what looks like one is data */
    { "2[\"a\",{\"_placeholder\":true,\"num\":9}]", YONDER_SIO_EVENT, "/", -1, "[\"a\",{\"_placeholder\":true,\"num\":9}]" },
    { "50-[\"a\"]", YONDER_SIO_BINARY_EVENT, "/", -1, "[\"a\"]" },
    { "2/a b?x=\u00e4,[\"a\"]", YONDER_SIO_EVENT, "/a b?x=\u00e4", -1, "[\"a\"]" },
  };
  g_autoptr (YonderSioDecoder) decoder = yonder_sio_decoder_new (MAX_ATTACHED);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (YonderSioPacket) packet = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *data = NULL, *encoded = NULL;

    g_assert_true (yonder_sio_decoder_add_text (decoder, cases[i].text, -1, &packet, &error));
    g_assert_no_error (error);
    g_assert_nonnull (packet);
    g_assert_cmpint (packet->type, ==, cases[i].type);
    g_assert_cmpstr (packet->nsp, ==, cases[i].nsp);
    g_assert_cmpint (packet->id, ==, cases[i].id);
    data = packet->data != NULL ? yonder_json_print (packet->data) : NULL;
    g_assert_cmpstr (data, ==, cases[i].data);
    encoded = yonder_sio_packet_encode (packet);
    g_assert_cmpstr (encoded, ==, cases[i].text);
  }
}

static void
test_malformed (void)
{
  static const char * const cases[] = {
    "", "7", "9[\"a\"]", "a", "-", " 2[\"a\"]",
    /* events */
    "2", "2{}", "2[]", "2[null]", "2[true]", "2[{}]", "2[[\"a\"]]", "2\"a\"", "2null", "2[\"a\"", "2[\"a\"]]", "2[\"a\"][\"b\"]",
      "2[\"a\"]x",
    "2[\"connect\"]", "2[\"connect_error\"]", "2[\"disconnect\"]", "2[\"disconnecting\"]", "2[\"newListener\"]",
    "2[\"removeListener\"]",
    "2[\"\xff\"]",
    /* ids */
    "2abc[\"a\"]", "2-1[\"a\"]", "21.5[\"a\"]", "2 1[\"a\"]", "212 [\"a\"", "29007199254740993[\"a\"]",
      "299999999999999999999999[\"a\"]",
    /* acknowledgements */
    "3", "31", "31{}", "31\"a\"", "3[]", "3x[]",
    /* the others */
    "0[]", "0\"a\"", "0null", "0{", "1{}", "1[]", "4[]", "4null", "4true",
    /* attachments */
    "5", "5[\"a\"]", "5-[\"a\"]", "51", "51[\"a\"]", "5x-[\"a\"]", "5-1-[\"a\"]", "51.0-[\"a\"]", "51e1-[\"a\"]",
      "599999999999999999999-[\"a\"]",
    "61-[]", "6-1[]",
    "51-[\"a\",{\"_placeholder\":true,\"num\":1}]", "51-[\"a\",{\"_placeholder\":true,\"num\":-1}]",
    "51-[\"a\",{\"_placeholder\":true}]",
    "51-[\"a\",{\"_placeholder\":true,\"num\":\"0\"}]", "51-[\"a\",{\"_placeholder\":true,\"num\":0.5}]",
    "50-[{\"_placeholder\":true,\"num\":0}]",
    "51-[\"a\",{\"x\":[{\"y\":{\"_placeholder\":true,\"num\":99999999999}}]}]", "51-{}", "51-[]", "51-[\"connect\"]",
    /* namespaces */
    "2/admin", "2/admin[\"a\"]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (YonderSioDecoder) decoder = yonder_sio_decoder_new (MAX_ATTACHED);
    g_autoptr (YonderSioPacket) packet = NULL, next = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *shown = g_strescape (cases[i], NULL);

    g_test_message ("%s", shown);
    g_assert_false (yonder_sio_decoder_add_text (decoder, cases[i], -1, &packet, &error));
    g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED);
    g_assert_null (packet);
    g_clear_error (&error);

    /* The decoder itself is as before. */
    g_assert_true (yonder_sio_decoder_add_text (decoder, "2[\"a\"]", -1, &next, &error));
    g_assert_no_error (error);
    g_assert_nonnull (next);
  }
}

static void
test_attachments (void)
{
  g_autoptr (YonderSioDecoder) decoder = yonder_sio_decoder_new (MAX_ATTACHED);
  g_autoptr (YonderSioPacket) packet = NULL;
  g_autoptr (GBytes) first = g_bytes_new ("\1\2\3", 3), second = g_bytes_new ("", 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *encoded = NULL;
  static const char text[] = "52-/admin,7[\"baz\",{\"_placeholder\":true,\"num\":1},{\"x\":[{\"_placeholder\":true,\"num\":0}]}]";

  g_assert_true (yonder_sio_decoder_add_text (decoder, text, -1, &packet, &error));
  g_assert_null (packet);
  g_assert_true (yonder_sio_decoder_add_binary (decoder, first, &packet, &error));
  g_assert_null (packet);
  g_assert_true (yonder_sio_decoder_add_binary (decoder, second, &packet, &error));
  g_assert_no_error (error);
  g_assert_nonnull (packet);
  g_assert_cmpint (packet->type, ==, YONDER_SIO_BINARY_EVENT);
  g_assert_cmpstr (packet->nsp, ==, "/admin");
  g_assert_cmpint (packet->id, ==, 7);
  g_assert_cmpuint (packet->attachments->len, ==, 2);
  g_assert_true (g_bytes_equal (packet->attachments->pdata[0], first));
  g_assert_true (g_bytes_equal (packet->attachments->pdata[1], second));
  encoded = yonder_sio_packet_encode (packet);
  g_assert_cmpstr (encoded, ==, text);
}

static void
test_unexpected (void)
{
  g_autoptr (YonderSioDecoder) decoder = yonder_sio_decoder_new (MAX_ATTACHED);
  g_autoptr (YonderSioPacket) packet = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new ("x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (yonder_sio_decoder_add_binary (decoder, bytes, &packet, &error));
  g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_UNEXPECTED);
  g_clear_error (&error);

  /* Text while an attachment is due: the half packet is forgotten, and its attachment does not fit any more. */
  g_assert_true (yonder_sio_decoder_add_text (decoder, "51-[\"a\",{\"_placeholder\":true,\"num\":0}]", -1, &packet, &error));
  g_assert_false (yonder_sio_decoder_add_text (decoder, "2[\"a\"]", -1, &packet, &error));
  g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_UNEXPECTED);
  g_assert_null (packet);
  g_clear_error (&error);
  g_assert_false (yonder_sio_decoder_add_binary (decoder, bytes, &packet, &error));
  g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_UNEXPECTED);
  g_clear_error (&error);

  /* A new connection begins with nothing due. */
  g_assert_true (yonder_sio_decoder_add_text (decoder, "51-[\"a\"]", -1, &packet, &error));
  yonder_sio_decoder_reset (decoder);
  g_assert_true (yonder_sio_decoder_add_text (decoder, "2[\"a\"]", -1, &packet, &error));
  g_assert_nonnull (packet);
}

static void
test_bounds (void)
{
  g_autoptr (YonderSioDecoder) decoder = yonder_sio_decoder_new (MAX_ATTACHED);
  g_autoptr (YonderSioPacket) packet = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new ("x", 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) deep = g_string_new ("2[\"a\"");

  g_assert_true (yonder_sio_decoder_add_text (decoder, "510-[\"a\"]", -1, &packet, &error));
  for (guint i = 0; i < YONDER_SIO_MAX_ATTACHMENTS; i++) {
    g_assert_null (packet);
    g_assert_true (yonder_sio_decoder_add_binary (decoder, bytes, &packet, &error));
  }
  g_assert_nonnull (packet);
  g_clear_pointer (&packet, yonder_sio_packet_free);
  g_assert_false (yonder_sio_decoder_add_text (decoder, "511-[\"a\"]", -1, &packet, &error));
  g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_TOO_LARGE);
  g_clear_error (&error);

  /* Valid, but nobody means well with it: told apart from what is malformed. */
  for (guint i = 0; i < 100; i++)
    g_string_append (deep, ",[");
  for (guint i = 0; i < 100; i++)
    g_string_append (deep, "0]");
  g_string_append (deep, "]");
  g_assert_false (yonder_sio_decoder_add_text (decoder, deep->str, -1, &packet, &error));
  g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_TOO_LARGE);
  g_clear_error (&error);

  /* Each attachment is small enough, all of them are not; what comes after begins anew. */
  g_autoptr (GBytes) large = g_bytes_new_static ("123456789012345678901234567890123456789012345678901", MAX_ATTACHED / 2 + 1);
  for (guint round = 0; round < 2; round++) {
    g_assert_true (yonder_sio_decoder_add_text (decoder, "52-[\"a\"]", -1, &packet, &error));
    g_assert_true (yonder_sio_decoder_add_binary (decoder, large, &packet, &error));
    g_assert_false (yonder_sio_decoder_add_binary (decoder, large, &packet, &error));
    g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_TOO_LARGE);
    g_clear_error (&error);
  }

  g_autofree char *nsp = g_strnfill (256, 'n');
  g_autofree char *text = g_strdup_printf ("0/%s,", nsp);
  g_assert_false (yonder_sio_decoder_add_text (decoder, text, -1, &packet, &error));
  g_assert_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED);
}

/* What is made here becomes binary by its attachments. */
static void
test_new (void)
{
  GPtrArray *attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (YonderSioPacket) plain = yonder_sio_packet_new (YONDER_SIO_EVENT, NULL, -1,
                                                             yonder_json_parse ("[\"a\"]", -1, 10, NULL), NULL);
  g_autoptr (YonderSioPacket) binary = NULL;
  g_autofree char *plain_text = yonder_sio_packet_encode (plain), *binary_text = NULL;

  g_ptr_array_add (attachments, g_bytes_new ("x", 1));
  binary = yonder_sio_packet_new (YONDER_SIO_ACK, "/admin", 3,
                                  yonder_json_parse ("[{\"_placeholder\":true,\"num\":0}]", -1, 100, NULL),
                                  attachments);
  binary_text = yonder_sio_packet_encode (binary);
  g_assert_cmpstr (plain_text, ==, "2[\"a\"]");
  g_assert_cmpstr (binary_text, ==, "61-/admin,3[{\"_placeholder\":true,\"num\":0}]");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sio/packets", test_packets);
  g_test_add_func ("/sio/malformed", test_malformed);
  g_test_add_func ("/sio/attachments", test_attachments);
  g_test_add_func ("/sio/unexpected", test_unexpected);
  g_test_add_func ("/sio/bounds", test_bounds);
  g_test_add_func ("/sio/new", test_new);

  return g_test_run ();
}
