/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-private.h"

#include <glib/gi18n.h>

/* The tasks of this file carry the number of their attempt: what comes of one that was overtaken changes nothing. */
static void
tag (GTask *task, YonderAccount *self)
{
  g_task_set_task_data (task, GUINT_TO_POINTER (self->attempt), NULL);
}

/* Whether @task was overtaken by another sign-in or a sign-out; then it has been answered. */
static gboolean
was_overtaken (GTask *task)
{
  YonderAccount *self = g_task_get_source_object (task);

  if (GPOINTER_TO_UINT (g_task_get_task_data (task)) == self->attempt)
    return FALSE;
  g_task_return_new_error_literal (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                                   _("Somebody else has signed in or out meanwhile."));
  return TRUE;
}

/* The user of the token, where the sign-in itself did not tell. */
static const char *
operation_that_tells_who (YonderAccount *self)
{
  return yonder_rest_has (self->rest, "verify") ? "verify" : yonder_rest_has (self->rest, "me") ? "me" : NULL;
}

static void
on_user_known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderAccount *self = YONDER_ACCOUNT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = yonder_account_load_finish (self, result, &error);

  if (was_overtaken (task))
    return;
  if (root != NULL && yonder_account_take_user (self, operation_that_tells_who (self), root)) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  yonder_account_begin_attempt (self, NULL);
  g_task_return_error (task, root != NULL ? yonder_account_misfit (self) : g_steal_pointer (&error));
}

/* Takes @task. A server that has no way to tell lets in whoever has a token. */
static void
ask_who_it_is (YonderAccount *self, GTask *task)
{
  const char *operation = operation_that_tells_who (self);

  if (operation != NULL) {
    yonder_account_load_async (self, operation, NULL, NULL, g_task_get_cancellable (task), on_user_known, task);
    return;
  }

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* A sign-in that is refused is about the name and the password, whatever a 400 or a 403 else means. */
static GError *
explain_sign_in (YonderAccount *self, GError *error, gboolean is_guest)
{
  gboolean is_refused = g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED);

  if (is_guest && is_refused)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED,
                        _("%s does not let guests in. Sign in with a password."), self->server);
  if (is_refused)
    return g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED,
                                _("The user name or the password is not right. Check both and try again."));

  return g_error_copy (error);
}

static void
signed_in (GTask *task, GObject *source, GAsyncResult *result, const char *operation)
{
  g_autoptr (GTask) owned = task;
  YonderAccount *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = yonder_rest_ask_finish (YONDER_REST (source), result, &error);

  if (was_overtaken (task))
    return;
  if (root == NULL) {
    g_task_return_error (task, explain_sign_in (self, error, g_str_equal (operation, "guest")));
    return;
  }
  if (!yonder_account_take_token (self, operation, root)) {
    g_task_return_error (task, yonder_account_misfit (self));
    return;
  }

  if (yonder_account_take_user (self, operation, root))
    g_task_return_boolean (task, TRUE);
  else
    ask_who_it_is (self, g_steal_pointer (&owned));
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer data)
{
  signed_in (data, source, result, "login");
}

static void
on_guest_signed_in (GObject *source, GAsyncResult *result, gpointer data)
{
  signed_in (data, source, result, "guest");
}

/**
 * yonder_account_sign_in_async:
 * @self: an account
 * @user: the user's name or e-mail address on the server
 * @password: (nullable): %NULL to come as a guest of that name
 * @cancellable: (nullable): ends it
 * @callback: called when the server has answered
 * @user_data: for @callback
 *
 * Signs in. The password is sent and forgotten.
 */
void
yonder_account_sign_in_async (YonderAccount *self, const char *user, const char *password,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (JsonNode) body = NULL;

  g_task_set_source_tag (task, yonder_account_sign_in_async);
  yonder_account_begin_attempt (self, NULL);
  tag (task, self);
  if (password != NULL) {
    body = yonder_profile_build_request (self->profile, "login", "user", user, "password", password, NULL);
    yonder_rest_ask_async (self->rest, "login", NULL, body, cancellable, on_signed_in, g_steal_pointer (&task));
  } else {
    body = yonder_profile_build_request (self->profile, "guest", "name", user, NULL);
    yonder_rest_ask_async (self->rest, "guest", NULL, body, cancellable, on_guest_signed_in, g_steal_pointer (&task));
  }
}

