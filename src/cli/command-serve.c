/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"

#include "cli-loop.h"
#include "cli-output.h"
#include "yonder-echo.h"
#include "yonder-server.h"

#include <glib/gi18n.h>
#include <string.h>

#define FAREWELL_MS  150
/* chosen: long enough for any call, short enough that a leaked credential is soon worth nothing (field practice is 1 h to 24 h) */
#define TURN_TTL_S   (12 * 60 * 60)

typedef struct {
  YonderCliOptions options;

  int      port;
  gboolean everywhere;
  char    *public_url;
  char    *database;
  gboolean with_echo;
  gboolean allow_guests;
  char   **turn_uris;
  char    *turn_secret_file;
  char    *add_user;
  char    *password_file;
  char    *tls_certificate;
  char    *tls_key;

  YonderCliOutput *output;
  YonderCliLoop   *loop;
  YonderClock     *clock;
  YonderServer    *server;
  YonderEcho      *echo; /* (nullable) */
  int              status;
} Command;

static void
add_options (Command *self, GOptionContext *context)
{
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, &self->port, N_("Where to listen; 0 is any free port"), N_("N") },
    { "everywhere", 0, 0, G_OPTION_ARG_NONE, &self->everywhere, N_("Listen on all networks, not on this computer alone"), NULL },
    { "public-url", 0, 0, G_OPTION_ARG_STRING, &self->public_url,
      N_("What browsers have in their address bar, where it is a DNS name: pages from elsewhere are refused"), "https://HOST" },
    { "database", 0, 0, G_OPTION_ARG_FILENAME, &self->database, N_("Keep accounts in a file; without it they end with the server"), N_("FILE") },
    { "echo", 0, 0, G_OPTION_ARG_NONE, &self->with_echo, N_("Have the contact Echo, who sends back what it hears and sees"), NULL },
    { "allow-guests", 0, 0, G_OPTION_ARG_NONE, &self->allow_guests,
      N_("Let people in by a name alone (they are where the server keeps no accounts)"), NULL },
    { "turn-uri", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->turn_uris, N_("A TURN server to tell the clients (may be repeated)"), "turn:HOST:PORT" },
    { "turn-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &self->turn_secret_file, N_("File whose first line is its shared secret"), N_("F") },
    { "add-user", 0, 0, G_OPTION_ARG_STRING, &self->add_user, N_("Make an account"), "EMAIL:NAME" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &self->password_file, N_("File whose first line is its password"), N_("F") },
    { "tls-certificate", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_certificate, N_("Serve https with this certificate (PEM)"), N_("FILE") },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_key, N_("Its private key (PEM), where it is in another file"), N_("FILE") },
    G_OPTION_ENTRY_NULL
  };

  g_option_context_add_main_entries (context, entries, NULL);
  yonder_cli_options_add (&self->options, context, 0);
}

/* One sentence on what does not go together, or NULL. */
static const char *
find_contradiction (Command *self)
{
  const struct { gboolean is_wrong; const char *sentence; } rules[] = {
    { self->port < 0 || self->port > 65535, N_("--port is a number up to 65535") },
    { (self->turn_uris != NULL) != (self->turn_secret_file != NULL), N_("--turn-uri and --turn-secret-file belong together") },
    { (self->add_user != NULL) != (self->password_file != NULL), N_("--add-user and --password-file belong together") },
    { self->add_user != NULL && strchr (self->add_user, ':') == NULL, N_("--add-user takes an e-mail address and a name: EMAIL:NAME") },
    { self->tls_key != NULL && self->tls_certificate == NULL, N_("--tls-key needs --tls-certificate") },
    { self->with_echo && !self->allow_guests, N_("--echo is a guest: where the server keeps accounts it needs --allow-guests") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rules[i].is_wrong)
      return _(rules[i].sentence);

  return NULL;
}

static gboolean
set_tls (Command *self, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (self->tls_certificate == NULL)
    return TRUE;

  certificate = self->tls_key != NULL ? g_tls_certificate_new_from_files (self->tls_certificate, self->tls_key, error)
                                      : g_tls_certificate_new_from_file (self->tls_certificate, error);
  if (certificate == NULL) {
    g_prefix_error (error, _("The certificate in %s cannot be used: "), self->tls_certificate);
    return FALSE;
  }
  yonder_server_set_tls (self->server, certificate);

  return TRUE;
}

static gboolean
set_turn (Command *self, GError **error)
{
  g_autofree char *secret = NULL;

  if (self->turn_uris == NULL)
    return TRUE;

  secret = yonder_cli_read_secret (self->turn_secret_file, error);
  if (secret == NULL)
    return FALSE;

  yonder_server_set_turn (self->server, (const char * const *) self->turn_uris, secret, TURN_TTL_S);
  explicit_bzero (secret, strlen (secret));

  return TRUE;
}

static gboolean
make_account (Command *self, GError **error)
{
  g_autofree char *password = NULL;
  g_autofree char *email = NULL;
  const char *name;
  gboolean is_made;

  if (self->add_user == NULL)
    return TRUE;

  password = yonder_cli_read_secret (self->password_file, error);
  if (password == NULL)
    return FALSE;

  name = strchr (self->add_user, ':');
  email = g_strndup (self->add_user, (gsize) (name - self->add_user));
  is_made = yonder_server_add_user (self->server, email, name + 1, password, error);
  explicit_bzero (password, strlen (password));

  return is_made;
}

static void
fail (Command *self, const GError *error)
{
  yonder_cli_output_error (self->output, yonder_cli_error_code (error), error->message);
  self->status = 1;
  yonder_cli_loop_quit (self->loop);
}

static void
on_echo_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *self = user_data;
  g_autoptr (GError) error = NULL;

  if (yonder_echo_start_finish (YONDER_ECHO (source), result, &error))
    yonder_cli_output_serving (self->output, yonder_server_get_uri (self->server));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (self, error);
}

