/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-diagnosis.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* A name that begins with a number above this is a time: 2001-09-09, long before TURN. */
#define FIRST_EXPIRY_S 1000000000

static const char * const codes[] = {
  [YONDER_DIAGNOSIS_WAITING] = "waiting",
  [YONDER_DIAGNOSIS_CONNECTING] = "connecting",
  [YONDER_DIAGNOSIS_RECONNECTING] = "reconnecting",
  [YONDER_DIAGNOSIS_SAME_COMPUTER] = "direct-same-computer",
  [YONDER_DIAGNOSIS_SAME_NETWORK] = "direct-same-network",
  [YONDER_DIAGNOSIS_NO_NAT] = "direct",
  [YONDER_DIAGNOSIS_NAT] = "direct-nat",
  [YONDER_DIAGNOSIS_RELAY] = "relayed",
  [YONDER_DIAGNOSIS_PEER_RELAY] = "relayed-by-peer",
  [YONDER_DIAGNOSIS_UNKNOWN_PATH] = "connected",
  [YONDER_DIAGNOSIS_NOT_TRIED] = "not-tried",
  [YONDER_DIAGNOSIS_NOT_FINISHED] = "not-finished",
  [YONDER_DIAGNOSIS_BROKEN] = "broken",
  [YONDER_DIAGNOSIS_NO_DESCRIPTION] = "no-description",
  [YONDER_DIAGNOSIS_FALSE_CERTIFICATE] = "false-certificate",
  [YONDER_DIAGNOSIS_DTLS] = "dtls-failed",
  [YONDER_DIAGNOSIS_NO_NETWORK] = "no-network",
  [YONDER_DIAGNOSIS_RELAY_ONLY] = "relay-only-without-turn",
  [YONDER_DIAGNOSIS_NO_REMOTE] = "no-remote-candidates",
  [YONDER_DIAGNOSIS_HIDDEN] = "remote-hidden",
  [YONDER_DIAGNOSIS_FAMILY] = "address-family",
  [YONDER_DIAGNOSIS_TURN_EXPIRED] = "turn-expired",
  [YONDER_DIAGNOSIS_TURN_UNAUTHORIZED] = "turn-unauthorized",
  [YONDER_DIAGNOSIS_TURN_FORBIDDEN] = "turn-forbidden",
  [YONDER_DIAGNOSIS_TURN_QUOTA] = "turn-quota",
  [YONDER_DIAGNOSIS_TURN_REFUSED] = "turn-refused",
  [YONDER_DIAGNOSIS_TURN_UNTRUSTED] = "turn-untrusted",
  [YONDER_DIAGNOSIS_TURN_UNRESOLVED] = "turn-unresolved",
  [YONDER_DIAGNOSIS_TURN_SILENT] = "turn-silent",
  [YONDER_DIAGNOSIS_UDP_BLOCKED] = "udp-blocked",
  [YONDER_DIAGNOSIS_TURN_MISSING] = "turn-missing",
  [YONDER_DIAGNOSIS_RELAY_FAILED] = "relay-failed",
};

