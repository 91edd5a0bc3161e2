/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-profile-codec.h"

#include <string.h>

#define MAX_AVATAR 2048
#define MAX_URI 1024
/* chosen: a path that is rebuilt once a minute for a year */
#define MAX_GENERATION 1000000
#define MAX_DURATION_S (366 * 24 * 60 * 60)

#define AT(member) G_STRUCT_OFFSET (YonderEvent, member)

const YonderFieldForm yonder_field_forms[YONDER_N_FIELDS] = {
  [YONDER_FIELD_CALL_ID] = { AS_ID, AT (call_id), YONDER_EVENT_MAX_ID },
  [YONDER_FIELD_TO] = { AS_ID, 0, YONDER_EVENT_MAX_ID }, /* peer_id or self_id: see id_offset() */
  [YONDER_FIELD_FROM] = { AS_ID, 0, YONDER_EVENT_MAX_ID },
  [YONDER_FIELD_NAME] = { AS_TEXT, AT (peer_name), YONDER_EVENT_MAX_TEXT },
  [YONDER_FIELD_AVATAR] = { AS_TEXT, AT (peer_avatar), MAX_AVATAR },
  [YONDER_FIELD_KIND] = { AS_WORD, AT (kind), YONDER_EVENT_MAX_WORD, YONDER_WORDS_KIND },
  [YONDER_FIELD_SDP] = { AS_SDP, AT (sdp), YONDER_EVENT_MAX_SDP },
  [YONDER_FIELD_GENERATION] = { AS_NUMBER, AT (generation), MAX_GENERATION },
  [YONDER_FIELD_CANDIDATE] = { AS_CANDIDATE },
  [YONDER_FIELD_MID] = { AS_CANDIDATE_PART },
  [YONDER_FIELD_MLINE_INDEX] = { AS_CANDIDATE_PART },
  [YONDER_FIELD_UFRAG] = { AS_CANDIDATE_PART },
  [YONDER_FIELD_CANDIDATES] = { AS_CANDIDATE },
  [YONDER_FIELD_REASON] = { AS_WORD, AT (reason), YONDER_EVENT_MAX_WORD, YONDER_WORDS_REASON },
  [YONDER_FIELD_ENDED_BY] = { AS_ID, AT (ended_by), YONDER_EVENT_MAX_ID },
  [YONDER_FIELD_TEXT] = { AS_CUT_TEXT, AT (text), YONDER_EVENT_MAX_TEXT },
  [YONDER_FIELD_URI] = { AS_TEXT, AT (uri), MAX_URI },
  [YONDER_FIELD_STATUS] = { AS_WORD, AT (status), YONDER_EVENT_MAX_WORD, YONDER_WORDS_STATUS },
  [YONDER_FIELD_DURATION] = { AS_NUMBER, AT (duration_s), MAX_DURATION_S },
  [YONDER_FIELD_USERS] = { AS_USERS },
};

/* Sets that the value at @path is not what the profile says; returns FALSE. */
gboolean
yonder_event_misfits (GError **error, const char *path, const char *message)
{
  g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_PAYLOAD, "%s %s",
               *path == '\0' || strcmp (path, "$") == 0 ? "the payload" : path, message);
  return FALSE;
}

/* Who sends is `from`, whom it is for is `to`: one of them is the peer, seen from the client at this end of the wire. */
static gsize
id_offset (YonderField field, YonderEmitter by)
{
  switch (field) {
  case YONDER_FIELD_TO:
    return by == YONDER_BY_CLIENT ? AT (peer_id) : AT (self_id);
  case YONDER_FIELD_FROM:
    return by == YONDER_BY_CLIENT ? AT (self_id) : AT (peer_id);
  default:
    return yonder_field_forms[field].offset;
  }
}

/* Where a field that is a string is kept. */
char **
yonder_event_work_member (const YonderEventWork *self, YonderField field)
{
  return &G_STRUCT_MEMBER (char *, self->event, id_offset (field, self->by));
}

/* (nullable): the one that an event with a single candidate is about. */
YonderEventCandidate *
yonder_event_work_candidate (const YonderEventWork *self)
{
  GPtrArray *candidates = self->event->candidates;

  return candidates != NULL && candidates->len > 0 ? candidates->pdata[0] : NULL;
}

/* Whether the description that comes with it is an offer. */
gboolean
yonder_event_is_offer (YonderEventType type)
{
  return type == YONDER_EVENT_INVITE || type == YONDER_EVENT_INCOMING || type == YONDER_EVENT_OFFER;
}
