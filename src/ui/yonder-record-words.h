/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the list of calls: which way, when, how long, how good, why it ended. Pure; all translated. */

#pragma once

#include "yonder-call-record.h"

G_BEGIN_DECLS

const char *yonder_icon_for_record      (YonderCallRecord *record);
const char *yonder_words_for_record     (YonderCallRecord *record); /* "Missed video call" */
char       *yonder_words_for_record_day (YonderCallRecord *record); /* "Yesterday" */
char       *yonder_words_for_record_line (YonderCallRecord *record, gboolean with_day); /* "12:30 · 3:07 · Good · Direct" */
char       *yonder_words_for_record_time (YonderCallRecord *record);
char       *yonder_words_for_record_end (YonderCallRecord *record);

G_END_DECLS
