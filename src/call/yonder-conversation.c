/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-conversation-private.h"

#include "yonder-conversation-message.h"

#include <glib/gi18n.h>

/* chosen: more than anybody writes in a call; the oldest go */
#define MAX_LINES 500

struct _YonderConversation {
  GObject parent_instance;

  YonderTimeline     *timeline;
  YonderMediaSession *media; /* (nullable): before there is one, and once closed */
  GSignalGroup       *media_signals;
  GListStore         *lines;
  guint               n_unread;
  gboolean            has_channel;
  gboolean            has_heard; /* of the peer, on this channel: it is one that speaks */
  gboolean            has_refused;
  YonderOwnState      own;
  YonderOwnState      peer;
  gboolean            is_peer_speaking;
};

enum {
  PROP_IS_OPEN = 1,
  PROP_IS_PEER_MUTED,
  PROP_IS_PEER_CAMERA_OFF,
  PROP_IS_PEER_HOLDING,
  PROP_IS_PEER_SHARING,
  PROP_IS_PEER_SPEAKING,
  PROP_N_UNREAD,
  N_PROPS
};

enum {
  REACTION,
  TEXT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderConversation, yonder_conversation, G_TYPE_OBJECT)

static void
set_flag (YonderConversation *self, gboolean *flag, gboolean value, guint property)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_n_unread (YonderConversation *self, guint n_unread)
{
  if (self->n_unread == n_unread)
    return;
  self->n_unread = n_unread;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNREAD]);
}

static gboolean
send (YonderConversation *self, const YonderConversationMessage *message)
{
  g_autofree char *json = yonder_conversation_message_print (message);

  return self->media != NULL && self->has_channel && yonder_media_session_send_message (self->media, json);
}

static void
send_state (YonderConversation *self)
{
  send (self, &(YonderConversationMessage) { .kind = YONDER_CONVERSATION_STATE, .state = self->own });
}

static void
add_line (YonderConversation *self, const char *text, gboolean is_own)
{
  g_autoptr (YonderChatLine) line = yonder_chat_line_new (text, is_own);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->lines)) >= MAX_LINES)
    g_list_store_remove (self->lines, 0);
  g_list_store_append (self->lines, line);
  if (!is_own)
    set_n_unread (self, MIN (self->n_unread + 1, MAX_LINES));
  g_signal_emit (self, signals[TEXT], 0, line);
}

static void
set_heard (YonderConversation *self, gboolean has_heard)
{
  set_flag (self, &self->has_heard, has_heard, PROP_IS_OPEN);
}

static void
on_channel (YonderConversation *self, gboolean is_open)
{
  self->has_channel = is_open;
  if (is_open)
    send_state (self);
  else
    set_heard (self, FALSE);
}

static void
take_state (YonderConversation *self, const YonderOwnState *state)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_flag (self, &self->peer.is_muted, state->is_muted, PROP_IS_PEER_MUTED);
  set_flag (self, &self->peer.is_camera_off, state->is_camera_off, PROP_IS_PEER_CAMERA_OFF);
  set_flag (self, &self->peer.is_holding, state->is_holding, PROP_IS_PEER_HOLDING);
  set_flag (self, &self->peer.is_sharing, state->is_sharing, PROP_IS_PEER_SHARING);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
on_message (YonderConversation *self, const char *json)
{
  YonderConversationMessage message;
  g_autoptr (GError) error = NULL;

  if (!yonder_conversation_message_parse (&message, json, &error)) {
    /* A newer client may say more than is known here. */
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)) {
      set_heard (self, TRUE);
    } else if (!self->has_refused) {
      self->has_refused = TRUE;
      yonder_timeline_add (self->timeline, YONDER_TIMELINE_REFUSED, _("A message on the data channel was not understood: %s"), error->message);
    }
    yonder_conversation_message_clear (&message);
    return;
  }

  set_heard (self, TRUE);
  switch (message.kind) {
  case YONDER_CONVERSATION_STATE:
    take_state (self, &message.state);
    break;
  case YONDER_CONVERSATION_TEXT:
    add_line (self, message.text, FALSE);
    break;
  case YONDER_CONVERSATION_REACTION:
    g_signal_emit (self, signals[REACTION], 0, message.reaction, FALSE);
    break;
  }
  yonder_conversation_message_clear (&message);
}

