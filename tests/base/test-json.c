/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Foreign JSON: what is valid is read, what is not is refused with a code that tells why, and nothing is read as what it is
 * not. */

#include "yonder-json.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = yonder_json_parse (text, -1, G_MAXSIZE, &error);

  g_assert_no_error (error);
  return node;
}

/* What goes in and what comes out again. */
static void
test_valid (void)
{
  static const struct { const char *in, *out; } cases[] = {
    { "{}", "{}" },
    { " [ 1 , -2 , true , null , \"x\" ] ", "[1,-2,true,null,\"x\"]" },
    { "\"\"", "\"\"" },
    { "0", "0" },
    { "\xef\xbb\xbf{}", "{}" }, /* RFC 8259 section 8.1 lets a parser skip it; editors write it */
    { "false", "false" },
    { "{\"a\":1,\"a\":2}", "{\"a\":2}" },
    { "{\"\":1}", "{\"\":1}" },
    { "[\"\\u00e4\\ud83d\\ude00\"]", "[\"\u00e4\U0001f600\"]" },
    { "[9223372036854775807,-9223372036854775808]", "[9223372036854775807,-9223372036854775808]" },
    /* the separator of Engine.IO payloads stays escaped */
    { "[\"\\u001e\\n\"]", "[\"\\u001e\\n\"]" },
    /* what cannot be held is replaced as JavaScript replaces it */
    { "[\"a\\u0000b\"]", "[\"a\uFFFDb\"]" },
    { "[\"\\ud800\",\"\\ud800\\ud800\",\"\\udc00x\",\"\\ud83dx\"]", "[\"\uFFFD\",\"\uFFFD\uFFFD\",\"\uFFFDx\",\"\uFFFDx\"]" },
    { "[\"\\\\u0000\",\"\\\\ud800\"]", "[\"\\\\u0000\",\"\\\\ud800\"]" },
    { "[1e999,-1e999]", "[null,null]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) node = parse (cases[i].in);
    g_autofree char *out = yonder_json_print (node);

    g_assert_cmpstr (out, ==, cases[i].out);
  }

  /* An integer that does not fit is a double, not the nearest integer. */
  g_autoptr (JsonNode) large = parse ("[18446744073709551615]");
  g_autoptr (GError) error = NULL;
  gint64 value = 7;
  g_assert_false (yonder_json_get_int (large, "[0]", G_MININT64, (gint64) 1 << 53, &value, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_OUT_OF_RANGE);
  g_assert_cmpint (value, ==, 7);
}

static void
test_invalid (void)
{
  static const struct { const char *text; gssize length; } cases[] = {
    { "", -1 }, { " ", -1 }, { "{", -1 }, { "[1,]", -1 }, { "{\"a\":1,}", -1 }, { "{a:1}", -1 }, { "['a']", -1 }, { "[01]", -1 },
    { "[+1]", -1 }, { "[.5]", -1 }, { "[1.]", -1 }, { "[1e]", -1 }, { "[-]", -1 }, { "[--1]", -1 }, { "[1-2]", -1 },
    { "nul", -1 },
    { "[NaN]", -1 }, { "[Infinity]", -1 }, { "[0x10]", -1 }, { "// x\n1", -1 }, { "/* x */ 1", -1 }, { "var x = 1", -1 },
    { "{}{}", -1 },
    { "1 2", -1 }, { "]", -1 }, { "}", -1 }, { "\"", -1 }, { "\"\\", -1 }, { "\"\\u", -1 }, { "\"\\u00", -1 }, { "\"\\x\"", -1 },
    { "\"\\u00g0\"", -1 }, { "[\"a\nb\"]", -1 }, { "[\"\x01\"]", -1 }, { "{\"a\" 1}", -1 }, { "{1:2}", -1 }, { "[1 2]", -1 },
    { "[\"\xff\"]", -1 }, { "[\"a\0b\"]", 7 }, { "[]\0", 3 }, { "[\"\xc0\x80\"]", -1 }, { "[\"\xed\xa0\x80\"]", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = yonder_json_parse (cases[i].text, cases[i].length, G_MAXSIZE, &error);

    if (node != NULL)
      g_test_message ("accepted: %s", cases[i].text);
    g_assert_null (node);
    g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_SYNTAX);
  }
}

/* The text, a token perhaps, is in no message. */
static void
test_message_keeps_quiet (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = yonder_json_parse ("{\"token\": hunter2}", -1, G_MAXSIZE, &error);

  g_assert_null (node);
  g_assert_null (strstr (error->message, "hunter2"));
}

static char *
nest (const char *open, const char *close, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const struct { const char *open, *close; } cases[] = { { "[", "]" }, { "{\"a\":", "}" }, { "[{\"[{\":", "}]" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint each = i == 2 ? 2 : 1;
    g_autofree char *deepest = nest (cases[i].open, cases[i].close, YONDER_JSON_MAX_DEPTH / each);
    g_autofree char *deeper = nest (cases[i].open, cases[i].close, YONDER_JSON_MAX_DEPTH / each + 1);
    g_autofree char *abyss = nest (cases[i].open, "", 1000000);
    g_autoptr (JsonNode) good = parse (deepest);
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (good);
    g_assert_null (yonder_json_parse (deeper, -1, G_MAXSIZE, &error));
    g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_DEEP);
    g_clear_error (&error);
    g_assert_null (yonder_json_parse (abyss, -1, G_MAXSIZE, &error));
    g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_DEEP);
  }

  /* Many in a row are not deep. */
  g_autofree char *wide = g_strnfill (20000, ' ');
  for (guint i = 0; i < 20000; i += 4)
    memcpy (wide + i, i + 4 < 20000 ? "[ ]," : "[  ]", 4);
  g_autofree char *array = g_strdup_printf ("[%s]", wide);
  g_autoptr (JsonNode) node = parse (array);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==, 5000);
}

