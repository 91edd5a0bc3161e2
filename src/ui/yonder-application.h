/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderApplication - builds the object graph of the desktop application and holds it: settings, secrets, the media factory, the
 * server in this process, the line that is open, the windows.
 *
 * Thread: main context.
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What main() found in the environment; copied. */
typedef struct {
  const char *server; /* (nullable): YONDER_SERVER */
  const char *token;  /* (nullable): YONDER_TOKEN */
  GListModel *ice_servers; /* (nullable): YONDER_ICE_SERVERS, of YonderIceServer */
  const char *ice_policy;  /* (nullable): YONDER_ICE_POLICY, "all" or "relay" */
} YonderApplicationEnvironment;

#define YONDER_TYPE_APPLICATION (yonder_application_get_type ())
G_DECLARE_FINAL_TYPE (YonderApplication, yonder_application, YONDER, APPLICATION, AdwApplication)

YonderApplication *yonder_application_new (GSettings *settings, const YonderApplicationEnvironment *environment);

G_END_DECLS
