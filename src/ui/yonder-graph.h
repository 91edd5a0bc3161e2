/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderGraph - up to three lines over time, drawn with GtkSnapshot in the colours of the style, with a scale that fits them.
 *
 * What it shows is also told in words, as its accessible description. Thread: main context.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define YONDER_GRAPH_MAX_LINES 3

/* Turns a value into text with its unit, as in "1.2 Mbit/s"; (transfer full) */
typedef char *(*YonderGraphFormat) (double value);

#define YONDER_TYPE_GRAPH (yonder_graph_get_type ())
G_DECLARE_FINAL_TYPE (YonderGraph, yonder_graph, YONDER, GRAPH, GtkWidget)

GtkWidget *yonder_graph_new       (void);
/* Begins anew: @title is what the graph is about, @span the time that it shows, both translated. */
void       yonder_graph_begin     (YonderGraph *self, const char *title, const char *span, YonderGraphFormat format, double min_scale);
/* @values: copied; below zero where not known */
void       yonder_graph_add_line  (YonderGraph *self, const char *name, const double *values, guint n_values);
/* Shows what was added. */
void       yonder_graph_finish    (YonderGraph *self);

G_END_DECLS
