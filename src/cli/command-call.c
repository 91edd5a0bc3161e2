/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"

#include "cli-call-watch.h"
#include "cli-loop.h"
#include "cli-session.h"

#include <glib/gi18n.h>

/* chosen: the other side may have been started in the same moment */
#define PATIENCE_MS  5000
/* names in the sentence that says who is there */
#define MAX_NAMES    8
#define FAREWELL_MS  150

typedef struct {
  YonderCliOptions    options;
  const char         *user; /* who is to be called, as given */
  YonderCliOutput    *output;
  YonderCliLoop      *loop;
  YonderCliRecorder  *recorder;
  YonderCliSession   *session;
  YonderCliCallWatch *watch; /* (nullable) */
  GCancellable       *cancellable;
  guint               poll_timer;
  gint64              give_up_us;
  int                 status;
} Command;

static gboolean
is_same (const char *a, const char *b)
{
  g_autofree char *folded_a = a != NULL ? g_utf8_casefold (a, -1) : NULL;
  g_autofree char *folded_b = g_utf8_casefold (b, -1);

  return g_strcmp0 (folded_a, folded_b) == 0;
}

static gboolean
is_meant (Command *self, const char *id, const char *name, const char *email)
{
  return g_strcmp0 (id, self->user) == 0 || is_same (name, self->user) || is_same (email, self->user);
}

/* Somebody by that id, name or e-mail address; of several, one who is online. */
static YonderContact *
find_contact (Command *self)
{
  GListModel *contacts = G_LIST_MODEL (yonder_cli_session_get_contacts (self->session));
  g_autoptr (YonderContact) found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (YonderContact) contact = g_list_model_get_item (contacts, i);

    if (!is_meant (self, yonder_contact_get_id (contact), yonder_contact_get_name (contact), yonder_contact_get_email (contact)))
      continue;
    if (found == NULL || yonder_contact_get_presence (contact) != YONDER_PRESENCE_OFFLINE)
      g_set_object (&found, contact);
  }

  return g_steal_pointer (&found);
}

static char *
list_online (Command *self)
{
  GListModel *contacts = G_LIST_MODEL (yonder_cli_session_get_contacts (self->session));
  GString *names = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (contacts) && n < MAX_NAMES; i++) {
    g_autoptr (YonderContact) contact = g_list_model_get_item (contacts, i);

    if (yonder_contact_get_presence (contact) != YONDER_PRESENCE_OFFLINE)
      g_string_append_printf (names, n++ == 0 ? "%s" : ", %s", yonder_contact_get_name (contact));
  }

  return g_string_free (names, FALSE);
}

static void
fail (Command *self, const char *code, const char *message)
{
  yonder_cli_output_error (self->output, code, message);
  self->status = 1;
  yonder_cli_loop_quit (self->loop);
}

static void
fail_offline (Command *self, const char *name)
{
  g_autofree char *message = g_strdup_printf (_("%s is offline. Try again when they are there."), name);

  yonder_cli_output_state (self->output, NULL, "ended", "offline", NULL);
  fail (self, "offline", message);
}

static void
fail_unknown (Command *self)
{
  g_autofree char *online = list_online (self);
  g_autofree char *message = NULL;

  if (*online != '\0')
    message = g_strdup_printf (_("There is nobody called “%s” at %s. Online are: %s."), self->user, self->options.server, online);
  else
    message = g_strdup_printf (_("There is nobody called “%s” at %s, and nobody else is online."), self->user, self->options.server);
  fail (self, "no-such-user", message);
}

static void
on_searched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = yonder_account_search_finish (YONDER_ACCOUNT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  for (guint i = 0; found != NULL && i < found->len; i++) {
    const YonderPerson *person = g_ptr_array_index (found, i);

    if (is_meant (self, person->id, person->name, person->email)) {
      fail_offline (self, person->name);
      return;
    }
  }

  fail_unknown (self);
}

/* Contacts are those who are there and those whom one knows; the server may know more people. */
static void
give_up (Command *self, YonderContact *contact)
{
  if (contact != NULL)
    fail_offline (self, yonder_contact_get_name (contact));
  else
    yonder_account_search_async (yonder_cli_session_get_account (self->session), self->user, self->cancellable, on_searched, self);
}

static void watch (Command *self, YonderCall *call);

static void
on_over (Command *self)
{
  YonderCall *active = yonder_call_manager_get_active (yonder_cli_session_get_calls (self->session));

  /* The call broke, and was dialled again by itself. */
  if (active != NULL && yonder_call_is_redial (active)) {
    g_signal_handlers_disconnect_by_data (self->watch, self);
    g_clear_object (&self->watch);
    watch (self, active);
    return;
  }
  self->status = yonder_cli_call_watch_went_well (self->watch) ? 0 : 1;
  yonder_cli_loop_quit (self->loop);
}

static void
dial (Command *self, YonderContact *contact)
{
  YonderCallKind kind = self->options.audio_only ? YONDER_CALL_KIND_VOICE : YONDER_CALL_KIND_VIDEO;

  watch (self, yonder_call_manager_dial (yonder_cli_session_get_calls (self->session), contact, kind));
}