/* The server is told of once Echo is there, so that whoever reads the line can call it. */
static void
start_echo (Command *self)
{
  g_autoptr (YonderWebrtcFactory) factory = yonder_webrtc_factory_new ();

  yonder_webrtc_factory_set_source (factory, YONDER_SOURCE_ECHO, NULL);
  self->echo = yonder_echo_new (yonder_server_get_own_uri (self->server), "vigi", "Echo", YONDER_MEDIA_FACTORY (factory), self->clock);
  yonder_echo_start_async (self->echo, NULL, on_echo_started, self);
}

static void
stop (gpointer user_data)
{
  Command *self = user_data;

  yonder_cli_loop_quit (self->loop);
}

static void
run (Command *self)
{
  g_autoptr (GError) error = NULL;

  self->clock = yonder_clock_new ();
  self->loop = yonder_cli_loop_new (stop, self);
  self->server = yonder_server_new (self->database, self->clock);
  yonder_server_set_allow_guests (self->server, self->allow_guests);
  yonder_server_set_public_origin (self->server, self->public_url);

  if (!set_tls (self, &error) || !set_turn (self, &error) ||
      !yonder_server_start (self->server, (guint) self->port, self->everywhere, &error) || !make_account (self, &error)) {
    fail (self, error);
  } else {
    if (self->with_echo)
      start_echo (self);
    else
      yonder_cli_output_serving (self->output, yonder_server_get_uri (self->server));
    yonder_cli_loop_run (self->loop);
  }

  if (self->echo != NULL)
    yonder_echo_stop (self->echo);
  yonder_cli_loop_drain (FAREWELL_MS);
  yonder_server_stop (self->server);

  g_clear_object (&self->echo);
  g_clear_object (&self->server);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->loop, yonder_cli_loop_free);
}

static void
clear (Command *self)
{
  char **texts[] = {
    &self->public_url, &self->database, &self->turn_secret_file, &self->add_user, &self->password_file, &self->tls_certificate, &self->tls_key,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  g_clear_pointer (&self->turn_uris, g_strfreev);
  yonder_cli_options_clear (&self->options);
}

int
yonder_cli_serve (const YonderCliEnvironment *environment, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  Command self = { .port = 8080 };
  const char *contradiction;

  g_option_context_set_summary (context, _("Runs a call server for one computer or one office, with a page for browsers, until it is interrupted."));
  add_options (&self, context);
  if (!yonder_cli_options_parse (&self.options, context, 0, environment, &argc, &argv))
    self.status = YONDER_CLI_EXIT_USAGE;
  else if (argc != 1)
    self.status = yonder_cli_usage_error (argv[0], _("“%s” is too much: it takes options alone"), argv[1]);
  else {
    /* Nobody could sign in to a server that has neither accounts nor guests. */
    self.allow_guests |= self.database == NULL && self.add_user == NULL;
    contradiction = find_contradiction (&self);
    if (contradiction != NULL)
      self.status = yonder_cli_usage_error (argv[0], "%s", contradiction);
    else {
      self.output = yonder_cli_output_new (self.options.json, environment->start_us);
      run (&self);
      yonder_cli_output_free (self.output);
    }
  }
  clear (&self);

  return self.status;
}
