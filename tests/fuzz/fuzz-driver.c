/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a fuzz target without libFuzzer, so that any compiler will do and every run of the suite does the same.
 *
 *   fuzz-TARGET CORPUS RUNS [SEED]   the seeds as they are, then RUNS mutations of them, from a fixed seed
 *   fuzz-TARGET FILE…                these inputs, as they are
 *
 * What crashed the target is left in fuzz-TARGET.crash in the current folder. There is no feedback from coverage: the seeds must
 * reach what the mutations are to explore. */

#include "fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_SIZE 4096

/* of the sanitizers' run time, where it is linked */
void __sanitizer_set_death_callback (void (*callback) (void)) __attribute__ ((weak));

/* What the seeds are made of, and what is at the edge of something. */
static const char * const dictionary[] = {
  "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "\\u001e", "\x1e", "\xff", "\xc3", "\n", "\r\n", " ",
    "/", "-",
  "0", "-1", "1", "255", "256", "65535", "65536", "2147483648", "4294967296", "9007199254740993", "9223372036854775808", "1e999",
  "0.5", "1e5",
  "true", "false", "null", "\"\"", "{}", "[]", "b", "2probe", "{\"_placeholder\":true,\"num\":0}", "\"callId\":",
  "\"candidate\":", "\"sdp\":", "v=0",
  "candidate:", "udp", "tcp", "typ", "host", "raddr", "rport", "tcptype", ".local", "::1", "[::1]", "turn:", "stuns:",
  "?transport=", "@", "urls", "ttl",
};

static guint8 input[INPUT_SIZE];
static gsize input_size;
static const char *program;

static void
keep_input (void)
{
  g_autofree char *path = g_strconcat (program, ".crash", NULL);
  FILE *file = fopen (path, "wb");

  if (file == NULL)
    return;
  fwrite (input, 1, input_size, file);
  fclose (file);
  fprintf (stderr, "Bail out! the input is in %s\n", path);
}

static void
on_abort (int number)
{
  keep_input ();
  signal (number, SIG_DFL);
  raise (number);
}

/* Copied to the heap to its exact size, so that a read beyond the end is seen. */
static void
run (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);

  LLVMFuzzerTestOneInput (copy != NULL ? copy : (const guint8 *) "", size);
}

static void
replace (gsize from, gsize to, const void *data, gsize size)
{
  size = MIN (size, INPUT_SIZE - (input_size - (to - from)));
  memmove (input + from + size, input + to, MIN (input_size - to, INPUT_SIZE - from - size));
  memcpy (input + from, data, size);
  input_size = input_size - (to - from) + size;
}

static void
mutate (GRand *random, GPtrArray *seeds)
{
  gsize from = g_rand_int_range (random, 0, input_size + 1);
  gsize to = from + g_rand_int_range (random, 0, MIN (input_size - from, 16) + 1);
  const char *word = dictionary[g_rand_int_range (random, 0, G_N_ELEMENTS (dictionary))];
  guint8 chunk[16], byte = g_rand_int_range (random, 0, 256);

  switch (g_rand_int_range (random, 0, 7)) {
  case 0: /* another bit */
    if (from < input_size)
      input[from] ^= 1 << g_rand_int_range (random, 0, 8);
    break;
  case 1:
    replace (from, from, &byte, 1);
    break;
  case 2:
    replace (from, to, "", 0);
    break;
  case 3: /* the same again */
    memcpy (chunk, input + from, to - from);
    replace (from, from, chunk, to - from);
    break;
  case 4:
    replace (from, from, word, strlen (word));
    break;
  case 5:
    replace (from, to, word, strlen (word));
    break;
  default: { /* a piece of another seed */
    GBytes *other = seeds->pdata[g_rand_int_range (random, 0, seeds->len)];
    gsize size, begin, length;
    const guint8 *data = g_bytes_get_data (other, &size);

    begin = g_rand_int_range (random, 0, size + 1);
    length = g_rand_int_range (random, 0, 64);
    if (size > 0)
      replace (from, to, data + begin, MIN (size - begin, length));
  }
  }
}

static GPtrArray *
load (const char *path)
{
  g_autoptr (GPtrArray) seeds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  /* The order of a folder is nobody's promise, and the runs shall be the same everywhere. */
  g_ptr_array_sort_values (names, (GCompareFunc) strcmp);
  if (directory == NULL)
    g_ptr_array_add (names, g_strdup (path));

  for (guint i = 0; i < names->len; i++) {
    char *data;
    gsize size;

    if (g_file_get_contents (names->pdata[i], &data, &size, NULL))
      g_ptr_array_add (seeds, g_bytes_new_take (data, MIN (size, INPUT_SIZE)));
  }
  return g_steal_pointer (&seeds);
}

static void
take (GBytes *seed)
{
  const void *data = g_bytes_get_data (seed, &input_size);

  if (input_size > 0)
    memcpy (input, data, input_size);
}

static void
run_all (GPtrArray *seeds)
{
  for (guint i = 0; i < seeds->len; i++) {
    take (seeds->pdata[i]);
    run (input, input_size);
  }
}

int
main (int argc, char *argv[])
{
  g_autoptr (GPtrArray) seeds = NULL;
  g_autoptr (GRand) random = NULL;
  guint runs = argc > 2 ? strtoul (argv[2], NULL, 10) : 0;
  guint32 seed = argc > 3 ? strtoul (argv[3], NULL, 10) : 1;

  program = strrchr (argv[0], '/') != NULL ? strrchr (argv[0], '/') + 1 : argv[0];
  signal (SIGABRT, on_abort);
  signal (SIGTRAP, on_abort);
  if (__sanitizer_set_death_callback != NULL)
    __sanitizer_set_death_callback (keep_input);

  for (int i = 1; runs == 0 && i < argc; i++) {
    seeds = load (argv[i]);
    run_all (seeds);
    g_clear_pointer (&seeds, g_ptr_array_unref);
  }
  if (runs == 0)
    return 0;

  seeds = load (argv[1]);
  printf ("1..1\n# seed %u, %u seeds\n", seed, seeds->len);
  if (seeds->len == 0) {
    printf ("not ok 1 - there are no seeds in %s\n", argv[1]);
    return 1;
  }
  run_all (seeds);
  random = g_rand_new_with_seed (seed);
  for (guint i = 0; i < runs; i++) {
    take (seeds->pdata[g_rand_int_range (random, 0, seeds->len)]);
    for (int j = g_rand_int_range (random, 1, 9); j > 0; j--)
      mutate (random, seeds);
    run (input, input_size);
  }
  printf ("ok 1 - %s: %u runs\n", program, runs);
  return 0;
}
