/* SPDX-License-Identifier: GPL-3.0-or-later */

/* As https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html (version 2) says: a session is made,
 * the shortcut is bound to it. Each of the two is a request whose answer comes as a signal. GTK tells the portal which application this is. */

#include "yonder-global-shortcuts.h"

#include <glib/gi18n.h>

#include "yonder-foreign-text.h"

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define SHORTCUTS "org.freedesktop.portal.GlobalShortcuts"
#define REQUEST "org.freedesktop.portal.Request"
#define SESSION "org.freedesktop.portal.Session"

#define MUTE "mute"
/* chosen: GNOME, Plasma and their applications use it for nothing else */
#define PREFERRED_TRIGGER "LOGO+ALT+m"
/* chosen: what fits a row of the preferences */
#define MAX_TRIGGER_BYTES 64

/* What a portal answers to a request. */
enum { ANSWER_DONE = 0, ANSWER_REFUSED = 1 };

struct _YonderGlobalShortcuts
{
  GObject          parent_instance;

  GDBusConnection *bus;         /* (nullable) */
  GSettings       *settings;
  guint            watch;       /* of the name of the portal */
  char            *portal;      /* (nullable): its unique name, the only one that is listened to */
  guint            version;     /* 0: none */
  GCancellable    *looking;     /* (nullable): of the question what it can do */
  GCancellable    *cancellable; /* (nullable): of what is asked since the setting is on */
  char            *request;     /* (nullable): object path of what awaits an answer */
  guint            request_signal;
  char            *session;     /* (nullable): object path */
  guint            activated_signal, changed_signal, closed_signal; /* of the session */
  guint            n_tokens;
  gboolean         is_asked_by_user; /* rather than by a start with the setting on */
  char            *trigger;     /* (nullable): not bound */
  char            *problem;     /* (nullable) */
};

G_DEFINE_FINAL_TYPE (YonderGlobalShortcuts, yonder_global_shortcuts, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_IS_AVAILABLE,
  PROP_CAN_CHANGE,
  PROP_TRIGGER,
  PROP_PROBLEM,
  N_PROPS
};

enum {
  MUTE_SIGNAL,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_trigger (YonderGlobalShortcuts *self, const char *trigger)
{
  if (!g_set_str (&self->trigger, trigger))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TRIGGER]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CHANGE]);
}

static void
set_problem (YonderGlobalShortcuts *self, const char *problem)
{
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
set_version (YonderGlobalShortcuts *self, guint version)
{
  self->version = version;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_AVAILABLE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CHANGE]);
}

static gboolean
is_wanted (YonderGlobalShortcuts *self)
{
  return g_settings_get_boolean (self->settings, "global-mute");
}

/* The portal */

static void
call_portal (YonderGlobalShortcuts *self, const char *path, const char *interface, const char *method, GVariant *arguments)
{
  g_dbus_connection_call (self->bus, self->portal, path, interface, method, arguments, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
                          NULL, NULL);
}

static void
unsubscribe (YonderGlobalShortcuts *self, guint *subscription)
{
  if (*subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, *subscription);
  *subscription = 0;
}

static void
forget_request (YonderGlobalShortcuts *self)
{
  unsubscribe (self, &self->request_signal);
  g_clear_pointer (&self->request, g_free);
}

static void
forget_session (YonderGlobalShortcuts *self)
{
  unsubscribe (self, &self->activated_signal);
  unsubscribe (self, &self->changed_signal);
  unsubscribe (self, &self->closed_signal);
  g_clear_pointer (&self->session, g_free);
  set_trigger (self, NULL);
}

/* A question of the desktop that is still open goes, too. */
static void
let_go (YonderGlobalShortcuts *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->request != NULL)
    call_portal (self, self->request, REQUEST, "Close", NULL);
  if (self->session != NULL)
    call_portal (self, self->session, SESSION, "Close", NULL);
  forget_request (self);
  forget_session (self);
}

static void
fail (YonderGlobalShortcuts *self, const char *problem, gboolean turns_off)
{
  let_go (self);
  /* the setting is followed: what is said comes after it */
  if (turns_off)
    g_settings_set_boolean (self->settings, "global-mute", FALSE);
  set_problem (self, problem);
}

/* At a start nobody has asked for anything: what the user wants stays as it is. */
static void
fail_to_ask (YonderGlobalShortcuts *self, const char *message)
{
  g_info ("No global shortcut: %s", message);
  fail (self, _("The desktop could not give a shortcut. Try again, or bind “yonder-cli mute” to a key in its settings."), self->is_asked_by_user);
}

