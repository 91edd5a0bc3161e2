/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody pasted: JSON, a .env file, URLs. Whatever is read of it can be shown, checked and, where nothing is said against it, used. */

#include "fuzz.h"

#include "yonder-ice-check.h"
#include "yonder-ice-import.h"

static GLogWriterOutput
drop (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return level & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG) ? G_LOG_WRITER_HANDLED
                                                                              : g_log_writer_default (level, fields, n_fields, data);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static gboolean is_quiet = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceImport) import = NULL;

  if (!is_quiet)
    g_log_set_writer_func (drop, NULL, NULL);
  is_quiet = TRUE;

  import = yonder_ice_import_text ((const char *) data, (gssize) size, &error);
  g_assert_true ((import == NULL) == (error != NULL));
  for (guint i = 0; import != NULL && i < import->entries->len; i++) {
    YonderIceEntry *entry = import->entries->pdata[i];
    g_autofree char *title = yonder_ice_entry_dup_title (entry), *subtitle = yonder_ice_entry_dup_subtitle (entry);
    g_autofree char *warning = yonder_ice_entry_dup_warning (entry);
    g_autoptr (YonderIceServer) server = yonder_ice_entry_to_server (entry);

    g_assert_true (g_utf8_validate (title, -1, NULL) && g_utf8_validate (subtitle, -1, NULL));
    if (warning == NULL)
      g_assert_nonnull (server);
  }
  return 0;
}
