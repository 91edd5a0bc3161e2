/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-fetch.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-foreign-text.h"
#include "yonder-json.h"

/* chosen: the longest answer seen has 3 kB */
#define MAX_ANSWER (256 * 1024)
#define MAX_WORDS 200
/* chosen: of silence; whoever asks has a limit of his own */
#define TIMEOUT_S 10

typedef struct {
  const YonderIceProviderKind *kind;
  char         *base;
  GHashTable   *values;
  SoupSession  *session;
  SoupMessage  *message;
  GInputStream *stream;
  char         *buffer; /* of MAX_ANSWER bytes and one more */
  gint64        ttl_s;
  gboolean      is_second;
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *self = data;

  g_free (self->base);
  g_hash_table_unref (self->values);
  g_clear_object (&self->session);
  g_clear_object (&self->message);
  g_clear_object (&self->stream);
  g_free (self->buffer);
  g_free (self);
}

static const char *
title_of (Fetch *self)
{
  return _(self->kind->title);
}

/* What the provider itself says went wrong, in whichever of the fields that providers use for it. */
static char *
dup_words (JsonNode *root)
{
  static const char * const fields[] = { "message", "error.message", "error", "errors[0].message", "v", "detail" };

  for (guint i = 0; root != NULL && i < G_N_ELEMENTS (fields); i++) {
    const char *words = yonder_json_get_string (root, fields[i], MAX_WORDS, NULL);

    if (words != NULL && *words != '\0')
      return yonder_foreign_text_clean (words, -1);
  }
  return NULL;
}

static GError *
error_of_status (Fetch *self, JsonNode *root)
{
  guint status = soup_message_get_status (self->message);
  g_autofree char *said = dup_words (root);
  const char *words = said != NULL ? said : soup_status_get_phrase (status);

  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    return g_error_new (YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_REFUSED,
                        _("%s does not accept the account (%u: %s). Check it in the preferences."),
                        title_of (self), status, words);
  if (status == 429)
    return g_error_new (YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_UNREACHABLE,
                        _("%s wants a pause after so many requests. Try again in a minute."), title_of (self));
  if (status >= 500)
    return g_error_new (YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_UNREACHABLE,
                        _("%s cannot work now (%u: %s). Try again later."), title_of (self), status, words);
  if (SOUP_STATUS_IS_REDIRECTION (status))
    return g_error_new (YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER,
                        _("%s points to another address, where the secret does not go. Check the address."), title_of (self));
  return g_error_new (YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_REFUSED,
                      _("%s refused (%u: %s). Check the account in the preferences."), title_of (self), status, words);
}

static void start_request (GTask *task, YonderIceKindRequest request);

/* A 200 that says in its body that it is none: Xirsys. */
static gboolean
is_refusal (JsonNode *root)
{
  const char *status = yonder_json_get_string (root, "s", 16, NULL);

  return status != NULL && !g_str_equal (status, "ok");
}

static void
take_servers (GTask *task, JsonNode *root)
{
  Fetch *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListStore) servers = NULL;
  gint64 ttl_s = -1;

  if (is_refusal (root)) {
    g_autofree char *words = dup_words (root);

    g_task_return_new_error (task, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_REFUSED,
                             _("%s refused: %s. Check the account in the preferences."), title_of (self),
                             words != NULL ? words : "");
    return;
  }
  servers = yonder_ice_servers_parse (root, &ttl_s, &error);
  if (servers == NULL || g_list_model_get_n_items (G_LIST_MODEL (servers)) == 0) {
    g_task_return_new_error (task, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER,
                             _("%s answers, but gives no servers. Check the account and its quota there."), title_of (self));
    return;
  }
  if (ttl_s <= 0)
    ttl_s = self->ttl_s;
  g_task_return_pointer (task, yonder_ice_lease_new (G_LIST_MODEL (servers), ttl_s), (GDestroyNotify) yonder_ice_lease_unref);
}

/* The key that a first answer gives opens the list of servers. */
static gboolean
take_key (Fetch *self, JsonNode *root)
{
  const char *key = yonder_json_get_string (root, "apiKey", MAX_WORDS, NULL);

  if (self->is_second || self->kind->second_request == NULL || key == NULL)
    return FALSE;
  yonder_json_get_int (root, "expiryInSeconds", 1, G_MAXINT32, &self->ttl_s, NULL);
  g_hash_table_replace (self->values, g_strdup ("apiKey"), g_strdup (key));
  return TRUE;
}

