/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTP request and its whole answer, bounded in size.
 *
 * A server may send as much as it likes; no more than the caller allows is read, counted after decompression. Private to this
 * room. Thread: main context.
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void    yonder_http_exchange_async  (SoupSession *session, SoupMessage *message, gsize max_length,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes *yonder_http_exchange_finish (SoupSession *session, GAsyncResult *result, SoupMessage **message, GError **error);

G_END_DECLS
