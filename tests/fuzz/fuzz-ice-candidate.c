/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Candidates: what is accepted is one line of printable words, and reads the same again. */

#include "fuzz.h"

#include "yonder-ice-candidate.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceCandidate) candidate = yonder_ice_candidate_parse (text, NULL, 0, NULL, &error);
  g_autoptr (YonderIceCandidate) beside = yonder_ice_candidate_parse ("", text, 0, text, NULL);
  g_autoptr (YonderIceCandidate) again = NULL;
  const char *printed;

  g_assert_true ((candidate == NULL) == (error != NULL));
  if (beside != NULL)
    g_assert_true (yonder_ice_candidate_get_mid (beside) == NULL ||
                   strpbrk (yonder_ice_candidate_get_mid (beside), " \r\n") == NULL);
  if (candidate == NULL)
    return 0;

  printed = yonder_ice_candidate_get_text (candidate);
  g_assert_null (strpbrk (printed, "\r\n\t"));
  again = yonder_ice_candidate_parse (printed, NULL, 0, NULL, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (yonder_ice_candidate_get_text (again), ==, printed);
  g_assert_cmpstr (yonder_ice_candidate_get_address (again), ==, yonder_ice_candidate_get_address (candidate));
  g_assert_cmpuint (yonder_ice_candidate_get_port (again), ==, yonder_ice_candidate_get_port (candidate));
  g_assert_cmpuint (yonder_ice_candidate_get_priority (again), ==, yonder_ice_candidate_get_priority (candidate));
  g_assert_cmpstr (yonder_ice_candidate_get_ufrag (again), ==, yonder_ice_candidate_get_ufrag (candidate));
  if (!yonder_ice_candidate_is_end (candidate)) {
    g_assert_true (g_str_has_prefix (printed, "candidate:"));
    g_assert_cmpuint (yonder_ice_candidate_get_component (candidate), >, 0);
    g_assert_cmpstr (yonder_ice_candidate_get_address (candidate), !=, "");
  }
  return 0;
}