static void
watch (Command *self, YonderCall *call)
{
  self->watch = yonder_cli_call_watch_new (call, self->output, yonder_cli_session_get_clock (self->session),
                                           (guint) self->options.duration_s);
  yonder_cli_call_watch_say (self->watch, self->options.say);
  yonder_cli_call_watch_show_camera_after (self->watch, (guint) self->options.camera_after_s);
  /* Without media it is over before it began. */
  if (yonder_call_get_state (call) == YONDER_CALL_STATE_ENDED)
    on_over (self);
  else
    g_signal_connect_swapped (self->watch, "over", G_CALLBACK (on_over), self);
}

static gboolean
on_poll (gpointer user_data)
{
  Command *self = user_data;
  YonderClock *clock = yonder_cli_session_get_clock (self->session);
  g_autoptr (YonderContact) contact = find_contact (self);
  gboolean is_there = contact != NULL && yonder_contact_get_presence (contact) != YONDER_PRESENCE_OFFLINE;

  if (!is_there && yonder_clock_now_us (clock) < self->give_up_us)
    return G_SOURCE_CONTINUE;

  self->poll_timer = 0;
  if (is_there)
    dial (self, contact);
  else
    give_up (self, contact);

  return G_SOURCE_REMOVE;
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *self = user_data;
  YonderClock *clock = yonder_cli_session_get_clock (self->session);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!yonder_cli_session_start_finish (self->session, result, &error)) {
    fail (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "cancelled" : yonder_cli_error_code (error), error->message);
    return;
  }

  text = g_strdup_printf (_("Signed in at %s as %s"), self->options.server,
                          yonder_account_get_user_name (yonder_cli_session_get_account (self->session)));
  yonder_cli_output_state (self->output, NULL, "signed-in", NULL, text);

  self->give_up_us = yonder_clock_now_us (clock) + PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  if (on_poll (self) == G_SOURCE_CONTINUE)
    self->poll_timer = yonder_clock_add (clock, 50, on_poll, self, NULL);
}

static void
stop (gpointer user_data)
{
  Command *self = user_data;

  if (self->watch != NULL && yonder_call_get_state (yonder_cli_call_watch_get_call (self->watch)) != YONDER_CALL_STATE_ENDED) {
    yonder_call_hang_up (yonder_cli_call_watch_get_call (self->watch));
    return;
  }

  g_cancellable_cancel (self->cancellable);
  self->status = 1;
  yonder_cli_loop_quit (self->loop);
}

static void
record (Command *self)
{
  g_autoptr (GError) error = NULL;

  if (self->options.record == NULL || self->watch == NULL || !yonder_cli_call_watch_was_connected (self->watch) ||
      (self->options.audio_only && !yonder_cli_recorder_has_picture (self->recorder)))
    return;

  if (!yonder_cli_recorder_write (self->recorder, self->options.record, &error)) {
    yonder_cli_output_error (self->output, "no-picture", error->message);
    self->status = 1;
  }
}

static void
run (Command *self)
{
  self->loop = yonder_cli_loop_new (stop, self);
  self->recorder = yonder_cli_recorder_new (self->options.record != NULL);
  self->session = yonder_cli_session_new (&self->options, self->output, self->recorder);
  self->cancellable = g_cancellable_new ();

  yonder_cli_session_start_async (self->session, self->cancellable, on_started, self);
  yonder_cli_loop_run (self->loop);

  g_cancellable_cancel (self->cancellable);
  yonder_clock_clear (yonder_cli_session_get_clock (self->session), &self->poll_timer);
  record (self);
  yonder_cli_loop_drain (FAREWELL_MS);
  yonder_cli_session_close (self->session);
  yonder_cli_loop_drain (FAREWELL_MS);

  g_clear_object (&self->watch);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->recorder, yonder_cli_recorder_free);
  g_clear_pointer (&self->loop, yonder_cli_loop_free);
}

int
yonder_cli_call (const YonderCliEnvironment *environment, int argc, char **argv)
{
  YonderCliOptionGroups groups = YONDER_CLI_ACCOUNT | YONDER_CLI_ICE | YONDER_CLI_MEDIA;
  g_autoptr (GOptionContext) context = g_option_context_new (_("USER"));
  Command self = { .status = 1 };

  g_option_context_set_summary (context, _("Calls somebody, by name, e-mail address or id, and stays until either side hangs up."));
  yonder_cli_options_add (&self.options, context, groups);
  if (!yonder_cli_options_parse (&self.options, context, groups, environment, &argc, &argv))
    self.status = YONDER_CLI_EXIT_USAGE;
  else if (argc != 2)
    self.status = yonder_cli_usage_error (argv[0], "%s", argc < 2 ? _("Whom to call is missing") : _("One USER can be called at a time"));
  else {
    self.user = argv[1];
    self.output = yonder_cli_output_new (self.options.json, environment->start_us);
    run (&self);
    yonder_cli_output_free (self.output);
  }
  yonder_cli_options_clear (&self.options);

  return self.status;
}