/* Where nothing but the code decides. */
static const char * const explanations[] = {
  [YONDER_DIAGNOSIS_WAITING] = N_("Nobody has taken the call yet. Paths are looked for once it is taken."),
  [YONDER_DIAGNOSIS_CONNECTING] = N_("A path to the other side is being looked for."),
  [YONDER_DIAGNOSIS_RECONNECTING] = N_("The path broke and is being rebuilt. Sound and picture come back by themselves."),
  [YONDER_DIAGNOSIS_NOT_TRIED] = N_("The call ended before a path to the other side was looked for."),
  [YONDER_DIAGNOSIS_NOT_FINISHED] = N_("The call ended while a path to the other side was still being looked for."),
  [YONDER_DIAGNOSIS_BROKEN] = N_("The connection broke and could not be rebuilt. Check the network, then call again."),
  [YONDER_DIAGNOSIS_NO_DESCRIPTION] =
    N_("The other side took the call, but its part of the connection never came. Call again; if that does not help, the other side may "
       "have to reload its page or update its application."),
  [YONDER_DIAGNOSIS_FALSE_CERTIFICATE] =
    N_("The other side’s certificate is not the one that its description named, so somebody may be listening in. Do not go on talking "
       "over this call server until that is cleared up."),
  [YONDER_DIAGNOSIS_DTLS] =
    N_("The two sides reached one another but could not agree on encryption (DTLS). Call again; if that does not help, a firewall may let "
       "small packets through and large ones not."),
  [YONDER_DIAGNOSIS_NO_NETWORK] =
    N_("This computer has no network address to be called at. Check the network or the VPN, then call again."),
  [YONDER_DIAGNOSIS_RELAY_ONLY] =
    N_("Only relays may be used, but no TURN server is set up. Add one in the preferences, or allow direct paths."),
  [YONDER_DIAGNOSIS_NO_REMOTE] =
    N_("The other side sent no address at which it can be reached. It may have lost its network, or the call server did not pass its "
       "addresses on. Ask it to check its network, then call again."),
  [YONDER_DIAGNOSIS_HIDDEN] =
    N_("The other side hides its addresses behind .local names, which are known in its own network only, and no relay is set up. Ask it to "
       "allow its microphone in the browser, or add a TURN server in the preferences."),
  [YONDER_DIAGNOSIS_UDP_BLOCKED] =
    N_("No server answered over UDP: this network seems to block it, and no relay is set up. Add a TURN server that can be reached over "
       "TCP or TLS (port 443) in the preferences, or try another network."),
  [YONDER_DIAGNOSIS_TURN_MISSING] =
    N_("Neither side can reach the other directly, and no relay is set up. Add a TURN server in the preferences, or try another network."),
  [YONDER_DIAGNOSIS_RELAY_FAILED] =
    N_("No path to the other side was found, not even through the relay. The relay may be forbidden to send to the other side’s "
       "addresses. Check the TURN server, or try another network."),
};

const char *
yonder_diagnosis_code_to_string (YonderDiagnosisCode code)
{
  return codes[code];
}

gboolean
yonder_diagnosis_is_failure (YonderDiagnosisCode code)
{
  return code >= YONDER_DIAGNOSIS_NOT_TRIED;
}

/* --- Connected --- */

/* RFC 1918, RFC 4193, and addresses of one link */
static gboolean
is_private (GInetAddress *address)
{
  return g_inet_address_get_is_site_local (address) || g_inet_address_get_is_link_local (address)
         || (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 && (g_inet_address_to_bytes (address)[0] & 0xfe) == 0xfc);
}

/* chosen: the usual size of a home's network, /24 and /64 */
static gboolean
share_a_network (GInetAddress *a, GInetAddress *b)
{
  GSocketFamily family = g_inet_address_get_family (a);

  return family == g_inet_address_get_family (b)
         && memcmp (g_inet_address_to_bytes (a), g_inet_address_to_bytes (b), family == G_SOCKET_FAMILY_IPV4 ? 3 : 8) == 0;
}

/* Types alone do not tell: a browser that hides its host addresses shows up as peer reflexive in one's own network, and two hosts with
 * public addresses need not be neighbours. */
