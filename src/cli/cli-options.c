/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-options.h"

#include "yonder-ice-server.h"
#include "yonder-json.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define MAX_SECRET    4096
#define MAX_ICE_TEXT  (64 * 1024)
#define MAX_SIDE_PX   4096
#define MAX_FPS       120
#define MAX_KBPS      100000

G_DEFINE_QUARK (yonder-cli-error-quark, yonder_cli_error)

static gboolean
usage (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
usage (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (YONDER_CLI_ERROR, YONDER_CLI_ERROR_USAGE, format, arguments);
  va_end (arguments);

  return FALSE;
}

/**
 * yonder_cli_options_add:
 * @self: options, cleared to zero
 * @context: the command's
 * @groups: which of them the command takes
 *
 * Adds the options to the context; @self is filled when it parses.
 */
void
yonder_cli_options_add (YonderCliOptions *self, GOptionContext *context, YonderCliOptionGroups groups)
{
  const GOptionEntry account[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &self->server, N_("The call server (or YONDER_SERVER)"), N_("URL") },
    { "user", 'u', 0, G_OPTION_ARG_STRING, &self->user, N_("User name; without a password you are a guest of that name"), N_("NAME") },
    { "token", 0, 0, G_OPTION_ARG_STRING, &self->token, N_("Sign in with a token (better: YONDER_TOKEN)"), N_("T") },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &self->password_file, N_("File whose first line is the password"), N_("F") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &self->profile, N_("How the server names its events: a profile's name or file"), N_("NAME") },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry ice[] = {
    { "ice-server", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->ice_server_texts,
      N_("A STUN or TURN server in place of the call server's (RTCIceServer, or an array; or YONDER_ICE_SERVERS)"), N_("JSON") },
    { "relay-only", 0, 0, G_OPTION_ARG_NONE, &self->relay_only, N_("Connect through TURN servers alone (or YONDER_ICE_POLICY=relay)"), NULL },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->ca_file,
      N_("Trust the certificate authorities in this file (PEM), in place of the system's"), N_("FILE") },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry media[] = {
    { "meeting", 0, 0, G_OPTION_ARG_STRING, &self->meeting_base,
      N_("Where both can meet in the browser if the call cannot be connected: a Jitsi Meet server (https)"), N_("URL") },
    { "say", 0, 0, G_OPTION_ARG_STRING, &self->say, N_("Write that to the other side once it can be read"), N_("TEXT") },
    { "audio-only", 0, 0, G_OPTION_ARG_NONE, &self->audio_only, N_("A voice call: send no picture"), NULL },
    { "camera-after", 0, 0, G_OPTION_ARG_INT, &self->camera_after_s,
      N_("Send a picture once the call has been connected for that many seconds"), "S" },
    { "source", 0, 0, G_OPTION_ARG_STRING, &self->source, N_("What to send: test, timecode, device, or a file to play in a loop"),
      "test|timecode|device|FILE" },
    { "video", 0, 0, G_OPTION_ARG_STRING, &self->video, N_("Size and rate of the picture that is sent"), "WxH@FPS" },
    { "max-bitrate", 0, 0, G_OPTION_ARG_INT, &self->max_bitrate_kbps, N_("Never send more than that"), "KBIT" },
    { "duration", 'd', 0, G_OPTION_ARG_INT, &self->duration_s, N_("Hang up after that many seconds of connection"), "S" },
    { "record", 'r', 0, G_OPTION_ARG_FILENAME, &self->record, N_("Keep the last received picture"), N_("FILE.png") },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry output[] = {
    { "json", 'j', 0, G_OPTION_ARG_NONE, &self->json, N_("Print JSON lines"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &self->verbose, N_("Log what happens to the standard error"), NULL },
    G_OPTION_ENTRY_NULL
  };

  if (groups & YONDER_CLI_ACCOUNT)
    g_option_context_add_main_entries (context, account, NULL);
  if (groups & YONDER_CLI_ICE)
    g_option_context_add_main_entries (context, ice, NULL);
  if (groups & YONDER_CLI_MEDIA)
    g_option_context_add_main_entries (context, media, NULL);
  g_option_context_add_main_entries (context, output, NULL);
}

/* Where the token stands among the arguments; GOption copies it and leaves the original for everybody to read. */
static char *
find_token (int argc, char **argv)
{
  for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++) {
    if (g_str_has_prefix (argv[i], "--token="))
      return argv[i] + strlen ("--token=");
    if (strcmp (argv[i], "--token") == 0 && i + 1 < argc)
      return argv[i + 1];
  }

  return NULL;
}

char *
yonder_cli_read_secret (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  char *secret;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;

  if (length > MAX_SECRET || *text == '\n' || *text == '\0') {
    usage (error, _("%s does not hold a secret in its first line"), path);
    return NULL;
  }

  secret = g_strndup (text, strcspn (text, "\r\n"));
  explicit_bzero (text, length);

  return secret;
}

/* 640x480@30, or without the rate */
static gboolean
resolve_video (YonderCliOptions *self, GError **error)
{
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  guint *values[] = { &self->width_px, &self->height_px, &self->fps };
  guint limits[] = { MAX_SIDE_PX, MAX_SIDE_PX, MAX_FPS };

  if (self->video == NULL)
    return TRUE;

  self->fps = 30;
  regex = g_regex_new ("^(\\d{1,5})[xX×](\\d{1,5})(?:@(\\d{1,3}))?$", G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  if (!g_regex_match (regex, self->video, 0, &match))
    return usage (error, _("--video takes a size like 640x480@30, not “%s”"), self->video);

  for (int i = 0; i < 3; i++) {
    g_autofree char *text = g_match_info_fetch (match, i + 1);

    if (text == NULL || *text == '\0')
      continue;
    *values[i] = (guint) g_ascii_strtoull (text, NULL, 10);
    if (*values[i] == 0 || *values[i] > limits[i])
      return usage (error, _("--video is out of bounds: up to %d pixels a side and %d pictures a second"), MAX_SIDE_PX, MAX_FPS);
  }

  /* chroma is halved both ways (I420), and encoders want whole pixels of it */
  if (self->width_px % 2 != 0 || self->height_px % 2 != 0 || self->width_px < 16 || self->height_px < 16)
    return usage (error, _("--video takes even sizes from 16 pixels, not “%s”"), self->video);

  return TRUE;
}

static gboolean
resolve_source (YonderCliOptions *self, GError **error)
{
  static const struct { const char *name; YonderSourceKind kind; } kinds[] = {
    { "test", YONDER_SOURCE_TEST }, { "timecode", YONDER_SOURCE_TIMECODE }, { "device", YONDER_SOURCE_DEVICE },
  };

  self->source_kind = YONDER_SOURCE_DEVICE;
  if (self->source == NULL)
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (self->source, kinds[i].name) == 0) {
      self->source_kind = kinds[i].kind;
      return TRUE;
    }

  self->source_kind = YONDER_SOURCE_FILE;
  if (!g_file_test (self->source, G_FILE_TEST_IS_REGULAR))
    return usage (error, _("--source is test, timecode, device or a file, and there is no file “%s”"), self->source);

  return TRUE;
}

static gboolean
add_ice_servers (YonderCliOptions *self, const char *text, const char *origin, GError **error)
{
  g_autoptr (GError) detail = NULL;
  g_autoptr (GListStore) parsed = NULL;
  g_autoptr (JsonNode) root = yonder_json_parse (text, -1, MAX_ICE_TEXT, &detail);

  /* One server by itself is an array of one. */
  if (root != NULL && yonder_json_has (root, "urls") && !yonder_json_has (root, "iceServers")) {
    JsonArray *array = json_array_new ();
    JsonNode *node = json_node_new (JSON_NODE_ARRAY);

    json_array_add_element (array, g_steal_pointer (&root));
    json_node_take_array (node, array);
    root = node;
  }

  parsed = root != NULL ? yonder_ice_servers_parse (root, NULL, &detail) : NULL;
  if (parsed == NULL)
    return usage (error, _("%s holds no ICE servers: %s"), origin, detail->message);

  if (self->ice_servers == NULL)
    self->ice_servers = g_list_store_new (YONDER_TYPE_ICE_SERVER);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (parsed)); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (G_LIST_MODEL (parsed), i);

    g_list_store_append (self->ice_servers, server);
  }

  return TRUE;
}

