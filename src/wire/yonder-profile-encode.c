/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns events into payloads, as a profile says. */

#include "yonder-profile-codec.h"

#include "yonder-json.h"

#include <string.h>

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
write_word (const YonderEventWork *work, const YonderFieldForm *form, const char *ours)
{
  JsonObject *words = work->profile->words[form->words];

  if (ours == NULL || words == NULL || !json_object_has_member (words, ours))
    return NULL;
  return json_array_dup_element (json_object_get_array_member (words, ours), 0);
}

static JsonNode *
write_sdp (const YonderEventWork *work, const YonderFieldSpec *field)
{
  JsonObject *object;
  JsonNode *node;

  if (work->event->sdp == NULL || field->is_plain)
    return work->event->sdp != NULL ? new_string (work->event->sdp) : NULL;

  object = json_object_new ();
  json_object_set_string_member (object, "type", yonder_event_is_offer (work->event->type) ? "offer" : "answer");
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
write_candidates (const YonderEventWork *work, const YonderFieldSpec *field)
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
write_candidate_part (const YonderEventWork *work, YonderField field)
{
  const YonderEventCandidate *candidate = yonder_event_work_candidate (work);
  const char *text;

  if (candidate == NULL)
    return NULL;
  if (field == YONDER_FIELD_MLINE_INDEX)
    return candidate->sdp_mline_index >= 0 ? new_int (candidate->sdp_mline_index) : NULL;
  text = field == YONDER_FIELD_MID ? candidate->sdp_mid : candidate->username_fragment;
  return text != NULL ? new_string (text) : NULL;
}

static JsonNode *
write_users (const YonderEventWork *work)
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
write_value (const YonderEventWork *work, const YonderFieldSpec *field)
{
  const YonderFieldForm *form = &yonder_field_forms[field->field];
  const char *text;
  gint64 number;

  switch (form->form) {
  case AS_ID:
  case AS_TEXT:
  case AS_CUT_TEXT:
    text = *yonder_event_work_member (work, field->field);
    return text != NULL ? new_string (text) : NULL;
  case AS_WORD:
    return write_word (work, form, *yonder_event_work_member (work, field->field));
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
write_field (const YonderEventWork *work, const YonderFieldSpec *field, JsonNode **root, GError **error)
{
  JsonNode *value = write_value (work, field);
  const char *path = field->paths[0];

  if (value == NULL)
    return field->is_optional || yonder_event_misfits (error, path, "has no value that this server understands");
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
  YonderEventWork work = { self, spec, by, (YonderEvent *) event };
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
    g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNSUPPORTED, "Servers of the kind “%s” have no such message",
                 self->name);
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
 * Returns: %TRUE, or %FALSE with @error set: %YONDER_PROFILE_ERROR_UNSUPPORTED, or %YONDER_PROFILE_ERROR_PAYLOAD where @event
 *   lacks something that the server needs
 */
gboolean
yonder_profile_encode (YonderProfile *self, const YonderEvent *event, char **name, JsonNode **arguments, GError **error)
{
  return encode (self, YONDER_BY_CLIENT, event, name, arguments, error);
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
