/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Events by profile: what goes out is what the server's tables say, what comes in is understood in every shape that is in use,
 * and what is not acceptable is refused with the place named. */

#include "yonder-profile.h"

#include "yonder-json.h"

#define SDP "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
#define SDP_JSON "\"v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\nm=audio 9 UDP/TLS/RTP/SAVPF 111\\r\\n\""
#define HOST "candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host"

static YonderProfile *
shipped (const char *name)
{
  g_autoptr (GError) error = NULL;
  YonderProfile *profile = yonder_profile_new_shipped (name, &error);

  g_assert_no_error (error);
  return profile;
}

static YonderEvent *
new_event (YonderEventType type)
{
  YonderEvent *event = yonder_event_new (type);

  event->call_id = g_strdup ("c1");
  event->peer_id = g_strdup ("u2");
  return event;
}

typedef YonderEvent *(*Decode) (YonderProfile *profile, const char *name, JsonArray *arguments, GError **error);

static YonderEvent *
decode (Decode function, const char *profile_name, const char *name, const char *arguments, GError **error)
{
  g_autoptr (YonderProfile) profile = shipped (profile_name);
  g_autoptr (JsonNode) node = yonder_json_parse (arguments, -1, G_MAXSIZE, error);

  g_assert_nonnull (node);
  return function (profile, name, json_node_get_array (node), error);
}

static YonderEvent *
receive (const char *name, const char *arguments)
{
  g_autoptr (GError) error = NULL;
  YonderEvent *event = decode (yonder_profile_decode, "vigi", name, arguments, &error);

  g_assert_no_error (error);
  return event;
}

static void
assert_sent (const char *profile_name, gboolean by_server, YonderEvent *event, const char *name, const char *arguments)
{
  g_autoptr (YonderProfile) profile = shipped (profile_name);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *sent_name = NULL, *json = NULL;

  if (by_server)
    yonder_profile_server_encode (profile, event, &sent_name, &node, &error);
  else
    yonder_profile_encode (profile, event, &sent_name, &node, &error);
  g_assert_no_error (error);
  json = yonder_json_print (node);
  g_assert_cmpstr (sent_name, ==, name);
  g_assert_cmpstr (json, ==, arguments);
}

/* The table of the design, left side. */
static void
test_vigi_client (void)
{
  g_autoptr (YonderEvent) invite = new_event (YONDER_EVENT_INVITE);
  g_autoptr (YonderEvent) offer = new_event (YONDER_EVENT_OFFER);
  g_autoptr (YonderEvent) answer = new_event (YONDER_EVENT_ANSWER);
  g_autoptr (YonderEvent) candidate = new_event (YONDER_EVENT_CANDIDATE);
  g_autoptr (YonderEvent) end = new_event (YONDER_EVENT_CANDIDATE);
  g_autoptr (YonderEvent) batch = new_event (YONDER_EVENT_CANDIDATES);
  g_autoptr (YonderEvent) recover = new_event (YONDER_EVENT_RECOVER);
  g_autoptr (YonderEvent) meeting = new_event (YONDER_EVENT_MEETING);
  static const struct { YonderEventType type; const char *name; } plain[] = {
    { YONDER_EVENT_ACCEPT, "call_answer" },
    { YONDER_EVENT_DECLINE, "call_decline" },
    { YONDER_EVENT_HANG_UP, "call_end" },
  };

  invite->kind = g_strdup ("video");
  assert_sent ("vigi", FALSE, invite, "call_initiate", "[{\"calleeId\":\"u2\",\"type\":\"video\"}]");
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++) {
    g_autoptr (YonderEvent) event = new_event (plain[i].type);

    assert_sent ("vigi", FALSE, event, plain[i].name, "[{\"callId\":\"c1\"}]");
  }

  offer->sdp = g_strdup (SDP);
  assert_sent ("vigi", FALSE, offer, "webrtc_offer",
               "[{\"callId\":\"c1\",\"to\":\"u2\",\"offer\":{\"type\":\"offer\",\"sdp\":" SDP_JSON "}}]");
  answer->sdp = g_strdup (SDP);
  answer->generation = 2;
  assert_sent ("vigi", FALSE, answer, "webrtc_answer",
               "[{\"callId\":\"c1\",\"to\":\"u2\",\"answer\":{\"type\":\"answer\",\"sdp\":" SDP_JSON "},\"generation\":2}]");

  yonder_event_add_candidate (candidate, HOST, "0", 0, "abcd");
  assert_sent ("vigi", FALSE, candidate, "webrtc_ice_candidate",
               "[{\"callId\":\"c1\",\"to\":\"u2\",\"candidate\":{\"candidate\":\"" HOST "\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0,"
               "\"usernameFragment\":\"abcd\"}}]");
  yonder_event_add_candidate (end, "", "0", 0, NULL);
  assert_sent ("vigi", FALSE, end, "webrtc_ice_candidate",
               "[{\"callId\":\"c1\",\"to\":\"u2\",\"candidate\":{\"candidate\":\"\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}}]");
  yonder_event_add_candidate (batch, HOST, "0", 0, NULL);
  yonder_event_add_candidate (batch, "", NULL, -1, NULL);
  assert_sent ("vigi", FALSE, batch, "ice_candidates",
               "[{\"callId\":\"c1\",\"to\":\"u2\",\"candidates\":[{\"candidate\":\"" HOST "\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0},"
               "{\"candidate\":\"\"}]}]");
  meeting->uri = g_strdup ("https://meet.example.org/x");
  assert_sent ("vigi", FALSE, meeting, "call_meeting", "[{\"callId\":\"c1\",\"to\":\"u2\",\"url\":\"https://meet.example.org/x\"}]");
  recover->generation = 1;
  assert_sent ("vigi", FALSE, recover, "webrtc_recover", "[{\"callId\":\"c1\",\"to\":\"u2\",\"generation\":1}]");
}

