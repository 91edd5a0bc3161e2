/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-contact.h"

struct _YonderContact {
  GObject parent_instance;

  char          *id;
  char          *name;
  char          *email;
  char          *avatar;
  char          *account; /* (nullable) */
  YonderAccount *source;  /* (nullable), weak */
  GBytesIcon    *picture; /* (nullable) */
  char          *asked;   /* (nullable): the address that was asked for last */
  YonderPresence presence;
  YonderRelation relation;
  gboolean       is_favourite, is_added, is_blocked;
};

G_DEFINE_FINAL_TYPE (YonderContact, yonder_contact, G_TYPE_OBJECT)

enum {
  PROP_ID = 1,
  PROP_NAME,
  PROP_EMAIL,
  PROP_AVATAR,
  PROP_PICTURE,
  PROP_PRESENCE,
  PROP_RELATION,
  PROP_IS_FAVOURITE,
  PROP_IS_ADDED,
  PROP_IS_BLOCKED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
yonder_contact_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderContact *self = YONDER_CONTACT (object);

  switch (id) {
  case PROP_ID:
    g_value_set_string (value, self->id);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_EMAIL:
    g_value_set_string (value, self->email);
    break;
  case PROP_AVATAR:
    g_value_set_string (value, self->avatar);
    break;
  case PROP_PICTURE:
    g_value_set_object (value, self->picture);
    break;
  case PROP_PRESENCE:
    g_value_set_enum (value, self->presence);
    break;
  case PROP_RELATION:
    g_value_set_enum (value, (int) self->relation);
    break;
  case PROP_IS_FAVOURITE:
    g_value_set_boolean (value, self->is_favourite);
    break;
  case PROP_IS_ADDED:
    g_value_set_boolean (value, self->is_added);
    break;
  case PROP_IS_BLOCKED:
    g_value_set_boolean (value, self->is_blocked);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_contact_finalize (GObject *object)
{
  YonderContact *self = YONDER_CONTACT (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->email);
  g_free (self->avatar);
  g_free (self->account);
  g_clear_weak_pointer (&self->source);
  g_clear_object (&self->picture);
  g_free (self->asked);

  G_OBJECT_CLASS (yonder_contact_parent_class)->finalize (object);
}

static void
yonder_contact_class_init (YonderContactClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yonder_contact_get_property;
  object_class->finalize = yonder_contact_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_EMAIL] = g_param_spec_string ("email", NULL, NULL, NULL, flags);
  properties[PROP_AVATAR] = g_param_spec_string ("avatar", NULL, NULL, NULL, flags);
  properties[PROP_PICTURE] = g_param_spec_object ("picture", NULL, NULL, G_TYPE_BYTES_ICON, flags);
  properties[PROP_PRESENCE] = g_param_spec_enum ("presence", NULL, NULL, YONDER_TYPE_PRESENCE, YONDER_PRESENCE_OFFLINE, flags);
  properties[PROP_RELATION] = g_param_spec_enum ("relation", NULL, NULL, YONDER_TYPE_RELATION, YONDER_RELATION_NONE, flags);
  properties[PROP_IS_FAVOURITE] = g_param_spec_boolean ("is-favourite", NULL, NULL, FALSE, flags);
  properties[PROP_IS_ADDED] = g_param_spec_boolean ("is-added", NULL, NULL, FALSE, flags);
  properties[PROP_IS_BLOCKED] = g_param_spec_boolean ("is-blocked", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_contact_init (YonderContact *self)
{
  self->relation = YONDER_RELATION_NONE;
}

/**
 * yonder_contact_new:
 * @id: by what the server knows them
 * @name: (nullable): what they are called; the id where nobody told
 *
 * Makes a contact of whom no more is known; offline until somebody says otherwise.
 *
 * Returns: (transfer full): the contact
 */
YonderContact *
yonder_contact_new (const char *id, const char *name)
{
  YonderContact *self;

  g_return_val_if_fail (id != NULL, NULL);

  self = g_object_new (YONDER_TYPE_CONTACT, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name != NULL && *name != '\0' ? name : id);
  return self;
}

const char *
yonder_contact_get_id (YonderContact *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT (self), NULL);

  return self->id;
}

const char *
yonder_contact_get_account (YonderContact *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT (self), NULL);

  return self->account;
}

/* For whoever knows by which account they are known: ids of two servers may be the same. */
void
yonder_contact_set_account (YonderContact *self, const char *account)
{
  g_return_if_fail (YONDER_IS_CONTACT (self));

  g_set_str (&self->account, account);
}

const char *
yonder_contact_get_name (YonderContact *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT (self), NULL);

  return self->name;
}

const char *
yonder_contact_get_email (YonderContact *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT (self), NULL);

  return self->email;
}

const char *
yonder_contact_get_avatar (YonderContact *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT (self), NULL);

  return self->avatar;
}

