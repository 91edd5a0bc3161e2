/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-profile-check.h"

#include "yonder-json.h"

#include <string.h>

#define MAX_AUTH_NODES 32

static const char * const kind_words[] = { "voice", "video", NULL };
static const char * const reason_words[] = { "declined", "missed", "ended", "busy", "failed", "answered-elsewhere", NULL };
static const char * const status_words[] = { "online", "offline", "away", NULL };

const YonderWordTable yonder_word_tables[YONDER_N_WORDS] = {
  [YONDER_WORDS_KIND] = { "kinds", "kind", kind_words },
  [YONDER_WORDS_REASON] = { "reasons", "reason", reason_words },
  [YONDER_WORDS_STATUS] = { "statuses", "status", status_words },
};

static gboolean
read_words (YonderProfile *self, YonderWords table, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *ours;
  JsonNode *theirs;

  if (!yonder_profile_only_members (node, yonder_word_tables[table].words, error))
    return FALSE;
  self->words[table] = json_object_new ();
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &ours, &theirs)) {
    g_autoptr (JsonArray) array = JSON_NODE_HOLDS_ARRAY (theirs)
      ? json_array_ref (json_node_get_array (theirs)) : json_array_new ();

    if (!JSON_NODE_HOLDS_ARRAY (theirs))
      json_array_add_element (array, json_node_copy (theirs));
    if (json_array_get_length (array) == 0 || json_array_get_length (array) > YONDER_PROFILE_MAX_PATHS)
      return yonder_profile_fail (error, "“%s” should have one to %d words", ours, YONDER_PROFILE_MAX_PATHS);
    for (guint i = 0; i < json_array_get_length (array); i++) {
      if (!JSON_NODE_HOLDS_VALUE (json_array_get_element (array, i)))
        return yonder_profile_fail (error, "“%s” should be a string, a number, true or false", ours);
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
    return yonder_profile_fail (error, "auth: should be an object of a few texts");
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

  if (!yonder_profile_only_members (node, members, error))
    return FALSE;
  if (yonder_json_has (node, "path") && (path = yonder_json_get_string (node, "path", YONDER_PROFILE_MAX_PATH, error)) == NULL)
    return FALSE;
  if (yonder_json_has (node, "namespace") &&
      (nsp = yonder_json_get_string (node, "namespace", YONDER_PROFILE_MAX_PATH, error)) == NULL)
    return FALSE;
  if (*path != '/' || strpbrk (path, "?# ") != NULL)
    return yonder_profile_fail (error, "path: should begin with “/” and have no query");
  if (*nsp != '/' || strchr (nsp, ',') != NULL)
    return yonder_profile_fail (error, "namespace: should begin with “/” and have no comma");
  if (auth != NULL && !JSON_NODE_HOLDS_OBJECT (auth))
    return yonder_profile_fail (error, "auth: should be an object of a few texts");
  if (auth != NULL && !check_auth (auth, &n_nodes, error))
    return FALSE;

  self->socket_path = g_strdup (path);
  self->nsp = g_strdup (nsp);
  self->auth = auth != NULL ? json_node_copy (auth) : NULL;
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

  if (!yonder_profile_only_members (root, members, error))
    return FALSE;
  name = yonder_json_get_string (root, "name", YONDER_PROFILE_MAX_NAME, error);
  flow = name != NULL ? yonder_json_get_string (root, "flow", YONDER_PROFILE_MAX_NAME, error) : NULL;
  socket = flow != NULL ? yonder_json_get_object (root, "socket", error) : NULL;
  if (socket == NULL)
    return FALSE;
  if (*name == '\0')
    return yonder_profile_fail (error, "name: is empty");

  if (strcmp (flow, "offer-first") == 0)
    self->flow = YONDER_FLOW_OFFER_FIRST;
  else if (strcmp (flow, "invite-first") != 0)
    return yonder_profile_fail (error, "flow: should be “invite-first” or “offer-first”");
  self->name = g_strdup (name);
  return yonder_profile_within ("socket", read_socket (self, socket, error), error);
}

/* What a call cannot do without; the rest may be missing, and what needs it is then not done. */
static gboolean
check_complete (YonderProfile *self, GError **error)
{
  static const struct { const char *name; YonderEventType type; } needed[] = {
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
      return yonder_profile_fail (error, "%s is missing", needed[i].name);
  }
  if (self->flow == YONDER_FLOW_INVITE_FIRST && (!has[YONDER_EVENT_OFFER] || !has[YONDER_EVENT_ANSWER]))
    return yonder_profile_fail (error, "relayed.offer or relayed.answer is missing, which the flow needs");
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
    part = yonder_json_find (root, yonder_word_tables[i].member);
    if (part != NULL && !yonder_profile_within (yonder_word_tables[i].member, read_words (self, i, part, error), error))
      return FALSE;
  }
  return yonder_profile_read_sections (self, root, error) && yonder_profile_read_rest (self, root, error) &&
         check_complete (self, error);
}
