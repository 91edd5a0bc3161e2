/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-candidate.h"

#include <gio/gio.h>
#include <string.h>

/* chosen: Chromium's longest, with IPv6 and all extensions, have some 250 bytes */
#define MAX_TEXT 2048
/* RFC 8839 section 5.1: foundation 1*32ice-char; RFC 8839 section 5.4: ufrag 4*256ice-char */
#define MAX_FOUNDATION 32
#define MAX_UFRAG 256
/* RFC 5888 bounds no mid; browsers write one to three characters, webrtcbin six */
#define MAX_MID 64
/* chosen: m-lines of a call are two or three */
#define MAX_MLINE 1023
/* RFC 1035 section 2.3.4 */
#define MAX_HOST_NAME 255
#define MAX_TOKENS 64

G_DEFINE_QUARK (yonder-ice-error-quark, yonder_ice_error)

struct _YonderIceCandidate {
  char               *text;
  char               *mid;
  int                 mline_index;
  char               *ufrag;
  YonderCandidateType type;
  gboolean            is_tcp;
  char               *address;
  guint16             port;
  guint16             component;
  guint32             priority;
};

G_DEFINE_BOXED_TYPE (YonderIceCandidate, yonder_ice_candidate, yonder_ice_candidate_ref, yonder_ice_candidate_unref)

static const char * const type_names[] = {
  [YONDER_CANDIDATE_HOST] = "host",
  [YONDER_CANDIDATE_SRFLX] = "srflx",
  [YONDER_CANDIDATE_PRFLX] = "prflx",
  [YONDER_CANDIDATE_RELAY] = "relay",
};

static gboolean
fail (GError **error, const char *message)
{
  g_set_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_CANDIDATE, "Bad ICE candidate: %s", message);
  return FALSE;
}

static gboolean
is_one_of (const char *text, const char *more, gsize max)
{
  gsize length = strlen (text);

  if (length == 0 || length > max)
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isalnum (text[i]) && strchr (more, text[i]) == NULL)
      return FALSE;
  }
  return TRUE;
}

/* ice-char = ALPHA / DIGIT / "+" / "/" */
static gboolean
is_ice_chars (const char *text, gsize max)
{
  return is_one_of (text, "+/", max);
}

/* token of RFC 8866 section 9, for identification tags (RFC 5888) */
static gboolean
is_token (const char *text, gsize max)
{
  return is_one_of (text, "!#$%&'*+-.^_`{|}~", max);
}

static gboolean
read_number (const char *text, guint64 min, guint64 max, guint64 *value)
{
  return g_ascii_isdigit (*text) && g_ascii_string_to_unsigned (text, 10, min, max, value, NULL);
}

/* connection-address of RFC 8866: a literal of either family or a domain name. A scope ("fe80::1%eth0") means nothing
 * elsewhere. */
static gboolean
is_address (const char *text)
{
  gboolean has_letter = FALSE;
  gsize label = 0;

  if (strchr (text, '%') == NULL && g_hostname_is_ip_address (text))
    return TRUE;
  if (strlen (text) > MAX_HOST_NAME)
    return FALSE;

  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '.') {
      if (label == 0)
        return FALSE;
      label = 0;
    } else if (++label > 63 || (!g_ascii_isalnum (*at) && *at != '-' && *at != '_')) {
      return FALSE;
    }
    has_letter |= g_ascii_isalpha (*at);
  }
  /* What has only digits and dots is a literal that did not parse. */
  return has_letter;
}

