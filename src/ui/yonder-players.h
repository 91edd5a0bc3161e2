/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderPlayers - pauses what plays music or films on this desktop, and has that go on afterwards.
 *
 * Players are found on the session bus by their names (MPRIS 2.2, https://specifications.freedesktop.org/mpris-spec/2.2/). Only those
 * that were playing are paused, and only those that Yonder paused and nobody touched since are started again. In a sandbox the bus shows
 * no players unless it is allowed to; then nothing happens. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_TYPE_PLAYERS (yonder_players_get_type ())
G_DECLARE_FINAL_TYPE (YonderPlayers, yonder_players, YONDER, PLAYERS, GObject)

YonderPlayers *yonder_players_new        (GDBusConnection *bus);
void           yonder_players_set_paused (YonderPlayers *self, gboolean is_paused);

G_END_DECLS
