/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON: what is read can be printed, and reads the same again; and no text gets a secret past the log. */

#include "fuzz.h"

#include "yonder-json.h"
#include "yonder-log.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (JsonNode) node = yonder_json_parse ((const char *) data, (gssize) size, 4096, NULL);
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *line = g_strconcat (text, "{\"token\":\"s3cr3t-s3cr3t\"}", NULL);
  g_autofree char *clean = yonder_redact (line);

  g_assert_null (strstr (clean, "s3cr3t-s3cr3t"));
  g_assert_true (g_utf8_validate (clean, -1, NULL));

  if (node != NULL) {
    g_autofree char *printed = yonder_json_print (node);
    g_autoptr (JsonNode) again = yonder_json_parse (printed, -1, G_MAXSIZE, NULL);
    g_autofree char *reprinted = NULL;

    g_assert_nonnull (again);
    reprinted = yonder_json_print (again);
    g_assert_cmpstr (printed, ==, reprinted);
    yonder_json_has (node, "a[0].b.c");
  }
  return 0;
}
