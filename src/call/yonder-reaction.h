/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderReaction - what one side of a call shows the other without a word; the few that every client of docs/channel.md knows. Pure. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_REACTION_THUMBS_UP,
  YONDER_REACTION_HEART,
  YONDER_REACTION_LAUGH,
  YONDER_REACTION_SURPRISE,
  YONDER_REACTION_CLAP,
  YONDER_REACTION_HAND,
} YonderReaction;

#define YONDER_N_REACTIONS (YONDER_REACTION_HAND + 1)

GType yonder_reaction_get_type (void);
#define YONDER_TYPE_REACTION (yonder_reaction_get_type ())

const char *yonder_reaction_get_name  (YonderReaction self); /* on the wire: "thumbs-up" */
const char *yonder_reaction_get_emoji (YonderReaction self);
const char *yonder_reaction_get_words (YonderReaction self); /* translated */

G_END_DECLS
