/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-notifier.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"

struct _YonderCallNotifier
{
  GObject       parent_instance;

  GApplication *application; /* borrowed: it owns the notifier */
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
  g_notification_add_button_with_target (notification, _("Answer"), "app.answer", "s", id);
  g_application_send_notification (self->application, id, notification);
}

static void
notify_missed (YonderCallNotifier *self, YonderCall *call, const char *id)
{
  g_autoptr (GNotification) notification = g_notification_new (_("Missed Call"));
  g_autoptr (GIcon) icon = g_themed_icon_new ("call-missed-symbolic");
  YonderContact *peer = yonder_call_get_peer (call);

  g_notification_set_body (notification, yonder_contact_get_name (peer));
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "call.unanswered");
  if (g_action_group_get_action_enabled (G_ACTION_GROUP (self->application), "call"))
    g_notification_add_button_with_target (notification, _("Call Back"), "app.call", "(ss)", yonder_contact_get_id (peer), "voice");
  g_application_send_notification (self->application, id, notification);
}

static void
on_state_changed (YonderCallNotifier *self, GParamSpec *pspec, YonderCall *call)
{
  const char *id = yonder_call_get_call_id (call);

  if (id == NULL || yonder_call_get_state (call) == YONDER_CALL_STATE_INCOMING)
    return;

  g_application_withdraw_notification (self->application, id);
  g_signal_handlers_disconnect_by_func (call, on_state_changed, self);
  if (yonder_call_get_end_reason (call) == YONDER_END_NO_ANSWER || yonder_call_get_end_reason (call) == YONDER_END_HUNG_UP_BY_PEER)
    notify_missed (self, call, id);
}

static void
yonder_call_notifier_class_init (YonderCallNotifierClass *klass)
{
}

static void
yonder_call_notifier_init (YonderCallNotifier *self)
{
}

/**
 * yonder_call_notifier_new:
 * @application: (transfer none): sends the notifications; must outlive the notifier
 *
 * Returns: (transfer full): a notifier that follows no call yet
 */
YonderCallNotifier *
yonder_call_notifier_new (GApplication *application)
{
  YonderCallNotifier *self = g_object_new (YONDER_TYPE_CALL_NOTIFIER, NULL);

  self->application = application;
  return self;
}

/**
 * yonder_call_notifier_follow:
 * @self: the notifier
 * @call: (transfer none): a call that comes in
 *
 * Tells of the call while it rings, and afterwards when nobody took it.
 */
void
yonder_call_notifier_follow (YonderCallNotifier *self, YonderCall *call)
{
  const char *id = yonder_call_get_call_id (call);

  if (id == NULL)
    return;

  notify_incoming (self, call, id);
  g_signal_connect_object (call, "notify::state", G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
}
