/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderWindow - the main window: the sign-in page, or the contacts and calls of the lines that are open, and a page for each person.
 *
 * Shows what the application tells it and starts nothing by itself. Thread: main context.
 */

#pragma once

#include <adwaita.h>

#include "yonder-account-book.h"
#include "yonder-call-history.h"
#include "yonder-call-log.h"
#include "yonder-line.h"
#include "yonder-people.h"
#include "yonder-sign-in-page.h"

G_BEGIN_DECLS

#define YONDER_TYPE_WINDOW (yonder_window_get_type ())
G_DECLARE_FINAL_TYPE (YonderWindow, yonder_window, YONDER, WINDOW, AdwApplicationWindow)

YonderWindow     *yonder_window_new              (GtkApplication *application, GSettings *settings);
void              yonder_window_set_sign_in_page (YonderWindow *self, YonderSignInPage *page);
YonderSignInPage *yonder_window_get_sign_in_page (YonderWindow *self);
void              yonder_window_show_starting    (YonderWindow *self, const char *title);
void              yonder_window_show_sign_in     (YonderWindow *self);
gboolean          yonder_window_is_showing_sign_in (YonderWindow *self);
void              yonder_window_set_log          (YonderWindow *self, YonderCallLog *log, YonderCallHistory *history);
void              yonder_window_set_lines        (YonderWindow *self, GListModel *lines, YonderAccountBook *book);
void              yonder_window_update_accounts  (YonderWindow *self);
void              yonder_window_show_contacts    (YonderWindow *self);
void              yonder_window_show_calls       (YonderWindow *self);
void              yonder_window_add_toast        (YonderWindow *self, const char *text);
void              yonder_window_tell_of_person   (YonderWindow *self, const char *text, const char *account, const char *id,
                                                  const char *name);

G_END_DECLS
