/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-output.h"

#include "yonder-foreign-text.h"
#include "yonder-profile.h"
#include "yonder-server.h"
#include "yonder-signaling.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

struct _YonderCliOutput {
  gboolean json;
  gint64   start_us;
};

YonderCliOutput *
yonder_cli_output_new (gboolean json, gint64 start_us)
{
  YonderCliOutput *self = g_new0 (YonderCliOutput, 1);

  self->json = json;
  self->start_us = start_us;

  return self;
}

void
yonder_cli_output_free (YonderCliOutput *self)
{
  g_free (self);
}

/* A line of JSON as it grows. Not JsonBuilder: that writes 12.3 as 12.300000000000001. */
static GString *
line_new (const char *event)
{
  GString *line = g_string_new (NULL);

  g_string_printf (line, "{\"event\":\"%s\"", event);

  return line;
}

static char *
quote (const char *value)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);

  if (value == NULL)
    return g_strdup ("null");
  json_node_set_string (node, value);
  return json_to_string (node, FALSE);
}

static void
add_string (GString *line, const char *name, const char *value)
{
  g_autofree char *text = quote (value);

  g_string_append_printf (line, ",\"%s\":%s", name, text);
}

static void
add_integer (GString *line, const char *name, gint64 value)
{
  g_string_append_printf (line, ",\"%s\":%" G_GINT64_FORMAT, name, value);
}

/* What is not known is -1 in YonderMediaStats, and so it is here. */
static void
add_number (GString *line, const char *name, double value, const char *format)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (line, ",\"%s\":%s", name, value == -1 ? "-1" : g_ascii_formatd (text, sizeof text, format, value));
}

static void
add_boolean (GString *line, const char *name, gboolean value)
{
  g_string_append_printf (line, ",\"%s\":%s", name, value ? "true" : "false");
}

static double
elapsed_ms (YonderCliOutput *self)
{
  return (g_get_monotonic_time () - self->start_us) / 1000.0;
}

static void
add_time (YonderCliOutput *self, GString *line)
{
  add_number (line, "t", elapsed_ms (self), "%.1f");
}

static void
print_line (GString *line)
{
  g_string_append_c (line, '}');
  puts (line->str);
  fflush (stdout);
  g_string_free (line, TRUE);
}

static void
print_text (YonderCliOutput *self, const char *text)
{
  g_autofree char *clean = yonder_foreign_text_clean (text, -1);

  g_print ("%7.1f s  %s\n", elapsed_ms (self) / 1000, clean);
  fflush (stdout);
}

void
yonder_cli_output_state (YonderCliOutput *self, const char *call_id, const char *name, const char *reason, const char *text)
{
  GString *line;

  if (!self->json) {
    if (text != NULL)
      print_text (self, text);
    return;
  }

  line = line_new ("state");
  add_string (line, "call", call_id);
  add_string (line, "name", name);
  add_time (self, line);
  if (reason != NULL)
    add_string (line, "reason", reason);
  print_line (line);
}

/* How the call is connected. */
void
yonder_cli_output_path (YonderCliOutput *self, const char *call_id, const char *code, const char *sentence)
{
  GString *line;

  if (!self->json) {
    print_text (self, sentence);
    return;
  }

  line = line_new ("path");
  add_string (line, "call", call_id);
  add_string (line, "diagnosis", code);
  add_string (line, "sentence", sentence);
  add_time (self, line);
  print_line (line);
}

void
yonder_cli_output_servers (YonderCliOutput *self, const char *call_id, YonderIceConfig *config)
{
  g_autofree char *sentence = yonder_ice_config_describe (config);
  g_autofree char *sources = yonder_ice_config_dup_sources (config);
  const char * const *failures = yonder_ice_config_get_failures (config);
  GString *line;

  if (!self->json) {
    print_text (self, sentence);
    for (guint i = 0; failures[i] != NULL; i++)
      print_text (self, failures[i]);
    return;
  }

  line = line_new ("servers");
  add_string (line, "call", call_id);
  add_string (line, "from", sources);
  add_string (line, "sentence", sentence);
  g_string_append (line, ",\"failures\":[");
  for (guint i = 0; failures[i] != NULL; i++) {
    g_autofree char *text = quote (failures[i]);

    g_string_append_printf (line, "%s%s", i > 0 ? "," : "", text);
  }
  g_string_append_c (line, ']');
  add_time (self, line);
  print_line (line);
}

