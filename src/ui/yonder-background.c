/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-background.h"

#include <glib/gi18n.h>
#include <libportal/portal.h>
#include <libportal/background.h> /* needs the other */

#include "yonder-file-writer.h"

struct _YonderBackground
{
  GObject       parent_instance;

  GApplication *application; /* borrowed: it owns this */
  GSettings    *settings;
  XdpPortal    *portal;      /* (nullable): none outside of a sandbox */
  GCancellable *cancellable;
  char         *problem;     /* (nullable) */
  gboolean      is_reachable;
  gboolean      is_kept;
  gboolean      is_asking;
  gboolean      is_asked_again; /* a setting changed meanwhile */
  gboolean      may_be_entered; /* the desktop may have been told to start it at login */
};

G_DEFINE_FINAL_TYPE (YonderBackground, yonder_background, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_problem (YonderBackground *self, const char *problem)
{
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static gboolean
wants_login (YonderBackground *self)
{
  return g_settings_get_boolean (self->settings, "run-in-background") && g_settings_get_boolean (self->settings, "start-at-login");
}

/* Outside of a sandbox */

static GFile *
autostart_file (YonderBackground *self)
{
  g_autofree char *name = g_strconcat (g_application_get_application_id (self->application), ".desktop", NULL);

  return g_file_new_build_filename (g_get_user_config_dir (), "autostart", name, NULL);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderBackground) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = NULL;
  g_autofree char *path = NULL, *problem = NULL;

  if (yonder_file_write_finish (G_FILE (source), result, &error))
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_message ("Yonder cannot be started at login: %s", error->message);
  folder = g_file_get_parent (G_FILE (source));
  path = g_file_get_parse_name (folder);
  /* Translators: %s is a folder */
  problem = g_strdup_printf (_("Yonder cannot be started at login: nothing can be saved in %s. Check that this folder is there, and that you "
                               "may save in it."), path);
  set_problem (self, problem);
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderBackground) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL, *problem = NULL;

  if (g_file_delete_finish (G_FILE (source), result, &error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_message ("Yonder will still be started at login: %s", error->message);
  path = g_file_get_parse_name (G_FILE (source));
  /* Translators: %s is a file */
  problem = g_strdup_printf (_("Yonder will still be started at login: %s cannot be deleted. Delete it yourself."), path);
  set_problem (self, problem);
}

/* https://specifications.freedesktop.org/autostart-spec/0.5/ */
static GBytes *
autostart_entry (YonderBackground *self)
{
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  g_autofree char *program = g_find_program_in_path ("yonder");
  g_autofree char *self_link = g_file_read_link ("/proc/self/exe", NULL);
  const char *path = self_link != NULL ? self_link : program != NULL ? program : "yonder";
  g_autofree char *quoted = g_strdup_printf ("\"%s\" --background", path);
  gsize length;
  char *text;

  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE, G_KEY_FILE_DESKTOP_TYPE_APPLICATION);
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, g_get_application_name ());
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, quoted);
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, g_application_get_application_id (self->application));
  g_key_file_set_boolean (entry, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-UsesNotifications", TRUE);
  text = g_key_file_to_data (entry, &length, NULL);
  return g_bytes_new_take (text, length);
}

static void
update_autostart_file (YonderBackground *self)
{
  g_autoptr (GFile) file = autostart_file (self);
  g_autoptr (GFile) folder = g_file_get_parent (file);

  if (wants_login (self)) {
    g_autoptr (GBytes) entry = autostart_entry (self);

    g_mkdir_with_parents (g_file_peek_path (folder), 0700);
    yonder_file_write_async (file, entry, G_FILE_CREATE_NONE, self->cancellable, on_written, g_object_ref (self));
  } else {
    g_file_delete_async (file, G_PRIORITY_DEFAULT, self->cancellable, on_deleted, g_object_ref (self));
  }
}

/* In a sandbox */

static void ask_portal (YonderBackground *self);

static void
on_status_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!xdp_portal_set_background_status_finish (XDP_PORTAL (source), result, &error))
    g_debug ("The desktop shows no status of programs in the background: %s", error->message);
}

/* A portal that is not there, or fails, forbids nothing: Yonder goes on, but nothing starts it. */
static void
on_refused (YonderBackground *self, const GError *error)
{
  gboolean is_refused = error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gboolean is_login = wants_login (self);

  g_info ("No leave to run in the background: %s", error != NULL ? error->message : "the desktop refuses");
  if (!g_settings_get_boolean (self->settings, "run-in-background") || (!is_login && !is_refused))
    return;
  /* the setting is followed: what is said comes after it */
  if (is_refused)
    g_settings_set_boolean (self->settings, is_login ? "start-at-login" : "run-in-background", FALSE);
  set_problem (self, is_login ? _("The desktop does not let Yonder start at login. Allow it in the system settings, under Apps.")
                              : _("The desktop does not let Yonder run in the background. Allow it in the system settings, under Apps."));
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderBackground) self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_allowed = xdp_portal_request_background_finish (XDP_PORTAL (source), result, &error);

  self->is_asking = FALSE;
  if (self->application == NULL)
    return;
  if (self->is_asked_again)
    ask_portal (self);
  else if (is_allowed)
    xdp_portal_set_background_status (self->portal, _("Waiting for calls"), NULL, on_status_set, NULL);
  else
    on_refused (self, error);
}

