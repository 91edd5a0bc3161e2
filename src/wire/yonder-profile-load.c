/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a profile strictly: a member that is not known, a path that cannot be written or a word that is not ours is an error, since
 * otherwise a misspelt profile would fail in the middle of a call. */

#include "yonder-profile-private.h"

#include "yonder-json.h"
#include "yonder-sio-packet.h"

#include <string.h>

#define MAX_NAME 64
#define MAX_PATH 256
#define MAX_PATHS 16
#define MAX_SPECS 8
#define MAX_AUTH_NODES 32

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
  [YONDER_FIELD_STATUS] = "status",
  [YONDER_FIELD_DURATION] = "duration",
  [YONDER_FIELD_USERS] = "users",
};

static const char * const kind_words[] = { "voice", "video", NULL };
static const char * const reason_words[] = { "declined", "missed", "ended", "busy", "failed", "answered-elsewhere", NULL };
static const char * const status_words[] = { "online", "offline", "away", NULL };

static const struct {
  const char         *member; /* of the profile */
  const char         *field;  /* in "means" */
  const char * const *words;
} word_tables[YONDER_N_WORDS] = {
  [YONDER_WORDS_KIND] = { "kinds", "kind", kind_words },
  [YONDER_WORDS_REASON] = { "reasons", "reason", reason_words },
  [YONDER_WORDS_STATUS] = { "statuses", "status", status_words },
};

/* What REST can be asked for, and what is known of it. */
static const char * const operations[] = {
  "login", "guest", "register", "refresh", "logout", "verify", "me", "search", "contacts",
  "contact-request", "contact-accept", "contact-remove", "ice-servers", NULL
};
static const char * const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", NULL };
static const char * const request_fields[] = { "user", "password", "name", "email", "id", "refresh-token", NULL };
static const char * const answer_fields[] = { "token", "refresh-token", "expires-in", "user", "items", NULL };
static const char * const person_fields[] = { "id", "name", "email", "avatar", "presence", NULL };

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

static gboolean
fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_SYNTAX, message);
  return FALSE;
}

/* Errors are told from the inside to the outside: each level adds where it was. */
static gboolean
within (const char *place, gboolean success, GError **error)
{
  if (!success)
    g_prefix_error (error, "%s: ", place);
  return success;
}

static gboolean
only_members (JsonNode *node, const char * const *known, GError **error)
{
  JsonObjectIter iter;
  const char *name;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, "should be an object");
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, NULL)) {
    if (!g_strv_contains (known, name))
      return fail (error, "“%s” is not known here", name);
  }
  return TRUE;
}

/* A string or an array of strings, as an array. */
static GStrv
read_strings (JsonNode *node, GError **error)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  JsonArray *array;
  const char *string;

  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    string = yonder_json_get_string (node, "", MAX_PATH, error);
    if (string == NULL)
      return NULL;
    g_strv_builder_add (strings, string);
    return g_strv_builder_end (strings);
  }

  array = yonder_json_get_array (node, "", MAX_PATHS, error);
  if (array == NULL)
    return NULL;
  if (json_array_get_length (array) == 0) {
    fail (error, "is empty");
    return NULL;
  }
  for (guint i = 0; i < json_array_get_length (array); i++) {
    string = yonder_json_get_string (json_array_get_element (array, i), "", MAX_PATH, error);
    if (string == NULL)
      return NULL;
    g_strv_builder_add (strings, string);
  }
  return g_strv_builder_end (strings);
}

static gboolean
is_root (const char *path)
{
  return *path == '\0' || strcmp (path, "$") == 0;
}

/* Whether @path can be written beside those before it, which @scratch keeps. */
static gboolean
try_path (JsonNode *scratch, const char *path, GError **error)
{
  JsonNode *value = json_node_new (JSON_NODE_VALUE);

  json_node_set_boolean (value, TRUE);
  if (yonder_json_has (scratch, path))
    json_node_unref (value);
  else if (yonder_json_set (scratch, path, value, NULL))
    return TRUE;
  return fail (error, "“%s” is no path, or another one is in its way", path);
}

