/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-sdp-repair.h"

#include <string.h>

#define FINGERPRINT "a=fingerprint:"

/* Lines of one level: the session's, or one medium's with its m-line first. */
typedef GPtrArray Section;

static gboolean
starts_with (const char *line, const char *prefix)
{
  return g_str_has_prefix (line, prefix);
}

static char *
join (GPtrArray *lines)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s\r\n", (char *) g_ptr_array_index (lines, i));

  return g_string_free (text, FALSE);
}

static GPtrArray *
split (const char *text)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  while (*text != '\0') {
    gsize length = strcspn (text, "\n");
    gsize without_cr = length > 0 && text[length - 1] == '\r' ? length - 1 : length;

    if (without_cr > 0)
      g_ptr_array_add (lines, g_strndup (text, without_cr));
    text += length + (text[length] == '\n');
  }

  return lines;
}

static gboolean
has_line (Section *section, const char *prefix)
{
  for (guint i = 0; i < section->len; i++)
    if (starts_with (g_ptr_array_index (section, i), prefix))
      return TRUE;

  return FALSE;
}

static void
append_copies (Section *section, Section *from, const char *prefix)
{
  for (guint i = 0; i < from->len; i++)
    if (starts_with (g_ptr_array_index (from, i), prefix))
      g_ptr_array_add (section, g_strdup (g_ptr_array_index (from, i)));
}

static void
remove_lines (Section *section, const char *prefix)
{
  for (guint i = section->len; i > 0; i--)
    if (starts_with (g_ptr_array_index (section, i - 1), prefix))
      g_ptr_array_remove_index (section, i - 1);
}

/* m=video 0 … and not bundle-only, which has port 0 for another reason (RFC 9143 section 6). */
static gboolean
is_rejected (Section *medium)
{
  const char *port = strchr (g_ptr_array_index (medium, 0), ' ');

  return port != NULL && (starts_with (port, " 0 ") || starts_with (port, " 0/")) && !has_line (medium, "a=bundle-only");
}

/* The session's section first, then one for each m-line. */
static GPtrArray *
split_sections (const char *text)
{
  g_autoptr (GPtrArray) lines = split (text);
  GPtrArray *sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  Section *section = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (sections, section);
  for (guint i = 0; i < lines->len; i++) {
    char *line = g_ptr_array_index (lines, i);

    if (starts_with (line, "m=")) {
      section = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (sections, section);
    }
    g_ptr_array_add (section, g_strdup (line));
  }

  return sections;
}

/* The m-line whose transport carries the bundle: the first of the group's mids, else the first m-line that is in use. */
static Section *
find_transport (GPtrArray *sections)
{
  Section *session = g_ptr_array_index (sections, 0);
  g_autofree char *mid_line = NULL;

  for (guint i = 0; i < session->len && mid_line == NULL; i++) {
    const char *line = g_ptr_array_index (session, i);

    if (starts_with (line, "a=group:BUNDLE ")) {
      const char *mid = line + strlen ("a=group:BUNDLE ");

      mid_line = g_strdup_printf ("a=mid:%.*s", (int) strcspn (mid, " "), mid);
    }
  }

  for (guint i = 1; i < sections->len && mid_line != NULL; i++) {
    Section *medium = g_ptr_array_index (sections, i);

    if (g_ptr_array_find_with_equal_func (medium, mid_line, g_str_equal, NULL) && !is_rejected (medium))
      return medium;
  }

  for (guint i = 1; i < sections->len; i++)
    if (!is_rejected (g_ptr_array_index (sections, i)))
      return g_ptr_array_index (sections, i);

  return NULL;
}

/* webrtcbin 1.26.2 refuses the whole description for an m-line without ICE credentials, even a rejected one, which needs none
 * (RFC 8829 section 5.3.1). */
static void
lend_transport (GPtrArray *sections)
{
  static const char * const prefixes[] = { "a=ice-ufrag:", "a=ice-pwd:", FINGERPRINT, "a=setup:" };
  Section *transport = find_transport (sections);

  for (guint i = 1; transport != NULL && i < sections->len; i++) {
    Section *medium = g_ptr_array_index (sections, i);

    for (guint p = 0; is_rejected (medium) && p < G_N_ELEMENTS (prefixes); p++)
      if (!has_line (medium, prefixes[p]))
        append_copies (medium, transport, prefixes[p]);
  }
}

