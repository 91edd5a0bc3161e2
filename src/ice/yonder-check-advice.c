/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-check-advice.h"

#include <glib/gi18n.h>

#include "yonder-stun-error.h"
#include "yonder-stun-message.h"

static gboolean
failed (const YonderCheckFacts *facts, YonderStepId id)
{
  return facts->state[id] == YONDER_STEP_FAILED;
}

static gboolean
works (const YonderCheckFacts *facts, YonderStepId id)
{
  return facts->state[id] == YONDER_STEP_PASSED || facts->state[id] == YONDER_STEP_WARNING;
}

static gboolean
has_relay (const YonderCheckFacts *facts)
{
  return works (facts, YONDER_STEP_TURN_UDP) || works (facts, YONDER_STEP_TURN_TCP) || works (facts, YONDER_STEP_TURN_TLS);
}

static gboolean
has_udp (const YonderCheckFacts *facts)
{
  return works (facts, YONDER_STEP_STUN_UDP) || works (facts, YONDER_STEP_TURN_UDP);
}

static gboolean
is_udp_blocked (const YonderCheckFacts *facts)
{
  return !has_udp (facts) && (failed (facts, YONDER_STEP_STUN_UDP) || failed (facts, YONDER_STEP_TURN_UDP));
}

static gboolean
is_strict (const YonderCheckFacts *facts)
{
  return facts->nat.mapping >= YONDER_NAT_ADDRESS_DEPENDENT;
}

/* --- The rules: what each asks --- */

static gboolean
is_offline (const YonderCheckFacts *facts)
{
  return !has_udp (facts) && !has_relay (facts) && !works (facts, YONDER_STEP_SERVER_HTTP) && failed (facts, YONDER_STEP_NAMES);
}

static gboolean
is_cut_off (const YonderCheckFacts *facts)
{
  return is_udp_blocked (facts) && !has_relay (facts) && failed (facts, YONDER_STEP_SERVER_HTTP);
}

static gboolean
cannot_set_up (const YonderCheckFacts *facts)
{
  return failed (facts, YONDER_STEP_OFFER);
}

static gboolean
has_no_server (const YonderCheckFacts *facts)
{
  return failed (facts, YONDER_STEP_SERVER_HTTP) ||
         (failed (facts, YONDER_STEP_SERVER_WEBSOCKET) && !works (facts, YONDER_STEP_SERVER_HTTP));
}

static gboolean
has_bad_credentials (const YonderCheckFacts *facts)
{
  return !has_relay (facts) &&
         (facts->turn_error == YONDER_STUN_ERROR_UNAUTHORIZED || facts->turn_error == YONDER_STUN_ERROR_EXPIRED ||
          facts->turn_error == YONDER_STUN_ERROR_NO_CREDENTIALS || facts->turn_error == YONDER_STUN_ERROR_WRONG_CREDENTIALS);
}

static gboolean
is_refused_by_relay (const YonderCheckFacts *facts)
{
  return !has_relay (facts) && facts->turn_error >= YONDER_STUN_ERROR_TRY_ALTERNATE;
}

static gboolean
has_bad_certificate (const YonderCheckFacts *facts)
{
  return !has_relay (facts) && facts->turn_error == YONDER_STUN_ERROR_CERTIFICATE;
}

static gboolean
has_no_udp_and_no_turn (const YonderCheckFacts *facts)
{
  return is_udp_blocked (facts) && !facts->has_turn;
}

static gboolean
has_no_udp_and_dead_turn (const YonderCheckFacts *facts)
{
  return is_udp_blocked (facts) && !has_relay (facts);
}

static gboolean
has_no_udp (const YonderCheckFacts *facts)
{
  return is_udp_blocked (facts);
}

static gboolean
is_strict_without_turn (const YonderCheckFacts *facts)
{
  return is_strict (facts) && !facts->has_turn;
}

static gboolean
has_dead_turn (const YonderCheckFacts *facts)
{
  return facts->has_turn && !has_relay (facts);
}

static gboolean
has_broken_relay (const YonderCheckFacts *facts)
{
  return has_relay (facts) && failed (facts, YONDER_STEP_LOOP_CALL);
}

static gboolean
has_no_turn (const YonderCheckFacts *facts)
{
  return !facts->has_turn;
}

static gboolean
has_no_high_ports (const YonderCheckFacts *facts)
{
  return failed (facts, YONDER_STEP_HIGH_PORTS);
}

static gboolean
has_no_websocket (const YonderCheckFacts *facts)
{
  return failed (facts, YONDER_STEP_SERVER_WEBSOCKET);
}

static gboolean
has_no_microphone (const YonderCheckFacts *facts)
{
  return failed (facts, YONDER_STEP_MICROPHONE);
}

static gboolean
has_no_camera (const YonderCheckFacts *facts)
{
  return failed (facts, YONDER_STEP_CAMERA);
}

