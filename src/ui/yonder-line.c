/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-line.h"

#include "yonder-account-ice.h"

struct _YonderLine
{
  GObject                parent_instance;

  YonderAccount         *account;
  YonderSocketSignaling *signaling;
  YonderContactList     *contacts;
  YonderCallManager     *calls;
  YonderDoorkeeper      *doorkeeper;
  YonderPeople          *people;
  YonderIceSources      *ice_sources;
  char                  *place;       /* (nullable) */
  gboolean               offers_calls;
  gboolean               is_closed;
};

G_DEFINE_FINAL_TYPE (YonderLine, yonder_line, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_OFFERS_CALLS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
yonder_line_dispose (GObject *object)
{
  YonderLine *self = YONDER_LINE (object);

  if (self->account != NULL)
    yonder_line_close (self);
  g_clear_object (&self->calls);
  g_clear_object (&self->people);
  g_clear_object (&self->doorkeeper);
  g_clear_object (&self->contacts);
  g_clear_object (&self->signaling);
  g_clear_object (&self->account);
  g_clear_object (&self->ice_sources);

  G_OBJECT_CLASS (yonder_line_parent_class)->dispose (object);
}

static void
yonder_line_finalize (GObject *object)
{
  g_free (YONDER_LINE (object)->place);

  G_OBJECT_CLASS (yonder_line_parent_class)->finalize (object);
}

static void
yonder_line_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderLine *self = YONDER_LINE (object);

  switch (prop_id) {
  case PROP_OFFERS_CALLS:
    g_value_set_boolean (value, self->offers_calls);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_line_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderLine *self = YONDER_LINE (object);

  switch (prop_id) {
  case PROP_OFFERS_CALLS:
    if (self->offers_calls != g_value_get_boolean (value)) {
      self->offers_calls = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
    }
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_line_class_init (YonderLineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_line_dispose;
  object_class->finalize = yonder_line_finalize;
  object_class->get_property = yonder_line_get_property;
  object_class->set_property = yonder_line_set_property;

  /**
   * YonderLine:offers-calls:
   *
   * Whether anybody is offered to be called here. Who calls rings all the same, since they may know better.
   */
  properties[PROP_OFFERS_CALLS] = g_param_spec_boolean ("offers-calls", NULL, NULL, TRUE,
                                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_line_init (YonderLine *self)
{
  self->offers_calls = TRUE;
}

/* What has to wait until the account is signed in. */
static void
parts_free (gpointer data)
{
  YonderLineParts *parts = data;

  g_clear_object (&parts->media);
  g_clear_object (&parts->floor);
  g_clear_object (&parts->ice_sources);
  g_clear_object (&parts->book);
  g_clear_object (&parts->settings);
  g_clear_object (&parts->clock);
  g_free ((char *) parts->key);
  g_free (parts);
}

static YonderLineParts *
parts_copy (const YonderLineParts *parts)
{
  YonderLineParts *copy = g_new0 (YonderLineParts, 1);

  copy->media = g_object_ref (parts->media);
  copy->floor = g_object_ref (parts->floor);
  copy->ice_sources = g_object_ref (parts->ice_sources);
  copy->book = g_object_ref (parts->book);
  copy->settings = g_object_ref (parts->settings);
  copy->clock = g_object_ref (parts->clock);
  copy->key = g_strdup (parts->key);
  return copy;
}

static gboolean
is_not_among (GValue *value, GVariant *variant, gpointer server)
{
  g_autofree const char **without = g_variant_get_strv (variant, NULL);

  g_value_set_boolean (value, !g_strv_contains (without, server));
  return TRUE;
}

/* What the user has chosen for all lines, and for this server: on some, calls are known not to work. */
static void
follow_settings (YonderLine *self, GSettings *settings, const char *key)
{
  g_settings_bind_with_mapping (settings, "servers-without-calls", self, "offers-calls", G_SETTINGS_BIND_GET, is_not_among, NULL,
                                g_strdup (key), g_free);
  g_settings_bind (settings, "meeting-address", self->calls, "meeting-base", G_SETTINGS_BIND_GET);
  g_settings_bind (settings, "only-contacts-ring", self->doorkeeper, "contacts-only", G_SETTINGS_BIND_GET);
}

static YonderLine *
line_of_account (YonderAccount *account, const YonderLineParts *parts)
{
  YonderLine *self = g_object_new (YONDER_TYPE_LINE, NULL);
  g_autoptr (YonderIceProvider) lent = yonder_account_ice_new (account);
  const char *key = parts->key != NULL ? parts->key : yonder_account_get_server (account);

  self->account = g_object_ref (account);
  self->ice_sources = g_object_ref (parts->ice_sources);
  yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_CALL_SERVER, lent);
  yonder_ice_sources_freshen (self->ice_sources);
  self->signaling = yonder_socket_signaling_new (account, parts->clock);
  yonder_socket_signaling_set_takes_second_call (self->signaling, TRUE);
  self->contacts = yonder_contact_list_new (account, YONDER_SIGNALING (self->signaling));
  self->calls = yonder_call_manager_new (YONDER_SIGNALING (self->signaling), parts->media, self->contacts, parts->clock);
  yonder_call_manager_set_floor (self->calls, parts->floor);
  yonder_call_manager_set_ice_sources (self->calls, self->ice_sources);
  self->doorkeeper = yonder_doorkeeper_new (parts->clock);
  yonder_call_manager_set_doorkeeper (self->calls, self->doorkeeper);
  self->people = yonder_people_new (account, self->contacts, self->doorkeeper, parts->book, key);
  follow_settings (self, parts->settings, key);
  yonder_socket_signaling_open (self->signaling);
  yonder_contact_list_reload (self->contacts);
  return self;
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderAccount *account = YONDER_ACCOUNT (source);
  GError *error = NULL;

  if (yonder_account_sign_in_finish (account, result, &error))
    g_task_return_pointer (task, line_of_account (account, g_task_get_task_data (task)), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_signed_in_with_token (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderAccount *account = YONDER_ACCOUNT (source);
  GError *error = NULL;

  if (yonder_account_sign_in_with_token_finish (account, result, &error))
    g_task_return_pointer (task, line_of_account (account, g_task_get_task_data (task)), g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * yonder_line_open_async:
 * @credentials: where to sign in, and as whom
 * @parts: what the line is made with
 * @cancellable: (nullable): ends the attempt
 * @callback: called when signed in, or not
 * @user_data: for @callback
 *
 * Signs in and connects. The connection itself comes up after the callback, and is watched through the signalling's state.
 */
void
yonder_line_open_async (const YonderLineCredentials *credentials, const YonderLineParts *parts,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (YonderAccount) account = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, yonder_line_open_async);
  g_task_set_task_data (task, parts_copy (parts), parts_free);

  account = yonder_account_new (credentials->server, credentials->profile, &error);
  if (account == NULL)
    g_task_return_error (task, error);
  else if (credentials->token != NULL)
    yonder_account_sign_in_with_token_async (account, credentials->token, cancellable, on_signed_in_with_token, g_steal_pointer (&task));
  else
    yonder_account_sign_in_async (account, credentials->user, credentials->password, cancellable, on_signed_in, g_steal_pointer (&task));
}

/**
 * yonder_line_open_finish:
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the line, or %NULL with @error set
 */
YonderLine *
yonder_line_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * yonder_line_close:
 * @self: a line
 *
 * Hangs up every call and disconnects. The token stays valid: signing out at the server is the account's business.
 */
void
yonder_line_close (YonderLine *self)
{
  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  yonder_call_manager_hang_up_all (self->calls);
  yonder_socket_signaling_close (self->signaling);
  yonder_ice_sources_close (self->ice_sources);
  yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_CALL_SERVER, NULL);
}

/**
 * yonder_line_reconnect:
 * @self: a line
 *
 * Tries the connection to the server again at once, after it was refused or given up.
 */
void
yonder_line_reconnect (YonderLine *self)
{
  yonder_socket_signaling_close (self->signaling);
  yonder_socket_signaling_open (self->signaling);
}

/**
 * yonder_line_look_after:
 * @self: a line
 *
 * The network has changed, or the computer slept: sees whether the server can still be reached, and rebuilds the paths of calls.
 */
void
yonder_line_look_after (YonderLine *self)
{
  yonder_socket_signaling_check (self->signaling);
  yonder_call_manager_recover_all (self->calls);
}

/**
 * yonder_line_get_account:
 * @self: a line
 *
 * Returns: (transfer none): who is signed in, and where
 */
YonderAccount *
yonder_line_get_account (YonderLine *self)
{
  return self->account;
}

/**
 * yonder_line_get_signaling:
 * @self: a line
 *
 * Returns: (transfer none): the connection to the server
 */
YonderSocketSignaling *
yonder_line_get_signaling (YonderLine *self)
{
  return self->signaling;
}

/**
 * yonder_line_get_contacts:
 * @self: a line
 *
 * Returns: (transfer none): everybody who can be called
 */
YonderContactList *
yonder_line_get_contacts (YonderLine *self)
{
  return self->contacts;
}

/**
 * yonder_line_get_calls:
 * @self: a line
 *
 * Returns: (transfer none): the calls of this user
 */
YonderCallManager *
yonder_line_get_calls (YonderLine *self)
{
  return self->calls;
}

/**
 * yonder_line_get_people:
 * @self: a line
 *
 * Returns: (transfer none): what may be done with the people on its server
 */
YonderPeople *
yonder_line_get_people (YonderLine *self)
{
  return self->people;
}

/**
 * yonder_line_get_ice_sources:
 * @self: a line
 *
 * Returns: (transfer none): where its calls find STUN and TURN servers
 */
YonderIceSources *
yonder_line_get_ice_sources (YonderLine *self)
{
  return self->ice_sources;
}

/**
 * yonder_line_get_mark:
 * @self: a line
 *
 * Returns: (transfer none): what its contacts and calls are told from those of other lines by
 */
const char *
yonder_line_get_mark (YonderLine *self)
{
  return yonder_people_get_mark (self->people);
}

/**
 * yonder_line_get_place:
 * @self: a line
 *
 * Returns: (transfer none): where it leads, in a few words for the user
 */
const char *
yonder_line_get_place (YonderLine *self)
{
  return self->place != NULL ? self->place : yonder_account_get_server (self->account);
}

/* For whoever opens it. */
void
yonder_line_set_place (YonderLine *self, const char *place)
{
  g_set_str (&self->place, place);
}

/**
 * yonder_line_is_online:
 * @self: a line
 *
 * Returns: whether it is connected, so that calls can be made and come in
 */
gboolean
yonder_line_is_online (YonderLine *self)
{
  return yonder_signaling_get_state (YONDER_SIGNALING (self->signaling)) == YONDER_SIGNALING_ONLINE;
}

/**
 * yonder_line_get_offers_calls:
 * @self: a line
 *
 * Returns: whether anybody is offered to be called here
 */
gboolean
yonder_line_get_offers_calls (YonderLine *self)
{
  return self->offers_calls;
}
