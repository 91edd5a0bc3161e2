/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything for real in one process: the embedded server, and people with an account, a connection, media from a test picture, and a
 * call manager. Nothing is faked but camera, microphone and loudspeaker. */

#pragma once

#include "yonder-call-manager.h"
#include "yonder-server.h"
#include "yonder-webrtc-factory.h"

typedef struct {
  YonderClock  *clock;
  YonderServer *server;
} House;

typedef struct {
  YonderAccount         *account;
  YonderSocketSignaling *signaling;
  YonderContactList     *contacts;
  YonderWebrtcFactory   *factory;
  YonderCallManager     *manager;
  YonderCall            *incoming; /* (nullable): the last that came */
  gboolean               answers;  /* by itself */
} Person;

void    house_set_up     (House *house);
void    house_tear_down  (House *house);
Person *person_new       (House *house, const char *name);
void    person_free      (Person *person);
/* Calls by user id, wherever the contact list stands. */
YonderCall *person_dial  (Person *person, Person *peer, YonderCallKind kind);

/* Runs the main context until the condition holds; fails the test after a generous while. */
#define wait_for(condition) G_STMT_START { \
  g_autoptr (GTimer) timer_ = g_timer_new (); \
  guint wake_ = g_timeout_add (20, wake_up, NULL); \
  while (!(condition)) { \
    if (g_timer_elapsed (timer_, NULL) > 60) \
      g_error ("%s:%d: waited 60 s in vain for: %s", __FILE__, __LINE__, #condition); \
    g_main_context_iteration (NULL, TRUE); \
  } \
  g_source_remove (wake_); } G_STMT_END

gboolean wake_up         (gpointer data);
gboolean call_is         (YonderCall *call, const char *state); /* %FALSE for %NULL */
gboolean call_has_picture (YonderCall *call);
/* As test messages, for whoever has to find out why something took long. */
void     print_timeline  (YonderCall *call);
