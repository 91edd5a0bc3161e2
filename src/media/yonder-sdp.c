/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-sdp-private.h"

#include <string.h>

static void
fingerprint_free (gpointer data)
{
  YonderSdpFingerprint *self = data;

  g_free (self->hash);
  g_free (self->value);
  g_free (self);
}

static void
codec_free (gpointer data)
{
  YonderSdpCodec *self = data;

  g_free (self->codec);
  g_free (self->fmtp);
  g_strfreev (self->feedback);
  g_free (self);
}

static void
extension_free (gpointer data)
{
  YonderSdpExtension *self = data;

  g_free (self->uri);
  g_free (self);
}

YonderSdpMedia *
_yonder_sdp_media_new (void)
{
  YonderSdpMedia *self = g_new0 (YonderSdpMedia, 1);

  self->fingerprints = g_ptr_array_new_with_free_func (fingerprint_free);
  self->codecs = g_ptr_array_new_with_free_func (codec_free);
  self->extensions = g_ptr_array_new_with_free_func (extension_free);

  return self;
}

void
_yonder_sdp_media_free (YonderSdpMedia *self)
{
  g_free (self->kind);
  g_free (self->mid);
  g_free (self->protocol);
  g_free (self->ufrag);
  g_free (self->pwd);
  g_free (self->setup);
  g_ptr_array_unref (self->fingerprints);
  g_ptr_array_unref (self->codecs);
  g_ptr_array_unref (self->extensions);
  g_free (self);
}

void
yonder_sdp_free (YonderSdp *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->media);
  g_free (self);
}

guint
yonder_sdp_get_n_media (const YonderSdp *self)
{
  return self->media->len;
}

/**
 * yonder_sdp_get_media:
 * @self: the description
 * @index: less than [func@Yonder.sdp_get_n_media]
 *
 * Returns: (transfer none): the m-line of that index, with what the session level says for it
 */
const YonderSdpMedia *
yonder_sdp_get_media (const YonderSdp *self, guint index)
{
  g_return_val_if_fail (index < self->media->len, NULL);

  return g_ptr_array_index (self->media, index);
}

/**
 * yonder_sdp_find_kind:
 * @self: the description
 * @kind: "audio", "video" or "application"
 * @index: (out) (optional): which m-line it is
 *
 * Returns: (transfer none) (nullable): the first m-line of that kind that is not rejected
 */
const YonderSdpMedia *
yonder_sdp_find_kind (const YonderSdp *self, const char *kind, guint *index)
{
  for (guint i = 0; i < self->media->len; i++) {
    const YonderSdpMedia *media = g_ptr_array_index (self->media, i);

    if (strcmp (media->kind, kind) == 0 && !yonder_sdp_media_is_rejected (media)) {
      if (index != NULL)
        *index = i;
      return media;
    }
  }

  return NULL;
}

static gboolean
has_fingerprint (GPtrArray *fingerprints, const YonderSdpFingerprint *wanted)
{
  for (guint i = 0; i < fingerprints->len; i++) {
    const YonderSdpFingerprint *fingerprint = g_ptr_array_index (fingerprints, i);

    if (strcmp (fingerprint->hash, wanted->hash) == 0 && strcmp (fingerprint->value, wanted->value) == 0)
      return TRUE;
  }

  return FALSE;
}

/**
 * yonder_sdp_collect_fingerprints:
 * @self: the description
 *
 * Gathers what the peer's certificate is to be checked against. It matches where at least one fingerprint in an acceptable hash is
 * that of the certificate (RFC 8122 section 5: several in one hash stand for several certificates).
 *
 * Returns: (transfer full) (element-type YonderSdpFingerprint): each once, in order; valid as long as @self. Empty where there is none
 */
GPtrArray *
yonder_sdp_collect_fingerprints (const YonderSdp *self)
{
  GPtrArray *all = g_ptr_array_new ();

  for (guint i = 0; i < self->media->len; i++) {
    const YonderSdpMedia *media = g_ptr_array_index (self->media, i);

    if (yonder_sdp_media_is_rejected (media))
      continue;
    for (guint j = 0; j < media->fingerprints->len; j++)
      if (!has_fingerprint (all, g_ptr_array_index (media->fingerprints, j)))
        g_ptr_array_add (all, g_ptr_array_index (media->fingerprints, j));
  }

  return all;
}

