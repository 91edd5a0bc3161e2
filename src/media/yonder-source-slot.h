/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSourceSlot - the place of a source before an input-selector, in which one source can take the place of another while data flows.
 *
 * A value, embedded in a capture. Thread: main context.
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct {
  /* borrowed */
  GstElement *pipeline;
  GstElement *bin;      /* the capture's, has the selector in it */
  GstElement *selector;
  /* owned */
  GstElement *source;   /* (nullable): in the pipeline */
  GstPad     *pad;      /* (nullable): of the bin */
} YonderSourceSlot;

void        yonder_source_slot_init  (YonderSourceSlot *self, GstElement *pipeline, GstElement *bin, GstElement *selector);
GstElement *yonder_source_slot_swap  (YonderSourceSlot *self, GstElement *source);
void        yonder_source_slot_clear (YonderSourceSlot *self);

/* An output of a bin that has a tee in it, for as long as somebody wants what flows there. */
GstPad     *yonder_tee_open    (GstElement *bin);
GstPad     *yonder_tee_lead_to (GstElement *tee, GstPad *next);
void        yonder_tee_close   (GstElement *bin, GstElement *tee, GstPad *output);

G_END_DECLS
