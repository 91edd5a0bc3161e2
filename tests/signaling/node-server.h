/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NodeServer - a server in node that a test steers by lines of JSON (server.js, fake-server.js).
 *
 * Every wait runs the default main context, so that the client under test goes on meanwhile, and ends the test with words after a
 * deadline that no working machine reaches.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _NodeServer NodeServer;

/* @options is JSON; NULL for "{}". */
NodeServer *node_server_start     (const char *script, const char *kind, const char *options);
void        node_server_stop      (NodeServer *self);
/* As when the network to it is gone: nothing comes back, and nothing says so. */
void        node_server_freeze    (NodeServer *self, gboolean frozen);
guint       node_server_get_port  (NodeServer *self);
char       *node_server_dup_uri   (NodeServer *self, const char *scheme);
/* Sends a command and returns its reply. */
JsonNode   *node_server_ask       (NodeServer *self, const char *command);
void        node_server_tell      (NodeServer *self, const char *command);
/* The next thing of that name that happened, taken out of the record; "got:NAME" for an event of that name. */
JsonNode   *node_server_await     (NodeServer *self, const char *event);
/* Empties the record. */
void        node_server_forget    (NodeServer *self);
/* How often it happened without having been taken out. */
guint       node_server_count     (NodeServer *self, const char *event);

/* Runs the main context until @condition holds. */
typedef gboolean (*TestCondition) (gpointer data);
void test_wait_until (TestCondition condition, gpointer data, const char *what);
/* Installs the npm modules once; FALSE (and the test is skipped) where that is not possible. */
gboolean test_have_node (void);

const char *test_string (JsonNode *node, const char *path);
gboolean    test_json_equals (JsonNode *node, const char *json);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NodeServer, node_server_stop)

G_END_DECLS
