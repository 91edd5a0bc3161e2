/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both sides of a call say beside sound and picture, by a channel that the test plays; friendly and hostile messages. */

#include "yonder-conversation-message.h"
#include "yonder-conversation-private.h"
#include "yonder-fake-media.h"

#include <string.h>

typedef struct {
  YonderTimeline     *timeline;
  YonderFakeMedia    *media;
  YonderConversation *conversation;
  guint               n_texts, n_reactions, n_own_reactions;
  YonderReaction      reaction;
} Fixture;

static void
on_text (Fixture *fixture)
{
  fixture->n_texts++;
}

static void
on_reaction (Fixture *fixture, YonderReaction reaction, gboolean is_own)
{
  fixture->reaction = reaction;
  if (is_own)
    fixture->n_own_reactions++;
  else
    fixture->n_reactions++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderClock) clock = yonder_clock_new ();

  fixture->timeline = yonder_timeline_new (clock);
  fixture->media = yonder_fake_media_new ();
  fixture->conversation = yonder_conversation_new (fixture->timeline);
  yonder_conversation_set_media (fixture->conversation, YONDER_MEDIA_SESSION (fixture->media));
  g_signal_connect_swapped (fixture->conversation, "text", G_CALLBACK (on_text), fixture);
  g_signal_connect_swapped (fixture->conversation, "reaction", G_CALLBACK (on_reaction), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  yonder_conversation_close (fixture->conversation);
  g_assert_finalize_object (fixture->conversation);
  g_assert_finalize_object (fixture->media);
  g_object_unref (fixture->timeline);
}

static void
open_channel (Fixture *fixture, gboolean is_open)
{
  g_signal_emit_by_name (fixture->media, "channel", is_open);
}

static void
hear (Fixture *fixture, const char *json)
{
  g_signal_emit_by_name (fixture->media, "message", json);
}

static void
assert_sent (Fixture *fixture, const char *expected)
{
  g_autofree char *log = yonder_fake_media_take_log (fixture->media);

  g_assert_cmpstr (log, ==, expected);
}

static void
count_notified (guint *n_notified)
{
  (*n_notified)++;
}

static void
test_state (Fixture *fixture, gconstpointer data)
{
  /* before there is a channel nobody is told, then everybody who comes */
  yonder_conversation_set_own_state (fixture->conversation, &(YonderOwnState) { .is_muted = TRUE, .is_camera_off = FALSE });
  assert_sent (fixture, "");
  open_channel (fixture, TRUE);
  assert_sent (fixture, "send {\"type\":\"state\",\"muted\":true,\"cameraOff\":false}");
  yonder_conversation_set_own_state (fixture->conversation, &(YonderOwnState) { .is_muted = TRUE, .is_camera_off = FALSE });
  assert_sent (fixture, "");
  yonder_conversation_set_own_state (fixture->conversation, &(YonderOwnState) { .is_muted = FALSE, .is_camera_off = TRUE });
  assert_sent (fixture, "send {\"type\":\"state\",\"muted\":false,\"cameraOff\":true}");

  g_assert_false (yonder_conversation_is_open (fixture->conversation));
  hear (fixture, "{\"type\":\"state\",\"muted\":true,\"cameraOff\":true,\"since\":1}");
  g_assert_true (yonder_conversation_is_open (fixture->conversation));
  g_assert_true (yonder_conversation_is_peer_muted (fixture->conversation));
  g_assert_true (yonder_conversation_is_peer_camera_off (fixture->conversation));
  hear (fixture, "{\"type\":\"state\",\"muted\":false,\"cameraOff\":false}");
  g_assert_false (yonder_conversation_is_peer_muted (fixture->conversation));
  g_assert_false (yonder_conversation_is_peer_camera_off (fixture->conversation));
}

/* What not every client says is not so where it is not said. */
static void
test_held (Fixture *fixture, gconstpointer data)
{
  guint n_notified = 0;

  g_signal_connect_swapped (fixture->conversation, "notify::is-peer-holding", G_CALLBACK (count_notified), &n_notified);
  open_channel (fixture, TRUE);
  g_free (yonder_fake_media_take_log (fixture->media));
  yonder_conversation_set_own_state (fixture->conversation, &(YonderOwnState) { .is_holding = TRUE, .is_sharing = TRUE });
  assert_sent (fixture, "send {\"type\":\"state\",\"muted\":false,\"cameraOff\":false,\"held\":true,\"sharing\":true}");
  hear (fixture, "{\"type\":\"state\",\"muted\":true,\"cameraOff\":true,\"held\":true}");
  g_assert_true (yonder_conversation_is_peer_holding (fixture->conversation));
  g_assert_false (yonder_conversation_is_peer_sharing (fixture->conversation));
  hear (fixture, "{\"type\":\"state\",\"muted\":false,\"cameraOff\":false,\"sharing\":true}");
  g_assert_false (yonder_conversation_is_peer_holding (fixture->conversation));
  g_assert_true (yonder_conversation_is_peer_sharing (fixture->conversation));
  hear (fixture, "{\"type\":\"state\",\"muted\":false,\"cameraOff\":false,\"held\":\"yes\"}");
  g_assert_true (yonder_conversation_is_peer_sharing (fixture->conversation));
  g_assert_cmpuint (n_notified, ==, 2);
}