/* GLib takes a path only from the root on. */
static gboolean
resolve_trust (YonderCliOptions *self, GError **error)
{
  g_autofree char *path = NULL;

  if (self->ca_file == NULL)
    return TRUE;
  path = g_canonicalize_filename (self->ca_file, NULL);
  self->tls_database = g_tls_file_database_new (path, error);
  if (self->tls_database == NULL)
    g_prefix_error (error, _("The certificates in %s cannot be used: "), self->ca_file);

  return self->tls_database != NULL;
}

static gboolean
resolve_ice (YonderCliOptions *self, const YonderCliEnvironment *environment, GError **error)
{
  if (!resolve_trust (self, error))
    return FALSE;

  for (guint i = 0; self->ice_server_texts != NULL && self->ice_server_texts[i] != NULL; i++)
    if (!add_ice_servers (self, self->ice_server_texts[i], "--ice-server", error))
      return FALSE;

  if (self->ice_server_texts == NULL && environment->ice_servers != NULL &&
      !add_ice_servers (self, environment->ice_servers, "YONDER_ICE_SERVERS", error))
    return FALSE;

  if (environment->ice_policy == NULL || strcmp (environment->ice_policy, "all") == 0)
    return TRUE;
  if (strcmp (environment->ice_policy, "relay") != 0)
    return usage (error, _("YONDER_ICE_POLICY is “all” or “relay”, not “%s”"), environment->ice_policy);

  self->relay_only = TRUE;

  return TRUE;
}

