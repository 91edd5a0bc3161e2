/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"

#include "cli-loop.h"
#include "cli-output.h"
#include "yonder-echo.h"

#include <glib/gi18n.h>

#define FAREWELL_MS 150

typedef struct {
  YonderCliOptions options;
  YonderCliOutput *output;
  YonderCliLoop   *loop;
  YonderEcho      *echo;
  gboolean         is_online;
} Command;

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!yonder_echo_start_finish (YONDER_ECHO (source), result, &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      yonder_cli_output_error (self->output, yonder_cli_error_code (error), error->message);
    yonder_cli_loop_quit (self->loop);
    return;
  }

  self->is_online = TRUE;
  text = g_strdup_printf (_("Signed in at %s as %s; send it your voice"), self->options.server,
                          self->options.user != NULL ? self->options.user : "Echo");
  yonder_cli_output_state (self->output, NULL, "signed-in", NULL, text);
}

static void
stop (gpointer user_data)
{
  Command *self = user_data;

  yonder_echo_stop (self->echo);
  yonder_cli_loop_quit (self->loop);
}

static void
run (Command *self)
{
  const YonderCliOptions *options = &self->options;
  g_autoptr (YonderWebrtcFactory) factory = yonder_webrtc_factory_new ();
  g_autoptr (YonderClock) clock = yonder_clock_new ();

  yonder_webrtc_factory_set_source (factory, YONDER_SOURCE_ECHO, NULL);
  self->loop = yonder_cli_loop_new (stop, self);
  self->echo = yonder_echo_new (options->server, options->profile, options->user != NULL ? options->user : "Echo",
                                YONDER_MEDIA_FACTORY (factory), clock);

  yonder_echo_start_async (self->echo, NULL, on_started, self);
  yonder_cli_loop_run (self->loop);
  yonder_cli_loop_drain (FAREWELL_MS);

  g_clear_object (&self->echo);
  g_clear_pointer (&self->loop, yonder_cli_loop_free);
}

int
yonder_cli_echo (const YonderCliEnvironment *environment, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  Command self = { 0 };
  int status = 1;

  g_option_context_set_summary (context, _("Signs in as a guest who answers every call and sends back what it hears and sees, until it is interrupted."));
  yonder_cli_options_add (&self.options, context, YONDER_CLI_ACCOUNT);
  if (!yonder_cli_options_parse (&self.options, context, YONDER_CLI_ACCOUNT, environment, &argc, &argv))
    status = YONDER_CLI_EXIT_USAGE;
  else if (argc != 1)
    status = yonder_cli_usage_error (argv[0], _("“%s” is too much: it takes options alone"), argv[1]);
  else if (self.options.password != NULL || self.options.token != NULL)
    status = yonder_cli_usage_error (argv[0], "%s", _("Echo signs in as a guest: give it no password and no token"));
  else {
    self.output = yonder_cli_output_new (self.options.json, environment->start_us);
    run (&self);
    yonder_cli_output_free (self.output);
    status = self.is_online ? 0 : 1;
  }
  yonder_cli_options_clear (&self.options);

  return status;
}
