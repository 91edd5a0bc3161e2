/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads from a profile what the REST interface of a server looks like. */

#include "yonder-profile-check.h"

#include "yonder-json.h"

/* What REST can be asked for, and what is known of it. */
static const char * const operations[] = {
  "login", "guest", "register", "refresh", "logout", "verify", "me", "search", "contacts",
  "contact-request", "contact-accept", "contact-remove", "ice-servers", NULL
};
static const char * const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", NULL };
static const char * const request_fields[] = { "user", "password", "name", "email", "id", "refresh-token", NULL };
static const char * const answer_fields[] = { "token", "refresh-token", "expires-in", "user", "items", "requests", NULL };
static const char * const person_fields[] = { "id", "name", "email", "avatar", "presence", "relation", NULL };

static gboolean
check_answers (JsonNode *node, const char * const *known, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!yonder_profile_only_members (node, known, error))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member)) {
    g_auto (GStrv) paths = yonder_profile_read_strings (member, error);

    if (!yonder_profile_within (name, paths != NULL && yonder_profile_check_paths (paths, error), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_request (JsonNode *node, GError **error)
{
  g_autoptr (JsonNode) scratch = yonder_profile_new_scratch (FALSE);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!yonder_profile_only_members (node, request_fields, error))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member)) {
    const char *path = yonder_json_get_string (member, "", YONDER_PROFILE_MAX_PATH, error);

    if (!yonder_profile_within (name, path != NULL && yonder_profile_try_path (scratch, path, error), error))
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

  if (!yonder_profile_only_members (node, members, error))
    return FALSE;
  method = yonder_json_get_string (node, "method", YONDER_PROFILE_MAX_NAME, error);
  path = method != NULL ? yonder_json_get_string (node, "path", YONDER_PROFILE_MAX_PATH, error) : NULL;
  if (path == NULL)
    return FALSE;
  if (!g_strv_contains (methods, method))
    return yonder_profile_fail (error, "method: “%s” is none that is known", method);
  if (*path != '/')
    return yonder_profile_fail (error, "path: should begin with “/”");

  part = yonder_json_find (node, "request");
  if (part != NULL && !yonder_profile_within ("request", check_request (part, error), error))
    return FALSE;
  part = yonder_json_find (node, "answer");
  return part == NULL || yonder_profile_within ("answer", check_answers (part, answer_fields, error), error);
}

static gboolean
check_rest (JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!yonder_profile_only_members (node, operations, error))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member)) {
    if (!yonder_profile_within (name, check_operation (member, error), error))
      return FALSE;
  }
  return TRUE;
}

/* Reads what is known of the server's REST interface, and how it tells about people. */
gboolean
yonder_profile_read_rest (YonderProfile *self, JsonNode *root, GError **error)
{
  JsonNode *rest = yonder_json_find (root, "rest");
  JsonNode *person = yonder_json_find (root, "person");

  if (rest != NULL && !yonder_profile_within ("rest", check_rest (rest, error), error))
    return FALSE;
  if (person != NULL && !yonder_profile_within ("person", check_answers (person, person_fields, error), error))
    return FALSE;
  self->rest = rest != NULL ? json_node_copy (rest) : NULL;
  self->person = person != NULL ? json_node_copy (person) : NULL;
  return TRUE;
}
