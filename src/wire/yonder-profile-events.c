/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads from a profile what each event is called, and where in its payload what stands. */

#include "yonder-profile-check.h"

#include "yonder-json.h"
#include "yonder-sio-packet.h"

#include <string.h>

#define MAX_SPECS 8

typedef struct {
  const char     *name;
  YonderEventType type;
} EventName;

static const EventName client_events[] = {
  { "invite", YONDER_EVENT_INVITE },
  { "accept", YONDER_EVENT_ACCEPT },
  { "decline", YONDER_EVENT_DECLINE },
  { "hang-up", YONDER_EVENT_HANG_UP },
  { NULL }
};

static const EventName relayed_events[] = {
  { "offer", YONDER_EVENT_OFFER },
  { "answer", YONDER_EVENT_ANSWER },
  { "candidate", YONDER_EVENT_CANDIDATE },
  { "candidates", YONDER_EVENT_CANDIDATES },
  { "recover", YONDER_EVENT_RECOVER },
  { "meeting", YONDER_EVENT_MEETING },
  { NULL }
};

static const EventName server_events[] = {
  { "invited", YONDER_EVENT_INVITED },
  { "incoming", YONDER_EVENT_INCOMING },
  { "accepted", YONDER_EVENT_ACCEPTED },
  { "ended", YONDER_EVENT_ENDED },
  { "error", YONDER_EVENT_ERROR },
  { "online", YONDER_EVENT_ONLINE },
  { "presence", YONDER_EVENT_PRESENCE },
  { NULL }
};

static const struct {
  const char      *member;
  YonderEmitter    by;
  const EventName *events;
} sections[] = {
  { "client", YONDER_BY_CLIENT, client_events },
  { "relayed", YONDER_BY_BOTH, relayed_events },
  { "server", YONDER_BY_SERVER, server_events },
};

static const char * const field_names[YONDER_N_FIELDS] = {
  [YONDER_FIELD_CALL_ID] = "call-id",
  [YONDER_FIELD_TO] = "to",
  [YONDER_FIELD_FROM] = "from",
  [YONDER_FIELD_NAME] = "name",
  [YONDER_FIELD_AVATAR] = "avatar",
  [YONDER_FIELD_KIND] = "kind",
  [YONDER_FIELD_SDP] = "sdp",
  [YONDER_FIELD_GENERATION] = "generation",
  [YONDER_FIELD_CANDIDATE] = "candidate",
  [YONDER_FIELD_MID] = "mid",
  [YONDER_FIELD_MLINE_INDEX] = "mline-index",
  [YONDER_FIELD_UFRAG] = "ufrag",
  [YONDER_FIELD_CANDIDATES] = "candidates",
  [YONDER_FIELD_REASON] = "reason",
  [YONDER_FIELD_ENDED_BY] = "ended-by",
  [YONDER_FIELD_TEXT] = "text",
  [YONDER_FIELD_URI] = "uri",
  [YONDER_FIELD_STATUS] = "status",
  [YONDER_FIELD_DURATION] = "duration",
  [YONDER_FIELD_USERS] = "users",
};

static void
field_spec_free (YonderFieldSpec *self)
{
  g_strfreev (self->paths);
  g_strfreev (self->items);
  g_free (self);
}

void
yonder_event_spec_free (YonderEventSpec *self)
{
  g_strfreev (self->names);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->constants, json_object_unref);
  for (guint i = 0; i < YONDER_N_WORDS; i++)
    g_free (self->means[i]);
  g_free (self);
}

/* A path that ends in "?" need not be there; one such makes the field optional. */
static gboolean
strip_marks (YonderFieldSpec *spec)
{
  for (guint i = 0; spec->paths[i] != NULL; i++) {
    gsize length = strlen (spec->paths[i]);

    if (length > 0 && spec->paths[i][length - 1] == '?') {
      spec->paths[i][length - 1] = '\0';
      spec->is_optional = TRUE;
    }
  }
  return TRUE;
}

static gboolean
read_by (JsonNode *node, YonderEmitter *by, GError **error)
{
  const char *text = yonder_json_get_string (node, "by", YONDER_PROFILE_MAX_NAME, error);

  if (text == NULL)
    return FALSE;
  if (strcmp (text, "client") == 0)
    *by = YONDER_BY_CLIENT;
  else if (strcmp (text, "server") == 0)
    *by = YONDER_BY_SERVER;
  else
    return yonder_profile_fail (error, "by: should be “client” or “server”");
  return TRUE;
}

