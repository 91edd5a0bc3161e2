/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderGeneralPage - the page of the preferences about being reached: what rings, where and how loud, and Yonder without a window.
 *
 * Thread: main context; owned by the preferences dialog.
 */

#pragma once

#include <adwaita.h>

#include "yonder-background.h"
#include "yonder-devices.h"
#include "yonder-global-shortcuts.h"
#include "yonder-ringer.h"

G_BEGIN_DECLS

#define YONDER_TYPE_GENERAL_PAGE (yonder_general_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderGeneralPage, yonder_general_page, YONDER, GENERAL_PAGE, AdwPreferencesPage)

YonderGeneralPage *yonder_general_page_new (GSettings *settings, YonderRinger *ringer, YonderBackground *background,
                                            YonderGlobalShortcuts *shortcuts, YonderDevices *devices);

G_END_DECLS
