/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LineClient - a guest on a call server, by a bare WebSocket: sends what a test says, answers pings, and keeps what comes.
 *
 * Every wait turns the main loop, with a generous deadline.
 */

#pragma once

#include "yonder-server.h"

G_BEGIN_DECLS

typedef struct _LineClient LineClient;

LineClient *line_client_new      (YonderServer *server, const char *name);
void        line_client_free     (LineClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LineClient, line_client_free)

const char *line_client_get_id   (LineClient *self);
void        line_client_emit     (LineClient *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void        line_client_settle   (LineClient *self);
void        line_client_drop     (LineClient *self);
void        line_client_return   (LineClient *self);
gboolean    line_client_was_recovered (LineClient *self);

/* The payload of the last event of that name, as JSON text, or NULL. */
const char *line_client_peek     (LineClient *self, const char *event);
const char *line_client_wait     (LineClient *self, const char *event);
void        line_client_forget   (LineClient *self, const char *event);
char       *line_client_invite   (LineClient *self, LineClient *callee);

G_END_DECLS
