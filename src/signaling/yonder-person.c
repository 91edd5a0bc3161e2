/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-person.h"

#include "yonder-json.h"

G_DEFINE_ENUM_TYPE (YonderRelation, yonder_relation,
                    G_DEFINE_ENUM_VALUE (YONDER_RELATION_CONTACT, "contact"),
                    G_DEFINE_ENUM_VALUE (YONDER_RELATION_ASKED, "asked"),
                    G_DEFINE_ENUM_VALUE (YONDER_RELATION_ASKS, "asks"),
                    G_DEFINE_ENUM_VALUE (YONDER_RELATION_NONE, "none"))

/* chosen: longer names and addresses are nobody's */
#define MAX_NAME 256
#define MAX_URL 2048

/* Ids are numbers on some servers. */
static char *
dup_field (YonderProfile *profile, const char *field, gsize max_length, JsonNode *node)
{
  JsonNode *value = yonder_profile_find_answer (profile, "person", field, node);
  const char *text = value != NULL ? yonder_json_get_string (value, "", max_length, NULL) : NULL;
  gint64 number;

  if (text != NULL && *text != '\0')
    return g_strdup (text);
  if (value != NULL && yonder_json_get_int (value, "", 0, G_MAXINT64, &number, NULL))
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return NULL;
}

static YonderPresence
read_presence (YonderProfile *profile, JsonNode *node)
{
  JsonNode *value = yonder_profile_find_answer (profile, "person", "presence", node);
  const char *status = value != NULL ? yonder_json_get_string (value, "", MAX_NAME, NULL) : NULL;
  gboolean is_online = FALSE;

  if (g_strcmp0 (status, "online") == 0 || (value != NULL && yonder_json_get_boolean (value, "", &is_online, NULL) && is_online))
    return YONDER_PRESENCE_ONLINE;
  if (g_strcmp0 (status, "away") == 0)
    return YONDER_PRESENCE_AWAY;

  return YONDER_PRESENCE_OFFLINE;
}

/* What a server does not say, or says in words of its own, is what its list of contacts is for. */
static YonderRelation
read_relation (YonderProfile *profile, JsonNode *node)
{
  JsonNode *value = yonder_profile_find_answer (profile, "person", "relation", node);
  const char *nick = value != NULL ? yonder_json_get_string (value, "", MAX_NAME, NULL) : NULL;
  g_autoptr (GEnumClass) class = g_type_class_ref (YONDER_TYPE_RELATION);
  const GEnumValue *found = nick != NULL ? g_enum_get_value_by_nick (class, nick) : NULL;

  return found != NULL ? (YonderRelation) found->value : YONDER_RELATION_CONTACT;
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
 * @profile: tells where what stands
 * @node: what a server says about somebody
 *
 * Returns: (transfer full) (nullable): the person; %NULL where no id is to be found
 */
YonderPerson *
yonder_person_parse (YonderProfile *profile, JsonNode *node)
{
  g_autofree char *id = dup_field (profile, "id", YONDER_EVENT_MAX_ID, node);
  YonderPerson *self;

  if (id == NULL)
    return NULL;

  self = g_new0 (YonderPerson, 1);
  self->name = dup_field (profile, "name", MAX_NAME, node);
  if (self->name == NULL)
    self->name = g_strdup (id);
  self->id = g_steal_pointer (&id);
  self->email = dup_field (profile, "email", MAX_NAME, node);
  self->avatar = dup_field (profile, "avatar", MAX_URL, node);
  self->presence = read_presence (profile, node);
  self->relation = read_relation (profile, node);

  return self;
}

/**
 * yonder_people_parse:
 * @profile: tells where what stands
 * @array: (nullable): what should be an array of people
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Returns: (transfer full) (nullable) (element-type YonderPerson): those of them who could be read
 */
GPtrArray *
yonder_people_parse (YonderProfile *profile, JsonNode *array, GError **error)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_person_free);
  JsonArray *elements = NULL;

  if (array == NULL)
    g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_MISSING, "no list where the profile says that it is");
  else
    elements = yonder_json_get_array (array, "", YONDER_MAX_PEOPLE, error);
  if (elements == NULL)
    return NULL;

  for (guint i = 0; i < json_array_get_length (elements); i++) {
    YonderPerson *person = yonder_person_parse (profile, json_array_get_element (elements, i));

    if (person != NULL)
      g_ptr_array_add (people, person);
  }

  return g_steal_pointer (&people);
}