/* The table of the design, right side, as it is written and as it is read. */
static void
test_vigi_server (void)
{
  static const struct { YonderEventType type; const char *name, *arguments; } plain[] = {
    { YONDER_EVENT_INVITED, "call_initiated", "[{\"callId\":\"c1\"}]" },
    { YONDER_EVENT_ACCEPTED, "call_answered", "[{\"callId\":\"c1\"}]" },
  };
  g_autoptr (YonderEvent) incoming = new_event (YONDER_EVENT_INCOMING);
  g_autoptr (YonderEvent) ended = new_event (YONDER_EVENT_ENDED);
  g_autoptr (YonderEvent) error = yonder_event_new (YONDER_EVENT_ERROR);
  g_autoptr (YonderEvent) online = yonder_event_new (YONDER_EVENT_ONLINE);
  g_autoptr (YonderEvent) presence = yonder_event_new (YONDER_EVENT_PRESENCE);
  g_autoptr (YonderEvent) offer = new_event (YONDER_EVENT_OFFER);

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++) {
    g_autoptr (YonderEvent) event = new_event (plain[i].type);
    g_autoptr (YonderEvent) read = receive (plain[i].name, plain[i].arguments);

    assert_sent ("vigi", TRUE, event, plain[i].name, plain[i].arguments);
    g_assert_cmpint (read->type, ==, plain[i].type);
    g_assert_cmpstr (read->call_id, ==, "c1");
  }

  incoming->kind = g_strdup ("voice");
  incoming->peer_name = g_strdup ("Ada");
  assert_sent ("vigi", TRUE, incoming, "incoming_call",
               "[{\"callId\":\"c1\",\"caller\":{\"_id\":\"u2\",\"fullName\":\"Ada\"},\"type\":\"voice\"}]");
  ended->reason = g_strdup ("busy");
  ended->ended_by = g_strdup ("u2");
  ended->duration_s = 7;
  assert_sent ("vigi", TRUE, ended, "call_ended", "[{\"callId\":\"c1\",\"reason\":\"busy\",\"endedBy\":\"u2\",\"duration\":7}]");
  error->text = g_strdup ("User is offline");
  assert_sent ("vigi", TRUE, error, "call_error", "[{\"error\":\"User is offline\"}]");
  online->users = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (online->users, g_strdup ("u1"));
  g_ptr_array_add (online->users, g_strdup ("u2"));
  assert_sent ("vigi", TRUE, online, "online_contacts", "[[\"u1\",\"u2\"]]");
  presence->peer_id = g_strdup ("u2");
  presence->status = g_strdup ("away");
  assert_sent ("vigi", TRUE, presence, "user_status_changed", "[{\"userId\":\"u2\",\"status\":\"away\"}]");
  /* What is relayed carries who it is from, in place of whom it is for. */
  offer->sdp = g_strdup (SDP);
  assert_sent ("vigi", TRUE, offer, "webrtc_offer",
               "[{\"callId\":\"c1\",\"from\":\"u2\",\"offer\":{\"type\":\"offer\",\"sdp\":" SDP_JSON "}}]");
}

