/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole network check: on a network where nothing answers, on a clock that the test turns; and with a real coturn, where everything does. */

#include "coturn.h"
#include "yonder-manual-clock.h"
#include "yonder-network-check.h"
#include "yonder-json.h"

#include <string.h>

/* --- What other rooms would do --- */

#define TEST_TYPE_HELPER (test_helper_get_type ())
G_DECLARE_FINAL_TYPE (TestHelper, test_helper, TEST, HELPER, GObject)

struct _TestHelper {
  GObject parent_instance;

  GString *log; /* errands in the order in which they begin and, in capitals, end */
};

static const char errand_letters[] = "lcmohw";

static void
test_helper_run_async (YonderCheckHelper *helper, YonderCheckErrand errand, GListModel *servers, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (helper, cancellable, callback, user_data);

  g_string_append_c (TEST_HELPER (helper)->log, errand_letters[errand]);
  g_task_set_task_data (task, GUINT_TO_POINTER (errand), NULL);
  g_task_return_boolean (task, TRUE);
}

static char *
test_helper_run_finish (YonderCheckHelper *helper, GAsyncResult *result, GError **error)
{
  YonderCheckErrand errand = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  g_string_append_c (TEST_HELPER (helper)->log, g_ascii_toupper (errand_letters[errand]));
  return g_strdup ("done");
}

static void
test_helper_iface_init (YonderCheckHelperInterface *iface)
{
  iface->run_async = test_helper_run_async;
  iface->run_finish = test_helper_run_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHelper, test_helper, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_CHECK_HELPER, test_helper_iface_init))

static void
test_helper_finalize (GObject *object)
{
  g_string_free (TEST_HELPER (object)->log, TRUE);
  G_OBJECT_CLASS (test_helper_parent_class)->finalize (object);
}

static void
test_helper_class_init (TestHelperClass *class)
{
  G_OBJECT_CLASS (class)->finalize = test_helper_finalize;
}

static void
test_helper_init (TestHelper *self)
{
  self->log = g_string_new (NULL);
}

/* --- The check --- */

typedef struct {
  YonderClock        *clock;
  YonderManualClock  *manual; /* (nullable): the same */
  YonderNetworkCheck *check;
  TestHelper         *helper;
  GListStore         *servers;
  guint               n_finished;
} Fixture;

static void
on_finished (YonderNetworkCheck *check, gpointer data)
{
  ((Fixture *) data)->n_finished++;
}

static void
set_up (Fixture *self, gconstpointer is_manual)
{
  self->manual = is_manual != NULL ? yonder_manual_clock_new () : NULL;
  self->clock = self->manual != NULL ? YONDER_CLOCK (self->manual) : yonder_clock_new ();
  self->helper = g_object_new (TEST_TYPE_HELPER, NULL);
  self->servers = g_list_store_new (YONDER_TYPE_ICE_SERVER);
  self->check = yonder_network_check_new (self->clock);
  yonder_network_check_set_servers (self->check, G_LIST_MODEL (self->servers));
  for (guint errand = 0; errand <= YONDER_CHECK_WEBSOCKET; errand++)
    yonder_network_check_set_helper (self->check, errand, YONDER_CHECK_HELPER (self->helper));
  g_signal_connect (self->check, "finished", G_CALLBACK (on_finished), self);
}

/* What was cancelled comes to its end by itself. */
static void
let_go (Fixture *self, gpointer object)
{
  gint64 deadline_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  g_object_add_weak_pointer (object, &object);
  g_object_unref (object);
  while (object != NULL) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
    g_main_context_iteration (NULL, FALSE);
    if (self->manual != NULL)
      yonder_manual_clock_advance (self->manual, 10);
  }
}

static void
tear_down (Fixture *self, gconstpointer is_manual)
{
  g_autoptr (YonderClock) clock = g_steal_pointer (&self->clock);

  let_go (self, self->check);
  g_object_unref (self->servers);
  g_object_unref (self->helper);
}

