/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-sdp-private.h"

#include "yonder-media-session.h"

#include <string.h>

#define MAX_FINGERPRINTS 8
#define MAX_EXTENSIONS   64
#define MAX_FEEDBACK     32
/* RFC 8839 section 5.4 */
#define MAX_ICE_STRING   256

static gboolean
fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  g_autofree char *detail = NULL;
  va_list arguments;

  va_start (arguments, format);
  detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_BAD_SDP, "The other side's call description is not acceptable: %s", detail);

  return FALSE;
}

/* Takes a decimal number off the front of @text, and the character that has to follow it ('\0' for the end). */
static gboolean
take_number (const char **text, char end, guint max, guint *number)
{
  char *rest = NULL;
  guint64 value;

  if (!g_ascii_isdigit (**text))
    return FALSE;

  value = g_ascii_strtoull (*text, &rest, 10);
  if (value > max || *rest != end)
    return FALSE;

  *number = (guint) value;
  *text = rest + (end != '\0');

  return TRUE;
}

static YonderSdpCodec *
find_payload_type (const YonderSdpMedia *media, guint payload_type)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    YonderSdpCodec *codec = g_ptr_array_index (media->codecs, i);

    if (codec->payload_type == payload_type)
      return codec;
  }

  return NULL;
}

/* RFC 3551 table 4: the types that need no rtpmap; WebRTC still meets the first three. */
static const struct {
  guint payload_type;
  const char *codec;
  guint clock_rate;
} static_types[] = { { 0, "PCMU", 8000 }, { 8, "PCMA", 8000 }, { 9, "G722", 8000 }, { 13, "CN", 8000 } };

static gboolean
add_payload_type (YonderSdpMedia *media, const char *text, GError **error)
{
  YonderSdpCodec *codec;
  guint payload_type;

  if (!take_number (&text, '\0', 127, &payload_type))
    return fail (error, "a payload type is no number up to 127");
  if (media->codecs->len >= YONDER_SDP_MAX_CODECS)
    return fail (error, "it names more than %d codecs", YONDER_SDP_MAX_CODECS);
  if (find_payload_type (media, payload_type) != NULL)
    return fail (error, "it names payload type %u twice", payload_type);

  codec = g_new0 (YonderSdpCodec, 1);
  codec->payload_type = payload_type;
  codec->channels = 1;
  for (guint i = 0; i < G_N_ELEMENTS (static_types); i++)
    if (static_types[i].payload_type == payload_type) {
      codec->codec = g_strdup (static_types[i].codec);
      codec->clock_rate = static_types[i].clock_rate;
    }
  g_ptr_array_add (media->codecs, codec);

  return TRUE;
}

/* m=<media> <port>[/<number>] <proto> <fmt> … (RFC 8866 section 5.14) */
static gboolean
read_media_line (YonderSdpMedia *media, const char *value, GError **error)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  const char *port;

  if (g_strv_length (words) < 4)
    return fail (error, "an m-line is not complete");

  port = words[1];
  if (!take_number (&port, strchr (words[1], '/') != NULL ? '/' : '\0', 65535, &media->port))
    return fail (error, "an m-line's port is no number up to 65535");

  media->kind = g_strdup (words[0]);
  media->protocol = g_strdup (words[2]);

  /* Of data channels the formats are no payload types. */
  if (strstr (media->protocol, "RTP/") == NULL)
    return TRUE;

  for (guint i = 3; words[i] != NULL; i++)
    if (*words[i] != '\0' && !add_payload_type (media, words[i], error))
      return FALSE;

  return TRUE;
}

