/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderProfile - what one kind of call server calls the events of a call, as data (data/profiles/<name>.json).
 *
 * Turns a YonderEvent, which knows nothing of any server, into an event name and its JSON arguments, and back. Immutable once
 * loaded, reference counted, usable on any thread. The format is described in docs/profiles.md.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_PROFILE_ERROR_SYNTAX,  /* the profile is no JSON or lacks a field; the message says which */
  YONDER_PROFILE_ERROR_UNKNOWN, /* no event of this profile has that name */
  YONDER_PROFILE_ERROR_PAYLOAD, /* the event is known, its payload is not what the profile says */
  YONDER_PROFILE_ERROR_UNSUPPORTED, /* the profile has no such event to send */
} YonderProfileError;

#define YONDER_PROFILE_ERROR (yonder_profile_error_quark ())
GQuark yonder_profile_error_quark (void);

/* Every event of a call. The first group is sent by a client, the second by the server; those between are relayed. */
typedef enum {
  YONDER_EVENT_INVITE,
  YONDER_EVENT_ACCEPT,
  YONDER_EVENT_DECLINE,
  YONDER_EVENT_HANG_UP,

  YONDER_EVENT_OFFER,
  YONDER_EVENT_ANSWER,
  YONDER_EVENT_CANDIDATE,
  YONDER_EVENT_CANDIDATES,
  YONDER_EVENT_RECOVER,
  YONDER_EVENT_MEETING,

  YONDER_EVENT_INVITED,
  YONDER_EVENT_INCOMING,
  YONDER_EVENT_ACCEPTED,
  YONDER_EVENT_ENDED,
  YONDER_EVENT_ERROR,
  YONDER_EVENT_ONLINE,
  YONDER_EVENT_PRESENCE,
  YONDER_N_EVENTS
} YonderEventType;

typedef struct {
  char *candidate; /* the attribute's value, "" for end-of-candidates (RFC 8838 section 8.2) */
  char *sdp_mid;   /* (nullable) */
  int   sdp_mline_index; /* or -1 */
  char *username_fragment; /* (nullable) */
} YonderEventCandidate;

/* A plain value that owns its strings; fields that an event does not have are NULL, 0 or -1. */
typedef struct {
  YonderEventType type;
  char      *call_id;
  char      *peer_id;     /* the other side: whom it is for where a client sends it, whom it is from where a client gets it */
  char      *self_id;     /* (nullable): that client itself, for servers that want it said */
  char      *peer_name;
  char      *peer_avatar;
  char      *kind;        /* "voice" or "video", always in these words */
  char      *sdp;
  gint64     generation;  /* of the peer connection, 0 first; -1 where none was written */
  GPtrArray *candidates;  /* (nullable) (element-type YonderEventCandidate) */
  char      *reason;      /* "declined", "missed", "ended", "busy", "failed", "answered-elsewhere" */
  char      *ended_by;
  char      *text;        /* the server's words in an error */
  char      *uri;         /* of a meeting room */
  char      *status;      /* "online", "offline", "away" */
  gint64     duration_s;  /* or -1 */
  GPtrArray *users;       /* (nullable) (element-type utf8): who is online */
} YonderEvent;

YonderEvent          *yonder_event_new            (YonderEventType type);
void                  yonder_event_free           (YonderEvent *self);
void                  yonder_event_add_candidate  (YonderEvent *self, const char *candidate, const char *sdp_mid,
                                                   int sdp_mline_index, const char *username_fragment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderEvent, yonder_event_free)

/* Bounds that hold for every profile (design, Trust). */
#define YONDER_EVENT_MAX_SDP        (256 * 1024)
#define YONDER_EVENT_MAX_CANDIDATE  2048
#define YONDER_EVENT_MAX_CANDIDATES 200
#define YONDER_EVENT_MAX_ID         256
#define YONDER_EVENT_MAX_TEXT       1024
#define YONDER_EVENT_MAX_USERS      10000

typedef enum {
  YONDER_FLOW_INVITE_FIRST, /* invitation, acceptance, then offer */
  YONDER_FLOW_OFFER_FIRST,  /* the offer is the invitation */
} YonderFlow;

typedef struct _YonderProfile YonderProfile;

YonderProfile *yonder_profile_new_shipped (const char *name, GError **error);
YonderProfile *yonder_profile_new_from_file (const char *path, GError **error);
YonderProfile *yonder_profile_parse       (const char *json, gssize length, GError **error);
char         **yonder_profile_list_shipped (void);
YonderProfile *yonder_profile_ref         (YonderProfile *self);
void           yonder_profile_unref       (YonderProfile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderProfile, yonder_profile_unref)

const char *yonder_profile_get_name       (YonderProfile *self);
YonderFlow  yonder_profile_get_flow       (YonderProfile *self);
const char *yonder_profile_get_namespace  (YonderProfile *self);
const char *yonder_profile_get_socket_path (YonderProfile *self); /* "/socket.io/" */
/* (nullable): of "login", "guest", "register", "refresh", "logout", "verify", "me", "search", "contacts", "contact-request",
 * "contact-accept", "contact-remove", "ice-servers". One that ends in "=" or "/" is completed by the value asked about. */
const char *yonder_profile_get_rest_path  (YonderProfile *self, const char *operation);
const char *yonder_profile_get_rest_method (YonderProfile *self, const char *operation); /* (nullable): "GET", "POST", … */
/* The body of a request: pairs of field ("user", "password", "name", "email", "id", "refresh-token") and value,
 * NULL-terminated. */
JsonNode   *yonder_profile_build_request  (YonderProfile *self, const char *operation, ...) G_GNUC_NULL_TERMINATED;
/* What an answer says: "token", "refresh-token", "expires-in", "user" of sign-in operations, "items" of lists; and @operation
 * "person" with "id", "name", "email", "avatar", "presence" reads one person. (transfer none) (nullable) */
JsonNode   *yonder_profile_find_answer    (YonderProfile *self, const char *operation, const char *field, JsonNode *answer);
/* (transfer full) (nullable): auth payload of CONNECT */
JsonNode   *yonder_profile_build_auth     (YonderProfile *self, const char *token, gboolean call_waiting);

/* A client's side: writes what clients emit, reads what a server emits. @arguments: an array of what follows the event's name. */
gboolean     yonder_profile_encode (YonderProfile *self, const YonderEvent *event, char **name, JsonNode **arguments,
                                    GError **error);
YonderEvent *yonder_profile_decode (YonderProfile *self, const char *name, JsonArray *arguments, GError **error);

/* The server's side of the same: reads what clients emit, writes what a server emits. One event name can mean two things. */
gboolean     yonder_profile_server_encode (YonderProfile *self, const YonderEvent *event, char **name, JsonNode **arguments,
                                           GError **error);
YonderEvent *yonder_profile_server_decode (YonderProfile *self, const char *name, JsonArray *arguments, GError **error);

G_END_DECLS
