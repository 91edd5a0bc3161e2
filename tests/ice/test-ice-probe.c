/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What YonderIceProbe says of a real coturn: what works, and why the rest does not, in the words that a user reads. */

#include "coturn.h"
#include "yonder-ice-probe.h"
#include "yonder-stun-error.h"

#include <string.h>

typedef struct {
  YonderClock    *clock;
  YonderIceProbe *probe;
  GError         *error;
  gboolean        is_done;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = yonder_clock_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->probe);
  /* the farewell to the server may still be under way */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_error (&self->error);
  g_object_unref (self->clock);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->is_done = TRUE;
  yonder_ice_probe_run_finish (YONDER_ICE_PROBE (source), result, &self->error);
}

static void
probe (Fixture *self, const char *username, const char *credential, GTlsDatabase *trust, const char * const *urls)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceServer) server = yonder_ice_server_new (urls, username, credential, &error);

  g_assert_no_error (error);
  self->probe = yonder_ice_probe_new (server, trust, self->clock);
  yonder_ice_probe_run_async (self->probe, NULL, on_done, self);
  while (!self->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void
probe_one (Fixture *self, Coturn *coturn, const char *username, const char *credential, guint port, const char *transport)
{
  gboolean is_tls = port == coturn->tls_port;
  g_autofree char *url = g_strdup_printf ("%s:%u?transport=%s", is_tls ? "turns:localhost" : "turn:127.0.0.1", port, transport);

  probe (self, username, credential, coturn->trust, (const char * const[]) { url, NULL });
}

static YonderProbeAttempt *
get_attempt (Fixture *self, guint i)
{
  g_autoptr (YonderProbeAttempt) attempt = g_list_model_get_item (yonder_ice_probe_get_attempts (self->probe), i);

  g_assert_nonnull (attempt);
  return attempt;
}

static void
test_everything_works (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, NULL);
  g_autofree char *stun = g_strdup_printf ("stun:127.0.0.1:%u", coturn->port);
  g_autofree char *turn = g_strdup_printf ("turn:127.0.0.1:%u", coturn->port);
  g_autofree char *turns = g_strdup_printf ("turns:localhost:%u?transport=tcp", coturn->tls_port);
  static const char * const titles[] = { "STUN over UDP", "TURN over UDP", "TURN over TCP", "TURN over TLS" };
  g_autofree char *summary = NULL;

  probe (self, "alice", "secret", coturn->trust, (const char * const[]) { stun, turn, turns, NULL });
  g_assert_no_error (self->error);
  g_assert_cmpuint (g_list_model_get_n_items (yonder_ice_probe_get_attempts (self->probe)), ==, G_N_ELEMENTS (titles));
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++) {
    YonderProbeAttempt *attempt = get_attempt (self, i);
    g_autofree char *title = yonder_probe_attempt_dup_title (attempt);
    g_autofree char *detail = yonder_probe_attempt_dup_detail (attempt);

    g_test_message ("%s: %s", title, detail);
    g_assert_cmpstr (title, ==, titles[i]);
    g_assert_cmpint (yonder_probe_attempt_get_state (attempt), ==, YONDER_PROBE_WORKS);
    g_assert_cmpint (yonder_probe_attempt_get_rtt_us (attempt), >, 0);
    g_assert_true (g_inet_address_get_is_loopback (g_inet_socket_address_get_address (yonder_probe_attempt_get_reflexive (attempt))));
    g_assert_true ((yonder_probe_attempt_get_relayed (attempt) != NULL) == (i > 0));
    g_assert_true ((yonder_probe_attempt_get_relay_rtt_us (attempt) > 0) == (i > 0));
  }
  g_assert_true (g_str_has_prefix (yonder_probe_attempt_get_tls_version (get_attempt (self, 3)), "TLS 1."));
  summary = yonder_ice_probe_dup_summary (self->probe);
  g_assert_true (g_str_has_prefix (summary, "Works over UDP, TCP and TLS: sees you as 127.0.0.1:"));
}

static void
test_wrong_password (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, NULL);
  g_autofree char *summary = NULL;

  probe_one (self, coturn, "alice", "wrong", coturn->port, "udp");
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_UNAUTHORIZED);
  summary = yonder_ice_probe_dup_summary (self->probe);
  g_assert_cmpstr (summary, ==, "Does not work: 401 wrong user name or credential");
}

static char *
make_credential (const char *secret, const char *username)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) secret, strlen (secret));
  guint8 digest[20];
  gsize size = sizeof digest;

  g_hmac_update (hmac, (const guchar *) username, -1);
  g_hmac_get_digest (hmac, digest, &size);
  return g_base64_encode (digest, size);
}

static void
test_shared_secret (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, "--use-auth-secret --static-auth-secret=hidden");
  g_autofree char *username = g_strdup_printf ("%" G_GINT64_FORMAT ":alice", g_get_real_time () / G_USEC_PER_SEC + 3600);
  g_autofree char *credential = make_credential ("hidden", username);

  probe_one (self, coturn, username, credential, coturn->port, "tcp");
  g_assert_no_error (self->error);
}

