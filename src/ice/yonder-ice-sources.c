/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-sources.h"

#include <glib/gi18n.h>

#include "yonder-backoff.h"
#include "yonder-ice-leases.h"

/* A timer of the clock counts milliseconds in 32 bits. */
#define MAX_RENEWAL_S ((gint64) 7 * 24 * 60 * 60)

/* One pass through the sources. The callback of a lease holds a reference, and finds its run replaced where it was. */
typedef struct {
  YonderIceSources *sources; /* owned while it is asked */
  GCancellable     *cancellable;
  GPtrArray        *failures;
  guint             source;  /* that is asked now */
  guint             limit;   /* timer, of that one */
  gboolean          is_late; /* it took longer than it may */
  gboolean          used[YONDER_N_ICE_SOURCES];
} Run;

struct _YonderIceSources {
  GObject parent_instance;

  YonderClock     *clock;
  YonderIceLeases  leases;
  YonderIcePolicy  policy;

  YonderIceConfig *config;   /* (nullable) */
  gint64           renew_us; /* when the config is to be made anew; 0: now */
  Run             *run;      /* (nullable) */
  GPtrArray       *waiting;  /* (element-type GTask) */
  guint            renewal;  /* timer */
  YonderBackoff    backoff;
};

G_DEFINE_FINAL_TYPE (YonderIceSources, yonder_ice_sources, G_TYPE_OBJECT)

enum {
  PROP_CONFIG = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void ask_next (Run *run);

static Run *
run_new (YonderIceSources *self)
{
  Run *run = g_rc_box_new0 (Run);

  run->sources = g_object_ref (self);
  run->cancellable = g_cancellable_new ();
  run->failures = g_ptr_array_new_with_free_func (g_free);
  return run;
}

static void
run_clear (gpointer data)
{
  Run *run = data;

  g_object_unref (run->sources);
  g_object_unref (run->cancellable);
  g_ptr_array_unref (run->failures);
}

static void
run_unref (Run *run)
{
  g_rc_box_release_full (run, run_clear);
}

static void
stop_run (YonderIceSources *self)
{
  Run *run = g_steal_pointer (&self->run);

  if (run == NULL)
    return;
  yonder_clock_clear (self->clock, &run->limit);
  g_cancellable_cancel (run->cancellable);
  run_unref (run);
}

static char *
title_of (YonderIceSources *self, YonderIceSource source)
{
  return yonder_ice_slot_dup_title (&self->leases.slots[source]);
}

static YonderIceConfig *
make_config (YonderIceSources *self, const gboolean *used, GPtrArray *failures)
{
  return yonder_ice_leases_make_config (&self->leases, used, self->policy == YONDER_ICE_POLICY_RELAY, failures);
}

/**
 * yonder_ice_sources_dup_at_once:
 * @self: the sources
 *
 * Puts together what is there without waiting: leases that have not run out, and what providers know by themselves.
 *
 * Returns: (transfer full): a configuration, possibly without servers
 */
YonderIceConfig *
yonder_ice_sources_dup_at_once (YonderIceSources *self)
{
  g_autoptr (GPtrArray) failures = g_ptr_array_new_with_free_func (g_free);
  gboolean used[YONDER_N_ICE_SOURCES] = { FALSE };

  yonder_ice_leases_peek (&self->leases, used, yonder_clock_boot_us (self->clock));
  if (self->run != NULL) {
    for (guint i = 0; i < self->run->failures->len; i++)
      g_ptr_array_add (failures, g_strdup (self->run->failures->pdata[i]));
    if (self->leases.slots[self->run->source].provider != NULL && !self->run->is_late) {
      g_autofree char *title = title_of (self, self->run->source);

      g_ptr_array_add (failures, g_strdup_printf (_("%s did not give its servers in time; the call goes without them."), title));
    }
  }
  return make_config (self, used, failures);
}

/* --- Those who wait --- */

typedef struct {
  guint  limit;     /* timer */
  gulong cancelled; /* handler */
} Wait;

/* The task waits no longer; the array's reference to it is given to the caller. */
static GTask *
take_waiting (YonderIceSources *self, GTask *task)
{
  Wait *wait = g_task_get_task_data (task);

  g_object_ref (task);
  g_ptr_array_remove (self->waiting, task);
  yonder_clock_clear (self->clock, &wait->limit);
  g_clear_signal_handler (&wait->cancelled, g_task_get_cancellable (task));
  return task;
}

static void
answer (GTask *task, YonderIceConfig *config)
{
  g_task_return_pointer (task, g_object_ref (config), g_object_unref);
}

static void
answer_all (YonderIceSources *self)
{
  g_autoptr (YonderIceConfig) config = g_object_ref (self->config);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);