/* For programs, the end and what is known of its causes in one line; for people it is said by yonder_cli_output_error(). */
void
yonder_cli_output_end (YonderCliOutput *self, const char *call_id, const char *reason, const char *code, const char *sentence, const char *text)
{
  GString *line;

  if (!self->json) {
    print_text (self, text);
    return;
  }

  line = line_new ("state");
  add_string (line, "call", call_id);
  add_string (line, "name", "ended");
  add_time (self, line);
  add_string (line, "reason", reason);
  add_string (line, "diagnosis", code);
  add_string (line, "sentence", sentence);
  print_line (line);
}

/* End-of-candidates is no candidate and has no line. */
void
yonder_cli_output_candidate (YonderCliOutput *self, gboolean is_local, YonderIceCandidate *candidate, gboolean is_queued)
{
  GString *line;

  if (!self->json || yonder_ice_candidate_is_end (candidate))
    return;

  line = line_new ("candidate");
  add_string (line, "side", is_local ? "local" : "remote");
  add_string (line, "type", yonder_ice_candidate_get_type_name (candidate));
  add_string (line, "protocol", yonder_ice_candidate_get_protocol (candidate));
  add_string (line, "address", yonder_ice_candidate_get_address (candidate));
  add_integer (line, "port", yonder_ice_candidate_get_port (candidate));
  add_boolean (line, "queued", is_queued);
  add_time (self, line);
  print_line (line);
}

/* What both people can compare, to know that nobody sits between them. */
void
yonder_cli_output_safety_code (YonderCliOutput *self, const char *call_id, const char *code)
{
  GString *line;

  if (!self->json) {
    yonder_cli_output_note (self, _("Safety code: %s"), code);
    return;
  }
  line = line_new ("safety-code");
  add_string (line, "call", call_id);
  add_string (line, "code", code);
  add_time (self, line);
  print_line (line);
}

/* What the other side tells of itself. */
void
yonder_cli_output_peer_state (YonderCliOutput *self, const char *call_id, YonderConversation *conversation)
{
  GString *line;

  if (!self->json)
    return;
  line = line_new ("peer-state");
  add_string (line, "call", call_id);
  add_boolean (line, "muted", yonder_conversation_is_peer_muted (conversation));
  add_boolean (line, "camera_off", yonder_conversation_is_peer_camera_off (conversation));
  add_boolean (line, "held", yonder_conversation_is_peer_holding (conversation));
  add_boolean (line, "sharing", yonder_conversation_is_peer_sharing (conversation));
  add_time (self, line);
  print_line (line);
}

/* A text of the other side. A terminal gets it as one line. */
void
yonder_cli_output_text (YonderCliOutput *self, const char *call_id, const char *name, const char *text)
{
  GString *line;

  if (!self->json) {
    g_autofree char *clean = yonder_foreign_text_clean (text, -1);

    yonder_cli_output_note (self, "%s: %s", name, clean);
    return;
  }
  line = line_new ("text");
  add_string (line, "call", call_id);
  add_string (line, "text", text);
  add_time (self, line);
  print_line (line);
}

/* Where the two can meet in place of a call that came to nothing. */
void
yonder_cli_output_meeting (YonderCliOutput *self, const char *call_id, const char *uri)
{
  GString *line;

  if (!self->json) {
    yonder_cli_output_note (self, _("Meet in the browser instead: %s"), uri);
    return;
  }
  line = line_new ("meeting");
  add_string (line, "call", call_id);
  add_string (line, "uri", uri);
  add_time (self, line);
  print_line (line);
}