GBytesIcon *
yonder_contact_get_picture (YonderContact *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT (self), NULL);

  return self->picture;
}

/* (nullable) @source: where their picture can be asked for */
void
yonder_contact_set_source (YonderContact *self, YonderAccount *source)
{
  g_return_if_fail (YONDER_IS_CONTACT (self));

  g_set_weak_pointer (&self->source, source);
}

static void
set_picture (YonderContact *self, GBytes *picture)
{
  if (self->picture == NULL && picture == NULL)
    return;
  g_clear_object (&self->picture);
  if (picture != NULL)
    self->picture = G_BYTES_ICON (g_bytes_icon_new (picture));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PICTURE]);
}

typedef struct {
  YonderContact *contact;
  char          *address;
} Asking;

static void
on_picture (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Asking *asking = data;
  g_autoptr (YonderContact) self = asking->contact;
  g_autofree char *address = asking->address;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = yonder_account_load_picture_finish (YONDER_ACCOUNT (source), result, &error);

  if (picture == NULL)
    g_info ("A picture could not be loaded: %s", error->message);
  else if (g_strcmp0 (self->avatar, address) == 0)
    set_picture (self, picture);
}

/**
 * yonder_contact_want_picture:
 * @self: the contact
 *
 * To be called by whoever shows the contact. The server is asked for the picture of each address once; without one there is none.
 */
void
yonder_contact_want_picture (YonderContact *self)
{
  Asking *asking;

  g_return_if_fail (YONDER_IS_CONTACT (self));

  if (self->source == NULL || self->avatar == NULL || *self->avatar == '\0' || !g_set_str (&self->asked, self->avatar))
    return;
  asking = g_new0 (Asking, 1);
  asking->contact = g_object_ref (self);
  asking->address = g_strdup (self->avatar);
  yonder_account_load_picture_async (self->source, self->avatar, NULL, on_picture, asking);
}

YonderPresence
yonder_contact_get_presence (YonderContact *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT (self), YONDER_PRESENCE_OFFLINE);

  return self->presence;
}

void
yonder_contact_set_presence (YonderContact *self, YonderPresence presence)
{
  g_return_if_fail (YONDER_IS_CONTACT (self));

  if (self->presence == presence)
    return;
  self->presence = presence;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESENCE]);
}

YonderRelation
yonder_contact_get_relation (YonderContact *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT (self), YONDER_RELATION_NONE);

  return self->relation;
}

void
yonder_contact_set_relation (YonderContact *self, YonderRelation relation)
{
  g_return_if_fail (YONDER_IS_CONTACT (self));

  if (self->relation == relation)
    return;
  self->relation = relation;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RELATION]);
}

gboolean
yonder_contact_is_favourite (YonderContact *self)
{
  return self->is_favourite;
}

gboolean
yonder_contact_is_added (YonderContact *self)
{
  return self->is_added;
}

gboolean
yonder_contact_is_blocked (YonderContact *self)
{
  return self->is_blocked;
}

static void
set_flag (YonderContact *self, gboolean *field, gboolean value, guint property)
{
  if (*field == !!value)
    return;
  *field = !!value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* Takes over what this computer keeps of them. */
void
yonder_contact_set_kept (YonderContact *self, gboolean is_favourite, gboolean is_added, gboolean is_blocked)
{
  g_return_if_fail (YONDER_IS_CONTACT (self));

  set_flag (self, &self->is_favourite, is_favourite, PROP_IS_FAVOURITE);
  set_flag (self, &self->is_added, is_added, PROP_IS_ADDED);
  set_flag (self, &self->is_blocked, is_blocked, PROP_IS_BLOCKED);
}

/* Whether the user has chosen them as a contact, here or on the server. */
gboolean
yonder_contact_is_known (YonderContact *self)
{
  return self->is_added || self->relation == YONDER_RELATION_CONTACT || self->relation == YONDER_RELATION_ASKED;
}

static void
set_text (YonderContact *self, char **field, const char *text, guint property)
{
  if (g_set_str (field, text))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * yonder_contact_update:
 * @self: the contact
 * @person: what the server says of them now; of the same id
 *
 * Takes over everything but the id. A server that names nobody keeps the name there is.
 */
void
yonder_contact_update (YonderContact *self, const YonderPerson *person)
{
  g_return_if_fail (YONDER_IS_CONTACT (self));
  g_return_if_fail (person != NULL);

  if (person->name != NULL && *person->name != '\0')
    set_text (self, &self->name, person->name, PROP_NAME);
  set_text (self, &self->email, person->email, PROP_EMAIL);
  if (g_strcmp0 (self->avatar, person->avatar) != 0) {
    g_clear_pointer (&self->asked, g_free);
    set_picture (self, NULL);
  }
  set_text (self, &self->avatar, person->avatar, PROP_AVATAR);
  yonder_contact_set_presence (self, person->presence);
  yonder_contact_set_relation (self, person->relation);
}