  while (self->waiting->len > 0)
    g_ptr_array_add (tasks, take_waiting (self, self->waiting->pdata[0]));
  for (guint i = 0; i < tasks->len; i++)
    answer (tasks->pdata[i], config);
}

static gboolean
on_wait_limit (gpointer data)
{
  YonderIceSources *self = g_task_get_source_object (data);
  g_autoptr (GTask) task = take_waiting (self, data);
  g_autoptr (YonderIceConfig) config = yonder_ice_sources_dup_at_once (self);

  answer (task, config);
  return G_SOURCE_REMOVE;
}

static void
on_wait_cancelled (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GTask) task = take_waiting (g_task_get_source_object (data), data);

  g_task_return_error_if_cancelled (task);
}

/* --- One pass --- */

static gboolean
on_renewal_due (gpointer data)
{
  YonderIceSources *self = data;

  self->renewal = 0;
  yonder_ice_sources_refresh (self);
  return G_SOURCE_REMOVE;
}

/* Renews what runs out, and asks again those who did not answer. */
static void
schedule (YonderIceSources *self, const Run *run)
{
  gint64 now_us = yonder_clock_boot_us (self->clock);
  gint64 renew_us = yonder_ice_leases_renew_us (&self->leases, run->used);
  gint64 wait_us;

  self->renew_us = renew_us;
  wait_us = renew_us != G_MAXINT64 ? MAX (renew_us - now_us, 0) : G_MAXINT64;
  if (run->failures->len > 0) {
    gint64 retry_us = yonder_backoff_next_ms (&self->backoff) * (gint64) 1000;

    wait_us = MIN (wait_us, retry_us);
  } else {
    yonder_backoff_reset (&self->backoff);
  }

  yonder_clock_clear (self->clock, &self->renewal);
  if (wait_us != G_MAXINT64)
    self->renewal = yonder_clock_add (self->clock, (guint) (MIN (wait_us, MAX_RENEWAL_S * G_USEC_PER_SEC) / 1000),
                                      on_renewal_due, self, NULL);
}

static void
finish_run (Run *run)
{
  YonderIceSources *self = run->sources;
  g_autofree char *description = NULL;

  schedule (self, run);
  g_clear_object (&self->config);
  self->config = make_config (self, run->used, run->failures);
  description = yonder_ice_config_describe (self->config);
  g_debug ("ICE servers: %s", description);

  self->run = NULL;
  answer_all (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONFIG]);
  run_unref (run);
}

static void
note_failure (Run *run, const GError *error)
{
  YonderIceSources *self = run->sources;
  YonderIceSlot *slot = &self->leases.slots[run->source];
  g_autofree char *title = title_of (self, run->source);

  if (run->is_late)
    g_ptr_array_add (run->failures, g_strdup_printf (_("%s did not give its servers within %d s. Check the network, or ask it "
                                                       "again later."),
                                                     title, YONDER_ICE_SOURCE_LIMIT_MS / 1000));
  else
    g_ptr_array_add (run->failures, g_strdup (error->message));
  g_message ("No ICE servers from %s: %s", title, (const char *) run->failures->pdata[run->failures->len - 1]);

  if (!yonder_ice_slot_is_valid (slot, yonder_clock_boot_us (self->clock)))
    yonder_ice_slot_drop (slot);
  else
    slot->renew_us = slot->expires_us; /* until then the backoff decides when it is asked again */
}

static void
on_leased (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;
  YonderIceSources *self = run->sources;
  g_autoptr (GError) error = NULL;
  YonderIceLease *lease = yonder_ice_provider_lease_finish (YONDER_ICE_PROVIDER (source), result, &error);
  YonderIceSlot *slot = &self->leases.slots[run->source];

  if (self->run != run) {
    g_clear_pointer (&lease, yonder_ice_lease_unref);
    run_unref (run);
    return;
  }
  yonder_clock_clear (self->clock, &run->limit);
  g_object_unref (run->cancellable);
  run->cancellable = g_cancellable_new ();

  if (lease != NULL)
    yonder_ice_slot_take (slot, lease, yonder_clock_boot_us (self->clock));
  else
    note_failure (run, error);
  run->used[run->source] = yonder_ice_slot_has_servers (slot);
  run->source++;
  ask_next (run);
  run_unref (run);
}