static void
ask_portal (YonderBackground *self)
{
  g_autoptr (GPtrArray) command = g_ptr_array_new ();

  if (self->is_asking) {
    self->is_asked_again = TRUE;
    return;
  }

  self->is_asking = TRUE;
  self->is_asked_again = FALSE;
  self->may_be_entered = wants_login (self);
  g_ptr_array_add (command, (gpointer) "yonder");
  g_ptr_array_add (command, (gpointer) "--background");
  xdp_portal_request_background (self->portal, NULL, _("Yonder waits for calls while its window is closed"), command,
                                 wants_login (self) ? XDP_BACKGROUND_FLAG_AUTOSTART : XDP_BACKGROUND_FLAG_NONE,
                                 NULL, on_asked, g_object_ref (self));
}

/* Asking for nothing would be refused by nobody, but ask the user all the same. Withdrawing the start at login has to be told. */
static void
tell_desktop (YonderBackground *self, gboolean is_changed)
{
  if (self->portal == NULL && !is_changed)
    return;

  set_problem (self, NULL);
  if (self->portal == NULL)
    update_autostart_file (self);
  else if (g_settings_get_boolean (self->settings, "run-in-background") || (is_changed && self->may_be_entered))
    ask_portal (self);
}

/* Both */

static void
update (YonderBackground *self)
{
  gboolean is_kept = self->is_reachable && g_settings_get_boolean (self->settings, "run-in-background");

  if (is_kept == self->is_kept)
    return;
  self->is_kept = is_kept;
  if (is_kept)
    g_application_hold (self->application);
  else
    g_application_release (self->application);
}

static void
on_setting_changed (YonderBackground *self, const char *key)
{
  update (self);
  tell_desktop (self, TRUE);
}

static void
yonder_background_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderBackground *self = YONDER_BACKGROUND (object);

  switch (prop_id) {
  case PROP_PROBLEM:
    g_value_set_string (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_background_dispose (GObject *object)
{
  YonderBackground *self = YONDER_BACKGROUND (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->portal);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (yonder_background_parent_class)->dispose (object);
}

static void
yonder_background_class_init (YonderBackgroundClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_background_dispose;
  object_class->get_property = yonder_background_get_property;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_background_init (YonderBackground *self)
{
  self->cancellable = g_cancellable_new ();
  self->may_be_entered = TRUE;
}

/**
 * yonder_background_new:
 * @application: (transfer none): what is kept alive; must outlive this, or close it
 * @settings: (transfer none): run-in-background and start-at-login are followed
 *
 * Returns: (transfer full): keeps nothing alive yet
 */
YonderBackground *
yonder_background_new (GApplication *application, GSettings *settings)
{
  YonderBackground *self = g_object_new (YONDER_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->settings = g_object_ref (settings);
  if (xdp_portal_running_under_sandbox ())
    self->portal = xdp_portal_initable_new (NULL);
  g_signal_connect_object (settings, "changed::run-in-background", G_CALLBACK (on_setting_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::start-at-login", G_CALLBACK (on_setting_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * yonder_background_set_reachable:
 * @self: the keeper
 * @is_reachable: whether somebody is signed in, or about to be
 *
 * Keeps the application alive while calls can come and the user wants that.
 */
void
yonder_background_set_reachable (YonderBackground *self, gboolean is_reachable)
{
  if (self->is_reachable == is_reachable || self->application == NULL)
    return;
  self->is_reachable = is_reachable;
  update (self);
  if (is_reachable)
    tell_desktop (self, FALSE);
}

/**
 * yonder_background_is_kept:
 * @self: the keeper
 *
 * Returns: whether the application goes on without a window
 */
gboolean
yonder_background_is_kept (YonderBackground *self)
{
  return self->is_kept;
}

/**
 * yonder_background_close:
 * @self: the keeper
 *
 * Lets go of the application, which ends.
 */
void
yonder_background_close (YonderBackground *self)
{
  yonder_background_set_reachable (self, FALSE);
  g_cancellable_cancel (self->cancellable);
  self->application = NULL;
  g_signal_handlers_disconnect_by_data (self->settings, self);
}
