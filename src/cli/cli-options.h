/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that several commands have in common, from the command line and, where it is silent, from the environment.
 *
 * A command makes a GOptionContext, adds the groups that it takes, parses, and resolves. Secrets come from files or the environment;
 * a token on the command line is overwritten there once it was read, so that it stands in no process list.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-webrtc-factory.h"

G_BEGIN_DECLS

/* What main() read from the environment; strings are borrowed from there. */
typedef struct {
  gint64      start_us;
  const char *server;      /* YONDER_SERVER */
  const char *token;       /* YONDER_TOKEN */
  const char *ice_servers; /* YONDER_ICE_SERVERS */
  const char *ice_policy;  /* YONDER_ICE_POLICY */
} YonderCliEnvironment;

typedef struct {
  /* as given */
  char  *server;
  char  *user;
  char  *token;
  char  *password_file;
  char  *profile;
  char **ice_server_texts;
  gboolean relay_only;
  char    *meeting_base; /* (nullable) */
  char    *say;          /* (nullable) */
  char  *ca_file;
  gboolean audio_only;
  int    camera_after_s; /* 0: the camera is left as it is */
  char  *source;
  char  *video;
  int    max_bitrate_kbps;
  int    duration_s;
  char  *record;
  gboolean json;
  gboolean verbose;

  /* what follows from it */
  char            *password;    /* (nullable) */
  GListStore      *ice_servers; /* (nullable): of YonderIceServer, named by the user */
  GTlsDatabase    *tls_database; /* (nullable): of --ca-file */
  YonderSourceKind source_kind;
  guint            width_px, height_px, fps; /* 0: not given */
} YonderCliOptions;

typedef enum {
  YONDER_CLI_ACCOUNT = 1 << 0, /* where and who */
  YONDER_CLI_ICE     = 1 << 1,
  YONDER_CLI_MEDIA   = 1 << 2, /* what is sent, for how long, what is kept */
} YonderCliOptionGroups;

#define YONDER_CLI_ERROR (yonder_cli_error_quark ())
GQuark yonder_cli_error_quark (void);
typedef enum {
  YONDER_CLI_ERROR_USAGE,
} YonderCliError;

#define YONDER_CLI_EXIT_USAGE 2

void     yonder_cli_options_add     (YonderCliOptions *self, GOptionContext *context, YonderCliOptionGroups groups);
/* Parses, resolves and checks; what is left in @argv are the operands. On failure it has said why, and the command exits with 2. */
gboolean yonder_cli_options_parse   (YonderCliOptions *self, GOptionContext *context, YonderCliOptionGroups groups,
                                     const YonderCliEnvironment *environment, int *argc, char ***argv);
void     yonder_cli_options_clear   (YonderCliOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (YonderCliOptions, yonder_cli_options_clear)

/* For operands that are too many, too few or wrong; returns the exit status. */
int      yonder_cli_usage_error     (const char *command, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* A secret in a file: its first line. */
char    *yonder_cli_read_secret     (const char *path, GError **error);

G_END_DECLS
