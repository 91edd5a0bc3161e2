/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-journal.h"

#include <stdio.h>
#include <string.h>

/* libnice checks 100 pairs at most at one time; some come and go. */
#define MAX_PAIRS 400
/* eight TURN entries, each on every local address */
#define MAX_DISCOVERIES 400
#define MAX_SERVERS 64
/* of what libnice prints: INET6_ADDRSTRLEN is 46 */
#define ADDRESS "%63[^]]"

/* libnice's numbers of NiceCandidateType */
#define NICE_TYPE_RELAYED 3

typedef struct {
  guint64         pointer;    /* 0: libnice has let go of it */
  char           *local;      /* (nullable): until its addresses were told */
  char           *remote;
  guint           local_port, remote_port;
  char            local_transport[12], remote_transport[12];
  YonderPairState state;
  gboolean        is_nominated;
  gint64          sent_us;    /* the last request, or 0 once it was answered */
  gint64          rtt_us;     /* -1 */
  guint           n_requests, n_responses;
} Pair;

/* libnice asks each server once from every local address. */
typedef struct {
  guint64  pointer;
  gboolean is_turn;
  gboolean is_scheduled;
  char    *address;     /* (nullable): of the server, once it was asked */
  gboolean is_answered;
  gboolean is_challenged; /* 401 before any credentials were sent (RFC 8489 section 9.2.4) */
  int      error_code;
} Discovery;

typedef struct {
  char       *host;
  guint       port;
  int         relay_type; /* NiceRelayType */
  gboolean    is_resolving;
} Relay;

struct _YonderIceJournal {
  gatomicrefcount ref_count;
  GMutex          lock;
  GPtrArray      *pairs;        /* (element-type Pair), in the order in which they were made */
  GPtrArray      *discoveries;  /* (element-type Discovery), in that order too */
  GPtrArray      *relays;       /* (element-type Relay) */
  GHashTable     *names;        /* (element-type utf8 utf8): from address to name */
  char           *stun_host;    /* (nullable) */
  gboolean        stun_is_resolving;
  gint64          consent_sent_us;
  gint64          consent_rtt_us;
};

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  g_free (pair->local);
  g_free (pair->remote);
  g_free (pair);
}

static void
discovery_free (gpointer data)
{
  Discovery *discovery = data;

  g_free (discovery->address);
  g_free (discovery);
}

static void
relay_free (gpointer data)
{
  Relay *relay = data;

  g_free (relay->host);
  g_free (relay);
}

