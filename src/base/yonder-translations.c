/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-translations.h"

#include <libintl.h>
#include <locale.h>

#define DOMAIN "yonder"

/**
 * yonder_translations_init:
 * @locale_folder: where the catalogues were installed
 *
 * Sets the locale of the process from the environment, and finds the words of its language: in @locale_folder or, for a program that is
 * started from the folder where it was built, there.
 *
 * To be called on the main thread before any other thread runs.
 */
void
yonder_translations_init (const char *locale_folder)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *built = folder != NULL ? g_build_filename (folder, "..", "..", "po", NULL) : NULL;
  gboolean is_built_here = built != NULL && g_file_test (built, G_FILE_TEST_IS_DIR);

  setlocale (LC_ALL, "");
  bindtextdomain (DOMAIN, is_built_here ? built : locale_folder);
  bind_textdomain_codeset (DOMAIN, "UTF-8");
  textdomain (DOMAIN);
}
