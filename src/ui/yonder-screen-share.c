/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-screen-share.h"

#include <glib/gstdio.h>
#include <libportal-gtk4/portal-gtk4.h>
#include <libportal/remote.h>

struct _YonderScreenShare
{
  GObject       parent_instance;

  YonderCall   *call;        /* (nullable) */
  GSignalGroup *call_signals;
  XdpPortal    *portal;      /* (nullable): before the first time */
  XdpParent    *parent;      /* (nullable): while the user is asked */
  XdpSession   *session;     /* (nullable) */
  GCancellable *cancellable; /* (nullable): while the user is asked; of what is under way */
};

G_DEFINE_FINAL_TYPE (YonderScreenShare, yonder_screen_share, G_TYPE_OBJECT)

enum {
  PROP_IS_ACTIVE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint signal_refused;

/* One time of asking: what the portal answers late, or never, to one that was given up touches nothing of the next one. */
typedef struct {
  YonderScreenShare *share;
  GCancellable      *cancellable;
} Asking;

static Asking *
asking_new (YonderScreenShare *share)
{
  Asking *self = g_new (Asking, 1);

  *self = (Asking) { g_object_ref (share), g_object_ref (share->cancellable) };
  return self;
}

static void
asking_free (Asking *self)
{
  g_object_unref (self->cancellable);
  g_object_unref (self->share);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static void
on_closed (YonderScreenShare *self)
{
  yonder_screen_share_stop (self);
}

/* The desktop gives nothing, or the user does not want to. */
static void
give_up (YonderScreenShare *self, const GError *error)
{
  gboolean is_wish = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  yonder_screen_share_stop (self);
  if (is_wish)
    return;
  g_message ("no screen from the portal: %s", error->message);
  g_signal_emit (self, signal_refused, 0);
}

/* Returns: (transfer none) (nullable): the first stream that the portal gave, with its number */
static gboolean
get_stream (XdpSession *session, guint *node_id)
{
  GVariant *streams = xdp_session_get_streams (session);

  if (streams == NULL || !g_variant_is_of_type (streams, G_VARIANT_TYPE ("a(ua{sv})")) || g_variant_n_children (streams) == 0)
    return FALSE;
  g_variant_get_child (streams, 0, "(u@a{sv})", node_id, NULL);
  return TRUE;
}

/* The call to the portal that fetches the descriptor blocks. */
static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  int remote = xdp_session_open_pipewire_remote (data);

  if (remote < 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "The portal gives no connection to PipeWire");
  else
    g_task_return_int (task, remote);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderScreenShare *self = YONDER_SCREEN_SHARE (source);
  g_autoptr (GError) error = NULL;
  g_autofd int remote = (int) g_task_propagate_int (G_TASK (result), &error);
  guint node_id = 0;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  if (remote >= 0 && !get_stream (self->session, &node_id))
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_FAILED, "The portal gives no stream");
  if (error != NULL) {
    give_up (self, error);
    return;
  }

  g_clear_object (&self->cancellable);
  yonder_call_share_screen (self->call, remote, node_id);
  if (!yonder_call_is_sharing (self->call))
    yonder_screen_share_stop (self);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asking) asking = data;
  YonderScreenShare *self = asking->share;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  gboolean is_started = xdp_session_start_finish (XDP_SESSION (source), result, &error);

  if (g_cancellable_is_cancelled (asking->cancellable))
    return;
  if (!is_started) {
    give_up (self, error);
    return;
  }

  /* not sooner: a refusal closes the session before it is told */
  g_signal_connect_object (self->session, "closed", G_CALLBACK (on_closed), self, G_CONNECT_SWAPPED);
  task = g_task_new (self, asking->cancellable, on_opened, NULL);
  g_task_set_source_tag (task, on_started);
  g_task_set_task_data (task, g_object_ref (self->session), g_object_unref);
  g_task_run_in_thread (task, open_in_thread);
}

static void
on_created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asking) asking = data;
  YonderScreenShare *self = asking->share;
  g_autoptr (GError) error = NULL;
  g_autoptr (XdpSession) session = xdp_portal_create_screencast_session_finish (XDP_PORTAL (source), result, &error);

  if (g_cancellable_is_cancelled (asking->cancellable))
    return;
  if (session == NULL) {
    give_up (self, error);
    return;
  }

  self->session = g_steal_pointer (&session);
  xdp_session_start (self->session, self->parent, asking->cancellable, on_started, asking_new (self));
  g_clear_pointer (&self->parent, xdp_parent_free);
}