G_GNUC_PRINTF (2, 3)
static void
add_server (Fixture *self, const char *format, ...)
{
  g_autoptr (YonderIceServer) server = NULL;
  g_autofree char *url = NULL;
  va_list arguments;

  va_start (arguments, format);
  url = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  server = yonder_ice_server_new ((const char * const[]) { url, NULL }, "alice", "secret", NULL);
  g_list_store_append (self->servers, server);
}

static YonderCheckStep *
get_step (Fixture *self, YonderStepId id)
{
  g_autoptr (YonderCheckStep) step = g_list_model_get_item (yonder_network_check_get_steps (self->check), id);

  return step; /* the list holds it */
}

static void
run (Fixture *self)
{
  gint64 deadline_us = g_get_monotonic_time () + 120 * G_USEC_PER_SEC;
  guint n_before = self->n_finished;

  yonder_network_check_start (self->check);
  while (self->n_finished == n_before) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
    if (self->manual == NULL) {
      g_main_context_iteration (NULL, TRUE);
      continue;
    }
    for (guint i = 0; i < 20 && self->n_finished == n_before; i++) {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (100);
    }
    if (self->n_finished == n_before)
      yonder_manual_clock_advance (self->manual, 50);
  }
  for (guint id = 0; id < YONDER_N_STEPS; id++)
    g_test_message ("%-16s %-8s %6.0f %s", yonder_check_step_get_name (get_step (self, id)), yonder_check_step_get_state_name (get_step (self, id)),
                    yonder_check_step_get_elapsed_ms (get_step (self, id)), yonder_check_step_get_detail (get_step (self, id)));
  g_test_message ("%.0f ms: %s", yonder_network_check_get_elapsed_ms (self->check), yonder_network_check_get_advice (self->check)->sentence);
}

/* --- Where nothing answers --- */

/* Takes datagrams and connections, says nothing. */
typedef struct {
  GSocket *udp;
  GSocket *tcp;
  guint    port;
} Hole;

static void
hole_open (Hole *hole)
{
  g_autoptr (GSocketAddress) end = NULL;

  hole->port = coturn_find_port ("127.0.0.1");
  end = g_inet_socket_address_new_from_string ("127.0.0.1", hole->port);
  hole->udp = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  hole->tcp = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (hole->udp, end, FALSE, NULL));
  g_assert_true (g_socket_bind (hole->tcp, end, FALSE, NULL));
  g_assert_true (g_socket_listen (hole->tcp, NULL));
}

static void
hole_close (Hole *hole)
{
  g_object_unref (hole->udp);
  g_object_unref (hole->tcp);
}

/* However many servers are set up and however each of them fails, it is over in 20 s, with the reason. */
static void
test_dead (Fixture *self, gconstpointer data)
{
  Hole hole;

  hole_open (&hole);
  add_server (self, "stun:127.0.0.1:%u", hole.port);
  add_server (self, "turn:127.0.0.1:%u", hole.port);
  add_server (self, "turns:localhost:%u", hole.port);
  add_server (self, "turn:turn.invalid");
  add_server (self, "turn:127.0.0.1:%u", hole.port);
  run (self);
  g_assert_cmpfloat (yonder_network_check_get_elapsed_ms (self->check), <, 20000);
  g_assert_cmpint (yonder_network_check_get_advice (self->check)->verdict, ==, YONDER_VERDICT_BAD);
  g_assert_true (g_str_has_prefix (yonder_network_check_get_advice (self->check)->sentence,
                                   "UDP is blocked on this network and no TURN server can be reached over TCP or TLS"));
  g_assert_cmpint (yonder_check_step_get_state (get_step (self, YONDER_STEP_STUN_UDP)), ==, YONDER_STEP_FAILED);
  g_assert_true (g_str_has_prefix (yonder_check_step_get_detail (get_step (self, YONDER_STEP_STUN_UDP)), "timed out: UDP "));
  g_assert_cmpint (yonder_check_step_get_state (get_step (self, YONDER_STEP_NAMES)), ==, YONDER_STEP_WARNING);
  g_assert_cmpint (yonder_check_step_get_state (get_step (self, YONDER_STEP_LOOP_CALL)), ==, YONDER_STEP_SKIPPED);
  g_assert_cmpstr (yonder_check_step_get_detail (get_step (self, YONDER_STEP_LOOP_CALL)), ==, "needs a TURN server that works");
  hole_close (&hole);
}

