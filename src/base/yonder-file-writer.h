/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes what the user keeps in a file of their choice: whole or not at all. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean yonder_file_write        (GFile *file, GBytes *content, GFileCreateFlags flags, GCancellable *cancellable, GError **error);
void     yonder_file_write_async  (GFile *file, GBytes *content, GFileCreateFlags flags, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_file_write_finish (GFile *file, GAsyncResult *result, GError **error);

G_END_DECLS
