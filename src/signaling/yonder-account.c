/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-private.h"

#include <glib/gi18n.h>

#include "yonder-json.h"
#include "yonder-person.h"

/* chosen: a token of more than this is no header any more that servers take */
#define MAX_TOKEN 8192

G_DEFINE_FINAL_TYPE (YonderAccount, yonder_account, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_USER_ID,
  PROP_USER_NAME,
  PROP_TOKEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* A text of the answer to @operation, where the profile says that it is. */
static const char *
find_text (YonderAccount *self, const char *operation, const char *field, JsonNode *root)
{
  JsonNode *node = yonder_profile_find_answer (self->profile, operation, field, root);
  const char *text = node != NULL ? yonder_json_get_string (node, "", MAX_TOKEN, NULL) : NULL;

  return text != NULL && *text != '\0' ? text : NULL;
}

void
yonder_account_set_token (YonderAccount *self, const char *token)
{
  yonder_rest_set_token (self->rest, token);
  if (g_set_str (&self->token, token))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOKEN]);
}

static void
set_user (YonderAccount *self, const char *id, const char *name)
{
  if (g_set_str (&self->user_id, id))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USER_ID]);
  if (g_set_str (&self->user_name, name))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USER_NAME]);
}

/**
 * yonder_account_begin_attempt:
 * @self: an account
 * @token: (nullable): what it begins with
 *
 * Forgets who was signed in: somebody signs in or out. What is still on its way for the former user does not count any more.
 */
void
yonder_account_begin_attempt (YonderAccount *self, const char *token)
{
  self->attempt++;
  self->refresh = NULL;
  g_clear_pointer (&self->refresh_token, g_free);
  yonder_account_set_token (self, token);
  set_user (self, NULL, NULL);
}

/**
 * yonder_account_take_token:
 * @self: an account
 * @operation: what was asked, in the words of the profile
 * @root: the answer
 *
 * Takes the token out of an answer, and the refresh token where there is one.
 *
 * Returns: whether there was a token
 */
gboolean
yonder_account_take_token (YonderAccount *self, const char *operation, JsonNode *root)
{
  const char *token = find_text (self, operation, "token", root);
  const char *refresh = find_text (self, operation, "refresh-token", root);

  if (token == NULL)
    return FALSE;
  yonder_account_set_token (self, token);
  if (refresh != NULL)
    g_set_str (&self->refresh_token, refresh);

  return TRUE;
}

/**
 * yonder_account_take_user:
 * @self: an account
 * @operation: what was asked, in the words of the profile
 * @root: the answer
 *
 * Takes from an answer who is signed in.
 *
 * Returns: whether it told
 */
gboolean
yonder_account_take_user (YonderAccount *self, const char *operation, JsonNode *root)
{
  JsonNode *user = yonder_profile_find_answer (self->profile, operation, "user", root);
  g_autoptr (YonderPerson) person = user != NULL ? yonder_person_parse (self->profile, user) : NULL;

  if (person == NULL)
    return FALSE;
  set_user (self, person->id, person->name);

  return TRUE;
}

/**
 * yonder_account_misfit:
 * @self: an account
 *
 * Returns: (transfer full): that the server is none of the profile's kind
 */
GError *
yonder_account_misfit (YonderAccount *self)
{
  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
                      _("%s answers, but not as a call server of the chosen kind does. Check the address."), self->server);
}

static void
yonder_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderAccount *self = YONDER_ACCOUNT (object);

  switch (id) {
  case PROP_USER_ID:
    g_value_set_string (value, self->user_id);
    break;
  case PROP_USER_NAME:
    g_value_set_string (value, self->user_name);
    break;
  case PROP_TOKEN:
    g_value_set_string (value, self->token);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_account_finalize (GObject *object)
{
  YonderAccount *self = YONDER_ACCOUNT (object);

  g_clear_pointer (&self->profile, yonder_profile_unref);
  g_clear_object (&self->rest);
  g_clear_object (&self->tls_database);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->user_id, g_free);
  g_clear_pointer (&self->user_name, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->refresh_token, g_free);

  G_OBJECT_CLASS (yonder_account_parent_class)->finalize (object);
}

static void
yonder_account_class_init (YonderAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yonder_account_get_property;
  object_class->finalize = yonder_account_finalize;

  properties[PROP_USER_ID] = g_param_spec_string ("user-id", NULL, NULL, NULL, flags);
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, flags);
  properties[PROP_TOKEN] = g_param_spec_string ("token", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_account_init (YonderAccount *self)
{
}

/**
 * yonder_account_new:
 * @server: the address of the call server
 * @profile: the name of a shipped profile, or the path of a file
 * @error: return location for %YONDER_SIGNALING_ERROR_INVALID for the address, or a [error@Yonder.ProfileError]
 *
 * Returns: (transfer full) (nullable): an account that is not signed in
 */
YonderAccount *
yonder_account_new (const char *server, const char *profile, GError **error)
{
  g_autoptr (YonderProfile) loaded = NULL;
  g_autoptr (YonderRest) rest = NULL;
  YonderAccount *self;

  loaded = strchr (profile, '/') != NULL
    ? yonder_profile_new_from_file (profile, error) : yonder_profile_new_shipped (profile, error);
  if (loaded == NULL)
    return NULL;
  rest = yonder_rest_new (server, loaded, error);
  if (rest == NULL)
    return NULL;

  self = g_object_new (YONDER_TYPE_ACCOUNT, NULL);
  self->server = g_strdup (server);
  self->profile = g_steal_pointer (&loaded);
  self->rest = g_steal_pointer (&rest);

  return self;
}

/**
 * yonder_account_get_server:
 * @self: an account
 *
 * Returns: (transfer none): the address that it was made with
 */
const char *
yonder_account_get_server (YonderAccount *self)
{
  return self->server;
}

/**
 * yonder_account_get_user_id:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): who is signed in; %NULL for nobody, and where the server has no way to tell
 */
const char *
yonder_account_get_user_id (YonderAccount *self)
{
  return self->user_id;
}

/**
 * yonder_account_get_user_name:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): the name of who is signed in, if the server tells it
 */
const char *
yonder_account_get_user_name (YonderAccount *self)
{
  return self->user_name;
}

/**
 * yonder_account_get_token:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): what the server knows this sign-in by; to be kept where secrets are kept
 */
const char *
yonder_account_get_token (YonderAccount *self)
{
  return self->token;
}

/**
 * yonder_account_set_tls_database:
 * @self: an account
 * @database: (nullable): whom to trust instead of the system's authorities
 *
 * Counts for the signalling connection too, from its next connection on.
 */
void
yonder_account_set_tls_database (YonderAccount *self, GTlsDatabase *database)
{
  g_set_object (&self->tls_database, database);
  yonder_rest_set_tls_database (self->rest, database);
}

/**
 * yonder_account_get_profile:
 * @self: an account
 *
 * Returns: (transfer none): what this kind of server calls things
 */
YonderProfile *
yonder_account_get_profile (YonderAccount *self)
{
  return self->profile;
}

/**
 * yonder_account_get_tls_database:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): whom to trust, if not the system's authorities
 */
GTlsDatabase *
yonder_account_get_tls_database (YonderAccount *self)
{
  return self->tls_database;
}
