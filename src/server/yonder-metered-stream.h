/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderMeteredStream - a connection that knows how many bytes have left through it.
 *
 * libsoup takes any number of WebSocket messages and does not tell how many of them wait for a client that does not read. Below
 * it, this does: what was sent, less what was written, waits.
 *
 * Thread: main context. Owns the stream that it wraps, and closes it.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_TYPE_METERED_STREAM (yonder_metered_stream_get_type ())
G_DECLARE_FINAL_TYPE (YonderMeteredStream, yonder_metered_stream, YONDER, METERED_STREAM, GIOStream)

YonderMeteredStream *yonder_metered_stream_new         (GIOStream *base);
guint64              yonder_metered_stream_get_written (YonderMeteredStream *self);

G_END_DECLS