static JsonNode *
new_scratch (gboolean is_array)
{
  JsonNode *scratch = json_node_new (is_array ? JSON_NODE_ARRAY : JSON_NODE_OBJECT);

  if (is_array)
    json_node_take_array (scratch, json_array_new ());
  else
    json_node_take_object (scratch, json_object_new ());
  return scratch;
}

/* For paths that are only read. */
static gboolean
check_read_path (const char *path, GError **error)
{
  const char *relative = *path == '$' ? path + 1 + (path[1] == '.') : path;
  g_autoptr (JsonNode) scratch = new_scratch (*relative == '[');

  return is_root (path) || try_path (scratch, path, error);
}

static gboolean
check_read_paths (GStrv paths, GError **error)
{
  for (guint i = 0; paths[i] != NULL; i++) {
    if (!check_read_path (paths[i], error))
      return FALSE;
  }
  return TRUE;
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
  const char *text = yonder_json_get_string (node, "by", MAX_NAME, error);

  if (text == NULL)
    return FALSE;
  if (strcmp (text, "client") == 0)
    *by = YONDER_BY_CLIENT;
  else if (strcmp (text, "server") == 0)
    *by = YONDER_BY_SERVER;
  else
    return fail (error, "by: should be “client” or “server”");
  return TRUE;
}

static gboolean
read_shape (JsonNode *node, gboolean *is_plain, GError **error)
{
  const char *text = yonder_json_get_string (node, "shape", MAX_NAME, error);

  if (text == NULL)
    return FALSE;
  *is_plain = strcmp (text, "string") == 0;
  return *is_plain || strcmp (text, "object") == 0 || fail (error, "shape: should be “string” or “object”");
}

/* The long form: an object with the path and more. */
static gboolean
read_field_object (YonderFieldSpec *spec, JsonNode *node, GError **error)
{
  static const char * const members[] = { "path", "by", "shape", "items", NULL };

  if (!only_members (node, members, error))
    return FALSE;
  if (!yonder_json_has (node, "path"))
    return fail (error, "path is missing");
  spec->paths = read_strings (yonder_json_find (node, "path"), error);
  if (spec->paths == NULL)
    return within ("path", FALSE, error);
  if (yonder_json_has (node, "by") && !read_by (node, &spec->by, error))
    return FALSE;
  if (yonder_json_has (node, "shape") && !read_shape (node, &spec->is_plain, error))
    return FALSE;
  if (yonder_json_has (node, "items")) {
    spec->items = read_strings (yonder_json_find (node, "items"), error);
    return within ("items", spec->items != NULL && check_read_paths (spec->items, error), error);
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
    spec->paths = read_strings (node, error);
    if (spec->paths == NULL)
      return FALSE;
  }
  strip_marks (spec);

  if ((spec->by & event->by) == 0)
    return fail (error, "by: this side does not send the event");
  if (spec->items != NULL && field != YONDER_FIELD_USERS)
    return fail (error, "items: only “users” has them");
  if (is_root (spec->paths[0]) && event->is_positional)
    return fail (error, "a positional argument needs an index"); /* “$” would stand for all of them */
  return check_read_paths (spec->paths, error);
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
  if (!only_members (node, (const char * const *) names, error))
    return FALSE;

  for (guint i = 0; i < YONDER_N_FIELDS; i++) {
    JsonNode *field = json_object_get_member (json_node_get_object (node), field_names[i]);

    if (field != NULL && !within (field_names[i], read_field (event, i, field, error), error))
      return FALSE;
  }

  for (guint i = 0; i < event->fields->len; i++)
    has_root |= is_root (((YonderFieldSpec *) event->fields->pdata[i])->paths[0]);
  return !has_root || event->fields->len == 1 || fail (error, "where the whole payload is one field, there can be no other");
}