static void
add_pair (GString *line, const YonderMediaStats *stats)
{
  if (stats->local_type == NULL) {
    g_string_append (line, ",\"pair\":null");
    return;
  }

  g_string_append_printf (line, ",\"pair\":{\"local\":\"%s\",\"remote\":\"%s\",\"protocol\":\"%s\",\"relay_protocol\":",
                          stats->local_type, stats->remote_type != NULL ? stats->remote_type : "", stats->protocol != NULL ? stats->protocol : "");
  g_string_append_printf (line, stats->relay_protocol != NULL ? "\"%s\"}" : "null}", stats->relay_protocol);
}

static char *
describe_stats (const YonderMediaStats *stats)
{
  GString *text = g_string_new (NULL);

  if (stats->width_in > 0)
    g_string_append_printf (text, _("in %.0f fps %d×%d "), MAX (stats->fps_in, 0), stats->width_in, stats->height_in);
  else
    g_string_append (text, _("in "));
  g_string_append_printf (text, _("%.2f Mbit/s, out %.2f Mbit/s"), MAX (stats->bitrate_in_bps, 0) / 1e6, MAX (stats->bitrate_out_bps, 0) / 1e6);
  if (stats->rtt_ms >= 0)
    g_string_append_printf (text, _(", round trip %.0f ms"), stats->rtt_ms);
  if (stats->loss_in >= 0)
    g_string_append_printf (text, _(", loss %.1f %%"), 100 * stats->loss_in);
  if (stats->latency_ms >= 0)
    g_string_append_printf (text, _(", latency %.0f ms"), stats->latency_ms);
  if (stats->freeze_count > 0)
    g_string_append_printf (text, ngettext (", %d freeze", ", %d freezes", (gulong) stats->freeze_count), (int) stats->freeze_count);

  return g_string_free (text, FALSE);
}

void
yonder_cli_output_stats (YonderCliOutput *self, const YonderMediaStats *stats)
{
  GString *line;

  if (!self->json) {
    g_autofree char *text = describe_stats (stats);

    print_text (self, text);
    return;
  }

  line = line_new ("stats");
  add_time (self, line);
  add_number (line, "fps_in", stats->fps_in, "%.1f");
  add_number (line, "fps_out", stats->fps_out, "%.1f");
  add_integer (line, "width_in", stats->width_in);
  add_integer (line, "height_in", stats->height_in);
  add_integer (line, "bitrate_in", stats->bitrate_in_bps);
  add_integer (line, "bitrate_out", stats->bitrate_out_bps);
  add_integer (line, "target_bitrate", stats->target_bitrate_bps);
  add_integer (line, "packets_lost", stats->packets_lost);
  add_number (line, "loss_in", stats->loss_in, "%.4f");
  add_number (line, "jitter_ms", stats->jitter_ms, "%.2f");
  add_number (line, "rtt_ms", stats->rtt_ms, "%.2f");
  add_integer (line, "freeze_count", stats->freeze_count);
  add_integer (line, "freeze_ms", stats->freeze_ms);
  add_integer (line, "frames_decoded", stats->frames_decoded);
  add_integer (line, "frames_dropped", stats->frames_dropped);
  add_number (line, "latency_ms", stats->latency_ms, "%.0f");
  add_number (line, "audio_level_in", stats->audio_level_in_dbov, "%.1f");
  add_pair (line, stats);
  print_line (line);
}

void
yonder_cli_output_error (YonderCliOutput *self, const char *code, const char *message)
{
  g_autofree char *clean = yonder_foreign_text_clean (message, -1);

  if (self->json) {
    GString *line = line_new ("error");

    add_string (line, "code", code);
    add_string (line, "message", message);
    print_line (line);
  }

  g_printerr ("yonder-cli: %s\n", clean);
}

void
yonder_cli_output_serving (YonderCliOutput *self, const char *uri)
{
  GString *line;

  if (!self->json) {
    g_print (_("Calls are served at %s\n"), uri);
    fflush (stdout);
    return;
  }

  line = line_new ("serving");
  add_string (line, "uri", uri);
  add_time (self, line);
  print_line (line);
}

void
yonder_cli_output_profile (YonderCliOutput *self, const char *file, const char *name, const char *flow)
{
  GString *line;

  if (!self->json) {
    g_print (_("%s is a good profile: “%s”, %s\n"), file, name, flow);
    return;
  }

  line = line_new ("profile");
  add_string (line, "file", file);
  add_string (line, "name", name);
  add_string (line, "flow", flow);
  print_line (line);
}

