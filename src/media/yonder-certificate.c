/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-certificate.h"

#include "yonder-media-session.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* W3C webrtc-pc 4.10: a month is what browsers give; a clock that is a day off must not matter */
#define LIFETIME_S     (30 * 24 * 60 * 60)
#define CLOCK_SLACK_S  (24 * 60 * 60)
#define MAX_PEM_BYTES  (64 * 1024)
#define MAX_DIGEST     64
#define CODE_GROUPS    6

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crt_t, gnutls_x509_crt_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)

static const struct {
  const char *name;
  gnutls_digest_algorithm_t algorithm;
  guint size;
} hashes[] = {
  { "sha-256", GNUTLS_DIG_SHA256, 32 },
  { "sha-384", GNUTLS_DIG_SHA384, 48 },
  { "sha-512", GNUTLS_DIG_SHA512, 64 },
};

static int
find_hash (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    if (g_ascii_strcasecmp (hashes[i].name, name) == 0)
      return (int) i;

  return -1;
}

static gboolean
check_step (int code, const char *step, GError **error)
{
  if (code >= 0)
    return TRUE;

  g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "The certificate of this call could not be made: %s: %s",
               step, gnutls_strerror (code));

  return FALSE;
}

static gboolean
describe (gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, GError **error)
{
  guint8 serial[8];
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  int code = gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial);

  if (!check_step (code, "random numbers", error))
    return FALSE;

  /* A serial number is positive and not 0 (RFC 5280 section 4.1.2.2). */
  serial[0] = (serial[0] & 0x7f) | 0x40;

  return check_step (gnutls_x509_crt_set_version (certificate, 3), "version", error) &&
         check_step (gnutls_x509_crt_set_serial (certificate, serial, sizeof serial), "serial number", error) &&
         check_step (gnutls_x509_crt_set_activation_time (certificate, now_s - CLOCK_SLACK_S), "activation time", error) &&
         check_step (gnutls_x509_crt_set_expiration_time (certificate, now_s + LIFETIME_S), "expiration time", error) &&
         check_step (gnutls_x509_crt_set_dn (certificate, "CN=WebRTC", NULL), "name", error) &&
         check_step (gnutls_x509_crt_set_key (certificate, key), "key", error) &&
         check_step (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), "signature", error);
}

static char *
export_pem (gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, GError **error)
{
  gnutls_datum_t certificate_pem = { NULL, 0 }, key_pem = { NULL, 0 };
  char *both = NULL;

  if (check_step (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &certificate_pem), "certificate text", error) &&
      check_step (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem), "key text", error))
    both = g_strdup_printf ("%.*s%.*s", (int) certificate_pem.size, (char *) certificate_pem.data, (int) key_pem.size,
                            (char *) key_pem.data);

  if (key_pem.data != NULL)
    gnutls_memset (key_pem.data, 0, key_pem.size);
  gnutls_free (certificate_pem.data);
  gnutls_free (key_pem.data);

  return both;
}

/**
 * yonder_certificate_generate:
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Makes a self-signed certificate on a fresh P-256 key (RFC 8827 section 6.5 wants one per call so that calls can not be linked). Takes
 * about a millisecond.
 *
 * Returns: (transfer full) (nullable): PEM of the certificate followed by PEM of its private key; %NULL with
 *   %YONDER_MEDIA_ERROR_FAILED where there are no random numbers
 */
char *
yonder_certificate_generate (GError **error)
{
  g_auto (gnutls_x509_crt_t) certificate = NULL;
  g_auto (gnutls_x509_privkey_t) key = NULL;

  if (!check_step (gnutls_x509_crt_init (&certificate), "certificate", error) ||
      !check_step (gnutls_x509_privkey_init (&key), "key", error) ||
      !check_step (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), "key", error) ||
      !describe (certificate, key, error))
    return NULL;

  return export_pem (certificate, key, error);
}

static gboolean
digest_pem (const char *pem, guint hash_index, guint8 *digest, GError **error)
{
  g_auto (gnutls_x509_crt_t) certificate = NULL;
  gnutls_datum_t text = { (guchar *) pem, (guint) strnlen (pem, MAX_PEM_BYTES + 1) };
  gsize size = MAX_DIGEST;

  if (text.size > MAX_PEM_BYTES || gnutls_x509_crt_init (&certificate) < 0 ||
      gnutls_x509_crt_import (certificate, &text, GNUTLS_X509_FMT_PEM) < 0 ||
      gnutls_x509_crt_get_fingerprint (certificate, hashes[hash_index].algorithm, digest, &size) < 0) {
    g_set_error_literal (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT,
                         "The certificate that the other side uses for encryption can not be read");
    return FALSE;
  }

  return TRUE;
}

