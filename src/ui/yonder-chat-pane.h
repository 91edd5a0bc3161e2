/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderChatPane - what both sides of a call write and how they react, beside or over the picture.
 *
 * Texts are text: nothing of them is markup, and no address in them is opened. What is seen is read. Thread: main context.
 *
 * Property: call (YonderCall, nullable). The action call.chat, which closes it, is the window's.
 */

#pragma once

#include <adwaita.h>

#include "yonder-call.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CHAT_PANE (yonder_chat_pane_get_type ())
G_DECLARE_FINAL_TYPE (YonderChatPane, yonder_chat_pane, YONDER, CHAT_PANE, AdwBin)

G_END_DECLS
