/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-check-step.h"

#include <glib/gi18n.h>

struct _YonderCheckStep {
  GObject parent_instance;

  YonderStepId    id;
  YonderClock    *clock;
  YonderStepState state;
  char           *detail;
  gint64          start_us;
  double          elapsed_ms;
};

G_DEFINE_FINAL_TYPE (YonderCheckStep, yonder_check_step, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (YonderStepState, yonder_step_state,
                    G_DEFINE_ENUM_VALUE (YONDER_STEP_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (YONDER_STEP_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (YONDER_STEP_PASSED, "passed"),
                    G_DEFINE_ENUM_VALUE (YONDER_STEP_WARNING, "warning"),
                    G_DEFINE_ENUM_VALUE (YONDER_STEP_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (YONDER_STEP_SKIPPED, "skipped"))

enum {
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  PROP_DETAIL,
  PROP_ELAPSED_MS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const struct {
  const char *name, *title;
} words[YONDER_N_STEPS] = {
  [YONDER_STEP_NAMES] = { "names", N_("Name lookup") },
  [YONDER_STEP_SERVER_HTTP] = { "server-http", N_("Call server over HTTP") },
  [YONDER_STEP_SERVER_WEBSOCKET] = { "server-websocket", N_("Call server over WebSocket") },
  [YONDER_STEP_STUN_UDP] = { "stun-udp", N_("STUN over UDP") },
  [YONDER_STEP_TURN_UDP] = { "turn-udp", N_("TURN relay over UDP") },
  [YONDER_STEP_TURN_TCP] = { "turn-tcp", N_("TURN relay over TCP") },
  [YONDER_STEP_TURN_TLS] = { "turn-tls", N_("TURN relay over TLS") },
  [YONDER_STEP_NAT] = { "nat", N_("Kind of router (NAT)") },
  [YONDER_STEP_HIGH_PORTS] = { "high-ports", N_("UDP to high ports") },
  [YONDER_STEP_IPV6] = { "ipv6", N_("IPv6") },
  [YONDER_STEP_LOOP_CALL] = { "loop-call", N_("Test call through the relay") },
  [YONDER_STEP_CAMERA] = { "camera", N_("Camera") },
  [YONDER_STEP_MICROPHONE] = { "microphone", N_("Microphone") },
  [YONDER_STEP_OFFER] = { "offer", N_("Setting up a call") },
};

static void
yonder_check_step_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderCheckStep *self = YONDER_CHECK_STEP (object);

  switch (id) {
    case PROP_TITLE: g_value_set_string (value, yonder_check_step_get_title (self)); break;
    case PROP_STATE: g_value_set_enum (value, self->state); break;
    case PROP_DETAIL: g_value_set_string (value, self->detail); break;
    case PROP_ELAPSED_MS: g_value_set_double (value, self->elapsed_ms); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec); break;
  }
}

static void
yonder_check_step_finalize (GObject *object)
{
  YonderCheckStep *self = YONDER_CHECK_STEP (object);

  g_clear_object (&self->clock);
  g_free (self->detail);

  G_OBJECT_CLASS (yonder_check_step_parent_class)->finalize (object);
}

static void
yonder_check_step_class_init (YonderCheckStepClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_check_step_get_property;
  object_class->finalize = yonder_check_step_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, YONDER_TYPE_STEP_STATE, YONDER_STEP_WAITING,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ELAPSED_MS] = g_param_spec_double ("elapsed-ms", NULL, NULL, -1, G_MAXDOUBLE, -1,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_check_step_init (YonderCheckStep *self)
{
  self->detail = g_strdup ("");
  self->elapsed_ms = -1;
}

YonderCheckStep *
yonder_check_step_new (YonderStepId id, YonderClock *clock)
{
  YonderCheckStep *self = g_object_new (YONDER_TYPE_CHECK_STEP, NULL);

  self->id = id;
  self->clock = g_object_ref (clock);
  return self;
}

void
yonder_check_step_begin (YonderCheckStep *self)
{
  self->start_us = yonder_clock_now_us (self->clock);
  self->state = YONDER_STEP_RUNNING;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
yonder_check_step_end (YonderCheckStep *self, YonderStepState state, char *detail)
{
  if (state != YONDER_STEP_SKIPPED)
    self->elapsed_ms = (yonder_clock_now_us (self->clock) - self->start_us) / 1000.0;
  g_free (self->detail);
  self->detail = detail;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DETAIL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ELAPSED_MS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

YonderStepId
yonder_check_step_get_id (YonderCheckStep *self)
{
  return self->id;
}

const char *
yonder_check_step_get_name (YonderCheckStep *self)
{
  return words[self->id].name;
}

const char *
yonder_check_step_get_title (YonderCheckStep *self)
{
  return _(words[self->id].title);
}

YonderStepState
yonder_check_step_get_state (YonderCheckStep *self)
{
  return self->state;
}

const char *
yonder_check_step_get_state_name (YonderCheckStep *self)
{
  static const char * const names[] = { "waiting", "running", "passed", "warning", "failed", "skipped" };

  return names[self->state];
}

gboolean
yonder_check_step_is_over (YonderCheckStep *self)
{
  return self->state > YONDER_STEP_RUNNING;
}

const char *
yonder_check_step_get_detail (YonderCheckStep *self)
{
  return self->detail;
}

double
yonder_check_step_get_elapsed_ms (YonderCheckStep *self)
{
  return self->elapsed_ms;
}
