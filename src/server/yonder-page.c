/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-page.h"

#include "yonder-http.h"
#include "yonder-page-resources.h"

#define RESOURCE_ROOT "/org/yondercall/server"

/* The page runs its own files only, talks to its own server only, and cannot be framed. */
#define CONTENT_SECURITY_POLICY \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob: mediastream:; " \
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

static const struct { const char *path, *resource, *type; } files[] = {
  { "/", RESOURCE_ROOT "/index.html", "text/html; charset=UTF-8" },
  { "/style.css", RESOURCE_ROOT "/style.css", "text/css; charset=UTF-8" },
  { "/icon.svg", RESOURCE_ROOT "/icon.svg", "image/svg+xml" },
  { "/call.js", RESOURCE_ROOT "/call.js", "text/javascript; charset=UTF-8" },
  { "/chat-view.js", RESOURCE_ROOT "/chat-view.js", "text/javascript; charset=UTF-8" },
  { "/conversation.js", RESOURCE_ROOT "/conversation.js", "text/javascript; charset=UTF-8" },
  { "/link.js", RESOURCE_ROOT "/link.js", "text/javascript; charset=UTF-8" },
  { "/local-media.js", RESOURCE_ROOT "/local-media.js", "text/javascript; charset=UTF-8" },
  { "/peer.js", RESOURCE_ROOT "/peer.js", "text/javascript; charset=UTF-8" },
  { "/ringer.js", RESOURCE_ROOT "/ringer.js", "text/javascript; charset=UTF-8" },
  { "/safety-code.js", RESOURCE_ROOT "/safety-code.js", "text/javascript; charset=UTF-8" },
  { "/server-account.js", RESOURCE_ROOT "/server-account.js", "text/javascript; charset=UTF-8" },
  { "/socket-io.js", RESOURCE_ROOT "/socket-io.js", "text/javascript; charset=UTF-8" },
  { "/views.js", RESOURCE_ROOT "/views.js", "text/javascript; charset=UTF-8" },
  { "/yonder.js", RESOURCE_ROOT "/yonder.js", "text/javascript; charset=UTF-8" },
};

static void
set_file (SoupServerMessage *message, GBytes *bytes, const char *type)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *tag = g_strdup_printf ("\"%.32s\"", digest);
  const char *known = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "If-None-Match");

  soup_message_headers_replace (headers, "Content-Security-Policy", CONTENT_SECURITY_POLICY);
  soup_message_headers_replace (headers, "Permissions-Policy", "camera=(self), microphone=(self)");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  soup_message_headers_replace (headers, "ETag", tag);
  if (g_strcmp0 (known, tag) == 0) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  soup_message_headers_set_content_type (headers, type, NULL);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), bytes);
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  const char *method = soup_server_message_get_method (message);
  g_autoptr (GBytes) body = yonder_http_get_body (message);

  if (body == NULL)
    return;
  if (strcmp (method, SOUP_METHOD_GET) != 0 && strcmp (method, SOUP_METHOD_HEAD) != 0) {
    soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (strcmp (path, files[i].path) == 0) {
      g_autoptr (GBytes) bytes = g_resource_lookup_data (yonder_page_get_resource (), files[i].resource, 0, NULL);

      set_file (message, bytes, files[i].type);
      return;
    }
  soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
}

/**
 * yonder_page_serve:
 * @soup: the HTTP server to add to
 *
 * Gives out the page at "/", and answers for every path that nobody else answers for.
 */
void
yonder_page_serve (SoupServer *soup)
{
  soup_server_add_handler (soup, "/", on_request, NULL, NULL);
}