/* Nothing set up: nothing to wait for. */
static void
test_no_servers (Fixture *self, gconstpointer data)
{
  run (self);
  g_assert_cmpfloat (yonder_network_check_get_elapsed_ms (self->check), <, 1000);
  g_assert_cmpint (yonder_check_step_get_state (get_step (self, YONDER_STEP_STUN_UDP)), ==, YONDER_STEP_SKIPPED);
  g_assert_true (yonder_network_check_get_advice (self->check)->wants_turn);
  /* the server before its WebSockets; the devices one after another, and then the offer */
  g_assert_true (strstr (self->helper->log->str, "H") < strstr (self->helper->log->str, "w"));
  g_assert_true (strstr (self->helper->log->str, "C") < strstr (self->helper->log->str, "m"));
  g_assert_true (strstr (self->helper->log->str, "M") < strstr (self->helper->log->str, "o"));
  g_assert_null (strchr (self->helper->log->str, 'l'));
}

static void
test_cancel_and_repeat (Fixture *self, gconstpointer data)
{
  Hole hole;

  hole_open (&hole);
  add_server (self, "turn:127.0.0.1:%u", hole.port);
  yonder_network_check_start (self->check);
  while (yonder_check_step_get_state (get_step (self, YONDER_STEP_OFFER)) != YONDER_STEP_PASSED)
    g_main_context_iteration (NULL, TRUE);
  yonder_network_check_cancel (self->check);
  g_assert_cmpuint (self->n_finished, ==, 1);
  g_assert_false (yonder_network_check_is_running (self->check));
  g_assert_null (yonder_network_check_get_advice (self->check));
  g_assert_cmpstr (yonder_check_step_get_detail (get_step (self, YONDER_STEP_TURN_UDP)), ==, "cancelled");
  g_assert_cmpint (yonder_check_step_get_state (get_step (self, YONDER_STEP_OFFER)), ==, YONDER_STEP_PASSED);

  /* at once again: what still comes of the first one changes nothing */
  run (self);
  g_assert_cmpuint (self->n_finished, ==, 2);
  g_assert_true (g_str_has_prefix (yonder_check_step_get_detail (get_step (self, YONDER_STEP_TURN_UDP)), "timed out: UDP "));
  yonder_network_check_cancel (self->check);
  g_assert_cmpuint (self->n_finished, ==, 2);
  hole_close (&hole);
}

/* --- Where all answers --- */