static gboolean
read_shape (JsonNode *node, gboolean *is_plain, GError **error)
{
  const char *text = yonder_json_get_string (node, "shape", YONDER_PROFILE_MAX_NAME, error);

  if (text == NULL)
    return FALSE;
  *is_plain = strcmp (text, "string") == 0;
  return *is_plain || strcmp (text, "object") == 0 || yonder_profile_fail (error, "shape: should be “string” or “object”");
}

/* The long form: an object with the path and more. */
static gboolean
read_field_object (YonderFieldSpec *spec, JsonNode *node, GError **error)
{
  static const char * const members[] = { "path", "by", "shape", "items", NULL };

  if (!yonder_profile_only_members (node, members, error))
    return FALSE;
  if (!yonder_json_has (node, "path"))
    return yonder_profile_fail (error, "path is missing");
  spec->paths = yonder_profile_read_strings (yonder_json_find (node, "path"), error);
  if (spec->paths == NULL)
    return yonder_profile_within ("path", FALSE, error);
  if (yonder_json_has (node, "by") && !read_by (node, &spec->by, error))
    return FALSE;
  if (yonder_json_has (node, "shape") && !read_shape (node, &spec->is_plain, error))
    return FALSE;
  if (yonder_json_has (node, "items")) {
    spec->items = yonder_profile_read_strings (yonder_json_find (node, "items"), error);
    return yonder_profile_within ("items", spec->items != NULL && yonder_profile_check_paths (spec->items, error), error);
  }
  return TRUE;
}

static gboolean
read_field (YonderEventSpec *event, YonderField field, JsonNode *node, GError **error)
{
  YonderFieldSpec *spec = g_new0 (YonderFieldSpec, 1);

  g_ptr_array_add (event->fields, spec);
  spec->field = field;
  spec->by = event->by;
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    if (!read_field_object (spec, node, error))
      return FALSE;
  } else {
    spec->paths = yonder_profile_read_strings (node, error);
    if (spec->paths == NULL)
      return FALSE;
  }
  strip_marks (spec);

  if ((spec->by & event->by) == 0)
    return yonder_profile_fail (error, "by: this side does not send the event");
  if (spec->items != NULL && field != YONDER_FIELD_USERS)
    return yonder_profile_fail (error, "items: only “users” has them");
  if (yonder_profile_path_is_root (spec->paths[0]) && event->is_positional)
    return yonder_profile_fail (error, "a positional argument needs an index"); /* “$” would stand for all of them */
  return yonder_profile_check_paths (spec->paths, error);
}

/* In the order of the table, not of the profile, so that one field can rely on another. */
static gboolean
read_fields (YonderEventSpec *event, JsonNode *node, GError **error)
{
  g_autoptr (GStrvBuilder) known = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  gboolean has_root = FALSE;

  for (guint i = 0; i < YONDER_N_FIELDS; i++)
    g_strv_builder_add (known, field_names[i]);
  names = g_strv_builder_end (known);
  if (!yonder_profile_only_members (node, (const char * const *) names, error))
    return FALSE;

  for (guint i = 0; i < YONDER_N_FIELDS; i++) {
    JsonNode *field = json_object_get_member (json_node_get_object (node), field_names[i]);

    if (field != NULL && !yonder_profile_within (field_names[i], read_field (event, i, field, error), error))
      return FALSE;
  }

  for (guint i = 0; i < event->fields->len; i++)
    has_root |= yonder_profile_path_is_root (((YonderFieldSpec *) event->fields->pdata[i])->paths[0]);
  return !has_root || event->fields->len == 1 ||
    yonder_profile_fail (error, "where the whole payload is one field, there can be no other");
}

static gboolean
read_constants (YonderEventSpec *event, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *path;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return yonder_profile_fail (error, "should be an object");
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &path, &value)) {
    if (!JSON_NODE_HOLDS_VALUE (value))
      return yonder_profile_fail (error, "“%s” should be a string, a number, true or false", path);
    if (yonder_profile_path_is_root (path))
      return yonder_profile_fail (error, "the payload itself cannot be a constant");
    if (!yonder_profile_check_path (path, error))
      return FALSE;
  }
  event->constants = json_object_ref (json_node_get_object (node));
  return TRUE;
}

static gboolean
read_means (YonderEventSpec *event, JsonNode *node, GError **error)
{
  static const char * const members[] = { "kind", "reason", "status", NULL };

  if (!yonder_profile_only_members (node, members, error))
    return FALSE;
  for (guint i = 0; i < YONDER_N_WORDS; i++) {
    const char *word;

    if (!yonder_json_has (node, yonder_word_tables[i].field))
      continue;
    word = yonder_json_get_string (node, yonder_word_tables[i].field, YONDER_PROFILE_MAX_NAME, error);
    if (word == NULL)
      return FALSE;
    if (!g_strv_contains (yonder_word_tables[i].words, word))
      return yonder_profile_fail (error, "“%s” is no %s", word, yonder_word_tables[i].field);
    event->means[i] = g_strdup (word);
  }
  return TRUE;
}

