/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What reading and writing events have in common: how each field looks in JSON, and where it is kept. Private to this room. */

#pragma once

#include "yonder-profile-private.h"

G_BEGIN_DECLS

#define YONDER_EVENT_MAX_WORD 64

/* How a field's value looks in JSON. */
typedef enum {
  AS_ID,        /* a string that is not empty, or a whole number */
  AS_TEXT,
  AS_CUT_TEXT,  /* too long a text is cut, not refused */
  AS_WORD,
  AS_SDP,
  AS_NUMBER,    /* rounded */
  AS_CANDIDATE, /* one, or an array of them */
  AS_CANDIDATE_PART,
  AS_USERS,
} YonderForm;

typedef struct {
  YonderForm   form;
  gsize  offset; /* of the event's member, where it is one */
  gint64 max;    /* length or value */
  int    words;
} YonderFieldForm;

extern const YonderFieldForm yonder_field_forms[YONDER_N_FIELDS];

/* One event being read or written. */
typedef struct {
  YonderProfile         *profile;
  const YonderEventSpec *spec;
  YonderEmitter          by;
  YonderEvent           *event;
} YonderEventWork;

char                **yonder_event_work_member    (const YonderEventWork *self, YonderField field);
YonderEventCandidate *yonder_event_work_candidate (const YonderEventWork *self);
gboolean              yonder_event_is_offer       (YonderEventType type);
gboolean              yonder_event_misfits        (GError **error, const char *path, const char *message);

G_END_DECLS
