/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-doorkeeper.h"

/* chosen: who was not answered four times within ten minutes has been noticed */
#define MAX_RINGS 4
#define WITHIN_US (10 * 60 * G_USEC_PER_SEC)
/* chosen: so many strangers at once are a flood, of which the oldest may begin anew */
#define MAX_RINGERS 500

typedef struct {
  gint64 rings_us[MAX_RINGS]; /* when it rang, as a ring; 0 for never */
  guint  next;
} Ringer;

struct _YonderDoorkeeper {
  GObject parent_instance;

  YonderClock *clock;
  GHashTable  *ringers; /* (element-type utf8 Ringer) */
  GStrv        blocked;
  gboolean     is_contacts_only;
};

enum {
  PROP_0,
  PROP_BLOCKED,
  PROP_CONTACTS_ONLY,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (YonderDoorkeeper, yonder_doorkeeper, G_TYPE_OBJECT)

static void
take_blocked (YonderDoorkeeper *self, GStrv blocked)
{
  g_strfreev (self->blocked);
  self->blocked = blocked;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BLOCKED]);
}

static void
yonder_doorkeeper_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderDoorkeeper *self = YONDER_DOORKEEPER (object);

  switch (id) {
  case PROP_BLOCKED:
    g_value_set_boxed (value, self->blocked);
    break;
  case PROP_CONTACTS_ONLY:
    g_value_set_boolean (value, self->is_contacts_only);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_doorkeeper_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  YonderDoorkeeper *self = YONDER_DOORKEEPER (object);
  GStrv blocked;

  switch (id) {
  case PROP_BLOCKED:
    blocked = g_value_get_boxed (value);
    take_blocked (self, blocked != NULL ? g_strdupv (blocked) : g_new0 (char *, 1));
    break;
  case PROP_CONTACTS_ONLY:
    if (self->is_contacts_only == g_value_get_boolean (value))
      break;
    self->is_contacts_only = g_value_get_boolean (value);
    g_object_notify_by_pspec (object, pspec);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_doorkeeper_finalize (GObject *object)
{
  YonderDoorkeeper *self = YONDER_DOORKEEPER (object);

  g_clear_object (&self->clock);
  g_hash_table_unref (self->ringers);
  g_strfreev (self->blocked);

  G_OBJECT_CLASS (yonder_doorkeeper_parent_class)->finalize (object);
}

static void
yonder_doorkeeper_class_init (YonderDoorkeeperClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = yonder_doorkeeper_get_property;
  object_class->set_property = yonder_doorkeeper_set_property;
  object_class->finalize = yonder_doorkeeper_finalize;

  properties[PROP_BLOCKED] = g_param_spec_boxed ("blocked", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_CONTACTS_ONLY] = g_param_spec_boolean ("contacts-only", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
yonder_doorkeeper_init (YonderDoorkeeper *self)
{
  self->ringers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->blocked = g_new0 (char *, 1);
}

/**
 * yonder_doorkeeper_new:
 * @clock: tells how long ago somebody rang
 *
 * Returns: (transfer full): a doorkeeper who lets everybody ring
 */
YonderDoorkeeper *
yonder_doorkeeper_new (YonderClock *clock)
{
  YonderDoorkeeper *self = g_object_new (YONDER_TYPE_DOORKEEPER, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

static gint64
get_last_ring (const Ringer *ringer)
{
  return ringer->rings_us[(ringer->next + MAX_RINGS - 1) % MAX_RINGS];
}

static void
forget_oldest (YonderDoorkeeper *self)
{
  GHashTableIter iter;
  gpointer id, ringer, oldest_id = NULL;
  gint64 oldest_us = G_MAXINT64;

  g_hash_table_iter_init (&iter, self->ringers);
  while (g_hash_table_iter_next (&iter, &id, &ringer)) {
    if (get_last_ring (ringer) < oldest_us) {
      oldest_us = get_last_ring (ringer);
      oldest_id = id;
    }
  }
  if (oldest_id != NULL)
    g_hash_table_remove (self->ringers, oldest_id);
}

static Ringer *
ensure_ringer (YonderDoorkeeper *self, const char *peer_id)
{
  Ringer *ringer = g_hash_table_lookup (self->ringers, peer_id);

  if (ringer != NULL)
    return ringer;
  if (g_hash_table_size (self->ringers) >= MAX_RINGERS)
    forget_oldest (self);
  ringer = g_new0 (Ringer, 1);
  g_hash_table_insert (self->ringers, g_strdup (peer_id), ringer);
  return ringer;
}

/**
 * yonder_doorkeeper_ask:
 * @self: the doorkeeper
 * @peer_id: who calls
 * @is_contact: whether it is one of the contacts
 *
 * Decides on a call that comes in, and remembers it where it rings.
 *
 * Returns: whether it may ring
 */
YonderDoor
yonder_doorkeeper_ask (YonderDoorkeeper *self, const char *peer_id, gboolean is_contact)
{
  gint64 now_us = yonder_clock_now_us (self->clock);
  Ringer *ringer;
  gint64 first_us;

  g_return_val_if_fail (YONDER_IS_DOORKEEPER (self), YONDER_DOOR_RING);

  if (yonder_doorkeeper_is_blocked (self, peer_id))
    return YONDER_DOOR_SHUT;
  if (self->is_contacts_only && !is_contact)
    return YONDER_DOOR_SILENT;

  ringer = ensure_ringer (self, peer_id);
  first_us = ringer->rings_us[ringer->next];
  if (first_us != 0 && now_us - first_us < WITHIN_US)
    return YONDER_DOOR_ENOUGH;
  ringer->rings_us[ringer->next] = MAX (now_us, 1);
  ringer->next = (ringer->next + 1) % MAX_RINGS;
  return YONDER_DOOR_RING;
}

/* Somebody was answered or called: they are welcome again. */
void
yonder_doorkeeper_forgive (YonderDoorkeeper *self, const char *peer_id)
{
  g_return_if_fail (YONDER_IS_DOORKEEPER (self));

  g_hash_table_remove (self->ringers, peer_id);
}

gboolean
yonder_doorkeeper_is_blocked (YonderDoorkeeper *self, const char *peer_id)
{
  g_return_val_if_fail (YONDER_IS_DOORKEEPER (self), FALSE);

  return g_strv_contains ((const char * const *) self->blocked, peer_id);
}

/* Lets nobody of that id through any more, or lets them again. */
void
yonder_doorkeeper_set_blocked (YonderDoorkeeper *self, const char *peer_id, gboolean blocked)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_if_fail (YONDER_IS_DOORKEEPER (self));

  if (yonder_doorkeeper_is_blocked (self, peer_id) == blocked)
    return;
  for (guint i = 0; self->blocked[i] != NULL; i++) {
    if (!g_str_equal (self->blocked[i], peer_id))
      g_strv_builder_add (builder, self->blocked[i]);
  }
  if (blocked)
    g_strv_builder_add (builder, peer_id);
  take_blocked (self, g_strv_builder_end (builder));
}
