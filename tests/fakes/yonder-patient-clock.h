/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderPatientClock - the real clock, with waits four times as long: for tests of real parts on a computer that sanitizers and other tests
 * make slow. */

#pragma once

#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PATIENT_CLOCK (yonder_patient_clock_get_type ())
G_DECLARE_FINAL_TYPE (YonderPatientClock, yonder_patient_clock, YONDER, PATIENT_CLOCK, YonderClock)

YonderClock *yonder_patient_clock_new (void);

G_END_DECLS