static YonderDiagnosisCode
judge_direct (const YonderReportCandidate *local, const YonderReportCandidate *remote)
{
  g_autoptr (GInetAddress) ours = g_inet_address_new_from_string (local->address);
  g_autoptr (GInetAddress) theirs = g_inet_address_new_from_string (remote->address);
  gboolean are_hosts = local->kind == YONDER_CANDIDATE_HOST && remote->kind == YONDER_CANDIDATE_HOST;

  if (ours == NULL || theirs == NULL)
    return are_hosts ? YONDER_DIAGNOSIS_SAME_NETWORK : YONDER_DIAGNOSIS_NAT;
  if (g_inet_address_equal (ours, theirs) && (are_hosts || is_private (ours) || g_inet_address_get_is_loopback (ours)))
    return YONDER_DIAGNOSIS_SAME_COMPUTER;
  if (share_a_network (ours, theirs) && (are_hosts || is_private (ours)))
    return YONDER_DIAGNOSIS_SAME_NETWORK;
  if (!are_hosts)
    return YONDER_DIAGNOSIS_NAT;
  if (is_private (ours) && is_private (theirs))
    return YONDER_DIAGNOSIS_SAME_NETWORK;
  return is_private (ours) || is_private (theirs) ? YONDER_DIAGNOSIS_NAT : YONDER_DIAGNOSIS_NO_NAT;
}

static const char *
describe_direct (YonderDiagnosisCode code, gboolean is_tcp)
{
  switch (code) {
  case YONDER_DIAGNOSIS_SAME_COMPUTER:
    return is_tcp ? _("Direct, on this computer, over TCP") : _("Direct, on this computer");
  case YONDER_DIAGNOSIS_SAME_NETWORK:
    return is_tcp ? _("Direct, same network, over TCP") : _("Direct, same network");
  case YONDER_DIAGNOSIS_NO_NAT:
    return is_tcp ? _("Direct over the internet, by TCP") : _("Direct over the internet");
  default:
    return is_tcp ? _("Direct through NAT, over TCP") : _("Direct through NAT");
  }
}

static char *
describe_relay (const YonderReportCandidate *local)
{
  g_autofree char *protocol = local->relay_protocol != NULL ? g_ascii_strup (local->relay_protocol, -1) : NULL;

  if (local->server == NULL)
    return g_strdup (_("Relayed by a TURN server"));
  if (protocol == NULL)
    /* Translators: %s is a server, as in turn.example.org */
    return g_strdup_printf (_("Relayed by %s"), local->server);
  /* Translators: a server and UDP, TCP or TLS, as in "Relayed by turn.example.org over TLS" */
  return g_strdup_printf (_("Relayed by %s over %s"), local->server, protocol);
}

static void
describe_path (YonderDiagnosis *self, const YonderDiagnosisFacts *facts)
{
  const YonderReportCandidate *local = facts->selected_local, *remote = facts->selected_remote;

  if (local == NULL || remote == NULL) {
    self->code = YONDER_DIAGNOSIS_UNKNOWN_PATH;
    self->headline = g_strdup (_("Connected"));
  } else if (local->kind == YONDER_CANDIDATE_RELAY) {
    self->code = YONDER_DIAGNOSIS_RELAY;
    self->headline = describe_relay (local);
  } else if (remote->kind == YONDER_CANDIDATE_RELAY) {
    self->code = YONDER_DIAGNOSIS_PEER_RELAY;
    self->headline = g_strdup_printf (_("Relayed by the other side’s server %s"), remote->address);
  } else {
    self->code = judge_direct (local, remote);
    self->headline = g_strdup (describe_direct (self->code, g_str_equal (local->protocol, "tcp")));
  }
}

/* --- Not connected --- */

static YonderDiagnosisCode
judge_refusal (const YonderDiagnosisFacts *facts)
{
  switch (facts->failed_turn->error_code) {
  case 401: /* RFC 8489 section 14.8 */
    return facts->is_expired ? YONDER_DIAGNOSIS_TURN_EXPIRED : YONDER_DIAGNOSIS_TURN_UNAUTHORIZED;
  case 403: /* RFC 8656 section 19 */
    return YONDER_DIAGNOSIS_TURN_FORBIDDEN;
  case 486:
  case 508:
    return YONDER_DIAGNOSIS_TURN_QUOTA;
  default:
    return YONDER_DIAGNOSIS_TURN_REFUSED;
  }
}

