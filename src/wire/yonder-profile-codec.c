/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns events into payloads and back, as a profile says. What comes in is hostile until it has gone through here. */

#include "yonder-profile-private.h"

#include "yonder-json.h"

#include <math.h>
#include <string.h>

#define MAX_AVATAR 2048
#define MAX_WORD 64
/* chosen: a path that is rebuilt once a minute for a year */
#define MAX_GENERATION 1000000
#define MAX_DURATION_S (366 * 24 * 60 * 60)
#define MAX_MLINE_INDEX 1023

/* How a field's value looks in JSON. */
typedef enum {
  AS_ID,        /* a string that is not empty, or a whole number */
  AS_TEXT,
  AS_CUT_TEXT,  /* too long a text is cut, not refused */
  AS_WORD,
  AS_SDP,
  AS_NUMBER,    /* rounded */
  AS_CANDIDATE, /* one, or an array of them */
  AS_CANDIDATE_PART,
  AS_USERS,
} Form;

typedef struct {
  Form   form;
  gsize  offset; /* of the event's member, where it is one */
  gint64 max;    /* length or value */
  int    words;
} FieldForm;

#define AT(member) G_STRUCT_OFFSET (YonderEvent, member)

static const FieldForm forms[YONDER_N_FIELDS] = {
  [YONDER_FIELD_CALL_ID] = { AS_ID, AT (call_id), YONDER_EVENT_MAX_ID },
  [YONDER_FIELD_TO] = { AS_ID, 0, YONDER_EVENT_MAX_ID }, /* peer_id or self_id: see id_offset() */
  [YONDER_FIELD_FROM] = { AS_ID, 0, YONDER_EVENT_MAX_ID },
  [YONDER_FIELD_NAME] = { AS_TEXT, AT (peer_name), YONDER_EVENT_MAX_TEXT },
  [YONDER_FIELD_AVATAR] = { AS_TEXT, AT (peer_avatar), MAX_AVATAR },
  [YONDER_FIELD_KIND] = { AS_WORD, AT (kind), MAX_WORD, YONDER_WORDS_KIND },
  [YONDER_FIELD_SDP] = { AS_SDP, AT (sdp), YONDER_EVENT_MAX_SDP },
  [YONDER_FIELD_GENERATION] = { AS_NUMBER, AT (generation), MAX_GENERATION },
  [YONDER_FIELD_CANDIDATE] = { AS_CANDIDATE },
  [YONDER_FIELD_MID] = { AS_CANDIDATE_PART },
  [YONDER_FIELD_MLINE_INDEX] = { AS_CANDIDATE_PART },
  [YONDER_FIELD_UFRAG] = { AS_CANDIDATE_PART },
  [YONDER_FIELD_CANDIDATES] = { AS_CANDIDATE },
  [YONDER_FIELD_REASON] = { AS_WORD, AT (reason), MAX_WORD, YONDER_WORDS_REASON },
  [YONDER_FIELD_ENDED_BY] = { AS_ID, AT (ended_by), YONDER_EVENT_MAX_ID },
  [YONDER_FIELD_TEXT] = { AS_CUT_TEXT, AT (text), YONDER_EVENT_MAX_TEXT },
  [YONDER_FIELD_STATUS] = { AS_WORD, AT (status), MAX_WORD, YONDER_WORDS_STATUS },
  [YONDER_FIELD_DURATION] = { AS_NUMBER, AT (duration_s), MAX_DURATION_S },
  [YONDER_FIELD_USERS] = { AS_USERS },
};

/* One event being read or written. */
typedef struct {
  YonderProfile         *profile;
  const YonderEventSpec *spec;
  YonderEmitter          by;
  YonderEvent           *event;
} Work;

static gboolean
fail (GError **error, const char *path, const char *message)
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
    return forms[field].offset;
  }
}

static char **
string_member (const Work *work, YonderField field)
{
  return &G_STRUCT_MEMBER (char *, work->event, id_offset (field, work->by));
}

static YonderEventCandidate *
first_candidate (const Work *work)
{
  GPtrArray *candidates = work->event->candidates;

  return candidates != NULL && candidates->len > 0 ? candidates->pdata[0] : NULL;
}

static gboolean
is_offer (YonderEventType type)
{
  return type == YONDER_EVENT_INVITE || type == YONDER_EVENT_INCOMING || type == YONDER_EVENT_OFFER;
}