static gboolean
has_some_dead_turn (const YonderCheckFacts *facts)
{
  return failed (facts, YONDER_STEP_TURN_UDP) || failed (facts, YONDER_STEP_TURN_TCP) || failed (facts, YONDER_STEP_TURN_TLS);
}

static gboolean
always (const YonderCheckFacts *facts)
{
  return TRUE;
}

/* The first that applies speaks: what keeps all calls from working before what keeps some, and the nearest cause before what
 * follows from it. */
static const struct {
  gboolean    (*applies) (const YonderCheckFacts *facts);
  YonderVerdict verdict;
  const char   *sentence;
  const char   *action;
  int           step;       /* whose detail is put behind the sentence; -1 for none */
  gboolean      wants_turn;
} rules[] = {
  { is_offline, YONDER_VERDICT_BAD, N_("This computer has no working network: not even names can be looked up."),
    N_("Check the cable or Wi-Fi; if others are online, a VPN or the name server (DNS) is at fault."), -1, FALSE },
  { is_cut_off, YONDER_VERDICT_BAD, N_("Nothing gets out of this network: neither the call server nor any STUN or TURN server "
                                       "answers."),
    N_("Sign in to the network if it has a sign-in page, switch off the VPN or switch one on, or try another network, such as a "
       "phone's."), -1, FALSE },
  { cannot_set_up, YONDER_VERDICT_BAD, N_("Calls cannot be set up on this computer, whatever the network"),
    N_("Install what is missing; if a camera or microphone hangs, unplug it and try again."), YONDER_STEP_OFFER, FALSE },
  { has_no_server, YONDER_VERDICT_BAD, N_("The call server cannot be reached, so nobody can be called"),
    N_("Check its address; if it is right, ask whoever runs it, or try another network."), YONDER_STEP_SERVER_HTTP, FALSE },
  { has_bad_credentials, YONDER_VERDICT_LIMITED,
    N_("The TURN server refuses your user name or credential: calls work only where they find a direct path."),
    N_("Enter the credentials again; short-lived ones must be fetched anew, best from the call server itself."), -1, FALSE },
  { is_refused_by_relay, YONDER_VERDICT_LIMITED,
    N_("The TURN server answers, but gives no relay: calls work only where they find a direct path."),
    N_("Ask whoever runs the TURN server; a full quota empties within ten minutes of the last call."), -1, FALSE },
  { has_bad_certificate, YONDER_VERDICT_LIMITED,
    N_("The TURN server cannot prove who it is, so it is not used: calls work only where they find a direct path."),
    N_("Whoever runs the TURN server must renew its certificate, or give the name that it is for."),
    YONDER_STEP_TURN_TLS, FALSE },
  { has_no_udp_and_no_turn, YONDER_VERDICT_BAD,
    N_("UDP is blocked on this network and no TURN server is set up: calls from here will not work."),
    N_("Set up a TURN server that also takes TLS on port 443, or have the firewall let UDP out to port 3478 and to ports 49152 "
       "to 65535."), -1, TRUE },
  { has_no_udp_and_dead_turn, YONDER_VERDICT_BAD,
    N_("UDP is blocked on this network and no TURN server can be reached over TCP or TLS: calls from here will not work."),
    N_("Use another network or a VPN, or a TURN server that takes TLS on port 443, which hardly any network blocks."), -1, TRUE },
  { has_no_udp, YONDER_VERDICT_LIMITED, N_("UDP is blocked on this network: every call goes through the relay over TCP or TLS, "
                                           "which works, but may stutter."),
    N_("Have the firewall let UDP out to port 3478 and to ports 49152 to 65535."), -1, FALSE },
  { has_dead_turn, YONDER_VERDICT_LIMITED, N_("No TURN server can be reached: calls work only where they find a direct path."),
    N_("Check the server's address and ports (3478 for UDP and TCP, 5349 or 443 for TLS), and whether a firewall blocks them."),
    -1, TRUE },
  { has_broken_relay, YONDER_VERDICT_LIMITED, N_("The TURN server gives relays, but a call through it does not come about"),
    N_("The server's relay ports (UDP 49152 to 65535) may be closed in its firewall, or its external address may be missing in "
       "its configuration."),
    YONDER_STEP_LOOP_CALL, TRUE },
  { is_strict_without_turn, YONDER_VERDICT_LIMITED,
    N_("This network's router is strict and no TURN server is set up: calls to other strict networks will fail."),
    N_("Set up a TURN server."), -1, TRUE },
  { has_no_turn, YONDER_VERDICT_LIMITED,
    N_("Calls will work with most people; no TURN server is set up, so that calls to strict networks will fail."),
    N_("Set up a TURN server."), -1, TRUE },
  { has_no_microphone, YONDER_VERDICT_LIMITED, N_("The network is fine, but nobody will hear you: no microphone works."),
    N_("Plug one in, or allow Yonder to use it in the privacy settings."), -1, FALSE },
  { has_no_high_ports, YONDER_VERDICT_LIMITED, N_("UDP to high ports is blocked on this network: calls go through the relay."),
    N_("Have the firewall let UDP out to ports 49152 to 65535; direct calls are smoother."), -1, FALSE },
  { has_no_websocket, YONDER_VERDICT_LIMITED, N_("Something on the way blocks WebSockets: calls work, but ring a little later"),
    N_("Have the proxy let WebSockets to the call server through."), YONDER_STEP_SERVER_WEBSOCKET, FALSE },
  { has_no_camera, YONDER_VERDICT_GOOD, N_("Calls will work from this network, without a picture of you: there is no camera."),
    NULL, -1, FALSE },
  { has_some_dead_turn, YONDER_VERDICT_GOOD,
    N_("Calls will work from this network, though not every TURN server or protocol does."),
    N_("The steps above say which one fails, and why."), -1, FALSE },
  { is_strict, YONDER_VERDICT_GOOD, N_("Calls will work from this network; its router is strict, so that some go through the "
                                       "relay."), NULL, -1, FALSE },
  { always, YONDER_VERDICT_GOOD, N_("Calls will work from this network."), NULL, -1, FALSE },
};