static gboolean
on_source_limit (gpointer data)
{
  Run *run = data;

  run->limit = 0;
  run->is_late = TRUE;
  g_cancellable_cancel (run->cancellable);
  return G_SOURCE_REMOVE;
}

static void
ask_next (Run *run)
{
  YonderIceSources *self = run->sources;

  while (run->source < YONDER_N_ICE_SOURCES && self->leases.slots[run->source].provider == NULL)
    run->source++;
  if (run->source >= YONDER_N_ICE_SOURCES || yonder_ice_leases_are_enough (&self->leases, run->used, run->source)) {
    finish_run (run);
    return;
  }

  run->is_late = FALSE;
  run->limit = yonder_clock_add (self->clock, YONDER_ICE_SOURCE_LIMIT_MS, on_source_limit, run, NULL);
  yonder_ice_provider_lease_async (self->leases.slots[run->source].provider, run->cancellable, on_leased, g_rc_box_acquire (run));
}

/**
 * yonder_ice_sources_refresh:
 * @self: the sources
 *
 * Asks all sources anew, in the background. Calls go on with what they have until the answer is there.
 */
void
yonder_ice_sources_refresh (YonderIceSources *self)
{
  stop_run (self);
  yonder_clock_clear (self->clock, &self->renewal);
  self->run = run_new (self);
  ask_next (self->run);
}

/* Whether a call can use the configuration as it is. */
static gboolean
is_fresh (YonderIceSources *self)
{
  return self->config != NULL && self->renew_us > yonder_clock_boot_us (self->clock);
}

/* Asks anew where that is due: after the computer slept, or never having asked. A call may come. */
void
yonder_ice_sources_freshen (YonderIceSources *self)
{
  if (self->run == NULL && !is_fresh (self))
    yonder_ice_sources_refresh (self);
}

static void
on_provider_changed (YonderIceSources *self, YonderIceProvider *provider)
{
  for (guint i = 0; i < YONDER_N_ICE_SOURCES; i++) {
    if (self->leases.slots[i].provider == provider)
      yonder_ice_slot_drop (&self->leases.slots[i]);
  }
  self->renew_us = 0;
  yonder_ice_sources_refresh (self);
}

/**
 * yonder_ice_sources_close:
 * @self: the sources
 *
 * Asks nobody any more and forgets what was found; who waits is answered with %G_IO_ERROR_CANCELLED. The next question begins
 * anew. To be called before the last reference is dropped: a question that is under way holds one.
 */
void
yonder_ice_sources_close (YonderIceSources *self)
{
  stop_run (self);
  yonder_clock_clear (self->clock, &self->renewal);
  while (self->waiting->len > 0) {
    g_autoptr (GTask) task = take_waiting (self, self->waiting->pdata[0]);

    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Stopped."));
  }
  for (guint i = 0; i < YONDER_N_ICE_SOURCES; i++)
    yonder_ice_slot_drop (&self->leases.slots[i]);
  g_clear_object (&self->config);
}

static void
yonder_ice_sources_dispose (GObject *object)
{
  YonderIceSources *self = YONDER_ICE_SOURCES (object);

  if (self->clock != NULL)
    yonder_clock_clear (self->clock, &self->renewal);
  for (guint i = 0; i < YONDER_N_ICE_SOURCES; i++) {
    YonderIceSlot *slot = &self->leases.slots[i];

    if (slot->provider != NULL)
      g_signal_handlers_disconnect_by_data (slot->provider, self);
    g_clear_object (&slot->provider);
    yonder_ice_slot_drop (slot);
  }
  g_clear_object (&self->config);

  G_OBJECT_CLASS (yonder_ice_sources_parent_class)->dispose (object);
}

static void
yonder_ice_sources_finalize (GObject *object)
{
  YonderIceSources *self = YONDER_ICE_SOURCES (object);

  g_ptr_array_unref (self->waiting);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_ice_sources_parent_class)->finalize (object);
}

