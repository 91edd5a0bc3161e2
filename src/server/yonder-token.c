/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-token.h"

#include <errno.h>
#include <sys/random.h>

/* 24 bytes make 32 characters without padding, and 192 bits are beyond guessing. */
#define TOKEN_BYTES 24

/**
 * yonder_token_new:
 *
 * Draws 192 bits from the kernel's random generator and writes them in the URL-safe alphabet of base64 (RFC 4648 section 5).
 *
 * Returns: (transfer full): 32 characters
 */
char *
yonder_token_new (void)
{
  guint8 bytes[TOKEN_BYTES];
  char *text;

  /* Requests of up to 256 bytes are never cut short (getrandom(2)); only a signal during early boot can interrupt. */
  while (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    if (errno != EINTR)
      g_error ("The kernel gives no random numbers: %s", g_strerror (errno));

  text = g_base64_encode (bytes, sizeof bytes);
  for (char *c = text; *c; c++)
    *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
  return text;
}

/**
 * yonder_token_hash:
 * @token: what yonder_token_new() gave
 *
 * What is stored in a token's place, so that a stolen database signs nobody in. The token is random and long: a plain SHA-256 is
 * enough.
 *
 * Returns: (transfer full): 64 hexadecimal digits
 */
char *
yonder_token_hash (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}
