/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-person.h"

#include "yonder-json.h"

/* chosen: longer names and addresses are nobody's */
#define MAX_ID 256
#define MAX_NAME 256
#define MAX_URL 2048
#define MAX_DEPTH_OF_WRAPPING 3

/* What servers call these fields, the most telling first. */
static const char * const id_fields[] = { "_id", "id", "userId", "uid", NULL };
static const char * const name_fields[] = { "fullName", "displayName", "name", "username", "email", NULL };
static const char * const avatar_fields[] = { "avatarPath", "avatarUrl", "avatar", NULL };
static const char * const online_fields[] = { "isOnline", "online", NULL };
static const char * const wrappers[] = { "user", "contact", "data", "friend", NULL };
static const char * const lists[] = { "contacts", "users", "results", "data", "items", NULL };

static char *
dup_first (JsonNode *node, const char * const *fields, gsize max_length)
{
  for (gsize i = 0; fields[i] != NULL; i++)
    {
      const char *text = yonder_json_get_string (node, fields[i], max_length, NULL);
      gint64 number;

      if (text != NULL && *text != '\0')
        return g_strdup (text);
      if (fields == id_fields && yonder_json_get_int (node, fields[i], 0, G_MAXINT64, &number, NULL))
        return g_strdup_printf ("%" G_GINT64_FORMAT, number);
    }

  return NULL;
}

static YonderPresence
read_presence (JsonNode *node)
{
  const char *status = yonder_json_get_string (node, "status", MAX_NAME, NULL);
  gboolean is_online;

  if (g_strcmp0 (status, "online") == 0)
    return YONDER_PRESENCE_ONLINE;
  if (g_strcmp0 (status, "away") == 0)
    return YONDER_PRESENCE_AWAY;
  for (gsize i = 0; online_fields[i] != NULL; i++)
    if (yonder_json_get_boolean (node, online_fields[i], &is_online, NULL))
      return is_online ? YONDER_PRESENCE_ONLINE : YONDER_PRESENCE_OFFLINE;

  return YONDER_PRESENCE_OFFLINE;
}

void
yonder_person_free (YonderPerson *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->email);
  g_free (self->avatar);
  g_free (self);
}

/**
 * yonder_person_parse:
 * @node: what a server says about somebody
 *
 * Returns: (transfer full) (nullable): the person; %NULL where no id is to be found, not even one level further down
 */
YonderPerson *
yonder_person_parse (JsonNode *node)
{
  for (guint depth = 0; depth < MAX_DEPTH_OF_WRAPPING && node != NULL && JSON_NODE_HOLDS_OBJECT (node); depth++)
    {
      g_autofree char *id = dup_first (node, id_fields, MAX_ID);
      g_autofree char *name = dup_first (node, name_fields, MAX_NAME);
      JsonNode *inner = NULL;

      for (gsize i = 0; inner == NULL && wrappers[i] != NULL; i++)
        inner = yonder_json_get_object (node, wrappers[i], NULL);

      /* An entry of a contact list may have an id of its own beside the person's. */
      if (id != NULL && (inner == NULL || name != NULL))
        {
          YonderPerson *self = g_new0 (YonderPerson, 1);

          self->name = name != NULL ? g_steal_pointer (&name) : g_strdup (id);
          self->id = g_steal_pointer (&id);
          self->email = g_strdup (yonder_json_get_string (node, "email", MAX_NAME, NULL));
          self->avatar = dup_first (node, avatar_fields, MAX_URL);
          self->presence = read_presence (node);
          return self;
        }
      node = inner;
    }

  return NULL;
}

/**
 * yonder_people_parse:
 * @root: an array of people, or an object that has one
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Returns: (transfer full) (nullable) (element-type YonderPerson): those of them who could be read
 */
GPtrArray *
yonder_people_parse (JsonNode *root, GError **error)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_person_free);
  JsonArray *array = NULL;

  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    array = yonder_json_get_array (root, "", YONDER_MAX_PEOPLE, error);
  else
    {
      const char *path = lists[0];

      for (gsize i = 0; lists[i] != NULL; i++)
        if (yonder_json_has (root, lists[i]))
          {
            path = lists[i];
            break;
          }
      array = yonder_json_get_array (root, path, YONDER_MAX_PEOPLE, error);
    }
  if (array == NULL)
    return NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      YonderPerson *person = yonder_person_parse (json_array_get_element (array, i));

      if (person != NULL)
        g_ptr_array_add (people, person);
    }

  return g_steal_pointer (&people);
}
