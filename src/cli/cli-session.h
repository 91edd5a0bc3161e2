/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCliSession - the objects of one signed-in command: account, signalling, contacts, media, calls.
 *
 * What main() of the application does for its windows, for the commands that call and answer. Thread: main. Made, started once, closed;
 * keeps borrowed what it was made with.
 */

#pragma once

#include "cli-options.h"
#include "cli-output.h"
#include "cli-recorder.h"
#include "yonder-call-manager.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CLI_SESSION (yonder_cli_session_get_type ())
G_DECLARE_FINAL_TYPE (YonderCliSession, yonder_cli_session, YONDER, CLI_SESSION, GObject)

YonderCliSession  *yonder_cli_session_new           (const YonderCliOptions *options, YonderCliOutput *output, YonderCliRecorder *recorder);
void               yonder_cli_session_start_async   (YonderCliSession *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                                     gpointer user_data);
gboolean           yonder_cli_session_start_finish  (YonderCliSession *self, GAsyncResult *result, GError **error);
void               yonder_cli_session_close         (YonderCliSession *self);

/* All of these are there once it has started. */
YonderAccount     *yonder_cli_session_get_account   (YonderCliSession *self);
YonderContactList *yonder_cli_session_get_contacts  (YonderCliSession *self);
YonderCallManager *yonder_cli_session_get_calls     (YonderCliSession *self);
YonderClock       *yonder_cli_session_get_clock     (YonderCliSession *self);

G_END_DECLS