static gboolean
is_ice_string (const char *value)
{
  gsize length = strlen (value);

  return length >= 4 && length <= MAX_ICE_STRING && value[strspn (value, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/")] == '\0';
}

static gboolean
read_ufrag (YonderSdpMedia *media, const char *value, GError **error)
{
  if (!is_ice_string (value))
    return fail (error, "an ice-ufrag is not of 4 to 256 ICE characters");

  g_set_str (&media->ufrag, value);

  return TRUE;
}

static gboolean
read_pwd (YonderSdpMedia *media, const char *value, GError **error)
{
  if (!is_ice_string (value) || strlen (value) < 22)
    return fail (error, "an ice-pwd is not of 22 to 256 ICE characters");

  g_set_str (&media->pwd, value);

  return TRUE;
}

static gboolean
read_setup (YonderSdpMedia *media, const char *value, GError **error)
{
  static const char * const roles[] = { "actpass", "active", "passive", "holdconn", NULL };

  if (!g_strv_contains (roles, value))
    return fail (error, "a=setup is none of the roles of RFC 4145");

  g_set_str (&media->setup, value);

  return TRUE;
}

/* a=fingerprint:<hash> <AB:CD:…> (RFC 8122 section 5) */
static gboolean
read_fingerprint (YonderSdpMedia *media, const char *value, GError **error)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 3);
  YonderSdpFingerprint *fingerprint;

  if (g_strv_length (words) != 2 || *words[0] == '\0' || *words[1] == '\0' ||
      words[1][strspn (words[1], "0123456789abcdefABCDEF:")] != '\0')
    return fail (error, "a fingerprint is not a hash and hexadecimal digits");
  if (media->fingerprints->len >= MAX_FINGERPRINTS)
    return fail (error, "it has more than %d fingerprints", MAX_FINGERPRINTS);

  fingerprint = g_new0 (YonderSdpFingerprint, 1);
  fingerprint->hash = g_ascii_strdown (words[0], -1);
  fingerprint->value = g_ascii_strup (words[1], -1);
  g_ptr_array_add (media->fingerprints, fingerprint);

  return TRUE;
}

static gboolean
read_mid (YonderSdpMedia *media, const char *value, GError **error)
{
  if (*value == '\0')
    return fail (error, "a=mid is empty");

  g_set_str (&media->mid, value);

  return TRUE;
}

/* a=rtpmap:<payload type> <codec>/<clock rate>[/<channels>] (RFC 8866 section 6.6) */
static gboolean
read_rtpmap (YonderSdpMedia *media, const char *value, GError **error)
{
  g_auto (GStrv) parts = NULL;
  YonderSdpCodec *codec;
  const char *clock_rate, *channels;
  guint payload_type;

  if (!take_number (&value, ' ', 127, &payload_type))
    return fail (error, "an rtpmap has no payload type");

  codec = find_payload_type (media, payload_type);
  if (codec == NULL)
    return TRUE; /* not on the m-line, so not in use */

  parts = g_strsplit (value, "/", 4);
  if (g_strv_length (parts) < 2 || *parts[0] == '\0')
    return fail (error, "an rtpmap names no codec");

  clock_rate = parts[1];
  channels = parts[2];
  if (!take_number (&clock_rate, '\0', 1000000, &codec->clock_rate) || codec->clock_rate == 0)
    return fail (error, "an rtpmap has no clock rate");
  if (channels != NULL && (!take_number (&channels, '\0', 255, &codec->channels) || codec->channels == 0))
    return fail (error, "an rtpmap's channels are no number");

  g_set_str (&codec->codec, parts[0]);

  return TRUE;
}

static gboolean
read_fmtp (YonderSdpMedia *media, const char *value, GError **error)
{
  YonderSdpCodec *codec;
  guint payload_type;

  if (!take_number (&value, ' ', 127, &payload_type))
    return fail (error, "an fmtp has no payload type");

  codec = find_payload_type (media, payload_type);
  if (codec != NULL)
    g_set_str (&codec->fmtp, value);

  return TRUE;
}

static void
add_feedback (YonderSdpCodec *codec, const char *value)
{
  guint n = codec->feedback != NULL ? g_strv_length (codec->feedback) : 0;

  if (n >= MAX_FEEDBACK)
    return;

  codec->feedback = g_renew (char *, codec->feedback, n + 2);
  codec->feedback[n] = g_strdup (value);
  codec->feedback[n + 1] = NULL;
}

/* a=rtcp-fb:<payload type or *> <feedback> (RFC 4585 section 4.2) */
static gboolean
read_feedback (YonderSdpMedia *media, const char *value, GError **error)
{
  guint payload_type = 0;
  gboolean is_for_all = g_str_has_prefix (value, "* ");

  if (is_for_all)
    value += 2;
  else if (!take_number (&value, ' ', 127, &payload_type))
    return fail (error, "an rtcp-fb has no payload type");

  for (guint i = 0; i < media->codecs->len; i++) {
    YonderSdpCodec *codec = g_ptr_array_index (media->codecs, i);

    if (is_for_all || codec->payload_type == payload_type)
      add_feedback (codec, value);
  }

  return TRUE;
}

