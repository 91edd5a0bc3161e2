/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-entry.h"

#include <glib/gi18n.h>

struct _YonderAccountEntry
{
  GObject        parent_instance;

  char          *server;
  char          *profile;
  char          *user;
  gboolean       is_guest;
  gboolean       is_on;
  gboolean       is_passing;

  YonderStanding standing;
  char          *sentence; /* (nullable) */
  YonderLine    *line;     /* (nullable) */
};

G_DEFINE_ENUM_TYPE (YonderStanding, yonder_standing,
                    G_DEFINE_ENUM_VALUE (YONDER_STANDING_OFF, "off"),
                    G_DEFINE_ENUM_VALUE (YONDER_STANDING_SIGNING_IN, "signing-in"),
                    G_DEFINE_ENUM_VALUE (YONDER_STANDING_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (YONDER_STANDING_ASKING, "asking"),
                    G_DEFINE_ENUM_VALUE (YONDER_STANDING_OPEN, "open"))

G_DEFINE_FINAL_TYPE (YonderAccountEntry, yonder_account_entry, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_IS_GUEST,
  PROP_IS_ON,
  PROP_STANDING,
  PROP_SENTENCE,
  PROP_LINE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
yonder_account_entry_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderAccountEntry *self = YONDER_ACCOUNT_ENTRY (object);

  switch (prop_id) {
  case PROP_IS_GUEST:
    g_value_set_boolean (value, self->is_guest);
    break;
  case PROP_IS_ON:
    g_value_set_boolean (value, self->is_on);
    break;
  case PROP_STANDING:
    g_value_set_enum (value, (int) self->standing);
    break;
  case PROP_SENTENCE:
    g_value_set_string (value, self->sentence);
    break;
  case PROP_LINE:
    g_value_set_object (value, self->line);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_account_entry_dispose (GObject *object)
{
  g_clear_object (&YONDER_ACCOUNT_ENTRY (object)->line);

  G_OBJECT_CLASS (yonder_account_entry_parent_class)->dispose (object);
}

static void
yonder_account_entry_finalize (GObject *object)
{
  YonderAccountEntry *self = YONDER_ACCOUNT_ENTRY (object);

  g_free (self->server);
  g_free (self->profile);
  g_free (self->user);
  g_free (self->sentence);

  G_OBJECT_CLASS (yonder_account_entry_parent_class)->finalize (object);
}

static void
yonder_account_entry_class_init (YonderAccountEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yonder_account_entry_get_property;
  object_class->dispose = yonder_account_entry_dispose;
  object_class->finalize = yonder_account_entry_finalize;

  properties[PROP_IS_GUEST] = g_param_spec_boolean ("is-guest", NULL, NULL, FALSE, flags);
  properties[PROP_IS_ON] = g_param_spec_boolean ("is-on", NULL, NULL, TRUE, flags);
  properties[PROP_STANDING] = g_param_spec_enum ("standing", NULL, NULL, YONDER_TYPE_STANDING, YONDER_STANDING_OFF, flags);
  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL, flags);
  properties[PROP_LINE] = g_param_spec_object ("line", NULL, NULL, YONDER_TYPE_LINE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_account_entry_init (YonderAccountEntry *self)
{
  self->is_on = TRUE;
}

/**
 * yonder_account_entry_new:
 * @server: the address of the call server, or %YONDER_ACCOUNT_HERE
 * @profile: the name of a shipped profile, or the path of a file
 * @user: the name that the user signs in with
 * @is_guest: whether that takes no password
 *
 * Returns: (transfer full): an account that is on, and that nobody has signed in to yet
 */
YonderAccountEntry *
yonder_account_entry_new (const char *server, const char *profile, const char *user, gboolean is_guest)
{
  YonderAccountEntry *self = g_object_new (YONDER_TYPE_ACCOUNT_ENTRY, NULL);

  self->server = g_strdup (server);
  self->profile = g_strdup (profile);
  self->user = g_strdup (user);
  self->is_guest = is_guest;
  return self;
}

const char *
yonder_account_entry_get_server (YonderAccountEntry *self)
{
  return self->server;
}

const char *
yonder_account_entry_get_profile (YonderAccountEntry *self)
{
  return self->profile;
}

const char *
yonder_account_entry_get_user (YonderAccountEntry *self)
{
  return self->user;
}

gboolean
yonder_account_entry_is_guest (YonderAccountEntry *self)
{
  return self->is_guest;
}

void
yonder_account_entry_set_guest (YonderAccountEntry *self, gboolean is_guest)
{
  if (self->is_guest == is_guest)
    return;
  self->is_guest = is_guest;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_GUEST]);
}

gboolean
yonder_account_entry_is_on (YonderAccountEntry *self)
{
  return self->is_on;
}

void
yonder_account_entry_set_on (YonderAccountEntry *self, gboolean is_on)
{
  if (self->is_on == is_on)
    return;
  self->is_on = is_on;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ON]);
}

gboolean
yonder_account_entry_is_here (YonderAccountEntry *self)
{
  return g_str_equal (self->server, YONDER_ACCOUNT_HERE);
}

gboolean
yonder_account_entry_is_passing (YonderAccountEntry *self)
{
  return self->is_passing;
}

/* To be said before it is put into a book. */
void
yonder_account_entry_set_passing (YonderAccountEntry *self, gboolean is_passing)
{
  self->is_passing = is_passing;
}

/**
 * yonder_account_place_of_server:
 * @server: the address of a call server
 *
 * Returns: (transfer full): what a title has room for: its host, without scheme and path
 */
char *
yonder_account_place_of_server (const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return g_strdup (host != NULL && *host != '\0' ? host : server);
}

/**
 * yonder_account_entry_dup_place:
 * @self: an account
 *
 * Returns: (transfer full): where it is, in a few words for the user
 */
char *
yonder_account_entry_dup_place (YonderAccountEntry *self)
{
  return yonder_account_entry_is_here (self) ? g_strdup (_("On This Computer")) : yonder_account_place_of_server (self->server);
}

YonderStanding
yonder_account_entry_get_standing (YonderAccountEntry *self)
{
  return self->standing;
}

const char *
yonder_account_entry_get_sentence (YonderAccountEntry *self)
{
  return self->sentence;
}

/**
 * yonder_account_entry_set_standing:
 * @self: an account
 * @standing: how it stands now
 * @sentence: (nullable): why it does not work, for the user
 *
 * For whoever opens its line.
 */
void
yonder_account_entry_set_standing (YonderAccountEntry *self, YonderStanding standing, const char *sentence)
{
  gboolean is_other = self->standing != standing;

  self->standing = standing;
  if (g_set_str (&self->sentence, sentence))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENTENCE]);
  if (is_other)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STANDING]);
}

YonderLine *
yonder_account_entry_get_line (YonderAccountEntry *self)
{
  return self->line;
}

/* For whoever opens and closes it. */
void
yonder_account_entry_set_line (YonderAccountEntry *self, YonderLine *line)
{
  if (g_set_object (&self->line, line))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINE]);
}
