/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a client is, for the files that it is made of: yonder-sio-client.c (its connection, lost and made again),
 * yonder-sio-inbound.c (what the server sends) and yonder-sio-outbound.c (what is sent to it, now or later). Private to this
 * room.
 */

#pragma once

#include "yonder-sio-client.h"

#include "yonder-backoff.h"
#include "yonder-eio-client.h"
#include "yonder-sio-calls.h"
#include "yonder-sio-packet.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_SIO_CLOSED,     /* not asked to be connected, or told to stay away */
  YONDER_SIO_CONNECTING, /* the transport opens, or CONNECT is not answered yet */
  YONDER_SIO_CONNECTED,
  YONDER_SIO_WAITING,    /* for the next try */
} YonderSioState;

struct _YonderSioClient {
  GObject parent_instance;

  /* owned */
  YonderClock      *clock;
  char             *uri;
  char             *path;
  char             *nsp;
  JsonNode         *auth;          /* (nullable) */
  GTlsDatabase     *tls_database;  /* (nullable): the system's */
  GProxyResolver   *proxy_resolver; /* (nullable): the system's */
  YonderEioClient  *engine;        /* (nullable) */
  YonderSioDecoder *decoder;
  YonderSioCalls   *calls;
  GQueue            buffered;      /* of YonderSioPacket: emitted while not connected */
  GQueue            early;         /* of YonderSioPacket: events that came before the answer to CONNECT */
  JsonNode         *refusal_data;  /* (nullable) */
  char             *sid;           /* (nullable) while not connected */
  char             *pid;           /* (nullable): recovery, the session that the server keeps for us */
  char             *offset;        /* (nullable): recovery, the last event that we have */

  YonderSioTransports transports;
  YonderSioState               state;
  YonderBackoff       backoff;
  gboolean            avoids_websocket; /* did not get through last time */
  gboolean            is_checked;       /* and if it is found lost, the next try is made at once */
  guint               n_engines;
  guint               n_refused;
  guint               timer; /* of the state: limit of connecting, or end of waiting */
};

struct _YonderSioAck {
  grefcount ref_count;
  GWeakRef  client;
  gint64    id;
  guint     engine; /* an answer belongs to the connection on which the question came */
  gboolean  is_sent;
};

enum {
  YONDER_SIO_SIGNAL_CONNECTED,
  YONDER_SIO_SIGNAL_DISCONNECTED,
  YONDER_SIO_SIGNAL_CONNECT_ERROR,
  YONDER_SIO_SIGNAL_EVENT,
  YONDER_SIO_SIGNAL_BAD_PACKET,
  YONDER_SIO_N_SIGNALS
};

extern guint yonder_sio_client_signals[YONDER_SIO_N_SIGNALS];

void          yonder_sio_client_refuse        (YonderSioClient *self, const GError *error);
void          yonder_sio_client_go_down       (YonderSioClient *self, const char *reason, const GError *error, gboolean retry,
                                               gboolean says_goodbye);

void          yonder_sio_client_take_message  (YonderEioClient *engine, YonderEioPacket *message, YonderSioClient *self);
YonderSioAck *yonder_sio_ack_new              (YonderSioClient *client, gint64 id);
YonderSioAck *yonder_sio_ack_ref              (YonderSioAck *self);
void          yonder_sio_ack_unref            (YonderSioAck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSioAck, yonder_sio_ack_unref)

void          yonder_sio_client_send_packet   (YonderSioClient *self, YonderSioPacket *packet);
void          yonder_sio_client_send_buffered (YonderSioClient *self);
void          yonder_sio_client_drop_call     (gint64 id, gpointer data);

G_END_DECLS