static void
test_vigi_received (void)
{
  g_autoptr (YonderEvent) incoming = receive ("incoming_call",
    "[{\"callId\":7,\"caller\":{\"_id\":\"u2\",\"fullName\":\"<b>Ada</b>\",\"avatarPath\":null},\"type\":\"audio\",\"more\":[1]},\"and more\"]");
  g_autoptr (YonderEvent) ended = receive ("call_ended",
                                           "[{\"callId\":\"c1\",\"reason\":\"meteor\",\"endedBy\":{\"_id\":\"u9\"},\"duration\":12.6}]");
  g_autoptr (YonderEvent) bare_end = receive ("call_ended", "[{\"callId\":\"c1\"}]");
  g_autoptr (YonderEvent) online = receive ("online_contacts", "[[\"u1\",{\"_id\":\"u2\",\"fullName\":\"x\"},{\"id\":3}]]");
  g_autoptr (YonderEvent) presence = receive ("user_status_changed",
                                              "[{\"userId\":\"u2\",\"status\":\"idle\",\"lastSeen\":\"2026\"}]");
  g_autoptr (YonderEvent) error = receive ("call_error", "[{\"error\":{\"message\":\"no\"}}]");
  g_autoptr (YonderEvent) meeting = receive ("call_meeting", "[{\"callId\":\"c1\",\"url\":\"https://meet.example.org/x\",\"to\":\"u1\"}]");
  g_autoptr (YonderEvent) recover = receive ("webrtc_recover", "[{\"callId\":\"c1\",\"generation\":3,\"to\":\"u1\"}]");

  g_assert_cmpstr (incoming->call_id, ==, "7");
  g_assert_cmpstr (incoming->peer_id, ==, "u2");
  g_assert_cmpstr (incoming->peer_name, ==, "<b>Ada</b>");
  g_assert_null (incoming->peer_avatar);
  g_assert_cmpstr (incoming->kind, ==, "voice");
  g_assert_cmpstr (ended->reason, ==, "ended");
  g_assert_cmpstr (ended->ended_by, ==, "u9");
  g_assert_cmpint (ended->duration_s, ==, 13);
  g_assert_null (bare_end->reason);
  g_assert_cmpuint (online->users->len, ==, 3);
  g_assert_cmpstr (online->users->pdata[0], ==, "u1");
  g_assert_cmpstr (online->users->pdata[1], ==, "u2");
  g_assert_cmpstr (online->users->pdata[2], ==, "3");
  g_assert_cmpstr (presence->peer_id, ==, "u2");
  g_assert_cmpstr (presence->status, ==, "away");
  g_assert_null (presence->call_id);
  g_assert_cmpstr (error->text, ==, "no");
  g_assert_cmpint (recover->generation, ==, 3);
  g_assert_cmpstr (meeting->uri, ==, "https://meet.example.org/x");
}

/* The shapes of a description that public code sends. */
static void
test_sdp_shapes (void)
{
  static const char * const payloads[] = {
    "[{\"callId\":\"c1\",\"offer\":{\"type\":\"offer\",\"sdp\":" SDP_JSON "}}]",
    "[{\"callId\":\"c1\",\"offer\":{\"sdp\":" SDP_JSON "}}]",
    "[{\"callId\":\"c1\",\"offer\":" SDP_JSON "}]",
    "[{\"callId\":\"c1\",\"sdp\":" SDP_JSON ",\"from\":\"u2\"}]",
    "[{\"callId\":\"c1\",\"sdp\":{\"type\":\"offer\",\"sdp\":" SDP_JSON "},\"generation\":0,\"from\":null}]",
    "[{\"callId\":\"c1\",\"offer\":\"{\\\"type\\\":\\\"offer\\\",\\\"sdp\\\":\\\"v=0\\\\r\\\\n\\\"}\"}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (payloads); i++) {
    g_autoptr (YonderEvent) event = receive ("webrtc_offer", payloads[i]);

    g_assert_cmpint (event->type, ==, YONDER_EVENT_OFFER);
    g_assert_true (g_str_has_prefix (event->sdp, "v=0\r\n"));
    g_assert_cmpint (event->generation, ==, strstr (payloads[i], "generation") != NULL ? 0 : -1);
  }
}

