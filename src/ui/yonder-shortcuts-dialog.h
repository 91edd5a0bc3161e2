/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderShortcutsDialog - every keyboard shortcut of the application, by what it does. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define YONDER_TYPE_SHORTCUTS_DIALOG (yonder_shortcuts_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderShortcutsDialog, yonder_shortcuts_dialog, YONDER, SHORTCUTS_DIALOG, AdwDialog)

YonderShortcutsDialog *yonder_shortcuts_dialog_new (void);

G_END_DECLS
