/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-record-words.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"

const char *
yonder_icon_for_record (YonderCallRecord *record)
{
  if (yonder_call_record_is_missed (record))
    return "call-missed-symbolic";
  return yonder_call_record_is_outgoing (record) ? "call-outgoing-symbolic" : "call-incoming-symbolic";
}

/* Which way it went, and what was asked for. */
const char *
yonder_words_for_record (YonderCallRecord *record)
{
  gboolean is_video = yonder_call_record_get_kind (record) == YONDER_CALL_KIND_VIDEO;

  if (yonder_call_record_is_missed (record))
    return is_video ? _("Missed video call") : _("Missed audio call");
  if (yonder_call_record_is_outgoing (record))
    return is_video ? _("Outgoing video call") : _("Outgoing audio call");
  return is_video ? _("Incoming video call") : _("Incoming audio call");
}

static int
days_ago (GDateTime *time)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  GDate today, day;

  g_date_clear (&today, 1);
  g_date_clear (&day, 1);
  g_date_set_dmy (&today, g_date_time_get_day_of_month (now), g_date_time_get_month (now), g_date_time_get_year (now));
  g_date_set_dmy (&day, g_date_time_get_day_of_month (time), g_date_time_get_month (time), g_date_time_get_year (time));
  return g_date_days_between (&day, &today);
}

/**
 * yonder_words_for_record_day:
 * @record: a call
 *
 * Returns: (transfer full): its day, as it stands above the calls of that day
 */
char *
yonder_words_for_record_day (YonderCallRecord *record)
{
  GDateTime *start = yonder_call_record_get_start (record);
  int days = days_ago (start);

  if (days == 0)
    return g_strdup (_("Today"));
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days > 1 && days < 7)
    return g_date_time_format (start, "%A");
  return g_date_time_format (start, "%x");
}

static void
append (GString *line, const char *words)
{
  if (words == NULL || *words == '\0')
    return;
  if (line->len > 0)
    g_string_append (line, " · ");
  g_string_append (line, words);
}

/* Of a call that was not connected the reason is worth more than a length. */
static const char *
words_for_outcome (YonderCallRecord *record)
{
  YonderEndReason reason = yonder_call_record_get_end_reason (record);

  if (yonder_call_record_is_missed (record))
    return _("Missed");
  if (reason == YONDER_END_HUNG_UP || reason == YONDER_END_HUNG_UP_BY_PEER || reason == YONDER_END_NONE)
    return _("Not answered");
  return yonder_words_for_end (reason, yonder_call_record_is_outgoing (record));
}

/**
 * yonder_words_for_record_line:
 * @record: a call
 * @with_day: whether to begin with the day
 *
 * Returns: (transfer full): what stands below the name: when, how long, how good and by which way, or why not; plain text
 */
char *
yonder_words_for_record_line (YonderCallRecord *record, gboolean with_day)
{
  GString *line = g_string_new (NULL);
  g_autofree char *day = with_day ? yonder_words_for_record_day (record) : NULL;
  /* Translators: hours and minutes of a call, see g_date_time_format() */
  g_autofree char *time = g_date_time_format (yonder_call_record_get_start (record), _("%H∶%M"));
  gint64 duration_s = yonder_call_record_get_duration_s (record);

  append (line, day);
  append (line, time);
  if (duration_s > 0) {
    g_autofree char *length = yonder_words_for_elapsed ((guint) MIN (duration_s, G_MAXINT));

    append (line, length);
    if (yonder_call_record_get_quality (record) != YONDER_QUALITY_UNKNOWN)
      append (line, yonder_quality_get_word (yonder_call_record_get_quality (record)));
    append (line, yonder_call_record_get_route (record));
  } else {
    append (line, words_for_outcome (record));
  }
  return g_string_free (line, FALSE);
}

/* Day and time in full. */
char *
yonder_words_for_record_time (YonderCallRecord *record)
{
  /* Translators: weekday, date and time of a call, for g_date_time_format() */
  return g_date_time_format (yonder_call_record_get_start (record), _("%A, %x, %X"));
}

/* Why it ended, in a sentence or two. */
char *
yonder_words_for_record_end (YonderCallRecord *record)
{
  YonderEndReason reason = yonder_call_record_get_end_reason (record);
  gboolean is_outgoing = yonder_call_record_is_outgoing (record);
  g_autofree char *detail = yonder_words_for_end_detail (reason, is_outgoing, yonder_call_record_get_peer_name (record),
                                                         yonder_call_record_get_end_detail (record),
                                                         (guint) MIN (yonder_call_record_get_duration_s (record), G_MAXINT));

  return g_strdup (*detail != '\0' ? detail : yonder_words_for_end (reason, is_outgoing));
}