static YonderDiagnosisCode
judge_turn (const YonderDiagnosisFacts *facts)
{
  switch (facts->failed_turn->outcome) {
  case YONDER_SERVER_REFUSED:
    return judge_refusal (facts);
  case YONDER_SERVER_UNRESOLVED:
    return YONDER_DIAGNOSIS_TURN_UNRESOLVED;
  case YONDER_SERVER_UNTRUSTED:
    return YONDER_DIAGNOSIS_TURN_UNTRUSTED;
  case YONDER_SERVER_SILENT:
  case YONDER_SERVER_PENDING:
  case YONDER_SERVER_ANSWERED:
    return YONDER_DIAGNOSIS_TURN_SILENT;
  }
  return YONDER_DIAGNOSIS_TURN_SILENT;
}

/* Why two sides that told each other their addresses did not find a path. A relay of either side would have been one. */
static YonderDiagnosisCode
judge_no_path (const YonderDiagnosisFacts *facts)
{
  gboolean has_no_family = (facts->local.has_ipv4 || facts->local.has_ipv6) && (facts->remote.has_ipv4 || facts->remote.has_ipv6)
                           && !(facts->local.has_ipv4 && facts->remote.has_ipv4)
                           && !(facts->local.has_ipv6 && facts->remote.has_ipv6);

  if (facts->local.has_relay || facts->remote.has_relay)
    return has_no_family ? YONDER_DIAGNOSIS_FAMILY : YONDER_DIAGNOSIS_RELAY_FAILED;
  if (facts->n_turn > 0 && facts->failed_turn != NULL)
    return judge_turn (facts);
  if (facts->remote.n_hidden > 0 && facts->remote.n_hidden == facts->remote.n_candidates)
    return YONDER_DIAGNOSIS_HIDDEN;
  if (has_no_family)
    return YONDER_DIAGNOSIS_FAMILY;
  if (facts->has_stun && facts->stun_outcome == YONDER_SERVER_SILENT && !facts->local.has_reflexive)
    return YONDER_DIAGNOSIS_UDP_BLOCKED;
  return YONDER_DIAGNOSIS_TURN_MISSING;
}

static YonderDiagnosisCode
judge_failure (const YonderDiagnosisFacts *facts)
{
  if (facts->has_false_certificate)
    return YONDER_DIAGNOSIS_FALSE_CERTIFICATE;
  if (facts->was_connected)
    return YONDER_DIAGNOSIS_BROKEN;
  if (!facts->was_tried)
    return YONDER_DIAGNOSIS_NOT_TRIED;
  if (!facts->had_time)
    return YONDER_DIAGNOSIS_NOT_FINISHED;
  if (!facts->has_description)
    return YONDER_DIAGNOSIS_NO_DESCRIPTION;
  if (facts->has_ice)
    return YONDER_DIAGNOSIS_DTLS;
  if (facts->local.n_candidates == 0 && facts->is_relay_only)
    return facts->failed_turn != NULL ? judge_turn (facts) : YONDER_DIAGNOSIS_RELAY_ONLY;
  if (facts->local.n_candidates == 0)
    return YONDER_DIAGNOSIS_NO_NETWORK;
  if (facts->remote.n_candidates == 0)
    return YONDER_DIAGNOSIS_NO_REMOTE;
  return judge_no_path (facts);
}

