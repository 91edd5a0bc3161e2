/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns payloads into events, as a profile says. What comes in is hostile until it has gone through here. */

#include "yonder-profile-codec.h"

#include "yonder-json.h"

#include <math.h>
#include <string.h>

#define MAX_MLINE_INDEX 1023

static char *
read_id (JsonNode *node)
{
  const char *text = yonder_json_get_string (node, "", YONDER_EVENT_MAX_ID, NULL);
  gint64 number;

  if (text != NULL)
    return *text != '\0' ? g_strdup (text) : NULL;
  if (yonder_json_get_int (node, "", G_MININT64, G_MAXINT64, &number, NULL))
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return NULL;
}

/* Our word for theirs; a reason that nobody told us of is still an end. */
static const char *
read_word (const YonderEventWork *work, YonderWords table, JsonNode *node)
{
  JsonObjectIter iter;
  const char *ours;
  JsonNode *theirs;

  if (!JSON_NODE_HOLDS_VALUE (node) || work->profile->words[table] == NULL)
    return NULL;
  json_object_iter_init_ordered (&iter, work->profile->words[table]);
  while (json_object_iter_next_ordered (&iter, &ours, &theirs)) {
    JsonArray *words = json_node_get_array (theirs);

    for (guint i = 0; i < json_array_get_length (words); i++) {
      if (json_node_equal (json_array_get_element (words, i), node))
        return ours;
    }
  }
  return table == YONDER_WORDS_REASON ? "ended" : NULL;
}

static gboolean
read_number (JsonNode *node, gint64 max, gint64 *number)
{
  double value;

  if (yonder_json_get_int (node, "", 0, max, number, NULL))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_DOUBLE)
    return FALSE;
  value = json_node_get_double (node);
  if (value < 0.0 || value > (double) max)
    return FALSE;
  *number = (gint64) round (value);
  return TRUE;
}

/* A string, {type, sdp}, or that object as a string. */
static char *
read_sdp (const YonderEventWork *work, JsonNode *node)
{
  const char *sdp = yonder_json_get_string (node, "", YONDER_EVENT_MAX_SDP, NULL), *type;
  g_autoptr (JsonNode) inner = NULL;

  if (sdp != NULL && *sdp == '{') {
    inner = yonder_json_parse (sdp, -1, YONDER_EVENT_MAX_SDP, NULL);
    node = inner;
    sdp = NULL;
  }
  if (sdp == NULL && node != NULL) {
    type = yonder_json_get_string (node, "type", YONDER_EVENT_MAX_WORD, NULL);
    sdp = yonder_json_get_string (node, "sdp", YONDER_EVENT_MAX_SDP, NULL);
    if (type != NULL && strcmp (type, yonder_event_is_offer (work->event->type) ? "offer" : "answer") != 0)
      return NULL;
  }
  /* RFC 8866 section 5: the first line of every description */
  return sdp != NULL && g_str_has_prefix (sdp, "v=0") ? g_strdup (sdp) : NULL;
}

/* A text, null for the end of candidates, or an RTCIceCandidateInit, of which simple-peer has one within another. */
static gboolean
read_candidate (const YonderEventWork *work, JsonNode *node)
{
  const char *text = "", *mid = NULL, *ufrag = NULL;
  gint64 mline_index = -1;

  if (yonder_json_has (node, "candidate.candidate"))
    node = yonder_json_find (node, "candidate");
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    if (yonder_json_has (node, "candidate") &&
        (text = yonder_json_get_string (node, "candidate", YONDER_EVENT_MAX_CANDIDATE, NULL)) == NULL)
      return FALSE;
    if (yonder_json_has (node, "sdpMid") &&
        (mid = yonder_json_get_string (node, "sdpMid", YONDER_EVENT_MAX_ID, NULL)) == NULL)
      return FALSE;
    if (yonder_json_has (node, "sdpMLineIndex") &&
        !yonder_json_get_int (node, "sdpMLineIndex", 0, MAX_MLINE_INDEX, &mline_index, NULL))
      return FALSE;
    if (yonder_json_has (node, "usernameFragment") &&
        (ufrag = yonder_json_get_string (node, "usernameFragment", YONDER_EVENT_MAX_ID, NULL)) == NULL)
      return FALSE;
  } else if (!JSON_NODE_HOLDS_NULL (node)) {
    text = yonder_json_get_string (node, "", YONDER_EVENT_MAX_CANDIDATE, NULL);
    if (text == NULL)
      return FALSE;
  }

  yonder_event_add_candidate (work->event, text, mid, (int) mline_index, ufrag);
  return TRUE;
}

