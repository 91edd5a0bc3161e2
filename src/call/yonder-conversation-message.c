/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-conversation-message.h"

#include "yonder-foreign-text.h"
#include "yonder-json.h"

/* chosen: what can be read while one talks */
#define MAX_LETTERS 2000
#define MAX_LINES   40

static const char * const kinds[] = {
  [YONDER_CONVERSATION_STATE] = "state",
  [YONDER_CONVERSATION_TEXT] = "text",
  [YONDER_CONVERSATION_REACTION] = "reaction",
};

/**
 * yonder_conversation_clean_text:
 * @text: what somebody typed, here or elsewhere; UTF-8
 *
 * Lines stay lines, up to forty; what steers or turns text goes, and so do spaces at both ends and what is over 2000 letters.
 *
 * Returns: (transfer full) (nullable): the text as it is shown; %NULL where nothing is left
 */
char *
yonder_conversation_clean_text (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", MAX_LINES);
  g_autofree char *joined = NULL;

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = lines[i];

    lines[i] = g_strchomp (yonder_foreign_text_clean (line, -1));
    g_free (line);
  }
  joined = g_strstrip (g_strjoinv ("\n", lines));
  if (*joined == '\0')
    return NULL;
  return g_utf8_strlen (joined, -1) > MAX_LETTERS ? g_utf8_substring (joined, 0, MAX_LETTERS) : g_steal_pointer (&joined);
}

static gboolean
parse_state (YonderConversationMessage *self, JsonNode *root, GError **error)
{
  return yonder_json_get_boolean (root, "muted", &self->state.is_muted, error) &&
         yonder_json_get_boolean (root, "cameraOff", &self->state.is_camera_off, error) &&
         (!yonder_json_has (root, "held") || yonder_json_get_boolean (root, "held", &self->state.is_holding, error)) &&
         (!yonder_json_has (root, "sharing") || yonder_json_get_boolean (root, "sharing", &self->state.is_sharing, error));
}

static gboolean
parse_text (YonderConversationMessage *self, JsonNode *root, GError **error)
{
  const char *text = yonder_json_get_string (root, "text", YONDER_CONVERSATION_MAX_JSON, error);

  if (text == NULL)
    return FALSE;
  if (g_utf8_strlen (text, -1) > MAX_LETTERS) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "A text is longer than %d letters", MAX_LETTERS);
    return FALSE;
  }
  self->text = yonder_conversation_clean_text (text);
  if (self->text == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "A text has no letters");
  return self->text != NULL;
}

static gboolean
parse_reaction (YonderConversationMessage *self, JsonNode *root, GError **error)
{
  const char *name = yonder_json_get_string (root, "reaction", 32, error);

  if (name == NULL)
    return FALSE;
  for (guint i = 0; i < YONDER_N_REACTIONS; i++) {
    if (g_str_equal (name, yonder_reaction_get_name (i))) {
      self->reaction = i;
      return TRUE;
    }
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "A reaction that is not known here");
  return FALSE;
}

static gboolean (* const parsers[]) (YonderConversationMessage *self, JsonNode *root, GError **error) = {
  [YONDER_CONVERSATION_STATE] = parse_state,
  [YONDER_CONVERSATION_TEXT] = parse_text,
  [YONDER_CONVERSATION_REACTION] = parse_reaction,
};

/**
 * yonder_conversation_message_parse:
 * @self: (out caller-allocates): to be cleared, where %TRUE came
 * @json: what the peer sent
 * @error: return location for an error, see above
 *
 * Fields that are not known are passed over.
 *
 * Returns: whether @self holds a message
 */
gboolean
yonder_conversation_message_parse (YonderConversationMessage *self, const char *json, GError **error)
{
  g_autoptr (JsonNode) root = yonder_json_parse (json, -1, YONDER_CONVERSATION_MAX_JSON, error);
  const char *kind;

  *self = (YonderConversationMessage) { 0 };
  kind = root != NULL && yonder_json_get_object (root, "", error) != NULL ? yonder_json_get_string (root, "type", 32, error) : NULL;
  if (kind == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (g_str_equal (kind, kinds[i])) {
      self->kind = i;
      return parsers[i] (self, root, error);
    }
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "A message of a kind that is not known here");
  return FALSE;
}

/* Returns: (transfer full): JSON that every client of docs/channel.md understands */
char *
yonder_conversation_message_print (const YonderConversationMessage *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (node, object);
  json_object_set_string_member (object, "type", kinds[self->kind]);
  switch (self->kind) {
  case YONDER_CONVERSATION_STATE:
    json_object_set_boolean_member (object, "muted", self->state.is_muted);
    json_object_set_boolean_member (object, "cameraOff", self->state.is_camera_off);
    if (self->state.is_holding)
      json_object_set_boolean_member (object, "held", TRUE);
    if (self->state.is_sharing)
      json_object_set_boolean_member (object, "sharing", TRUE);
    break;
  case YONDER_CONVERSATION_TEXT:
    json_object_set_string_member (object, "text", self->text);
    break;
  case YONDER_CONVERSATION_REACTION:
    json_object_set_string_member (object, "reaction", yonder_reaction_get_name (self->reaction));
    break;
  }
  return yonder_json_print (node);
}

void
yonder_conversation_message_clear (YonderConversationMessage *self)
{
  g_clear_pointer (&self->text, g_free);
}
