/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderPost - the one way from GStreamer's threads to an object on the main context.
 *
 * Holds the object weakly and the main context on which it was made. Reference counted; usable on any thread. What is sent to an object
 * that is gone by the time of delivery is freed. The object is touched on its main context alone.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _YonderPost YonderPost;
typedef void (*YonderPostFunc) (gpointer object, gpointer data);

YonderPost *yonder_post_new   (gpointer object);
YonderPost *yonder_post_ref   (YonderPost *self);
void        yonder_post_unref (YonderPost *self);
void        yonder_post_send  (YonderPost *self, YonderPostFunc function, gpointer data, GDestroyNotify destroy);

/* For g_signal_connect_data() and pad probes that are given a post */
void        yonder_post_closure_unref (gpointer self, GClosure *closure);

G_END_DECLS