static gboolean
read_event_names (YonderEventSpec *event, JsonNode *node, GError **error)
{
  JsonNode *names = yonder_json_find (node, "event");

  if (names == NULL)
    return yonder_profile_fail (error, "event is missing");
  event->names = yonder_profile_read_strings (names, error);
  if (event->names == NULL)
    return yonder_profile_within ("event", FALSE, error);
  for (guint i = 0; event->names[i] != NULL; i++) {
    if (*event->names[i] == '\0' || yonder_sio_is_reserved_name (event->names[i]))
      return yonder_profile_fail (error, "event: “%s” is a name that no event may have", event->names[i]);
  }
  return TRUE;
}

/* Whether all that one side writes has room in one payload. */
static gboolean
check_writable (YonderEventSpec *event, YonderEmitter by, GError **error)
{
  g_autoptr (JsonNode) scratch = yonder_profile_new_scratch (event->is_positional);
  JsonObjectIter iter;
  const char *path;

  if (event->constants != NULL) {
    json_object_iter_init (&iter, event->constants);
    while (json_object_iter_next (&iter, &path, NULL)) {
      if (!yonder_profile_within ("constants", yonder_profile_try_path (scratch, path, error), error))
        return FALSE;
    }
  }
  for (guint i = 0; i < event->fields->len; i++) {
    const YonderFieldSpec *field = event->fields->pdata[i];

    if ((field->by & by) == 0 || yonder_profile_path_is_root (field->paths[0]))
      continue;
    if (!yonder_profile_within (field_names[field->field], yonder_profile_try_path (scratch, field->paths[0], error), error))
      return yonder_profile_within ("fields", FALSE, error);
  }
  return TRUE;
}

static gboolean
read_event (YonderEventSpec *event, JsonNode *node, GError **error)
{
  static const char * const members[] = { "event", "positional", "constants", "means", "fields", NULL };
  JsonNode *part;

  if (!yonder_profile_only_members (node, members, error) || !read_event_names (event, node, error))
    return FALSE;
  if (yonder_json_has (node, "positional") && !yonder_json_get_boolean (node, "positional", &event->is_positional, error))
    return FALSE;

  part = yonder_json_find (node, "constants");
  if (part != NULL && !yonder_profile_within ("constants", read_constants (event, part, error), error))
    return FALSE;
  part = yonder_json_find (node, "means");
  if (part != NULL && !yonder_profile_within ("means", read_means (event, part, error), error))
    return FALSE;
  part = yonder_json_find (node, "fields");
  return (part == NULL || yonder_profile_within ("fields", read_fields (event, part, error), error)) &&
         check_writable (event, YONDER_BY_CLIENT, error) && check_writable (event, YONDER_BY_SERVER, error);
}

static gboolean
add_event (YonderProfile *self, YonderEventType type, YonderEmitter by, JsonNode *node, GError **error)
{
  YonderEventSpec *event = g_new0 (YonderEventSpec, 1);

  g_ptr_array_add (self->specs, event);
  event->type = type;
  event->by = by;
  event->fields = g_ptr_array_new_with_free_func ((GDestroyNotify) field_spec_free);
  return read_event (event, node, error);
}

/* One way to say the event, or an array of several. */
static gboolean
add_events (YonderProfile *self, YonderEventType type, YonderEmitter by, JsonNode *node, GError **error)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return add_event (self, type, by, node, error);

  array = yonder_json_get_array (node, "", MAX_SPECS, error);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    if (!add_event (self, type, by, json_array_get_element (array, i), error))
      return FALSE;
  }
  return array != NULL;
}

static gboolean
read_section (YonderProfile *self, const EventName *events, YonderEmitter by, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return yonder_profile_fail (error, "should be an object");
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    const EventName *event = events;

    while (event->name != NULL && strcmp (event->name, name) != 0)
      event++;
    if (event->name == NULL)
      return yonder_profile_fail (error, "“%s” is not known here", name);
    if (!yonder_profile_within (name, add_events (self, event->type, by, member, error), error))
      return FALSE;
  }
  return TRUE;
}

/* Reads what is said about each event. */
gboolean
yonder_profile_read_sections (YonderProfile *self, JsonNode *root, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++) {
    JsonNode *part = yonder_json_find (root, sections[i].member);

    if (part != NULL &&
        !yonder_profile_within (sections[i].member, read_section (self, sections[i].events, sections[i].by, part, error), error))
      return FALSE;
  }
  return TRUE;
}
