/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-log.h"

#include <string.h>

/* chosen: an SDP fits; a line that is longer is cut, so that a hostile message cannot fill the disk by way of the log */
#define MAX_LINE (16 * 1024)

/* Names of fields whose value is a secret, wherever they stand. */
#define SECRET_NAME \
  "[\\w.-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|credential|api[_-]?key|private[_-]?key|ice-?pwd|authorization)" \
  "[\\w-]{0,40}"

/* Applied in this order; each keeps what is said around the secret. */
static const struct {
  const char *pattern;
  const char *replacement;
} rules[] = {
  { "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)", "[private key]" },
  /* Headers, to the end of their line */
  { "\\b((?:proxy-)?authorization|(?:set-)?cookie)(\\s*[:=]\\s*)(?!\\s*[{\\[])[^\\r\\n]+", "\\1\\2***" },
  { "\\b(Bearer|Basic)\\s+[\\w.~+/=-]{6,}", "\\1 ***" },
  /* SDP: ICE passwords (RFC 8839), SDES keys (RFC 4568), MIKEY (RFC 4567) */
  { "(ice-pwd:)[^\\s\\\\\"']+", "\\1***" },
  { "(a=(?:crypto|key-mgmt):)[^\\r\\n\"'\\\\]+", "\\1***" },
  { "\\b(inline:)[\\w+/=|:]+", "\\1***" },
  /* The auth payload of a CONNECT, an object of any names; one that does not end is cut with the text */
  { "([\"']auth[\"']\\s*:\\s*)(\\{(?:[^{}\"]++|\"(?:\\\\.|[^\"\\\\])*+(?:\"|\\z)|(?2))*+(?:\\}|\\z))", "\\1\"***\"" },
  /* JSON, JSON within a JSON string, GVariant text */
  { "(\\\\*)([\"'])(" SECRET_NAME ")\\1\\2(\\s*:\\s*<?)\\1\\2(?:(?!\\1\\2)(?:\\\\.|.))*+(?:\\1\\2|\\z)",
    "\\1\\2\\3\\1\\2\\4\\1\\2***\\1\\2" },
  { "([\"'])(" SECRET_NAME ")\\1(\\s*:\\s*)(?:[\\[{][^\\]}]*+(?:[\\]}]|\\z)|[\\d.]+)", "\\1\\2\\1\\3\"***\"" },
  /* key=value, "key: value", and what is left of JSON whose quotes do not match */
  { "\\b(" SECRET_NAME ")(\\\\*[\"']?\\s*+[=:]\\s*+<?\\\\*[\"']?)(?![\\s\"']|\\*{3})[^\\s&\"',;)}\\]]+", "\\1\\2***" },
  { "([?&]sid=)[^&\\s\"']+", "\\1***" },
  /* scheme:user:password@host, as libnice, GStreamer and proxies write it */
  { "\\b((?:turns?|stuns?|https?|wss?|socks\\w*):(?://)?[^\\s/@:\"']*:)[^\\s/@\"']+@", "\\1***@" },
  /* JSON Web Tokens (RFC 7519): base64url of {"… */
  { "\\beyJ[\\w-]{4,}(?:\\.[\\w-]*){0,4}", "[token]" },
};

static GRegex *
compile (const char *pattern)
{
  g_autoptr (GError) error = NULL;
  GRegex *regex = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_OPTIMIZE, 0, &error);

  if (regex == NULL)
    g_error ("%s: %s", pattern, error->message);
  return regex;
}

static gpointer
compile_rules (gpointer data)
{
  GRegex **compiled = g_new (GRegex *, G_N_ELEMENTS (rules));

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    compiled[i] = compile (rules[i].pattern);
  return compiled;
}

/**
 * yonder_redact:
 * @text: what somebody wants to show or keep
 *
 * Takes out credentials, tokens and SDP secrets, whether @text is a sentence, JSON, SDP, HTTP headers or a URI. Callable on any
 * thread. Where a rule cannot be applied, nothing of the text is returned.
 *
 * Returns: (transfer full): @text without secrets, valid UTF-8, cut after 16 KiB
 */
char *
yonder_redact (const char *text)
{
  static GOnce once = G_ONCE_INIT;
  GRegex **compiled = g_once (&once, compile_rules, NULL);
  g_autofree char *clean = NULL;
  gsize length = strlen (text);

  clean = g_utf8_make_valid (text, MIN (length, MAX_LINE));
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autoptr (GError) error = NULL;
    char *next = g_regex_replace (compiled[i], clean, -1, 0, rules[i].replacement, 0, &error);

    if (next == NULL)
      return g_strdup_printf ("[%" G_GSIZE_FORMAT " bytes left out]", length);
    g_free (clean);
    clean = next;
  }

  return length > MAX_LINE ? g_strconcat (clean, "…", NULL) : g_steal_pointer (&clean);
}

/* A line break in what somebody else wrote begins no line that looks like one of ours. Other control characters are GLib's to
 * escape. */
static char *
indent (const char *text)
{
  g_autoptr (GString) indented = g_string_new (text);

  g_string_replace (indented, "\n", "\n    ", 0);
  return g_string_free (g_steal_pointer (&indented), FALSE);
}

/* Every line of the process comes through here, those of the libraries as well. */
static GLogWriterOutput
write_redacted (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  g_autofree GLogField *copy = g_memdup2 (fields, n_fields * sizeof *fields);
  g_autofree char *clean = NULL;

  for (gsize i = 0; i < n_fields; i++) {
    if (strcmp (fields[i].key, "MESSAGE") != 0 || clean != NULL)
      continue;

    g_autofree char *message = fields[i].length < 0 ? g_strdup (fields[i].value)
                                                    : g_strndup (fields[i].value, fields[i].length);
    g_autofree char *redacted = yonder_redact (message);
    clean = indent (redacted);
    copy[i].value = clean;
    copy[i].length = -1;
  }

  return g_log_writer_default (level, copy, n_fields, user_data);
}

/**
 * yonder_log_init:
 * @verbose: whether to show what the rooms say at the levels info and debug
 *
 * Sends all logging of the process through [func@Yonder.redact], to the journal or standard error, never to standard output. To
 * be called once, first in main(): GLib accepts a log writer only once.
 */
void
yonder_log_init (gboolean verbose)
{
  static const char * const rooms[] = {
    "yonder-base", "yonder-wire", "yonder-ice", "yonder-signaling", "yonder-media",
    "yonder-call", "yonder-server", "yonder-echo", "yonder-ui", "yonder-cli", NULL
  };

  if (verbose)
    g_log_writer_default_set_debug_domains (rooms);
  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_writer_func (write_redacted, NULL, NULL);
}