static gboolean
read_constants (YonderEventSpec *event, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *path;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, "should be an object");
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &path, &value)) {
    if (!JSON_NODE_HOLDS_VALUE (value))
      return fail (error, "“%s” should be a string, a number, true or false", path);
    if (is_root (path))
      return fail (error, "the payload itself cannot be a constant");
    if (!check_read_path (path, error))
      return FALSE;
  }
  event->constants = json_object_ref (json_node_get_object (node));
  return TRUE;
}

static gboolean
read_means (YonderEventSpec *event, JsonNode *node, GError **error)
{
  static const char * const members[] = { "kind", "reason", "status", NULL };

  if (!only_members (node, members, error))
    return FALSE;
  for (guint i = 0; i < YONDER_N_WORDS; i++) {
    const char *word;

    if (!yonder_json_has (node, word_tables[i].field))
      continue;
    word = yonder_json_get_string (node, word_tables[i].field, MAX_NAME, error);
    if (word == NULL)
      return FALSE;
    if (!g_strv_contains (word_tables[i].words, word))
      return fail (error, "“%s” is no %s", word, word_tables[i].field);
    event->means[i] = g_strdup (word);
  }
  return TRUE;
}

static gboolean
read_event_names (YonderEventSpec *event, JsonNode *node, GError **error)
{
  JsonNode *names = yonder_json_find (node, "event");

  if (names == NULL)
    return fail (error, "event is missing");
  event->names = read_strings (names, error);
  if (event->names == NULL)
    return within ("event", FALSE, error);
  for (guint i = 0; event->names[i] != NULL; i++) {
    if (*event->names[i] == '\0' || yonder_sio_is_reserved_name (event->names[i]))
      return fail (error, "event: “%s” is a name that no event may have", event->names[i]);
  }
  return TRUE;
}

/* Whether all that one side writes has room in one payload. */
static gboolean
check_writable (YonderEventSpec *event, YonderEmitter by, GError **error)
{
  g_autoptr (JsonNode) scratch = new_scratch (event->is_positional);
  JsonObjectIter iter;
  const char *path;

  if (event->constants != NULL) {
    json_object_iter_init (&iter, event->constants);
    while (json_object_iter_next (&iter, &path, NULL)) {
      if (!within ("constants", try_path (scratch, path, error), error))
        return FALSE;
    }
  }
  for (guint i = 0; i < event->fields->len; i++) {
    const YonderFieldSpec *field = event->fields->pdata[i];

    if ((field->by & by) == 0 || is_root (field->paths[0]))
      continue;
    if (!within (field_names[field->field], try_path (scratch, field->paths[0], error), error))
      return within ("fields", FALSE, error);
  }
  return TRUE;
}

