/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-record-private.h"

#include <string.h>

enum {
  PROP_0,
  PROP_ACCOUNT,
  PROP_PEER_ID,
  PROP_PEER_NAME,
  PROP_KIND,
  PROP_IS_OUTGOING,
  PROP_IS_MISSED,
  PROP_IS_SEEN,
  PROP_START,
  PROP_DURATION_S,
  PROP_END_REASON,
  PROP_END_DETAIL,
  PROP_ROUTE,
  PROP_QUALITY,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (YonderCallRecord, yonder_call_record, G_TYPE_OBJECT)

static void
yonder_call_record_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderCallRecord *self = YONDER_CALL_RECORD (object);

  switch (id) {
  case PROP_ACCOUNT:
    g_value_set_string (value, self->account);
    break;
  case PROP_PEER_ID:
    g_value_set_string (value, self->peer_id);
    break;
  case PROP_PEER_NAME:
    g_value_set_string (value, self->peer_name);
    break;
  case PROP_KIND:
    g_value_set_enum (value, (int) self->kind);
    break;
  case PROP_IS_OUTGOING:
    g_value_set_boolean (value, self->is_outgoing);
    break;
  case PROP_IS_MISSED:
    g_value_set_boolean (value, yonder_call_record_is_missed (self));
    break;
  case PROP_IS_SEEN:
    g_value_set_boolean (value, self->is_seen);
    break;
  case PROP_START:
    g_value_set_boxed (value, self->start);
    break;
  case PROP_DURATION_S:
    g_value_set_int64 (value, self->duration_s);
    break;
  case PROP_END_REASON:
    g_value_set_enum (value, (int) self->end_reason);
    break;
  case PROP_END_DETAIL:
    g_value_set_string (value, self->end_detail);
    break;
  case PROP_ROUTE:
    g_value_set_string (value, self->route);
    break;
  case PROP_QUALITY:
    g_value_set_enum (value, (int) self->quality);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_call_record_finalize (GObject *object)
{
  YonderCallRecord *self = YONDER_CALL_RECORD (object);

  g_free (self->id);
  g_free (self->account);
  g_free (self->peer_id);
  g_free (self->peer_name);
  g_clear_pointer (&self->start, g_date_time_unref);
  g_free (self->end_detail);
  g_free (self->route);

  G_OBJECT_CLASS (yonder_call_record_parent_class)->finalize (object);
}

static void
yonder_call_record_class_init (YonderCallRecordClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = yonder_call_record_get_property;
  object_class->finalize = yonder_call_record_finalize;

  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, NULL, flags);
  properties[PROP_PEER_ID] = g_param_spec_string ("peer-id", NULL, NULL, NULL, flags);
  properties[PROP_PEER_NAME] = g_param_spec_string ("peer-name", NULL, NULL, NULL, flags);
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, YONDER_TYPE_CALL_KIND, YONDER_CALL_KIND_VOICE, flags);
  properties[PROP_IS_OUTGOING] = g_param_spec_boolean ("is-outgoing", NULL, NULL, FALSE, flags);
  properties[PROP_IS_MISSED] = g_param_spec_boolean ("is-missed", NULL, NULL, FALSE, flags);
  properties[PROP_IS_SEEN] = g_param_spec_boolean ("is-seen", NULL, NULL, FALSE, flags);
  properties[PROP_START] = g_param_spec_boxed ("start", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_DURATION_S] = g_param_spec_int64 ("duration-s", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_END_REASON] = g_param_spec_enum ("end-reason", NULL, NULL, YONDER_TYPE_END_REASON, YONDER_END_NONE, flags);
  properties[PROP_END_DETAIL] = g_param_spec_string ("end-detail", NULL, NULL, NULL, flags);
  properties[PROP_ROUTE] = g_param_spec_string ("route", NULL, NULL, NULL, flags);
  properties[PROP_QUALITY] = g_param_spec_enum ("quality", NULL, NULL, YONDER_TYPE_QUALITY, YONDER_QUALITY_UNKNOWN, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
yonder_call_record_init (YonderCallRecord *self)
{
}

/**
 * yonder_call_record_new_for_call:
 * @account: whose call it was
 * @call: a call that has ended
 *
 * Returns: (transfer full): what is kept of it
 */
YonderCallRecord *
yonder_call_record_new_for_call (const char *account, YonderCall *call)
{
  YonderCallInspection *inspection = yonder_call_get_inspection (call);
  YonderContact *peer = yonder_call_get_peer (call);
  YonderCallRecord *self = g_object_new (YONDER_TYPE_CALL_RECORD, NULL);

  self->id = g_uuid_string_random ();
  self->account = g_strdup (account);
  self->peer_id = g_strdup (yonder_contact_get_id (peer));
  self->peer_name = g_strdup (yonder_contact_get_name (peer));
  self->kind = yonder_call_get_kind (call);
  self->is_outgoing = yonder_call_is_outgoing (call);
  self->start = g_date_time_ref (yonder_call_inspection_get_start (inspection));
  /* rounded up: a call that was connected at all is none that was missed */
  self->duration_s = (yonder_call_inspection_get_duration_us (inspection) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  self->end_reason = yonder_call_get_end_reason (call);
  self->end_detail = g_strdup (yonder_call_get_end_detail (call));
  if (self->duration_s > 0)
    self->route = g_strdup (yonder_call_inspection_get_diagnosis (inspection)->headline);
  self->quality = yonder_quality_of_call (inspection);
  self->is_seen = !yonder_call_record_is_missed (self);
  return self;
}

/* Somebody has looked at it. */
void
yonder_call_record_set_seen (YonderCallRecord *self)
{
  if (self->is_seen)
    return;
  self->is_seen = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SEEN]);
}

const char *
yonder_call_record_get_account (YonderCallRecord *self)
{
  return self->account;
}

const char *
yonder_call_record_get_peer_id (YonderCallRecord *self)
{
  return self->peer_id;
}

const char *
yonder_call_record_get_peer_name (YonderCallRecord *self)
{
  return self->peer_name;
}

YonderCallKind
yonder_call_record_get_kind (YonderCallRecord *self)
{
  return self->kind;
}

gboolean
yonder_call_record_is_outgoing (YonderCallRecord *self)
{
  return self->is_outgoing;
}

gboolean
yonder_call_record_is_missed (YonderCallRecord *self)
{
  return !self->is_outgoing && self->duration_s == 0 && self->end_reason == YONDER_END_NO_ANSWER;
}

gboolean
yonder_call_record_is_seen (YonderCallRecord *self)
{
  return self->is_seen;
}

GDateTime *
yonder_call_record_get_start (YonderCallRecord *self)
{
  return self->start;
}

gint64
yonder_call_record_get_duration_s (YonderCallRecord *self)
{
  return self->duration_s;
}

YonderEndReason
yonder_call_record_get_end_reason (YonderCallRecord *self)
{
  return self->end_reason;
}

const char *
yonder_call_record_get_end_detail (YonderCallRecord *self)
{
  return self->end_detail;
}

const char *
yonder_call_record_get_route (YonderCallRecord *self)
{
  return self->route;
}

YonderQuality
yonder_call_record_get_quality (YonderCallRecord *self)
{
  return self->quality;
}

/**
 * yonder_call_record_matches:
 * @self: a record
 * @words: what somebody searches for
 *
 * Returns: whether each of the words begins a word of the other's name, or their id has all of it; without regard to case and accents
 */
gboolean
yonder_call_record_matches (YonderCallRecord *self, const char *words)
{
  g_autofree char *id = g_utf8_casefold (self->peer_id, -1);
  g_autofree char *folded = g_utf8_casefold (words, -1);

  return g_str_match_string (words, self->peer_name, TRUE) || strstr (id, g_strstrip (folded)) != NULL;
}