static void
test_size (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) fits = yonder_json_parse ("[1,2]", -1, 5, &error);

  g_assert_no_error (error);
  g_assert_null (yonder_json_parse ("[1,2]", -1, 4, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_LARGE);
  g_clear_error (&error);

  /* Only what the length covers is read. */
  g_autoptr (JsonNode) part = yonder_json_parse ("[1]]", 3, G_MAXSIZE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (part);
}

#define EXAMPLE "{\"caller\":{\"devices\":[{\"name\":\"tablet\"},[7,8.0,8.5,-1]]},\"off\":false,\"none\":null,\"text\":\"abc\"}"

static void
test_paths (void)
{
  g_autoptr (JsonNode) root = parse (EXAMPLE);
  static const char * const there[] = {
    "", "$", "caller", "$.caller", "caller.devices[0].name", "$.caller.devices[1][0]", "off", "text",
  };
  static const char * const absent[] = {
    "none", "Caller", "caller.", ".caller", "caller..devices", "caller.devices[2]", "caller.devices[1][4]", "caller.devices[-1]",
    "caller.devices[]", "caller.devices[0", "caller.devices[x]", "caller.devices[99999999999999999999]", "[0]", "text.length",
    "caller[0]",
    "caller.devices.name", "caller.devices[0]name", "$$", "off.x", "none.x",
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (there); i++)
    g_assert_true (yonder_json_has (root, there[i]));
  for (guint i = 0; i < G_N_ELEMENTS (absent); i++) {
    if (yonder_json_has (root, absent[i]))
      g_error ("%s is there", absent[i]);
    g_assert_null (yonder_json_get_string (root, absent[i], 100, &error));
    g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_MISSING);
    g_assert_nonnull (strstr (error->message, absent[i]));
    g_clear_error (&error);
  }
  g_assert_cmpstr (yonder_json_get_string (root, "caller.devices[0].name", 6, NULL), ==, "tablet");
  g_assert_false (yonder_json_has (NULL, "x"));
}

static void
test_types (void)
{
  g_autoptr (JsonNode) root = parse (EXAMPLE);
  g_autoptr (GError) error = NULL;
  gint64 number = 0;
  gboolean truth = TRUE;

  g_assert_true (yonder_json_get_int (root, "caller.devices[1][1]", 0, 8, &number, &error));
  g_assert_cmpint (number, ==, 8);
  g_assert_true (yonder_json_get_boolean (root, "off", &truth, &error));
  g_assert_false (truth);
  g_assert_cmpuint (json_array_get_length (yonder_json_get_array (root, "caller.devices", 2, &error)), ==, 2);
  g_assert_nonnull (yonder_json_get_object (root, "caller", &error));
  g_assert_no_error (error);

  g_assert_null (yonder_json_get_string (root, "off", 10, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_null (yonder_json_get_string (root, "text", 2, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (yonder_json_get_int (root, "caller.devices[1][2]", 0, 10, &number, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_false (yonder_json_get_int (root, "caller.devices[1][3]", 0, 10, &number, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);
  g_assert_false (yonder_json_get_int (root, "text", 0, 10, &number, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_false (yonder_json_get_boolean (root, "text", &truth, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_null (yonder_json_get_array (root, "caller.devices", 1, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (yonder_json_get_array (root, "caller", 1, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_null (yonder_json_get_object (root, "caller.devices", &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE);
}

static JsonNode *
string_node (const char *text)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);
  return node;
}

static void
test_set (void)
{
  static const struct { const char *before, *path, *after; } good[] = {
    { "{}", "a", "{\"a\":\"x\"}" },
    { "{}", "$.a.b.c", "{\"a\":{\"b\":{\"c\":\"x\"}}}" },
    { "{\"a\":null}", "a.b", "{\"a\":{\"b\":\"x\"}}" },
    { "{\"a\":{\"c\":1}}", "a.b", "{\"a\":{\"c\":1,\"b\":\"x\"}}" },
    { "{\"a\":1}", "a", "{\"a\":\"x\"}" },
    { "{}", "a[1].b", "{\"a\":[null,{\"b\":\"x\"}]}" },
    { "[]", "[0]", "[\"x\"]" },
    { "[1,2,3]", "[1]", "[1,\"x\",3]" },
    { "[]", "$[0].a", "[{\"a\":\"x\"}]" },
  };
  static const struct { const char *before, *path; } bad[] = {
    { "{}", "" }, { "{}", "$" }, { "{}", "[0]" }, { "[]", "a" }, { "{\"a\":1}", "a.b" }, { "{\"a\":[]}", "a.b" },
      { "{}", "a..b" },
    { "{}", "a[32]" }, { "{}", "a[4294967296]" }, { "{}", "a[" }, { "{}", "a." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (JsonNode) root = parse (good[i].before);
    g_autoptr (GError) error = NULL;
    g_autofree char *after = NULL;

    g_assert_true (yonder_json_set (root, good[i].path, string_node ("x"), &error));
    g_assert_no_error (error);
    after = yonder_json_print (root);
    g_assert_cmpstr (after, ==, good[i].after);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (JsonNode) root = parse (bad[i].before);
    g_autoptr (GError) error = NULL;

    if (yonder_json_set (root, bad[i].path, string_node ("x"), &error))
      g_error ("%s was written", bad[i].path);
    g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/valid", test_valid);
  g_test_add_func ("/json/invalid", test_invalid);
  g_test_add_func ("/json/message-keeps-quiet", test_message_keeps_quiet);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/size", test_size);
  g_test_add_func ("/json/paths", test_paths);
  g_test_add_func ("/json/types", test_types);
  g_test_add_func ("/json/set", test_set);

  return g_test_run ();
}