/* What YonderNetworkCheck and YonderProbeAttempt write themselves, as the fields of a line. */
static void
add_fields (GString *line, const char *object)
{
  g_string_append_c (line, ',');
  g_string_append_len (line, object + 1, (gssize) strlen (object) - 2);
}

void
yonder_cli_output_attempt (YonderCliOutput *self, YonderProbeAttempt *attempt)
{
  g_autofree char *title = yonder_probe_attempt_dup_title (attempt);
  g_autofree char *detail = yonder_probe_attempt_dup_detail (attempt);
  g_autofree char *url = yonder_ice_uri_print (yonder_probe_attempt_get_uri (attempt));
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *object = NULL;
  GString *line;

  if (!self->json) {
    static const char * const marks[] = { N_("waiting"), N_("running"), N_("works"), N_("doubtful"), N_("FAILED") };

    g_print ("%-14s  %-8s  %6.0f ms  %s  %s\n", title, _(marks[yonder_probe_attempt_get_state (attempt)]),
             yonder_probe_attempt_get_elapsed_us (attempt) / 1000.0, url, detail);
    fflush (stdout);
    return;
  }

  line = line_new ("attempt");
  node = yonder_probe_attempt_to_json (attempt);
  object = json_to_string (node, FALSE);
  add_fields (line, object);
  add_time (self, line);
  print_line (line);
}

void
yonder_cli_output_probe (YonderCliOutput *self, YonderIceProbe *probe)
{
  static const char * const states[] = { "waiting", "running", "works", "doubtful", "failed" };
  g_autofree char *summary = yonder_ice_probe_dup_summary (probe);
  GString *line;

  if (!self->json) {
    g_print ("\n%s\n", summary);
    return;
  }

  line = line_new ("probe");
  add_string (line, "state", states[yonder_ice_probe_get_state (probe)]);
  add_string (line, "summary", summary);
  add_time (self, line);
  print_line (line);
}

/* For people the whole table is printed in the end, in the order of the ladder. */
void
yonder_cli_output_step (YonderCliOutput *self, YonderCheckStep *step)
{
  GString *line;

  if (!self->json)
    return;

  line = line_new ("step");
  add_string (line, "name", yonder_check_step_get_name (step));
  add_string (line, "state", yonder_check_step_get_state_name (step));
  add_string (line, "detail", yonder_check_step_get_detail (step));
  add_number (line, "elapsed_ms", yonder_check_step_get_elapsed_ms (step), "%.1f");
  add_time (self, line);
  print_line (line);
}

void
yonder_cli_output_check (YonderCliOutput *self, YonderNetworkCheck *check)
{
  g_autofree char *text = NULL;
  GString *line;

  if (!self->json) {
    text = yonder_network_check_print_text (check);
    g_print ("%s", text);
    fflush (stdout);
    return;
  }

  text = yonder_network_check_print_json (check);
  line = line_new ("check");
  add_fields (line, text);
  add_time (self, line);
  print_line (line);
}

void
yonder_cli_output_note (YonderCliOutput *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  if (self->json)
    return;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  print_text (self, text);
}

const char *
yonder_cli_error_code (const GError *error)
{
  const struct { GQuark domain; int code; const char *name; } codes[] = {
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE, "unreachable" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_CERTIFICATE, "certificate" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, "not-a-call-server" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_OLD_PROTOCOL, "old-protocol" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED, "unauthorized" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED, "rejected" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST, "signaling-lost" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_TIMED_OUT, "timed-out" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL, "protocol" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_ALLOWED, "not-allowed" },
    { YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID, "invalid" },
    { YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_ADDRESS_IN_USE, "address-in-use" },
    { YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_LISTEN, "listen" },
    { YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_STORE, "store" },
    { YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_CERTIFICATE, "certificate" },
    { YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_SYNTAX, "profile" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, codes[i].domain, codes[i].code))
      return codes[i].name;

  return error->domain == YONDER_MEDIA_ERROR ? "media" : "failed";
}
