/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-farewell.h"

#include <nice/nice.h>

/* chosen: two round trips to the other side of the world */
#define PATIENCE_MS 500

static void
on_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  gboolean *is_done = data;

  *is_done = TRUE;
}

static gboolean
on_time_over (gpointer data)
{
  gboolean *is_over = data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* A context of its own: the main loop may be waiting for this thread. What comes after that context is gone reaches nobody. */
static void
close_agent (NiceAgent *agent)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) timer = g_timeout_source_new (PATIENCE_MS);
  gboolean is_done = FALSE, is_over = FALSE;

  g_main_context_push_thread_default (context);
  g_source_set_callback (timer, on_time_over, &is_over, NULL);
  g_source_attach (timer, context);
  nice_agent_close_async (agent, on_closed, &is_done);
  while (!is_done && !is_over)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timer);
  g_main_context_pop_thread_default (context);
}

void
yonder_ice_farewell (GstBin *bin)
{
  g_autoptr (GstIterator) iterator = NULL;
  GValue value = G_VALUE_INIT;
  guint major, minor, micro, nano;

  /* From 1.27.90 on webrtcbin does it itself, and libnice lets it be done only once. */
  gst_version (&major, &minor, &micro, &nano);
  if (major > 1 || minor > 27 || (minor == 27 && micro >= 90))
    return;

  iterator = gst_bin_iterate_all_by_element_factory_name (bin, "webrtcbin");
  while (gst_iterator_next (iterator, &value) == GST_ITERATOR_OK) {
    g_autoptr (GObject) ice = NULL;
    g_autoptr (GObject) agent = NULL;

    g_object_get (g_value_get_object (&value), "ice-agent", &ice, NULL);
    g_object_get (ice, "agent", &agent, NULL);
    close_agent (NICE_AGENT (agent));
    g_value_reset (&value);
  }
  g_value_unset (&value);
}