static void
on_call_changed (YonderScreenShare *self)
{
  if (self->call == NULL || !yonder_call_can_hold (self->call) || yonder_call_is_held (self->call) ||
      (self->cancellable == NULL && !yonder_call_is_sharing (self->call)))
    yonder_screen_share_stop (self);
}

static void
yonder_screen_share_dispose (GObject *object)
{
  YonderScreenShare *self = YONDER_SCREEN_SHARE (object);

  yonder_screen_share_set_call (self, NULL);
  g_clear_object (&self->call_signals);
  g_clear_object (&self->portal);

  G_OBJECT_CLASS (yonder_screen_share_parent_class)->dispose (object);
}

static void
yonder_screen_share_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_IS_ACTIVE:
    g_value_set_boolean (value, yonder_screen_share_is_active (YONDER_SCREEN_SHARE (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_screen_share_class_init (YonderScreenShareClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_screen_share_dispose;
  object_class->get_property = yonder_screen_share_get_property;

  properties[PROP_IS_ACTIVE] = g_param_spec_boolean ("is-active", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signal_refused = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_screen_share_init (YonderScreenShare *self)
{
  self->call_signals = g_signal_group_new (YONDER_TYPE_CALL);
  g_signal_group_connect_object (self->call_signals, "notify::state", G_CALLBACK (on_call_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-held", G_CALLBACK (on_call_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-sharing", G_CALLBACK (on_call_changed), self, G_CONNECT_SWAPPED);
}

/* Returns: (transfer full): one that shares nothing. Whoever owns it sets the call to %NULL in the end, which stops everything. */
YonderScreenShare *
yonder_screen_share_new (void)
{
  return g_object_new (YONDER_TYPE_SCREEN_SHARE, NULL);
}

/* What was shared in another call is shared no more. */
void
yonder_screen_share_set_call (YonderScreenShare *self, YonderCall *call)
{
  if (self->call == call)
    return;
  yonder_screen_share_stop (self);
  g_set_object (&self->call, call);
  g_signal_group_set_target (self->call_signals, call);
}

gboolean
yonder_screen_share_is_active (YonderScreenShare *self)
{
  return self->cancellable != NULL || self->session != NULL;
}

/**
 * yonder_screen_share_start:
 * @self: the share, with a call that is connected
 * @parent: the window that the desktop's dialog belongs to
 *
 * Has the desktop ask the user for a screen or a window, and shares it in the call. Without effect while that goes on already.
 */
void
yonder_screen_share_start (YonderScreenShare *self, GtkWindow *parent)
{
  g_autoptr (GError) error = NULL;

  if (self->call == NULL || yonder_screen_share_is_active (self))
    return;
  if (self->portal == NULL)
    self->portal = xdp_portal_initable_new (&error);
  if (self->portal == NULL) {
    give_up (self, error);
    return;
  }

  self->cancellable = g_cancellable_new ();
  self->parent = xdp_parent_new_gtk (parent);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ACTIVE]);
  xdp_portal_create_screencast_session (self->portal, XDP_OUTPUT_MONITOR | XDP_OUTPUT_WINDOW, XDP_SCREENCAST_FLAG_NONE, XDP_CURSOR_MODE_EMBEDDED,
                                        XDP_PERSIST_MODE_NONE, NULL, self->cancellable, on_created, asking_new (self));
}

/* The other side sees the camera's picture again, or none; a dialog that is still open goes. */
void
yonder_screen_share_stop (YonderScreenShare *self)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&self->cancellable);
  g_autoptr (XdpSession) session = g_steal_pointer (&self->session);

  if (cancellable == NULL && session == NULL)
    return;

  g_cancellable_cancel (cancellable);
  g_clear_pointer (&self->parent, xdp_parent_free);
  if (self->call != NULL)
    yonder_call_stop_sharing (self->call);
  if (session != NULL) {
    g_signal_handlers_disconnect_by_data (session, self);
    xdp_session_close (session);
  }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ACTIVE]);
}
