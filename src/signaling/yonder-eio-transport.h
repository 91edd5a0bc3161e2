/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEioTransport - one way of carrying Engine.IO packets to and from one server: HTTP long polling, or a WebSocket.
 *
 * An abstract class; yonder-eio-polling.h and yonder-eio-websocket.h are the two. A transport is opened once and closed once; it
 * knows packets but not what they mean, which is YonderEioClient's job. Private to this room. Thread: main context.
 *
 * Signals, none of them after close():
 *   packet   (gpointer packet)         a YonderEioPacket that came, borrowed
 *   writable ()                        send() may be called (again)
 *   alive    ()                        answer to check()
 *   paused   ()                        answer to pause(): nothing is under way any more
 *   closed   (GError *nullable error)  it is over: NULL where the server closed it properly
 */

#pragma once

#include <libsoup/soup.h>

#include "yonder-eio-packet.h"

G_BEGIN_DECLS

/* chosen: a message is at most 256 KiB of SDP; a polling answer may carry a burst of them. Counted per frame or per answer. */
#define YONDER_EIO_MAX_INCOMING (4 * 1024 * 1024)

#define YONDER_TYPE_EIO_TRANSPORT (yonder_eio_transport_get_type ())
G_DECLARE_DERIVABLE_TYPE (YonderEioTransport, yonder_eio_transport, YONDER, EIO_TRANSPORT, GObject)

struct _YonderEioTransportClass {
  GObjectClass parent_class;

  const char *name; /* as in the query of the URL */

  void (*open)  (YonderEioTransport *self);
  void (*send)  (YonderEioTransport *self, GPtrArray *packets);
  void (*pause) (YonderEioTransport *self);
  gboolean (*check) (YonderEioTransport *self); /* (nullable): where nothing can be asked; FALSE where no answer could come */
  void (*close) (YonderEioTransport *self, gboolean was_writable);
};

void        yonder_eio_transport_open        (YonderEioTransport *self);
void        yonder_eio_transport_send        (YonderEioTransport *self, GPtrArray *packets);
void        yonder_eio_transport_pause       (YonderEioTransport *self);
gboolean    yonder_eio_transport_check       (YonderEioTransport *self);
void        yonder_eio_transport_close       (YonderEioTransport *self);
gboolean    yonder_eio_transport_is_writable (YonderEioTransport *self);
const char *yonder_eio_transport_get_name    (YonderEioTransport *self);
void        yonder_eio_transport_set_sid     (YonderEioTransport *self, const char *sid);

/* for the implementations */
SoupSession *yonder_eio_transport_get_session  (YonderEioTransport *self);
const char  *yonder_eio_transport_get_host     (YonderEioTransport *self);
SoupMessage *yonder_eio_transport_make_request (YonderEioTransport *self, const char *method);
gboolean     yonder_eio_transport_is_closed    (YonderEioTransport *self);
gboolean     yonder_eio_transport_has_sid      (YonderEioTransport *self);
void         yonder_eio_transport_set_writable (YonderEioTransport *self, gboolean writable);
void         yonder_eio_transport_deliver      (YonderEioTransport *self, YonderEioPacket *packet);
void         yonder_eio_transport_done_pausing (YonderEioTransport *self);
void         yonder_eio_transport_note_alive  (YonderEioTransport *self);
void         yonder_eio_transport_end          (YonderEioTransport *self, GError *error);

G_END_DECLS