/**
 * yonder_sdp_media_is_rejected:
 * @media: an m-line
 *
 * Returns: whether its port is 0 for any reason but being bundle-only (RFC 9143 section 6)
 */
gboolean
yonder_sdp_media_is_rejected (const YonderSdpMedia *media)
{
  return media->port == 0 && !media->is_bundle_only;
}

/**
 * yonder_sdp_media_find_codec:
 * @media: an m-line
 * @codec: its name, in any case (RFC 8866 section 6.6)
 * @clock_rate: its clock rate, or 0 for any
 *
 * Returns: (transfer none) (nullable): the first, so the most wanted, of that name
 */
const YonderSdpCodec *
yonder_sdp_media_find_codec (const YonderSdpMedia *media, const char *codec, guint clock_rate)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    const YonderSdpCodec *candidate = g_ptr_array_index (media->codecs, i);

    if (candidate->codec != NULL && g_ascii_strcasecmp (candidate->codec, codec) == 0 &&
        (clock_rate == 0 || candidate->clock_rate == clock_rate))
      return candidate;
  }

  return NULL;
}

/**
 * yonder_sdp_media_find_rtx:
 * @media: an m-line
 * @payload_type: what is retransmitted
 *
 * Returns: (transfer none) (nullable): the rtx format whose apt is @payload_type (RFC 4588 section 8.1)
 */
const YonderSdpCodec *
yonder_sdp_media_find_rtx (const YonderSdpMedia *media, guint payload_type)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    const YonderSdpCodec *candidate = g_ptr_array_index (media->codecs, i);
    g_autofree char *apt = NULL;
    guint64 number;

    if (candidate->codec == NULL || g_ascii_strcasecmp (candidate->codec, "rtx") != 0)
      continue;

    apt = yonder_sdp_codec_dup_parameter (candidate, "apt");
    if (apt != NULL && g_ascii_string_to_unsigned (apt, 10, 0, 127, &number, NULL) && number == payload_type)
      return candidate;
  }

  return NULL;
}

guint
yonder_sdp_media_find_extension (const YonderSdpMedia *media, const char *uri)
{
  for (guint i = 0; i < media->extensions->len; i++) {
    const YonderSdpExtension *extension = g_ptr_array_index (media->extensions, i);

    if (strcmp (extension->uri, uri) == 0)
      return extension->id;
  }

  return 0;
}

/**
 * yonder_sdp_codec_dup_parameter:
 * @codec: a codec of an m-line
 * @name: of a parameter, in any case
 *
 * Returns: (transfer full) (nullable): the value, %NULL where the fmtp has no such parameter
 */
char *
yonder_sdp_codec_dup_parameter (const YonderSdpCodec *codec, const char *name)
{
  g_auto (GStrv) parameters = codec->fmtp != NULL ? g_strsplit (codec->fmtp, ";", 64) : NULL;
  gsize length = strlen (name);

  for (guint i = 0; parameters != NULL && parameters[i] != NULL; i++) {
    char *parameter = g_strstrip (parameters[i]);

    if (g_ascii_strncasecmp (parameter, name, length) == 0 && parameter[length] == '=')
      return g_strdup (parameter + length + 1);
  }

  return NULL;
}

/**
 * yonder_sdp_has_ice_restart:
 * @previous: what the peer described before
 * @next: what it describes now
 *
 * Returns: whether an m-line that both have is now under another ice-ufrag
 */
gboolean
yonder_sdp_has_ice_restart (const YonderSdp *previous, const YonderSdp *next)
{
  for (guint i = 0; i < MIN (previous->media->len, next->media->len); i++) {
    const YonderSdpMedia *before = g_ptr_array_index (previous->media, i);
    const YonderSdpMedia *after = g_ptr_array_index (next->media, i);

    if (!yonder_sdp_media_is_rejected (before) && !yonder_sdp_media_is_rejected (after) && before->ufrag != NULL &&
        after->ufrag != NULL && strcmp (before->ufrag, after->ufrag) != 0)
      return TRUE;
  }

  return FALSE;
}