static void
on_speaking (YonderConversation *self, gboolean is_speaking)
{
  set_flag (self, &self->is_peer_speaking, is_speaking, PROP_IS_PEER_SPEAKING);
}

static void
yonder_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderConversation *self = YONDER_CONVERSATION (object);

  switch (id) {
  case PROP_IS_OPEN:
    g_value_set_boolean (value, self->has_heard);
    break;
  case PROP_IS_PEER_MUTED:
    g_value_set_boolean (value, self->peer.is_muted);
    break;
  case PROP_IS_PEER_CAMERA_OFF:
    g_value_set_boolean (value, self->peer.is_camera_off);
    break;
  case PROP_IS_PEER_HOLDING:
    g_value_set_boolean (value, self->peer.is_holding);
    break;
  case PROP_IS_PEER_SHARING:
    g_value_set_boolean (value, self->peer.is_sharing);
    break;
  case PROP_IS_PEER_SPEAKING:
    g_value_set_boolean (value, self->is_peer_speaking);
    break;
  case PROP_N_UNREAD:
    g_value_set_uint (value, self->n_unread);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_conversation_finalize (GObject *object)
{
  YonderConversation *self = YONDER_CONVERSATION (object);

  g_clear_object (&self->media_signals);
  g_clear_object (&self->media);
  g_clear_object (&self->timeline);
  g_clear_object (&self->lines);

  G_OBJECT_CLASS (yonder_conversation_parent_class)->finalize (object);
}

static void
yonder_conversation_class_init (YonderConversationClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags ro = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->get_property = yonder_conversation_get_property;
  object_class->finalize = yonder_conversation_finalize;

  properties[PROP_IS_OPEN] = g_param_spec_boolean ("is-open", NULL, NULL, FALSE, ro);
  properties[PROP_IS_PEER_MUTED] = g_param_spec_boolean ("is-peer-muted", NULL, NULL, FALSE, ro);
  properties[PROP_IS_PEER_CAMERA_OFF] = g_param_spec_boolean ("is-peer-camera-off", NULL, NULL, FALSE, ro);
  properties[PROP_IS_PEER_HOLDING] = g_param_spec_boolean ("is-peer-holding", NULL, NULL, FALSE, ro);
  properties[PROP_IS_PEER_SHARING] = g_param_spec_boolean ("is-peer-sharing", NULL, NULL, FALSE, ro);
  properties[PROP_IS_PEER_SPEAKING] = g_param_spec_boolean ("is-peer-speaking", NULL, NULL, FALSE, ro);
  properties[PROP_N_UNREAD] = g_param_spec_uint ("n-unread", NULL, NULL, 0, G_MAXUINT, 0, ro);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[REACTION] = g_signal_new ("reaction", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, YONDER_TYPE_REACTION,
                                    G_TYPE_BOOLEAN);
  signals[TEXT] = g_signal_new ("text", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, YONDER_TYPE_CHAT_LINE);
}

static void
yonder_conversation_init (YonderConversation *self)
{
  self->lines = g_list_store_new (YONDER_TYPE_CHAT_LINE);
  self->media_signals = g_signal_group_new (YONDER_TYPE_MEDIA_SESSION);
  g_signal_group_connect_object (self->media_signals, "channel", G_CALLBACK (on_channel), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "message", G_CALLBACK (on_message), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "speaking", G_CALLBACK (on_speaking), self, G_CONNECT_SWAPPED);
}

/* Returns: (transfer full): a conversation in which nobody can say anything yet */
YonderConversation *
yonder_conversation_new (YonderTimeline *timeline)
{
  YonderConversation *self = g_object_new (YONDER_TYPE_CONVERSATION, NULL);

  self->timeline = g_object_ref (timeline);
  return self;
}

void
yonder_conversation_set_media (YonderConversation *self, YonderMediaSession *media)
{
  g_set_object (&self->media, media);
  g_signal_group_set_target (self->media_signals, media);
}

static gboolean
is_same_state (const YonderOwnState *a, const YonderOwnState *b)
{
  return a->is_muted == b->is_muted && a->is_camera_off == b->is_camera_off && a->is_holding == b->is_holding &&
         a->is_sharing == b->is_sharing;
}

void
yonder_conversation_set_own_state (YonderConversation *self, const YonderOwnState *state)
{
  if (is_same_state (&self->own, state))
    return;
  self->own = *state;
  send_state (self);
}

/* The call is over; what was said can still be read. */
void
yonder_conversation_close (YonderConversation *self)
{
  yonder_conversation_set_media (self, NULL);
  self->has_channel = FALSE;
  set_heard (self, FALSE);
  on_speaking (self, FALSE);
}

gboolean
yonder_conversation_is_open (YonderConversation *self)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), FALSE);

  return self->has_heard;
}

