/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"

#include "cli-loop.h"
#include "cli-output.h"
#include "yonder-ice-probe.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct {
  YonderCliOptions options;
  char            *user;
  char            *credential_file;

  YonderCliOutput *output;
  YonderCliLoop   *loop;
  YonderClock     *clock;
  YonderIceProbe  *probe;
  GCancellable    *cancellable;
  int              status;
} Command;

static void
on_attempt_changed (YonderProbeAttempt *attempt, GParamSpec *pspec, gpointer user_data)
{
  Command *self = user_data;

  if (yonder_probe_attempt_get_state (attempt) > YONDER_PROBE_RUNNING)
    yonder_cli_output_attempt (self->output, attempt);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *self = user_data;
  g_autoptr (GError) error = NULL;

  self->status = yonder_ice_probe_run_finish (self->probe, result, &error) ? 0 : 1;
  yonder_cli_output_probe (self->output, self->probe);
  yonder_cli_loop_quit (self->loop);
}

static void
stop (gpointer user_data)
{
  Command *self = user_data;

  g_cancellable_cancel (self->cancellable);
}

/* Every URL of the operands is one server's. */
static YonderIceServer *
make_server (Command *self, char **urls, GError **error)
{
  g_autofree char *credential = NULL;
  YonderIceServer *server;

  if (self->credential_file != NULL && (credential = yonder_cli_read_secret (self->credential_file, error)) == NULL)
    return NULL;
  server = yonder_ice_server_new ((const char * const *) urls, self->user, credential, error);
  if (credential != NULL)
    explicit_bzero (credential, strlen (credential));

  return server;
}

static void
run (Command *self, YonderIceServer *server, const YonderCliEnvironment *environment)
{
  GListModel *attempts;

  self->output = yonder_cli_output_new (self->options.json, environment->start_us);
  self->clock = yonder_clock_new ();
  self->loop = yonder_cli_loop_new (stop, self);
  self->cancellable = g_cancellable_new ();
  self->probe = yonder_ice_probe_new (server, self->options.tls_database, self->clock);
  attempts = yonder_ice_probe_get_attempts (self->probe);
  for (guint i = 0; i < g_list_model_get_n_items (attempts); i++) {
    g_autoptr (YonderProbeAttempt) attempt = g_list_model_get_item (attempts, i);

    g_signal_connect (attempt, "notify::state", G_CALLBACK (on_attempt_changed), self);
  }
  yonder_ice_probe_run_async (self->probe, self->cancellable, on_done, self);
  yonder_cli_loop_run (self->loop);
  /* relays are given back */
  yonder_cli_loop_drain (100);

  g_clear_object (&self->probe);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->loop, yonder_cli_loop_free);
  g_clear_pointer (&self->output, yonder_cli_output_free);
}

int
yonder_cli_probe (const YonderCliEnvironment *environment, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_("URL…"));
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceServer) server = NULL;
  Command self = { .status = 1 };
  const GOptionEntry entries[] = {
    { "ice-user", 0, 0, G_OPTION_ARG_STRING, &self.user, N_("User name, for TURN"), N_("NAME") },
    { "credential-file", 0, 0, G_OPTION_ARG_FILENAME, &self.credential_file, N_("File whose first line is the credential, for TURN"), N_("F") },
    G_OPTION_ENTRY_NULL
  };

  g_option_context_set_summary (context, _("Asks a STUN or TURN server (stun:, turn: or turns:) what it gives from here, over each protocol that its\n"
                                           "URLs name: a TURN server has to relay data, and gets its relay back."));
  g_option_context_add_main_entries (context, entries, NULL);
  yonder_cli_options_add (&self.options, context, YONDER_CLI_ICE);
  if (!yonder_cli_options_parse (&self.options, context, YONDER_CLI_ICE, environment, &argc, &argv))
    self.status = YONDER_CLI_EXIT_USAGE;
  else if (argc < 2)
    self.status = yonder_cli_usage_error (argv[0], "%s", _("It takes the URL of a server, as in turn:turn.example.org"));
  else if ((server = make_server (&self, argv + 1, &error)) == NULL)
    self.status = yonder_cli_usage_error (argv[0], "%s", error->message);
  else
    run (&self, server, environment);

  g_free (self.user);
  g_free (self.credential_file);
  yonder_cli_options_clear (&self.options);

  return self.status;
}
