/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-generation.h"

#include "yonder-signaling.h"

#include <glib/gi18n.h>
#include <string.h>

/* A peer may count faster than we do, but not to the end of the number. */
#define MAX_STEP 16

static const char * const refusals[] = {
  [YONDER_VERDICT_STALE_OFFER] = N_("An offer of an earlier peer connection was dropped"),
  [YONDER_VERDICT_OFFER_AGAIN] = N_("An offer came twice; the second was dropped"),
  [YONDER_VERDICT_OFFER_GLARE] = N_("Both sides made an offer; the caller’s stands"),
  [YONDER_VERDICT_OFFER_TOO_FAR] = N_("An offer of a generation far ahead was refused"),
  [YONDER_VERDICT_FOREIGN_ANSWER] = N_("An answer of another peer connection was dropped"),
  [YONDER_VERDICT_STALE_CANDIDATE] = N_("A candidate of an earlier peer connection was dropped"),
  [YONDER_VERDICT_FOREIGN_CANDIDATE] = N_("A candidate of another peer connection was dropped, as its ufrag tells"),
  [YONDER_VERDICT_CANDIDATE_TOO_FAR] = N_("A candidate of a generation far ahead was refused"),
};

/* The ice-ufrag attributes of a description (RFC 8839 section 5.4); with bundled media there is one, without there may be more. */
static GStrv
parse_ufrags (const char *sdp)
{
  static const char attribute[] = "a=ice-ufrag:";
  g_autoptr (GStrvBuilder) ufrags = g_strv_builder_new ();

  for (const char *line = sdp; line != NULL; line = strchr (line, '\n')) {
    line += *line == '\n';
    if (g_str_has_prefix (line, attribute)) {
      const char *value = line + strlen (attribute);

      g_strv_builder_take (ufrags, g_strndup (value, strcspn (value, " \t\r\n")));
    }
  }
  return g_strv_builder_end (ufrags);
}

static gboolean
has_any (GStrv ufrags)
{
  return ufrags != NULL && ufrags[0] != NULL;
}

static gboolean
share_an_ufrag (GStrv a, GStrv b)
{
  for (guint i = 0; a != NULL && b != NULL && a[i] != NULL; i++) {
    if (g_strv_contains ((const char * const *) b, a[i]))
      return TRUE;
  }
  return FALSE;
}

/* Whether a message belongs to the peer connection there is now, so far as its number and its ufrags tell. One without a number must
 * have an ufrag that we have not seen die. */
static gboolean
owns (const YonderGeneration *self, gint64 number, GStrv ufrags)
{
  if (number == self->number)
    return TRUE;
  return number == 0 && !self->peer_counts && has_any (ufrags) && !share_an_ufrag (ufrags, self->former_ufrags);
}

/* Frees what it holds; it may be used again. */
void
yonder_generation_clear (YonderGeneration *self)
{
  g_clear_pointer (&self->ufrags, g_strfreev);
  g_clear_pointer (&self->former_ufrags, g_strfreev);
}

/* Another peer connection takes the place of the one before. */
void
yonder_generation_advance (YonderGeneration *self, gint64 number)
{
  self->number = number;
  self->media++;
  if (self->ufrags != NULL) {
    g_strfreev (self->former_ufrags);
    self->former_ufrags = g_steal_pointer (&self->ufrags);
  }
}

/* The peer's description of the connection there is now. */
void
yonder_generation_describe (YonderGeneration *self, const char *sdp)
{
  g_strfreev (self->ufrags);
  self->ufrags = parse_ufrags (sdp);
}

/* Returns: the number that a message of the peer belongs to; @written may be %YONDER_NO_GENERATION */
gint64
yonder_generation_read (YonderGeneration *self, gint64 written)
{
  if (written == YONDER_NO_GENERATION)
    return 0;
  self->peer_counts = TRUE;
  return written;
}

/* Whether the peer may take us there. */
gboolean
yonder_generation_may_become (const YonderGeneration *self, gint64 number)
{
  return number >= self->number && number - self->number <= MAX_STEP;
}

/**
 * yonder_generation_judge_offer:
 * @self: the generation
 * @sdp: the offer
 * @number: the number beside it, not negative
 * @situation: how it finds us
 *
 * An offer of a higher number is a restart; so is one of the same number with other ufrags, which is a browser's own restartIce().
 *
 * Returns: to take it, to restart for it, or why it is refused
 */
YonderVerdict
yonder_generation_judge_offer (const YonderGeneration *self, const char *sdp, gint64 number, YonderOfferSituation situation)
{
  g_auto (GStrv) ufrags = parse_ufrags (sdp);

  if (number < self->number && !owns (self, number, ufrags))
    return YONDER_VERDICT_STALE_OFFER;
  if (number > self->number)
    return yonder_generation_may_become (self, number) ? YONDER_VERDICT_RESTART : YONDER_VERDICT_OFFER_TOO_FAR;

  switch (situation) {
  case YONDER_OFFER_EXPECTED:
    return YONDER_VERDICT_TAKE;
  case YONDER_OFFER_CROSSES_OURS:
    return YONDER_VERDICT_OFFER_GLARE;
  case YONDER_OFFER_OVERRIDES_OURS:
    return YONDER_VERDICT_RESTART;
  case YONDER_OFFER_UNEXPECTED:
    break;
  }
  return share_an_ufrag (ufrags, self->ufrags) || !has_any (ufrags) ? YONDER_VERDICT_OFFER_AGAIN : YONDER_VERDICT_RESTART;
}

YonderVerdict
yonder_generation_judge_answer (const YonderGeneration *self, const char *sdp, gint64 number)
{
  g_auto (GStrv) ufrags = parse_ufrags (sdp);

  return owns (self, number, ufrags) ? YONDER_VERDICT_TAKE : YONDER_VERDICT_FOREIGN_ANSWER;
}

/**
 * yonder_generation_judge_candidate:
 * @self: the generation
 * @candidate: the candidate
 * @number: the number beside it, not negative
 *
 * Returns: to take it, to keep it for a connection that is to come, or why it is refused
 */
YonderVerdict
yonder_generation_judge_candidate (const YonderGeneration *self, YonderIceCandidate *candidate, gint64 number)
{
  const char *ufrag = yonder_ice_candidate_get_ufrag (candidate);
  char *one[] = { (char *) ufrag, NULL };
  GStrv ufrags = ufrag != NULL && *ufrag != '\0' ? one : NULL;

  if (number < self->number && !owns (self, number, ufrags))
    return YONDER_VERDICT_STALE_CANDIDATE;
  if (number > self->number)
    return yonder_generation_may_become (self, number) ? YONDER_VERDICT_KEEP : YONDER_VERDICT_CANDIDATE_TOO_FAR;
  if (has_any (ufrags) && has_any (self->ufrags) && !share_an_ufrag (ufrags, self->ufrags))
    return YONDER_VERDICT_FOREIGN_CANDIDATE;
  return YONDER_VERDICT_TAKE;
}

/**
 * yonder_verdict_to_words:
 * @verdict: what was found of a message
 *
 * Returns: (nullable): why it is refused, translated; %NULL where it is not
 */
const char *
yonder_verdict_to_words (YonderVerdict verdict)
{
  return verdict < G_N_ELEMENTS (refusals) && refusals[verdict] != NULL ? _(refusals[verdict]) : NULL;
}
