/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the application share: yonder-application.c (its life), yonder-application-sign-in.c (signing in and out),
 * yonder-application-lines.c (what comes of the lines), yonder-application-actions.c (what menus and shortcuts do),
 * yonder-application-calls.c (what notifications and yonder-cli do) and yonder-application-links.c (copying and opening links). */

#pragma once

#include "yonder-application.h"
#include "yonder-background.h"
#include "yonder-call-attendant.h"
#include "yonder-call-history.h"
#include "yonder-call-log.h"
#include "yonder-call-notifier.h"
#include "yonder-call-window.h"
#include "yonder-camera-access.h"
#include "yonder-devices.h"
#include "yonder-disruption.h"
#include "yonder-global-shortcuts.h"
#include "yonder-host.h"
#include "yonder-ice-account.h"
#include "yonder-ice-server-list.h"
#include "yonder-line.h"
#include "yonder-link.h"
#include "yonder-people.h"
#include "yonder-secrets.h"
#include "yonder-switchboard.h"
#include "yonder-window.h"

G_BEGIN_DECLS

struct _YonderApplication
{
  AdwApplication      parent_instance;

  GSettings          *settings;
  YonderClock        *clock;
  YonderSecrets      *secrets;
  YonderMediaFactory *media;
  YonderDevices      *devices;
  YonderCameraAccess *camera_access;
  YonderIceSources   *ice_sources;
  YonderIceServerList *ice_list;
  YonderIceAccount   *ice_account;
  YonderCallFloor    *floor;
  YonderCallNotifier *notifier;
  YonderBackground   *background;
  YonderRinger       *ringer;
  YonderCallAttendant *attendant;
  YonderGlobalShortcuts *global_shortcuts;
  YonderCallHistory  *history;
  YonderCallLog      *log;
  YonderPeopleBook   *book;
  YonderHost         *host;
  YonderDisruption   *disruption;
  YonderAccountBook  *accounts;
  YonderSwitchboard  *switchboard;
  GPtrArray          *followed;    /* of YonderLine: those that are open */
  GCancellable       *cancellable; /* of the sign-ins by hand */
  YonderWindow       *window;      /* (nullable) borrowed: GTK owns it */
  YonderCallWindow   *next_call_window; /* (nullable) borrowed: GTK owns it; without a call until there is one */
  guint               preparation; /* source that makes ready for the next call, or 0 */

  char               *server;      /* (nullable): from the command line or the environment */
  char               *token;       /* (nullable): from the environment */
  GListModel         *ice_servers; /* (nullable): from the environment */
  char               *ice_policy;  /* (nullable): from the environment */
  gboolean            is_embedded_asked;
  gboolean            exits_after_startup;
  gboolean            is_begun;
  gboolean            is_hosting_begun; /* the addresses for others are to be shown once it works */
  gboolean            is_asking;   /* the sign-in page is wanted although there are accounts */
  gboolean            is_started_in_background; /* without a window, until there is one */
  char               *silenced_peer; /* (nullable): id of whom the user was told last that they do not ring any more */
  char               *pending_account; /* (nullable): mark of the account that knows who is to be called */
  char               *pending_peer; /* (nullable): id of who is to be called as soon as that can be done */
  char               *pending_name; /* (nullable): what a link calls them */
  YonderCallKind      pending_kind;
  YonderLink         *link;        /* (nullable): the one that was opened last, until the user was asked about it */
  gboolean            is_asking_about_link;
  gboolean            is_link_awaited; /* it was said already what it waits for */
};

void     yonder_application_add_actions        (YonderApplication *self);
void     yonder_application_update_actions     (YonderApplication *self);
void     yonder_application_show_window        (YonderApplication *self);

void     yonder_application_add_call_actions   (YonderApplication *self);
void     yonder_application_update_call_actions (YonderApplication *self);
void     yonder_application_show_call          (YonderApplication *self, YonderCall *call);
void     yonder_application_prepare_for_call   (YonderApplication *self);
void     yonder_application_forget_preparations (YonderApplication *self);
void     yonder_application_place_pending_call (YonderApplication *self);

YonderIceSources *yonder_application_make_ice_sources (gpointer self);

void        yonder_application_follow_lines       (YonderApplication *self);
YonderLine *yonder_application_get_line           (YonderApplication *self);
YonderLine *yonder_application_line_of_call       (YonderApplication *self, YonderCall *call);

void        yonder_application_add_link_actions    (YonderApplication *self);
void        yonder_application_follow_link         (YonderApplication *self);

void        yonder_application_add_account_actions (YonderApplication *self);
void        yonder_application_add_account_at      (YonderApplication *self, const char *server);
void        yonder_application_show_place         (YonderApplication *self);
void        yonder_application_begin              (YonderApplication *self);
void        yonder_application_sign_out           (YonderApplication *self, YonderAccountEntry *entry);
char       *yonder_application_dup_server_name    (YonderApplication *self);
void        yonder_application_show_server        (YonderApplication *self, YonderLine *line);

G_END_DECLS