static gboolean
is_wrong_method (Fetch *self)
{
  guint status = soup_message_get_status (self->message);

  return !self->is_second && self->kind->second_request != NULL &&
    (status == SOUP_STATUS_METHOD_NOT_ALLOWED || status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_NOT_IMPLEMENTED);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Fetch *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  gsize length;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error)) {
    if (!g_task_return_error_if_cancelled (task))
      g_task_return_new_error (task, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_UNREACHABLE,
                               _("%s stopped in the middle of its answer. Try again later."), title_of (self));
    return;
  }
  if (length > MAX_ANSWER) {
    g_task_return_new_error (task, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER,
                             _("%s sent far more than a list of servers. Check the address."), title_of (self));
    return;
  }

  root = yonder_json_parse (self->buffer, (gssize) length, MAX_ANSWER, NULL);
  if (is_wrong_method (self))
    start_request (g_steal_pointer (&task), self->kind->second_request);
  else if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (self->message)))
    g_task_return_error (task, error_of_status (self, root));
  else if (root == NULL)
    g_task_return_new_error (task, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER,
                             _("%s answers with something that is no list of servers. Check the address."), title_of (self));
  else if (take_key (self, root))
    start_request (g_steal_pointer (&task), self->kind->second_request);
  else
    take_servers (task, root);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Fetch *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (stream == NULL) {
    if (!g_task_return_error_if_cancelled (task))
      g_task_return_new_error (task, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_UNREACHABLE,
                               _("%s cannot be reached: %s. Check the network."), title_of (self), error->message);
    return;
  }
  g_set_object (&self->stream, stream);
  g_input_stream_read_all_async (stream, self->buffer, MAX_ANSWER + 1, G_PRIORITY_DEFAULT, cancellable, on_read,
                                 g_steal_pointer (&task));
}

static void
start_request (GTask *task, YonderIceKindRequest request)
{
  Fetch *self = g_task_get_task_data (task);

  self->is_second = self->message != NULL;
  g_clear_object (&self->message);
  self->message = request (self->kind, self->base, self->values);
  if (self->message == NULL) {
    g_task_return_new_error (task, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_INCOMPLETE,
                             _("The account at %s makes no usable address. Check it in the preferences."), title_of (self));
    g_object_unref (task);
    return;
  }
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), on_sent, task);
}

/* Nobody is asked: whoever has the shared secret makes credentials himself. */
static void
make_here (GTask *task)
{
  Fetch *self = g_task_get_task_data (task);
  g_autofree char *username = NULL, *credential = NULL;
  const char *user = g_hash_table_lookup (self->values, "account");
  g_auto (GStrv) urls = g_strsplit_set (g_hash_table_lookup (self->values, "uri"), " ,;\t\r\n", -1);
  g_autoptr (GStrvBuilder) filled = g_strv_builder_new ();
  g_auto (GStrv) kept = NULL;
  g_autoptr (GListStore) servers = g_list_store_new (YONDER_TYPE_ICE_SERVER);
  g_autoptr (YonderIceServer) server = NULL;
  GError *error = NULL;

  for (guint i = 0; urls[i] != NULL; i++) {
    if (*urls[i] != '\0')
      g_strv_builder_add (filled, urls[i]);
  }
  kept = g_strv_builder_end (filled);
  yonder_ice_make_credential (g_hash_table_lookup (self->values, "secret"), user != NULL ? user : "",
                              g_get_real_time () / G_USEC_PER_SEC + self->ttl_s, &username, &credential);
  server = yonder_ice_server_new ((const char * const *) kept, username, credential, &error);
  if (server == NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_list_store_append (servers, server);
  g_task_return_pointer (task, yonder_ice_lease_new (G_LIST_MODEL (servers), self->ttl_s),
                         (GDestroyNotify) yonder_ice_lease_unref);
}

static void
copy_value (gpointer key, gpointer value, gpointer data)
{
  g_hash_table_replace (data, g_strdup (key), g_strdup (value));
}

/* @values: copied. @base: (nullable): asks there instead of the provider's own address */
void
yonder_ice_fetch_async (const YonderIceProviderKind *kind, const char *base, GHashTable *values, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Fetch *self = g_new0 (Fetch, 1);
  g_autofree char *missing = yonder_ice_provider_kind_check (kind, values);

  g_task_set_source_tag (task, yonder_ice_fetch_async);
  self->kind = kind;
  self->base = g_strdup (base != NULL ? base : kind->base);
  self->ttl_s = kind->ttl_s;
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_foreach (values, copy_value, self->values);
  g_task_set_task_data (task, self, fetch_free);

  if (missing != NULL) {
    g_task_return_new_error_literal (task, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_INCOMPLETE, missing);
    return;
  }
  if (kind->request == NULL) {
    make_here (task);
    return;
  }
  self->session = soup_session_new_with_options ("user-agent", "Yonder ", "timeout", TIMEOUT_S, NULL);
  self->buffer = g_malloc (MAX_ANSWER + 1);
  start_request (g_steal_pointer (&task), kind->request);
}

/* NULL with a YonderIceProviderError, or G_IO_ERROR_CANCELLED */
YonderIceLease *
yonder_ice_fetch_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
