/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCheckPage - the network check as a dialog: fills step by step, can be cancelled and repeated, ends in a sentence.
 *
 * Owns its check, which begins when the dialog is shown and ends with it.
 */

#pragma once

#include <adwaita.h>

#include "yonder-network-check.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CHECK_PAGE (yonder_check_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderCheckPage, yonder_check_page, YONDER, CHECK_PAGE, AdwDialog)

/* @server: (nullable): the call server's address; @ice_servers: of YonderIceServer */
YonderCheckPage *yonder_check_page_new (const char *server, GListModel *ice_servers, YonderClock *clock);

G_END_DECLS