/* The shapes of a candidate that public code sends; what has none is the end of candidates. */
static void
test_candidate_shapes (void)
{
  static const struct { const char *payload, *candidate, *mid; int index; const char *ufrag; } cases[] = {
    { "{\"candidate\":{\"candidate\":\"" HOST "\",\"sdpMid\":\"audio0\",\"sdpMLineIndex\":1,\"usernameFragment\":\"uf\"}}", HOST,
      "audio0", 1, "uf" },
    { "{\"candidate\":{\"candidate\":\"" HOST "\",\"sdpMid\":null,\"sdpMLineIndex\":0.0,\"usernameFragment\":null}}", HOST, NULL,
      0, NULL },
    { "{\"candidate\":{\"candidate\":{\"candidate\":\"" HOST "\",\"sdpMid\":\"0\"},\"type\":\"candidate\"}}", HOST, "0", -1,
      NULL },
    { "{\"candidate\":\"" HOST "\"}", HOST, NULL, -1, NULL },
    { "{\"candidate\":{\"candidate\":\"\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}}", "", "0", 0, NULL },
    { "{\"candidate\":{\"candidate\":null,\"sdpMid\":\"0\"}}", "", "0", -1, NULL },
    { "{\"candidate\":{}}", "", NULL, -1, NULL },
    { "{\"candidate\":\"\"}", "", NULL, -1, NULL },
    { "{\"candidate\":null}", "", NULL, -1, NULL },
    { "{\"to\":\"u1\"}", "", NULL, -1, NULL },
    { "{\"candidate\":[{\"candidate\":\"" HOST "\",\"sdpMid\":\"1\"}]}", HOST, "1", -1, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *arguments = g_strdup_printf ("[{\"callId\":\"c1\",%s]", cases[i].payload + 1);
    g_autoptr (YonderEvent) event = receive ("webrtc_ice_candidate", arguments);
    YonderEventCandidate *candidate;

    g_assert_nonnull (event->candidates);
    g_assert_cmpuint (event->candidates->len, ==, 1);
    candidate = event->candidates->pdata[0];
    g_assert_cmpstr (candidate->candidate, ==, cases[i].candidate);
    g_assert_cmpstr (candidate->sdp_mid, ==, cases[i].mid);
    g_assert_cmpint (candidate->sdp_mline_index, ==, cases[i].index);
    g_assert_cmpstr (candidate->username_fragment, ==, cases[i].ufrag);
  }

  g_autoptr (YonderEvent) batch = receive ("ice_candidates",
                                           "[{\"callId\":\"c1\",\"candidates\":[\"" HOST "\",null,{\"candidate\":\"" HOST "\"}]}]");
  g_assert_cmpuint (batch->candidates->len, ==, 3);
}

/* One event name can mean two things: what a server reads is what clients send. */
static void
test_sides (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderEvent) offer = NULL, invite = NULL, wrong = NULL;

  offer = decode (yonder_profile_server_decode, "vigi", "webrtc_offer",
                  "[{\"callId\":\"c1\",\"offer\":" SDP_JSON ",\"to\":\"u2\",\"from\":\"somebody else\"}]", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (offer->peer_id, ==, "u2");
  g_assert_null (offer->self_id);

  invite = decode (yonder_profile_server_decode, "vigi", "call_initiate", "[{\"calleeId\":\"u2\",\"type\":\"video\"}]", &error);
  g_assert_no_error (error);
  g_assert_cmpint (invite->type, ==, YONDER_EVENT_INVITE);
  g_assert_cmpstr (invite->peer_id, ==, "u2");

  wrong = decode (yonder_profile_decode, "vigi", "call_initiate", "[{\"calleeId\":\"u2\",\"type\":\"video\"}]", &error);
  g_assert_null (wrong);
  g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNKNOWN);
}

