/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the connection of an account is, for the files that it is made of: yonder-socket-signaling.c (the connection and its
 * states), yonder-signaling-outbound.c (what calls say) and yonder-signaling-inbound.c (what the server says). Private to this
 * room.
 */

#pragma once

#include "yonder-account-private.h"
#include "yonder-invitations.h"

G_BEGIN_DECLS

struct _YonderSocketSignaling {
  GObject parent_instance;

  /* owned */
  YonderAccount     *account;
  YonderClock       *clock;
  YonderSioClient   *client;
  YonderInvitations *invitations;
  GCancellable      *cancellable; /* of a refresh of the token */
  GHashTable        *peers;       /* of call id to peer id: some servers want to be told both */
  GError            *last_error;  /* (nullable) */

  YonderSignalingState state;
  gboolean             takes_second_call;
  gboolean             answers_invitations; /* this kind of server says that it took one, and gives the call its id */
  gboolean             has_refreshed; /* the token, since the server last let us in */
  double               allowance;     /* messages that may come now */
  gint64               allowance_us;  /* when that was computed */
  guint                n_dropped;     /* messages over the rate that were not reported yet */
};

void yonder_socket_signaling_iface_init       (YonderSignalingInterface *iface);
void yonder_socket_signaling_send_invitations (YonderSocketSignaling *self);
void yonder_socket_signaling_remember_peer    (YonderSocketSignaling *self, const char *call_id, const char *peer_id);

void yonder_socket_signaling_refuse           (YonderSocketSignaling *self, const char *call_id, const GError *error);
void yonder_socket_signaling_take_event       (YonderSioClient *client, const char *name, JsonArray *arguments,
                                               GPtrArray *attachments,
                                               YonderSioAck *ack, YonderSocketSignaling *self);

/* chosen: a call that starts on a rich network brings some 40 messages at once */
#define YONDER_SIGNALING_BURST 500

G_END_DECLS