static gboolean
resolve_account (YonderCliOptions *self, const YonderCliEnvironment *environment, GError **error)
{
  if (self->server == NULL)
    self->server = g_strdup (environment->server);
  if (self->server == NULL)
    return usage (error, _("There is no call server: give --server URL or set YONDER_SERVER"));

  if (self->token == NULL && self->password_file == NULL && environment->token != NULL)
    self->token = g_strdup (environment->token);
  if (self->token != NULL && self->password_file != NULL)
    return usage (error, _("Sign in with --token or with --password-file, not with both"));
  if (self->password_file != NULL && self->user == NULL)
    return usage (error, _("--password-file needs --user NAME"));

  if (self->password_file != NULL && (self->password = yonder_cli_read_secret (self->password_file, error)) == NULL)
    return FALSE;
  if (self->profile == NULL)
    self->profile = g_strdup ("vigi");

  return TRUE;
}

static gboolean
resolve (YonderCliOptions *self, YonderCliOptionGroups groups, const YonderCliEnvironment *environment, GError **error)
{
  if ((groups & YONDER_CLI_ACCOUNT) && !resolve_account (self, environment, error))
    return FALSE;
  if ((groups & YONDER_CLI_ICE) && !resolve_ice (self, environment, error))
    return FALSE;
  if (!(groups & YONDER_CLI_MEDIA))
    return TRUE;

  if (self->max_bitrate_kbps < 0 || self->max_bitrate_kbps > MAX_KBPS)
    return usage (error, _("--max-bitrate is in kbit/s, up to %d"), MAX_KBPS);
  if (self->camera_after_s < 0)
    return usage (error, _("--camera-after is in seconds, and not negative"));
  if (self->duration_s < 0)
    return usage (error, _("--duration is in seconds, and not negative"));
  if (self->record != NULL && !g_str_has_suffix (self->record, ".png"))
    return usage (error, _("--record writes PNG: give a name that ends in .png"));

  return resolve_video (self, error) && resolve_source (self, error);
}

/**
 * yonder_cli_options_parse:
 * @self: options that were added to @context
 * @context: the command's
 * @groups: what was added
 * @environment: where to look for what is not given
 * @argc: number of arguments
 * @argv: the arguments; argv[0] is the command's name. Options are taken out
 *
 * Returns: %FALSE after one sentence on the standard error
 */
gboolean
yonder_cli_options_parse (YonderCliOptions *self, GOptionContext *context, YonderCliOptionGroups groups,
                          const YonderCliEnvironment *environment, int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *command = g_strdup ((*argv)[0]);
  char *token = find_token (*argc, *argv);
  gboolean is_parsed = g_option_context_parse (context, argc, argv, &error);

  if (token != NULL)
    memset (token, '*', strlen (token));
  if (is_parsed && resolve (self, groups, environment, &error))
    return TRUE;

  yonder_cli_usage_error (command, "%s", error->message);

  return FALSE;
}

int
yonder_cli_usage_error (const char *command, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr (_("%s: %s\nSee “%s --help”.\n"), command, message, command);

  return YONDER_CLI_EXIT_USAGE;
}

static void
clear_secret (char **secret)
{
  if (*secret != NULL)
    explicit_bzero (*secret, strlen (*secret));
  g_clear_pointer (secret, g_free);
}

void
yonder_cli_options_clear (YonderCliOptions *self)
{
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->user, g_free);
  clear_secret (&self->token);
  clear_secret (&self->password);
  g_clear_pointer (&self->password_file, g_free);
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->meeting_base, g_free);
  g_clear_pointer (&self->say, g_free);
  g_clear_pointer (&self->ice_server_texts, g_strfreev);
  g_clear_pointer (&self->source, g_free);
  g_clear_pointer (&self->video, g_free);
  g_clear_pointer (&self->record, g_free);
  g_clear_object (&self->ice_servers);
  g_clear_pointer (&self->ca_file, g_free);
  g_clear_object (&self->tls_database);
}