/**
 * yonder_certificate_fingerprint:
 * @pem: PEM that begins with a certificate; a private key behind it does not count
 * @hash: "sha-256", "sha-384" or "sha-512"
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Digests the certificate's DER as RFC 8122 section 5 says.
 *
 * Returns: (transfer full) (nullable): upper-case hexadecimal with colons, or %NULL with %YONDER_MEDIA_ERROR_FINGERPRINT where @pem is
 *   no certificate or @hash not one of the three
 */
char *
yonder_certificate_fingerprint (const char *pem, const char *hash, GError **error)
{
  g_autoptr (GString) text = NULL;
  guint8 digest[MAX_DIGEST];
  int index = find_hash (hash);

  if (index < 0) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT,
                 "A certificate fingerprint in “%.16s” is not accepted, only sha-256, sha-384 and sha-512", hash);
    return NULL;
  }

  if (!digest_pem (pem, (guint) index, digest, error))
    return NULL;

  text = g_string_sized_new (hashes[index].size * 3);
  for (guint i = 0; i < hashes[index].size; i++)
    g_string_append_printf (text, i == 0 ? "%02X" : ":%02X", digest[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * yonder_certificate_hash_is_acceptable:
 * @hash: the hash's name in an SDP, in any case
 *
 * RFC 8122 section 5 forbids md2 and md5; sha-1 and sha-224 are refused as well, since nobody needs them any more.
 */
gboolean
yonder_certificate_hash_is_acceptable (const char *hash)
{
  return find_hash (hash) >= 0;
}

/**
 * yonder_certificate_check:
 * @pem: the certificate that the peer showed in the DTLS handshake
 * @hash: the hash that its SDP named
 * @fingerprint: the fingerprint that its SDP gave, in any case
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Tells whether the peer of the encrypted connection is the one whose description came through the call server.
 *
 * Returns: %FALSE with %YONDER_MEDIA_ERROR_FINGERPRINT set where it is not, or can not be told
 */
gboolean
yonder_certificate_check (const char *pem, const char *hash, const char *fingerprint, GError **error)
{
  g_autofree char *actual = yonder_certificate_fingerprint (pem, hash, error);

  if (actual == NULL)
    return FALSE;

  if (g_ascii_strcasecmp (actual, fingerprint) != 0) {
    g_set_error_literal (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT,
                         "The other side's certificate is not the one that was announced: somebody may be listening in, so the "
                         "call was stopped. Try again over another network or call server");
    return FALSE;
  }

  return TRUE;
}

/**
 * yonder_certificate_safety_code:
 * @own_pem: the certificate of our own side
 * @peer_pem: the certificate that the peer showed in the DTLS handshake
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Makes the code that both people read out to each other. A call server that exchanged the fingerprints on the way would have two
 * connections with different certificates, and the codes would differ. Such a server chooses a key towards either side, so the
 * 30 digits leave it a search of 10^15 keys twice over, to be done while the call is being set up.
 *
 * Returns: (transfer full) (nullable): six groups of five digits, or %NULL with %YONDER_MEDIA_ERROR_FINGERPRINT
 */
char *
yonder_certificate_safety_code (const char *own_pem, const char *peer_pem, GError **error)
{
  guint8 own[MAX_DIGEST], peer[MAX_DIGEST], sum[64];
  gsize sum_size = sizeof sum;
  gboolean own_first;
  g_autoptr (GChecksum) checksum = NULL;
  g_autoptr (GString) code = NULL;

  if (!digest_pem (own_pem, 0, own, error) || !digest_pem (peer_pem, 0, peer, error))
    return NULL;

  own_first = memcmp (own, peer, hashes[0].size) <= 0;
  checksum = g_checksum_new (G_CHECKSUM_SHA512);
  g_checksum_update (checksum, own_first ? own : peer, hashes[0].size);
  g_checksum_update (checksum, own_first ? peer : own, hashes[0].size);
  g_checksum_get_digest (checksum, sum, &sum_size);

  /* Eight bytes a group, so that the remainder's bias is below 10^-14. */
  code = g_string_new (NULL);
  for (guint group = 0; group < CODE_GROUPS; group++) {
    guint64 number;

    memcpy (&number, sum + group * sizeof number, sizeof number);
    g_string_append_printf (code, "%s%05u", group == 0 ? "" : " ", (guint) (GUINT64_FROM_BE (number) % 100000));
  }

  return g_string_free (g_steal_pointer (&code), FALSE);
}
