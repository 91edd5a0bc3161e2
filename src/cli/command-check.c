/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"

#include "cli-loop.h"
#include "cli-output.h"
#include "yonder-ice-sources.h"
#include "yonder-media-check.h"
#include "yonder-network-check.h"
#include "yonder-server-check.h"

#include <glib/gi18n.h>

typedef struct {
  YonderCliOptions    options;
  char               *server;
  gboolean            without_media;

  YonderCliOutput    *output;
  YonderCliLoop      *loop;
  YonderClock        *clock;
  YonderNetworkCheck *check;
} Command;

static void
on_step_changed (YonderCheckStep *step, GParamSpec *pspec, gpointer user_data)
{
  Command *self = user_data;

  if (yonder_check_step_is_over (step))
    yonder_cli_output_step (self->output, step);
}

/* Steps are new ones each time that the check begins. */
static void
on_steps_changed (GListModel *steps, guint position, guint removed, guint added, gpointer user_data)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (YonderCheckStep) step = g_list_model_get_item (steps, i);

    g_signal_connect (step, "notify::state", G_CALLBACK (on_step_changed), user_data);
  }
}

static void
on_finished (YonderNetworkCheck *check, gpointer user_data)
{
  Command *self = user_data;

  yonder_cli_output_check (self->output, check);
  yonder_cli_loop_quit (self->loop);
}

static void
stop (gpointer user_data)
{
  Command *self = user_data;

  yonder_network_check_cancel (self->check);
}

static void
add_helpers (Command *self)
{
  if (self->server != NULL) {
    g_autoptr (YonderServerCheck) server = yonder_server_check_new (self->server, self->options.tls_database, self->clock);

    yonder_network_check_set_helper (self->check, YONDER_CHECK_HTTP, YONDER_CHECK_HELPER (server));
    yonder_network_check_set_helper (self->check, YONDER_CHECK_WEBSOCKET, YONDER_CHECK_HELPER (server));
  }
  if (!self->without_media) {
    g_autoptr (YonderMediaCheck) media = yonder_media_check_new (self->options.tls_database, self->clock);

    yonder_network_check_set_helper (self->check, YONDER_CHECK_LOOP_CALL, YONDER_CHECK_HELPER (media));
    yonder_network_check_set_helper (self->check, YONDER_CHECK_CAMERA, YONDER_CHECK_HELPER (media));
    yonder_network_check_set_helper (self->check, YONDER_CHECK_MICROPHONE, YONDER_CHECK_HELPER (media));
    yonder_network_check_set_helper (self->check, YONDER_CHECK_OFFER, YONDER_CHECK_HELPER (media));
  }
}

static int
run (Command *self, const YonderCliEnvironment *environment)
{
  g_autoptr (GListModel) public_servers = NULL;
  const YonderCheckAdvice *advice;
  int status;

  self->output = yonder_cli_output_new (self->options.json, environment->start_us);
  self->clock = yonder_clock_new ();
  self->loop = yonder_cli_loop_new (stop, self);
  self->check = yonder_network_check_new (self->clock);
  if (self->options.ice_servers == NULL)
    public_servers = yonder_ice_public_stun_servers ();
  yonder_network_check_set_servers (self->check, self->options.ice_servers != NULL ? G_LIST_MODEL (self->options.ice_servers) : public_servers);
  yonder_network_check_set_tls_database (self->check, self->options.tls_database);
  add_helpers (self);

  g_signal_connect (yonder_network_check_get_steps (self->check), "items-changed", G_CALLBACK (on_steps_changed), self);
  g_signal_connect (self->check, "finished", G_CALLBACK (on_finished), self);
  yonder_network_check_start (self->check);
  if (yonder_network_check_is_running (self->check))
    yonder_cli_loop_run (self->loop);
  yonder_cli_loop_drain (100);

  advice = yonder_network_check_get_advice (self->check);
  status = advice != NULL && advice->verdict != YONDER_VERDICT_BAD ? 0 : 1;
  g_clear_object (&self->check);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->loop, yonder_cli_loop_free);
  g_clear_pointer (&self->output, yonder_cli_output_free);

  return status;
}

int
yonder_cli_check (const YonderCliEnvironment *environment, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  Command self = { .server = g_strdup (environment->server) };
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &self.server, N_("The call server (or YONDER_SERVER); without it those steps are left out"), N_("URL") },
    { "without-media", 0, 0, G_OPTION_ARG_NONE, &self.without_media, N_("No test call, no camera, no microphone"), NULL },
    G_OPTION_ENTRY_NULL
  };
  int status;

  g_option_context_set_summary (context, _("Tries everything that a call needs of the network and of this computer, and says in one sentence what\n"
                                           "it comes to and what to do about it."));
  g_option_context_add_main_entries (context, entries, NULL);
  yonder_cli_options_add (&self.options, context, YONDER_CLI_ICE);
  if (!yonder_cli_options_parse (&self.options, context, YONDER_CLI_ICE, environment, &argc, &argv))
    status = YONDER_CLI_EXIT_USAGE;
  else if (argc != 1)
    status = yonder_cli_usage_error (argv[0], _("“%s” is too much: it takes options alone"), argv[1]);
  else
    status = run (&self, environment);

  g_free (self.server);
  yonder_cli_options_clear (&self.options);

  return status;
}
