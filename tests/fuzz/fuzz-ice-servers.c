/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ICE servers: the input is a URL, or JSON from a provider. A URL that is accepted prints as one that reads the same. */

#include "fuzz.h"

#include "yonder-ice-server.h"
#include "yonder-json.h"

static void
check_uri (const YonderIceUri *uri)
{
  g_autofree char *printed = yonder_ice_uri_print (uri), *reprinted = NULL;
  g_autoptr (YonderIceUri) again = yonder_ice_uri_parse (printed, NULL);

  g_assert_nonnull (again);
  reprinted = yonder_ice_uri_print (again);
  g_assert_cmpstr (printed, ==, reprinted);
  g_assert_cmpuint (uri->port, >, 0);
}

static void
check_list (GListModel *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (list, i);
    GPtrArray *uris = yonder_ice_server_get_uris (server);

    g_assert_cmpuint (uris->len, >, 0);
    for (guint j = 0; j < uris->len; j++) {
      const YonderIceUri *uri = uris->pdata[j];

      check_uri (uri);
      if (uri->scheme == YONDER_ICE_SCHEME_TURN || uri->scheme == YONDER_ICE_SCHEME_TURNS)
        g_assert_nonnull (yonder_ice_server_get_credential (server));
    }
  }
}

static GLogWriterOutput
drop (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return level & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG) ? G_LOG_WRITER_HANDLED
                                                                              : g_log_writer_default (level, fields, n_fields,
                                                                                                      data);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static gboolean is_quiet = FALSE;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (text, NULL);
  g_autoptr (JsonNode) root = yonder_json_parse ((const char *) data, (gssize) size, G_MAXSIZE, NULL);
  g_autoptr (GListStore) list = NULL;
  g_autoptr (GError) error = NULL;
  gint64 ttl_s;

  /* Entries that are left out are logged, thousands of them here. */
  if (!is_quiet)
    g_log_set_writer_func (drop, NULL, NULL);
  is_quiet = TRUE;

  if (uri != NULL)
    check_uri (uri);
  if (root == NULL)
    return 0;
  list = yonder_ice_servers_parse (root, &ttl_s, &error);
  g_assert_true ((list == NULL) == (error != NULL));
  g_assert_cmpint (ttl_s, >=, -1);
  if (list != NULL)
    check_list (G_LIST_MODEL (list));
  return 0;
}