/* --- reading --- */

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
read_word (const Work *work, YonderWords table, JsonNode *node)
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
read_sdp (const Work *work, JsonNode *node)
{
  const char *sdp = yonder_json_get_string (node, "", YONDER_EVENT_MAX_SDP, NULL), *type;
  g_autoptr (JsonNode) inner = NULL;

  if (sdp != NULL && *sdp == '{') {
    inner = yonder_json_parse (sdp, -1, YONDER_EVENT_MAX_SDP, NULL);
    node = inner;
    sdp = NULL;
  }
  if (sdp == NULL && node != NULL) {
    type = yonder_json_get_string (node, "type", MAX_WORD, NULL);
    sdp = yonder_json_get_string (node, "sdp", YONDER_EVENT_MAX_SDP, NULL);
    if (type != NULL && strcmp (type, is_offer (work->event->type) ? "offer" : "answer") != 0)
      return NULL;
  }
  /* RFC 8866 section 5: the first line of every description */
  return sdp != NULL && g_str_has_prefix (sdp, "v=0") ? g_strdup (sdp) : NULL;
}

/* A text, null for the end of candidates, or an RTCIceCandidateInit, of which simple-peer has one within another. */
static gboolean
read_candidate (const Work *work, JsonNode *node)
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
read_candidates (const Work *work, JsonNode *node)
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
read_candidate_part (const Work *work, YonderField field, JsonNode *node)
{
  YonderEventCandidate *candidate = first_candidate (work);
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
read_users (const Work *work, const YonderFieldSpec *field, JsonNode *node)
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
read_text (const Work *work, YonderField field, JsonNode *node)
{
  const char *text = yonder_json_get_string (node, "", forms[field].form == AS_TEXT ? (gsize) forms[field].max : G_MAXSIZE, NULL);
  char **member = string_member (work, field);

  if (text == NULL)
    return FALSE;
  g_free (*member);
  *member = strlen (text) <= (gsize) forms[field].max ? g_strdup (text) : g_utf8_make_valid (text, forms[field].max);
  return TRUE;
}

/* Reads @node as @field; FALSE where it is not what the field takes, and the event is as before. */
static gboolean
read_value (const Work *work, const YonderFieldSpec *field, JsonNode *node)
{
  const FieldForm *form = &forms[field->field];
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
    g_free (g_steal_pointer (string_member (work, field->field)));
  if (value != NULL)
    *string_member (work, field->field) = value;
  return value != NULL;
}

/* The first path at which there is something that the field takes. */
static gboolean
read_field (const Work *work, const YonderFieldSpec *field, JsonNode *root, GError **error)
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
    return fail (error, unfit, "is not acceptable: of a wrong type, too long or an unknown word");
  if (field->field == YONDER_FIELD_CANDIDATE) {
    /* No candidate, null and "" all mean the end of candidates; browsers differ. */
    yonder_event_add_candidate (work->event, "", NULL, -1, NULL);
    return TRUE;
  }
  return field->is_optional || fail (error, field->paths[0], "is missing");
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
complete (const Work *work)
{
  static const YonderField fields[YONDER_N_WORDS] = { YONDER_FIELD_KIND, YONDER_FIELD_REASON, YONDER_FIELD_STATUS };
  YonderEvent *event = work->event;

  for (guint i = 0; i < YONDER_N_WORDS; i++) {
    if (work->spec->means[i] != NULL)
      g_set_str (string_member (work, fields[i]), work->spec->means[i]);
  }
  if (event->kind == NULL && event->sdp != NULL && is_offer (event->type))
    event->kind = g_strdup (strstr (event->sdp, "\nm=video ") != NULL ? "video" : "voice");
  /* Where calls have no ids there is one with each peer. */
  if (event->call_id == NULL && event->type != YONDER_EVENT_PRESENCE)
    event->call_id = g_strdup (event->peer_id);
}

static YonderEvent *
decode_as (YonderProfile *self, const YonderEventSpec *spec, YonderEmitter by, JsonNode *root, GError **error)
{
  g_autoptr (YonderEvent) event = yonder_event_new (spec->type);
  Work work = { self, spec, by, event };

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
    g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_PAYLOAD, "Event “%s”: the payload is of an unknown kind", name);
  else
    g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNKNOWN, "No event of this server is called “%.64s”", name);
  return NULL;
}

/* --- writing --- */

static JsonNode *
new_string (const char *text)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);
  return node;
}

static JsonNode *
new_int (gint64 number)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_int (node, number);
  return node;
}

static JsonNode *
write_word (const Work *work, const FieldForm *form, const char *ours)
{
  JsonObject *words = work->profile->words[form->words];

  if (ours == NULL || words == NULL || !json_object_has_member (words, ours))
    return NULL;
  return json_array_dup_element (json_object_get_array_member (words, ours), 0);
}

