/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-post.h"

struct _YonderPost {
  GWeakRef      object;
  GMainContext *context;
};

typedef struct {
  YonderPost    *post;
  YonderPostFunc function;
  gpointer       data;
  GDestroyNotify destroy;
} Parcel;

static void
post_clear (gpointer data)
{
  YonderPost *self = data;

  g_weak_ref_clear (&self->object);
  g_main_context_unref (self->context);
}

static void
parcel_free (gpointer data)
{
  Parcel *parcel = data;

  if (parcel->destroy != NULL && parcel->data != NULL)
    parcel->destroy (parcel->data);
  yonder_post_unref (parcel->post);
  g_free (parcel);
}

static gboolean
deliver (gpointer data)
{
  Parcel *parcel = data;
  g_autoptr (GObject) object = g_weak_ref_get (&parcel->post->object);

  if (object != NULL)
    parcel->function (object, parcel->data);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full): a post to @object, delivered on the thread-default main context of the caller */
YonderPost *
yonder_post_new (gpointer object)
{
  YonderPost *self = g_atomic_rc_box_new0 (YonderPost);

  g_weak_ref_init (&self->object, object);
  self->context = g_main_context_ref_thread_default ();
  return self;
}

YonderPost *
yonder_post_ref (YonderPost *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
yonder_post_unref (YonderPost *self)
{
  g_atomic_rc_box_release_full (self, post_clear);
}

void
yonder_post_closure_unref (gpointer self, GClosure *closure)
{
  yonder_post_unref (self);
}

/**
 * yonder_post_send:
 * @self: the post
 * @function: called on the main context with the object and @data, if the object is still there
 * @data: (transfer full) (nullable): copied data, nothing of a streaming thread
 * @destroy: (nullable): frees @data, on the main context
 *
 * Any thread; parcels arrive in the order in which one thread sent them.
 */
void
yonder_post_send (YonderPost *self, YonderPostFunc function, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Parcel *parcel = g_new (Parcel, 1);

  *parcel = (Parcel) { yonder_post_ref (self), function, data, destroy };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, parcel, parcel_free);
  g_source_attach (source, self->context);
}
