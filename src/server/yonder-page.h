/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The browser page of the server: files compiled in, given out at "/". Thread: main context. */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void yonder_page_serve (SoupServer *soup);

G_END_DECLS
