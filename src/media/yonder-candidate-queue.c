/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-candidate-queue.h"

#include <gio/gio.h>
#include <string.h>

/* chosen: a name on the local network answers within milliseconds or not at all */
#define MDNS_LIMIT_MS 1000

struct _YonderCandidateQueue {
  YonderApplyCandidate apply;
  gpointer             user_data;
  GPtrArray           *waiting;    /* (element-type YonderIceCandidate) */
  GStrv                mids;       /* (nullable): of the remote description */
  GPtrArray           *ufrags;     /* (element-type utf8): of the remote description; empty: there is none */
  GHashTable          *retired;    /* (element-type utf8): ufrags of paths that are gone */
  GCancellable        *lookups;    /* of the remote description */
  guint                n_lookups;
  gboolean             has_end;    /* end-of-candidates waits for the lookups */
  guint                end_mline_index;
  guint                n_taken, n_queued, n_applied, n_dropped;
};

/* One name that is being looked up. */
typedef struct {
  YonderCandidateQueue *queue;     /* borrowed; gone when the cancellable says so */
  YonderIceCandidate   *candidate;
  GCancellable         *cancellable;
  guint                 mline_index;
} Lookup;

YonderCandidateQueue *
yonder_candidate_queue_new (YonderApplyCandidate apply, gpointer user_data)
{
  YonderCandidateQueue *self = g_new0 (YonderCandidateQueue, 1);

  self->apply = apply;
  self->user_data = user_data;
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);
  self->ufrags = g_ptr_array_new_with_free_func (g_free);
  self->retired = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lookups = g_cancellable_new ();
  return self;
}

void
yonder_candidate_queue_free (YonderCandidateQueue *self)
{
  g_cancellable_cancel (self->lookups);
  g_object_unref (self->lookups);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->ufrags);
  g_hash_table_unref (self->retired);
  g_strfreev (self->mids);
  g_free (self);
}

static guint
find_mline (YonderCandidateQueue *self, YonderIceCandidate *candidate)
{
  const char *mid = yonder_ice_candidate_get_mid (candidate);
  int index = yonder_ice_candidate_get_mline_index (candidate);

  if (index >= 0)
    return index;
  for (guint i = 0; mid != NULL && self->mids[i] != NULL; i++) {
    if (g_str_equal (self->mids[i], mid))
      return i;
  }
  return 0;
}

static void
apply_end_when_done (YonderCandidateQueue *self)
{
  if (!self->has_end || self->n_lookups > 0)
    return;

  self->has_end = FALSE;
  self->apply (self->end_mline_index, "", self->user_data);
}

static void
lookup_free (Lookup *lookup)
{
  yonder_ice_candidate_unref (lookup->candidate);
  g_object_unref (lookup->cancellable);
  g_free (lookup);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free)

/* "candidate:1 1 udp 2122 x.local 5000 typ host …" with the fifth word replaced */
static char *
replace_address (const char *text, const char *address)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 6);

  g_free (words[4]);
  words[4] = g_strdup (address);
  return g_strjoinv (" ", words);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Lookup) lookup = data;
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);
  YonderCandidateQueue *self;

  if (!g_cancellable_is_cancelled (lookup->cancellable)) {
    self = lookup->queue;
    self->n_lookups--;
    if (addresses != NULL) {
      g_autofree char *address = g_inet_address_to_string (addresses->data);
      g_autofree char *text = replace_address (yonder_ice_candidate_get_text (lookup->candidate), address);

      self->apply (lookup->mline_index, text, self->user_data);
    } else {
      g_debug ("a .local candidate was not found on this network: its address will come with the peer's own checks");
    }
    apply_end_when_done (self);
  }
  g_resolver_free_addresses (addresses);
}

static void
look_up (YonderCandidateQueue *self, guint mline_index, YonderIceCandidate *candidate)
{
  g_autoptr (GResolver) resolver = g_object_new (G_OBJECT_TYPE (g_resolver_get_default ()), "timeout", MDNS_LIMIT_MS, NULL);
  Lookup *lookup = g_new (Lookup, 1);

  *lookup = (Lookup) { self, yonder_ice_candidate_ref (candidate), g_object_ref (self->lookups), mline_index };
  self->n_lookups++;
  g_resolver_lookup_by_name_async (resolver, yonder_ice_candidate_get_address (candidate), self->lookups, on_looked_up, lookup);
}

static void
apply_now (YonderCandidateQueue *self, YonderIceCandidate *candidate)
{
  guint mline_index = find_mline (self, candidate);

  if (yonder_ice_candidate_is_end (candidate)) {
    self->has_end = TRUE;
    self->end_mline_index = mline_index;
    apply_end_when_done (self);
  } else if (yonder_ice_candidate_is_mdns (candidate)) {
    look_up (self, mline_index, candidate);
  } else {
    self->apply (mline_index, yonder_ice_candidate_get_text (candidate), self->user_data);
  }
}

