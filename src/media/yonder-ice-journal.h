/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderIceJournal - what one ICE agent tells of itself in its debug messages: the pairs it checks, how the checks fare, and how the
 * STUN and TURN servers answer.
 *
 * libnice has no function that lists its pairs, and webrtcbin's statistics have only the selected one; but each step of a check is
 * told in a debug message. The journal reads those of libnice 0.1.22 and 0.1.23; messages that it does not know it leaves alone, so that
 * another release shows fewer pairs, and nothing false. Pure: it is handed lines and times.
 *
 * Thread: any; it has a lock of its own. The lines hold passwords: none of their text is kept but addresses and names of servers.
 */

#pragma once

#include "yonder-ice-report.h"

G_BEGIN_DECLS

typedef struct _YonderIceJournal YonderIceJournal;

YonderIceJournal *yonder_ice_journal_new       (void);
YonderIceJournal *yonder_ice_journal_ref       (YonderIceJournal *self);
void              yonder_ice_journal_unref     (YonderIceJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderIceJournal, yonder_ice_journal_unref)

/* "Agent 0x1234 : …" or "Agent:0x1234 …"; NULL for a line of nobody */
const char *yonder_ice_journal_split_line (const char *line, guint64 *agent);

/* @text: what follows the agent; @stun_code: the error code that the STUN library read just before in this thread, or 0 */
void        yonder_ice_journal_take_text  (YonderIceJournal *self, const char *text, int stun_code, gint64 time_us);

/* @local and @remote of the report are there already; what a pair needs besides is added. */
void        yonder_ice_journal_fill_pairs   (YonderIceJournal *self, YonderIceReport *report);
void        yonder_ice_journal_fill_servers (YonderIceJournal *self, YonderIceReport *report, gboolean is_over);
/* The round trip of the last consent check (RFC 7675) on the selected pair, or -1 */
double      yonder_ice_journal_get_consent_rtt_ms (YonderIceJournal *self);
/* Returns: (transfer full) (nullable): the name that a server's address was resolved from */
char       *yonder_ice_journal_name_server  (YonderIceJournal *self, const char *address);

G_END_DECLS
