/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-export.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Stands in for the numbers of process and page by which Chromium knows a peer connection. */
#define CONNECTION_ID "1-1"

typedef struct {
  YonderCallInspection *inspection;
  JsonBuilder          *builder;
  gint64                start_us;  /* Unix time of the click */
  gboolean              with_addresses;
  GHashTable           *names;     /* (element-type utf8 utf8): what an address is called */
} Export;

static void
add_string (Export *self, const char *name, const char *value)
{
  json_builder_set_member_name (self->builder, name);
  json_builder_add_string_value (self->builder, value);
}

static char *
format_time (Export *self, gint64 since_click_us)
{
  gint64 unix_us = self->start_us + since_click_us;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_us / G_USEC_PER_SEC);
  g_autofree char *seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03dZ", seconds, (int) (unix_us / 1000 % 1000));
}

/* One address has one name throughout, so that what belongs together can still be seen. */
static const char *
name_address (Export *self, const char *address)
{
  const char *name;

  if (self->with_addresses || address == NULL)
    return address;
  name = g_hash_table_lookup (self->names, address);
  if (name == NULL) {
    char *made = g_strdup_printf ("address-%u", g_hash_table_size (self->names) + 1);

    g_hash_table_insert (self->names, g_strdup (address), made);
    name = made;
  }
  return name;
}

static gboolean
is_address (const char *word)
{
  return g_hostname_is_ip_address (word) || g_str_has_suffix (word, ".local");
}

/* In running text: every word that is an address, of whatever peer connection. */
static char *
hide_addresses (Export *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; !self->with_addresses && words[i] != NULL; i++) {
    gsize length = strlen (words[i]);
    gsize end = length;
    g_autofree char *core = NULL;

    while (end > 0 && strchr (".,;:)", words[i][end - 1]) != NULL)
      end--;
    core = g_strndup (words[i], end);
    if (is_address (core)) {
      char *hidden = g_strconcat (name_address (self, core), words[i] + end, NULL);

      g_free (words[i]);
      words[i] = hidden;
    }
  }
  return g_strjoinv (" ", words);
}

/* --- Series --- */

/* What the viewers call it, and where in a sample it stands. */
typedef struct {
  const char *id, *type, *metric;
  gsize       offset;
  gboolean    is_integer;
  double      factor;  /* from our unit to theirs */
} Series;

#define INTEGER(id, type, metric, field) { id, type, metric, G_STRUCT_OFFSET (YonderInspectionSample, field), TRUE, 1.0 }
#define NUMBER(id, type, metric, field, factor) { id, type, metric, G_STRUCT_OFFSET (YonderInspectionSample, field), FALSE, factor }

/* Each of these is a report: its series share their times. */
static const struct { const char *id, *type; } reports[] = {
  { "IT01V", "inbound-rtp" },
  { "OT01V", "outbound-rtp" },
  { "RIV", "remote-inbound-rtp" },
};

static const Series series[] = {
  INTEGER ("IT01V", "inbound-rtp", "[bytesReceived_in_bits/s]", bitrate_in_bps),
  INTEGER ("IT01V", "inbound-rtp", "packetsLost", packets_lost),
  INTEGER ("IT01V", "inbound-rtp", "framesDecoded", frames_decoded),
  INTEGER ("IT01V", "inbound-rtp", "framesDropped", frames_dropped),
  INTEGER ("IT01V", "inbound-rtp", "freezeCount", freeze_count),
  NUMBER ("IT01V", "inbound-rtp", "jitter", jitter_ms, 0.001),
  NUMBER ("IT01V", "inbound-rtp", "framesPerSecond", fps_in, 1.0),
  INTEGER ("OT01V", "outbound-rtp", "[bytesSent_in_bits/s]", bitrate_out_bps),
  INTEGER ("OT01V", "outbound-rtp", "targetBitrate", target_bitrate_bps),
  NUMBER ("OT01V", "outbound-rtp", "framesPerSecond", fps_out, 1.0),
  NUMBER ("RIV", "remote-inbound-rtp", "roundTripTime", rtt_ms, 0.001),
  NUMBER ("RIV", "remote-inbound-rtp", "fractionLost", loss_out, 1.0),
};

static double
read_value (const YonderInspectionSample *sample, const Series *one)
{
  const char *place = (const char *) sample + one->offset;

  return one->is_integer ? (double) *(const gint64 *) place : *(const double *) place * one->factor;
}

