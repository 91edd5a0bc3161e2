/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a profile is once it is loaded: filled in by yonder-profile-load.c, read by the codec and the getters. */

#pragma once

#include "yonder-profile.h"

G_BEGIN_DECLS

/* Who writes something; a relayed event is written by both. */
typedef enum {
  YONDER_BY_CLIENT = 1 << 0,
  YONDER_BY_SERVER = 1 << 1,
  YONDER_BY_BOTH = YONDER_BY_CLIENT | YONDER_BY_SERVER,
} YonderEmitter;

/* What can stand in a payload; the order is that in which it is read and written. */
typedef enum {
  YONDER_FIELD_CALL_ID,
  YONDER_FIELD_TO,
  YONDER_FIELD_FROM,
  YONDER_FIELD_NAME,
  YONDER_FIELD_AVATAR,
  YONDER_FIELD_KIND,
  YONDER_FIELD_SDP,
  YONDER_FIELD_GENERATION,
  YONDER_FIELD_CANDIDATE,
  YONDER_FIELD_MID,
  YONDER_FIELD_MLINE_INDEX,
  YONDER_FIELD_UFRAG,
  YONDER_FIELD_CANDIDATES,
  YONDER_FIELD_REASON,
  YONDER_FIELD_ENDED_BY,
  YONDER_FIELD_TEXT,
  YONDER_FIELD_URI,
  YONDER_FIELD_STATUS,
  YONDER_FIELD_DURATION,
  YONDER_FIELD_USERS,
  YONDER_N_FIELDS
} YonderField;

/* The words for kinds of calls, reasons of ends and presence, ours to theirs. */
typedef enum {
  YONDER_WORDS_KIND,
  YONDER_WORDS_REASON,
  YONDER_WORDS_STATUS,
  YONDER_N_WORDS
} YonderWords;

typedef struct {
  YonderField   field;
  YonderEmitter by;
  GStrv         paths;       /* all are read, the first is written */
  GStrv         items;       /* of users: paths to the id within an item */
  gboolean      is_optional;
  gboolean      is_plain;    /* SDP or candidate: a string, not an object */
} YonderFieldSpec;

typedef struct {
  YonderEventType type;
  YonderEmitter   by;
  GStrv           names;         /* all are read, the first is written */
  gboolean        is_positional; /* paths begin at the array of arguments, not at the first of them */
  GPtrArray      *fields;        /* (element-type YonderFieldSpec): in the order of YonderField */
  JsonObject     *constants;     /* (nullable): path to value */
  char           *means[YONDER_N_WORDS]; /* (nullable): what the event says by its name alone, in our words */
} YonderEventSpec;

struct _YonderProfile {
  char       *name;
  YonderFlow  flow;
  char       *nsp;
  char       *socket_path;
  JsonNode   *auth;   /* (nullable): with {token} in it */
  JsonObject *words[YONDER_N_WORDS]; /* ours to an array of theirs */
  GPtrArray  *specs;  /* (element-type YonderEventSpec) */
  JsonNode   *rest;   /* (nullable): operations, checked */
  JsonNode   *person; /* (nullable): fields of a person, checked */
};

gboolean yonder_profile_load (YonderProfile *self, JsonNode *root, GError **error);
void     yonder_event_spec_free (YonderEventSpec *self);

G_END_DECLS
