/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-timeline.h"

/* chosen: a call of an hour with ten recoveries stays well below */
#define MAX_ENTRIES 1000
/* chosen: enough to see what kind of message a peer floods us with */
#define MAX_REFUSED 50

G_DEFINE_ENUM_TYPE (YonderTimelineKind, yonder_timeline_kind,
                    G_DEFINE_ENUM_VALUE (YONDER_TIMELINE_STATE, "state"),
                    G_DEFINE_ENUM_VALUE (YONDER_TIMELINE_SIGNALING, "signaling"),
                    G_DEFINE_ENUM_VALUE (YONDER_TIMELINE_LOCAL_CANDIDATE, "local-candidate"),
                    G_DEFINE_ENUM_VALUE (YONDER_TIMELINE_REMOTE_CANDIDATE, "remote-candidate"),
                    G_DEFINE_ENUM_VALUE (YONDER_TIMELINE_ICE, "ice"),
                    G_DEFINE_ENUM_VALUE (YONDER_TIMELINE_MEDIA, "media"),
                    G_DEFINE_ENUM_VALUE (YONDER_TIMELINE_REFUSED, "refused"))

struct _YonderTimelineEntry {
  GObject parent_instance;

  gint64             time_us;
  YonderTimelineKind kind;
  char              *text;
};

G_DEFINE_FINAL_TYPE (YonderTimelineEntry, yonder_timeline_entry, G_TYPE_OBJECT)

enum {
  ENTRY_PROP_TIME_US = 1,
  ENTRY_PROP_KIND,
  ENTRY_PROP_TEXT,
};

static void
yonder_timeline_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderTimelineEntry *self = YONDER_TIMELINE_ENTRY (object);

  switch (id) {
  case ENTRY_PROP_TIME_US:
    g_value_set_int64 (value, self->time_us);
    break;
  case ENTRY_PROP_KIND:
    g_value_set_enum (value, self->kind);
    break;
  case ENTRY_PROP_TEXT:
    g_value_set_string (value, self->text);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_timeline_entry_finalize (GObject *object)
{
  g_free (YONDER_TIMELINE_ENTRY (object)->text);

  G_OBJECT_CLASS (yonder_timeline_entry_parent_class)->finalize (object);
}

static void
yonder_timeline_entry_class_init (YonderTimelineEntryClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yonder_timeline_entry_get_property;
  object_class->finalize = yonder_timeline_entry_finalize;

  g_object_class_install_property (object_class, ENTRY_PROP_TIME_US,
                                   g_param_spec_int64 ("time-us", NULL, NULL, 0, G_MAXINT64, 0, flags));
  g_object_class_install_property (object_class, ENTRY_PROP_KIND,
                                   g_param_spec_enum ("kind", NULL, NULL, YONDER_TYPE_TIMELINE_KIND, YONDER_TIMELINE_STATE, flags));
  g_object_class_install_property (object_class, ENTRY_PROP_TEXT, g_param_spec_string ("text", NULL, NULL, NULL, flags));
}

static void
yonder_timeline_entry_init (YonderTimelineEntry *self)
{
}

gint64
yonder_timeline_entry_get_time_us (YonderTimelineEntry *self)
{
  g_return_val_if_fail (YONDER_IS_TIMELINE_ENTRY (self), 0);

  return self->time_us;
}

YonderTimelineKind
yonder_timeline_entry_get_kind (YonderTimelineEntry *self)
{
  g_return_val_if_fail (YONDER_IS_TIMELINE_ENTRY (self), YONDER_TIMELINE_STATE);

  return self->kind;
}

const char *
yonder_timeline_entry_get_text (YonderTimelineEntry *self)
{
  g_return_val_if_fail (YONDER_IS_TIMELINE_ENTRY (self), NULL);

  return self->text;
}

struct _YonderTimeline {
  GObject parent_instance;

  YonderClock *clock;
  GPtrArray   *entries;
  gint64       start_us;
  guint        n_refused;
};

static GType
yonder_timeline_get_item_type (GListModel *model)
{
  return YONDER_TYPE_TIMELINE_ENTRY;
}

static guint
yonder_timeline_get_n_items (GListModel *model)
{
  return YONDER_TIMELINE (model)->entries->len;
}

static gpointer
yonder_timeline_get_item (GListModel *model, guint position)
{
  YonderTimeline *self = YONDER_TIMELINE (model);

  return position < self->entries->len ? g_object_ref (g_ptr_array_index (self->entries, position)) : NULL;
}

static void
yonder_timeline_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = yonder_timeline_get_item_type;
  iface->get_n_items = yonder_timeline_get_n_items;
  iface->get_item = yonder_timeline_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderTimeline, yonder_timeline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, yonder_timeline_list_model_init))