static void
test_healthy (Fixture *self, gconstpointer data)
{
  static const YonderStepId passed[] = {
    YONDER_STEP_NAMES, YONDER_STEP_SERVER_HTTP, YONDER_STEP_SERVER_WEBSOCKET, YONDER_STEP_STUN_UDP, YONDER_STEP_TURN_UDP, YONDER_STEP_TURN_TCP,
    YONDER_STEP_TURN_TLS, YONDER_STEP_NAT, YONDER_STEP_HIGH_PORTS, YONDER_STEP_LOOP_CALL, YONDER_STEP_CAMERA, YONDER_STEP_MICROPHONE, YONDER_STEP_OFFER,
  };
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, "--lt-cred-mech --user=alice:secret --listening-ip=127.0.0.2");
  g_autofree char *text = NULL, *json = NULL;
  g_autoptr (JsonNode) root = NULL;

  yonder_network_check_set_tls_database (self->check, coturn->trust);
  add_server (self, "stun:127.0.0.1:%u", coturn->port);
  add_server (self, "turn:127.0.0.1:%u", coturn->port);
  add_server (self, "turns:localhost:%u", coturn->tls_port);
  run (self);
  for (guint i = 0; i < G_N_ELEMENTS (passed); i++)
    g_assert_cmpint (yonder_check_step_get_state (get_step (self, passed[i])), ==, YONDER_STEP_PASSED);
  g_assert_cmpfloat (yonder_network_check_get_elapsed_ms (self->check), <, 8000);
  g_assert_cmpstr (yonder_network_check_get_advice (self->check)->sentence, ==, "Calls will work from this network.");
  g_assert_cmpint (yonder_network_check_get_nat (self->check)->mapping, ==, YONDER_NAT_NONE);
  g_assert_cmpint (yonder_network_check_get_nat (self->check)->filtering, ==, YONDER_NAT_ENDPOINT_INDEPENDENT);
  /* the test call comes last, when nothing else is measured */
  g_assert_true (g_str_has_suffix (self->helper->log->str, "lL"));

  text = yonder_network_check_print_text (self->check);
  json = yonder_network_check_print_json (self->check);
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (json, "secret"));
  g_assert_null (strstr (json, "alice"));
  root = yonder_json_parse (json, -1, G_MAXSIZE, NULL);
  g_assert_cmpstr (yonder_json_get_string (root, "verdict", 20, NULL), ==, "good");
  g_assert_cmpstr (yonder_json_get_string (root, "nat.mapping", 50, NULL), ==, "none");
  g_assert_cmpuint (json_array_get_length (yonder_json_get_array (root, "steps", 50, NULL)), ==, YONDER_N_STEPS);
  g_assert_cmpuint (json_array_get_length (yonder_json_get_array (root, "servers", 50, NULL)), ==, 4);
}

/* One server that works is enough; the one that does not is named. */
static void
test_one_of_two (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) good = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, NULL);
  g_autoptr (Coturn) other = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, "--lt-cred-mech --user=alice:changed");
  YonderCheckStep *step;

  add_server (self, "turn:127.0.0.1:%u?transport=udp", good->port);
  add_server (self, "turn:127.0.0.1:%u?transport=udp", other->port);
  run (self);
  step = get_step (self, YONDER_STEP_TURN_UDP);
  g_assert_cmpint (yonder_check_step_get_state (step), ==, YONDER_STEP_WARNING);
  g_assert_nonnull (strstr (yonder_check_step_get_detail (step), "; 127.0.0.1: 401 wrong user name or credential"));
  g_assert_cmpint (yonder_network_check_get_advice (self->check)->verdict, ==, YONDER_VERDICT_GOOD);
}

static void
test_wrong_credentials (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, "--lt-cred-mech --user=alice:changed");

  add_server (self, "stun:127.0.0.1:%u", coturn->port);
  add_server (self, "turn:127.0.0.1:%u", coturn->port);
  run (self);
  g_assert_true (g_str_has_prefix (yonder_network_check_get_advice (self->check)->sentence, "The TURN server refuses your user name or credential"));
  g_assert_cmpstr (yonder_check_step_get_detail (get_step (self, YONDER_STEP_TURN_TCP)), ==, "401 wrong user name or credential");
}

#define add(path, function, is_manual) g_test_add ("/network-check/" path, Fixture, is_manual, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("dead", test_dead, "manual");
  add ("no-servers", test_no_servers, "manual");
  add ("cancel-and-repeat", test_cancel_and_repeat, "manual");
  if (coturn_is_installed ()) {
    add ("healthy", test_healthy, NULL);
    add ("one-of-two", test_one_of_two, NULL);
    add ("wrong-credentials", test_wrong_credentials, NULL);
  }
  return g_test_run ();
}