static void
test_dotted (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderEvent) invite = yonder_event_new (YONDER_EVENT_INVITE);
  g_autoptr (YonderEvent) decline = new_event (YONDER_EVENT_DECLINE);
  g_autoptr (YonderEvent) ended = new_event (YONDER_EVENT_ENDED);
  g_autoptr (YonderEvent) candidate = new_event (YONDER_EVENT_CANDIDATE);
  g_autoptr (YonderEvent) incoming = NULL, accepted = NULL, rejected = NULL, over = NULL, offer = NULL;
  g_autoptr (YonderProfile) profile = shipped ("dotted");
  g_autofree char *name = NULL;
  g_autoptr (JsonNode) arguments = NULL;

  g_assert_cmpint (yonder_profile_get_flow (profile), ==, YONDER_FLOW_OFFER_FIRST);

  invite->peer_id = g_strdup ("b@example.org");
  invite->self_id = g_strdup ("a@example.org");
  invite->sdp = g_strdup (SDP);
  invite->kind = g_strdup ("voice");
  assert_sent ("dotted", FALSE, invite, "call.offer",
               "[{\"to\":\"b@example.org\",\"from\":\"a@example.org\",\"kind\":\"audio\",\"sdp\":" SDP_JSON "}]");
  assert_sent ("dotted", FALSE, decline, "call.reject", "[{\"to\":\"u2\"}]");
  yonder_event_add_candidate (candidate, HOST, "0", 0, NULL);
  assert_sent ("dotted", FALSE, candidate, "call.ice",
               "[{\"to\":\"u2\",\"candidate\":{\"candidate\":\"" HOST "\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}}]");
  assert_sent ("dotted", TRUE, ended, "call.end", "[{\"from\":\"u2\"}]");
  ended->reason = g_strdup ("declined");
  assert_sent ("dotted", TRUE, ended, "call.reject", "[{\"from\":\"u2\"}]");

  /* There are no call ids: the peer stands for the call. Without a kind the description tells. */
  incoming = decode (yonder_profile_decode, "dotted", "call.offer",
                     "[{\"from\":\"a@example.org\",\"to\":\"b\",\"offer\":{\"type\":\"offer\",\"sdp\":" SDP_JSON "}}]", &error);
  g_assert_no_error (error);
  g_assert_cmpint (incoming->type, ==, YONDER_EVENT_INCOMING);
  g_assert_cmpstr (incoming->call_id, ==, "a@example.org");
  g_assert_cmpstr (incoming->kind, ==, "voice");
  accepted = decode (yonder_profile_decode, "dotted", "call.answer", "[{\"from\":\"b@example.org\",\"sdp\":" SDP_JSON "}]",
                     &error);
  g_assert_no_error (error);
  g_assert_cmpint (accepted->type, ==, YONDER_EVENT_ACCEPTED);
  g_assert_nonnull (accepted->sdp);
  rejected = decode (yonder_profile_decode, "dotted", "call.reject", "[{\"from\":\"b\"}]", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (rejected->reason, ==, "declined");
  over = decode (yonder_profile_decode, "dotted", "call.end", "[{\"from\":\"b\"}]", &error);
  g_assert_no_error (error);
  g_assert_cmpint (over->type, ==, YONDER_EVENT_ENDED);

  offer = new_event (YONDER_EVENT_OFFER);
  g_assert_false (yonder_profile_encode (profile, offer, &name, &arguments, &error));
  g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNSUPPORTED);
}

