/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-wakefulness.h"

#include <glib/gi18n.h>
#include <libportal/portal.h>
#include <libportal/inhibit.h> /* needs the other */

#define PORTAL "org.freedesktop.portal.Desktop"
#define SAVER "org.freedesktop.ScreenSaver"
#define SAVER_PATH "/org/freedesktop/ScreenSaver"

struct _YonderWakefulness
{
  GObject          parent_instance;

  GDBusConnection *bus;    /* (nullable) */
  XdpPortal       *portal; /* (nullable) */
  int              inhibition; /* at the portal; 0: none */
  guint            cookie; /* of the screen saver */
  gboolean         has_cookie;
  gboolean         is_asking;
  gboolean         is_wanted;
};

G_DEFINE_FINAL_TYPE (YonderWakefulness, yonder_wakefulness, G_TYPE_OBJECT)

static void update (YonderWakefulness *self);

static void
on_saver_inhibited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderWakefulness) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  self->is_asking = FALSE;
  if (answer == NULL) {
    g_info ("The computer may sleep during the call: %s", error->message);
    return;
  }
  g_variant_get (answer, "(u)", &self->cookie);
  self->has_cookie = TRUE;
  update (self);
}

static void
ask_saver (YonderWakefulness *self)
{
  self->is_asking = TRUE;
  g_dbus_connection_call (self->bus, SAVER, SAVER_PATH, SAVER, "Inhibit", g_variant_new ("(ss)", g_get_application_name (), _("In a call")),
                          G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_saver_inhibited, g_object_ref (self));
}

static void
on_portal_inhibited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderWakefulness) self = data;
  g_autoptr (GError) error = NULL;
  int inhibition = xdp_portal_session_inhibit_finish (XDP_PORTAL (source), result, &error);

  self->is_asking = FALSE;
  if (error == NULL) {
    self->inhibition = inhibition;
    update (self);
    return;
  }

  g_debug ("The portal keeps nobody awake: %s", error->message);
  if (self->is_wanted)
    ask_saver (self);
}

static void
release (YonderWakefulness *self)
{
  if (self->inhibition != 0)
    xdp_portal_session_uninhibit (self->portal, self->inhibition);
  self->inhibition = 0;
  if (self->has_cookie)
    g_dbus_connection_call (self->bus, SAVER, SAVER_PATH, SAVER, "UnInhibit", g_variant_new ("(u)", self->cookie), NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  self->has_cookie = FALSE;
}

static void
ask_portal (YonderWakefulness *self)
{
  xdp_portal_session_inhibit (self->portal, NULL, _("In a call"), XDP_INHIBIT_FLAG_SUSPEND | XDP_INHIBIT_FLAG_IDLE, NULL,
                              on_portal_inhibited, g_object_ref (self));
}

static void
on_portal_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderWakefulness) self = data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean is_running = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &is_running);
  if (is_running) {
    ask_portal (self);
    return;
  }
  self->is_asking = FALSE;
  if (self->is_wanted)
    ask_saver (self);
}

/* Outside of a sandbox a portal that does not run is not started for this: where a desktop has one, it runs. */
static void
ask (YonderWakefulness *self)
{
  self->is_asking = TRUE;
  if (xdp_portal_running_under_sandbox ()) {
    ask_portal (self);
    return;
  }
  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                          g_variant_new ("(s)", PORTAL), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          on_portal_found, g_object_ref (self));
}

static void
update (YonderWakefulness *self)
{
  if (self->is_asking || self->bus == NULL)
    return;
  if (!self->is_wanted)
    release (self);
  else if (self->inhibition == 0 && !self->has_cookie)
    ask (self);
}

static void
yonder_wakefulness_dispose (GObject *object)
{
  YonderWakefulness *self = YONDER_WAKEFULNESS (object);

  if (self->bus != NULL)
    release (self);
  g_clear_object (&self->portal);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (yonder_wakefulness_parent_class)->dispose (object);
}

static void
yonder_wakefulness_class_init (YonderWakefulnessClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_wakefulness_dispose;
}

static void
yonder_wakefulness_init (YonderWakefulness *self)
{
}

/**
 * yonder_wakefulness_new:
 * @bus: (nullable): the session bus; without one nobody can be asked
 *
 * Returns: (transfer full): lets the computer sleep
 */
YonderWakefulness *
yonder_wakefulness_new (GDBusConnection *bus)
{
  YonderWakefulness *self = g_object_new (YONDER_TYPE_WAKEFULNESS, NULL);

  g_set_object (&self->bus, bus);
  if (bus != NULL)
    self->portal = xdp_portal_initable_new (NULL);
  return self;
}

/**
 * yonder_wakefulness_set:
 * @self: the wakefulness
 * @is_wanted: whether the computer is to stay awake
 *
 * Asks the desktop, or lets go. What it answers is awaited by nobody: a call goes on either way.
 */
void
yonder_wakefulness_set (YonderWakefulness *self, gboolean is_wanted)
{
  if (self->is_wanted == is_wanted)
    return;
  self->is_wanted = is_wanted;
  update (self);
}
