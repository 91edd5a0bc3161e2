/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentence with which a network check ends: each of them, for the network that it is meant for, and what it says to do. */

#include "yonder-check-advice.h"
#include "yonder-stun-error.h"

#include <string.h>

/* The steps by letters: . skipped, p passed, w warning, F failed, in the order of the ladder:
 * names, HTTP, WebSocket, STUN, TURN over UDP, TCP, TLS, NAT, high ports, IPv6, test call, camera, microphone, offer */
typedef struct {
  const char        *steps;
  gboolean           has_turn;
  YonderNatBehaviour mapping;
  int                turn_error;
  YonderVerdict      verdict;
  const char        *sentence, *action;
  gboolean           wants_turn;
} Case;

#define GOOD YONDER_VERDICT_GOOD
#define LIMITED YONDER_VERDICT_LIMITED
#define BAD YONDER_VERDICT_BAD

static const Case cases[] = {
  { "ppppppppp.pppp", TRUE, 0, 0, GOOD, "Calls will work from this network.", NULL, FALSE },
  { "ppppppppp.pFpp", TRUE, 0, 0, GOOD, "Calls will work from this network, without a picture of you: there is no camera.", NULL, FALSE },
  { "ppppppFpp.pppp", TRUE, 0, YONDER_STUN_ERROR_TIMED_OUT, GOOD, "Calls will work from this network, though not every TURN server or protocol does.",
    "say which one fails", FALSE },
  { "pppppppwp.pppp", TRUE, YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT, 0, GOOD, "Calls will work from this network; its router is strict",
    NULL, FALSE },
  { "ppFpppppp.pppp", TRUE, 0, 0, LIMITED, "Something on the way blocks WebSockets: calls work, but ring a little later: detail 2", "Have the proxy", FALSE },
  { "ppppppppF.pppp", TRUE, 0, 0, LIMITED, "UDP to high ports is blocked", "ports 49152 to 65535", FALSE },
  { "ppppppppp.ppFp", TRUE, 0, 0, LIMITED, "The network is fine, but nobody will hear you: no microphone works.", "Plug one in", FALSE },
  { "pppp...p...ppp", FALSE, 0, 0, LIMITED, "Calls will work with most people; no TURN server is set up", "Set up a TURN server.", TRUE },
  { "pppp...w...ppp", FALSE, YONDER_NAT_ADDRESS_DEPENDENT, 0, LIMITED, "This network's router is strict and no TURN server is set up",
    "Set up a TURN server.", TRUE },
  { "ppppppppp.Fppp", TRUE, 0, 0, LIMITED, "The TURN server gives relays, but a call through it does not come about: detail 10", "relay ports", TRUE },
  { "ppppFFFp.....p", TRUE, 0, YONDER_STUN_ERROR_TIMED_OUT, LIMITED, "No TURN server can be reached", "3478 for UDP and TCP, 5349 or 443 for TLS", TRUE },
  { "pppFFpp.p.pppp", TRUE, 0, YONDER_STUN_ERROR_TIMED_OUT, LIMITED, "UDP is blocked on this network: every call goes through the relay over TCP or TLS",
    "let UDP out", FALSE },
  { "pppFFFF......p", TRUE, 0, YONDER_STUN_ERROR_TIMED_OUT, BAD, "UDP is blocked on this network and no TURN server can be reached over TCP or TLS",
    "TLS on port 443", TRUE },
  { "pppF.........p", FALSE, 0, 0, BAD, "UDP is blocked on this network and no TURN server is set up", "TLS on port 443", TRUE },
  { "pppp..F......p", TRUE, 0, YONDER_STUN_ERROR_CERTIFICATE, LIMITED, "The TURN server cannot prove who it is, so it is not used", "renew its certificate",
    FALSE },
  { "ppppFFFp.....p", TRUE, 0, YONDER_STUN_ERROR_QUOTA_REACHED, LIMITED, "The TURN server answers, but gives no relay", "a full quota empties", FALSE },
  { "ppppFFFp.....p", TRUE, 0, YONDER_STUN_ERROR_INSUFFICIENT_CAPACITY, LIMITED, "The TURN server answers, but gives no relay", "Ask whoever", FALSE },
  { "ppppFFFp.....p", TRUE, 0, YONDER_STUN_ERROR_UNAUTHORIZED, LIMITED, "The TURN server refuses your user name or credential", "fetched anew", FALSE },
  { "ppppFFFp.....p", TRUE, 0, YONDER_STUN_ERROR_EXPIRED, LIMITED, "The TURN server refuses your user name or credential", "fetched anew", FALSE },
  { "pF.ppppp.....p", TRUE, 0, 0, BAD, "The call server cannot be reached, so nobody can be called: detail 1", "Check its address", FALSE },
  { "ppppppppp..ppF", TRUE, 0, 0, BAD, "Calls cannot be set up on this computer, whatever the network: detail 13", "Install what is missing", FALSE },
  { "pF.FFFF......p", TRUE, 0, YONDER_STUN_ERROR_TIMED_OUT, BAD, "Nothing gets out of this network", "sign-in page", FALSE },
  { "FF.FFFF......p", TRUE, 0, YONDER_STUN_ERROR_NO_SUCH_NAME, BAD, "This computer has no working network: not even names can be looked up.",
    "Check the cable or Wi-Fi", FALSE },
  /* a relay that works is no reason to complain about one that does not */
  { "pppppFFpp.pppp", TRUE, 0, YONDER_STUN_ERROR_UNAUTHORIZED, GOOD, "Calls will work from this network, though not every", "which one fails", FALSE },
};

