/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-log.h"

#include <string.h>

#include "yonder-call-log-file.h"

struct _YonderCallLog {
  GObject parent_instance;

  GPtrArray         *records; /* (element-type YonderCallRecord), newest first */
  YonderCallLogFile *file;
  GCancellable      *cancellable;
  char              *problem; /* (nullable) */
};

enum {
  PROP_0,
  PROP_N_MISSED,
  PROP_PROBLEM,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

static GType
yonder_call_log_get_item_type (GListModel *model)
{
  return YONDER_TYPE_CALL_RECORD;
}

static guint
yonder_call_log_get_n_items (GListModel *model)
{
  return YONDER_CALL_LOG (model)->records->len;
}

static gpointer
yonder_call_log_get_item (GListModel *model, guint position)
{
  YonderCallLog *self = YONDER_CALL_LOG (model);

  return position < self->records->len ? g_object_ref (g_ptr_array_index (self->records, position)) : NULL;
}

static void
yonder_call_log_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = yonder_call_log_get_item_type;
  iface->get_n_items = yonder_call_log_get_n_items;
  iface->get_item = yonder_call_log_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderCallLog, yonder_call_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, yonder_call_log_list_model_init))

/* Tells of what changed, and of the count that follows from it. */
static void
tell_changed (YonderCallLog *self, guint position, guint n_removed, guint n_added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MISSED]);
}