static gboolean
read_candidates (const YonderEventWork *work, JsonNode *node)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return read_candidate (work, node);

  array = json_node_get_array (node);
  if (json_array_get_length (array) > YONDER_EVENT_MAX_CANDIDATES)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (!read_candidate (work, json_array_get_element (array, i))) {
      g_clear_pointer (&work->event->candidates, g_ptr_array_unref);
      return FALSE;
    }
  }
  return work->event->candidates != NULL;
}

static gboolean
read_candidate_part (const YonderEventWork *work, YonderField field, JsonNode *node)
{
  YonderEventCandidate *candidate = yonder_event_work_candidate (work);
  const char *text;
  gint64 index;

  if (candidate == NULL)
    return FALSE;
  if (field == YONDER_FIELD_MLINE_INDEX) {
    if (!yonder_json_get_int (node, "", 0, MAX_MLINE_INDEX, &index, NULL))
      return FALSE;
    candidate->sdp_mline_index = (int) index;
    return TRUE;
  }

  text = yonder_json_get_string (node, "", YONDER_EVENT_MAX_ID, NULL);
  if (text == NULL)
    return FALSE;
  g_set_str (field == YONDER_FIELD_MID ? &candidate->sdp_mid : &candidate->username_fragment, text);
  return TRUE;
}

static gboolean
read_users (const YonderEventWork *work, const YonderFieldSpec *field, JsonNode *node)
{
  g_autoptr (GPtrArray) users = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array = yonder_json_get_array (node, "", YONDER_EVENT_MAX_USERS, NULL);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *item = json_array_get_element (array, i);
    char *id = NULL;

    if (field->items == NULL)
      id = read_id (item);
    for (guint j = 0; id == NULL && field->items != NULL && field->items[j] != NULL; j++) {
      JsonNode *found = yonder_json_find (item, field->items[j]);

      id = found != NULL ? read_id (found) : NULL;
    }
    if (id == NULL)
      return FALSE;
    g_ptr_array_add (users, id);
  }

  g_clear_pointer (&work->event->users, g_ptr_array_unref);
  work->event->users = g_steal_pointer (&users);
  return TRUE;
}

static gboolean
read_text (const YonderEventWork *work, YonderField field, JsonNode *node)
{
  const char *text = yonder_json_get_string (node, "", yonder_field_forms[field].form == AS_TEXT
                                             ? (gsize) yonder_field_forms[field].max : G_MAXSIZE, NULL);
  char **member = yonder_event_work_member (work, field);

  if (text == NULL)
    return FALSE;
  g_free (*member);
  *member = strlen (text) <= (gsize) yonder_field_forms[field].max
    ? g_strdup (text) : g_utf8_make_valid (text, yonder_field_forms[field].max);
  return TRUE;
}

/* Reads @node as @field; FALSE where it is not what the field takes, and the event is as before. */
static gboolean
read_value (const YonderEventWork *work, const YonderFieldSpec *field, JsonNode *node)
{
  const YonderFieldForm *form = &yonder_field_forms[field->field];
  char *value = NULL;

  switch (form->form) {
  case AS_ID:
    value = read_id (node);
    break;
  case AS_WORD:
    value = g_strdup (read_word (work, form->words, node));
    break;
  case AS_SDP:
    value = read_sdp (work, node);
    break;
  case AS_TEXT:
  case AS_CUT_TEXT:
    return read_text (work, field->field, node);
  case AS_NUMBER:
    return read_number (node, form->max, &G_STRUCT_MEMBER (gint64, work->event, form->offset));
  case AS_CANDIDATE:
    return read_candidates (work, node);
  case AS_CANDIDATE_PART:
    return read_candidate_part (work, field->field, node);
  case AS_USERS:
    return read_users (work, field, node);
  default:
    g_assert_not_reached ();
  }

  if (value != NULL)
    g_free (g_steal_pointer (yonder_event_work_member (work, field->field)));
  if (value != NULL)
    *yonder_event_work_member (work, field->field) = value;
  return value != NULL;
}

/* The first path at which there is something that the field takes. */
static gboolean
read_field (const YonderEventWork *work, const YonderFieldSpec *field, JsonNode *root, GError **error)
{
  const char *unfit = NULL;

  for (guint i = 0; field->paths[i] != NULL; i++) {
    JsonNode *node = yonder_json_find (root, field->paths[i]);

    if (node != NULL && read_value (work, field, node))
      return TRUE;
    if (node != NULL && unfit == NULL)
      unfit = field->paths[i];
  }

  if (unfit != NULL)
    return yonder_event_misfits (error, unfit, "is not acceptable: of a wrong type, too long or an unknown word");
  if (field->field == YONDER_FIELD_CANDIDATE) {
    /* No candidate, null and "" all mean the end of candidates; browsers differ. */
    yonder_event_add_candidate (work->event, "", NULL, -1, NULL);
    return TRUE;
  }
  return field->is_optional || yonder_event_misfits (error, field->paths[0], "is missing");
}