/**
 * yonder_check_advice_new:
 * @facts: how the steps ended
 *
 * Returns: (transfer full): what it comes to
 */
YonderCheckAdvice *
yonder_check_advice_new (const YonderCheckFacts *facts)
{
  YonderCheckAdvice *self = g_new0 (YonderCheckAdvice, 1);
  guint i = 0;

  while (!rules[i].applies (facts))
    i++;
  self->verdict = rules[i].verdict;
  self->sentence = rules[i].step < 0 || facts->detail[rules[i].step] == NULL || *facts->detail[rules[i].step] == '\0'
                   ? g_strdup (_(rules[i].sentence))
                   : g_strdup_printf ("%s: %s", _(rules[i].sentence), facts->detail[rules[i].step]);
  self->action = rules[i].action != NULL ? g_strdup (_(rules[i].action)) : NULL;
  self->wants_turn = rules[i].wants_turn;
  return self;
}

void
yonder_check_advice_free (YonderCheckAdvice *self)
{
  g_free (self->sentence);
  g_free (self->action);
  g_free (self);
}

const char *
yonder_verdict_get_name (YonderVerdict verdict)
{
  static const char * const names[] = { "good", "limited", "bad" };

  return names[verdict];
}

/**
 * yonder_check_advice_make_turnserver_conf:
 *
 * Writes a configuration for coturn: UDP, TCP and TLS, users by a shared secret, no way into the network behind the server. The
 * secret is new every time; names and addresses are those of RFC 2606 and RFC 5737, to be replaced.
 *
 * Returns: (transfer full): the text of /etc/turnserver.conf
 */
char *
yonder_check_advice_make_turnserver_conf (void)
{
  guint8 bytes[2 * YONDER_STUN_ID_SIZE];
  g_autofree char *secret = NULL;

  yonder_stun_make_id (bytes);
  yonder_stun_make_id (bytes + YONDER_STUN_ID_SIZE);
  secret = g_base64_encode (bytes, sizeof bytes);
  return g_strdup_printf ("# /etc/turnserver.conf for coturn, written by Yonder.\n"
                          "# Replace turn.example.org by the server's name and 192.0.2.1 by its public address.\n"
                          "# Its firewall must let in: UDP and TCP 3478, TCP 443, UDP 49152 to 65535.\n"
                          "\n"
                          "realm=turn.example.org\n"
                          "listening-port=3478\n"
                          "# 443 is let out by networks that let out nothing else\n"
                          "tls-listening-port=443\n"
                          "min-port=49152\n"
                          "max-port=65535\n"
                          "# behind NAT: public address / address of the machine\n"
                          "external-ip=192.0.2.1\n"
                          "\n"
                          "cert=/etc/letsencrypt/live/turn.example.org/fullchain.pem\n"
                          "pkey=/etc/letsencrypt/live/turn.example.org/privkey.pem\n"
                          "\n"
                          "# Time-limited users: give this secret to the call server, never to a client.\n"
                          "use-auth-secret\n"
                          "static-auth-secret=%s\n"
                          "fingerprint\n"
                          "stale-nonce=600\n"
                          "user-quota=12\n"
                          "\n"
                          "# A relay must be no way into the network that the server stands in.\n"
                          "no-multicast-peers\n"
                          "no-cli\n"
                          "denied-peer-ip=0.0.0.0-0.255.255.255\n"
                          "denied-peer-ip=10.0.0.0-10.255.255.255\n"
                          "denied-peer-ip=100.64.0.0-100.127.255.255\n"
                          "denied-peer-ip=169.254.0.0-169.254.255.255\n"
                          "denied-peer-ip=172.16.0.0-172.31.255.255\n"
                          "denied-peer-ip=192.168.0.0-192.168.255.255\n",
                          secret);
}