static void
add_series_member (Export *self, const char *id, const char *metric, const char *type, gint64 from_us, gint64 to_us, const char *values)
{
  g_autofree char *name = g_strdup_printf ("%s-%s", id, metric);
  g_autofree char *from = format_time (self, from_us);
  g_autofree char *to = format_time (self, to_us);

  json_builder_set_member_name (self->builder, name);
  json_builder_begin_object (self->builder);
  add_string (self, "startTime", from);
  add_string (self, "endTime", to);
  add_string (self, "statsType", type);
  add_string (self, "values", values);
  json_builder_end_object (self->builder);
}

static void
add_series (Export *self, const Series *one, const YonderInspectionSample *samples, guint n_samples)
{
  g_autoptr (GString) values = g_string_new ("[");
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < n_samples; i++) {
    double value = read_value (&samples[i], one);

    g_string_append_printf (values, "%s%s", i > 0 ? "," : "",
                            value < 0.0 ? "null" : g_ascii_formatd (text, sizeof text, "%.6g", value));
  }
  g_string_append_c (values, ']');
  add_series_member (self, one->id, one->metric, one->type, samples[0].time_us, samples[n_samples - 1].time_us, values->str);
}

/* When each value was taken, in milliseconds of Unix time; viewers draw over these. */
static void
add_times (Export *self, const char *id, const char *type, const YonderInspectionSample *samples, guint n_samples)
{
  g_autoptr (GString) values = g_string_new ("[");

  for (guint i = 0; i < n_samples; i++)
    g_string_append_printf (values, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", (self->start_us + samples[i].time_us) / 1000);
  g_string_append_c (values, ']');
  add_series_member (self, id, "timestamp", type, samples[0].time_us, samples[n_samples - 1].time_us, values->str);
}

/* A fact that does not change is a series of one. */
static void
add_fact (Export *self, const char *id, const char *type, const char *metric, const char *text)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);
  g_autofree char *printed = json_to_string (node, FALSE);
  g_autofree char *values = g_strdup_printf ("[%s]", printed);

  add_series_member (self, id, metric, type, 0, 0, values);
}

static void
add_number_fact (Export *self, const char *id, const char *type, const char *metric, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *values = g_strdup_printf ("[%s]", g_ascii_formatd (text, sizeof text, "%.6g", number));

  add_series_member (self, id, metric, type, 0, 0, values);
}

static void
add_candidates (Export *self, GPtrArray *candidates, const char *prefix, const char *type)
{
  for (guint i = 0; i < candidates->len; i++) {
    const YonderReportCandidate *candidate = g_ptr_array_index (candidates, i);
    g_autofree char *id = g_strdup_printf ("%s%u", prefix, i);

    add_fact (self, id, type, "type", type);
    add_fact (self, id, type, "transportId", "T01");
    add_fact (self, id, type, "candidateType", yonder_candidate_type_to_string (candidate->kind));
    add_fact (self, id, type, "protocol", candidate->protocol);
    add_fact (self, id, type, "address", name_address (self, candidate->address));
    add_number_fact (self, id, type, "port", candidate->port);
    add_number_fact (self, id, type, "priority", candidate->priority);
    if (candidate->relay_protocol != NULL)
      add_fact (self, id, type, "relayProtocol", candidate->relay_protocol);
    if (candidate->server != NULL)
      add_fact (self, id, type, "url", is_address (candidate->server) ? name_address (self, candidate->server) : candidate->server);
  }
}

static void
add_pairs (Export *self, const YonderIceReport *report)
{
  for (guint i = 0; i < report->pairs->len; i++) {
    const YonderReportPair *pair = g_ptr_array_index (report->pairs, i);
    g_autofree char *id = g_strdup_printf ("CP%u", i);
    g_autofree char *local = g_strdup_printf ("L%u", pair->local);
    g_autofree char *remote = g_strdup_printf ("R%u", pair->remote);

    add_fact (self, id, "candidate-pair", "type", "candidate-pair");
    add_fact (self, id, "candidate-pair", "transportId", "T01");
    add_fact (self, id, "candidate-pair", "localCandidateId", local);
    add_fact (self, id, "candidate-pair", "remoteCandidateId", remote);
    add_fact (self, id, "candidate-pair", "state", yonder_pair_state_to_string (pair->state));
    add_series_member (self, id, "nominated", "candidate-pair", 0, 0, pair->is_nominated ? "[true]" : "[false]");
    add_number_fact (self, id, "candidate-pair", "requestsSent", pair->n_requests);
    add_number_fact (self, id, "candidate-pair", "responsesReceived", pair->n_responses);
    if (pair->rtt_ms >= 0.0)
      add_number_fact (self, id, "candidate-pair", "currentRoundTripTime", pair->rtt_ms / 1000.0);
    if (pair->is_selected)
      add_fact (self, "T01", "transport", "selectedCandidatePairId", id);
  }
}

