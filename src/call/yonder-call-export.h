/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes down a call as Chromium's page chrome://webrtc-internals does, so that its dump viewers can read it.
 *
 * One peer connection with its update log and, for each figure, a series of values as a JSON text. Holds no credentials. Pure.
 */

#pragma once

#include "yonder-call-inspection.h"

G_BEGIN_DECLS

/* @with_addresses: whether IP addresses may stay in; else each one is replaced by a name of its own, such as "address-2" */
char *yonder_call_export (YonderCallInspection *inspection, gboolean with_addresses);

G_END_DECLS
