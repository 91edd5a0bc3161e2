/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderKeptFile - a small text file that holds what a program keeps of the user: a list, an account.
 *
 * Written in the background, whole or not at all, readable by the user alone; what was given last is what stays, however slowly
 * the disk takes what was given before. The folder is made when there is something to put into it. Thread: main context; writing
 * goes on in a thread of its own. Owned by whoever keeps something; what was not written yet is written before the last
 * reference is gone.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_TYPE_KEPT_FILE (yonder_kept_file_get_type ())
G_DECLARE_FINAL_TYPE (YonderKeptFile, yonder_kept_file, YONDER, KEPT_FILE, GObject)

YonderKeptFile *yonder_kept_file_new         (const char *path);
void            yonder_kept_file_read_async  (YonderKeptFile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                              gpointer user_data);
char           *yonder_kept_file_read_finish (YonderKeptFile *self, GAsyncResult *result, GError **error);
void            yonder_kept_file_write       (YonderKeptFile *self, char *text);
void            yonder_kept_file_flush       (YonderKeptFile *self);

G_END_DECLS