enum {
  PROP_N_REFUSED = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
yonder_timeline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_N_REFUSED:
    g_value_set_uint (value, YONDER_TIMELINE (object)->n_refused);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_timeline_finalize (GObject *object)
{
  YonderTimeline *self = YONDER_TIMELINE (object);

  g_ptr_array_unref (self->entries);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_timeline_parent_class)->finalize (object);
}

static void
yonder_timeline_class_init (YonderTimelineClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_timeline_get_property;
  object_class->finalize = yonder_timeline_finalize;

  properties[PROP_N_REFUSED] = g_param_spec_uint ("n-refused", NULL, NULL, 0, G_MAXUINT, 0,
                                                  G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_timeline_init (YonderTimeline *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * yonder_timeline_new:
 * @clock: what tells the time
 *
 * Makes an empty timeline that begins now.
 *
 * Returns: (transfer full): the timeline
 */
YonderTimeline *
yonder_timeline_new (YonderClock *clock)
{
  YonderTimeline *self = g_object_new (YONDER_TYPE_TIMELINE, NULL);

  self->clock = g_object_ref (clock);
  self->start_us = yonder_clock_now_us (clock);
  return self;
}

static gboolean
has_room (YonderTimeline *self, YonderTimelineKind kind)
{
  if (kind == YONDER_TIMELINE_STATE)
    return TRUE;
  if (kind == YONDER_TIMELINE_REFUSED && self->n_refused > MAX_REFUSED)
    return FALSE;
  return self->entries->len < MAX_ENTRIES;
}

/**
 * yonder_timeline_add:
 * @self: the timeline
 * @kind: what the entry is about
 * @format: printf() format of one translated line
 * @...: its arguments; texts of the peer among them must be bounded in size
 *
 * Writes down what happened just now, unless the bound for its kind is reached.
 */
void
yonder_timeline_add (YonderTimeline *self, YonderTimelineKind kind, const char *format, ...)
{
  YonderTimelineEntry *entry;
  va_list args;

  g_return_if_fail (YONDER_IS_TIMELINE (self));

  if (kind == YONDER_TIMELINE_REFUSED) {
    self->n_refused++;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_REFUSED]);
  }
  if (!has_room (self, kind))
    return;

  entry = g_object_new (YONDER_TYPE_TIMELINE_ENTRY, NULL);
  entry->time_us = MAX (0, yonder_clock_now_us (self->clock) - self->start_us);
  entry->kind = kind;
  va_start (args, format);
  entry->text = g_strdup_vprintf (format, args);
  va_end (args);

  g_ptr_array_add (self->entries, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), self->entries->len - 1, 0, 1);
}

/* How many messages were refused, written down or not. */
guint
yonder_timeline_get_n_refused (YonderTimeline *self)
{
  g_return_val_if_fail (YONDER_IS_TIMELINE (self), 0);

  return self->n_refused;
}

/* The moment of the click, on the clock that the timeline was made with. */
gint64
yonder_timeline_get_start_us (YonderTimeline *self)
{
  g_return_val_if_fail (YONDER_IS_TIMELINE (self), 0);

  return self->start_us;
}
