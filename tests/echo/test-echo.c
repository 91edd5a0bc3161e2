/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo on the embedded server, called by an ordinary client of it; its media makes no sound. */

#include "yonder-echo.h"

#include "yonder-account.h"
#include "yonder-fake-media.h"
#include "yonder-server.h"

#define DEADLINE_US (60 * (gint64) G_USEC_PER_SEC)

typedef struct {
  YonderClock            *clock;
  YonderServer           *server;
  YonderFakeMediaFactory *media;
  YonderEcho             *echo;
  YonderAccount          *account;
  YonderSocketSignaling  *caller;
  GError                 *error;
  gboolean                is_done;
  char                   *call_id;
  guint                   n_accepted, n_ended;
} Fixture;

static void
await (const gboolean *condition)
{
  gint64 end_us = g_get_monotonic_time () + DEADLINE_US;

  while (!*condition) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
await_count (const guint *count, guint wanted)
{
  gint64 end_us = g_get_monotonic_time () + DEADLINE_US;

  while (*count < wanted) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
await_open (Fixture *self, guint n)
{
  gint64 end_us = g_get_monotonic_time () + DEADLINE_US;

  while (yonder_fake_media_factory_get_n_open (self->media) != n) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
on_echo_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  yonder_echo_start_finish (YONDER_ECHO (source), result, &self->error);
  self->is_done = TRUE;
}

static void
start_echo (Fixture *self, const char *uri)
{
  self->echo = yonder_echo_new (uri, "vigi", "Echo", YONDER_MEDIA_FACTORY (self->media), self->clock);
  self->is_done = FALSE;
  yonder_echo_start_async (self->echo, NULL, on_echo_started, self);
  await (&self->is_done);
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  yonder_account_sign_in_finish (YONDER_ACCOUNT (source), result, &self->error);
  self->is_done = TRUE;
}

static void
on_invited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  g_clear_pointer (&self->call_id, g_free);
  self->call_id = yonder_signaling_invite_finish (YONDER_SIGNALING (source), result, &self->error);
  self->is_done = TRUE;
}

static void
count_accepted (Fixture *self)
{
  self->n_accepted++;
}

static void
count_ended (Fixture *self)
{
  self->n_ended++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = yonder_clock_new ();
  self->media = yonder_fake_media_factory_new ();
  self->server = yonder_server_new (NULL, self->clock);
  yonder_server_set_allow_guests (self->server, data == NULL);
  g_assert_true (yonder_server_start (self->server, 0, FALSE, &self->error));
  g_assert_no_error (self->error);
}

static void
add_caller (Fixture *self)
{
  self->account = yonder_account_new (yonder_server_get_uri (self->server), "vigi", &self->error);
  self->is_done = FALSE;
  yonder_account_sign_in_async (self->account, "anna", NULL, NULL, on_signed_in, self);
  await (&self->is_done);
  g_assert_no_error (self->error);
  self->caller = yonder_socket_signaling_new (self->account, self->clock);
  g_signal_connect_swapped (self->caller, "accepted", G_CALLBACK (count_accepted), self);
  g_signal_connect_swapped (self->caller, "ended", G_CALLBACK (count_ended), self);
  yonder_socket_signaling_open (self->caller);
}

static void
call_echo (Fixture *self)
{
  guint n = self->n_accepted;

  self->is_done = FALSE;
  yonder_signaling_invite_async (YONDER_SIGNALING (self->caller), yonder_echo_get_user_id (self->echo), YONDER_CALL_KIND_VIDEO, NULL, NULL,
                                 on_invited, self);
  await (&self->is_done);
  g_assert_no_error (self->error);
  await_count (&self->n_accepted, n + 1);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->caller != NULL)
    yonder_socket_signaling_close (self->caller);
  yonder_echo_stop (self->echo);
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (self->media), ==, 0);
  yonder_server_stop (self->server);

  /* what was under way comes to its end */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->caller);
  g_clear_object (&self->account);
  g_assert_finalize_object (g_steal_pointer (&self->echo));
  g_clear_object (&self->server);
  g_clear_object (&self->media);
  g_clear_object (&self->clock);
  g_clear_error (&self->error);
  g_clear_pointer (&self->call_id, g_free);
}

