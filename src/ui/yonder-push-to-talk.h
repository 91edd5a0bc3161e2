/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderPushToTalk - lets somebody who is muted speak for as long as the space bar is held.
 *
 * Where the space bar means something else it keeps its meaning: in an entry, in a menu, and on a button that has the focus ring. A window
 * that loses the keyboard mutes again, since the release of the key is not told to it. Thread: main context. Owned by its window.
 */

#pragma once

#include <gtk/gtk.h>

#include "yonder-call.h"

G_BEGIN_DECLS

typedef struct _YonderPushToTalk YonderPushToTalk;

YonderPushToTalk *yonder_push_to_talk_new      (GtkWindow *window);
void              yonder_push_to_talk_free     (YonderPushToTalk *self);
void              yonder_push_to_talk_set_call (YonderPushToTalk *self, YonderCall *call); /* (nullable) */

G_END_DECLS
