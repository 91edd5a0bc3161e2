/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-fake-media.h"

struct _YonderFakeMedia {
  GObject parent_instance;

  YonderFakeMediaFactory *factory; /* (nullable) */
  GTask    *waiting;
  GPtrArray *log;
  guint     n_taken;
  gint64    bitrate_in_bps;
  double    unheard_ms;
  YonderIceReport *report; /* (nullable) */
  gboolean  is_closed;
  gboolean  sends_video;
  gboolean  refuses_video;
};

struct _YonderFakeMediaFactory {
  GObject parent_instance;

  GError *next_error;
  guint   n_made;
  guint   n_open;
};

static void
write_log (YonderFakeMedia *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->log, g_strdup_vprintf (format, args));
  va_end (args);
}

/* An operation that is overtaken ends cancelled, as that of a real peer connection does. */
static void
drop_waiting (YonderFakeMedia *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->waiting);

  if (task != NULL)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
}

static void
wait_for_test (YonderFakeMedia *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  drop_waiting (self);
  self->waiting = g_task_new (self, cancellable, callback, user_data);
}

static void
start_generation (YonderMediaSession *session, gint64 generation)
{
  YonderFakeMedia *self = YONDER_FAKE_MEDIA (session);

  write_log (self, "generation %" G_GINT64_FORMAT, generation);
  drop_waiting (self);
}

static void
create_offer_async (YonderMediaSession *session, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  write_log (YONDER_FAKE_MEDIA (session), "create-offer");
  wait_for_test (YONDER_FAKE_MEDIA (session), cancellable, callback, user_data);
}

static char *
finish_with_sdp (YonderMediaSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
accept_offer_async (YonderMediaSession *session, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback,
                    gpointer user_data)
{
  write_log (YONDER_FAKE_MEDIA (session), "accept-offer %s", sdp);
  wait_for_test (YONDER_FAKE_MEDIA (session), cancellable, callback, user_data);
}

static void
accept_answer_async (YonderMediaSession *session, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  write_log (YONDER_FAKE_MEDIA (session), "accept-answer %s", sdp);
  wait_for_test (YONDER_FAKE_MEDIA (session), cancellable, callback, user_data);
}

static gboolean
accept_answer_finish (YonderMediaSession *session, GAsyncResult *result, GError **error)
{
  g_autofree char *sdp = g_task_propagate_pointer (G_TASK (result), error);

  return sdp != NULL;
}

static void
add_candidate (YonderMediaSession *session, YonderIceCandidate *candidate)
{
  write_log (YONDER_FAKE_MEDIA (session), "candidate %s",
             yonder_ice_candidate_is_end (candidate) ? "end" : yonder_ice_candidate_get_text (candidate));
}

static void
set_muted (YonderMediaSession *session, gboolean microphone_muted, gboolean camera_off)
{
  write_log (YONDER_FAKE_MEDIA (session), "muted %d %d", microphone_muted, camera_off);
}

static gboolean
can_send_video (YonderMediaSession *session)
{
  return !YONDER_FAKE_MEDIA (session)->refuses_video;
}

static void
set_held (YonderMediaSession *session, gboolean is_held)
{
  write_log (YONDER_FAKE_MEDIA (session), "held %d", is_held);
}

static void
share_screen (YonderMediaSession *session, int remote, guint node_id)
{
  write_log (YONDER_FAKE_MEDIA (session), "share %u", node_id);
}

static void
stop_screen (YonderMediaSession *session)
{
  write_log (YONDER_FAKE_MEDIA (session), "share no more");
}

static gboolean
send_message (YonderMediaSession *session, const char *text)
{
  write_log (YONDER_FAKE_MEDIA (session), "send %s", text);
  return TRUE;
}

static void
set_ice_servers (YonderMediaSession *session, GListModel *ice_servers, gboolean relay_only)
{
  YonderFakeMedia *self = YONDER_FAKE_MEDIA (session);

  write_log (self, "ice-servers %u%s", g_list_model_get_n_items (ice_servers), relay_only ? " relay" : "");
}

static void
get_stats (YonderMediaSession *session, YonderMediaStats *stats)
{
  YonderFakeMedia *self = YONDER_FAKE_MEDIA (session);

  *stats = (YonderMediaStats) {
    .bitrate_in_bps = self->bitrate_in_bps, .bitrate_out_bps = 500000, .fps_out = 30.0, .unheard_ms = self->unheard_ms,
  };
}

static YonderIceReport *
dup_ice_report (YonderMediaSession *session)
{
  YonderFakeMedia *self = YONDER_FAKE_MEDIA (session);

  return self->report != NULL ? yonder_ice_report_ref (self->report) : NULL;
}

static void
close_session (YonderMediaSession *session)
{
  YonderFakeMedia *self = YONDER_FAKE_MEDIA (session);

  write_log (self, "close");
  drop_waiting (self);
  if (!self->is_closed && self->factory != NULL)
    self->factory->n_open--;
  self->is_closed = TRUE;
}

static void
session_init (YonderMediaSessionInterface *iface)
{
  iface->start_generation = start_generation;
  iface->create_offer_async = create_offer_async;
  iface->create_offer_finish = finish_with_sdp;
  iface->accept_offer_async = accept_offer_async;
  iface->accept_offer_finish = finish_with_sdp;
  iface->accept_answer_async = accept_answer_async;
  iface->accept_answer_finish = accept_answer_finish;
  iface->add_candidate = add_candidate;
  iface->set_muted = set_muted;
  iface->can_send_video = can_send_video;
  iface->set_held = set_held;
  iface->share_screen = share_screen;
  iface->stop_screen = stop_screen;
  iface->send_message = send_message;
  iface->set_ice_servers = set_ice_servers;
  iface->get_stats = get_stats;
  iface->dup_ice_report = dup_ice_report;
  iface->close = close_session;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderFakeMedia, yonder_fake_media, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_MEDIA_SESSION, session_init))