YonderIceJournal *
yonder_ice_journal_new (void)
{
  YonderIceJournal *self = g_new0 (YonderIceJournal, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->pairs = g_ptr_array_new_with_free_func (pair_free);
  self->discoveries = g_ptr_array_new_with_free_func (discovery_free);
  self->relays = g_ptr_array_new_with_free_func (relay_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->consent_rtt_us = -1;
  return self;
}

YonderIceJournal *
yonder_ice_journal_ref (YonderIceJournal *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
yonder_ice_journal_unref (YonderIceJournal *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->pairs);
  g_ptr_array_unref (self->discoveries);
  g_ptr_array_unref (self->relays);
  g_hash_table_unref (self->names);
  g_free (self->stun_host);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * yonder_ice_journal_split_line:
 * @line: a debug message of libnice
 * @agent: (out): the address of the agent that it is about
 *
 * Returns: (nullable): what it says, a part of @line; %NULL where it names no agent
 */
const char *
yonder_ice_journal_split_line (const char *line, guint64 *agent)
{
  char *end;

  if (!g_str_has_prefix (line, "Agent"))
    return NULL;
  line += strlen ("Agent");
  line += strspn (line, ": ");
  *agent = g_ascii_strtoull (line, &end, 16);
  if (end == line || *agent == 0)
    return NULL;
  return end + strspn (end, ": ");
}

/* --- Pairs --- */

static Pair *
find_pair (YonderIceJournal *self, guint64 pointer)
{
  for (guint i = self->pairs->len; pointer != 0 && i > 0; i--) {
    Pair *pair = g_ptr_array_index (self->pairs, i - 1);

    if (pair->pointer == pointer)
      return pair;
  }
  return NULL;
}

static Pair *
add_pair (YonderIceJournal *self, guint64 pointer)
{
  Pair *pair;

  if (self->pairs->len >= MAX_PAIRS)
    return NULL;

  pair = g_new0 (Pair, 1);
  pair->pointer = pointer;
  pair->rtt_us = -1;
  g_ptr_array_add (self->pairs, pair);
  return pair;
}

/* Where libnice reuses the memory of a pair, its state is told before its addresses are: the state belongs to the new one. */
static void
take_new_pair (YonderIceJournal *self, guint64 pointer, const char *local, guint local_port, const char *remote, guint remote_port)
{
  Pair *pair = find_pair (self, pointer);

  if (pair != NULL && pair->local != NULL) {
    YonderPairState state = pair->state;

    pair->pointer = 0;
    pair = add_pair (self, pointer);
    if (pair != NULL)
      pair->state = state;
  }
  if (pair == NULL)
    return;

  pair->local = g_strdup (local);
  pair->remote = g_strdup (remote);
  pair->local_port = local_port;
  pair->remote_port = remote_port;
}

/* libnice knows one more state: a pair that a check on another one has discovered (RFC 8445 section 7.2.5.3.2); it is a valid one. */
static gboolean
parse_state (const char *word, YonderPairState *state)
{
  static const struct { const char *word; YonderPairState state; } states[] = {
    { "FROZEN", YONDER_PAIR_FROZEN },       { "WAITING", YONDER_PAIR_WAITING },     { "IN_PROGRESS", YONDER_PAIR_IN_PROGRESS },
    { "FAILED", YONDER_PAIR_FAILED },       { "SUCCEEDED", YONDER_PAIR_SUCCEEDED }, { "DISCOVERED", YONDER_PAIR_SUCCEEDED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    if (g_str_equal (word, states[i].word)) {
      *state = states[i].state;
      return TRUE;
    }
  }
  return FALSE;
}

static void
take_state (YonderIceJournal *self, guint64 pointer, const char *word)
{
  YonderPairState state;
  Pair *pair;

  if (!parse_state (word, &state))
    return;
  pair = find_pair (self, pointer);
  if (pair == NULL)
    pair = add_pair (self, pointer);
  if (pair != NULL)
    pair->state = state;
}

static void
take_request (YonderIceJournal *self, guint64 pointer, gint64 time_us)
{
  Pair *pair = find_pair (self, pointer);

  if (pair == NULL)
    return;
  pair->sent_us = time_us;
  pair->n_requests++;
}

static void
take_response (YonderIceJournal *self, guint64 pointer, gint64 time_us)
{
  Pair *pair = find_pair (self, pointer);

  if (pair == NULL)
    return;
  if (pair->sent_us > 0)
    pair->rtt_us = time_us - pair->sent_us;
  pair->sent_us = 0;
  pair->n_responses++;
}

static gboolean
take_pair_text (YonderIceJournal *self, const char *text, gint64 time_us)
{
  char local[64], remote[64], word[16], local_transport[12], remote_transport[12];
  guint local_port, remote_port;
  guint64 pointer;
  Pair *pair;
  int end = 0;

  if (sscanf (text, "pair %" G_GINT64_MODIFIER "x state %15[A-Z_]", &pointer, word) == 2)
    take_state (self, pointer, word);
  else if (sscanf (text, "new pair %" G_GINT64_MODIFIER "x : [" ADDRESS "]:%u --> [" ADDRESS "]:%u", &pointer, local, &local_port,
                   remote, &remote_port) == 5)
    take_new_pair (self, pointer, local, local_port, remote, remote_port);
  else if (sscanf (text, "added a new pair %" G_GINT64_MODIFIER "x with foundation '%*[^']' and transport %11[^:]:%11[^ ]", &pointer,
                   local_transport, remote_transport) == 3
           || sscanf (text, "added a new peer-discovered pair %" G_GINT64_MODIFIER "x with foundation '%*[^']' and transport %11[^:]:%11[^ ]",
                      &pointer, local_transport, remote_transport) == 3) {
    pair = find_pair (self, pointer);
    if (pair != NULL) {
      g_strlcpy (pair->local_transport, local_transport, sizeof pair->local_transport);
      g_strlcpy (pair->remote_transport, remote_transport, sizeof pair->remote_transport);
    }
  } else if (sscanf (text, "STUN-CC REQ [" ADDRESS "]:%u --> [" ADDRESS "]:%u, socket=%*d, pair=%" G_GINT64_MODIFIER "x", local,
                     &local_port, remote, &remote_port, &pointer) == 5)
    take_request (self, pointer, time_us);
  else if (sscanf (text, "STUN transaction retransmitted on pair %" G_GINT64_MODIFIER "x", &pointer) == 1)
    take_request (self, pointer, time_us);
  else if (sscanf (text, "pair %" G_GINT64_MODIFIER "x MATCHED%n", &pointer, &end) == 1 && end > 0)
    take_response (self, pointer, time_us);
  else if (sscanf (text, "pair %" G_GINT64_MODIFIER "x removed%n", &pointer, &end) == 1 && end > 0) {
    pair = find_pair (self, pointer);
    if (pair != NULL)
      pair->pointer = 0;
  } else if (sscanf (text, "marking pair %" G_GINT64_MODIFIER "x (%*[^)]) as nominated%n", &pointer, &end) == 1 && end > 0) {
    pair = find_pair (self, pointer);
    if (pair != NULL)
      pair->is_nominated = TRUE;
  } else {
    return FALSE;
  }
  return TRUE;
}

static gboolean
take_consent_text (YonderIceJournal *self, const char *text, gint64 time_us)
{
  if (g_str_has_prefix (text, "Keepalive STUN-CC REQ to ")) {
    self->consent_sent_us = time_us;
  } else if (g_str_has_prefix (text, "Keepalive for selected pair ")) {
    if (self->consent_sent_us > 0)
      self->consent_rtt_us = time_us - self->consent_sent_us;
    self->consent_sent_us = 0;
  } else {
    return FALSE;
  }
  return TRUE;
}

/* --- Servers --- */

static Discovery *
find_discovery (YonderIceJournal *self, guint64 pointer)
{
  for (guint i = self->discoveries->len; i > 0; i--) {
    Discovery *discovery = g_ptr_array_index (self->discoveries, i - 1);

    if (discovery->pointer == pointer)
      return discovery;
  }
  return NULL;
}

static void
take_discovery (YonderIceJournal *self, guint64 pointer, gboolean is_turn)
{
  Discovery *discovery;

  if (self->discoveries->len >= MAX_DISCOVERIES)
    return;

  discovery = g_new0 (Discovery, 1);
  discovery->pointer = pointer;
  discovery->is_turn = is_turn;
  g_ptr_array_add (self->discoveries, discovery);
}

/* The message that a server is asked does not say for which discovery; they are taken in the order of their list. */
static void
take_scheduling (YonderIceJournal *self, gboolean is_turn, const char *address)
{
  for (guint i = 0; i < self->discoveries->len; i++) {
    Discovery *discovery = g_ptr_array_index (self->discoveries, i);

    if (discovery->is_scheduled || discovery->is_turn != is_turn)
      continue;
    if (discovery->address != NULL && !g_str_equal (discovery->address, address))
      continue;
    discovery->is_scheduled = TRUE;
    g_set_str (&discovery->address, address);
    return;
  }
}

/* A TURN server refuses the first request of everybody with 401, to say which realm the password is for. */
static void
take_answer (YonderIceJournal *self, guint64 pointer, gboolean is_success, int stun_code)
{
  Discovery *discovery = find_discovery (self, pointer);

  if (discovery == NULL)
    return;

  if (is_success) {
    discovery->is_answered = TRUE;
    discovery->error_code = 0;
  } else if ((stun_code == 401 && !discovery->is_challenged) || stun_code == 438) {
    discovery->is_challenged = TRUE;
    discovery->is_scheduled = FALSE;
  } else if (stun_code >= 400) {
    discovery->error_code = stun_code;
  }
}

static void
take_relay (YonderIceJournal *self, const char *host, guint port, int relay_type)
{
  Relay *relay;

  for (guint i = 0; i < self->relays->len; i++) {
    relay = g_ptr_array_index (self->relays, i);
    if (g_str_equal (relay->host, host) && relay->port == port && relay->relay_type == relay_type)
      return;
  }
  if (self->relays->len >= MAX_SERVERS)
    return;

  relay = g_new0 (Relay, 1);
  relay->host = g_strdup (host);
  relay->port = port;
  relay->relay_type = relay_type;
  g_ptr_array_add (self->relays, relay);
}

static void
set_resolving (YonderIceJournal *self, const char *host, gboolean is_resolving)
{
  for (guint i = 0; i < self->relays->len; i++) {
    Relay *relay = g_ptr_array_index (self->relays, i);

    if (g_str_equal (relay->host, host))
      relay->is_resolving = is_resolving;
  }
}

static void
take_name (YonderIceJournal *self, const char *host, const char *address)
{
  if (g_hash_table_size (self->names) < MAX_SERVERS)
    g_hash_table_insert (self->names, g_strdup (address), g_strdup (host));
}

static gboolean
take_server_text (YonderIceJournal *self, const char *text, int stun_code)
{
  char host[256], address[64];
  guint64 pointer;
  guint port, kind;
  int number;

  if (sscanf (text, "added relay server [%255[^]]]:%u of type %d", host, &port, &number) == 3) {
    take_relay (self, host, port, number);
  } else if (sscanf (text, "s:%*u/c:%*u: Resolved TURN server %255[^ ] to %63s", host, address) == 2) {
    set_resolving (self, host, FALSE);
    take_name (self, host, address);
  } else if (sscanf (text, "s:%*u: Resolved STUN server %255[^ ] to %63s", host, address) == 2) {
    self->stun_is_resolving = FALSE;
    take_name (self, host, address);
  } else if (sscanf (text, "s:%*u/%*u: Resolving TURN server %255s", host) == 1
             || sscanf (text, "s%*u/%*u: Resolving TURN server %255s", host) == 1) {
    set_resolving (self, host, TRUE);
  } else if (sscanf (text, "s:%*u: Resolving STUN server %255s", host) == 1) {
    self->stun_is_resolving = TRUE;
    g_set_str (&self->stun_host, host);
  } else if (sscanf (text, "Adding new relay-rflx candidate discovery %" G_GINT64_MODIFIER "x", &pointer) == 1) {
    take_discovery (self, pointer, TRUE);
  } else if (sscanf (text, "Adding new srv-rflx candidate discovery %" G_GINT64_MODIFIER "x", &pointer) == 1) {
    take_discovery (self, pointer, FALSE);
  } else if (sscanf (text, "discovery - scheduling cand type %u addr %63[^ ]", &kind, address) == 2) {
    size_t length = strlen (address);

    if (length > 0 && address[length - 1] == '.')
      address[length - 1] = '\0';
    take_scheduling (self, kind == NICE_TYPE_RELAYED, address);
  } else if (sscanf (text, "stun_turn_process/disc for %" G_GINT64_MODIFIER "x res %d", &pointer, &number) == 2) {
    /* StunUsageTurnReturn: RELAY_SUCCESS, MAPPED_SUCCESS, ERROR, … */
    take_answer (self, pointer, number <= 1, stun_code);
  } else if (sscanf (text, "stun_bind_process/disc for %" G_GINT64_MODIFIER "x res %d", &pointer, &number) == 2) {
    /* StunUsageBindReturn: SUCCESS, ERROR, … */
    take_answer (self, pointer, number == 0, stun_code);
  } else {
    return FALSE;
  }
  return TRUE;
}

/**
 * yonder_ice_journal_take_text:
 * @self: the journal of an agent
 * @text: what it says, without the agent's name
 * @stun_code: the error code that the STUN library told just before in the same thread, or 0
 * @time_us: when, monotonic
 *
 * Writes down one message; those of other matters are passed over.
 */
void
yonder_ice_journal_take_text (YonderIceJournal *self, const char *text, int stun_code, gint64 time_us)
{
  g_mutex_lock (&self->lock);
  if (!take_pair_text (self, text, time_us) && !take_consent_text (self, text, time_us))
    take_server_text (self, text, stun_code);
  g_mutex_unlock (&self->lock);
}

/* --- The report --- */

static gboolean
matches (const YonderReportCandidate *candidate, const char *address, guint port, const char *transport)
{
  gboolean is_tcp = g_str_has_prefix (transport, "tcp");

  return candidate->port == port && g_str_equal (candidate->address, address) && g_str_has_prefix (candidate->protocol, "tcp") == is_tcp;
}

static guint
find_candidate (GPtrArray *candidates, const char *address, guint port, const char *transport)
{
  for (guint i = 0; i < candidates->len; i++) {
    if (matches (g_ptr_array_index (candidates, i), address, port, transport))
      return i;
  }
  return candidates->len;
}

/* A pair can be there before, or after, the agent lists its candidates: then they are peer reflexive ones. */
static void
fill_pair (const Pair *pair, YonderIceReport *report)
{
  guint local = find_candidate (report->local, pair->local, pair->local_port, pair->local_transport);
  guint remote = find_candidate (report->remote, pair->remote, pair->remote_port, pair->remote_transport);
  YonderReportPair *entry;

  if (local == report->local->len)
    yonder_ice_report_add_local (report, YONDER_CANDIDATE_PRFLX, g_str_has_prefix (pair->local_transport, "tcp") ? "tcp" : "udp",
                                 pair->local, pair->local_port);
  if (remote == report->remote->len)
    yonder_ice_report_add_remote (report, YONDER_CANDIDATE_PRFLX, g_str_has_prefix (pair->remote_transport, "tcp") ? "tcp" : "udp",
                                  pair->remote, pair->remote_port);

  entry = yonder_ice_report_add_pair (report, local, remote, pair->state);
  entry->is_nominated = pair->is_nominated;
  entry->rtt_ms = pair->rtt_us >= 0 ? pair->rtt_us / 1000.0 : -1.0;
  entry->n_requests = pair->n_requests;
  entry->n_responses = pair->n_responses;
}

/**
 * yonder_ice_journal_fill_pairs:
 * @self: the journal
 * @report: a report with the candidates that the agent lists
 *
 * Adds every pair that the agent has made, those that it has let go of included.
 */
void
yonder_ice_journal_fill_pairs (YonderIceJournal *self, YonderIceReport *report)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->pairs->len; i++) {
    const Pair *pair = g_ptr_array_index (self->pairs, i);

    if (pair->local != NULL)
      fill_pair (pair, report);
  }
  g_mutex_unlock (&self->lock);
}

/* Whether @address is one of @host's. */
static gboolean
is_address_of (YonderIceJournal *self, const char *host, const char *address)
{
  return g_strcmp0 (host, address) == 0 || g_strcmp0 (host, g_hash_table_lookup (self->names, address)) == 0;
}

/* The best that any of the requests to that server came to: one local address from which it cannot be reached says nothing yet. */
static void
judge_server (YonderIceJournal *self, YonderReportServer *server, gboolean is_resolving, gboolean is_over)
{
  gboolean is_asked = FALSE;

  for (guint i = 0; i < self->discoveries->len; i++) {
    const Discovery *discovery = g_ptr_array_index (self->discoveries, i);

    if (discovery->is_turn != server->is_turn || discovery->address == NULL || !is_address_of (self, server->host, discovery->address))
      continue;

    is_asked = TRUE;
    if (discovery->is_answered) {
      server->outcome = YONDER_SERVER_ANSWERED;
      server->error_code = 0;
      return;
    }
    if (discovery->error_code != 0) {
      server->outcome = YONDER_SERVER_REFUSED;
      server->error_code = discovery->error_code;
    }
  }
  if (server->outcome == YONDER_SERVER_PENDING && is_over)
    server->outcome = is_resolving && !is_asked ? YONDER_SERVER_UNRESOLVED : YONDER_SERVER_SILENT;
}

static void
fill_stun (YonderIceJournal *self, YonderIceReport *report, gboolean is_over)
{
  const char *host = self->stun_host;

  for (guint i = 0; i < self->discoveries->len && host == NULL; i++) {
    const Discovery *discovery = g_ptr_array_index (self->discoveries, i);

    if (!discovery->is_turn)
      host = discovery->address;
  }
  if (host != NULL)
    judge_server (self, yonder_ice_report_add_server (report, FALSE, host, 0, "udp"), self->stun_is_resolving, is_over);
}

/**
 * yonder_ice_journal_fill_servers:
 * @self: the journal
 * @report: the report
 * @is_over: whether nothing is waited for any more, so that a server which has not answered is silent
 *
 * Adds the STUN server and the TURN servers. Of two ways to one TURN server (UDP and TCP) libnice does not tell which was refused: both
 * then have the same outcome.
 */
void
yonder_ice_journal_fill_servers (YonderIceJournal *self, YonderIceReport *report, gboolean is_over)
{
  static const char * const transports[] = { "udp", "tcp", "tls" };

  g_mutex_lock (&self->lock);
  fill_stun (self, report, is_over);
  for (guint i = 0; i < self->relays->len; i++) {
    const Relay *relay = g_ptr_array_index (self->relays, i);

    judge_server (self, yonder_ice_report_add_server (report, TRUE, relay->host, relay->port,
                                                      transports[CLAMP (relay->relay_type, 0, 2)]),
                  relay->is_resolving, is_over);
  }
  g_mutex_unlock (&self->lock);
}

double
yonder_ice_journal_get_consent_rtt_ms (YonderIceJournal *self)
{
  double rtt_ms;

  g_mutex_lock (&self->lock);
  rtt_ms = self->consent_rtt_us >= 0 ? self->consent_rtt_us / 1000.0 : -1.0;
  g_mutex_unlock (&self->lock);
  return rtt_ms;
}

char *
yonder_ice_journal_name_server (YonderIceJournal *self, const char *address)
{
  char *name;

  g_mutex_lock (&self->lock);
  name = g_strdup (g_hash_table_lookup (self->names, address));
  g_mutex_unlock (&self->lock);
  return name;
}
