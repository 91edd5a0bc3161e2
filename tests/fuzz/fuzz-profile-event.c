/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Events by profile. The first line is the profile's name (or "-" where the rest is a profile itself), who sends and the event's
 * name, what follows is the array of arguments. An event that is understood can be said again by the same side, and is then
 * understood the same. */

#include "fuzz.h"

#include "yonder-profile.h"
#include "yonder-json.h"

#include <string.h>

typedef gboolean (*Encode) (YonderProfile *profile, const YonderEvent *event, char **name, JsonNode **arguments, GError **error);
typedef YonderEvent *(*Decode) (YonderProfile *profile, const char *name, JsonArray *arguments, GError **error);

static void
check_bounds (const YonderEvent *event)
{
  g_assert_true (event->call_id == NULL || strlen (event->call_id) <= YONDER_EVENT_MAX_ID);
  g_assert_true (event->sdp == NULL || strlen (event->sdp) <= YONDER_EVENT_MAX_SDP);
  g_assert_true (event->kind == NULL || g_str_equal (event->kind, "voice") || g_str_equal (event->kind, "video"));
  g_assert_cmpint (event->generation, >=, -1);
  g_assert_cmpint (event->duration_s, >=, -1);
  for (guint i = 0; event->candidates != NULL && i < event->candidates->len; i++) {
    const YonderEventCandidate *candidate = event->candidates->pdata[i];

    g_assert_nonnull (candidate->candidate);
    g_assert_cmpint (candidate->sdp_mline_index, >=, -1);
  }
}

static void
check (YonderProfile *profile, Encode encode, Decode decode, const YonderEvent *event)
{
  g_autofree char *name = NULL, *name_again = NULL, *json = NULL, *json_again = NULL;
  g_autoptr (JsonNode) arguments = NULL, arguments_again = NULL;
  g_autoptr (YonderEvent) again = NULL;
  g_autoptr (GError) error = NULL;

  encode (profile, event, &name, &arguments, &error);
  g_assert_no_error (error);
  again = decode (profile, name, json_node_get_array (arguments), &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->type, ==, event->type);
  encode (profile, again, &name_again, &arguments_again, &error);
  g_assert_no_error (error);
  json = yonder_json_print (arguments);
  json_again = yonder_json_print (arguments_again);
  g_assert_cmpstr (name, ==, name_again);
  g_assert_cmpstr (json, ==, json_again);
}

/* Loaded once: it takes longer than all else here. */
static YonderProfile *
find_profile (const char *name)
{
  static YonderProfile *vigi = NULL, *dotted = NULL;

  if (vigi == NULL) {
    vigi = yonder_profile_new_shipped ("vigi", NULL);
    dotted = yonder_profile_new_shipped ("dotted", NULL);
  }
  return g_str_equal (name, "vigi") ? vigi : g_str_equal (name, "dotted") ? dotted : NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char *rest = strchr (text, '\n');
  g_auto (GStrv) head = NULL;
  YonderProfile *profile;
  g_autoptr (JsonNode) arguments = NULL;
  g_autoptr (YonderEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  gboolean by_client;

  if (rest == NULL)
    return 0;
  *rest++ = '\0';
  if (g_str_equal (text, "-")) {
    g_autoptr (YonderProfile) parsed = yonder_profile_parse (rest, -1, &error);

    g_assert_true ((parsed == NULL) == (error != NULL));
    return 0;
  }

  head = g_strsplit (text, " ", 3);
  if (g_strv_length (head) != 3)
    return 0;
  profile = find_profile (head[0]);
  arguments = yonder_json_parse (rest, -1, G_MAXSIZE, NULL);
  if (profile == NULL || arguments == NULL || !JSON_NODE_HOLDS_ARRAY (arguments))
    return 0;

  by_client = g_str_equal (head[1], "client");
  event = (by_client ? yonder_profile_server_decode : yonder_profile_decode) (profile, head[2], json_node_get_array (arguments),
                                                                              &error);
  g_assert_true ((event == NULL) == (error != NULL));
  if (event == NULL)
    return 0;
  check_bounds (event);
  if (by_client)
    check (profile, yonder_profile_encode, yonder_profile_server_decode, event);
  else
    check (profile, yonder_profile_server_encode, yonder_profile_decode, event);
  return 0;
}