/* a=extmap:<id>[/<direction>] <URI> … (RFC 8285 section 8) */
static gboolean
read_extension (YonderSdpMedia *media, const char *value, GError **error)
{
  const char *space = strchr (value, ' ');
  const char *slash = strchr (value, '/');
  YonderSdpExtension *extension;
  guint id;

  if (space == NULL || !take_number (&value, slash != NULL && slash < space ? '/' : ' ', 4351, &id) || id == 0)
    return fail (error, "an extmap has no number");
  if (media->extensions->len >= MAX_EXTENSIONS)
    return fail (error, "it names more than %d header extensions", MAX_EXTENSIONS);

  space++;
  extension = g_new0 (YonderSdpExtension, 1);
  extension->id = id;
  extension->uri = g_strndup (space, strcspn (space, " "));
  g_ptr_array_add (media->extensions, extension);

  return TRUE;
}

static gboolean
read_sendrecv (YonderSdpMedia *media, const char *value, GError **error)
{
  media->direction = YONDER_SDP_SENDRECV;
  return TRUE;
}

static gboolean
read_sendonly (YonderSdpMedia *media, const char *value, GError **error)
{
  media->direction = YONDER_SDP_SENDONLY;
  return TRUE;
}

static gboolean
read_recvonly (YonderSdpMedia *media, const char *value, GError **error)
{
  media->direction = YONDER_SDP_RECVONLY;
  return TRUE;
}

static gboolean
read_inactive (YonderSdpMedia *media, const char *value, GError **error)
{
  media->direction = YONDER_SDP_INACTIVE;
  return TRUE;
}

static gboolean
read_bundle_only (YonderSdpMedia *media, const char *value, GError **error)
{
  media->is_bundle_only = TRUE;
  return TRUE;
}

static gboolean
read_rtcp_mux (YonderSdpMedia *media, const char *value, GError **error)
{
  media->has_rtcp_mux = TRUE;
  return TRUE;
}

/* What is understood of a= lines; everything else passes. */
static const struct {
  const char *name;
  gboolean has_value;
  gboolean at_session; /* holds for every medium that does not say otherwise */
  gboolean (*read) (YonderSdpMedia *media, const char *value, GError **error);
} attributes[] = {
  { "ice-ufrag",   TRUE,  TRUE,  read_ufrag },
  { "ice-pwd",     TRUE,  TRUE,  read_pwd },
  { "setup",       TRUE,  TRUE,  read_setup },
  { "fingerprint", TRUE,  TRUE,  read_fingerprint },
  { "sendrecv",    FALSE, TRUE,  read_sendrecv },
  { "sendonly",    FALSE, TRUE,  read_sendonly },
  { "recvonly",    FALSE, TRUE,  read_recvonly },
  { "inactive",    FALSE, TRUE,  read_inactive },
  { "extmap",      TRUE,  TRUE,  read_extension },
  { "mid",         TRUE,  FALSE, read_mid },
  { "rtpmap",      TRUE,  FALSE, read_rtpmap },
  { "fmtp",        TRUE,  FALSE, read_fmtp },
  { "rtcp-fb",     TRUE,  FALSE, read_feedback },
  { "bundle-only", FALSE, FALSE, read_bundle_only },
  { "rtcp-mux",    FALSE, FALSE, read_rtcp_mux },
};

static gboolean
read_attribute (YonderSdpMedia *media, gboolean is_session, const char *text, GError **error)
{
  gsize length = strcspn (text, ":");
  gboolean has_value = text[length] == ':';

  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (strlen (attributes[i].name) == length && strncmp (attributes[i].name, text, length) == 0) {
      if (is_session && !attributes[i].at_session)
        return TRUE;
      if (attributes[i].has_value != has_value)
        return fail (error, "a=%s is not as it should be", attributes[i].name);

      return attributes[i].read (media, has_value ? text + length + 1 : "", error);
    }

  return TRUE;
}

