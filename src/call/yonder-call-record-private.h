/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the log that stores records. Private to this room. */

#pragma once

#include "yonder-call-record.h"

G_BEGIN_DECLS

struct _YonderCallRecord {
  GObject parent_instance;

  char           *id; /* of our own making */
  char           *account;
  char           *peer_id;
  char           *peer_name;
  YonderCallKind  kind;
  gboolean        is_outgoing;
  gboolean        is_seen;
  GDateTime      *start;
  gint64          duration_s;
  YonderEndReason end_reason;
  char           *end_detail;
  char           *route;
  YonderQuality   quality;
};

void yonder_call_record_set_seen (YonderCallRecord *self);

G_END_DECLS