static void
yonder_fake_media_finalize (GObject *object)
{
  YonderFakeMedia *self = YONDER_FAKE_MEDIA (object);

  g_clear_object (&self->waiting);
  g_clear_pointer (&self->report, yonder_ice_report_unref);
  g_clear_object (&self->factory);
  g_ptr_array_unref (self->log);

  G_OBJECT_CLASS (yonder_fake_media_parent_class)->finalize (object);
}

static void
yonder_fake_media_class_init (YonderFakeMediaClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_fake_media_finalize;
}

static void
yonder_fake_media_init (YonderFakeMedia *self)
{
  self->log = g_ptr_array_new_with_free_func (g_free);
  self->bitrate_in_bps = -1;
}

YonderFakeMedia *
yonder_fake_media_new (void)
{
  return g_object_new (YONDER_TYPE_FAKE_MEDIA, NULL);
}

gboolean
yonder_fake_media_is_waiting (YonderFakeMedia *self)
{
  return self->waiting != NULL;
}

void
yonder_fake_media_complete (YonderFakeMedia *self, const char *sdp, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->waiting);

  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (sdp), g_free);
  while (!g_task_get_completed (task))
    g_main_context_iteration (NULL, TRUE);
}

void
yonder_fake_media_set_report (YonderFakeMedia *self, YonderIceReport *report)
{
  g_clear_pointer (&self->report, yonder_ice_report_unref);
  self->report = report;
}

void
yonder_fake_media_set_bitrate (YonderFakeMedia *self, gint64 bitrate_in_bps)
{
  self->bitrate_in_bps = bitrate_in_bps;
}

void
yonder_fake_media_set_unheard (YonderFakeMedia *self, double unheard_ms)
{
  self->unheard_ms = unheard_ms;
}

gboolean
yonder_fake_media_is_closed (YonderFakeMedia *self)
{
  return self->is_closed;
}

/* The peer connection takes no picture. */
void
yonder_fake_media_refuse_video (YonderFakeMedia *self)
{
  self->refuses_video = TRUE;
}

gboolean
yonder_fake_media_sends_video (YonderFakeMedia *self)
{
  return self->sends_video;
}

char *
yonder_fake_media_take_log (YonderFakeMedia *self)
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
yonder_fake_media_count (YonderFakeMedia *self, const char *prefix)
{
  guint n = 0;

  for (guint i = 0; i < self->log->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (self->log, i), prefix);
  return n;
}

static YonderMediaSession *
create_session (YonderMediaFactory *factory, const YonderMediaOptions *options, GError **error)
{
  YonderFakeMediaFactory *self = YONDER_FAKE_MEDIA_FACTORY (factory);
  YonderFakeMedia *session;

  if (self->next_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&self->next_error));
    return NULL;
  }

  session = yonder_fake_media_new ();
  session->factory = g_object_ref (self);
  session->sends_video = options->send_video;
  self->n_made++;
  self->n_open++;
  return YONDER_MEDIA_SESSION (session);
}

static void
factory_init (YonderMediaFactoryInterface *iface)
{
  iface->create_session = create_session;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderFakeMediaFactory, yonder_fake_media_factory, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_MEDIA_FACTORY, factory_init))

static void
yonder_fake_media_factory_finalize (GObject *object)
{
  g_clear_error (&YONDER_FAKE_MEDIA_FACTORY (object)->next_error);

  G_OBJECT_CLASS (yonder_fake_media_factory_parent_class)->finalize (object);
}

static void
yonder_fake_media_factory_class_init (YonderFakeMediaFactoryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_fake_media_factory_finalize;
}

static void
yonder_fake_media_factory_init (YonderFakeMediaFactory *self)
{
}

YonderFakeMediaFactory *
yonder_fake_media_factory_new (void)
{
  return g_object_new (YONDER_TYPE_FAKE_MEDIA_FACTORY, NULL);
}

void
yonder_fake_media_factory_fail_next (YonderFakeMediaFactory *self, GError *error)
{
  g_clear_error (&self->next_error);
  self->next_error = error;
}

guint
yonder_fake_media_factory_get_n_made (YonderFakeMediaFactory *self)
{
  return self->n_made;
}

guint
yonder_fake_media_factory_get_n_open (YonderFakeMediaFactory *self)
{
  return self->n_open;
}
