/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-network-check.h"

#include <glib/gi18n.h>

#include "yonder-network-check-private.h"
#include "yonder-probe-attempt.h"
#include "yonder-stun-error.h"

G_DEFINE_FINAL_TYPE (YonderNetworkCheck, yonder_network_check, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_IS_RUNNING,
  N_PROPS
};

enum {
  SIGNAL_FINISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

#define AFTER(id) (1u << YONDER_STEP_##id)

/* What must be over before a step begins. What takes the processor (an encoder starts) is kept away from what measures round
 * trips only by this: the devices are looked for one after another, the test call comes last. */
static const guint prerequisites[YONDER_N_STEPS] = {
  [YONDER_STEP_SERVER_WEBSOCKET] = AFTER (SERVER_HTTP),
  [YONDER_STEP_STUN_UDP] = AFTER (NAMES),
  [YONDER_STEP_TURN_UDP] = AFTER (NAMES),
  [YONDER_STEP_TURN_TCP] = AFTER (NAMES),
  [YONDER_STEP_TURN_TLS] = AFTER (NAMES),
  [YONDER_STEP_NAT] = AFTER (STUN_UDP),
  [YONDER_STEP_HIGH_PORTS] = AFTER (STUN_UDP) | AFTER (TURN_UDP) | AFTER (TURN_TCP) | AFTER (TURN_TLS),
  [YONDER_STEP_IPV6] = AFTER (NAMES),
  [YONDER_STEP_LOOP_CALL] = AFTER (HIGH_PORTS) | AFTER (NAT) | AFTER (OFFER) | AFTER (IPV6),
  [YONDER_STEP_MICROPHONE] = AFTER (CAMERA),
  [YONDER_STEP_OFFER] = AFTER (MICROPHONE),
};

YonderCheckStep *
yonder_network_check_get_step (YonderNetworkCheck *self, YonderStepId id)
{
  g_autoptr (YonderCheckStep) step = g_list_model_get_item (G_LIST_MODEL (self->steps), id);

  return step; /* the list holds it */
}

static gboolean
is_ready (YonderNetworkCheck *self, YonderStepId id)
{
  if (yonder_check_step_get_state (yonder_network_check_get_step (self, id)) != YONDER_STEP_WAITING)
    return FALSE;
  for (guint other = 0; other < YONDER_N_STEPS; other++)
    if ((prerequisites[id] & (1u << other)) && !yonder_check_step_is_over (yonder_network_check_get_step (self, other)))
      return FALSE;
  return TRUE;
}

static void
set_running (YonderNetworkCheck *self, gboolean is_running)
{
  self->is_running = is_running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_RUNNING]);
}

static void
judge (YonderNetworkCheck *self)
{
  YonderCheckFacts facts = { .has_turn = self->has_turn, .nat = self->nat };

  for (guint id = 0; id < YONDER_N_STEPS; id++) {
    facts.state[id] = yonder_check_step_get_state (yonder_network_check_get_step (self, id));
    facts.detail[id] = yonder_check_step_get_detail (yonder_network_check_get_step (self, id));
  }
  for (guint i = 0; i < self->attempts->len; i++) {
    YonderProbeAttempt *attempt = g_ptr_array_index (self->attempts, i);
    const GError *error = yonder_probe_attempt_get_error (attempt);

    if (yonder_probe_attempt_is_turn (attempt) && error != NULL && error->domain == YONDER_STUN_ERROR)
      facts.turn_error = MAX (facts.turn_error, error->code);
  }
  self->advice = yonder_check_advice_new (&facts);
}

/* Begins every step that can. */
void
yonder_network_check_advance (YonderNetworkCheck *self)
{
  gboolean began, is_over = TRUE;

  if (!self->is_running || self->is_advancing)
    return;
  /* A step may be over as soon as it begins, and let others begin. */
  self->is_advancing = TRUE;
  do {
    began = FALSE;
    for (guint id = 0; id < YONDER_N_STEPS; id++)
      if (is_ready (self, id)) {
        began = TRUE;
        yonder_check_step_begin (yonder_network_check_get_step (self, id));
        yonder_network_check_run_step (self, id);
      }
  } while (began);
  self->is_advancing = FALSE;

  for (guint id = 0; id < YONDER_N_STEPS; id++)
    is_over &= yonder_check_step_is_over (yonder_network_check_get_step (self, id));
  if (!is_over)
    return;
  self->elapsed_ms = (yonder_clock_now_us (self->clock) - self->start_us) / 1000.0;
  judge (self);
  set_running (self, FALSE);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static void
add_attempts (YonderNetworkCheck *self, YonderIceServer *server)
{
  GPtrArray *uris = yonder_ice_server_get_uris (server);

  for (guint i = 0; i < uris->len; i++) {
    const YonderIceUri *uri = g_ptr_array_index (uris, i);
    gboolean is_tls = uri->scheme == YONDER_ICE_SCHEME_TURNS || uri->scheme == YONDER_ICE_SCHEME_STUNS;
    gboolean is_turn = uri->scheme == YONDER_ICE_SCHEME_TURNS || uri->scheme == YONDER_ICE_SCHEME_TURN;

    self->has_turn |= is_turn;
    if (is_tls && is_turn)
      g_ptr_array_add (self->attempts, yonder_probe_attempt_new (server, uri, YONDER_STUN_TLS, self->tls_database, self->clock));
    if (!is_tls && g_strcmp0 (uri->transport, "tcp") != 0)
      g_ptr_array_add (self->attempts, yonder_probe_attempt_new (server, uri, YONDER_STUN_UDP, NULL, self->clock));
    if (is_turn && !is_tls && g_strcmp0 (uri->transport, "udp") != 0)
      g_ptr_array_add (self->attempts, yonder_probe_attempt_new (server, uri, YONDER_STUN_TCP, NULL, self->clock));
  }
}

static void
reset (YonderNetworkCheck *self)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint id = 0; id < YONDER_N_STEPS; id++)
    g_ptr_array_add (steps, yonder_check_step_new (id, self->clock));
  g_list_store_splice (self->steps, 0, g_list_model_get_n_items (G_LIST_MODEL (self->steps)), steps->pdata, steps->len);

  g_ptr_array_set_size (self->attempts, 0);
  g_ptr_array_set_size (self->addresses, 0);
  g_clear_pointer (&self->advice, yonder_check_advice_free);
  g_clear_pointer (&self->name_error, g_free);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->nat = (YonderNatKind) { 0 };
  self->n_names_lost = 0;
  self->has_turn = FALSE;
}