static void
test_answers_and_ends (Fixture *self, gconstpointer data)
{
  start_echo (self, yonder_server_get_uri (self->server));
  g_assert_no_error (self->error);
  g_assert_nonnull (yonder_echo_get_user_id (self->echo));
  add_caller (self);

  for (guint i = 1; i <= 3; i++) {
    call_echo (self);
    g_assert_cmpuint (yonder_fake_media_factory_get_n_made (self->media), ==, i);
    g_assert_cmpuint (yonder_fake_media_factory_get_n_open (self->media), ==, 1);
    yonder_signaling_hang_up (YONDER_SIGNALING (self->caller), self->call_id);
    await_open (self, 0);
    await_count (&self->n_ended, i);
  }
}

static void
test_stop_hangs_up (Fixture *self, gconstpointer data)
{
  start_echo (self, yonder_server_get_uri (self->server));
  add_caller (self);
  call_echo (self);
  yonder_echo_stop (self->echo);
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (self->media), ==, 0);
  await_count (&self->n_ended, 1);
}

static void
test_no_media (Fixture *self, gconstpointer data)
{
  start_echo (self, yonder_server_get_uri (self->server));
  add_caller (self);
  g_test_expect_message ("yonder-echo", G_LOG_LEVEL_WARNING, "*no encoder*");
  yonder_fake_media_factory_fail_next (self->media, g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_MISSING_PLUGIN, "no encoder"));
  self->is_done = FALSE;
  yonder_signaling_invite_async (YONDER_SIGNALING (self->caller), yonder_echo_get_user_id (self->echo), YONDER_CALL_KIND_VIDEO, NULL, NULL,
                                 on_invited, self);
  await_count (&self->n_ended, 1);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (self->n_accepted, ==, 0);

  /* the next one is taken again */
  await (&self->is_done);
  call_echo (self);
}

static void
test_not_let_in (Fixture *self, gconstpointer data)
{
  start_echo (self, yonder_server_get_uri (self->server));
  g_assert_error (self->error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED);
  g_assert_null (yonder_echo_get_user_id (self->echo));

  /* it can be started again, when guests are welcome */
  g_clear_error (&self->error);
  yonder_server_set_allow_guests (self->server, TRUE);
  self->is_done = FALSE;
  yonder_echo_start_async (self->echo, NULL, on_echo_started, self);
  await (&self->is_done);
  g_assert_no_error (self->error);
}

static void
test_stopped_while_it_starts (Fixture *self, gconstpointer data)
{
  self->echo = yonder_echo_new (yonder_server_get_uri (self->server), "vigi", "Echo", YONDER_MEDIA_FACTORY (self->media), self->clock);
  yonder_echo_start_async (self->echo, NULL, on_echo_started, self);
  yonder_echo_stop (self->echo);
  await (&self->is_done);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A server that was restarted knows its guests no more: Echo comes back as a new one. */
static void
test_server_restarts (Fixture *self, gconstpointer data)
{
  g_autofree char *former_id = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GUri) parsed = NULL;
  gint64 end_us;

  start_echo (self, yonder_server_get_uri (self->server));
  former_id = g_strdup (yonder_echo_get_user_id (self->echo));
  uri = g_strdup (yonder_server_get_uri (self->server));
  parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);

  yonder_server_stop (self->server);
  g_clear_object (&self->server);
  self->server = yonder_server_new (NULL, self->clock);
  yonder_server_set_allow_guests (self->server, TRUE);
  g_assert_true (yonder_server_start (self->server, (guint) g_uri_get_port (parsed), FALSE, &self->error));

  end_us = g_get_monotonic_time () + DEADLINE_US;
  while (yonder_echo_get_user_id (self->echo) == NULL || g_str_equal (yonder_echo_get_user_id (self->echo), former_id)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    g_main_context_iteration (NULL, TRUE);
  }
  add_caller (self);
  call_echo (self);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
    const char *data; /* not NULL: a server without guests */
  } tests[] = {
    { "/echo/answers-and-ends", test_answers_and_ends, NULL },
    { "/echo/stop-hangs-up", test_stop_hangs_up, NULL },
    { "/echo/no-media", test_no_media, NULL },
    { "/echo/not-let-in", test_not_let_in, "no guests" },
    { "/echo/stopped-while-it-starts", test_stopped_while_it_starts, NULL },
    { "/echo/server-restarts", test_server_restarts, NULL },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, tests[i].data, set_up, tests[i].run, tear_down);

  return g_test_run ();
}
