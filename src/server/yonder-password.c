/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-password.h"

#include <crypt.h>
#include <string.h>

/* A hash of nothing, to spend the same time on a user who does not exist. */
#define NOBODY "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7"

/* crypt_rn()'s scratch area is 32 KiB: on the heap, and wiped, since it has seen the password. */
static char *
run_crypt (const char *password, const char *setting)
{
  struct crypt_data *scratch = g_new0 (struct crypt_data, 1);
  char *hash = g_strdup (crypt_rn (password, setting, scratch, sizeof *scratch));

  explicit_bzero (scratch, sizeof *scratch);
  g_free (scratch);
  return hash;
}

/**
 * yonder_password_hash:
 * @password: the password
 *
 * Returns: (transfer full) (nullable): its yescrypt hash with a salt of its own and the library's default cost (crypt(5)); %NULL
 *   if the password cannot be hashed
 */
char *
yonder_password_hash (const char *password)
{
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];

  if (crypt_gensalt_rn ("$y$", 0, NULL, 0, setting, sizeof setting) == NULL)
    return NULL;
  return run_crypt (password, setting);
}

/**
 * yonder_password_check:
 * @password: what somebody says it is
 * @hash: (nullable): what yonder_password_hash() gave; %NULL for a user who does not exist, which takes as long and fails
 *
 * Returns: whether it is
 */
gboolean
yonder_password_check (const char *password, const char *hash)
{
  const char *expected = hash ? hash : NOBODY;
  g_autofree char *found = run_crypt (password, expected);
  guchar difference = hash == NULL;

  if (found == NULL || strlen (found) != strlen (expected))
    return FALSE;
  for (gsize i = 0; expected[i]; i++)
    difference |= found[i] ^ expected[i];
  return difference == 0;
}
