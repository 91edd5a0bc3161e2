/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yonder-cli: Yonder without a window. Chooses the command; each is a file of its own. */

#include "cli-commands.h"

#include "yonder-log.h"
#include "yonder-translations.h"

#include <glib/gi18n.h>
#include <gst/gst.h>
#include <string.h>

static const struct {
  const char *name;
  const char *synopsis;
  const char *summary;
  int (*run) (const YonderCliEnvironment *environment, int argc, char **argv);
} commands[] = {
  { "call", "call USER", N_("call somebody"), yonder_cli_call },
  { "answer", "answer", N_("answer whoever calls"), yonder_cli_answer },
  { "echo", "echo", N_("be a contact who sends back what it hears and sees"), yonder_cli_echo },
  { "serve", "serve", N_("run a call server"), yonder_cli_serve },
  { "check", "check", N_("check whether calls will work from here, and why not"), yonder_cli_check },
  { "probe", "probe URL", N_("ask one STUN or TURN server what it gives"), yonder_cli_probe },
  { "profile", "profile check FILE", N_("check an event profile"), yonder_cli_profile },
  { "accept", "accept", N_("answer who is calling the Yonder that runs here"), yonder_cli_accept },
  { "hangup", "hangup", N_("end the call in the Yonder that runs here"), yonder_cli_hang_up },
  { "mute", "mute [on|off]", N_("mute or unmute the call in the Yonder that runs here"), yonder_cli_mute },
  { "hold", "hold [on|off]", N_("put the call in the Yonder that runs here on hold, or take it up again"), yonder_cli_hold },
};

static void
print_help (void (*print) (const char *format, ...))
{
  print (_("Usage: yonder-cli COMMAND [OPTION…]\n\nCommands:\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    print ("  %-20s %s\n", commands[i].synopsis, _(commands[i].summary));
  print (_("\nEach command explains its options with --help.\n"
           "YONDER_SERVER, YONDER_TOKEN, YONDER_ICE_SERVERS (JSON) and YONDER_ICE_POLICY (all or relay) stand in for options.\n"));
}

static gboolean
has_flag (int argc, char **argv, const char *name, char letter)
{
  for (int i = 2; i < argc && strcmp (argv[i], "--") != 0; i++)
    if (strcmp (argv[i], name) == 0 || (argv[i][0] == '-' && argv[i][1] == letter && argv[i][2] == '\0'))
      return TRUE;

  return FALSE;
}

static int
run_command (const YonderCliEnvironment *environment, int argc, char **argv)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0) {
      g_autofree char *name = g_strconcat ("yonder-cli ", argv[1], NULL);

      g_set_prgname (name); /* what --help calls us */
      argv[1] = name;

      return commands[i].run (environment, argc - 1, argv + 1);
    }

  g_printerr (_("yonder-cli: there is no command “%s”\n"), argv[1]);
  print_help (g_printerr);

  return YONDER_CLI_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  const YonderCliEnvironment environment = {
    .start_us = g_get_monotonic_time (),
    .server = g_getenv ("YONDER_SERVER"),
    .token = g_getenv ("YONDER_TOKEN"),
    .ice_servers = g_getenv ("YONDER_ICE_SERVERS"),
    .ice_policy = g_getenv ("YONDER_ICE_POLICY"),
  };
  int status;

  yonder_translations_init (YONDER_LOCALE_DIR);

  if (argc < 2) {
    print_help (g_printerr);
    return YONDER_CLI_EXIT_USAGE;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0) {
    print_help (g_print);
    return 0;
  }
  if (strcmp (argv[1], "--version") == 0) {
    g_print ("yonder-cli %s, GStreamer %u.%u, GLib %u.%u.%u\n", YONDER_VERSION, GST_VERSION_MAJOR, GST_VERSION_MINOR, glib_major_version,
             glib_minor_version, glib_micro_version);
    return 0;
  }

  yonder_log_init (has_flag (argc, argv, "--verbose", 'v'));
  gst_init (NULL, NULL);
  status = run_command (&environment, argc, argv);

  return status;
}