static gboolean
read_event (YonderEventSpec *event, JsonNode *node, GError **error)
{
  static const char * const members[] = { "event", "positional", "constants", "means", "fields", NULL };
  JsonNode *part;

  if (!only_members (node, members, error) || !read_event_names (event, node, error))
    return FALSE;
  if (yonder_json_has (node, "positional") && !yonder_json_get_boolean (node, "positional", &event->is_positional, error))
    return FALSE;

  part = yonder_json_find (node, "constants");
  if (part != NULL && !within ("constants", read_constants (event, part, error), error))
    return FALSE;
  part = yonder_json_find (node, "means");
  if (part != NULL && !within ("means", read_means (event, part, error), error))
    return FALSE;
  part = yonder_json_find (node, "fields");
  return (part == NULL || within ("fields", read_fields (event, part, error), error)) &&
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
    return fail (error, "should be an object");
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    const EventName *event = events;

    while (event->name != NULL && strcmp (event->name, name) != 0)
      event++;
    if (event->name == NULL)
      return fail (error, "“%s” is not known here", name);
    if (!within (name, add_events (self, event->type, by, member, error), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_words (YonderProfile *self, YonderWords table, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *ours;
  JsonNode *theirs;

  if (!only_members (node, word_tables[table].words, error))
    return FALSE;
  self->words[table] = json_object_new ();
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &ours, &theirs)) {
    g_autoptr (JsonArray) array = JSON_NODE_HOLDS_ARRAY (theirs) ? json_array_ref (json_node_get_array (theirs)) : json_array_new ();

    if (!JSON_NODE_HOLDS_ARRAY (theirs))
      json_array_add_element (array, json_node_copy (theirs));
    if (json_array_get_length (array) == 0 || json_array_get_length (array) > MAX_PATHS)
      return fail (error, "“%s” should have one to %d words", ours, MAX_PATHS);
    for (guint i = 0; i < json_array_get_length (array); i++) {
      if (!JSON_NODE_HOLDS_VALUE (json_array_get_element (array, i)))
        return fail (error, "“%s” should be a string, a number, true or false", ours);
    }
    json_object_set_array_member (self->words[table], ours, g_steal_pointer (&array));
  }
  return TRUE;
}

static gboolean
check_auth (JsonNode *node, guint *n_nodes, GError **error)
{
  JsonObjectIter iter;
  JsonNode *member;

  if (++*n_nodes > MAX_AUTH_NODES || JSON_NODE_HOLDS_ARRAY (node))
    return fail (error, "auth: should be an object of a few texts");
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, NULL, &member)) {
    if (!check_auth (member, n_nodes, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_socket (YonderProfile *self, JsonNode *node, GError **error)
{
  static const char * const members[] = { "path", "namespace", "auth", NULL };
  const char *path = "/socket.io/", *nsp = "/";
  JsonNode *auth = yonder_json_find (node, "auth");
  guint n_nodes = 0;

  if (!only_members (node, members, error))
    return FALSE;
  if (yonder_json_has (node, "path") && (path = yonder_json_get_string (node, "path", MAX_PATH, error)) == NULL)
    return FALSE;
  if (yonder_json_has (node, "namespace") && (nsp = yonder_json_get_string (node, "namespace", MAX_PATH, error)) == NULL)
    return FALSE;
  if (*path != '/' || strpbrk (path, "?# ") != NULL)
    return fail (error, "path: should begin with “/” and have no query");
  if (*nsp != '/' || strchr (nsp, ',') != NULL)
    return fail (error, "namespace: should begin with “/” and have no comma");
  if (auth != NULL && !JSON_NODE_HOLDS_OBJECT (auth))
    return fail (error, "auth: should be an object of a few texts");
  if (auth != NULL && !check_auth (auth, &n_nodes, error))
    return FALSE;

  self->socket_path = g_strdup (path);
  self->nsp = g_strdup (nsp);
  self->auth = auth != NULL ? json_node_copy (auth) : NULL;
  return TRUE;
}

static gboolean
check_paths (JsonNode *node, const char * const *known, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!only_members (node, known, error))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member)) {
    g_auto (GStrv) paths = read_strings (member, error);

    if (!within (name, paths != NULL && check_read_paths (paths, error), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_request (JsonNode *node, GError **error)
{
  g_autoptr (JsonNode) scratch = new_scratch (FALSE);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!only_members (node, request_fields, error))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member)) {
    const char *path = yonder_json_get_string (member, "", MAX_PATH, error);

    if (!within (name, path != NULL && try_path (scratch, path, error), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_operation (JsonNode *node, GError **error)
{
  static const char * const members[] = { "method", "path", "request", "answer", NULL };
  const char *method, *path;
  JsonNode *part;

  if (!only_members (node, members, error))
    return FALSE;
  method = yonder_json_get_string (node, "method", MAX_NAME, error);
  path = method != NULL ? yonder_json_get_string (node, "path", MAX_PATH, error) : NULL;
  if (path == NULL)
    return FALSE;
  if (!g_strv_contains (methods, method))
    return fail (error, "method: “%s” is none that is known", method);
  if (*path != '/')
    return fail (error, "path: should begin with “/”");

  part = yonder_json_find (node, "request");
  if (part != NULL && !within ("request", check_request (part, error), error))
    return FALSE;
  part = yonder_json_find (node, "answer");
  return part == NULL || within ("answer", check_paths (part, answer_fields, error), error);
}

static gboolean
check_rest (JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!only_members (node, operations, error))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member)) {
    if (!within (name, check_operation (member, error), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_head (YonderProfile *self, JsonNode *root, GError **error)
{
  static const char * const members[] = {
    "name", "flow", "socket", "kinds", "reasons", "statuses", "client", "relayed", "server", "rest", "person", NULL
  };
  const char *name, *flow;
  JsonNode *socket;

  if (!only_members (root, members, error))
    return FALSE;
  name = yonder_json_get_string (root, "name", MAX_NAME, error);
  flow = name != NULL ? yonder_json_get_string (root, "flow", MAX_NAME, error) : NULL;
  socket = flow != NULL ? yonder_json_get_object (root, "socket", error) : NULL;
  if (socket == NULL)
    return FALSE;
  if (*name == '\0')
    return fail (error, "name: is empty");

  if (strcmp (flow, "offer-first") == 0)
    self->flow = YONDER_FLOW_OFFER_FIRST;
  else if (strcmp (flow, "invite-first") != 0)
    return fail (error, "flow: should be “invite-first” or “offer-first”");
  self->name = g_strdup (name);
  return within ("socket", read_socket (self, socket, error), error);
}

/* What a call cannot do without; the rest may be missing, and what needs it is then not done. */
static gboolean
check_complete (YonderProfile *self, GError **error)
{
  static const EventName needed[] = {
    { "client.invite", YONDER_EVENT_INVITE },
    { "client.accept", YONDER_EVENT_ACCEPT },
    { "client.hang-up", YONDER_EVENT_HANG_UP },
    { "server.incoming", YONDER_EVENT_INCOMING },
    { "server.accepted", YONDER_EVENT_ACCEPTED },
    { "server.ended", YONDER_EVENT_ENDED },
  };
  gboolean has[YONDER_N_EVENTS] = { FALSE };

  for (guint i = 0; i < self->specs->len; i++)
    has[((YonderEventSpec *) self->specs->pdata[i])->type] = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    if (!has[needed[i].type])
      return fail (error, "%s is missing", needed[i].name);
  }
  if (self->flow == YONDER_FLOW_INVITE_FIRST && (!has[YONDER_EVENT_OFFER] || !has[YONDER_EVENT_ANSWER]))
    return fail (error, "relayed.offer or relayed.answer is missing, which the flow needs");
  return TRUE;
}

/* Fills @self, which is fresh, from a profile's JSON. */
gboolean
yonder_profile_load (YonderProfile *self, JsonNode *root, GError **error)
{
  JsonNode *part;

  if (!read_head (self, root, error))
    return FALSE;

  for (guint i = 0; i < YONDER_N_WORDS; i++) {
    part = yonder_json_find (root, word_tables[i].member);
    if (part != NULL && !within (word_tables[i].member, read_words (self, i, part, error), error))
      return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++) {
    part = yonder_json_find (root, sections[i].member);
    if (part != NULL &&
        !within (sections[i].member, read_section (self, sections[i].events, sections[i].by, part, error), error))
      return FALSE;
  }

  part = yonder_json_find (root, "rest");
  if (part != NULL && !within ("rest", check_rest (part, error), error))
    return FALSE;
  self->rest = part != NULL ? json_node_copy (part) : NULL;
  part = yonder_json_find (root, "person");
  if (part != NULL && !within ("person", check_paths (part, person_fields, error), error))
    return FALSE;
  self->person = part != NULL ? json_node_copy (part) : NULL;
  return check_complete (self, error);
}
