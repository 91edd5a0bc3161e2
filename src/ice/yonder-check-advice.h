/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the steps of a network check come to: one plain sentence, and what to do. Pure: a table of rules over how the steps
 * ended. */

#pragma once

#include "yonder-check-step.h"
#include "yonder-nat-probe.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_VERDICT_GOOD,    /* calls will work */
  YONDER_VERDICT_LIMITED, /* some will not, or not well */
  YONDER_VERDICT_BAD,     /* calls will not work */
} YonderVerdict;

typedef struct {
  YonderStepState state[YONDER_N_STEPS];
  const char     *detail[YONDER_N_STEPS];     /* borrowed, untranslated rules put it behind a colon */
  int             turn_error;                 /* the code of YonderStunError that says most, 0 for none */
  gboolean        has_turn;                   /* a TURN server is set up */
  YonderNatKind   nat;
} YonderCheckFacts;

typedef struct {
  YonderVerdict verdict;
  char         *sentence;
  char         *action;       /* (nullable): what to do about it */
  gboolean      wants_turn;   /* a TURN server would help: show how to set one up */
} YonderCheckAdvice;

YonderCheckAdvice *yonder_check_advice_new  (const YonderCheckFacts *facts);
void               yonder_check_advice_free (YonderCheckAdvice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderCheckAdvice, yonder_check_advice_free)

const char        *yonder_verdict_get_name  (YonderVerdict verdict); /* for programs: "good", "limited", "bad" */

/* (transfer full): a configuration for coturn that works with Yonder, with a secret of its own in it */
char              *yonder_check_advice_make_turnserver_conf (void);

G_END_DECLS
