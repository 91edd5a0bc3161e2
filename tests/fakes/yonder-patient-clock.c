/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-patient-clock.h"

#define PATIENCE 4

struct _YonderPatientClock {
  YonderClock parent_instance;
};

G_DEFINE_FINAL_TYPE (YonderPatientClock, yonder_patient_clock, YONDER_TYPE_CLOCK)

static guint
yonder_patient_clock_add (YonderClock *clock, guint delay_ms, GSourceFunc function, gpointer data, GDestroyNotify destroy)
{
  return YONDER_CLOCK_CLASS (yonder_patient_clock_parent_class)->add (clock, delay_ms * PATIENCE, function, data, destroy);
}

static void
yonder_patient_clock_class_init (YonderPatientClockClass *class)
{
  YONDER_CLOCK_CLASS (class)->add = yonder_patient_clock_add;
}

static void
yonder_patient_clock_init (YonderPatientClock *self)
{
}

YonderClock *
yonder_patient_clock_new (void)
{
  return g_object_new (YONDER_TYPE_PATIENT_CLOCK, NULL);
}
