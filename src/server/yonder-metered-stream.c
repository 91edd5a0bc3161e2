/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-metered-stream.h"

#define YONDER_TYPE_METERED_OUTPUT (yonder_metered_output_get_type ())
G_DECLARE_FINAL_TYPE (YonderMeteredOutput, yonder_metered_output, YONDER, METERED_OUTPUT, GFilterOutputStream)

struct _YonderMeteredOutput {
  GFilterOutputStream parent_instance;

  guint64 written;
};

struct _YonderMeteredStream {
  GIOStream parent_instance;

  GIOStream           *base;
  YonderMeteredOutput *output;
};

static void yonder_metered_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderMeteredOutput, yonder_metered_output, G_TYPE_FILTER_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, yonder_metered_output_pollable_init))
G_DEFINE_FINAL_TYPE (YonderMeteredStream, yonder_metered_stream, G_TYPE_IO_STREAM)

static GPollableOutputStream *
get_base (gpointer self)
{
  return G_POLLABLE_OUTPUT_STREAM (g_filter_output_stream_get_base_stream (self));
}

static gssize
note (YonderMeteredOutput *self, gssize written)
{
  self->written += MAX (written, 0);
  return written;
}

static gssize
yonder_metered_output_write (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  return note (YONDER_METERED_OUTPUT (stream),
               g_output_stream_write (G_OUTPUT_STREAM (get_base (stream)), buffer, count, cancellable, error));
}

static gssize
yonder_metered_output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize count, GError **error)
{
  return note (YONDER_METERED_OUTPUT (stream),
               g_pollable_output_stream_write_nonblocking (get_base (stream), buffer, count, NULL, error));
}

static gboolean
yonder_metered_output_can_poll (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_can_poll (get_base (stream));
}

static gboolean
yonder_metered_output_is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (get_base (stream));
}

static GSource *
yonder_metered_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base_source = g_pollable_output_stream_create_source (get_base (stream), cancellable);

  return g_pollable_source_new_full (stream, base_source, cancellable);
}

static void
yonder_metered_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->can_poll = yonder_metered_output_can_poll;
  iface->is_writable = yonder_metered_output_is_writable;
  iface->create_source = yonder_metered_output_create_source;
  iface->write_nonblocking = yonder_metered_output_write_nonblocking;
}

static void
yonder_metered_output_class_init (YonderMeteredOutputClass *klass)
{
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = yonder_metered_output_write;
}

static void
yonder_metered_output_init (YonderMeteredOutput *self)
{
}

static GInputStream *
yonder_metered_stream_get_input_stream (GIOStream *stream)
{
  return g_io_stream_get_input_stream (YONDER_METERED_STREAM (stream)->base);
}

static GOutputStream *
yonder_metered_stream_get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (YONDER_METERED_STREAM (stream)->output);
}

static gboolean
yonder_metered_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (YONDER_METERED_STREAM (stream)->base, cancellable, error);
}

static void
on_base_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
yonder_metered_stream_close_async (GIOStream *stream, int priority, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer data)
{
  GTask *task = g_task_new (stream, cancellable, callback, data);

  g_task_set_source_tag (task, yonder_metered_stream_close_async);
  g_io_stream_close_async (YONDER_METERED_STREAM (stream)->base, priority, cancellable, on_base_closed, task);
}

static gboolean
yonder_metered_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
yonder_metered_stream_finalize (GObject *object)
{
  YonderMeteredStream *self = YONDER_METERED_STREAM (object);

  G_OBJECT_CLASS (yonder_metered_stream_parent_class)->finalize (object);
  g_object_unref (self->output);
  g_object_unref (self->base);
}

static void
yonder_metered_stream_class_init (YonderMeteredStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = yonder_metered_stream_finalize;
  stream_class->get_input_stream = yonder_metered_stream_get_input_stream;
  stream_class->get_output_stream = yonder_metered_stream_get_output_stream;
  stream_class->close_fn = yonder_metered_stream_close;
  stream_class->close_async = yonder_metered_stream_close_async;
  stream_class->close_finish = yonder_metered_stream_close_finish;
}

static void
yonder_metered_stream_init (YonderMeteredStream *self)
{
}

/**
 * yonder_metered_stream_new:
 * @base: a connection whose streams can be polled
 *
 * Returns: (transfer full): the same connection, metered from now on
 */
YonderMeteredStream *
yonder_metered_stream_new (GIOStream *base)
{
  YonderMeteredStream *self = g_object_new (YONDER_TYPE_METERED_STREAM, NULL);

  self->base = g_object_ref (base);
  self->output = g_object_new (YONDER_TYPE_METERED_OUTPUT, "base-stream", g_io_stream_get_output_stream (base),
                               "close-base-stream", FALSE, NULL);
  return self;
}

/**
 * yonder_metered_stream_get_written:
 * @self: the stream
 *
 * Returns: how many bytes the system has taken
 */
guint64
yonder_metered_stream_get_written (YonderMeteredStream *self)
{
  return self->output->written;
}
