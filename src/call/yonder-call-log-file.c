/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-log-file.h"

#include <glib/gi18n.h>
#include <sqlite3.h>

#define NEWEST_FIRST "ORDER BY started DESC, rowid DESC"
#define COLUMNS "id, account, peer, name, kind, outgoing, seen, started, duration, reason, detail, route, quality"

typedef sqlite3_stmt Statement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Statement, sqlite3_finalize)

typedef gboolean (*JobFunc) (YonderCallLogFile *self, gpointer data, GError **error);

typedef struct {
  JobFunc          function;
  gpointer         data;
  GDestroyNotify   free_data;
  GTask           *task; /* (nullable): who waits for it; else a failure is told to everybody */
} Job;

struct _YonderCallLogFile {
  GObject parent_instance;

  char        *path;
  GThreadPool *pool; /* of Job, one thread */
  sqlite3     *db;   /* (nullable): of that thread */
};

enum {
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderCallLogFile, yonder_call_log_file, G_TYPE_OBJECT)
G_DEFINE_QUARK (yonder-call-log-error-quark, yonder_call_log_error)

/* Each brings the file one version further (PRAGMA user_version); what has once been released is never changed, only followed. */
static const char * const migrations[] = {
  "CREATE TABLE calls ("
  "  id TEXT PRIMARY KEY, account TEXT NOT NULL, peer TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,"
  "  outgoing INTEGER NOT NULL, seen INTEGER NOT NULL, started INTEGER NOT NULL, duration INTEGER NOT NULL,"
  "  reason TEXT NOT NULL, detail TEXT, route TEXT, quality TEXT NOT NULL) STRICT;"
  "CREATE INDEX calls_started ON calls (started);",
};

static gboolean
fail (YonderCallLogFile *self, GError **error)
{
  g_set_error (error, YONDER_CALL_LOG_ERROR, YONDER_CALL_LOG_ERROR_FAILED,
               _("The list of calls cannot be kept in %s: %s. Calls of this session stay in the list until Yonder is closed."),
               self->path, self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (SQLITE_CANTOPEN));
  return FALSE;
}

static gboolean
execute (YonderCallLogFile *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail (self, error);
}

/* Nothing is changed in a file that is not understood. */
static gboolean
check_version (YonderCallLogFile *self, guint *version, GError **error)
{
  g_autoptr (Statement) statement = NULL;

  if (sqlite3_prepare_v2 (self->db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK || sqlite3_step (statement) != SQLITE_ROW)
    return fail (self, error);
  *version = (guint) sqlite3_column_int (statement, 0);
  if (*version > G_N_ELEMENTS (migrations)) {
    g_set_error_literal (error, YONDER_CALL_LOG_ERROR, YONDER_CALL_LOG_ERROR_NEWER,
                         _("The list of calls was made by a newer Yonder, so it is left alone. Install that version to see it."));
    return FALSE;
  }
  return TRUE;
}

static gboolean
migrate (YonderCallLogFile *self, guint version, GError **error)
{
  for (; version < G_N_ELEMENTS (migrations); version++) {
    g_autofree char *sql = g_strdup_printf ("BEGIN IMMEDIATE; %s PRAGMA user_version = %u; COMMIT;", migrations[version], version + 1);

    if (!execute (self, sql, error)) {
      sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
      return FALSE;
    }
  }
  return TRUE;
}

/* Opens the file on the first job, and again on each while it cannot be opened. */
static gboolean
ensure_open (YonderCallLogFile *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  guint version;

  if (self->db != NULL)
    return TRUE;
  g_mkdir_with_parents (folder, 0700);
  if (sqlite3_open_v2 (self->path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK &&
      execute (self, "PRAGMA busy_timeout = 5000", error) && check_version (self, &version, error) &&
      execute (self, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON", error) &&
      migrate (self, version, error))
    return TRUE;

  if (error != NULL && *error == NULL)
    fail (self, error);
  g_clear_pointer (&self->db, sqlite3_close);
  return FALSE;
}

static const char *
nick_of (GType type, int value)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value (class, value);

  return found != NULL ? found->value_nick : "";
}

/* What an earlier or damaged file says and nobody knows becomes the first of the enum. */
static int
value_of (GType type, const unsigned char *nick)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (type);
  const GEnumValue *found = nick != NULL ? g_enum_get_value_by_nick (class, (const char *) nick) : NULL;

  return found != NULL ? found->value : 0;
}

static void
bind_text (Statement *statement, int index, const char *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_TRANSIENT);
}

