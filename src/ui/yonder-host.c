/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-host.h"

#include <glib/gi18n.h>

#include "yonder-echo.h"
#include "yonder-server.h"
#include "yonder-webrtc-factory.h"

#define PROFILE "vigi"

struct _YonderHost
{
  GObject       parent_instance;

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
 * @clock: for the timers of the server and of Echo
 *
 * Returns: (transfer full): a host that does not run yet
 */
YonderHost *
yonder_host_new (YonderClock *clock)
{
  YonderHost *self = g_object_new (YONDER_TYPE_HOST, NULL);

  self->clock = g_object_ref (clock);
  return self;
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
  yonder_server_set_allow_guests (server, TRUE);
  if (!yonder_server_start (server, 0, FALSE, &error)) {
    g_task_return_error (task, error);
    return;
  }

  media = yonder_webrtc_factory_new ();
  yonder_webrtc_factory_set_source (media, YONDER_SOURCE_ECHO, NULL);
  yonder_webrtc_factory_set_play_audio (media, FALSE);
  self->server = g_steal_pointer (&server);
  self->echo = yonder_echo_new (yonder_server_get_uri (self->server), PROFILE, _("Echo"), YONDER_MEDIA_FACTORY (media), self->clock);
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
 * Returns: (transfer none) (nullable): the address of the server and its browser page, %NULL while it does not run
 */
const char *
yonder_host_get_uri (YonderHost *self)
{
  return self->server != NULL ? yonder_server_get_uri (self->server) : NULL;
}
