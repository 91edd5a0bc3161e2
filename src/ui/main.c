/* SPDX-License-Identifier: GPL-3.0-or-later */

/* yonder: the desktop application. Reads the environment, finds the settings, and runs the application. */

#include <glib/gi18n.h>

#include "yonder-application.h"
#include "yonder-ice-server.h"
#include "yonder-json.h"
#include "yonder-log.h"
#include "yonder-renderer.h"
#include "yonder-theme.h"
#include "yonder-translations.h"

/* chosen: the longest list of servers that makes sense */
#define MAX_ICE_TEXT (64 * 1024)

/* The schema is where it was installed, or, for a start from the build folder, below it. */
static GSettings *
find_settings (void)
{
  g_autoptr (GSettingsSchemaSource) source = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *build = folder != NULL ? g_build_filename (folder, "..", "..", "data", NULL) : NULL;

  if (g_settings_schema_source_get_default () != NULL)
    schema = g_settings_schema_source_lookup (g_settings_schema_source_get_default (), YONDER_APPLICATION_ID, TRUE);
  if (schema == NULL && build != NULL) {
    source = g_settings_schema_source_new_from_directory (build, NULL, TRUE, NULL);
    if (source != NULL)
      schema = g_settings_schema_source_lookup (source, YONDER_APPLICATION_ID, FALSE);
  }

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

static const char *
value_of (const char *variable)
{
  const char *value = g_getenv (variable);

  return value != NULL && *value != '\0' ? value : NULL;
}

/* What the environment says of STUN and TURN servers; a mistake there is told at once, not when a call fails. */
static gboolean
read_ice (YonderApplicationEnvironment *environment, GListModel **servers)
{
  const char *text = value_of ("YONDER_ICE_SERVERS");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = text != NULL ? yonder_json_parse (text, -1, MAX_ICE_TEXT, &error) : NULL;

  if (root != NULL)
    *servers = G_LIST_MODEL (yonder_ice_servers_parse (root, NULL, &error));
  if (error != NULL) {
    g_printerr (_("YONDER_ICE_SERVERS holds no ICE servers: %s\n"), error->message);
    return FALSE;
  }
  if (environment->ice_policy != NULL && !g_str_equal (environment->ice_policy, "all") && !g_str_equal (environment->ice_policy, "relay")) {
    g_printerr (_("YONDER_ICE_POLICY is “all” or “relay”, not “%s”\n"), environment->ice_policy);
    return FALSE;
  }
  environment->ice_servers = *servers;
  return TRUE;
}

int
main (int argc, char *argv[])
{
  YonderApplicationEnvironment environment = {
    .server = value_of ("YONDER_SERVER"),
    .token = value_of ("YONDER_TOKEN"),
    .ice_policy = value_of ("YONDER_ICE_POLICY"),
  };
  g_autoptr (GListModel) ice_servers = NULL;
  g_autoptr (YonderApplication) application = NULL;
  g_autoptr (GSettings) settings = NULL;

  if (value_of ("GSK_RENDERER") == NULL && value_of ("GDK_DISABLE") == NULL)
    yonder_renderer_choose ();
  if (g_getenv ("GTK_THEME") == NULL)
    yonder_theme_leave_out ();
  yonder_translations_init (YONDER_LOCALE_DIR);
  yonder_log_init (value_of ("YONDER_VERBOSE") != NULL);
  g_set_application_name (_("Yonder"));

  if (!read_ice (&environment, &ice_servers))
    return 1;
  settings = find_settings ();
  if (settings == NULL) {
    g_printerr (_("Yonder's settings schema is missing: install Yonder, or start it with build-aux/run.\n"));
    return 1;
  }

  application = yonder_application_new (settings, &environment);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