/* A rebuilt path has a fresh channel: what holds is said again, and nobody writes into the gap. */
static void
test_rebuilt (Fixture *fixture, gconstpointer data)
{
  g_autofree char *log = NULL;

  yonder_conversation_set_own_state (fixture->conversation, &(YonderOwnState) { .is_muted = TRUE, .is_camera_off = TRUE });
  open_channel (fixture, TRUE);
  hear (fixture, "{\"type\":\"state\",\"muted\":true,\"cameraOff\":false}");
  log = yonder_fake_media_take_log (fixture->media);
  open_channel (fixture, FALSE);
  g_assert_false (yonder_conversation_is_open (fixture->conversation));
  g_assert_true (yonder_conversation_is_peer_muted (fixture->conversation));
  g_assert_false (yonder_conversation_send_text (fixture->conversation, "Are you there?"));
  g_assert_false (yonder_conversation_send_reaction (fixture->conversation, YONDER_REACTION_HEART));
  assert_sent (fixture, "");
  open_channel (fixture, TRUE);
  assert_sent (fixture, "send {\"type\":\"state\",\"muted\":true,\"cameraOff\":true}");
}

static const char *
text_at (Fixture *fixture, guint position, gboolean is_own)
{
  g_autoptr (YonderChatLine) line = g_list_model_get_item (yonder_conversation_get_lines (fixture->conversation), position);

  g_assert_nonnull (line);
  g_assert_true (yonder_chat_line_is_own (line) == is_own);
  return yonder_chat_line_get_text (line);
}

static void
test_texts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *log = NULL;

  open_channel (fixture, TRUE);
  g_assert_false (yonder_conversation_send_text (fixture->conversation, "Too early"));
  hear (fixture, "{\"type\":\"text\",\"text\":\" <b>Hello</b>\\u202e & welcome\\nhttps://example.org \"}");
  log = yonder_fake_media_take_log (fixture->media);
  g_assert_cmpstr (text_at (fixture, 0, FALSE), ==, "<b>Hello</b>  & welcome\nhttps://example.org");
  g_assert_cmpuint (yonder_conversation_get_n_unread (fixture->conversation), ==, 1);
  yonder_conversation_mark_read (fixture->conversation);
  g_assert_cmpuint (yonder_conversation_get_n_unread (fixture->conversation), ==, 0);

  g_assert_true (yonder_conversation_send_text (fixture->conversation, "  \"Hi\"\t"));
  assert_sent (fixture, "send {\"type\":\"text\",\"text\":\"\\\"Hi\\\"\"}");
  g_assert_cmpstr (text_at (fixture, 1, TRUE), ==, "\"Hi\"");
  g_assert_false (yonder_conversation_send_text (fixture->conversation, " \n\t "));
  g_assert_cmpuint (fixture->n_texts, ==, 2);
  g_assert_cmpuint (yonder_conversation_get_n_unread (fixture->conversation), ==, 0);
}

/* What is too long to be read is cut here before it goes, so that the other side need not refuse it. */
static void
test_long_text (Fixture *fixture, gconstpointer data)
{
  g_autofree char *letters = g_strnfill (5000, 'x');
  g_autofree char *json = g_strdup_printf ("{\"type\":\"text\",\"text\":\"%s\"}", letters);

  open_channel (fixture, TRUE);
  hear (fixture, json);
  g_assert_cmpuint (fixture->n_texts, ==, 0);
  hear (fixture, "{\"type\":\"state\",\"muted\":false,\"cameraOff\":false}");
  g_assert_true (yonder_conversation_send_text (fixture->conversation, letters));
  g_assert_cmpuint (strlen (text_at (fixture, 0, TRUE)), ==, 2000);
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  open_channel (fixture, TRUE);
  for (guint i = 0; i < 2000; i++) {
    g_autofree char *json = g_strdup_printf ("{\"type\":\"text\",\"text\":\"%u\"}", i);

    hear (fixture, json);
  }
  g_assert_cmpuint (g_list_model_get_n_items (yonder_conversation_get_lines (fixture->conversation)), ==, 500);
  g_assert_cmpstr (text_at (fixture, 499, FALSE), ==, "1999");
  g_assert_cmpuint (yonder_conversation_get_n_unread (fixture->conversation), ==, 500);
}

