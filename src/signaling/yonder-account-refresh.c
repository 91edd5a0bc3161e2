/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-private.h"

#include <glib/gi18n.h>

/* Everybody who wants a new token at the same moment gets the same one: the server takes a refresh token only once. */
struct _YonderRefresh {
  YonderAccount *account;
  GPtrArray     *tasks; /* of GTask */
};

static void
refresh_free (YonderRefresh *self)
{
  g_ptr_array_unref (self->tasks);
  g_object_unref (self->account);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderRefresh, refresh_free)

static GError *
not_valid (void)
{
  return g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED,
                              _("The sign-in is not valid any more. Sign in again."));
}

/* Reads the answer. A refusal is about the sign-in; what else can go wrong is not. */
static GError *
read_answer (YonderAccount *self, JsonNode *root, const GError *error)
{
  if (root != NULL && yonder_account_take_token (self, "refresh", root))
    return NULL;
  if (root != NULL || g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED) ||
      g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED))
    return not_valid ();

  return g_error_copy (error);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderRefresh) refresh = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) outcome = NULL;
  g_autoptr (JsonNode) root = yonder_rest_ask_finish (YONDER_REST (source), result, &error);

  if (refresh->account->refresh == refresh) {
    refresh->account->refresh = NULL;
    outcome = read_answer (refresh->account, root, error);
  } else {
    outcome = g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                                   _("Somebody else has signed in or out meanwhile."));
  }

  for (guint i = 0; i < refresh->tasks->len; i++) {
    if (outcome != NULL)
      g_task_return_error (refresh->tasks->pdata[i], g_error_copy (outcome));
    else
      g_task_return_boolean (refresh->tasks->pdata[i], TRUE);
  }
}

/**
 * yonder_account_refresh_async:
 * @self: an account
 * @cancellable: (nullable): makes the answer %G_IO_ERROR_CANCELLED
 * @callback: called when there is a new token, or there is not going to be one
 * @user_data: for @callback
 *
 * Gets a new token for the old one. Joins a refresh that is under way.
 */
void
yonder_account_refresh_async (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (JsonNode) body = NULL;

  g_task_set_source_tag (task, yonder_account_refresh_async);
  if (self->token == NULL || !yonder_rest_has (self->rest, "refresh")) {
    g_task_return_error (task, not_valid ());
    return;
  }
  if (self->refresh != NULL) {
    g_ptr_array_add (self->refresh->tasks, g_steal_pointer (&task));
    return;
  }

  self->refresh = g_new0 (YonderRefresh, 1);
  self->refresh->account = g_object_ref (self);
  self->refresh->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->refresh->tasks, g_steal_pointer (&task));
  body = yonder_profile_build_request (self->profile, "refresh", "refresh-token", self->refresh_token, NULL);
  yonder_rest_ask_async (self->rest, "refresh", NULL, body, NULL, on_answered, self->refresh);
}

/**
 * yonder_account_refresh_finish:
 * @self: the account
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: whether there is a new token; else @error is set: %YONDER_SIGNALING_ERROR_UNAUTHORIZED where the user has to sign in
 *   again, %YONDER_SIGNALING_ERROR_LOST where that has happened meanwhile, %YONDER_SIGNALING_ERROR_UNREACHABLE,
 *   %G_IO_ERROR_CANCELLED
 */
gboolean
yonder_account_refresh_finish (YonderAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