static JsonNode *
write_sdp (const Work *work, const YonderFieldSpec *field)
{
  JsonObject *object;
  JsonNode *node;

  if (work->event->sdp == NULL || field->is_plain)
    return work->event->sdp != NULL ? new_string (work->event->sdp) : NULL;

  object = json_object_new ();
  json_object_set_string_member (object, "type", is_offer (work->event->type) ? "offer" : "answer");
  json_object_set_string_member (object, "sdp", work->event->sdp);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static JsonNode *
write_candidate (const YonderEventCandidate *candidate, gboolean is_plain)
{
  JsonObject *object;
  JsonNode *node;

  if (is_plain)
    return new_string (candidate->candidate);

  object = json_object_new ();
  json_object_set_string_member (object, "candidate", candidate->candidate);
  if (candidate->sdp_mid != NULL)
    json_object_set_string_member (object, "sdpMid", candidate->sdp_mid);
  if (candidate->sdp_mline_index >= 0)
    json_object_set_int_member (object, "sdpMLineIndex", candidate->sdp_mline_index);
  if (candidate->username_fragment != NULL)
    json_object_set_string_member (object, "usernameFragment", candidate->username_fragment);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static JsonNode *
write_candidates (const Work *work, const YonderFieldSpec *field)
{
  GPtrArray *candidates = work->event->candidates;
  JsonArray *array;
  JsonNode *node;

  if (candidates == NULL || candidates->len == 0)
    return NULL;
  if (field->field == YONDER_FIELD_CANDIDATE && candidates->len == 1)
    return write_candidate (candidates->pdata[0], field->is_plain);

  array = json_array_new ();
  for (guint i = 0; i < candidates->len; i++)
    json_array_add_element (array, write_candidate (candidates->pdata[i], field->is_plain));
  node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
write_candidate_part (const Work *work, YonderField field)
{
  const YonderEventCandidate *candidate = first_candidate (work);
  const char *text;

  if (candidate == NULL)
    return NULL;
  if (field == YONDER_FIELD_MLINE_INDEX)
    return candidate->sdp_mline_index >= 0 ? new_int (candidate->sdp_mline_index) : NULL;
  text = field == YONDER_FIELD_MID ? candidate->sdp_mid : candidate->username_fragment;
  return text != NULL ? new_string (text) : NULL;
}

static JsonNode *
write_users (const Work *work)
{
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; work->event->users != NULL && i < work->event->users->len; i++)
    json_array_add_string_element (array, work->event->users->pdata[i]);
  json_node_take_array (node, array);
  return node;
}

/* The value of @field, or NULL where the event has none. */
static JsonNode *
write_value (const Work *work, const YonderFieldSpec *field)
{
  const FieldForm *form = &forms[field->field];
  const char *text;
  gint64 number;

  switch (form->form) {
  case AS_ID:
  case AS_TEXT:
  case AS_CUT_TEXT:
    text = *string_member (work, field->field);
    return text != NULL ? new_string (text) : NULL;
  case AS_WORD:
    return write_word (work, form, *string_member (work, field->field));
  case AS_SDP:
    return write_sdp (work, field);
  case AS_NUMBER:
    number = G_STRUCT_MEMBER (gint64, work->event, form->offset);
    return number >= 0 ? new_int (number) : NULL;
  case AS_CANDIDATE:
    return write_candidates (work, field);
  case AS_CANDIDATE_PART:
    return write_candidate_part (work, field->field);
  case AS_USERS:
    return write_users (work);
  default:
    g_assert_not_reached ();
  }
}

static gboolean
write_field (const Work *work, const YonderFieldSpec *field, JsonNode **root, GError **error)
{
  JsonNode *value = write_value (work, field);
  const char *path = field->paths[0];

  if (value == NULL)
    return field->is_optional || fail (error, path, "has no value that this server understands");
  if (*path != '\0' && strcmp (path, "$") != 0)
    return yonder_json_set (*root, path, value, error);

  json_node_unref (*root);
  *root = value;
  return TRUE;
}

static gboolean
write_constants (const YonderEventSpec *spec, JsonNode *root, GError **error)
{
  JsonObjectIter iter;
  const char *path;
  JsonNode *value;

  if (spec->constants == NULL)
    return TRUE;
  json_object_iter_init_ordered (&iter, spec->constants);
  while (json_object_iter_next_ordered (&iter, &path, &value)) {
    if (!yonder_json_set (root, path, json_node_copy (value), error))
      return FALSE;
  }
  return TRUE;
}

static JsonNode *
new_array (JsonNode *element)
{
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  if (element != NULL)
    json_array_add_element (array, element);
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
encode_as (YonderProfile *self, const YonderEventSpec *spec, YonderEmitter by, const YonderEvent *event, GError **error)
{
  Work work = { self, spec, by, (YonderEvent *) event };
  g_autoptr (JsonNode) root = NULL;

  if (spec->is_positional) {
    root = new_array (NULL);
  } else {
    root = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (root, json_object_new ());
  }

  if (!write_constants (spec, root, error))
    return NULL;
  for (guint i = 0; i < spec->fields->len; i++) {
    const YonderFieldSpec *field = spec->fields->pdata[i];

    if ((field->by & by) != 0 && !write_field (&work, field, &root, error))
      return NULL;
  }
  return spec->is_positional ? g_steal_pointer (&root) : new_array (g_steal_pointer (&root));
}

/* The way to say @event that means the same by itself, else the first. */
static const YonderEventSpec *
find_spec (YonderProfile *self, YonderEmitter by, const YonderEvent *event)
{
  const char *says[YONDER_N_WORDS] = { event->kind, event->reason, event->status };
  const YonderEventSpec *first = NULL;

  for (guint i = 0; i < self->specs->len; i++) {
    const YonderEventSpec *spec = self->specs->pdata[i];
    gboolean is_meant = FALSE, is_other = FALSE;

    if (spec->type != event->type || (spec->by & by) == 0)
      continue;
    for (guint j = 0; j < YONDER_N_WORDS; j++) {
      is_meant |= spec->means[j] != NULL && g_strcmp0 (spec->means[j], says[j]) == 0;
      is_other |= spec->means[j] != NULL && g_strcmp0 (spec->means[j], says[j]) != 0;
    }
    if (is_meant && !is_other)
      return spec;
    if (first == NULL && !is_other)
      first = spec;
  }
  return first;
}

static gboolean
encode (YonderProfile *self, YonderEmitter by, const YonderEvent *event, char **name, JsonNode **arguments, GError **error)
{
  const YonderEventSpec *spec = find_spec (self, by, event);
  JsonNode *encoded;

  if (spec == NULL) {
    g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNSUPPORTED, "Servers of the kind “%s” have no such message", self->name);
    return FALSE;
  }
  encoded = encode_as (self, spec, by, event, error);
  if (encoded == NULL) {
    g_prefix_error (error, "Event “%s”: ", spec->names[0]);
    return FALSE;
  }
  *name = g_strdup (spec->names[0]);
  *arguments = encoded;
  return TRUE;
}

/**
 * yonder_profile_encode:
 * @self: the profile
 * @event: what a client wants to say
 * @name: (out) (transfer full): the name of the event
 * @arguments: (out) (transfer full): an array of what follows the name
 * @error: return location for a [error@Yonder.ProfileError]
 *
 * Writes an event as this kind of server wants it from a client.
 *
 * Returns: %TRUE, or %FALSE with @error set: %YONDER_PROFILE_ERROR_UNSUPPORTED, or %YONDER_PROFILE_ERROR_PAYLOAD where @event lacks
 *   something that the server needs
 */
gboolean
yonder_profile_encode (YonderProfile *self, const YonderEvent *event, char **name, JsonNode **arguments, GError **error)
{
  return encode (self, YONDER_BY_CLIENT, event, name, arguments, error);
}

/**
 * yonder_profile_decode:
 * @self: the profile
 * @name: the name of the event
 * @arguments: what followed it
 * @error: return location for a [error@Yonder.ProfileError]
 *
 * Reads what a server sent. Everything is checked by type and size, and more than asked for is ignored. Whether the call and the peer are
 * known, and whether a candidate's text is a candidate, is for the caller to find out.
 *
 * Returns: (transfer full): the event, or %NULL with @error set: %YONDER_PROFILE_ERROR_UNKNOWN, %YONDER_PROFILE_ERROR_PAYLOAD
 */
YonderEvent *
yonder_profile_decode (YonderProfile *self, const char *name, JsonArray *arguments, GError **error)
{
  return decode (self, YONDER_BY_SERVER, name, arguments, error);
}

/**
 * yonder_profile_server_encode:
 * @self: the profile
 * @event: what a server wants to say to a client; its peer is the other client
 * @name: (out) (transfer full): the name of the event
 * @arguments: (out) (transfer full): an array of what follows the name
 * @error: return location for a [error@Yonder.ProfileError]
 *
 * Writes an event as clients want it from this kind of server.
 *
 * Returns: as [method@Yonder.Profile.encode]
 */
gboolean
yonder_profile_server_encode (YonderProfile *self, const YonderEvent *event, char **name, JsonNode **arguments, GError **error)
{
  return encode (self, YONDER_BY_SERVER, event, name, arguments, error);
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
