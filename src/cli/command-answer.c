/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"

#include "cli-call-watch.h"
#include "cli-loop.h"
#include "cli-session.h"

#include <glib/gi18n.h>

#define FAREWELL_MS 150

typedef struct {
  YonderCliOptions   options;
  YonderCliOutput   *output;
  YonderCliLoop     *loop;
  YonderCliRecorder *recorder;
  YonderCliSession  *session;
  GCancellable      *cancellable;
  GPtrArray         *watches; /* (element-type YonderCliCallWatch): of the calls that go on */
  guint              n_taken;
  gboolean           is_stopping;
  gboolean           has_failed;
  int                status;
} Command;

static void
record (Command *self)
{
  g_autoptr (GError) error = NULL;

  if (self->options.record == NULL || !yonder_cli_recorder_has_picture (self->recorder))
    return;

  if (!yonder_cli_recorder_write (self->recorder, self->options.record, &error)) {
    yonder_cli_output_error (self->output, "record", error->message);
    self->has_failed = TRUE;
  }
}

static void
on_over (Command *self, YonderCliCallWatch *watch)
{
  if (!yonder_cli_call_watch_went_well (watch))
    self->has_failed = TRUE;
  record (self);

  yonder_call_manager_dismiss (yonder_cli_session_get_calls (self->session), yonder_cli_call_watch_get_call (watch));
  g_ptr_array_remove (self->watches, watch);
  if (self->is_stopping && self->watches->len == 0)
    yonder_cli_loop_quit (self->loop);
}

static void
on_incoming (Command *self, YonderCall *call)
{
  YonderCliCallWatch *watch;

  /* Answering a second call would end the first one. */
  if (self->watches->len > 0 || self->is_stopping) {
    yonder_cli_output_note (self->output, _("%s calls meanwhile, and is declined"), yonder_contact_get_name (yonder_call_get_peer (call)));
    yonder_call_decline (call);
    return;
  }

  watch = yonder_cli_call_watch_new (call, self->output, yonder_cli_session_get_clock (self->session), (guint) self->options.duration_s);
  yonder_cli_call_watch_say (watch, self->options.say);
  yonder_cli_call_watch_show_camera_after (watch, (guint) self->options.camera_after_s);
  g_ptr_array_add (self->watches, watch);
  self->n_taken++;
  g_signal_connect_swapped (watch, "over", G_CALLBACK (on_over), self);
  yonder_call_accept (call, !self->options.audio_only);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!yonder_cli_session_start_finish (self->session, result, &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      yonder_cli_output_error (self->output, yonder_cli_error_code (error), error->message);
    self->has_failed = TRUE;
    yonder_cli_loop_quit (self->loop);
    return;
  }

  g_signal_connect_swapped (yonder_cli_session_get_calls (self->session), "incoming", G_CALLBACK (on_incoming), self);
  text = g_strdup_printf (_("Signed in at %s as %s; waiting for calls"), self->options.server,
                          yonder_account_get_user_name (yonder_cli_session_get_account (self->session)));
  yonder_cli_output_state (self->output, NULL, "signed-in", NULL, text);
}

static void
stop (gpointer user_data)
{
  Command *self = user_data;

  self->is_stopping = TRUE;
  if (self->watches->len > 0) {
    yonder_call_manager_hang_up_all (yonder_cli_session_get_calls (self->session));
    return;
  }

  g_cancellable_cancel (self->cancellable);
  yonder_cli_loop_quit (self->loop);
}

static void
run (Command *self)
{
  self->loop = yonder_cli_loop_new (stop, self);
  self->recorder = yonder_cli_recorder_new (self->options.record != NULL);
  self->session = yonder_cli_session_new (&self->options, self->output, self->recorder);
  self->cancellable = g_cancellable_new ();
  self->watches = g_ptr_array_new_with_free_func (g_object_unref);

  yonder_cli_session_start_async (self->session, self->cancellable, on_started, self);
  yonder_cli_loop_run (self->loop);

  self->status = self->n_taken > 0 && !self->has_failed ? 0 : 1;
  yonder_cli_loop_drain (FAREWELL_MS);
  if (yonder_cli_session_get_calls (self->session) != NULL)
    g_signal_handlers_disconnect_by_data (yonder_cli_session_get_calls (self->session), self);
  yonder_cli_session_close (self->session);
  yonder_cli_loop_drain (FAREWELL_MS);

  g_clear_pointer (&self->watches, g_ptr_array_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->recorder, yonder_cli_recorder_free);
  g_clear_pointer (&self->loop, yonder_cli_loop_free);
}

int
yonder_cli_answer (const YonderCliEnvironment *environment, int argc, char **argv)
{
  YonderCliOptionGroups groups = YONDER_CLI_ACCOUNT | YONDER_CLI_ICE | YONDER_CLI_MEDIA;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  Command self = { .status = 1 };

  g_option_context_set_summary (context, _("Waits for calls and answers each one, until it is interrupted. While one goes on others are declined."));
  yonder_cli_options_add (&self.options, context, groups);
  if (!yonder_cli_options_parse (&self.options, context, groups, environment, &argc, &argv))
    self.status = YONDER_CLI_EXIT_USAGE;
  else if (argc != 1)
    self.status = yonder_cli_usage_error (argv[0], _("“%s” is too much: it takes options alone"), argv[1]);
  else {
    self.output = yonder_cli_output_new (self.options.json, environment->start_us);
    run (&self);
    yonder_cli_output_free (self.output);
  }
  yonder_cli_options_clear (&self.options);

  return self.status;
}
