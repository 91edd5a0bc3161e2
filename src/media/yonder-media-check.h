/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderMediaCheck - calls and devices for the network check: the errands LOOP_CALL, CAMERA, MICROPHONE and OFFER.
 *
 * Opens a device only to see that it opens, and closes it. Thread: main context.
 */

#pragma once

#include "yonder-check-helper.h"
#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_MEDIA_CHECK (yonder_media_check_get_type ())
G_DECLARE_FINAL_TYPE (YonderMediaCheck, yonder_media_check, YONDER, MEDIA_CHECK, GObject)

/* @tls_database: (nullable): whom TURN over TLS trusts instead of those that the system trusts */
YonderMediaCheck *yonder_media_check_new (GTlsDatabase *tls_database, YonderClock *clock);

G_END_DECLS