static void
add_stats (Export *self)
{
  YonderIceReport *report = yonder_call_inspection_get_report (self->inspection);
  guint n_samples;
  const YonderInspectionSample *samples = yonder_call_inspection_get_samples (self->inspection, &n_samples);

  json_builder_set_member_name (self->builder, "stats");
  json_builder_begin_object (self->builder);
  for (guint i = 0; i < G_N_ELEMENTS (reports) && n_samples > 0; i++) {
    add_fact (self, reports[i].id, reports[i].type, "type", reports[i].type);
    add_fact (self, reports[i].id, reports[i].type, "kind", "video");
    add_times (self, reports[i].id, reports[i].type, samples, n_samples);
  }
  for (guint i = 0; i < G_N_ELEMENTS (series) && n_samples > 0; i++)
    add_series (self, &series[i], samples, n_samples);
  if (report != NULL) {
    add_fact (self, "T01", "transport", "type", "transport");
    add_fact (self, "T01", "transport", "dtlsState", yonder_dtls_state_to_string (report->dtls));
    add_candidates (self, report->local, "L", "local-candidate");
    add_candidates (self, report->remote, "R", "remote-candidate");
    add_pairs (self, report);
  }
  json_builder_end_object (self->builder);
}

/* --- The log --- */

static void
add_log (Export *self)
{
  GListModel *timeline = yonder_call_inspection_get_timeline (self->inspection);
  g_autoptr (GEnumClass) kinds = g_type_class_ref (YONDER_TYPE_TIMELINE_KIND);

  json_builder_set_member_name (self->builder, "updateLog");
  json_builder_begin_array (self->builder);
  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++) {
    g_autoptr (YonderTimelineEntry) entry = g_list_model_get_item (timeline, i);
    g_autofree char *time = format_time (self, yonder_timeline_entry_get_time_us (entry));
    g_autofree char *text = hide_addresses (self, yonder_timeline_entry_get_text (entry));
    GEnumValue *kind = g_enum_get_value (kinds, yonder_timeline_entry_get_kind (entry));

    json_builder_begin_object (self->builder);
    /* Chromium wrote the first until 2023, and writes the second since then */
    add_string (self, "time", time);
    json_builder_set_member_name (self->builder, "timestamp");
    json_builder_add_double_value (self->builder, (self->start_us + yonder_timeline_entry_get_time_us (entry)) / 1000.0);
    add_string (self, "type", kind != NULL ? kind->value_nick : "other");
    add_string (self, "value", text);
    json_builder_end_object (self->builder);
  }
  json_builder_end_array (self->builder);
}

/* As JSON text in JSON. No server is named: whoever lends credentials may not want to be known by them. */
static void
add_configuration (Export *self, const char *from)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), from != NULL ? from : "");
  g_autofree char *printed = json_to_string (node, FALSE);
  g_autofree char *configuration = g_strdup_printf ("{\"yonderServersFrom\":%s}", printed);

  add_string (self, "rtcConfiguration", configuration);
}

static void
add_connection (Export *self)
{
  const YonderDiagnosis *diagnosis = yonder_call_inspection_get_diagnosis (self->inspection);
  g_autofree char *sentence = yonder_diagnosis_to_sentence (diagnosis);
  g_autofree char *clean = NULL;
  const char *from = yonder_call_inspection_get_servers_from (self->inspection);

  json_builder_set_member_name (self->builder, CONNECTION_ID);
  json_builder_begin_object (self->builder);
  json_builder_set_member_name (self->builder, "pid");
  json_builder_add_int_value (self->builder, 1);
  json_builder_set_member_name (self->builder, "rid");
  json_builder_add_int_value (self->builder, 1);
  add_string (self, "url", "yonder:call");
  add_configuration (self, from);
  add_string (self, "constraints", "");
  add_stats (self);
  add_log (self);
  clean = hide_addresses (self, sentence);
  add_string (self, "yonderDiagnosis", yonder_diagnosis_code_to_string (diagnosis->code));
  add_string (self, "yonderSentence", clean);
  json_builder_end_object (self->builder);
}

/**
 * yonder_call_export:
 * @inspection: a call
 * @with_addresses: whether IP addresses may stay in
 *
 * Returns: (transfer full): JSON text
 */
char *
yonder_call_export (YonderCallInspection *inspection, gboolean with_addresses)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Export self = {
    .inspection = inspection,
    .builder = builder,
    .start_us = g_date_time_to_unix_usec (yonder_call_inspection_get_start (inspection)),
    .with_addresses = with_addresses,
    .names = names,
  };

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "getUserMedia");
  json_builder_begin_array (builder);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "PeerConnections");
  json_builder_begin_object (builder);
  add_connection (&self);
  json_builder_end_object (builder);
  add_string (&self, "UserAgent", "Yonder");
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}