static gboolean
read_type (const char *text, YonderCandidateType *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++) {
    if (strcmp (text, type_names[i]) == 0) {
      *type = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* cand-extension = SP extension-att-name SP extension-att-value, of which we know four names. */
static gboolean
read_extensions (YonderIceCandidate *self, char **tokens, GError **error)
{
  gboolean has_tcp_type = FALSE;
  guint64 number;

  for (guint i = 0; tokens[i] != NULL; i += 2) {
    const char *name = tokens[i], *value = tokens[i + 1];

    if (value == NULL || *name == '\0' || *value == '\0')
      return fail (error, "an extension has no value");
    if (strcmp (name, "raddr") == 0 && !is_address (value))
      return fail (error, "its related address is no address");
    if (strcmp (name, "rport") == 0 && !read_number (value, 0, G_MAXUINT16, &number))
      return fail (error, "its related port is no port");
    if (strcmp (name, "ufrag") == 0) {
      if (!is_ice_chars (value, MAX_UFRAG))
        return fail (error, "its user name fragment has other characters than ICE allows");
      if (self->ufrag == NULL)
        self->ufrag = g_strdup (value);
    }
    if (strcmp (name, "tcptype") == 0) {
      /* RFC 6544 section 4.5 */
      if (strcmp (value, "active") != 0 && strcmp (value, "passive") != 0 && strcmp (value, "so") != 0)
        return fail (error, "its TCP type is unknown");
      has_tcp_type = TRUE;
    }
  }

  if (self->is_tcp && !has_tcp_type)
    return fail (error, "a TCP candidate does not say of which type it is");
  return TRUE;
}

/* "foundation component transport priority address port typ type", then pairs */
static gboolean
read_tokens (YonderIceCandidate *self, char **tokens, GError **error)
{
  guint n = g_strv_length (tokens);
  guint64 component, priority, port;

  if (n < 8)
    return fail (error, "it is too short");
  if (n > MAX_TOKENS)
    return fail (error, "it has too many extensions");
  if (!is_ice_chars (tokens[0], MAX_FOUNDATION))
    return fail (error, "its foundation is not one to 32 characters that ICE allows");
  if (!read_number (tokens[1], 1, 256, &component))
    return fail (error, "its component is no number from 1 to 256");
  self->is_tcp = g_ascii_strcasecmp (tokens[2], "tcp") == 0;
  if (!self->is_tcp && g_ascii_strcasecmp (tokens[2], "udp") != 0)
    return fail (error, "its transport is neither UDP nor TCP");
  /* RFC 8445 section 5.1.2: a positive integer up to 2^31 - 1. What is greater and fits does no harm; 0 newer libnice refuses. */
  if (!read_number (tokens[3], 1, G_MAXUINT32, &priority))
    return fail (error, "its priority is no positive number of 32 bits");
  if (!is_address (tokens[4]))
    return fail (error, "its address is neither an IP address nor a host name");
  if (!read_number (tokens[5], 0, G_MAXUINT16, &port))
    return fail (error, "its port is no number up to 65535");
  if (strcmp (tokens[6], "typ") != 0 || !read_type (tokens[7], &self->type))
    return fail (error, "its type is unknown");

  self->component = (guint16) component;
  self->priority = (guint32) priority;
  self->port = (guint16) port;
  self->address = g_strdup (tokens[4]);
  return read_extensions (self, tokens + 8, error);
}

/* What both kinds of candidates carry beside the text. A value that is out of bounds is an error, not a candidate without it. */
static gboolean
read_place (YonderIceCandidate *self, const char *sdp_mid, int sdp_mline_index, const char *username_fragment, GError **error)
{
  if (sdp_mid != NULL && *sdp_mid != '\0' && !is_token (sdp_mid, MAX_MID))
    return fail (error, "its media id has other characters than SDP allows");
  if (sdp_mline_index < -1 || sdp_mline_index > MAX_MLINE)
    return fail (error, "its media line does not exist");
  if (username_fragment != NULL && *username_fragment != '\0' && !is_ice_chars (username_fragment, MAX_UFRAG))
    return fail (error, "its user name fragment has other characters than ICE allows");

  self->mid = sdp_mid != NULL && *sdp_mid != '\0' ? g_strdup (sdp_mid) : NULL;
  self->mline_index = sdp_mline_index;
  if (username_fragment != NULL && *username_fragment != '\0')
    self->ufrag = g_strdup (username_fragment);
  return TRUE;
}

/**
 * yonder_ice_candidate_parse:
 * @text: the attribute, with or without "a=" before and a line break behind it; "" stands for the end of candidates, as in RFC
 *   8838
 *   section 8.2 and in what Firefox sends
 * @sdp_mid: (nullable): the media id
 * @sdp_mline_index: the index of the media line, or -1
 * @username_fragment: (nullable): which generation of ICE it belongs to; else it is taken from the attribute's ufrag extension
 * @error: return location for a [error@Yonder.IceError]
 *
 * Reads a candidate (RFC 8839 section 5.1; RFC 6544 for TCP) that came from somebody else. Unknown extensions are kept in the
 * text.
 *
 * Deviation: a candidate with port 0 is accepted where it is TCP, active ones have no port (RFC 6544 writes 9, old Firefox 0).
 *
 * Returns: (transfer full): the candidate, or %NULL with %YONDER_ICE_ERROR_BAD_CANDIDATE
 */
YonderIceCandidate *
yonder_ice_candidate_parse (const char *text, const char *sdp_mid, int sdp_mline_index, const char *username_fragment,
                            GError **error)
{
  g_autoptr (YonderIceCandidate) self = g_atomic_rc_box_new0 (YonderIceCandidate);
  g_auto (GStrv) tokens = NULL;
  gsize length;

  self->text = g_strdup ("");
  if (!read_place (self, sdp_mid, sdp_mline_index, username_fragment, error))
    return NULL;

  if (g_str_has_prefix (text, "a="))
    text += 2;
  length = strlen (text);
  if (length > 0 && text[length - 1] == '\n')
    length--;
  if (length > 0 && text[length - 1] == '\r')
    length--;
  if (length == 0 || (length == strlen ("end-of-candidates") && strncmp (text, "end-of-candidates", length) == 0))
    return g_steal_pointer (&self);

  if (length > MAX_TEXT) {
    fail (error, "it is too long");
    return NULL;
  }
  for (gsize i = 0; i < length; i++) {
    if (text[i] < 0x20 || text[i] == 0x7f) {
      fail (error, "it has characters that may not be there");
      return NULL;
    }
  }
  if (!g_str_has_prefix (text, "candidate:")) {
    fail (error, "it does not begin with “candidate:”");
    return NULL;
  }

  g_free (self->text);
  self->text = g_strndup (text, length);
  tokens = g_strsplit (self->text + strlen ("candidate:"), " ", MAX_TOKENS + 1);
  if (!read_tokens (self, tokens, error))
    return NULL;
  if (self->port == 0 && !self->is_tcp) {
    fail (error, "its port is 0");
    return NULL;
  }
  return g_steal_pointer (&self);
}

/**
 * yonder_ice_candidate_new_end:
 * @sdp_mid: (nullable): the media id
 * @sdp_mline_index: the index of the media line, or -1
 * @username_fragment: (nullable): which generation of ICE it belongs to
 *
 * Returns: (transfer full): what says that no more candidates will come
 */
YonderIceCandidate *
yonder_ice_candidate_new_end (const char *sdp_mid, int sdp_mline_index, const char *username_fragment)
{
  YonderIceCandidate *self = g_atomic_rc_box_new0 (YonderIceCandidate);

  self->text = g_strdup ("");
  self->mid = g_strdup (sdp_mid);
  self->mline_index = sdp_mline_index;
  self->ufrag = g_strdup (username_fragment);
  return self;
}

YonderIceCandidate *
yonder_ice_candidate_ref (YonderIceCandidate *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
candidate_clear (gpointer data)
{
  YonderIceCandidate *self = data;

  g_free (self->text);
  g_free (self->mid);
  g_free (self->ufrag);
  g_free (self->address);
}

void
yonder_ice_candidate_unref (YonderIceCandidate *self)
{
  g_atomic_rc_box_release_full (self, candidate_clear);
}

gboolean
yonder_ice_candidate_is_end (YonderIceCandidate *self)
{
  return *self->text == '\0';
}

const char *
yonder_ice_candidate_get_text (YonderIceCandidate *self)
{
  return self->text;
}

const char *
yonder_ice_candidate_get_mid (YonderIceCandidate *self)
{
  return self->mid;
}

int
yonder_ice_candidate_get_mline_index (YonderIceCandidate *self)
{
  return self->mline_index;
}

const char *
yonder_ice_candidate_get_ufrag (YonderIceCandidate *self)
{
  return self->ufrag;
}

YonderCandidateType
yonder_ice_candidate_get_kind (YonderIceCandidate *self)
{
  return self->type;
}

const char *
yonder_ice_candidate_get_type_name (YonderIceCandidate *self)
{
  return type_names[self->type];
}

const char *
yonder_ice_candidate_get_protocol (YonderIceCandidate *self)
{
  return self->is_tcp ? "tcp" : "udp";
}

/**
 * yonder_ice_candidate_get_address:
 * @self: a candidate
 *
 * Returns: the address or host name; "" at the end of candidates
 */
const char *
yonder_ice_candidate_get_address (YonderIceCandidate *self)
{
  return self->address != NULL ? self->address : "";
}

guint
yonder_ice_candidate_get_port (YonderIceCandidate *self)
{
  return self->port;
}

guint
yonder_ice_candidate_get_component (YonderIceCandidate *self)
{
  return self->component;
}

guint32
yonder_ice_candidate_get_priority (YonderIceCandidate *self)
{
  return self->priority;
}

/**
 * yonder_ice_candidate_is_mdns:
 * @self: a candidate
 *
 * Returns: whether its address is a name that only multicast DNS knows (RFC 8828, draft-ietf-mmusic-mdns-ice-candidates)
 */
gboolean
yonder_ice_candidate_is_mdns (YonderIceCandidate *self)
{
  gsize length = strlen (yonder_ice_candidate_get_address (self));

  return length > strlen (".local") && g_ascii_strcasecmp (self->address + length - strlen (".local"), ".local") == 0;
}
