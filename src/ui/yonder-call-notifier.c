/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-notifier.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"

/* chosen: a notification service has answered by then, also while a call begins */
#define ANSWER_MS 2000

struct _YonderCallNotifier
{
  GObject       parent_instance;

  GApplication *application; /* borrowed: it owns the notifier */
  GSettings    *settings;
  YonderClock  *clock;
  GPtrArray    *withdrawn; /* owned (element-type utf8): ids that are withdrawn once more */
  guint         timer;
};

G_DEFINE_FINAL_TYPE (YonderCallNotifier, yonder_call_notifier, G_TYPE_OBJECT)

static void
notify_incoming (YonderCallNotifier *self, YonderCall *call, const char *id)
{
  g_autoptr (GNotification) notification = g_notification_new (yonder_contact_get_name (yonder_call_get_peer (call)));
  g_autoptr (GIcon) icon = g_themed_icon_new ("call-incoming-symbolic");
  g_autofree char *body = yonder_words_for_incoming (yonder_call_get_kind (call));

  g_notification_set_body (notification, body);
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "call.incoming");
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_add_button_with_target (notification, _("Decline"), "app.decline", "s", id);
  g_notification_add_button_with_target (notification, _("Accept"), "app.answer", "s", id);
  g_notification_set_default_action_and_target (notification, "app.show-call", "s", id);
  g_application_send_notification (self->application, id, notification);
}

/* Whoever calls again and again fills no screen: one notification a person. */
static char *
id_of_missed (YonderCall *call)
{
  return g_strconcat ("missed-", yonder_contact_get_id (yonder_call_get_peer (call)), NULL);
}

static void
notify_missed (YonderCallNotifier *self, YonderCall *call)
{
  g_autofree char *id = id_of_missed (call);
  g_autoptr (GNotification) notification = g_notification_new (_("Missed Call"));
  g_autoptr (GIcon) icon = g_themed_icon_new ("call-missed-symbolic");
  YonderContact *peer = yonder_call_get_peer (call);

  g_notification_set_body (notification, yonder_contact_get_name (peer));
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "call.unanswered");
  if (yonder_contact_get_account (peer) != NULL && g_action_group_get_action_enabled (G_ACTION_GROUP (self->application), "call"))
    g_notification_add_button_with_target (notification, _("Call Back"), "app.call-back", "(sss)", yonder_contact_get_account (peer),
                                           yonder_contact_get_id (peer), "voice");
  g_application_send_notification (self->application, id, notification);
}

static gboolean
withdraw_again (gpointer data)
{
  YonderCallNotifier *self = data;

  self->timer = 0;
  for (guint i = 0; i < self->withdrawn->len; i++)
    g_application_withdraw_notification (self->application, g_ptr_array_index (self->withdrawn, i));
  g_ptr_array_set_size (self->withdrawn, 0);
  return G_SOURCE_REMOVE;
}

/* GLib forgets a withdrawal that comes before the notification service has answered (2.84, gfdonotificationbackend.c), as from a caller who
 * gives up at once: the notification would stay. */
static void
withdraw (YonderCallNotifier *self, const char *id)
{
  g_application_withdraw_notification (self->application, id);
  g_ptr_array_add (self->withdrawn, g_strdup (id));
  yonder_clock_clear (self->clock, &self->timer);
  self->timer = yonder_clock_add (self->clock, ANSWER_MS, withdraw_again, self, NULL);
}

static void
on_state_changed (YonderCallNotifier *self, GParamSpec *pspec, YonderCall *call)
{
  const char *id = yonder_call_get_call_id (call);

  if (id == NULL || yonder_call_get_state (call) == YONDER_CALL_STATE_INCOMING)
    return;

  withdraw (self, id);
  g_signal_handlers_disconnect_by_func (call, on_state_changed, self);
  if (yonder_call_get_end_reason (call) == YONDER_END_NO_ANSWER)
    notify_missed (self, call);
}

static void
yonder_call_notifier_dispose (GObject *object)
{
  YonderCallNotifier *self = YONDER_CALL_NOTIFIER (object);

  if (self->clock != NULL)
    yonder_clock_clear (self->clock, &self->timer);
  g_clear_pointer (&self->withdrawn, g_ptr_array_unref);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (yonder_call_notifier_parent_class)->dispose (object);
}

static void
yonder_call_notifier_class_init (YonderCallNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_call_notifier_dispose;
}

static void
yonder_call_notifier_init (YonderCallNotifier *self)
{
}

/**
 * yonder_call_notifier_new:
 * @application: (transfer none): sends the notifications; must outlive the notifier
 * @settings: (transfer none): whether the user was told that Yonder goes on without a window
 * @clock: (transfer none): for what is withdrawn once more
 *
 * Returns: (transfer full): a notifier that follows no call yet
 */
YonderCallNotifier *
yonder_call_notifier_new (GApplication *application, GSettings *settings, YonderClock *clock)
{
  YonderCallNotifier *self = g_object_new (YONDER_TYPE_CALL_NOTIFIER, NULL);

  self->application = application;
  self->settings = g_object_ref (settings);
  self->clock = g_object_ref (clock);
  self->withdrawn = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * yonder_call_notifier_follow:
 * @self: the notifier
 * @call: (transfer none): a call that comes in
 *
 * Tells of the call while it rings, until it is taken here or elsewhere, and afterwards when nobody took it.
 */
void
yonder_call_notifier_follow (YonderCallNotifier *self, YonderCall *call)
{
  const char *id = yonder_call_get_call_id (call);
  g_autofree char *missed = id_of_missed (call);

  if (id == NULL)
    return;

  g_application_withdraw_notification (self->application, missed);
  notify_incoming (self, call, id);
  g_signal_connect_object (call, "notify::state", G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
}

/**
 * yonder_call_notifier_tell_of_background:
 * @self: the notifier
 *
 * Tells once that Yonder goes on without its window, with a button to quit.
 */
void
yonder_call_notifier_tell_of_background (YonderCallNotifier *self)
{
  g_autoptr (GNotification) notification = NULL;

  if (g_settings_get_boolean (self->settings, "told-of-background"))
    return;

  g_settings_set_boolean (self->settings, "told-of-background", TRUE);
  notification = g_notification_new (_("Yonder Waits for Calls"));
  g_notification_set_body (notification, _("It runs in the background, so that people can call you. The preferences can turn that off."));
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_LOW);
  g_notification_add_button (notification, _("Quit"), "app.quit");
  g_application_send_notification (self->application, "background", notification);
}

/**
 * yonder_call_notifier_tell_of_sign_out:
 * @self: the notifier
 * @sentence: why, for the user
 *
 * Tells that no calls can come before somebody signs in again.
 */
void
yonder_call_notifier_tell_of_sign_out (YonderCallNotifier *self, const char *sentence)
{
  g_autoptr (GNotification) notification = g_notification_new (_("Calls Cannot Reach You"));

  g_notification_set_body (notification, sentence);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_application_send_notification (self->application, "sign-in", notification);
}