/* Said once, not for every call. */
static void
on_failed (YonderCallLog *self, GError *error)
{
  if (!g_set_str (&self->problem, error->message))
    return;
  g_warning ("%s", error->message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/* Calls may have ended meanwhile; they are in front. */
static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = yonder_call_log_file_load_finish (NULL, result, &error);
  YonderCallLog *self;
  guint n_records;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = YONDER_CALL_LOG (data);
  if (records == NULL) {
    on_failed (self, error);
    return;
  }

  n_records = records->len;
  g_ptr_array_extend_and_steal (self->records, g_steal_pointer (&records));
  tell_changed (self, self->records->len - n_records, 0, n_records);
}

static void
add (YonderCallLog *self, YonderCallRecord *record)
{
  g_ptr_array_insert (self->records, 0, g_object_ref (record));
  tell_changed (self, 0, 0, 1);
  yonder_call_log_file_add (self->file, record);
}

typedef struct {
  GWeakRef log;
  char    *account;
} Follower;

static void
follower_free (gpointer data, GClosure *closure)
{
  Follower *follower = data;

  g_weak_ref_clear (&follower->log);
  g_free (follower->account);
  g_free (follower);
}

static Follower *
follower_new (YonderCallLog *self, const char *account)
{
  Follower *follower = g_new0 (Follower, 1);

  g_weak_ref_init (&follower->log, self);
  follower->account = g_strdup (account);
  return follower;
}

static void
on_state (YonderCall *call, GParamSpec *pspec, gpointer data)
{
  Follower *follower = data;
  g_autoptr (YonderCallLog) self = g_weak_ref_get (&follower->log);
  g_autoptr (YonderCallRecord) record = NULL;

  if (self == NULL || yonder_call_get_state (call) != YONDER_CALL_STATE_ENDED)
    return;
  record = yonder_call_record_new_for_call (follower->account, call);
  g_signal_handlers_disconnect_by_func (call, on_state, data);
  add (self, record);
}

static void
on_calls_changed (YonderCallManager *manager, guint position, guint n_removed, guint n_added, gpointer data)
{
  Follower *follower = data;
  g_autoptr (YonderCallLog) self = g_weak_ref_get (&follower->log);

  for (guint i = position; self != NULL && i < position + n_added; i++) {
    g_autoptr (YonderCall) call = g_list_model_get_item (G_LIST_MODEL (manager), i);

    g_signal_connect_data (call, "notify::state", G_CALLBACK (on_state), follower_new (self, follower->account), follower_free,
                           G_CONNECT_AFTER);
  }
}

static void
yonder_call_log_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderCallLog *self = YONDER_CALL_LOG (object);

  switch (id) {
  case PROP_N_MISSED:
    g_value_set_uint (value, yonder_call_log_get_n_missed (self));
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_call_log_finalize (GObject *object)
{
  YonderCallLog *self = YONDER_CALL_LOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->file);
  g_ptr_array_unref (self->records);
  g_free (self->problem);

  G_OBJECT_CLASS (yonder_call_log_parent_class)->finalize (object);
}

static void
yonder_call_log_class_init (YonderCallLogClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = yonder_call_log_get_property;
  object_class->finalize = yonder_call_log_finalize;

  properties[PROP_N_MISSED] = g_param_spec_uint ("n-missed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
yonder_call_log_init (YonderCallLog *self)
{
  self->records = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_call_log_new:
 * @path: of the database; its folder is made where there is none
 *
 * Starts to read what was kept; until that is done the model is empty.
 *
 * Returns: (transfer full): the log
 */
YonderCallLog *
yonder_call_log_new (const char *path)
{
  YonderCallLog *self = g_object_new (YONDER_TYPE_CALL_LOG, NULL);

  self->file = yonder_call_log_file_new (path);
  g_signal_connect_object (self->file, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  yonder_call_log_file_load_async (self->file, self->cancellable, on_loaded, self);
  return self;
}

/**
 * yonder_call_log_follow:
 * @self: the log
 * @manager: (transfer none): whose calls are to be kept
 * @account: whose calls these are, such as "anna at calls.example.org"
 *
 * Keeps each call as it ends, those that go on already and those to come.
 */
void
yonder_call_log_follow (YonderCallLog *self, YonderCallManager *manager, const char *account)
{
  Follower *follower;

  g_return_if_fail (YONDER_IS_CALL_LOG (self));

  follower = follower_new (self, account);
  g_signal_connect_data (manager, "items-changed", G_CALLBACK (on_calls_changed), follower, follower_free, 0);
  on_calls_changed (manager, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (manager)), follower);
}

guint
yonder_call_log_get_n_missed (YonderCallLog *self)
{
  guint n = 0;

  for (guint i = 0; i < self->records->len; i++)
    n += !yonder_call_record_is_seen (g_ptr_array_index (self->records, i));
  return n;
}

const char *
yonder_call_log_get_problem (YonderCallLog *self)
{
  return self->problem;
}

/* Somebody looks at the list: missed calls are no news any more. */
void
yonder_call_log_see_all (YonderCallLog *self)
{
  g_return_if_fail (YONDER_IS_CALL_LOG (self));

  if (yonder_call_log_get_n_missed (self) == 0)
    return;
  for (guint i = 0; i < self->records->len; i++)
    yonder_call_record_set_seen (g_ptr_array_index (self->records, i));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MISSED]);
  yonder_call_log_file_see_all (self->file);
}

/* Forgets one call for good. */
void
yonder_call_log_remove (YonderCallLog *self, YonderCallRecord *record)
{
  g_autoptr (YonderCallRecord) kept = g_object_ref (record);
  guint position;

  g_return_if_fail (YONDER_IS_CALL_LOG (self));

  if (!g_ptr_array_find (self->records, record, &position))
    return;
  g_ptr_array_remove_index (self->records, position);
  tell_changed (self, position, 1, 0);
  yonder_call_log_file_remove (self->file, kept);
}

/**
 * yonder_call_log_restore:
 * @self: the log
 * @record: (transfer none): one that was removed
 *
 * Puts a call back where it was.
 */
void
yonder_call_log_restore (YonderCallLog *self, YonderCallRecord *record)
{
  guint position = 0;

  g_return_if_fail (YONDER_IS_CALL_LOG (self));
  g_return_if_fail (YONDER_IS_CALL_RECORD (record));

  if (g_ptr_array_find (self->records, record, NULL))
    return;
  while (position < self->records->len &&
         g_date_time_compare (yonder_call_record_get_start (g_ptr_array_index (self->records, position)),
                              yonder_call_record_get_start (record)) > 0)
    position++;
  g_ptr_array_insert (self->records, (int) position, g_object_ref (record));
  tell_changed (self, position, 0, 1);
  yonder_call_log_file_add (self->file, record);
  /* the file takes a missed call for new; who removes one has seen the list */
  if (yonder_call_record_is_missed (record) && yonder_call_record_is_seen (record))
    yonder_call_log_file_see_all (self->file);
}

/* What somebody was called the last time. */
const char *
yonder_call_log_find_name (YonderCallLog *self, const char *account, const char *peer_id)
{
  for (guint i = 0; i < self->records->len; i++) {
    YonderCallRecord *record = g_ptr_array_index (self->records, i);

    if (g_str_equal (yonder_call_record_get_account (record), account) && g_str_equal (yonder_call_record_get_peer_id (record), peer_id))
      return yonder_call_record_get_peer_name (record);
  }
  return NULL;
}

/* Forgets every call for good. */
void
yonder_call_log_clear (YonderCallLog *self)
{
  guint n_records;

  g_return_if_fail (YONDER_IS_CALL_LOG (self));

  n_records = self->records->len;
  g_ptr_array_set_size (self->records, 0);
  tell_changed (self, 0, n_records, 0);
  yonder_call_log_file_clear (self->file);
}

/* RFC 4180. A spreadsheet would take a text that begins like a formula for one, and names come from strangers. */
static void
append_field (GString *csv, const char *text, char end)
{
  gboolean is_formula = text != NULL && *text != '\0' && strchr ("=+-@\t\r\n", *text) != NULL;

  g_string_append_c (csv, '"');
  if (is_formula)
    g_string_append_c (csv, '\'');
  for (const char *c = text; c != NULL && *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *c);
  }
  g_string_append_c (csv, '"');
  g_string_append (csv, end == '\n' ? "\r\n" : ",");
}

static void
append_record (GString *csv, YonderCallRecord *record)
{
  g_autofree char *start = g_date_time_format_iso8601 (yonder_call_record_get_start (record));
  g_autofree char *duration = g_strdup_printf ("%" G_GINT64_FORMAT, yonder_call_record_get_duration_s (record));
  g_autoptr (GEnumClass) qualities = g_type_class_ref (YONDER_TYPE_QUALITY);

  append_field (csv, start, ',');
  append_field (csv, yonder_call_record_is_outgoing (record) ? "outgoing" : yonder_call_record_is_missed (record) ? "missed" : "incoming", ',');
  append_field (csv, yonder_call_record_get_peer_name (record), ',');
  append_field (csv, yonder_call_record_get_peer_id (record), ',');
  append_field (csv, yonder_call_record_get_kind (record) == YONDER_CALL_KIND_VIDEO ? "video" : "voice", ',');
  append_field (csv, duration, ',');
  append_field (csv, yonder_end_reason_to_string (yonder_call_record_get_end_reason (record)), ',');
  append_field (csv, yonder_call_record_get_route (record), ',');
  append_field (csv, g_enum_get_value (qualities, (int) yonder_call_record_get_quality (record))->value_nick, ',');
  append_field (csv, yonder_call_record_get_account (record), '\n');
}

/**
 * yonder_call_log_to_csv:
 * @self: the log
 *
 * Returns: (transfer full): all calls as a table, comma-separated (RFC 4180), with a head line in English
 */
char *
yonder_call_log_to_csv (YonderCallLog *self)
{
  GString *csv = g_string_new ("start,direction,name,id,kind,duration_s,end_reason,route,quality,account\r\n");

  g_return_val_if_fail (YONDER_IS_CALL_LOG (self), NULL);

  for (guint i = 0; i < self->records->len; i++)
    append_record (csv, g_ptr_array_index (self->records, i));
  return g_string_free (csv, FALSE);
}
