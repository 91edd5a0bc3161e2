/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-host.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-echo.h"
#include "yonder-server.h"
#include "yonder-webrtc-factory.h"

#define PROFILE "vigi"

struct _YonderHost
{
  GObject       parent_instance;

  GSettings    *settings;
  YonderClock  *clock;
  YonderServer *server; /* (nullable): none before it was started */
  YonderEcho   *echo;
};

G_DEFINE_FINAL_TYPE (YonderHost, yonder_host, G_TYPE_OBJECT)

static void
yonder_host_dispose (GObject *object)
{
  YonderHost *self = YONDER_HOST (object);

  yonder_host_stop (self);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (yonder_host_parent_class)->dispose (object);
}

static void
yonder_host_class_init (YonderHostClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_host_dispose;
}

static void
yonder_host_init (YonderHost *self)
{
}

/**
 * yonder_host_new:
 * @settings: whether others are let in, where, and with which certificate; read at each start
 * @clock: for the timers of the server and of Echo
 *
 * Returns: (transfer full): a host that does not run yet
 */
YonderHost *
yonder_host_new (GSettings *settings, YonderClock *clock)
{
  YonderHost *self = g_object_new (YONDER_TYPE_HOST, NULL);

  self->settings = g_object_ref (settings);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * yonder_host_load_certificate:
 * @path: a PEM file
 * @error: return location for %YONDER_SERVER_ERROR_CERTIFICATE
 *
 * Reads the small file at once.
 *
 * Returns: (transfer full) (nullable): the certificate in it with its private key, or %NULL with @error set
 */
GTlsCertificate *
yonder_host_load_certificate (const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &local_error);
  g_autofree char *key = NULL;

  if (certificate == NULL) {
    g_message ("The certificate in %s cannot be used: %s", path, local_error->message);
    g_set_error (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_CERTIFICATE,
                 _("There is no certificate in %s: choose a PEM file with the certificate and its private key."), path);
    return NULL;
  }
  g_object_get (certificate, "private-key-pem", &key, NULL);
  if (key == NULL) {
    g_set_error (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_CERTIFICATE,
                 _("%s has no private key beside the certificate: choose a file that has both."), path);
    return NULL;
  }
  explicit_bzero (key, strlen (key));
  return g_steal_pointer (&certificate);
}

/* The server's own words are for those who run one by hand, in English. */
static GError *
explain (const GError *error, guint port)
{
  g_message ("%s", error->message);
  if (g_error_matches (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_ADDRESS_IN_USE))
    return g_error_new (error->domain, error->code, _("Port %u is taken by another program: choose another port, or end that program."), port);
  if (g_error_matches (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_LISTEN))
    return g_error_new (error->domain, error->code, _("Port %u cannot be used: choose another port."), port);
  return g_error_copy (error);
}

static gboolean
start_server (YonderHost *self, YonderServer *server, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean lets_others_in = g_settings_get_boolean (self->settings, "host-others");
  g_autofree char *path = g_settings_get_string (self->settings, "host-certificate");
  guint port = lets_others_in ? g_settings_get_uint (self->settings, "host-port") : 0;

  yonder_server_set_allow_guests (server, TRUE);
  if (lets_others_in && *path != '\0') {
    g_autoptr (GTlsCertificate) certificate = yonder_host_load_certificate (path, error);

    if (certificate == NULL)
      return FALSE;
    yonder_server_set_tls (server, certificate);
  }
  if (yonder_server_start (server, port, lets_others_in, &local_error))
    return TRUE;
  g_propagate_error (error, explain (local_error, port));
  return FALSE;
}

static void
on_echo_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (yonder_echo_start_finish (YONDER_ECHO (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * yonder_host_start_async:
 * @self: a host
 * @cancellable: (nullable): ends the wait for Echo
 * @callback: called when Echo can be called
 * @user_data: for @callback
 *
 * Starts the server and Echo. Does nothing where they run already.
 */
void
yonder_host_start_async (YonderHost *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (YonderServer) server = NULL;
  g_autoptr (YonderWebrtcFactory) media = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, yonder_host_start_async);
  if (self->server != NULL) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  server = yonder_server_new (NULL, self->clock);
  if (!start_server (self, server, &error)) {
    g_task_return_error (task, error);
    return;
  }

  media = yonder_webrtc_factory_new ();
  yonder_webrtc_factory_set_source (media, YONDER_SOURCE_ECHO, NULL);
  yonder_webrtc_factory_set_play_audio (media, FALSE);
  self->server = g_steal_pointer (&server);
  self->echo = yonder_echo_new (yonder_server_get_own_uri (self->server), PROFILE, _("Echo"), YONDER_MEDIA_FACTORY (media), self->clock);
  yonder_echo_start_async (self->echo, cancellable, on_echo_started, g_steal_pointer (&task));
}

/**
 * yonder_host_start_finish:
 * @self: the host
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.ServerError] or what kept Echo from signing in
 *
 * Returns: whether the server and Echo run
 */
gboolean
yonder_host_start_finish (YonderHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * yonder_host_stop:
 * @self: a host
 *
 * Ends Echo and the server; whoever is connected is disconnected. It can be started again, then at another address.
 */
void
yonder_host_stop (YonderHost *self)
{
  if (self->echo != NULL)
    yonder_echo_stop (self->echo);
  g_clear_object (&self->echo);

  if (self->server != NULL)
    yonder_server_stop (self->server);
  g_clear_object (&self->server);
}

/**
 * yonder_host_get_uri:
 * @self: a host
 *
 * Returns: (transfer none) (nullable): where this computer reaches the server and its browser page, %NULL while it does not run
 */
const char *
yonder_host_get_uri (YonderHost *self)
{
  return self->server != NULL ? yonder_server_get_own_uri (self->server) : NULL;
}

/**
 * yonder_host_list_uris:
 * @self: a host
 *
 * Returns: (transfer full) (array zero-terminated=1): where other computers reach the server and its page; none where it does not let
 *   them in
 */
char **
yonder_host_list_uris (YonderHost *self)
{
  return self->server != NULL ? yonder_server_list_uris (self->server) : g_new0 (char *, 1);
}