static void
fail_refused (YonderGlobalShortcuts *self)
{
  fail (self, _("No shortcut was chosen. Turn this on again to be asked once more."), TRUE);
}

/* Requests */

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderGlobalShortcuts *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) handle = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* cancelled, @self may be gone */
  if (handle == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail_to_ask (self, error->message);
}

/* Returns: (transfer full): the last part of an object path that the portal is to use */
static char *
new_token (YonderGlobalShortcuts *self)
{
  return g_strdup_printf ("yonder%u_%u", ++self->n_tokens, g_random_int ());
}

/* Returns: (transfer full): where the portal keeps what was given that token */
static char *
path_of_token (YonderGlobalShortcuts *self, const char *kind, const char *token)
{
  g_autofree char *sender = g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (self->bus) + 1), ".", '_');

  return g_strdup_printf (PORTAL_PATH "/%s/%s/%s", kind, sender, token);
}

static guint
subscribe (YonderGlobalShortcuts *self, const char *path, const char *interface, const char *signal, GDBusSignalCallback callback)
{
  return g_dbus_connection_signal_subscribe (self->bus, self->portal, interface, signal, path, NULL, G_DBUS_SIGNAL_FLAGS_NONE, callback,
                                             self, NULL);
}

/* Calls a method whose answer comes as a signal. Takes the options, which are its last argument, and the arguments before them. */
static void
ask (YonderGlobalShortcuts *self, const char *method, GVariantBuilder *arguments, GVariantDict *options, GDBusSignalCallback on_answered)
{
  g_autofree char *token = new_token (self);

  self->request = path_of_token (self, "request", token);
  self->request_signal = subscribe (self, self->request, REQUEST, "Response", on_answered);
  g_variant_dict_insert (options, "handle_token", "s", token);
  g_variant_builder_add_value (arguments, g_variant_dict_end (options));
  g_dbus_connection_call (self->bus, self->portal, PORTAL_PATH, SHORTCUTS, method, g_variant_builder_end (arguments), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, on_called, self);
}

/* Returns: (transfer full) (nullable): what the answer holds; %NULL where there is none, and then nothing is left to do */
static GVariant *
take_answer (YonderGlobalShortcuts *self, GVariant *parameters)
{
  guint answer;
  GVariant *results;

  forget_request (self);
  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})"))) {
    fail_to_ask (self, "the portal does not speak as it should");
    return NULL;
  }
  g_variant_get (parameters, "(u@a{sv})", &answer, &results);
  if (answer == ANSWER_DONE)
    return results;

  g_variant_unref (results);
  if (answer == ANSWER_REFUSED)
    fail_refused (self);
  else
    fail_to_ask (self, "the portal failed");
  return NULL;
}

/* The shortcut */

/* Returns: (transfer full) (nullable): the keys; empty where the desktop does not say; %NULL where the shortcut is not among them */
static char *
find_trigger (GVariant *shortcuts)
{
  GVariantIter iter;
  const char *id;
  GVariant *details;

  g_variant_iter_init (&iter, shortcuts);
  while (g_variant_iter_next (&iter, "(&s@a{sv})", &id, &details)) {
    g_autoptr (GVariant) owned = details;
    g_autofree char *trigger = NULL;
    const char *words = "";

    if (!g_str_equal (id, MUTE))
      continue;
    g_variant_lookup (owned, "trigger_description", "&s", &words);
    trigger = yonder_foreign_text_clean (words, -1);
    return strlen (trigger) <= MAX_TRIGGER_BYTES ? g_steal_pointer (&trigger) : g_strdup ("");
  }
  return NULL;
}

static void
on_activated (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
              gpointer data)
{
  YonderGlobalShortcuts *self = data;
  const char *session, *id;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(osta{sv})")))
    return;
  g_variant_get (parameters, "(&o&sta{sv})", &session, &id, NULL, NULL);
  if (g_strcmp0 (session, self->session) == 0 && g_str_equal (id, MUTE) && self->trigger != NULL)
    g_signal_emit (self, signals[MUTE_SIGNAL], 0);
}

/* The user chose other keys. */
static void
on_shortcuts_changed (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
                      GVariant *parameters, gpointer data)
{
  YonderGlobalShortcuts *self = data;
  g_autoptr (GVariant) shortcuts = NULL;
  g_autofree char *trigger = NULL;
  const char *session;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(oa(sa{sv}))")) || self->trigger == NULL)
    return;
  g_variant_get (parameters, "(&o@a(sa{sv}))", &session, &shortcuts);
  trigger = find_trigger (shortcuts);
  if (g_strcmp0 (session, self->session) == 0)
    set_trigger (self, trigger != NULL ? trigger : "");
}

