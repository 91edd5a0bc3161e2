/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"

#include "cli-output.h"
#include "yonder-profile.h"

#include <glib/gi18n.h>
#include <string.h>

static int
check (YonderCliOutput *output, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderProfile) profile = yonder_profile_new_from_file (path, &error);

  if (profile == NULL) {
    yonder_cli_output_error (output, yonder_cli_error_code (error), error->message);
    return 1;
  }

  yonder_cli_output_profile (output, path, yonder_profile_get_name (profile),
                             yonder_profile_get_flow (profile) == YONDER_FLOW_OFFER_FIRST ? "offer-first" : "invite-first");

  return 0;
}

int
yonder_cli_profile (const YonderCliEnvironment *environment, int argc, char **argv)
{
  g_auto (YonderCliOptions) options = { 0 };
  g_autoptr (GOptionContext) context = g_option_context_new (_("check FILE"));
  g_autoptr (YonderCliOutput) output = NULL;

  g_option_context_set_summary (context, _("Tells whether a file is a good event profile, and if not, what is wrong with it."));
  yonder_cli_options_add (&options, context, 0);
  if (!yonder_cli_options_parse (&options, context, 0, environment, &argc, &argv))
    return YONDER_CLI_EXIT_USAGE;
  if (argc != 3 || strcmp (argv[1], "check") != 0)
    return yonder_cli_usage_error (argv[0], "%s", _("It takes “check” and a file"));

  output = yonder_cli_output_new (options.json, environment->start_us);

  return check (output, argv[2]);
}
