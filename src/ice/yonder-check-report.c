/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of YonderNetworkCheck: a table for people, JSON for programs. Neither has a user name or a credential in it. */

#include "yonder-network-check-private.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>

#include "yonder-json.h"
#include "yonder-probe-attempt.h"
#include "yonder-stun-error.h"

static const char *
state_word (YonderStepState state)
{
  switch (state) {
    case YONDER_STEP_PASSED: return _("passed");
    case YONDER_STEP_WARNING: return _("warning");
    case YONDER_STEP_FAILED: return _("FAILED");
    case YONDER_STEP_SKIPPED: return _("skipped");
    case YONDER_STEP_RUNNING: return _("running");
    default: return _("waiting");
  }
}

static void
pad_to (GString *text, const char *word, gsize width)
{
  g_string_append (text, word);
  for (gsize length = (gsize) g_utf8_strlen (word, -1); length < width; length++)
    g_string_append_c (text, ' ');
}

/**
 * yonder_network_check_print_text:
 * @self: a check that is finished
 *
 * Returns: (transfer full): a line for each step, the sentence, what to do, and where it helps a configuration for a TURN server
 */
char *
yonder_network_check_print_text (YonderNetworkCheck *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize width = 0, state_width = 0;

  for (guint id = 0; id < YONDER_N_STEPS; id++) {
    YonderCheckStep *step = yonder_network_check_get_step (self, id);

    width = MAX (width, (gsize) g_utf8_strlen (yonder_check_step_get_title (step), -1));
    state_width = MAX (state_width, (gsize) g_utf8_strlen (state_word (yonder_check_step_get_state (step)), -1));
  }
  for (guint id = 0; id < YONDER_N_STEPS; id++) {
    YonderCheckStep *step = yonder_network_check_get_step (self, id);

    pad_to (text, yonder_check_step_get_title (step), width + 2);
    pad_to (text, state_word (yonder_check_step_get_state (step)), state_width + 2);
    if (yonder_check_step_get_elapsed_ms (step) >= 0)
      g_string_append_printf (text, "%6.0f ms  ", yonder_check_step_get_elapsed_ms (step));
    else
      g_string_append (text, "           ");
    g_string_append (text, yonder_check_step_get_detail (step));
    g_string_append_c (text, '\n');
  }

  if (self->advice != NULL) {
    g_string_append_printf (text, "\n%s\n", self->advice->sentence);
    if (self->advice->action != NULL)
      g_string_append_printf (text, "%s\n", self->advice->action);
    if (self->advice->wants_turn) {
      g_autofree char *conf = yonder_check_advice_make_turnserver_conf ();

      g_string_append_printf (text, "\n%s", conf);
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Whole milliseconds for what a person waits for, tenths for round trips. */
static void
set_elapsed_ms (JsonObject *object, double ms)
{
  if (ms >= 0)
    json_object_set_int_member (object, "elapsed_ms", (gint64) round (ms));
  else
    json_object_set_null_member (object, "elapsed_ms");
}

static void
set_ms (JsonObject *object, const char *name, gint64 us)
{
  if (us >= 0)
    json_object_set_double_member (object, name, round (us / 100.0) / 10);
  else
    json_object_set_null_member (object, name);
}

static void
set_address (JsonObject *object, const char *name, GInetSocketAddress *address)
{
  g_autofree char *text = address != NULL ? yonder_inet_socket_address_print (address) : NULL;

  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static const char *
attempt_state_name (YonderProbeState state)
{
  static const char * const names[] = { "waiting", "running", "works", "doubtful", "failed" };

  return names[state];
}

/**
 * yonder_probe_attempt_to_json:
 * @self: an attempt
 *
 * Returns: (transfer full): what it learned, for programs
 */
JsonNode *
yonder_probe_attempt_to_json (YonderProbeAttempt *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *url = yonder_ice_uri_print (yonder_probe_attempt_get_uri (self));
  g_autofree char *protocol = g_ascii_strdown (yonder_stun_protocol_get_name (yonder_probe_attempt_get_protocol (self)), -1);
  const GError *error = yonder_probe_attempt_get_error (self);

  json_object_set_string_member (object, "url", url);
  json_object_set_string_member (object, "protocol", protocol);
  json_object_set_string_member (object, "state", attempt_state_name (yonder_probe_attempt_get_state (self)));
  set_address (object, "server", yonder_probe_attempt_get_server_address (self));
  set_address (object, "reflexive", yonder_probe_attempt_get_reflexive (self));
  set_address (object, "relayed", yonder_probe_attempt_get_relayed (self));
  set_ms (object, "rtt_ms", yonder_probe_attempt_get_rtt_us (self));
  set_ms (object, "relay_rtt_ms", yonder_probe_attempt_get_relay_rtt_us (self));
  set_elapsed_ms (object, yonder_probe_attempt_get_elapsed_us (self) / 1000.0);
  if (yonder_probe_attempt_get_tls_version (self) != NULL)
    json_object_set_string_member (object, "tls", yonder_probe_attempt_get_tls_version (self));
  if (yonder_probe_attempt_get_software (self) != NULL)
    json_object_set_string_member (object, "software", yonder_probe_attempt_get_software (self));
  if (error != NULL) {
    json_object_set_string_member (object, "error", error->message);
    /* the protocol's own codes alone: the others are not promised */
    if (error->domain == YONDER_STUN_ERROR && error->code >= YONDER_STUN_ERROR_TRY_ALTERNATE)
      json_object_set_int_member (object, "code", error->code);
    else if (g_error_matches (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_EXPIRED))
      json_object_set_int_member (object, "code", YONDER_STUN_ERROR_UNAUTHORIZED);
  }
  return json_node_init_object (json_node_alloc (), object);
}

static JsonArray *
list_steps (YonderNetworkCheck *self)
{
  JsonArray *steps = json_array_new ();

  for (guint id = 0; id < YONDER_N_STEPS; id++) {
    YonderCheckStep *step = yonder_network_check_get_step (self, id);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "name", yonder_check_step_get_name (step));
    json_object_set_string_member (object, "title", yonder_check_step_get_title (step));
    json_object_set_string_member (object, "state", yonder_check_step_get_state_name (step));
    set_elapsed_ms (object, yonder_check_step_get_elapsed_ms (step));
    json_object_set_string_member (object, "detail", yonder_check_step_get_detail (step));
    json_array_add_object_element (steps, object);
  }
  return steps;
}

/**
 * yonder_network_check_print_json:
 * @self: a check that is finished
 *
 * Returns: (transfer full): one object: verdict ("good", "limited", "bad", or null where it was cancelled), sentence, action,
 * elapsed_ms, nat, steps,
 *   servers
 */
char *
yonder_network_check_print_json (YonderNetworkCheck *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = NULL;
  JsonObject *nat = json_object_new ();
  JsonArray *servers = json_array_new ();

  if (self->advice != NULL)
    json_object_set_string_member (object, "verdict", yonder_verdict_get_name (self->advice->verdict));
  else
    json_object_set_null_member (object, "verdict");
  json_object_set_string_member (object, "sentence", self->advice != NULL ? self->advice->sentence : _("cancelled"));
  json_object_set_string_member (object, "action", self->advice != NULL &&
                                 self->advice->action != NULL ? self->advice->action : "");
  set_elapsed_ms (object, self->elapsed_ms);
  json_object_set_string_member (nat, "mapping", yonder_nat_behaviour_get_name (self->nat.mapping));
  json_object_set_string_member (nat, "filtering", yonder_nat_behaviour_get_name (self->nat.filtering));
  json_object_set_object_member (object, "nat", nat);
  json_object_set_array_member (object, "steps", list_steps (self));
  for (guint i = 0; i < self->attempts->len; i++)
    json_array_add_element (servers, yonder_probe_attempt_to_json (g_ptr_array_index (self->attempts, i)));
  json_object_set_array_member (object, "servers", servers);

  root = json_node_init_object (json_node_alloc (), object);
  return yonder_json_print (root);
}