/* webrtcbin 1.26.2 refuses a description with fingerprints at both levels (webrtcsdp.c, _check_sdp_crypto; mended in 1.28.5). The media's
 * count where there are both (RFC 8122 section 5), so the session's are pushed down to the media that have none. */
static void
keep_one_level_of_fingerprints (GPtrArray *sections)
{
  Section *session = g_ptr_array_index (sections, 0);
  gboolean at_media = FALSE;

  for (guint i = 1; i < sections->len; i++)
    at_media |= has_line (g_ptr_array_index (sections, i), FINGERPRINT);

  if (!at_media || !has_line (session, FINGERPRINT))
    return;

  for (guint i = 1; i < sections->len; i++)
    if (!has_line (g_ptr_array_index (sections, i), FINGERPRINT))
      append_copies (g_ptr_array_index (sections, i), session, FINGERPRINT);
  remove_lines (session, FINGERPRINT);
}

/**
 * yonder_sdp_mend_remote:
 * @text: a peer's description that [func@Yonder.sdp_parse] accepted
 *
 * Gives rejected m-lines the ICE credentials, fingerprint and role of the bundle's transport, and leaves fingerprints at one level.
 * Neither changes what was agreed on.
 *
 * Returns: (transfer full): what webrtcbin can take
 */
char *
yonder_sdp_mend_remote (const char *text)
{
  g_autoptr (GPtrArray) sections = split_sections (text);
  GString *mended = g_string_new (NULL);

  lend_transport (sections);
  keep_one_level_of_fingerprints (sections);

  for (guint i = 0; i < sections->len; i++) {
    g_autofree char *section = join (g_ptr_array_index (sections, i));

    g_string_append (mended, section);
  }

  return g_string_free (mended, FALSE);
}

static gboolean
has_format (const char *m_line, guint payload_type)
{
  g_auto (GStrv) words = g_strsplit (m_line, " ", -1);
  g_autofree char *format = g_strdup_printf ("%u", payload_type);

  return g_strv_length (words) > 3 && g_strv_contains ((const char * const *) words + 3, format);
}

static void
append_format (Section *medium, const YonderSdpCodec *codec)
{
  char **m_line = (char **) &g_ptr_array_index (medium, 0);
  char *longer = g_strdup_printf ("%s %u", *m_line, codec->payload_type);

  g_free (*m_line);
  *m_line = longer;
  g_ptr_array_add (medium, g_strdup_printf ("a=rtpmap:%u %s/%u", codec->payload_type, codec->codec, codec->clock_rate));
  if (codec->fmtp != NULL)
    g_ptr_array_add (medium, g_strdup_printf ("a=fmtp:%u %s", codec->payload_type, codec->fmtp));
  for (guint i = 0; codec->feedback != NULL && codec->feedback[i] != NULL; i++)
    g_ptr_array_add (medium, g_strdup_printf ("a=rtcp-fb:%u %s", codec->payload_type, codec->feedback[i]));
}

/**
 * yonder_sdp_keep_offered_formats:
 * @text: the peer's answer, which [func@Yonder.sdp_parse] accepted
 * @offer: our offer
 *
 * Puts what we offered for pictures and the answer leaves out behind what it names. webrtcbin drops what comes in such a format; Chromium
 * (seen: 156) may answer with H264 alone and yet send the offer's first format. What we send is not changed by it.
 *
 * Returns: (transfer full): the answer for webrtcbin
 */
char *
yonder_sdp_keep_offered_formats (const char *text, const YonderSdp *offer)
{
  g_autoptr (GPtrArray) sections = split_sections (text);
  GString *kept = g_string_new (NULL);

  for (guint i = 0; i < sections->len; i++) {
    Section *medium = g_ptr_array_index (sections, i);
    const YonderSdpMedia *offered = i > 0 && i <= yonder_sdp_get_n_media (offer) ? yonder_sdp_get_media (offer, i - 1) : NULL;
    gboolean is_kept = offered != NULL && starts_with (g_ptr_array_index (medium, 0), "m=video ") && !is_rejected (medium);
    g_autofree char *section = NULL;

    for (guint c = 0; is_kept && c < offered->codecs->len; c++) {
      const YonderSdpCodec *codec = g_ptr_array_index (offered->codecs, c);

      if (codec->codec != NULL && !has_format (g_ptr_array_index (medium, 0), codec->payload_type))
        append_format (medium, codec);
    }
    section = join (medium);
    g_string_append (kept, section);
  }
  return g_string_free (kept, FALSE);
}

