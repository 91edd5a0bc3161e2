/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-meeting.h"

#include <string.h>
#include <sys/random.h>

/* Whoever guesses the name of a room sits in it: 128 bits. */
#define ROOM_BYTES 16

/* RFC 9110 sets no limit; longer ones are in no use and in nobody's interest. */
#define MAX_URI 1024

/* (nullable): only the web, only encrypted, and without what could pass for another host */
static GUri *
parse (const char *text)
{
  g_autoptr (GUri) uri = strlen (text) <= MAX_URI ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;

  if (uri == NULL || strcmp (g_uri_get_scheme (uri), "https") != 0 || g_uri_get_userinfo (uri) != NULL ||
      g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return NULL;
  return g_steal_pointer (&uri);
}

/**
 * yonder_meeting_dup_room:
 * @base: where meetings are held (Jitsi Meet): an https address
 *
 * Returns: (transfer full) (nullable): the address of a room that nobody was in yet; %NULL where @base is no such address
 */
char *
yonder_meeting_dup_room (const char *base)
{
  g_autoptr (GUri) uri = parse (base);
  g_autoptr (GString) path = NULL;
  guint8 bytes[ROOM_BYTES];

  if (uri == NULL || getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    return NULL;

  path = g_string_new (g_uri_get_path (uri));
  if (!g_str_has_suffix (path->str, "/"))
    g_string_append_c (path, '/');
  g_string_append (path, "yonder-");
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (path, "%02x", bytes[i]);
  return g_uri_join (G_URI_FLAGS_NONE, "https", NULL, g_uri_get_host (uri), g_uri_get_port (uri), path->str, NULL, NULL);
}

/**
 * yonder_meeting_is_room:
 * @uri: what the other side calls a room
 *
 * Returns: whether it may be offered to the user, who sees its host and opens it or not
 */
gboolean
yonder_meeting_is_room (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed != NULL;
}

/**
 * yonder_meeting_dup_place:
 * @uri: a room
 *
 * Returns: (transfer full): the host that holds it, for the user
 */
char *
yonder_meeting_dup_place (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return g_strdup (parsed != NULL ? g_uri_get_host (parsed) : "");
}
