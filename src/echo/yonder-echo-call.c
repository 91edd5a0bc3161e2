/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-echo-call.h"

/* design, "A call": ICE connected within 30 s, lost for no more than 60 s */
#define CONNECT_LIMIT_MS   (30 * 1000)
#define RECONNECT_LIMIT_MS (60 * 1000)
/* chosen: whoever talks to an echo for longer has forgotten it */
#define CALL_LIMIT_MS      (60 * 60 * 1000)
/* design, "Trust" */
#define MAX_CANDIDATES     200

struct _YonderEchoCall {
  GObject parent_instance;

  YonderSignaling    *signaling;
  YonderMediaSession *media;
  GSignalGroup       *media_signals;
  YonderClock        *clock;
  GCancellable       *cancellable; /* of the answer that is being made */
  char               *call_id;
  char               *peer_id;

  gint64     generation;       /* the peer's count of its peer connections */
  gint64     media_generation; /* ours: some peers restart without counting */
  gboolean   has_offer;
  gboolean   is_accepted;      /* the server knows that we take the call */
  gboolean   is_described;     /* our answer of this generation is out */
  gboolean   is_over;
  GPtrArray *held;             /* (element-type YonderIceCandidate): ours, until the answer is out */
  GPtrArray *early;            /* (element-type YonderIceCandidate): the peer's, for an offer that is still to come */
  gint64     early_generation;
  guint      n_candidates;     /* of the peer, in this generation */

  guint      path_timer;
  guint      call_timer;
};

G_DEFINE_FINAL_TYPE (YonderEchoCall, yonder_echo_call, G_TYPE_OBJECT)

enum {
  OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
finish (YonderEchoCall *self, gboolean tell_server)
{
  if (self->is_over)
    return;

  self->is_over = TRUE;
  g_cancellable_cancel (self->cancellable);
  yonder_clock_clear (self->clock, &self->path_timer);
  yonder_clock_clear (self->clock, &self->call_timer);
  g_signal_group_set_target (self->media_signals, NULL);
  yonder_media_session_close (self->media);
  if (tell_server)
    yonder_signaling_hang_up (self->signaling, self->call_id);
  g_signal_emit (self, signals[OVER], 0);
}

static gboolean
on_path_limit (gpointer user_data)
{
  YonderEchoCall *self = user_data;

  self->path_timer = 0;
  g_debug ("Call %s has no path to its caller", self->call_id);
  finish (self, TRUE);

  return G_SOURCE_REMOVE;
}

static gboolean
on_call_limit (gpointer user_data)
{
  YonderEchoCall *self = user_data;

  self->call_timer = 0;
  finish (self, TRUE);

  return G_SOURCE_REMOVE;
}

static void
expect_path (YonderEchoCall *self, guint limit_ms)
{
  yonder_clock_clear (self->clock, &self->path_timer);
  self->path_timer = yonder_clock_add (self->clock, limit_ms, on_path_limit, self, NULL);
}

static void
send_held (YonderEchoCall *self)
{
  self->is_described = TRUE;
  for (guint i = 0; i < self->held->len; i++)
    yonder_signaling_send_candidate (self->signaling, self->call_id, self->peer_id, g_ptr_array_index (self->held, i), self->generation);
  g_ptr_array_set_size (self->held, 0);
}

static void
on_answer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (YonderEchoCall) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = yonder_media_session_accept_offer_finish (YONDER_MEDIA_SESSION (source), result, &error);

  /* A newer offer has taken its place, or the call is over. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->is_over)
    return;

  if (answer == NULL) {
    g_message ("Echo cannot answer a call: %s", error->message);
    finish (self, TRUE);
    return;
  }

  if (self->is_accepted)
    yonder_signaling_send_answer (self->signaling, self->call_id, self->peer_id, answer, self->generation);
  else
    yonder_signaling_accept (self->signaling, self->call_id, answer);
  self->is_accepted = TRUE;
  send_held (self);
}

static void
answer_offer (YonderEchoCall *self, const char *sdp)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->has_offer = TRUE;
  self->is_described = FALSE;

  yonder_media_session_accept_offer_async (self->media, sdp, self->cancellable, on_answer_made, g_object_ref (self));
}

static void
on_local_candidate (YonderEchoCall *self, YonderIceCandidate *candidate, gint64 media_generation)
{
  if (media_generation != self->media_generation)
    return;

  if (self->is_described)
    yonder_signaling_send_candidate (self->signaling, self->call_id, self->peer_id, candidate, self->generation);
  else
    g_ptr_array_add (self->held, yonder_ice_candidate_ref (candidate));
}

static void
on_ice_state (YonderEchoCall *self, YonderIceState state)
{
  if (state == YONDER_ICE_STATE_CONNECTED || state == YONDER_ICE_STATE_COMPLETED)
    yonder_clock_clear (self->clock, &self->path_timer);
  else if ((state == YONDER_ICE_STATE_DISCONNECTED || state == YONDER_ICE_STATE_FAILED) && self->path_timer == 0)
    expect_path (self, RECONNECT_LIMIT_MS);
}

static void
on_failed (YonderEchoCall *self, const GError *error)
{
  g_message ("Echo's call ended: %s", error->message);
  finish (self, TRUE);
}

/* Whatever it says: the one who wrote it understands it. */
static void
on_message (YonderEchoCall *self, const char *text)
{
  yonder_media_session_send_message (self->media, text);
}

static void
yonder_echo_call_dispose (GObject *object)
{
  YonderEchoCall *self = YONDER_ECHO_CALL (object);

  finish (self, FALSE);
  g_clear_object (&self->media_signals);
  g_clear_object (&self->media);
  g_clear_object (&self->signaling);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (yonder_echo_call_parent_class)->dispose (object);
}

static void
yonder_echo_call_finalize (GObject *object)
{
  YonderEchoCall *self = YONDER_ECHO_CALL (object);

  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->early);
  g_free (self->call_id);
  g_free (self->peer_id);