static void
on_session_closed (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
                   GVariant *parameters, gpointer data)
{
  YonderGlobalShortcuts *self = data;

  forget_session (self);
  fail (self, _("The desktop has taken the shortcut away. Turn this on again to ask for one."), TRUE);
}

static void
on_bound (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
          gpointer data)
{
  YonderGlobalShortcuts *self = data;
  g_autoptr (GVariant) results = take_answer (self, parameters);
  g_autoptr (GVariant) shortcuts = NULL;
  g_autofree char *trigger = NULL;

  if (results == NULL)
    return;
  shortcuts = g_variant_lookup_value (results, "shortcuts", G_VARIANT_TYPE ("a(sa{sv})"));
  trigger = shortcuts != NULL ? find_trigger (shortcuts) : NULL;
  if (trigger != NULL)
    set_trigger (self, trigger);
  else
    fail_refused (self);
}

static GVariant *
describe_shortcuts (void)
{
  GVariantDict mute;

  g_variant_dict_init (&mute, NULL);
  /* Translators: the desktop shows it where it asks for a keyboard shortcut */
  g_variant_dict_insert (&mute, "description", "s", _("Mute or unmute the microphone"));
  g_variant_dict_insert (&mute, "preferred_trigger", "s", PREFERRED_TRIGGER);
  return g_variant_new_parsed ("[(%s, %@a{sv})]", MUTE, g_variant_dict_end (&mute));
}

static void
on_session_made (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
                 gpointer data)
{
  YonderGlobalShortcuts *self = data;
  g_autoptr (GVariant) results = take_answer (self, parameters);
  GVariantBuilder arguments;
  GVariantDict options;
  const char *session = NULL;

  if (results == NULL)
    return;
  if (!g_variant_lookup (results, "session_handle", "&s", &session) || !g_variant_is_object_path (session)) {
    fail_to_ask (self, "the portal made no session");
    return;
  }

  self->session = g_strdup (session);
  self->activated_signal = subscribe (self, PORTAL_PATH, SHORTCUTS, "Activated", on_activated);
  self->changed_signal = subscribe (self, PORTAL_PATH, SHORTCUTS, "ShortcutsChanged", on_shortcuts_changed);
  self->closed_signal = subscribe (self, session, SESSION, "Closed", on_session_closed);
  g_variant_dict_init (&options, NULL);
  g_variant_builder_init (&arguments, G_VARIANT_TYPE_TUPLE);
  g_variant_builder_add (&arguments, "o", session);
  g_variant_builder_add_value (&arguments, describe_shortcuts ());
  g_variant_builder_add (&arguments, "s", ""); /* no window: at a start there may be none */
  ask (self, "BindShortcuts", &arguments, &options, on_bound);
}

static void
make_session (YonderGlobalShortcuts *self)
{
  g_autofree char *token = new_token (self);
  GVariantBuilder arguments;
  GVariantDict options;

  self->cancellable = g_cancellable_new ();
  set_problem (self, NULL);
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "session_handle_token", "s", token);
  g_variant_builder_init (&arguments, G_VARIANT_TYPE_TUPLE);
  ask (self, "CreateSession", &arguments, &options, on_session_made);
}

static void
update (YonderGlobalShortcuts *self)
{
  gboolean is_begun = self->cancellable != NULL;
  gboolean is_possible = is_wanted (self) && self->version > 0;

  if (is_possible && !is_begun)
    make_session (self);
  else if (!is_possible && is_begun)
    let_go (self);
}

static void
on_setting_changed (YonderGlobalShortcuts *self)
{
  self->is_asked_by_user = TRUE;
  set_problem (self, NULL);
  update (self);
}

/* What is there */

static void
on_version_read (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderGlobalShortcuts *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) version = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->looking);
  if (answer == NULL)
    return;
  g_variant_get (answer, "(v)", &version);
  if (g_variant_is_of_type (version, G_VARIANT_TYPE_UINT32))
    set_version (self, g_variant_get_uint32 (version));
  update (self);
}

static void
on_portal_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  YonderGlobalShortcuts *self = data;

  g_set_str (&self->portal, owner);
  self->is_asked_by_user = FALSE;
  self->looking = g_cancellable_new ();
  g_dbus_connection_call (bus, owner, PORTAL_PATH, "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", SHORTCUTS, "version"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->looking, on_version_read, self);
}