static gboolean
has_constants (const YonderEventSpec *spec, JsonNode *root)
{
  JsonObjectIter iter;
  const char *path;
  JsonNode *value;

  if (spec->constants == NULL)
    return TRUE;
  json_object_iter_init (&iter, spec->constants);
  while (json_object_iter_next (&iter, &path, &value)) {
    JsonNode *found = yonder_json_find (root, path);

    if (found == NULL || !json_node_equal (found, value))
      return FALSE;
  }
  return TRUE;
}

/* What the payload leaves to be understood. */
static void
complete (const YonderEventWork *work)
{
  static const YonderField fields[YONDER_N_WORDS] = { YONDER_FIELD_KIND, YONDER_FIELD_REASON, YONDER_FIELD_STATUS };
  YonderEvent *event = work->event;

  for (guint i = 0; i < YONDER_N_WORDS; i++) {
    if (work->spec->means[i] != NULL)
      g_set_str (yonder_event_work_member (work, fields[i]), work->spec->means[i]);
  }
  if (event->kind == NULL && event->sdp != NULL && yonder_event_is_offer (event->type))
    event->kind = g_strdup (strstr (event->sdp, "\nm=video ") != NULL ? "video" : "voice");
  /* Where calls have no ids there is one with each peer. */
  if (event->call_id == NULL && event->type != YONDER_EVENT_PRESENCE)
    event->call_id = g_strdup (event->peer_id);
}

static YonderEvent *
decode_as (YonderProfile *self, const YonderEventSpec *spec, YonderEmitter by, JsonNode *root, GError **error)
{
  g_autoptr (YonderEvent) event = yonder_event_new (spec->type);
  YonderEventWork work = { self, spec, by, event };

  for (guint i = 0; i < spec->fields->len; i++) {
    const YonderFieldSpec *field = spec->fields->pdata[i];

    if ((field->by & by) != 0 && !read_field (&work, field, root, error))
      return NULL;
  }
  complete (&work);
  return g_steal_pointer (&event);
}

static YonderEvent *
decode (YonderProfile *self, YonderEmitter by, const char *name, JsonArray *arguments, GError **error)
{
  g_autoptr (JsonNode) all = json_node_init_array (json_node_alloc (), arguments);
  JsonNode *first = yonder_json_find (all, "[0]");
  gboolean is_known = FALSE;

  for (guint i = 0; i < self->specs->len; i++) {
    const YonderEventSpec *spec = self->specs->pdata[i];
    JsonNode *root = spec->is_positional ? all : first;

    if ((spec->by & by) == 0 || !g_strv_contains ((const char * const *) spec->names, name))
      continue;
    if (has_constants (spec, root)) {
      YonderEvent *event = decode_as (self, spec, by, root, error);

      if (event == NULL)
        g_prefix_error (error, "Event “%s”: ", name);
      return event;
    }
    is_known = TRUE;
  }

  if (is_known)
    g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_PAYLOAD, "Event “%s”: the payload is of an unknown kind",
                 name);
  else
    g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNKNOWN, "No event of this server is called “%.64s”", name);
  return NULL;
}

/**
 * yonder_profile_decode:
 * @self: the profile
 * @name: the name of the event
 * @arguments: what followed it
 * @error: return location for a [error@Yonder.ProfileError]
 *
 * Reads what a server sent. Everything is checked by type and size, and more than asked for is ignored. Whether the call and the
 * peer are known, and whether a candidate's text is a candidate, is for the caller to find out.
 *
 * Returns: (transfer full): the event, or %NULL with @error set: %YONDER_PROFILE_ERROR_UNKNOWN, %YONDER_PROFILE_ERROR_PAYLOAD
 */
YonderEvent *
yonder_profile_decode (YonderProfile *self, const char *name, JsonArray *arguments, GError **error)
{
  return decode (self, YONDER_BY_SERVER, name, arguments, error);
}

/**
 * yonder_profile_server_decode:
 * @self: the profile
 * @name: the name of the event
 * @arguments: what followed it
 * @error: return location for a [error@Yonder.ProfileError]
 *
 * Reads what a client sent. `self_id` is what the client claims to be, if it does: a server knows better.
 *
 * Returns: as [method@Yonder.Profile.decode]
 */
YonderEvent *
yonder_profile_server_decode (YonderProfile *self, const char *name, JsonArray *arguments, GError **error)
{
  return decode (self, YONDER_BY_CLIENT, name, arguments, error);
}
