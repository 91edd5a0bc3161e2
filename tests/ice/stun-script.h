/* SPDX-License-Identifier: GPL-3.0-or-later */
/* StunScript - a STUN server that says over UDP what the test wants it to say.
 *
 * Has one socket for each pair of address and port: with the addresses 127.0.0.1 and 127.0.0.2 and two ports, four, as RFC 5780 asks for. Runs
 * in the main context.
 */

#pragma once

#include "yonder-stun-message.h"

G_BEGIN_DECLS

#define STUN_SCRIPT_MAX_SOCKETS 4

typedef struct _StunScript StunScript;

/* @socket: where it came in */
typedef void (*StunScriptFunc) (StunScript *self, guint socket, const YonderStunMessage *request, GSocketAddress *from, gpointer data);

/* One socket at 127.0.0.1, or where @is_double four: addresses 127.0.0.1 and 127.0.0.2 each with two ports, in that order. */
StunScript     *stun_script_new         (gboolean is_double, StunScriptFunc answer, gpointer data);
void            stun_script_free        (StunScript *self);
GSocketAddress *stun_script_get_address (StunScript *self, guint socket); /* (transfer none) */
void            stun_script_send        (StunScript *self, guint socket, GByteArray *message, GSocketAddress *to);

GByteArray     *stun_script_refuse      (const YonderStunMessage *request, guint code, const char *reason);
/* What stands in an attribute of @request, (nullable) */
GBytes         *stun_script_find        (const YonderStunMessage *request, guint type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StunScript, stun_script_free)

G_END_DECLS
