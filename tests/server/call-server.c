/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call-server [PORT]: the whole call server for tests in other languages, with guests, a relay secret and two accounts.
 *
 * Prints its address, then runs until its input ends (or for ever, where a port was given).
 */

#include "yonder-log.h"
#include "yonder-server.h"

#include <glib-unix.h>
#include <stdlib.h>

static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  static const char *const uris[] = { "stun:127.0.0.1:3478", "turn:127.0.0.1:3478?transport=udp", NULL };
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  g_autoptr (YonderServer) server = yonder_server_new (NULL, clock);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  yonder_log_init (FALSE);
  yonder_server_set_allow_guests (server, TRUE);
  if (argc < 2)
    yonder_server_set_turn (server, uris, "north", 3600);
  if (!yonder_server_add_user (server, "anna@example.org", "Anna", "correct horse", &error) ||
      !yonder_server_add_user (server, "ben@example.org", "Ben", "battery staple", &error) ||
      !yonder_server_start (server, argc > 1 ? atoi (argv[1]) : 0, FALSE, &error)) {
    g_printerr ("call-server: %s\n", error->message);
    return 1;
  }
  g_print ("%s\n", yonder_server_get_uri (server));
  if (argc < 2)
    g_unix_fd_add (0, G_IO_IN | G_IO_HUP, on_input, loop);
  g_main_loop_run (loop);
  yonder_server_stop (server);
  return 0;
}
