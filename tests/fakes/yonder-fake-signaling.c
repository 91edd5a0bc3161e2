/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-fake-signaling.h"

struct _YonderFakeSignaling {
  GObject parent_instance;

  char                *user_id;
  YonderSignalingState state;
  YonderSignalingFlow  flow;
  GQueue               invitations; /* (element-type GTask) */
  GPtrArray           *log;
  guint                n_taken;
  char                *complaint;
};

enum {
  PROP_STATE = 1,
  PROP_USER_ID,
  PROP_USER_NAME,
};

static void
write_log (YonderFakeSignaling *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->log, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
complain (YonderFakeSignaling *self, const char *call_id)
{
  if (self->complaint != NULL)
    g_signal_emit_by_name (self, "call-error", call_id, self->complaint);
}

static YonderSignalingFlow
get_flow (YonderSignaling *signaling)
{
  return YONDER_FAKE_SIGNALING (signaling)->flow;
}

static void
invite_async (YonderSignaling *signaling, const char *peer_id, YonderCallKind kind, const char *sdp, GCancellable *cancellable,
              GAsyncReadyCallback callback, gpointer user_data)
{
  YonderFakeSignaling *self = YONDER_FAKE_SIGNALING (signaling);

  write_log (self, "invite %s %s%s%s", peer_id, kind == YONDER_CALL_KIND_VIDEO ? "video" : "voice", sdp != NULL ? " " : "",
             sdp != NULL ? sdp : "");
  g_queue_push_tail (&self->invitations, g_task_new (self, cancellable, callback, user_data));
}

static char *
invite_finish (YonderSignaling *signaling, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
accept_call (YonderSignaling *signaling, const char *call_id, const char *sdp)
{
  YonderFakeSignaling *self = YONDER_FAKE_SIGNALING (signaling);

  write_log (self, "accept %s%s%s", call_id, sdp != NULL ? " " : "", sdp != NULL ? sdp : "");
  complain (self, call_id);
}

static void
decline (YonderSignaling *signaling, const char *call_id)
{
  write_log (YONDER_FAKE_SIGNALING (signaling), "decline %s", call_id);
  complain (YONDER_FAKE_SIGNALING (signaling), call_id);
}

static void
hang_up (YonderSignaling *signaling, const char *call_id)
{
  write_log (YONDER_FAKE_SIGNALING (signaling), "hang-up %s", call_id);
  complain (YONDER_FAKE_SIGNALING (signaling), call_id);
}

static void
send_offer (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *sdp, gint64 generation)
{
  write_log (YONDER_FAKE_SIGNALING (signaling), "offer %s %s %" G_GINT64_FORMAT " %s", call_id, peer_id, generation, sdp);
  complain (YONDER_FAKE_SIGNALING (signaling), call_id);
}

static void
send_answer (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *sdp, gint64 generation)
{
  write_log (YONDER_FAKE_SIGNALING (signaling), "answer %s %s %" G_GINT64_FORMAT " %s", call_id, peer_id, generation, sdp);
  complain (YONDER_FAKE_SIGNALING (signaling), call_id);
}

static void
send_candidate (YonderSignaling *signaling, const char *call_id, const char *peer_id, YonderIceCandidate *candidate, gint64 generation)
{
  write_log (YONDER_FAKE_SIGNALING (signaling), "candidate %s %s %" G_GINT64_FORMAT " %s", call_id, peer_id, generation,
             yonder_ice_candidate_is_end (candidate) ? "end" : yonder_ice_candidate_get_text (candidate));
}

static void
request_recovery (YonderSignaling *signaling, const char *call_id, const char *peer_id, gint64 generation)
{
  write_log (YONDER_FAKE_SIGNALING (signaling), "recover %s %s %" G_GINT64_FORMAT, call_id, peer_id, generation);
}

static void
send_meeting (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *uri)
{
  write_log (YONDER_FAKE_SIGNALING (signaling), "meeting %s %s %s", call_id, peer_id, uri);
}

static void
signaling_init (YonderSignalingInterface *iface)
{
  iface->get_flow = get_flow;
  iface->invite_async = invite_async;
  iface->invite_finish = invite_finish;
  iface->accept = accept_call;
  iface->decline = decline;
  iface->hang_up = hang_up;
  iface->send_offer = send_offer;
  iface->send_answer = send_answer;
  iface->send_candidate = send_candidate;
  iface->request_recovery = request_recovery;
  iface->send_meeting = send_meeting;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderFakeSignaling, yonder_fake_signaling, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_SIGNALING, signaling_init))

static void
yonder_fake_signaling_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderFakeSignaling *self = YONDER_FAKE_SIGNALING (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PROP_USER_ID:
  case PROP_USER_NAME:
    g_value_set_string (value, self->user_id);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_fake_signaling_finalize (GObject *object)
{
  YonderFakeSignaling *self = YONDER_FAKE_SIGNALING (object);

  g_queue_clear_full (&self->invitations, g_object_unref);
  g_ptr_array_unref (self->log);
  g_free (self->user_id);
  g_free (self->complaint);

  G_OBJECT_CLASS (yonder_fake_signaling_parent_class)->finalize (object);
}

static void
yonder_fake_signaling_class_init (YonderFakeSignalingClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_fake_signaling_get_property;
  object_class->finalize = yonder_fake_signaling_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_USER_ID, "user-id");
  g_object_class_override_property (object_class, PROP_USER_NAME, "user-name");
}

static void
yonder_fake_signaling_init (YonderFakeSignaling *self)
{
  self->state = YONDER_SIGNALING_ONLINE;
  self->log = g_ptr_array_new_with_free_func (g_free);
}

YonderFakeSignaling *
yonder_fake_signaling_new (const char *user_id)
{
  YonderFakeSignaling *self = g_object_new (YONDER_TYPE_FAKE_SIGNALING, NULL);

  self->user_id = g_strdup (user_id);
  return self;
}

void
yonder_fake_signaling_set_state (YonderFakeSignaling *self, YonderSignalingState state)
{
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

void
yonder_fake_signaling_set_flow (YonderFakeSignaling *self, YonderSignalingFlow flow)
{
  self->flow = flow;
}

void
yonder_fake_signaling_set_complaint (YonderFakeSignaling *self, const char *text)
{
  g_set_str (&self->complaint, text);
}

void
yonder_fake_signaling_answer_invite (YonderFakeSignaling *self, const char *call_id, GError *error)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->invitations);

  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (call_id), g_free);
  /* The task calls back from the loop, since nothing that the loop runs has answered it. */
  while (!g_task_get_completed (task))
    g_main_context_iteration (NULL, TRUE);
}

gboolean
yonder_fake_signaling_has_invitation (YonderFakeSignaling *self)
{
  return !g_queue_is_empty (&self->invitations);
}

char *
yonder_fake_signaling_take_log (YonderFakeSignaling *self)
{
  GString *text = g_string_new (NULL);

  for (; self->n_taken < self->log->len; self->n_taken++) {
    if (text->len > 0)
      g_string_append (text, "; ");
    g_string_append (text, g_ptr_array_index (self->log, self->n_taken));
  }
  return g_string_free_and_steal (text);
}

guint
yonder_fake_signaling_count (YonderFakeSignaling *self, const char *prefix)
{
  guint n = 0;

  for (guint i = 0; i < self->log->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (self->log, i), prefix);
  return n;
}