static char *
explain_turn (YonderDiagnosisCode code, const YonderReportServer *server)
{
  switch (code) {
  case YONDER_DIAGNOSIS_TURN_EXPIRED:
    return g_strdup_printf (_("The relay %s was needed, but its credentials have expired (401). Fetch new ones, or ask whoever gave them to "
                              "you."), server->host);
  case YONDER_DIAGNOSIS_TURN_UNAUTHORIZED:
    return g_strdup_printf (_("The relay %s was needed, but it does not accept the user name or credential (401). Correct them in the "
                              "preferences, then call again."), server->host);
  case YONDER_DIAGNOSIS_TURN_FORBIDDEN:
    return g_strdup_printf (_("The relay %s was needed, but does not serve this computer (403). Ask its operator, or set up another TURN "
                              "server."), server->host);
  case YONDER_DIAGNOSIS_TURN_QUOTA:
    return g_strdup_printf (_("The relay %s was needed, but has no room left: its quota is reached (%d). Try again later, or set up another "
                              "TURN server."), server->host, server->error_code);
  case YONDER_DIAGNOSIS_TURN_UNTRUSTED:
    /* Translators: the second %s is what is wrong, as in "certificate expired on 2026-01-31" */
    return g_strdup_printf (_("The relay %s was needed, but cannot prove who it is (%s), so nothing was sent to it. Its operator must renew the "
                              "certificate, or name the server that it is for."), server->host, server->reason);
  case YONDER_DIAGNOSIS_TURN_UNRESOLVED:
    return g_strdup_printf (_("The relay %s was needed, but there is no such name. Correct the TURN server in the preferences, or check name "
                              "lookup in this network."), server->host);
  case YONDER_DIAGNOSIS_TURN_SILENT: {
    g_autofree char *transport = g_ascii_strup (server->transport, -1);

    return g_strdup_printf (_("The relay %s was needed, but does not answer over %s. It may be down, or this network blocks port %u. Try a "
                              "TURN server that can be reached over TLS on port 443, or another network."), server->host, transport,
                            server->port);
  }
  default:
    return g_strdup_printf (_("The relay %s was needed, but refused with error %d. Ask its operator, or set up another TURN server."),
                            server->host, server->error_code);
  }
}

/* Whether a path that broke could not be rebuilt since no relay was to be had any more. One that is being asked says nothing yet. */
static gboolean
misses_relay (YonderDiagnosisCode code, const YonderDiagnosisFacts *facts)
{
  return code == YONDER_DIAGNOSIS_BROKEN && !facts->local.has_relay && !facts->remote.has_relay && facts->failed_turn != NULL
         && facts->failed_turn->outcome != YONDER_SERVER_PENDING;
}

static char *
explain (YonderDiagnosisCode code, const YonderDiagnosisFacts *facts)
{
  if (misses_relay (code, facts))
    return explain_turn (judge_turn (facts), facts->failed_turn);
  if (code >= YONDER_DIAGNOSIS_TURN_EXPIRED && code <= YONDER_DIAGNOSIS_TURN_SILENT)
    return explain_turn (code, facts->failed_turn);
  if (code == YONDER_DIAGNOSIS_FAMILY)
    return g_strdup (facts->local.has_ipv4
                     ? _("This computer has IPv4 addresses only, the other side IPv6 addresses only. A TURN server that has both would join "
                         "them: add one in the preferences.")
                     : _("This computer has IPv6 addresses only, the other side IPv4 addresses only. A TURN server that has both would join "
                         "them: add one in the preferences."));
  return explanations[code] != NULL ? g_strdup (_(explanations[code])) : NULL;
}

/**
 * yonder_diagnosis_new:
 * @facts: what is known; borrowed for the call
 *
 * Puts facts into words. Of a call that was connected and has ended otherwise than by its network, it tells the path that it had, if the
 * selected pair is among the facts.
 *
 * Returns: (transfer full): the diagnosis
 */