/**
 * yonder_account_sign_in_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: whether the account is signed in now; else @error is set: %YONDER_SIGNALING_ERROR_UNAUTHORIZED for a wrong name or
 *   password, %YONDER_SIGNALING_ERROR_UNREACHABLE, %YONDER_SIGNALING_ERROR_CERTIFICATE, %YONDER_SIGNALING_ERROR_NOT_SOCKET_IO
 *   where something else answers, %YONDER_SIGNALING_ERROR_REJECTED in the server's words, %YONDER_SIGNALING_ERROR_LOST where
 *   another sign-in or a sign-out came first, %G_IO_ERROR_CANCELLED
 */
gboolean
yonder_account_sign_in_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * yonder_account_sign_in_with_token_async:
 * @self: an account
 * @token: what an earlier sign-in gave
 * @cancellable: (nullable): ends it
 * @callback: called when the server has answered
 * @user_data: for @callback
 *
 * Takes up an earlier sign-in; a token that has expired is replaced where the server allows that.
 */
void
yonder_account_sign_in_with_token_async (YonderAccount *self, const char *token,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_account_sign_in_with_token_async);
  yonder_account_begin_attempt (self, token);
  tag (task, self);
  ask_who_it_is (self, g_steal_pointer (&task));
}

/**
 * yonder_account_sign_in_with_token_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: as [method@Yonder.Account.sign_in_finish]; %YONDER_SIGNALING_ERROR_UNAUTHORIZED says that the token is not valid any
 *   more
 */
gboolean
yonder_account_sign_in_with_token_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * yonder_account_adopt:
 * @self: an account whose sign-in has run out
 * @fresh: (transfer none): another one on the same server, signed in just now
 * @error: return location for %YONDER_SIGNALING_ERROR_REJECTED where that is somebody else
 *
 * Takes over a sign-in, without a moment in which nobody is signed in: calls that go on, and whoever shows the account, notice nothing.
 *
 * Returns: whether it was taken over
 */
gboolean
yonder_account_adopt (YonderAccount *self, YonderAccount *fresh, GError **error)
{
  g_return_val_if_fail (YONDER_IS_ACCOUNT (self) && YONDER_IS_ACCOUNT (fresh), FALSE);

  if (g_strcmp0 (self->user_id, fresh->user_id) != 0) {
    g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED,
                 _("That is the account of %s. Sign in as %s, or add another account."),
                 fresh->user_name != NULL ? fresh->user_name : fresh->user_id, self->user_name != NULL ? self->user_name : self->user_id);
    return FALSE;
  }
  self->attempt++;
  self->refresh = NULL;
  g_set_str (&self->refresh_token, fresh->refresh_token);
  yonder_account_set_token (self, fresh->token);
  return TRUE;
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = yonder_rest_ask_finish (YONDER_REST (source), result, &error);

  if (root == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * yonder_account_sign_out_async:
 * @self: an account
 * @cancellable: (nullable): ends the wait for the server
 * @callback: called when the server has answered
 * @user_data: for @callback
 *
 * Tells the server to forget the token, and forgets it at once whatever the server says.
 */
void
yonder_account_sign_out_async (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (JsonNode) body = yonder_profile_build_request (self->profile, "logout", "refresh-token", self->refresh_token, NULL);

  g_task_set_source_tag (task, yonder_account_sign_out_async);
  if (self->token == NULL || !yonder_rest_has (self->rest, "logout"))
    g_task_return_boolean (task, TRUE);
  else
    yonder_rest_ask_async (self->rest, "logout", NULL, body, cancellable, on_signed_out, g_steal_pointer (&task));

  yonder_account_begin_attempt (self, NULL);
}

/**
 * yonder_account_sign_out_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: whether the server has forgotten the token, too
 */
gboolean
yonder_account_sign_out_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