static void
test_sentences (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    YonderCheckFacts facts = { .has_turn = cases[i].has_turn, .turn_error = cases[i].turn_error, .nat = { cases[i].mapping, YONDER_NAT_UNKNOWN } };
    g_autoptr (YonderCheckAdvice) advice = NULL;
    char details[YONDER_N_STEPS][16];

    g_assert_cmpuint (strlen (cases[i].steps), ==, YONDER_N_STEPS);
    for (guint id = 0; id < YONDER_N_STEPS; id++) {
      char letter = cases[i].steps[id];

      facts.state[id] = letter == 'p' ? YONDER_STEP_PASSED : letter == 'w' ? YONDER_STEP_WARNING : letter == 'F' ? YONDER_STEP_FAILED : YONDER_STEP_SKIPPED;
      g_snprintf (details[id], sizeof details[id], "detail %u", id);
      facts.detail[id] = details[id];
    }
    advice = yonder_check_advice_new (&facts);
    g_test_message ("%s: %s %s", cases[i].steps, advice->sentence, advice->action);
    g_assert_cmpint (advice->verdict, ==, cases[i].verdict);
    g_assert_true (g_str_has_prefix (advice->sentence, cases[i].sentence));
    g_assert_true (advice->wants_turn == cases[i].wants_turn);
    if (cases[i].action == NULL)
      g_assert_null (advice->action);
    else
      g_assert_nonnull (strstr (advice->action, cases[i].action));
  }
}

/* What is offered to be copied: TLS on 443, users by a secret that is never the same. */
static void
test_turnserver_conf (void)
{
  g_autofree char *first = yonder_check_advice_make_turnserver_conf ();
  g_autofree char *second = yonder_check_advice_make_turnserver_conf ();

  g_assert_cmpstr (first, !=, second);
  g_assert_nonnull (strstr (first, "\ntls-listening-port=443\n"));
  g_assert_nonnull (strstr (first, "\nuse-auth-secret\nstatic-auth-secret="));
  g_assert_nonnull (strstr (first, "\ndenied-peer-ip=10.0.0.0-10.255.255.255\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check-advice/sentences", test_sentences);
  g_test_add_func ("/check-advice/turnserver-conf", test_turnserver_conf);
  return g_test_run ();
}
