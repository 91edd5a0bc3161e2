/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderNotices - sentences over the picture of a call, each until it is dismissed or no longer so. One that was dismissed does not come
 * back before it was removed. Thread: main context. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Something that can be done about it. */
typedef struct {
  const char *label; /* of a button */
  const char *words; /* the same for who does not see where it stands */
  const char *action_name;
  GVariant   *target;
} YonderNoticeOffer;

#define YONDER_TYPE_NOTICES (yonder_notices_get_type ())
G_DECLARE_FINAL_TYPE (YonderNotices, yonder_notices, YONDER, NOTICES, GtkBox)

/* Returns: whether it is new. @tag: by which it is replaced and removed; @offer: (nullable) */
gboolean yonder_notices_add      (YonderNotices *self, const char *tag, const char *text, const YonderNoticeOffer *offer);
void     yonder_notices_remove   (YonderNotices *self, const char *tag);
void     yonder_notices_clear    (YonderNotices *self);
gboolean yonder_notices_is_empty (YonderNotices *self);

G_END_DECLS