/* What is not acceptable, with the words that the message must have so that somebody can find the place. */
static void
test_hostile (void)
{
  static const struct { const char *name, *arguments, *place; } cases[] = {
    { "incoming_call", "[]", "callId" },
    { "incoming_call", "[null]", "callId" },
    { "incoming_call", "[\"c1\"]", "callId" },
    { "incoming_call", "[[{\"callId\":\"c1\"}]]", "callId" },
    { "incoming_call", "[{\"callId\":{},\"caller\":{\"_id\":\"u\"},\"type\":\"voice\"}]", "callId" },
    { "incoming_call", "[{\"callId\":\"\",\"caller\":{\"_id\":\"u\"},\"type\":\"voice\"}]", "callId" },
    { "incoming_call", "[{\"callId\":1.5,\"caller\":{\"_id\":\"u\"},\"type\":\"voice\"}]", "callId" },
    { "incoming_call", "[{\"callId\":true,\"caller\":{\"_id\":\"u\"},\"type\":\"voice\"}]", "callId" },
    { "incoming_call", "[{\"callId\":\"c\",\"type\":\"voice\"}]", "caller._id" },
    { "incoming_call", "[{\"callId\":\"c\",\"caller\":[],\"type\":\"voice\"}]", "caller._id" },
    { "incoming_call", "[{\"callId\":\"c\",\"caller\":{\"_id\":\"u\"}}]", "type" },
    { "incoming_call", "[{\"callId\":\"c\",\"caller\":{\"_id\":\"u\"},\"type\":\"hologram\"}]", "type" },
    { "incoming_call", "[{\"callId\":\"c\",\"caller\":{\"_id\":\"u\"},\"type\":[\"voice\"]}]", "type" },
    { "incoming_call", "[{\"callId\":\"c\",\"caller\":{\"_id\":\"u\",\"fullName\":{}},\"type\":\"voice\"}]", "caller.fullName" },
    { "incoming_call", "[{\"callId\":\"c\",\"caller\":{\"_id\":\"u\",\"avatarPath\":7},\"type\":\"voice\"}]",
      "caller.avatarPath" },
    { "webrtc_offer", "[{\"callId\":\"c\"}]", "offer" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":[]}]", "offer" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":{}}]", "offer" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":\"\"}]", "offer" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":\"{\"}]", "offer" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":\"hello\"}]", "offer" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":{\"type\":\"answer\",\"sdp\":" SDP_JSON "}}]", "offer" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":{\"type\":\"rollback\",\"sdp\":\"\"}}]", "offer" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":" SDP_JSON ",\"generation\":-1}]", "generation" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":" SDP_JSON ",\"generation\":1e300}]", "generation" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":" SDP_JSON ",\"generation\":\"1\"}]", "generation" },
    { "webrtc_answer", "[{\"callId\":\"c\",\"answer\":{\"type\":\"offer\",\"sdp\":" SDP_JSON "}}]", "answer" },
    { "webrtc_ice_candidate", "[{\"callId\":\"c\",\"candidate\":7}]", "candidate" },
    { "webrtc_ice_candidate", "[{\"callId\":\"c\",\"candidate\":{\"candidate\":7}}]", "candidate" },
    { "webrtc_ice_candidate", "[{\"callId\":\"c\",\"candidate\":{\"candidate\":\"\",\"sdpMLineIndex\":-1}}]", "candidate" },
    { "webrtc_ice_candidate", "[{\"callId\":\"c\",\"candidate\":{\"candidate\":\"\",\"sdpMLineIndex\":4294967296}}]",
      "candidate" },
    { "webrtc_ice_candidate", "[{\"callId\":\"c\",\"candidate\":{\"candidate\":\"\",\"sdpMid\":0}}]", "candidate" },
    { "webrtc_ice_candidate", "[{\"callId\":\"c\",\"candidate\":[]}]", "candidate" },
    { "ice_candidates", "[{\"callId\":\"c\"}]", "candidates" },
    { "ice_candidates", "[{\"callId\":\"c\",\"candidates\":[[\"x\"]]}]", "candidates" },
    { "webrtc_recover", "[{\"callId\":\"c\"}]", "generation" },
    { "call_meeting", "[{\"callId\":\"c\"}]", "url" },
    { "call_meeting", "[{\"callId\":\"c\",\"url\":7}]", "url" },
    { "call_ended", "[{\"callId\":\"c\",\"duration\":\"long\"}]", "duration" },
    { "online_contacts", "[{}]", "payload" },
    { "online_contacts", "[[[]]]", "payload" },
    { "online_contacts", "[[\"\"]]", "payload" },
    { "user_status_changed", "[{\"userId\":\"u\",\"status\":\"dancing\"}]", "status" },
    { "user_status_changed", "[{\"status\":\"online\"}]", "userId" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderEvent) event = decode (yonder_profile_decode, "vigi", cases[i].name, cases[i].arguments, &error);

    g_test_message ("%s %s", cases[i].name, cases[i].arguments);
    g_assert_null (event);
    g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_PAYLOAD);
    g_assert_nonnull (strstr (error->message, cases[i].place));
    g_assert_nonnull (strstr (error->message, cases[i].name));
  }
}