/**
 * yonder_sdp_replace_fingerprints:
 * @text: our own description, as webrtcbin made it
 * @fingerprint: the SHA-256 fingerprint of the certificate that this peer connection uses
 *
 * webrtcbin 1.26.2 hashes the private key along with a certificate that it was given (webrtcsdp.c,
 * _generate_fingerprint_from_certificate), and the peer would refuse the handshake. Several fingerprints of a level become one.
 *
 * Returns: (transfer full): the description to be set and sent
 */
char *
yonder_sdp_replace_fingerprints (const char *text, const char *fingerprint)
{
  g_autoptr (GPtrArray) lines = split (text);
  gboolean is_done = FALSE;

  for (guint i = 0; i < lines->len; i++) {
    char **line = (char **) &g_ptr_array_index (lines, i);

    if (starts_with (*line, "m="))
      is_done = FALSE;
    if (!starts_with (*line, FINGERPRINT))
      continue;

    if (is_done) {
      g_ptr_array_remove_index (lines, i--);
      continue;
    }
    g_free (*line);
    *line = g_strdup_printf (FINGERPRINT "sha-256 %s", fingerprint);
    is_done = TRUE;
  }

  return join (lines);
}

/* candidate:<foundation> <component> <transport> <priority> <address> <port> typ <type> raddr <address> rport <port> … */
static char *
blank_candidate (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  guint n = g_strv_length (words);

  for (guint i = 6; i + 1 < n; i++) {
    if (strcmp (words[i], "raddr") == 0)
      g_set_str (&words[i + 1], strchr (words[i + 1], ':') != NULL ? "::" : "0.0.0.0");
    else if (strcmp (words[i], "rport") == 0)
      g_set_str (&words[i + 1], "9");
  }

  return g_strjoinv (" ", words);
}

/**
 * yonder_sdp_blank_related_addresses:
 * @text: a description, or one candidate ("candidate:…") as it is signalled
 *
 * The related address of a reflexive or relayed candidate names the local network, also under a relay-only policy. It becomes the
 * unspecified address with port 9 (RFC 8839 section 5.1).
 *
 * Returns: (transfer full): the same without related addresses
 */
char *
yonder_sdp_blank_related_addresses (const char *text)
{
  g_autoptr (GPtrArray) lines = NULL;

  if (starts_with (text, "candidate:"))
    return blank_candidate (text);

  lines = split (text);
  for (guint i = 0; i < lines->len; i++)
    if (starts_with (g_ptr_array_index (lines, i), "a=candidate:")) {
      char *blanked = blank_candidate (g_ptr_array_index (lines, i));

      g_free (g_ptr_array_index (lines, i));
      lines->pdata[i] = blanked;
    }

  return join (lines);
}

/**
 * yonder_sdp_reject_left_out:
 * @text: the peer's answer, which [func@Yonder.sdp_parse] accepted
 * @answer: the same, parsed
 * @offer: our offer
 *
 * An answer has a line for each that was offered (RFC 3264 section 6). A client that never heard of data channels may leave theirs out all
 * the same; it is put there as rejected, since the call is as good without.
 *
 * Returns: (transfer full): the answer, as long as the offer where a data channel is all that was missing
 */
char *
yonder_sdp_reject_left_out (const char *text, const YonderSdp *answer, const YonderSdp *offer)
{
  GString *whole = g_string_new (text);
  guint n_answered = yonder_sdp_get_n_media (answer);
  const YonderSdpMedia *missing;

  if (n_answered + 1 != yonder_sdp_get_n_media (offer))
    return g_string_free_and_steal (whole);
  missing = yonder_sdp_get_media (offer, n_answered);
  if (strcmp (missing->kind, "application") != 0 || missing->mid == NULL)
    return g_string_free_and_steal (whole);
  if (whole->len > 0 && whole->str[whole->len - 1] != '\n')
    g_string_append (whole, "\r\n");
  g_string_append_printf (whole, "m=application 0 %s webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=inactive\r\n", missing->protocol,
                          missing->mid);
  return g_string_free_and_steal (whole);
}
