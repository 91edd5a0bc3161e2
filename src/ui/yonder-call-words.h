/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every state, reason and notice of a call in the user's words, in one place. Pure functions; names are put in as text. */

#pragma once

#include "yonder-call.h"
#include "yonder-device.h"

G_BEGIN_DECLS

const char *yonder_words_for_presence        (YonderPresence presence);
char       *yonder_words_for_standing        (YonderPresence presence, YonderRelation relation, gboolean is_blocked);
const char *yonder_words_for_connection      (YonderSignalingState state);
char       *yonder_words_for_connection_error (const GError *error, const char *server);
char       *yonder_words_for_elapsed         (guint seconds);
char       *yonder_words_for_call_state      (YonderCallState state, YonderCallKind kind, guint elapsed_s, gboolean is_redial);
char       *yonder_words_for_incoming        (YonderCallKind kind);
const char *yonder_words_for_end             (YonderEndReason reason, gboolean is_outgoing);
char       *yonder_words_for_end_detail      (YonderEndReason reason, gboolean is_outgoing, const char *name, const char *detail, guint elapsed_s);
char       *yonder_words_for_plugged         (YonderDevice *device);
char       *yonder_words_for_notice          (YonderMediaNotice notice, const char *device);

G_END_DECLS
