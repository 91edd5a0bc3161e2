/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives relays back: an allocation that nobody returns counts against the user's quota for another ten minutes. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* @bin: stopped, with webrtcbins in it. Blocks until their TURN servers have heard of the end, for half a second at the most: not on the
 * main thread. */
void yonder_ice_farewell (GstBin *bin);

G_END_DECLS