static char *
dup_text (Statement *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

static YonderCallRecord *
read_record (Statement *statement)
{
  g_autoptr (GDateTime) start = g_date_time_new_from_unix_local (sqlite3_column_int64 (statement, 7));
  YonderCallRecord *record = g_object_new (YONDER_TYPE_CALL_RECORD, NULL);

  record->id = dup_text (statement, 0);
  record->account = dup_text (statement, 1);
  record->peer_id = dup_text (statement, 2);
  record->peer_name = dup_text (statement, 3);
  record->kind = value_of (YONDER_TYPE_CALL_KIND, sqlite3_column_text (statement, 4));
  record->is_outgoing = sqlite3_column_int (statement, 5) != 0;
  record->is_seen = sqlite3_column_int (statement, 6) != 0;
  record->start = start != NULL ? g_steal_pointer (&start) : g_date_time_new_from_unix_local (0);
  record->duration_s = MAX (sqlite3_column_int64 (statement, 8), 0);
  record->end_reason = value_of (YONDER_TYPE_END_REASON, sqlite3_column_text (statement, 9));
  record->end_detail = dup_text (statement, 10);
  record->route = dup_text (statement, 11);
  record->quality = value_of (YONDER_TYPE_QUALITY, sqlite3_column_text (statement, 12));
  return record;
}

/* @data: (out) (element-type YonderCallRecord) */
static gboolean
load (YonderCallLogFile *self, gpointer data, GError **error)
{
  GPtrArray *records = data;
  g_autoptr (Statement) statement = NULL;
  int result;

  if (sqlite3_prepare_v2 (self->db, "SELECT " COLUMNS " FROM calls " NEWEST_FIRST, -1, &statement, NULL) != SQLITE_OK)
    return fail (self, error);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    g_ptr_array_add (records, read_record (statement));
  return result == SQLITE_DONE || fail (self, error);
}

static gboolean
add (YonderCallLogFile *self, gpointer data, GError **error)
{
  g_autoptr (Statement) statement = NULL;
  YonderCallRecord *record = data;

  if (sqlite3_prepare_v2 (self->db, "INSERT INTO calls (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", -1, &statement,
                          NULL) != SQLITE_OK)
    return fail (self, error);
  bind_text (statement, 1, record->id);
  bind_text (statement, 2, record->account);
  bind_text (statement, 3, record->peer_id);
  bind_text (statement, 4, record->peer_name);
  bind_text (statement, 5, nick_of (YONDER_TYPE_CALL_KIND, (int) record->kind));
  sqlite3_bind_int (statement, 6, record->is_outgoing);
  sqlite3_bind_int (statement, 7, !yonder_call_record_is_missed (record));
  sqlite3_bind_int64 (statement, 8, g_date_time_to_unix (record->start));
  sqlite3_bind_int64 (statement, 9, record->duration_s);
  bind_text (statement, 10, nick_of (YONDER_TYPE_END_REASON, (int) record->end_reason));
  bind_text (statement, 11, record->end_detail);
  bind_text (statement, 12, record->route);
  bind_text (statement, 13, nick_of (YONDER_TYPE_QUALITY, (int) record->quality));
  if (sqlite3_step (statement) != SQLITE_DONE)
    return fail (self, error);

  return execute (self, "DELETE FROM calls WHERE id NOT IN (SELECT id FROM calls " NEWEST_FIRST
                        " LIMIT " G_STRINGIFY (YONDER_CALL_LOG_MAX_RECORDS) ")", error);
}

static gboolean
remove_one (YonderCallLogFile *self, gpointer data, GError **error)
{
  g_autoptr (Statement) statement = NULL;
  YonderCallRecord *record = data;

  if (sqlite3_prepare_v2 (self->db, "DELETE FROM calls WHERE id = ?", -1, &statement, NULL) != SQLITE_OK)
    return fail (self, error);
  bind_text (statement, 1, record->id);
  return sqlite3_step (statement) == SQLITE_DONE || fail (self, error);
}

static gboolean
see_all (YonderCallLogFile *self, gpointer data, GError **error)
{
  return execute (self, "UPDATE calls SET seen = 1 WHERE seen = 0", error);
}

static gboolean
clear (YonderCallLogFile *self, gpointer data, GError **error)
{
  return execute (self, "DELETE FROM calls", error);
}

typedef struct {
  GWeakRef file;
  GError  *error;
} Failure;

static void
failure_free (gpointer data)
{
  Failure *failure = data;

  g_weak_ref_clear (&failure->file);
  g_error_free (failure->error);
  g_free (failure);
}

static gboolean
tell_failure (gpointer data)
{
  Failure *failure = data;
  g_autoptr (YonderCallLogFile) self = g_weak_ref_get (&failure->file);

  if (self != NULL)
    g_signal_emit (self, signals[FAILED], 0, failure->error);
  return G_SOURCE_REMOVE;
}

static void
job_free (Job *job)
{
  if (job->free_data != NULL)
    job->free_data (job->data);
  g_clear_object (&job->task);
  g_free (job);
}

static void
run (gpointer data, gpointer user_data)
{
  YonderCallLogFile *self = user_data;
  Job *job = data;
  GError *error = NULL;

  if (!ensure_open (self, &error) || !job->function (self, job->data, &error)) {
    if (job->task != NULL) {
      g_task_return_error (job->task, error);
    } else {
      Failure *failure = g_new0 (Failure, 1);

      g_weak_ref_init (&failure->file, self);
      failure->error = error;
      g_idle_add_full (G_PRIORITY_DEFAULT, tell_failure, failure, failure_free);
    }
  } else if (job->task != NULL) {
    job->free_data = NULL;
    g_task_return_pointer (job->task, job->data, (GDestroyNotify) g_ptr_array_unref);
  }
  job_free (job);
}

static void
push (YonderCallLogFile *self, JobFunc function, gpointer data, GDestroyNotify free_data, GTask *task)
{
  Job *job = g_new0 (Job, 1);

  job->function = function;
  job->data = data;
  job->free_data = free_data;
  job->task = task;
  g_thread_pool_push (self->pool, job, NULL);
}

/* Here and not later: a job that fails still takes a weak reference. */
static void
yonder_call_log_file_dispose (GObject *object)
{
  YonderCallLogFile *self = YONDER_CALL_LOG_FILE (object);

  if (self->pool != NULL)
    g_thread_pool_free (g_steal_pointer (&self->pool), FALSE, TRUE);

  G_OBJECT_CLASS (yonder_call_log_file_parent_class)->dispose (object);
}

static void
yonder_call_log_file_finalize (GObject *object)
{
  YonderCallLogFile *self = YONDER_CALL_LOG_FILE (object);

  g_clear_pointer (&self->db, sqlite3_close);
  g_free (self->path);

  G_OBJECT_CLASS (yonder_call_log_file_parent_class)->finalize (object);
}

static void
yonder_call_log_file_class_init (YonderCallLogFileClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yonder_call_log_file_dispose;
  G_OBJECT_CLASS (class)->finalize = yonder_call_log_file_finalize;

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_call_log_file_init (YonderCallLogFile *self)
{
  self->pool = g_thread_pool_new (run, self, 1, FALSE, NULL);
}

/**
 * yonder_call_log_file_new:
 * @path: of the database, which is made when there is something to put into it
 *
 * Returns: (transfer full): a file that nobody has opened yet
 */
YonderCallLogFile *
yonder_call_log_file_new (const char *path)
{
  YonderCallLogFile *self = g_object_new (YONDER_TYPE_CALL_LOG_FILE, NULL);

  self->path = g_strdup (path);
  return self;
}

/**
 * yonder_call_log_file_load_async:
 * @self: the file
 * @cancellable: (nullable): ends the waiting
 * @callback: told of the result
 * @user_data: for @callback
 *
 * Reads everything.
 */
void
yonder_call_log_file_load_async (YonderCallLogFile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_call_log_file_load_async);
  push (self, load, g_ptr_array_new_with_free_func (g_object_unref), (GDestroyNotify) g_ptr_array_unref, task);
}

/**
 * yonder_call_log_file_load_finish:
 * @self: the file
 * @result: of the load
 * @error: return location for a [error@Yonder.CallLogError]
 *
 * Returns: (transfer full) (element-type YonderCallRecord): all records, newest first; %NULL on error
 */
GPtrArray *
yonder_call_log_file_load_finish (YonderCallLogFile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
yonder_call_log_file_add (YonderCallLogFile *self, YonderCallRecord *record)
{
  push (self, add, g_object_ref (record), g_object_unref, NULL);
}

void
yonder_call_log_file_remove (YonderCallLogFile *self, YonderCallRecord *record)
{
  push (self, remove_one, g_object_ref (record), g_object_unref, NULL);
}

/* No missed call is new any more. */
void
yonder_call_log_file_see_all (YonderCallLogFile *self)
{
  push (self, see_all, NULL, NULL, NULL);
}

void
yonder_call_log_file_clear (YonderCallLogFile *self)
{
  push (self, clear, NULL, NULL, NULL);
}
