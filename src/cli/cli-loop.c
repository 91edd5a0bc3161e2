/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-loop.h"

#include <glib-unix.h>
#include <stdlib.h>

struct _YonderCliLoop {
  GMainLoop *loop;
  void     (*stop) (gpointer user_data);
  gpointer   user_data;
  gboolean   is_stopping;
  guint      sources[2];
};

static gboolean
on_signal (gpointer user_data)
{
  YonderCliLoop *self = user_data;

  if (self->is_stopping)
    exit (EXIT_FAILURE);

  self->is_stopping = TRUE;
  self->stop (self->user_data);

  return G_SOURCE_CONTINUE;
}

YonderCliLoop *
yonder_cli_loop_new (void (*stop) (gpointer user_data), gpointer user_data)
{
  YonderCliLoop *self = g_new0 (YonderCliLoop, 1);

  self->loop = g_main_loop_new (NULL, FALSE);
  self->stop = stop;
  self->user_data = user_data;
  self->sources[0] = g_unix_signal_add (SIGINT, on_signal, self);
  self->sources[1] = g_unix_signal_add (SIGTERM, on_signal, self);

  return self;
}

void
yonder_cli_loop_free (YonderCliLoop *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->sources); i++)
    g_source_remove (self->sources[i]);
  g_main_loop_unref (self->loop);
  g_free (self);
}

void
yonder_cli_loop_run (YonderCliLoop *self)
{
  g_main_loop_run (self->loop);
}

void
yonder_cli_loop_quit (YonderCliLoop *self)
{
  g_main_loop_quit (self->loop);
}

static gboolean
on_drained (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;

  return G_SOURCE_REMOVE;
}

void
yonder_cli_loop_drain (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, on_drained, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}
