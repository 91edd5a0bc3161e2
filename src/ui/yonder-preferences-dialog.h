/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderPreferencesDialog - the preferences, a page for each concern. Thread: main context. */

#pragma once

#include "yonder-background.h"
#include "yonder-calls-page.h"
#include "yonder-devices.h"
#include "yonder-global-shortcuts.h"
#include "yonder-network-page.h"
#include "yonder-privacy-page.h"
#include "yonder-ringer.h"
#include "yonder-switchboard.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PREFERENCES_DIALOG (yonder_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderPreferencesDialog, yonder_preferences_dialog, YONDER, PREFERENCES_DIALOG, AdwPreferencesDialog)

YonderPreferencesDialog *yonder_preferences_dialog_new (GSettings *settings, YonderRinger *ringer, YonderBackground *background,
                                                        YonderGlobalShortcuts *shortcuts, YonderDevices *devices, const char *server, YonderIceServerList *list,
                                                        YonderIceAccount *account, YonderIceSources *sources, YonderPeopleBook *book,
                                                        YonderSwitchboard *switchboard, YonderClock *clock);

G_END_DECLS