static gboolean
is_for_now (YonderCandidateQueue *self, YonderIceCandidate *candidate)
{
  const char *ufrag = yonder_ice_candidate_get_ufrag (candidate);

  if (self->ufrags->len == 0)
    return FALSE;
  return ufrag == NULL || g_ptr_array_find_with_equal_func (self->ufrags, ufrag, g_str_equal, NULL);
}

static gboolean
is_stale (YonderCandidateQueue *self, YonderIceCandidate *candidate)
{
  const char *ufrag = yonder_ice_candidate_get_ufrag (candidate);

  return ufrag != NULL && g_hash_table_contains (self->retired, ufrag);
}

/**
 * yonder_candidate_queue_add:
 * @self: the queue
 * @candidate: of the peer
 *
 * Applies @candidate, or keeps it until its description is there.
 *
 * Returns: what became of it
 */
YonderCandidateFate
yonder_candidate_queue_add (YonderCandidateQueue *self, YonderIceCandidate *candidate)
{
  gboolean is_end = yonder_ice_candidate_is_end (candidate);

  /* RTP and RTCP share one port (RFC 8834 section 4.5): component 2 is never used */
  if (self->n_taken >= YONDER_MAX_CANDIDATES || is_stale (self, candidate) ||
      (!is_end && yonder_ice_candidate_get_component (candidate) != 1)) {
    self->n_dropped++;
    return YONDER_CANDIDATE_DROPPED;
  }

  self->n_taken++;
  if (is_for_now (self, candidate)) {
    apply_now (self, candidate);
    return YONDER_CANDIDATE_APPLIED;
  }

  self->n_queued++;
  g_ptr_array_add (self->waiting, yonder_ice_candidate_ref (candidate));
  return YONDER_CANDIDATE_QUEUED;
}

static void
retire (YonderCandidateQueue *self)
{
  for (guint i = 0; i < self->ufrags->len; i++)
    g_hash_table_add (self->retired, g_strdup (g_ptr_array_index (self->ufrags, i)));
  g_ptr_array_set_size (self->ufrags, 0);
  g_clear_pointer (&self->mids, g_strfreev);

  g_cancellable_cancel (self->lookups);
  g_set_object (&self->lookups, g_cancellable_new ());
  g_object_unref (self->lookups);
  self->n_lookups = 0;
  self->has_end = FALSE;
}

static void
flush (YonderCandidateQueue *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);
  for (guint i = 0; i < waiting->len; i++) {
    YonderIceCandidate *candidate = g_ptr_array_index (waiting, i);

    if (is_for_now (self, candidate)) {
      self->n_applied++;
      apply_now (self, candidate);
    } else if (is_stale (self, candidate)) {
      self->n_dropped++;
    } else {
      g_ptr_array_add (self->waiting, yonder_ice_candidate_ref (candidate));
    }
  }
}

/**
 * yonder_candidate_queue_set_remote:
 * @self: the queue
 * @remote: (nullable): the description that webrtcbin has just taken
 *
 * What waited for it is applied, in order. Candidates of an earlier description are dropped from now on.
 */
void
yonder_candidate_queue_set_remote (YonderCandidateQueue *self, const YonderSdp *remote)
{
  g_autoptr (GStrvBuilder) mids = g_strv_builder_new ();

  retire (self);
  if (remote == NULL)
    return;

  for (guint i = 0; i < yonder_sdp_get_n_media (remote); i++) {
    const YonderSdpMedia *media = yonder_sdp_get_media (remote, i);

    g_strv_builder_add (mids, media->mid != NULL ? media->mid : "");
    if (media->ufrag != NULL && !g_ptr_array_find_with_equal_func (self->ufrags, media->ufrag, g_str_equal, NULL))
      g_ptr_array_add (self->ufrags, g_strdup (media->ufrag));
  }
  self->mids = g_strv_builder_end (mids);
  for (guint i = 0; i < self->ufrags->len; i++)
    g_hash_table_remove (self->retired, g_ptr_array_index (self->ufrags, i));
  flush (self);
}

/* Counts since the call began: of those that had to wait, of these of those that were applied, and of those that were not taken. */
void
yonder_candidate_queue_get_counts (YonderCandidateQueue *self, guint *n_queued, guint *n_applied, guint *n_dropped)
{
  *n_queued = self->n_queued;
  *n_applied = self->n_applied;
  *n_dropped = self->n_dropped;
}
