/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderLogPage - the calls there were, newest first, day by day; one opens with a click, and the key Delete removes it.
 *
 * Belongs into a window with toasts. Thread: main context. Property: n-calls: all there are, whatever is searched for. */

#pragma once

#include <adwaita.h>

#include "yonder-call-history.h"
#include "yonder-call-log.h"

G_BEGIN_DECLS

#define YONDER_TYPE_LOG_PAGE (yonder_log_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderLogPage, yonder_log_page, YONDER, LOG_PAGE, AdwBin)

void yonder_log_page_set_log     (YonderLogPage *self, YonderCallLog *log, YonderCallHistory *history);
void yonder_log_page_set_lines   (YonderLogPage *self, GListModel *lines);
void yonder_log_page_set_search  (YonderLogPage *self, const char *words);

G_END_DECLS