static void
test_reactions (Fixture *fixture, gconstpointer data)
{
  g_autofree char *log = NULL;

  open_channel (fixture, TRUE);
  hear (fixture, "{\"type\":\"reaction\",\"reaction\":\"clap\"}");
  g_assert_cmpuint (fixture->n_reactions, ==, 1);
  g_assert_cmpint (fixture->reaction, ==, YONDER_REACTION_CLAP);
  log = yonder_fake_media_take_log (fixture->media);
  g_assert_true (yonder_conversation_send_reaction (fixture->conversation, YONDER_REACTION_HEART));
  assert_sent (fixture, "send {\"type\":\"reaction\",\"reaction\":\"heart\"}");
  g_assert_cmpuint (fixture->n_own_reactions, ==, 1);
  for (guint i = 0; i < YONDER_N_REACTIONS; i++) {
    g_assert_nonnull (yonder_reaction_get_emoji (i));
    g_assert_nonnull (yonder_reaction_get_words (i));
  }
}

/* A newer client may say what is not known here; it is one that reads all the same. */
static void
test_unknown (Fixture *fixture, gconstpointer data)
{
  open_channel (fixture, TRUE);
  hear (fixture, "{\"type\":\"typing\",\"since\":3}");
  hear (fixture, "{\"type\":\"reaction\",\"reaction\":\"rocket\"}");
  g_assert_true (yonder_conversation_is_open (fixture->conversation));
  g_assert_cmpuint (fixture->n_texts + fixture->n_reactions, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline)), ==, 0);
}

static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  static const char * const messages[] = {
    "", "x", "null", "[]", "7", "\"text\"", "{", "{}", "[{\"type\":\"text\",\"text\":\"x\"}]",
    "{\"type\":null}", "{\"type\":7,\"text\":\"x\"}", "{\"type\":[\"text\"],\"text\":\"x\"}",
    "{\"type\":\"text\"}", "{\"type\":\"text\",\"text\":7}", "{\"type\":\"text\",\"text\":null}", "{\"type\":\"text\",\"text\":{\"text\":\"x\"}}",
    "{\"type\":\"text\",\"text\":\"\"}", "{\"type\":\"text\",\"text\":\" \\u202e\\n \"}",
    "{\"type\":\"state\"}", "{\"type\":\"state\",\"muted\":\"true\",\"cameraOff\":false}", "{\"type\":\"state\",\"muted\":1,\"cameraOff\":0}",
    "{\"type\":\"state\",\"muted\":true}", "{\"type\":\"state\",\"muted\":true,\"cameraOff\":true,\"held\":1}",
    "{\"type\":\"state\",\"muted\":true,\"cameraOff\":true,\"sharing\":[]}",
    "{\"type\":\"reaction\"}", "{\"type\":\"reaction\",\"reaction\":3}",
  };
  g_autofree char *deep = g_strnfill (10000, '[');

  open_channel (fixture, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++) {
    hear (fixture, messages[i]);
    if (yonder_conversation_is_open (fixture->conversation))
      g_error ("taken: %s", messages[i]);
  }
  hear (fixture, deep);
  g_assert_false (yonder_conversation_is_open (fixture->conversation));
  g_assert_false (yonder_conversation_is_peer_muted (fixture->conversation));
  g_assert_cmpuint (fixture->n_texts + fixture->n_reactions, ==, 0);
  /* said once, so that nobody fills the timeline either */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline)), ==, 1);
}

static void
test_speaking (Fixture *fixture, gconstpointer data)
{
  g_signal_emit_by_name (fixture->media, "speaking", TRUE);
  g_assert_true (yonder_conversation_is_peer_speaking (fixture->conversation));
  yonder_conversation_close (fixture->conversation);
  g_assert_false (yonder_conversation_is_peer_speaking (fixture->conversation));
  hear (fixture, "{\"type\":\"text\",\"text\":\"after the end\"}");
  g_assert_cmpuint (fixture->n_texts, ==, 0);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*run) (Fixture *fixture, gconstpointer data);
  } cases[] = {
    { "/conversation/state", test_state },
    { "/conversation/held", test_held },
    { "/conversation/rebuilt-path", test_rebuilt },
    { "/conversation/texts", test_texts },
    { "/conversation/long-text", test_long_text },
    { "/conversation/flood", test_flood },
    { "/conversation/reactions", test_reactions },
    { "/conversation/unknown", test_unknown },
    { "/conversation/hostile", test_hostile },
    { "/conversation/speaking", test_speaking },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, NULL, set_up, cases[i].run, tear_down);
  return g_test_run ();
}