static void
stop_looking (YonderGlobalShortcuts *self)
{
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
}

static void
on_portal_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  YonderGlobalShortcuts *self = data;

  stop_looking (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  forget_request (self);
  forget_session (self);
  set_version (self, 0);
}

/* The object */

static void
yonder_global_shortcuts_dispose (GObject *object)
{
  YonderGlobalShortcuts *self = YONDER_GLOBAL_SHORTCUTS (object);

  stop_looking (self);
  if (self->bus != NULL)
    let_go (self);
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  g_clear_object (&self->settings);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (yonder_global_shortcuts_parent_class)->dispose (object);
}

static void
yonder_global_shortcuts_finalize (GObject *object)
{
  YonderGlobalShortcuts *self = YONDER_GLOBAL_SHORTCUTS (object);

  g_free (self->portal);
  g_free (self->trigger);
  g_free (self->problem);

  G_OBJECT_CLASS (yonder_global_shortcuts_parent_class)->finalize (object);
}

static void
yonder_global_shortcuts_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderGlobalShortcuts *self = YONDER_GLOBAL_SHORTCUTS (object);

  switch (prop_id) {
  case PROP_IS_AVAILABLE:
    g_value_set_boolean (value, yonder_global_shortcuts_is_available (self));
    break;
  case PROP_CAN_CHANGE:
    g_value_set_boolean (value, yonder_global_shortcuts_can_change (self));
    break;
  case PROP_TRIGGER:
    g_value_set_string (value, self->trigger);
    break;
  case PROP_PROBLEM:
    g_value_set_string (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_global_shortcuts_class_init (YonderGlobalShortcutsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = yonder_global_shortcuts_dispose;
  object_class->finalize = yonder_global_shortcuts_finalize;
  object_class->get_property = yonder_global_shortcuts_get_property;

  properties[PROP_IS_AVAILABLE] = g_param_spec_boolean ("is-available", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_CHANGE] = g_param_spec_boolean ("can-change", NULL, NULL, FALSE, flags);
  properties[PROP_TRIGGER] = g_param_spec_string ("trigger", NULL, NULL, NULL, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[MUTE_SIGNAL] = g_signal_new ("mute", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_global_shortcuts_init (YonderGlobalShortcuts *self)
{
}

/**
 * yonder_global_shortcuts_new:
 * @bus: (nullable): the session bus; without one there is no portal
 * @settings: (transfer none): global-mute is followed, and turned off where the desktop refuses
 *
 * Returns: (transfer full): one that looks for a portal
 */
YonderGlobalShortcuts *
yonder_global_shortcuts_new (GDBusConnection *bus, GSettings *settings)
{
  YonderGlobalShortcuts *self = g_object_new (YONDER_TYPE_GLOBAL_SHORTCUTS, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::global-mute", G_CALLBACK (on_setting_changed), self, G_CONNECT_SWAPPED);
  if (!g_set_object (&self->bus, bus))
    return self;
  /* one that does not run is not started for this: where a desktop has one, it runs */
  self->watch = g_bus_watch_name_on_connection (bus, PORTAL, G_BUS_NAME_WATCHER_FLAGS_NONE, on_portal_appeared, on_portal_vanished, self, NULL);
  return self;
}

gboolean
yonder_global_shortcuts_is_available (YonderGlobalShortcuts *self)
{
  return self->version > 0;
}

/**
 * yonder_global_shortcuts_can_change:
 * @self: the shortcuts
 *
 * Returns: whether yonder_global_shortcuts_change() does something, which needs version 2 of the portal and a shortcut
 */
gboolean
yonder_global_shortcuts_can_change (YonderGlobalShortcuts *self)
{
  return self->version >= 2 && self->trigger != NULL;
}

const char *
yonder_global_shortcuts_get_trigger (YonderGlobalShortcuts *self)
{
  return self->trigger;
}

const char *
yonder_global_shortcuts_get_problem (YonderGlobalShortcuts *self)
{
  return self->problem;
}

/**
 * yonder_global_shortcuts_change:
 * @self: the shortcuts
 *
 * Has the desktop show where the keys are chosen. What is chosen there is told by `trigger`.
 */
void
yonder_global_shortcuts_change (YonderGlobalShortcuts *self)
{
  GVariantDict options;

  if (!yonder_global_shortcuts_can_change (self))
    return;
  g_variant_dict_init (&options, NULL);
  call_portal (self, PORTAL_PATH, SHORTCUTS, "ConfigureShortcuts",
               g_variant_new ("(os@a{sv})", self->session, "", g_variant_dict_end (&options)));
}