gboolean
yonder_conversation_is_peer_muted (YonderConversation *self)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), FALSE);

  return self->peer.is_muted;
}

gboolean
yonder_conversation_is_peer_camera_off (YonderConversation *self)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), FALSE);

  return self->peer.is_camera_off;
}

/* Whether the other side has put this one on hold. */
gboolean
yonder_conversation_is_peer_holding (YonderConversation *self)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), FALSE);

  return self->peer.is_holding;
}

/* Whether the other side's picture is that of a screen or a window. */
gboolean
yonder_conversation_is_peer_sharing (YonderConversation *self)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), FALSE);

  return self->peer.is_sharing;
}

gboolean
yonder_conversation_is_peer_speaking (YonderConversation *self)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), FALSE);

  return self->is_peer_speaking;
}

/* Texts of the peer since yonder_conversation_mark_read(). */
guint
yonder_conversation_get_n_unread (YonderConversation *self)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), 0);

  return self->n_unread;
}

/**
 * yonder_conversation_get_lines:
 * @self: the conversation
 *
 * Returns: (transfer none): a list of [class@Yonder.ChatLine], oldest first, of both sides
 */
GListModel *
yonder_conversation_get_lines (YonderConversation *self)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), NULL);

  return G_LIST_MODEL (self->lines);
}

/**
 * yonder_conversation_send_text:
 * @self: the conversation
 * @text: what the user typed
 *
 * Tells the other side, and adds a line to the list.
 *
 * Returns: %FALSE where nothing was sent: nobody is there to read it, the path carries nothing, or there is no letter in it
 */
gboolean
yonder_conversation_send_text (YonderConversation *self, const char *text)
{
  g_autofree char *clean = NULL;

  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), FALSE);

  clean = yonder_conversation_clean_text (text);
  if (clean == NULL || !self->has_heard || !send (self, &(YonderConversationMessage) { .kind = YONDER_CONVERSATION_TEXT, .text = clean }))
    return FALSE;
  add_line (self, clean, TRUE);
  return TRUE;
}

/**
 * yonder_conversation_send_reaction:
 * @self: the conversation
 * @reaction: what to show there, and here
 *
 * Returns: %FALSE where nothing was sent
 */
gboolean
yonder_conversation_send_reaction (YonderConversation *self, YonderReaction reaction)
{
  g_return_val_if_fail (YONDER_IS_CONVERSATION (self), FALSE);

  if (!self->has_heard ||
      !send (self, &(YonderConversationMessage) { .kind = YONDER_CONVERSATION_REACTION, .reaction = reaction }))
    return FALSE;
  g_signal_emit (self, signals[REACTION], 0, reaction, TRUE);
  return TRUE;
}

/* The user has seen them. */
void
yonder_conversation_mark_read (YonderConversation *self)
{
  g_return_if_fail (YONDER_IS_CONVERSATION (self));

  set_n_unread (self, 0);
}