/* Media-level fingerprints replace the session's, they do not add to them (RFC 8122 section 5); the same for the others. */
static void
inherit (YonderSdpMedia *media, const YonderSdpMedia *session)
{
  if (media->ufrag == NULL)
    media->ufrag = g_strdup (session->ufrag);
  if (media->pwd == NULL)
    media->pwd = g_strdup (session->pwd);
  if (media->setup == NULL)
    media->setup = g_strdup (session->setup);

  if (media->fingerprints->len == 0)
    for (guint i = 0; i < session->fingerprints->len; i++) {
      const YonderSdpFingerprint *from = g_ptr_array_index (session->fingerprints, i);
      YonderSdpFingerprint *copy = g_new0 (YonderSdpFingerprint, 1);

      copy->hash = g_strdup (from->hash);
      copy->value = g_strdup (from->value);
      g_ptr_array_add (media->fingerprints, copy);
    }

  for (guint i = 0; i < session->extensions->len; i++) {
    const YonderSdpExtension *from = g_ptr_array_index (session->extensions, i);

    if (yonder_sdp_media_find_extension (media, from->uri) == 0) {
      YonderSdpExtension *copy = g_new0 (YonderSdpExtension, 1);

      copy->id = from->id;
      copy->uri = g_strdup (from->uri);
      g_ptr_array_add (media->extensions, copy);
    }
  }
}

static gboolean
check_text (const char *text, GError **error)
{
  gsize length = strnlen (text, YONDER_SDP_MAX_BYTES + 1);

  if (length > YONDER_SDP_MAX_BYTES)
    return fail (error, "it is longer than %d KiB", YONDER_SDP_MAX_BYTES / 1024);
  if (!g_utf8_validate_len (text, length, NULL))
    return fail (error, "it is no UTF-8 text");
  if (!g_str_has_prefix (text, "v=0\r\n") && !g_str_has_prefix (text, "v=0\n"))
    return fail (error, "it does not begin with v=0");

  return TRUE;
}

/* One line, without its end; NULL after the last. */
static char *
next_line (const char **text)
{
  gsize length;
  char *line;

  if (**text == '\0')
    return NULL;

  length = strcspn (*text, "\n");
  line = g_strndup (*text, length > 0 && (*text)[length - 1] == '\r' ? length - 1 : length);
  *text += length + ((*text)[length] == '\n');

  return line;
}

static gboolean
read_lines (YonderSdp *self, YonderSdpMedia *session, const char *text, GError **error)
{
  YonderSdpMedia *media = session;
  guint n_lines = 0;
  char *next;

  while ((next = next_line (&text)) != NULL) {
    g_autofree char *line = next;

    if (++n_lines > YONDER_SDP_MAX_LINES)
      return fail (error, "it has more than %d lines", YONDER_SDP_MAX_LINES);
    if (strlen (line) > YONDER_SDP_MAX_LINE)
      return fail (error, "line %u is longer than %d bytes", n_lines, YONDER_SDP_MAX_LINE);
    if (*line == '\0')
      continue;
    if (!g_ascii_islower (line[0]) || line[1] != '=' || strchr (line, '\r') != NULL)
      return fail (error, "line %u is not of the form x=…", n_lines);

    if (line[0] == 'm') {
      if (self->media->len >= YONDER_SDP_MAX_MEDIA)
        return fail (error, "it has more than %d m-lines", YONDER_SDP_MAX_MEDIA);
      media = _yonder_sdp_media_new ();
      media->direction = session->direction;
      g_ptr_array_add (self->media, media);
      if (!read_media_line (media, line + 2, error))
        return FALSE;
    } else if (line[0] == 'a' && !read_attribute (media, media == session, line + 2, error)) {
      return FALSE;
    }
  }

  return TRUE;
}

/**
 * yonder_sdp_parse:
 * @text: a session description from anybody
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Reads and checks what negotiation needs. Attributes that are not known pass unread.
 *
 * Returns: (transfer full) (nullable): the description, or %NULL with %YONDER_MEDIA_ERROR_BAD_SDP and a sentence that quotes nothing of
 *   it
 */
YonderSdp *
yonder_sdp_parse (const char *text, GError **error)
{
  g_autoptr (YonderSdp) self = NULL;
  g_autoptr (YonderSdpMedia) session = _yonder_sdp_media_new ();

  if (!check_text (text, error))
    return NULL;

  self = g_new0 (YonderSdp, 1);
  self->media = g_ptr_array_new_with_free_func ((GDestroyNotify) _yonder_sdp_media_free);
  if (!read_lines (self, session, text, error))
    return NULL;

  if (self->media->len == 0) {
    fail (error, "it has no m-line");
    return NULL;
  }

  for (guint i = 0; i < self->media->len; i++)
    inherit (g_ptr_array_index (self->media, i), session);

  return g_steal_pointer (&self);
}
