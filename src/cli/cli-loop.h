/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCliLoop - the main loop of a command, which SIGINT and SIGTERM ask to end: the first time politely, the second time at once. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _YonderCliLoop YonderCliLoop;

/* @stop: ends what goes on, and sees to it that yonder_cli_loop_quit() is called in the end */
YonderCliLoop *yonder_cli_loop_new  (void (*stop) (gpointer user_data), gpointer user_data);
void           yonder_cli_loop_free (YonderCliLoop *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderCliLoop, yonder_cli_loop_free)

void           yonder_cli_loop_run  (YonderCliLoop *self);
void           yonder_cli_loop_quit (YonderCliLoop *self);
/* Lets what is on its way out leave: hang-ups and farewells, for @ms at the most and as long as there is something to do. */
void           yonder_cli_loop_drain (guint ms);

G_END_DECLS
