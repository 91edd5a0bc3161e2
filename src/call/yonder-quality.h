/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How good a call is, as bars and in one word. Pure. */

#pragma once

#include "yonder-call-inspection.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_QUALITY_UNKNOWN,
  YONDER_QUALITY_BAD,
  YONDER_QUALITY_POOR,
  YONDER_QUALITY_GOOD,
  YONDER_QUALITY_EXCELLENT,
} YonderQuality;

GType yonder_quality_get_type (void);
#define YONDER_TYPE_QUALITY (yonder_quality_get_type ())

YonderQuality yonder_quality_of_sample (const YonderInspectionSample *sample, const YonderInspectionSample *previous);
YonderQuality yonder_quality_of_call   (YonderCallInspection *inspection);
const char   *yonder_quality_get_word  (YonderQuality self); /* translated */

G_END_DECLS