static void
yonder_network_check_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderNetworkCheck *self = YONDER_NETWORK_CHECK (object);

  switch (id) {
    case PROP_IS_RUNNING: g_value_set_boolean (value, self->is_running); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec); break;
  }
}

static void
yonder_network_check_finalize (GObject *object)
{
  YonderNetworkCheck *self = YONDER_NETWORK_CHECK (object);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (self->helpers); i++)
    g_clear_object (&self->helpers[i]);
  g_clear_object (&self->steps);
  g_clear_object (&self->servers);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->attempts, g_ptr_array_unref);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  g_clear_pointer (&self->advice, yonder_check_advice_free);
  g_free (self->name_error);

  G_OBJECT_CLASS (yonder_network_check_parent_class)->finalize (object);
}

static void
yonder_network_check_class_init (YonderNetworkCheckClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_network_check_get_property;
  object_class->finalize = yonder_network_check_finalize;

  properties[PROP_IS_RUNNING] = g_param_spec_boolean ("is-running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);
}

static void
yonder_network_check_init (YonderNetworkCheck *self)
{
  self->steps = g_list_store_new (YONDER_TYPE_CHECK_STEP);
  self->attempts = g_ptr_array_new_with_free_func (g_object_unref);
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * yonder_network_check_new:
 * @clock: what measures and bounds
 *
 * Returns: (transfer full): a check that has not begun; its steps are there, waiting
 */
YonderNetworkCheck *
yonder_network_check_new (YonderClock *clock)
{
  YonderNetworkCheck *self = g_object_new (YONDER_TYPE_NETWORK_CHECK, NULL);

  self->clock = g_object_ref (clock);
  reset (self);
  return self;
}

void
yonder_network_check_set_servers (YonderNetworkCheck *self, GListModel *servers)
{
  g_set_object (&self->servers, servers);
}

void
yonder_network_check_set_tls_database (YonderNetworkCheck *self, GTlsDatabase *database)
{
  g_set_object (&self->tls_database, database);
}

void
yonder_network_check_set_helper (YonderNetworkCheck *self, YonderCheckErrand errand, YonderCheckHelper *helper)
{
  g_set_object (&self->helpers[errand], helper);
}

GListModel *
yonder_network_check_get_steps (YonderNetworkCheck *self)
{
  return G_LIST_MODEL (self->steps);
}

gboolean
yonder_network_check_is_running (YonderNetworkCheck *self)
{
  return self->is_running;
}

/**
 * yonder_network_check_start:
 * @self: a check that does not run
 *
 * Begins, with new steps; "finished" comes at the end. Does nothing where it runs already.
 */
void
yonder_network_check_start (YonderNetworkCheck *self)
{
  if (self->is_running)
    return;
  reset (self);
  for (guint i = 0; self->servers != NULL && i < g_list_model_get_n_items (self->servers); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (self->servers, i);

    add_attempts (self, server);
  }
  self->run++;
  self->start_us = yonder_clock_now_us (self->clock);
  set_running (self, TRUE);
  yonder_network_check_advance (self);
}

void
yonder_network_check_cancel (YonderNetworkCheck *self)
{
  if (!self->is_running)
    return;
  set_running (self, FALSE);
  self->run++;
  g_cancellable_cancel (self->cancellable);
  for (guint id = 0; id < YONDER_N_STEPS; id++)
    if (!yonder_check_step_is_over (yonder_network_check_get_step (self, id)))
      yonder_check_step_end (yonder_network_check_get_step (self, id), YONDER_STEP_SKIPPED, g_strdup (_("cancelled")));
  self->elapsed_ms = (yonder_clock_now_us (self->clock) - self->start_us) / 1000.0;
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

const YonderCheckAdvice *
yonder_network_check_get_advice (YonderNetworkCheck *self)
{
  return self->advice;
}

const YonderNatKind *
yonder_network_check_get_nat (YonderNetworkCheck *self)
{
  return &self->nat;
}

double
yonder_network_check_get_elapsed_ms (YonderNetworkCheck *self)
{
  return self->elapsed_ms;
}

GPtrArray *
yonder_network_check_get_attempts (YonderNetworkCheck *self)
{
  return self->attempts;
}
