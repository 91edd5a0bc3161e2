/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-late-tcp.h"

#include "yonder-ice-tuning.h"

#include <string.h>

/* chosen: pairs of UDP that work have answered twice by then, also through a relay far away */
#define UDP_CHANCE_MS 1500

struct _YonderLateTcp {
  GstElement  *webrtcbin; /* borrowed */
  YonderClock *clock;     /* borrowed */
  GPtrArray   *held;      /* owned (element-type Held) */
  guint        timer;
  gboolean     is_over;   /* there is a path, or what was held went on its way: nothing is held any more */
};

typedef struct {
  guint mline_index;
  char *text;
} Held;

static void
held_free (gpointer data)
{
  Held *self = data;

  g_free (self->text);
  g_free (self);
}

YonderLateTcp *
yonder_late_tcp_new (GstElement *webrtcbin, YonderClock *clock)
{
  YonderLateTcp *self = g_new0 (YonderLateTcp, 1);

  self->webrtcbin = webrtcbin;
  self->clock = clock;
  self->held = g_ptr_array_new_with_free_func (held_free);
  return self;
}

void
yonder_late_tcp_free (YonderLateTcp *self)
{
  yonder_clock_clear (self->clock, &self->timer);
  g_ptr_array_unref (self->held);
  g_free (self);
}

static gboolean
give_out (gpointer data)
{
  YonderLateTcp *self = data;

  self->timer = 0;
  self->is_over = TRUE;
  yonder_ice_tuning_compare (self->webrtcbin);
  for (guint i = 0; i < self->held->len; i++) {
    const Held *held = g_ptr_array_index (self->held, i);

    g_signal_emit_by_name (self->webrtcbin, "add-ice-candidate", held->mline_index, held->text);
  }
  g_ptr_array_set_size (self->held, 0);
  return G_SOURCE_REMOVE;
}

gboolean
yonder_late_tcp_hold (YonderLateTcp *self, guint mline_index, const char *text)
{
  gboolean is_end = *text == '\0';

  if (self->is_over || (is_end ? self->held->len == 0 : strstr (text, " tcptype ") == NULL))
    return FALSE;

  g_ptr_array_add (self->held, g_memdup2 (&(Held) { mline_index, g_strdup (text) }, sizeof (Held)));
  if (self->timer == 0)
    self->timer = yonder_clock_add (self->clock, UDP_CHANCE_MS, give_out, self, NULL);
  return TRUE;
}

void
yonder_late_tcp_note_path (YonderLateTcp *self)
{
  self->is_over = TRUE;
  yonder_clock_clear (self->clock, &self->timer);
  g_ptr_array_set_size (self->held, 0);
}