  G_OBJECT_CLASS (yonder_echo_call_parent_class)->finalize (object);
}

static void
yonder_echo_call_class_init (YonderEchoCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_echo_call_dispose;
  object_class->finalize = yonder_echo_call_finalize;

  signals[OVER] = g_signal_new ("over", YONDER_TYPE_ECHO_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_echo_call_init (YonderEchoCall *self)
{
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);
}

/**
 * yonder_echo_call_new:
 * @signaling: where the call came from
 * @media: a session that sends back what it receives
 * @clock: for its limits
 * @call_id: the server's id of the call
 * @peer_id: who calls
 *
 * Returns: (transfer full): a call that does nothing yet
 */
YonderEchoCall *
yonder_echo_call_new (YonderSignaling *signaling, YonderMediaSession *media, YonderClock *clock, const char *call_id, const char *peer_id)
{
  YonderEchoCall *self = g_object_new (YONDER_TYPE_ECHO_CALL, NULL);

  self->signaling = g_object_ref (signaling);
  self->media = g_object_ref (media);
  self->clock = g_object_ref (clock);
  self->call_id = g_strdup (call_id);
  self->peer_id = g_strdup (peer_id);

  self->media_signals = g_signal_group_new (YONDER_TYPE_MEDIA_SESSION);
  g_signal_group_connect_swapped (self->media_signals, "candidate", G_CALLBACK (on_local_candidate), self);
  g_signal_group_connect_swapped (self->media_signals, "ice-state", G_CALLBACK (on_ice_state), self);
  g_signal_group_connect_swapped (self->media_signals, "message", G_CALLBACK (on_message), self);
  g_signal_group_connect_swapped (self->media_signals, "failed", G_CALLBACK (on_failed), self);
  g_signal_group_set_target (self->media_signals, media);

  return self;
}

/**
 * yonder_echo_call_start:
 * @self: a new call
 * @sdp: (nullable): the offer, where it came with the invitation
 *
 * Takes the call. Where the offer is the invitation, its answer is what accepts it.
 */
void
yonder_echo_call_start (YonderEchoCall *self, const char *sdp)
{
  expect_path (self, CONNECT_LIMIT_MS);
  self->call_timer = yonder_clock_add (self->clock, CALL_LIMIT_MS, on_call_limit, self, NULL);

  if (sdp != NULL) {
    answer_offer (self, sdp);
    return;
  }

  self->is_accepted = TRUE;
  yonder_signaling_accept (self->signaling, self->call_id, NULL);
}

/* The first offer meets the connection that the session was made with; each further one is for a fresh connection of the peer, counted
 * or not (browsers restart ICE by an offer of the same number). */
void
yonder_echo_call_take_offer (YonderEchoCall *self, const char *sdp, gint64 written_generation)
{
  gint64 generation = MAX (written_generation, 0);

  if (self->is_over || generation < self->generation)
    return;

  if (self->has_offer) {
    self->media_generation++;
    self->n_candidates = 0;
    g_ptr_array_set_size (self->held, 0);
    yonder_media_session_start_generation (self->media, self->media_generation);
    expect_path (self, CONNECT_LIMIT_MS);
  }

  self->generation = generation;
  answer_offer (self, sdp);

  if (self->early->len > 0 && self->early_generation == generation)
    yonder_echo_call_take_candidates (self, self->early, generation);
  if (self->early_generation <= generation)
    g_ptr_array_set_size (self->early, 0);
}

/* Candidates may overtake their offer; the session itself keeps those that come before it was described. */
void
yonder_echo_call_take_candidates (YonderEchoCall *self, GPtrArray *candidates, gint64 written_generation)
{
  gint64 generation = MAX (written_generation, 0);

  if (self->is_over || generation < self->generation)
    return;

  if (generation > self->generation && self->has_offer && generation != self->early_generation) {
    g_ptr_array_set_size (self->early, 0);
    self->early_generation = generation;
  }

  for (guint i = 0; i < candidates->len; i++) {
    if (generation > self->generation && self->has_offer) {
      if (self->early->len < MAX_CANDIDATES)
        g_ptr_array_add (self->early, yonder_ice_candidate_ref (g_ptr_array_index (candidates, i)));
    } else if (self->n_candidates++ < MAX_CANDIDATES) {
      yonder_media_session_add_candidate (self->media, g_ptr_array_index (candidates, i));
    }
  }
}

/* Ends the call towards the server as well. */
void
yonder_echo_call_hang_up (YonderEchoCall *self)
{
  finish (self, TRUE);
}

/* The server says that it is over. */
void
yonder_echo_call_ended (YonderEchoCall *self)
{
  finish (self, FALSE);
}