YonderDiagnosis *
yonder_diagnosis_new (const YonderDiagnosisFacts *facts)
{
  YonderDiagnosis *self = g_new0 (YonderDiagnosis, 1);

  switch (facts->stage) {
  case YONDER_DIAGNOSIS_STAGE_WAITING:
    self->code = YONDER_DIAGNOSIS_WAITING;
    self->headline = g_strdup (_("Not connected yet"));
    break;
  case YONDER_DIAGNOSIS_STAGE_CONNECTING:
    self->code = YONDER_DIAGNOSIS_CONNECTING;
    self->headline = g_strdup (_("Connecting…"));
    break;
  case YONDER_DIAGNOSIS_STAGE_RECONNECTING:
    self->code = YONDER_DIAGNOSIS_RECONNECTING;
    self->headline = g_strdup (_("Reconnecting…"));
    break;
  case YONDER_DIAGNOSIS_STAGE_CONNECTED:
    describe_path (self, facts);
    break;
  case YONDER_DIAGNOSIS_STAGE_ENDED:
    self->code = judge_failure (facts);
    self->headline = g_strdup (_("Not connected"));
    break;
  }
  self->explanation = explain (self->code, facts);
  self->blames_relay = misses_relay (self->code, facts);
  return self;
}

void
yonder_diagnosis_free (YonderDiagnosis *self)
{
  g_free (self->headline);
  g_free (self->explanation);
  g_free (self);
}

char *
yonder_diagnosis_to_sentence (const YonderDiagnosis *self)
{
  if (self->explanation == NULL)
    return g_strdup (self->headline);
  /* Translators: how things stand, and why: "Not connected: This computer has no network address…" */
  return g_strdup_printf (_("%s: %s"), self->headline, self->explanation);
}

/* --- Facts --- */

static void
take_side (YonderDiagnosisSide *side, GPtrArray *candidates, gboolean is_relay_only)
{
  for (guint i = 0; i < candidates->len; i++) {
    const YonderReportCandidate *candidate = g_ptr_array_index (candidates, i);
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (candidate->address);

    if (is_relay_only && candidate->kind != YONDER_CANDIDATE_RELAY)
      continue;
    side->n_candidates++;
    side->n_hidden += g_str_has_suffix (candidate->address, ".local");
    side->has_reflexive |= candidate->kind == YONDER_CANDIDATE_SRFLX || candidate->kind == YONDER_CANDIDATE_PRFLX;
    side->has_relay |= candidate->kind == YONDER_CANDIDATE_RELAY;
    if (address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
      side->has_ipv4 = TRUE;
    else if (address != NULL && !g_inet_address_get_is_link_local (address))
      side->has_ipv6 = TRUE;
  }
}

static gboolean
is_answer (const YonderReportServer *server)
{
  return server->outcome == YONDER_SERVER_REFUSED || server->outcome == YONDER_SERVER_UNTRUSTED;
}

/* A refusal, or a certificate that is none, tells more than silence. */
static gboolean
tells_more (const YonderReportServer *server, const YonderReportServer *than)
{
  return than == NULL || (is_answer (server) && !is_answer (than));
}

void
yonder_diagnosis_facts_take_report (YonderDiagnosisFacts *facts, const YonderIceReport *report)
{
  const YonderReportPair *selected = yonder_ice_report_get_selected (report);

  take_side (&facts->local, report->local, facts->is_relay_only);
  take_side (&facts->remote, report->remote, FALSE);
  if (selected != NULL) {
    facts->selected_local = yonder_ice_report_get_local (report, selected->local);
    facts->selected_remote = yonder_ice_report_get_remote (report, selected->remote);
  }

  for (guint i = 0; i < report->servers->len; i++) {
    const YonderReportServer *server = g_ptr_array_index (report->servers, i);

    if (!server->is_turn) {
      facts->has_stun = TRUE;
      facts->stun_outcome = server->outcome;
      continue;
    }
    facts->n_turn++;
    if (server->outcome != YONDER_SERVER_ANSWERED && tells_more (server, facts->failed_turn))
      facts->failed_turn = server;
  }
}

gboolean
yonder_diagnosis_is_expired_name (const char *username, gint64 now_s)
{
  char *end;
  guint64 expiry_s = username != NULL ? g_ascii_strtoull (username, &end, 10) : 0;

  return expiry_s > FIRST_EXPIRY_S && (*end == ':' || *end == '\0') && expiry_s < (guint64) now_s;
}
