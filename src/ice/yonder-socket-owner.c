/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-socket-owner.h"

#include <stdio.h>
#include <string.h>

/* The other end as /proc/net/tcp writes it: each 32 bits of the address in the order of the machine, the port in hexadecimal
 * (proc(5)). */
static char *
print_end (GInetSocketAddress *end)
{
  GInetAddress *address = g_inet_socket_address_get_address (end);
  const guint8 *bytes = g_inet_address_to_bytes (address);
  GString *text = g_string_new (NULL);

  for (gsize at = 0; at < g_inet_address_get_native_size (address); at += 4) {
    guint32 word;

    memcpy (&word, bytes + at, sizeof word);
    g_string_append_printf (text, "%08X", word);
  }
  g_string_append_printf (text, ":%04X", g_inet_socket_address_get_port (end));
  return g_string_free (text, FALSE);
}

/* Returns: the inode of the socket at @end, or 0 */
static guint64
find_inode (const char *table, const char *end)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (table, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
    char local[64];
    guint64 inode;

    if (sscanf (lines[i], " %*[^:]: %63s %*s %*s %*s %*s %*s %*s %*s %" G_GUINT64_FORMAT, local, &inode) == 2 &&
        g_str_equal (local, end))
      return inode;
  }
  return 0;
}

static gboolean
is_open_here (guint64 inode)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  g_autofree char *wanted = g_strdup_printf ("socket:[%" G_GUINT64_FORMAT "]", inode);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
    g_autofree char *target = g_file_read_link (path, NULL);

    if (g_strcmp0 (target, wanted) == 0)
      return TRUE;
  }
  return folder == NULL;
}

gboolean
yonder_socket_is_foreign (GSocket *accepted)
{
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (accepted, NULL);
  g_autofree char *end = NULL;
  guint64 inode;

  if (!G_IS_INET_SOCKET_ADDRESS (remote))
    return FALSE;
  end = print_end (G_INET_SOCKET_ADDRESS (remote));
  inode = find_inode (g_socket_address_get_family (remote) == G_SOCKET_FAMILY_IPV6
                      ? "/proc/self/net/tcp6"
                      : "/proc/self/net/tcp", end);
  return inode != 0 && !is_open_here (inode);
}