static char *
repeat (const char *before, const char *what, guint times, const char *after)
{
  GString *text = g_string_new (before);

  for (guint i = 0; i < times; i++)
    g_string_append (text, what);
  g_string_append (text, after);
  return g_string_free (text, FALSE);
}

/* Each bound of the design's section on trust, met and passed by one. */
static void
test_bounds (void)
{
  static const struct { const char *name, *before, *what; guint most; const char *after; } cases[] = {
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":\"v=0", "x", YONDER_EVENT_MAX_SDP - 3, "\"}]" },
    { "webrtc_offer", "[{\"callId\":\"c\",\"offer\":{\"type\":\"offer\",\"sdp\":\"v=0", "x", YONDER_EVENT_MAX_SDP - 3, "\"}}]" },
    { "webrtc_ice_candidate", "[{\"callId\":\"c\",\"candidate\":\"", "x", YONDER_EVENT_MAX_CANDIDATE, "\"}]" },
    { "ice_candidates", "[{\"callId\":\"c\",\"candidates\":[\"\"", ",\"\"", YONDER_EVENT_MAX_CANDIDATES - 1, "]}]" },
    { "call_answered", "[{\"callId\":\"", "x", YONDER_EVENT_MAX_ID, "\"}]" },
    { "incoming_call", "[{\"callId\":\"c\",\"type\":\"voice\",\"caller\":{\"_id\":\"u\",\"fullName\":\"", "x",
      YONDER_EVENT_MAX_TEXT, "\"}}]" },
    { "online_contacts", "[[\"u\"", ",\"u\"", YONDER_EVENT_MAX_USERS - 1, "]]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *fits = repeat (cases[i].before, cases[i].what, cases[i].most, cases[i].after);
    g_autofree char *exceeds = repeat (cases[i].before, cases[i].what, cases[i].most + 1, cases[i].after);
    g_autoptr (YonderEvent) good = receive (cases[i].name, fits);
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderEvent) bad = decode (yonder_profile_decode, "vigi", cases[i].name, exceeds, &error);

    g_assert_nonnull (good);
    g_assert_null (bad);
    g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_PAYLOAD);
    /* The payload itself is in no message. */
    g_assert_cmpuint (strlen (error->message), <, 200);
  }

  /* A server's words are cut, not refused, and between characters. */
  g_autofree char *words = repeat ("[{\"error\":\"", "\u00e4", 1000, "\"}]");
  g_autoptr (YonderEvent) event = receive ("call_error", words);
  g_assert_cmpuint (strlen (event->text), <=, YONDER_EVENT_MAX_TEXT + 3);
  g_assert_true (g_utf8_validate (event->text, -1, NULL));
}

static void
test_unknown (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderEvent) event = decode (yonder_profile_decode, "vigi", "typing", "[{}]", &error);
  g_autoptr (YonderEvent) no_callee = yonder_event_new (YONDER_EVENT_INVITE);
  g_autoptr (YonderProfile) profile = shipped ("vigi");
  g_autofree char *name = NULL;
  g_autoptr (JsonNode) arguments = NULL;

  g_assert_null (event);
  g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNKNOWN);
  g_clear_error (&error);

  g_assert_false (yonder_profile_encode (profile, no_callee, &name, &arguments, &error));
  g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_PAYLOAD);
  g_assert_null (name);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/vigi/client", test_vigi_client);
  g_test_add_func ("/profile/vigi/server", test_vigi_server);
  g_test_add_func ("/profile/vigi/received", test_vigi_received);
  g_test_add_func ("/profile/sdp-shapes", test_sdp_shapes);
  g_test_add_func ("/profile/candidate-shapes", test_candidate_shapes);
  g_test_add_func ("/profile/sides", test_sides);
  g_test_add_func ("/profile/dotted", test_dotted);
  g_test_add_func ("/profile/hostile", test_hostile);
  g_test_add_func ("/profile/bounds", test_bounds);
  g_test_add_func ("/profile/unknown", test_unknown);

  return g_test_run ();
}
