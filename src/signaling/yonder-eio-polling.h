/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEioPolling - Engine.IO over HTTP long polling: at most one GET and one POST at a time. Private to this room. */

#pragma once

#include "yonder-eio-transport.h"

G_BEGIN_DECLS

#define YONDER_TYPE_EIO_POLLING (yonder_eio_polling_get_type ())
G_DECLARE_FINAL_TYPE (YonderEioPolling, yonder_eio_polling, YONDER, EIO_POLLING, YonderEioTransport)

YonderEioTransport *yonder_eio_polling_new (SoupSession *session, GUri *uri);

G_END_DECLS
