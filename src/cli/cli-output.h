/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCliOutput - what a command prints: JSON lines for programs, or text for people.
 *
 * One line an event, flushed at once. With JSON nothing but these lines goes to stdout; in either form errors are also said on stderr
 * where stdout is for programs. Thread: main. The format is described in docs/yonder-cli.md.
 */

#pragma once

#include "yonder-conversation.h"
#include "yonder-ice-candidate.h"
#include "yonder-ice-config.h"
#include "yonder-ice-probe.h"
#include "yonder-media-session.h"
#include "yonder-network-check.h"

G_BEGIN_DECLS

typedef struct _YonderCliOutput YonderCliOutput;

/* @start_us: monotonic time at which the command started; every line tells its distance from it */
YonderCliOutput *yonder_cli_output_new  (gboolean json, gint64 start_us);
void             yonder_cli_output_free (YonderCliOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderCliOutput, yonder_cli_output_free)

/* @text: the same for people, or NULL for nothing */
void yonder_cli_output_state     (YonderCliOutput *self, const char *call_id, const char *name, const char *reason, const char *text);
/* @code: of the diagnosis; @sentence: of it */
void yonder_cli_output_path      (YonderCliOutput *self, const char *call_id, const char *code, const char *sentence);
/* Which STUN and TURN servers the call may use, and who gave them. */
void yonder_cli_output_servers   (YonderCliOutput *self, const char *call_id, YonderIceConfig *config);
void yonder_cli_output_end       (YonderCliOutput *self, const char *call_id, const char *reason, const char *code, const char *sentence,
                                  const char *text);
void yonder_cli_output_candidate (YonderCliOutput *self, gboolean is_local, YonderIceCandidate *candidate, gboolean is_queued);
void yonder_cli_output_meeting     (YonderCliOutput *self, const char *call_id, const char *uri);
void yonder_cli_output_safety_code (YonderCliOutput *self, const char *call_id, const char *code);
/* What the other side tells of its microphone and camera; what it writes. */
void yonder_cli_output_peer_state  (YonderCliOutput *self, const char *call_id, YonderConversation *conversation);
void yonder_cli_output_text        (YonderCliOutput *self, const char *call_id, const char *name, const char *text);
void yonder_cli_output_stats     (YonderCliOutput *self, const YonderMediaStats *stats);
void yonder_cli_output_error     (YonderCliOutput *self, const char *code, const char *message);
void yonder_cli_output_serving   (YonderCliOutput *self, const char *uri);
void yonder_cli_output_profile   (YonderCliOutput *self, const char *file, const char *name, const char *flow);
void yonder_cli_output_attempt   (YonderCliOutput *self, YonderProbeAttempt *attempt);
void yonder_cli_output_probe     (YonderCliOutput *self, YonderIceProbe *probe);
void yonder_cli_output_step      (YonderCliOutput *self, YonderCheckStep *step);
void yonder_cli_output_check     (YonderCliOutput *self, YonderNetworkCheck *check);
/* For people alone. */
void yonder_cli_output_note      (YonderCliOutput *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* "not-socket-io", "unreachable", …: what kind of failure a GError is, for programs */
const char *yonder_cli_error_code (const GError *error);

G_END_DECLS
