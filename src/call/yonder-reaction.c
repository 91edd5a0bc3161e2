/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-reaction.h"

#include <glib/gi18n.h>

G_DEFINE_ENUM_TYPE (YonderReaction, yonder_reaction,
                    G_DEFINE_ENUM_VALUE (YONDER_REACTION_THUMBS_UP, "thumbs-up"),
                    G_DEFINE_ENUM_VALUE (YONDER_REACTION_HEART, "heart"),
                    G_DEFINE_ENUM_VALUE (YONDER_REACTION_LAUGH, "laugh"),
                    G_DEFINE_ENUM_VALUE (YONDER_REACTION_SURPRISE, "surprise"),
                    G_DEFINE_ENUM_VALUE (YONDER_REACTION_CLAP, "clap"),
                    G_DEFINE_ENUM_VALUE (YONDER_REACTION_HAND, "hand"))

static const struct {
  const char *name;
  const char *emoji;
  const char *words;
} reactions[] = {
  [YONDER_REACTION_THUMBS_UP] = { "thumbs-up", "👍", N_("Thumbs up") },
  [YONDER_REACTION_HEART] = { "heart", "❤️", N_("Heart") },
  [YONDER_REACTION_LAUGH] = { "laugh", "😄", N_("Laugh") },
  [YONDER_REACTION_SURPRISE] = { "surprise", "😮", N_("Surprise") },
  [YONDER_REACTION_CLAP] = { "clap", "👏", N_("Applause") },
  [YONDER_REACTION_HAND] = { "hand", "✋", N_("Raised hand") },
};

G_STATIC_ASSERT (G_N_ELEMENTS (reactions) == YONDER_N_REACTIONS);

const char *
yonder_reaction_get_name (YonderReaction self)
{
  g_return_val_if_fail ((guint) self < YONDER_N_REACTIONS, NULL);

  return reactions[self].name;
}

const char *
yonder_reaction_get_emoji (YonderReaction self)
{
  g_return_val_if_fail ((guint) self < YONDER_N_REACTIONS, NULL);

  return reactions[self].emoji;
}

const char *
yonder_reaction_get_words (YonderReaction self)
{
  g_return_val_if_fail ((guint) self < YONDER_N_REACTIONS, NULL);

  return _(reactions[self].words);
}