static void
yonder_ice_sources_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_CONFIG:
    g_value_set_object (value, YONDER_ICE_SOURCES (object)->config);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_ice_sources_class_init (YonderIceSourcesClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = yonder_ice_sources_dispose;
  object_class->finalize = yonder_ice_sources_finalize;
  object_class->get_property = yonder_ice_sources_get_property;

  properties[PROP_CONFIG] = g_param_spec_object ("config", NULL, NULL, YONDER_TYPE_ICE_CONFIG,
                                                 G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_ice_sources_init (YonderIceSources *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  /* chosen: a provider with a hiccup is asked again soon, one that is gone every five minutes */
  self->backoff = (YonderBackoff) YONDER_BACKOFF_INIT (10 * 1000, 300 * 1000, 0.2);
}

/**
 * yonder_ice_sources_new:
 * @clock: for limits and renewals
 *
 * Returns: (transfer full): sources without any
 */
YonderIceSources *
yonder_ice_sources_new (YonderClock *clock)
{
  YonderIceSources *self = g_object_new (YONDER_TYPE_ICE_SOURCES, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

/**
 * yonder_ice_sources_set_provider:
 * @self: the sources
 * @source: which one
 * @provider: (nullable): who is asked for it; %NULL for nobody
 *
 * Sets one source. Nobody is asked before the first call of find_async() or refresh(); once there is a configuration, it is made
 * anew.
 */
void
yonder_ice_sources_set_provider (YonderIceSources *self, YonderIceSource source, YonderIceProvider *provider)
{
  YonderIceSlot *slot = &self->leases.slots[source];

  if (slot->provider == provider)
    return;
  if (slot->provider != NULL)
    g_signal_handlers_disconnect_by_data (slot->provider, self);
  g_set_object (&slot->provider, provider);
  yonder_ice_slot_drop (slot);
  if (provider != NULL)
    g_signal_connect_swapped (provider, "changed", G_CALLBACK (on_provider_changed), self);

  self->renew_us = 0;
  if (self->config != NULL || self->run != NULL)
    yonder_ice_sources_refresh (self);
}

void
yonder_ice_sources_set_policy (YonderIceSources *self, YonderIcePolicy policy)
{
  if (self->policy == policy)
    return;
  self->policy = policy;
  self->renew_us = 0;
  if (self->config != NULL || self->run != NULL)
    yonder_ice_sources_refresh (self);
}

YonderIceConfig *
yonder_ice_sources_get_config (YonderIceSources *self)
{
  return self->config;
}

/**
 * yonder_ice_sources_find_async:
 * @self: the sources
 * @cancellable: (nullable): to stop waiting
 * @callback: called on the main context, after YONDER_ICE_CALL_LIMIT_MS at the latest
 * @user_data: for @callback
 *
 * Finds the servers for a call that begins now.
 */
void
yonder_ice_sources_find_async (YonderIceSources *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Wait *wait;

  g_task_set_source_tag (task, yonder_ice_sources_find_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (is_fresh (self)) {
    answer (task, self->config);
    return;
  }

  wait = g_new0 (Wait, 1);
  g_task_set_task_data (task, wait, g_free);
  wait->limit = yonder_clock_add (self->clock, YONDER_ICE_CALL_LIMIT_MS, on_wait_limit, task, NULL);
  if (cancellable != NULL)
    wait->cancelled = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_wait_cancelled), task);
  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  if (self->run == NULL)
    yonder_ice_sources_refresh (self);
}

/**
 * yonder_ice_sources_find_finish:
 * @self: the sources
 * @result: what the callback was given
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): a configuration, possibly without servers; %NULL only where it was cancelled
 */
YonderIceConfig *
yonder_ice_sources_find_finish (YonderIceSources *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * yonder_ice_public_stun_servers:
 *
 * STUN alone, which costs its operators next to nothing; there is no public TURN to count on.
 *
 * Returns: (transfer full): servers that anybody may use
 */
GListModel *
yonder_ice_public_stun_servers (void)
{
  static const char * const urls[] = { "stun:stun.l.google.com:19302", "stun:stun.cloudflare.com:3478" };
  GListStore *servers = g_list_store_new (YONDER_TYPE_ICE_SERVER);

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (YonderIceServer) server = yonder_ice_server_new ((const char * const[]) { urls[i], NULL }, NULL, NULL, NULL);

    g_list_store_append (servers, server);
  }
  return G_LIST_MODEL (servers);
}
