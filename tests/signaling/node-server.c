/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "node-server.h"

#include <signal.h>

#include "yonder-json.h"

/* No test comes near it; it only turns a hang into a failure. */
#define DEADLINE_S 60

struct _NodeServer {
  GSubprocess      *process;
  GDataInputStream *lines;
  GCancellable     *cancellable;
  GPtrArray        *record;  /* of JsonNode: what happened */
  GPtrArray        *replies; /* of JsonNode */
  guint             port;
};

static gboolean
on_deadline (gpointer data)
{
  g_error ("waited for %s in vain", (const char *) data);

  return G_SOURCE_REMOVE;
}

void
test_wait_until (TestCondition condition, gpointer data, const char *what)
{
  guint deadline = g_timeout_add_seconds (DEADLINE_S, on_deadline, (gpointer) what);

  while (!condition (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static char *
modules_dir (void)
{
  return g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "signaling", NULL);
}

gboolean
test_have_node (void)
{
  static int answer = -1;

  if (answer < 0) {
    g_autofree char *script = g_test_build_filename (G_TEST_DIST, "npm-modules", NULL);
    g_autofree char *source = g_test_build_filename (G_TEST_DIST, "signaling", NULL);
    g_autofree char *target = modules_dir ();
    const char *argv[] = { script, source, target, NULL };
    g_autoptr (GError) error = NULL;
    int status = 1;

    if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error))
      g_test_message ("%s", error->message);
    answer = error == NULL && status == 0;
  }
  if (!answer)
    g_test_skip ("the npm module socket.io cannot be installed here (no node, or no network)");

  return answer;
}

static void read_line (NodeServer *self);

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  NodeServer *self = data;
  JsonNode *node;

  /* the server was stopped, and self with it */
  if (line == NULL)
    return;

  g_debug ("node: %.300s", line);
  node = yonder_json_parse (line, -1, G_MAXSIZE, &error);
  g_assert_no_error (error);
  g_ptr_array_add (yonder_json_has (node, "reply") ? self->replies : self->record, node);
  read_line (self);
}

static void
read_line (NodeServer *self)
{
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->cancellable, on_line, self);
}

NodeServer *
node_server_start (const char *script, const char *kind, const char *options)
{
  NodeServer *self = g_new0 (NodeServer, 1);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "signaling", script, NULL);
  g_autofree char *dir = modules_dir ();
  g_autofree char *modules = g_build_filename (dir, "node_modules", NULL);
  const char *argv[] = { "node", path, kind != NULL ? kind : options != NULL ? options : "{}", options != NULL ? options : "{}",
                         NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) listening = NULL;
  gint64 port;

  g_subprocess_launcher_setenv (launcher, "NODE_PATH", modules, TRUE);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  self->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  self->cancellable = g_cancellable_new ();
  self->record = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  self->replies = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  read_line (self);

  listening = node_server_await (self, "listening");
  g_assert_true (yonder_json_get_int (listening, "port", 1, 65535, &port, NULL));
  self->port = (guint) port;

  return self;
}

static void
on_exited (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *) data;
}

/* Kills it: whoever is connected learns of it by the loss of the connection. */
void
node_server_stop (NodeServer *self)
{
  gboolean has_exited = FALSE;

  g_subprocess_force_exit (self->process);
  g_subprocess_wait_async (self->process, NULL, on_exited, &has_exited);
  test_wait_until (is_set, &has_exited, "the server's end");
  /* the pending read ends with the pipe, or by this */
  g_cancellable_cancel (self->cancellable);
  while (g_input_stream_has_pending (G_INPUT_STREAM (self->lines)))
    g_main_context_iteration (NULL, TRUE);

  g_clear_object (&self->process);
  g_clear_object (&self->lines);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->record);
  g_ptr_array_unref (self->replies);
  g_free (self);
}

void
node_server_freeze (NodeServer *self, gboolean frozen)
{
  g_subprocess_send_signal (self->process, frozen ? SIGSTOP : SIGCONT);
}

guint
node_server_get_port (NodeServer *self)
{
  return self->port;
}

char *
node_server_dup_uri (NodeServer *self, const char *scheme)
{
  return g_strdup_printf ("%s://127.0.0.1:%u", scheme, self->port);
}

void
node_server_tell (NodeServer *self, const char *command)
{
  g_autofree char *line = g_strconcat (command, "\n", NULL);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), line, strlen (line), NULL, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
has_replies (gpointer data)
{
  return ((NodeServer *) data)->replies->len > 0;
}

JsonNode *
node_server_ask (NodeServer *self, const char *command)
{
  node_server_tell (self, command);
  test_wait_until (has_replies, self, command);

  return g_ptr_array_steal_index (self->replies, 0);
}

static gboolean
is_called (JsonNode *node, const char *event)
{
  if (g_str_has_prefix (event, "got:"))
    return g_strcmp0 (test_string (node, "event"), "got") == 0 && g_strcmp0 (test_string (node, "name"), event + 4) == 0;

  return g_strcmp0 (test_string (node, "event"), event) == 0;
}

typedef struct {
  NodeServer *server;
  const char *event;
  guint       index;
} Search;

static gboolean
has_happened (gpointer data)
{
  Search *search = data;

  for (search->index = 0; search->index < search->server->record->len; search->index++)
    if (is_called (search->server->record->pdata[search->index], search->event))
      return TRUE;

  return FALSE;
}

JsonNode *
node_server_await (NodeServer *self, const char *event)
{
  Search search = { self, event, 0 };

  test_wait_until (has_happened, &search, event);

  return g_ptr_array_steal_index (self->record, search.index);
}

void
node_server_forget (NodeServer *self)
{
  g_ptr_array_set_size (self->record, 0);
}

guint
node_server_count (NodeServer *self, const char *event)
{
  guint count = 0;

  for (guint i = 0; i < self->record->len; i++)
    count += is_called (self->record->pdata[i], event);

  return count;
}

/* (nullable) */
const char *
test_string (JsonNode *node, const char *path)
{
  return yonder_json_get_string (node, path, G_MAXSIZE, NULL);
}

gboolean
test_json_equals (JsonNode *node, const char *json)
{
  g_autoptr (JsonNode) expected = json_from_string (json, NULL);
  gboolean equal = node != NULL && json_node_equal (node, expected);

  if (!equal) {
    g_autofree char *text = node != NULL ? json_to_string (node, FALSE) : g_strdup ("nothing");

    g_test_message ("%s instead of %s", text, json);
  }

  return equal;
}
