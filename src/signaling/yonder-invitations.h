/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderInvitations - the invitations that the server has not answered yet, oldest first.
 *
 * Servers do not say which invitation they answer, but answer in order. An invitation that nobody waits for any more stays in the
 * line until its answer has come, which then belongs to nobody. Private to this room. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* chosen: a person dials one at a time; a burst beyond this is a mistake */
#define YONDER_MAX_INVITATIONS 8

typedef struct _YonderInvitations YonderInvitations;

typedef struct {
  char    *peer_id;
  char    *name;      /* of the event */
  gpointer arguments; /* JsonNode */
  GTask   *task;      /* (nullable): NULL once nobody waits any more */
  gboolean is_sent;
} YonderInvitation;

YonderInvitations *yonder_invitations_new      (void);
void               yonder_invitations_free     (YonderInvitations *self);
gboolean           yonder_invitations_add      (YonderInvitations *self, GTask *task, const char *peer_id, char *name,
                                                gpointer arguments);
YonderInvitation  *yonder_invitations_next_unsent (YonderInvitations *self);
gboolean           yonder_invitations_accept   (YonderInvitations *self, const char *call_id, char **peer_id,
                                                gboolean *is_wanted);
gboolean           yonder_invitations_reject   (YonderInvitations *self, GError *error);
void               yonder_invitations_lose     (YonderInvitations *self, gboolean unsent_too, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderInvitations, yonder_invitations_free)

G_END_DECLS
