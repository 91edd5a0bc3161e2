/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every test of calls needs: a manager over fakes and a clock that stands still, and short ways into each state. */

#pragma once

#include "yonder-call-manager.h"
#include "yonder-fake-media.h"
#include "yonder-fake-signaling.h"
#include "yonder-manual-clock.h"

#define SDP_OFFER  "v=0\r\na=ice-ufrag:offr\r\n"
#define SDP_ANSWER "v=0\r\na=ice-ufrag:answ\r\n"

typedef struct {
  YonderManualClock      *clock;
  YonderFakeSignaling    *signaling;
  YonderFakeMediaFactory *factory;
  YonderCallManager      *manager;
  YonderContact          *bob;
  GPtrArray              *incoming; /* (element-type YonderCall): those that the manager announced */
  gint64                  written;  /* the generation that the peer writes at first: 0, or none at all */
} Fixture;

/* This side is "kim": its id sorts after "bob" and before "zoe". */
void fixture_set_up    (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);

void             settle      (void);
YonderFakeMedia *media_of    (YonderCall *call);
YonderCall      *dial        (Fixture *fixture);                                       /* inviting, offer asked for */
YonderCall      *get_to_ringing (Fixture *fixture);                                    /* outgoing "c1", offer created */
YonderCall      *get_called  (Fixture *fixture, const char *call_id, const char *peer_id); /* incoming */
void             bring_up    (YonderCall *call);                                       /* negotiating to connected */
YonderCall      *get_connected_out (Fixture *fixture);
YonderCall      *get_connected_in  (Fixture *fixture);

void add_candidate      (GPtrArray *candidates, const char *ufrag, guint port);
void send_candidates    (Fixture *fixture, const char *call_id, const char *ufrag, guint n, gint64 generation);
YonderIceCandidate *make_candidate (const char *ufrag, guint port);
gboolean timeline_has   (YonderCall *call, const char *text);

/* Frees the string. */
#define assert_log(actual, expected) G_STMT_START { \
  g_autofree char *log_ = (actual); g_assert_cmpstr (log_, ==, expected); } G_STMT_END

#define assert_state(call, name) g_assert_cmpstr (yonder_call_state_to_string (yonder_call_get_state (call)), ==, name)
#define assert_ended(call, why) G_STMT_START { \
  assert_state (call, "ended"); \
  g_assert_cmpstr (yonder_end_reason_to_string (yonder_call_get_end_reason (call)), ==, why); } G_STMT_END