static void
test_expired_credentials (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, "--use-auth-secret --static-auth-secret=hidden");
  g_autofree char *username = g_strdup_printf ("%" G_GINT64_FORMAT ":alice", g_get_real_time () / G_USEC_PER_SEC - 3600);
  g_autofree char *credential = make_credential ("hidden", username);

  probe_one (self, coturn, username, credential, coturn->port, "udp");
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_EXPIRED);
  g_test_message ("%s", self->error->message);
  g_assert_true (g_str_has_prefix (self->error->message, "401 the credentials expired on 20"));
}

static void
test_quota (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, "--lt-cred-mech --user=alice:secret --user-quota=1");
  g_autofree char *turn = g_strdup_printf ("turn:127.0.0.1:%u", coturn->port);
  guint n_refused = 0;

  /* UDP and TCP at once are two allocations, one too many */
  probe (self, "alice", "secret", NULL, (const char * const[]) { turn, NULL });
  for (guint i = 0; i < 2; i++) {
    const GError *error = yonder_probe_attempt_get_error (get_attempt (self, i));

    if (error == NULL)
      continue;
    n_refused++;
    g_assert_error (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_QUOTA_REACHED);
    g_assert_cmpstr (error->message, ==, "486 allocation quota reached");
  }
  g_assert_cmpuint (n_refused, ==, 1);
}

static void
test_certificates (Fixture *self, gconstpointer data)
{
  CoturnCertificate kind = (CoturnCertificate) GPOINTER_TO_INT (data);
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", kind, NULL);

  probe_one (self, coturn, "alice", "secret", coturn->tls_port, "tcp");
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_CERTIFICATE);
  g_test_message ("%s", self->error->message);
  switch (kind) {
    case COTURN_CERTIFICATE_EXPIRED:
      g_assert_true (g_str_has_prefix (self->error->message, "certificate expired on 20"));
      break;
    case COTURN_CERTIFICATE_OTHER_NAME:
      g_assert_cmpstr (self->error->message, ==, "certificate is not for localhost");
      break;
    default:
      g_assert_cmpstr (self->error->message, ==, "certificate is from nobody whom this computer trusts");
      break;
  }
}

static void
test_ipv6 (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("::1", COTURN_CERTIFICATE_GOOD, "--lt-cred-mech --user=alice:secret --allocation-default-address-family=ipv6");
  g_autofree char *turn = g_strdup_printf ("turn:[::1]:%u", coturn->port);

  probe (self, "alice", "secret", NULL, (const char * const[]) { turn, NULL });
  g_assert_no_error (self->error);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *relayed = yonder_inet_socket_address_print (yonder_probe_attempt_get_relayed (get_attempt (self, i)));

    g_assert_true (g_str_has_prefix (relayed, "[::1]:"));
    g_assert_cmpint (yonder_probe_attempt_get_state (get_attempt (self, i)), ==, YONDER_PROBE_WORKS);
  }
}

static void
test_forbidden_peers (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD,
                                            "--lt-cred-mech --user=alice:secret --denied-peer-ip=127.0.0.0-127.255.255.255");

  probe_one (self, coturn, "alice", "secret", coturn->port, "udp");
  g_assert_no_error (self->error);
  g_assert_cmpint (yonder_probe_attempt_get_state (get_attempt (self, 0)), ==, YONDER_PROBE_DOUBTFUL);
  g_assert_error (yonder_probe_attempt_get_error (get_attempt (self, 0)), YONDER_STUN_ERROR, YONDER_STUN_ERROR_FORBIDDEN);
}

static void
test_nothing_listens (Fixture *self, gconstpointer data)
{
  g_autofree char *turn = g_strdup_printf ("turn:127.0.0.1:%u", coturn_find_port ("127.0.0.1"));

  probe (self, "alice", "secret", NULL, (const char * const[]) { turn, NULL });
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_REFUSED);
  for (guint i = 0; i < 2; i++)
    g_assert_error (yonder_probe_attempt_get_error (get_attempt (self, i)), YONDER_STUN_ERROR, YONDER_STUN_ERROR_REFUSED);
}

static void
test_no_such_name (Fixture *self, gconstpointer data)
{
  probe (self, "alice", "secret", NULL, (const char * const[]) { "turn:turn.invalid", NULL });
  g_assert_true (g_error_matches (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_NO_SUCH_NAME) ||
                 g_error_matches (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_LOOKUP_TIMED_OUT));
}

#define add(path, function, data) g_test_add ("/ice/probe/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!coturn_is_installed ()) {
    g_print ("1..0 # SKIP turnserver is not installed\n");
    return 0;
  }
  add ("everything-works", test_everything_works, NULL);
  add ("wrong-password", test_wrong_password, NULL);
  add ("shared-secret", test_shared_secret, NULL);
  add ("expired-credentials", test_expired_credentials, NULL);
  add ("quota", test_quota, NULL);
  add ("certificate/expired", test_certificates, GINT_TO_POINTER (COTURN_CERTIFICATE_EXPIRED));
  add ("certificate/other-name", test_certificates, GINT_TO_POINTER (COTURN_CERTIFICATE_OTHER_NAME));
  add ("certificate/other-authority", test_certificates, GINT_TO_POINTER (COTURN_CERTIFICATE_OTHER_AUTHORITY));
  add ("ipv6", test_ipv6, NULL);
  add ("forbidden-peers", test_forbidden_peers, NULL);
  add ("nothing-listens", test_nothing_listens, NULL);
  add ("no-such-name", test_no_such_name, NULL);
  return g_test_run ();
}
