/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-http-exchange.h"

#include <glib/gi18n.h>

#include "yonder-server-address.h"
#include "yonder-signaling-error.h"

#define CHUNK (64 * 1024)

typedef struct {
  SoupMessage *message;
  GByteArray  *body;
  gsize        max_length;
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_object (&exchange->message);
  g_clear_pointer (&exchange->body, g_byte_array_unref);
  g_free (exchange);
}

static void
return_error (GTask *task, const GError *cause)
{
  Exchange *exchange = g_task_get_task_data (task);
  g_autofree char *host = yonder_signaling_host_of (soup_message_get_uri (exchange->message));

  g_task_return_error (task, yonder_signaling_error_from_network (cause, exchange->message, host));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (GTask) task = data;
  g_autoptr (GBytes) chunk = NULL;
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Exchange *exchange = g_task_get_task_data (task);

  chunk = g_input_stream_read_bytes_finish (stream, result, &error);
  if (chunk == NULL) {
    return_error (task, error);
    return;
  }
  if (g_bytes_get_size (chunk) == 0) {
    /* gives the connection back before the callback wants one for the next request; at the end of the body nothing is waited
     * for */
    g_input_stream_close (stream, NULL, NULL);
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body)), (GDestroyNotify) g_bytes_unref);
    return;
  }
  if (exchange->body->len + g_bytes_get_size (chunk) > exchange->max_length) {
    g_autofree char *host = yonder_signaling_host_of (soup_message_get_uri (exchange->message));

    g_task_return_new_error (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                             _("The server at %s sent more than %zu bytes at once, which is not accepted."), host,
                             exchange->max_length);
    return;
  }

  g_byte_array_append (exchange->body, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  g_input_stream_read_bytes_async (stream, CHUNK, G_PRIORITY_DEFAULT, cancellable, on_read, g_steal_pointer (&task));
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);

  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (stream == NULL) {
    return_error (task, error);
    return;
  }

  g_input_stream_read_bytes_async (stream, CHUNK, G_PRIORITY_DEFAULT, cancellable, on_read, g_steal_pointer (&task));
}

/**
 * yonder_http_exchange_async:
 * @session: carries the request; its certificate database and proxy apply
 * @message: the request
 * @max_length: the longest body that is accepted, in bytes
 * @cancellable: (nullable): ends it
 * @callback: called with @session when the whole answer, whatever its status, or an error is there
 * @user_data: for @callback
 *
 * Sends a request and reads its answer.
 */
void
yonder_http_exchange_async (SoupSession        *session,
                            SoupMessage        *message,
                            gsize               max_length,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  g_task_set_source_tag (task, yonder_http_exchange_async);
  exchange->message = g_object_ref (message);
  exchange->body = g_byte_array_new ();
  exchange->max_length = max_length;
  g_task_set_task_data (task, exchange, exchange_free);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, cancellable, on_answered, g_steal_pointer (&task));
}

/**
 * yonder_http_exchange_finish:
 * @session: what the callback was given
 * @result: what the callback was given
 * @message: (out) (optional) (transfer none): the request, for the status and headers of its answer; lives as long as @result
 * @error: return location for a [error@Yonder.SignalingError], or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the body, or %NULL with @error set
 */
GBytes *
yonder_http_exchange_finish (SoupSession *session, GAsyncResult *result, SoupMessage **message, GError **error)
{
  Exchange *exchange;

  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  exchange = g_task_get_task_data (G_TASK (result));
  if (message != NULL)
    *message = exchange->message;

  return g_task_propagate_pointer (G_TASK (result), error);
}
