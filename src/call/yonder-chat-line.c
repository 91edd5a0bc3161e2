/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-chat-line.h"

struct _YonderChatLine {
  GObject parent_instance;

  char      *text;
  GDateTime *time;
  gboolean   is_own;
};

G_DEFINE_FINAL_TYPE (YonderChatLine, yonder_chat_line, G_TYPE_OBJECT)

static void
yonder_chat_line_finalize (GObject *object)
{
  YonderChatLine *self = YONDER_CHAT_LINE (object);

  g_free (self->text);
  g_date_time_unref (self->time);

  G_OBJECT_CLASS (yonder_chat_line_parent_class)->finalize (object);
}

static void
yonder_chat_line_class_init (YonderChatLineClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_chat_line_finalize;
}

static void
yonder_chat_line_init (YonderChatLine *self)
{
  self->time = g_date_time_new_now_local ();
}

/* Returns: (transfer full): a line of this moment */
YonderChatLine *
yonder_chat_line_new (const char *text, gboolean is_own)
{
  YonderChatLine *self = g_object_new (YONDER_TYPE_CHAT_LINE, NULL);

  self->text = g_strdup (text);
  self->is_own = is_own;
  return self;
}

const char *
yonder_chat_line_get_text (YonderChatLine *self)
{
  return self->text;
}

gboolean
yonder_chat_line_is_own (YonderChatLine *self)
{
  return self->is_own;
}

GDateTime *
yonder_chat_line_get_time (YonderChatLine *self)
{
  return self->time;
}
