/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderErrand - an operation that its answer, the end of its time or its cancellation may end: the first of them counts.
 *
 * An errand is a GTask whose task data belong to this file; what the operation needs meanwhile is its state. It holds itself
 * until it has returned, so that whoever answers later finds it over and lets go of the reference that it holds.
 *
 * Thread: the main context in which it was begun.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

typedef struct {
  void (*settle) (GTask *errand); /* (nullable): what is to stop as soon as it is over, whoever ended it */
  GDestroyNotify free_state;
} YonderErrandClass;

GTask        *yonder_errand_begin          (gpointer source, const YonderErrandClass *class, gpointer state, YonderClock *clock,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gpointer      yonder_errand_get_state      (GTask *errand);
GCancellable *yonder_errand_get_inner      (GTask *errand);
gboolean      yonder_errand_is_over        (GTask *errand);
void          yonder_errand_set_limit      (GTask *errand, guint limit_ms, GError *late);
void          yonder_errand_return_error   (GTask *errand, GError *error);
void          yonder_errand_return_int     (GTask *errand, gssize result);
void          yonder_errand_return_pointer (GTask *errand, gpointer result, GDestroyNotify free_result);

G_END_DECLS
