/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-meeting.h"

#include <string.h>

/* chosen: 96 bits in hexadecimal, which nobody guesses while the meeting lasts */
#define ROOM_LENGTH 24

/**
 * yonder_meeting_dup_uri:
 * @base: where meetings are held (Jitsi Meet): an https or http address
 * @call_id: the call, whose id the server drew at random and told both sides
 *
 * The room is a hash of the id, so that both sides come to the same one without another message, which might not arrive any more, and
 * whoever runs the meetings learns nothing of the call.
 *
 * Returns: (transfer full) (nullable): the address of the room; %NULL where @base is no such address
 */
char *
yonder_meeting_dup_uri (const char *base, const char *call_id)
{
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_NONE, NULL);
  g_autofree char *hash = NULL;
  g_autofree char *seed = NULL;
  g_autofree char *path = NULL;
  const char *former;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || (strcmp (g_uri_get_scheme (uri), "https") != 0 && strcmp (g_uri_get_scheme (uri), "http") != 0))
    return NULL;

  seed = g_strconcat ("yonder meeting ", call_id, NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, seed, -1);
  former = g_uri_get_path (uri);
  path = g_strdup_printf ("%s%syonder-%.*s", former, g_str_has_suffix (former, "/") ? "" : "/", ROOM_LENGTH, hash);
  return g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri), g_uri_get_port (uri), path, NULL, NULL);
}
