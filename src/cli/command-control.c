/* SPDX-License-Identifier: GPL-3.0-or-later */

/* mute, hold, hangup and accept: tell the Yonder that runs in this session what to do with its call, over D-Bus.
 *
 * The application's actions are exported as org.gtk.Actions. One that is disabled says that there is no such call; asking starts no
 * Yonder, since one that was just started has no call either. */

#include "cli-commands.h"

#include "cli-output.h"

#include <glib/gi18n.h>

/* chosen: an application that does not answer by then hangs; one that is just starting needs a moment */
#define TIMEOUT_MS 15000

typedef struct {
  const char *action;
  const char *no_call; /* the sentence while the action is disabled */
  const char *on, *off; /* (nullable): what is the case afterwards, of an action that has a state */
} Deed;

static const Deed mute = { "mute", N_("There is no call to mute."), N_("The microphone is muted."), N_("The microphone is on.") };
static const Deed hold = { "hold", N_("There is no call to put on hold."), N_("The call is on hold."), N_("The call goes on.") };
static const Deed hang_up = { "hang-up", N_("There is no call to hang up."), NULL, NULL };
static const Deed accept_call = { "accept", N_("Nobody is calling."), NULL, NULL };

/* Where GApplication exports its actions: its id as a path. */
static char *
object_path (void)
{
  g_autofree char *path = g_strconcat ("/", YONDER_APPLICATION_ID, NULL);

  return g_strdelimit (g_steal_pointer (&path), ".", '/');
}

static GVariant *
ask (GDBusConnection *bus, const char *method, GVariant *parameters, const char *answer, GError **error)
{
  g_autofree char *path = object_path ();

  return g_dbus_connection_call_sync (bus, YONDER_APPLICATION_ID, path, "org.gtk.Actions", method, parameters, G_VARIANT_TYPE (answer),
                                      G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, error);
}

static int
fail (YonderCliOutput *output, const GError *error)
{
  g_autofree char *sentence = NULL;

  /* one that is about to end has the name still, and no actions any more */
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)) {
    yonder_cli_output_error (output, "not-running", _("Yonder is not running in this session: start it first."));
    return 1;
  }
  sentence = g_strdup_printf (_("Yonder cannot be reached over D-Bus: %s"), error->message);
  yonder_cli_output_error (output, "unreachable", sentence);
  return 1;
}

/* Returns: the exit status. @wish: (nullable): on, off or toggle, for an action that has a state */
static int
act (YonderCliOutput *output, const Deed *deed, const char *wish)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GVariant) description = NULL;
  g_autoptr (GVariant) states = NULL;
  g_autoptr (GVariant) answer = NULL;
  gboolean is_enabled = FALSE;

  if (bus == NULL)
    return fail (output, error);
  description = ask (bus, "Describe", g_variant_new ("(s)", deed->action), "((bgav))", &error);
  if (description == NULL)
    return fail (output, error);
  g_variant_get (description, "((bg@av))", &is_enabled, NULL, &states);
  if (!is_enabled) {
    yonder_cli_output_error (output, "no-call", _(deed->no_call));
    return 1;
  }

  if (wish == NULL) {
    answer = ask (bus, "Activate", g_variant_new_parsed ("(%s, @av [], @a{sv} {})", deed->action), "()", &error);
  } else {
    g_autoptr (GVariant) boxed = g_variant_n_children (states) == 1 ? g_variant_get_child_value (states, 0) : NULL;
    g_autoptr (GVariant) state = boxed != NULL ? g_variant_get_variant (boxed) : NULL;
    gboolean was = state != NULL && g_variant_is_of_type (state, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (state);
    gboolean is = g_str_equal (wish, "toggle") ? !was : g_str_equal (wish, "on");

    answer = ask (bus, "SetState", g_variant_new_parsed ("(%s, %v, @a{sv} {})", deed->action, g_variant_new_boolean (is)), "()", &error);
    if (answer != NULL)
      g_print ("%s\n", is ? _(deed->on) : _(deed->off));
  }

  return answer != NULL ? 0 : fail (output, error);
}

static int
run (const YonderCliEnvironment *environment, int argc, char **argv, const Deed *deed, const char *operands, const char *summary)
{
  g_auto (YonderCliOptions) options = { 0 };
  g_autoptr (GOptionContext) context = g_option_context_new (operands);
  g_autoptr (YonderCliOutput) output = NULL;
  const char *wish = deed->on != NULL ? "toggle" : NULL;

  g_option_context_set_summary (context, summary);
  yonder_cli_options_add (&options, context, 0);
  if (!yonder_cli_options_parse (&options, context, 0, environment, &argc, &argv))
    return YONDER_CLI_EXIT_USAGE;
  if (wish == NULL && argc > 1)
    return yonder_cli_usage_error (argv[0], "%s", _("It takes no operands"));
  if (argc > 1) {
    wish = argv[1];
    if (argc > 2 || !g_strv_contains ((const char * const []) { "on", "off", "toggle", NULL }, wish))
      return yonder_cli_usage_error (argv[0], "%s", _("It takes “on”, “off” or “toggle”"));
  }

  output = yonder_cli_output_new (options.json, environment->start_us);
  return act (output, deed, wish);
}

int
yonder_cli_mute (const YonderCliEnvironment *environment, int argc, char **argv)
{
  return run (environment, argc, argv, &mute, "[on|off|toggle]",
              _("Mutes the microphone of the call in the Yonder that runs in this session, or unmutes it."));
}

int
yonder_cli_hold (const YonderCliEnvironment *environment, int argc, char **argv)
{
  return run (environment, argc, argv, &hold, "[on|off|toggle]",
              _("Puts the call in the Yonder that runs in this session on hold, or takes it up again."));
}

int
yonder_cli_hang_up (const YonderCliEnvironment *environment, int argc, char **argv)
{
  return run (environment, argc, argv, &hang_up, NULL, _("Ends the call in the Yonder that runs in this session."));
}

int
yonder_cli_accept (const YonderCliEnvironment *environment, int argc, char **argv)
{
  return run (environment, argc, argv, &accept_call, NULL, _("Answers who is calling the Yonder that runs in this session."));
}
