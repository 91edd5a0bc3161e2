/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-certificate.h"

#include "yonder-media-session.h"

#include <gio/gio.h>
#include <string.h>

/* Made with openssl(1), and the digests below by openssl x509 -fingerprint. */
static const char reference_pem[] =
  "-----BEGIN CERTIFICATE-----\n"
  "MIIBeTCCAR+gAwIBAgIUA6oSn0znce5gU4z2m7G4B+fj1UAwCgYIKoZIzj0EAwIw\n"
  "ETEPMA0GA1UEAwwGV2ViUlRDMCAXDTI2MTEyMTExNTAwNloYDzIxMjYxMDI4MTE1\n"
  "MDA2WjARMQ8wDQYDVQQDDAZXZWJSVEMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
  "AATeXS6Eb9IuNWVraOLbekTxv1LuT8gcOiLuc5INtBkqSlljhJOsSy+/REQ8M3k4\n"
  "DTvfT30xXBOv10moRmGkiw5wo1MwUTAdBgNVHQ4EFgQUBxiFJd/VTQ5Vw7s2ZjAv\n"
  "/ctABFEwHwYDVR0jBBgwFoAUBxiFJd/VTQ5Vw7s2ZjAv/ctABFEwDwYDVR0TAQH/\n"
  "BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAbiEqW2ktiXbbdWRYVjocEo/DYppAA\n"
  "vmptE8seyLZSVgIhAPGe0o7N7Ljgqk1W2hRngd04Ixk/4OAWimMIeU05g+e+\n"
  "-----END CERTIFICATE-----\n";
static const char reference_sha256[] = "DC:6A:83:95:0A:8E:75:C6:8F:C9:00:B8:6F:2E:1D:98:69:14:6A:E9:22:7E:3D:78:05:0C:E3:79:1B:77:FD:70";
static const char reference_sha384[] =
  "F4:E7:1A:39:E4:1B:CE:F4:22:74:0F:AE:6A:2B:C8:1F:5F:EF:C0:12:AC:35:E7:2B:"
  "4C:4D:C3:07:4D:8C:57:51:FB:2D:4B:40:BA:5F:63:7F:54:CC:98:D3:10:53:4B:99";

static void
test_generate (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = yonder_certificate_generate (&error);
  g_autofree char *again = yonder_certificate_generate (NULL);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) until = NULL, since = NULL;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (pem, "-----BEGIN CERTIFICATE-----"));
  g_assert_nonnull (strstr (pem, "PRIVATE KEY-----"));
  g_assert_cmpstr (pem, !=, again);

  /* the certificate and the key belong together, and a foreign reader takes both */
  certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  since = g_tls_certificate_get_not_valid_before (certificate);
  until = g_tls_certificate_get_not_valid_after (certificate);
  g_assert_cmpint (g_date_time_compare (since, now), <, 0);
  g_assert_cmpint (g_date_time_difference (until, now), >, 7 * G_TIME_SPAN_DAY);
}

static void
test_fingerprint (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = yonder_certificate_fingerprint (reference_pem, "SHA-256", &error);
  g_autofree char *sha384 = yonder_certificate_fingerprint (reference_pem, "sha-384", &error);
  g_autofree char *sha512 = yonder_certificate_fingerprint (reference_pem, "sha-512", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sha256, ==, reference_sha256);
  g_assert_cmpstr (sha384, ==, reference_sha384);
  g_assert_cmpuint (strlen (sha512), ==, 64 * 3 - 1);
}

/* What webrtcbin itself gets wrong: the key that follows the certificate is none of its business. */
static void
test_key_does_not_count (void)
{
  g_autofree char *pem = yonder_certificate_generate (NULL);
  g_autofree char *alone = g_strndup (pem, (gsize) (strstr (pem, "-----END CERTIFICATE-----") - pem) + 26);
  g_autofree char *of_both = yonder_certificate_fingerprint (pem, "sha-256", NULL);
  g_autofree char *of_one = yonder_certificate_fingerprint (alone, "sha-256", NULL);

  g_assert_null (strstr (alone, "PRIVATE"));
  g_assert_cmpstr (of_both, ==, of_one);
}

static void
assert_refused (const char *pem, const char *hash, const char *fingerprint)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (yonder_certificate_check (pem, hash, fingerprint, &error));
  g_assert_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT);
}

static void
test_check (void)
{
  g_autofree char *lower = g_ascii_strdown (reference_sha256, -1);
  g_autofree char *false_one = g_strdup (reference_sha256);
  g_autofree char *short_one = g_strndup (reference_sha256, 59);
  g_autofree char *other = yonder_certificate_generate (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (yonder_certificate_check (reference_pem, "sha-256", reference_sha256, &error));
  g_assert_true (yonder_certificate_check (reference_pem, "SHA-256", lower, &error));
  g_assert_no_error (error);

  false_one[0] = false_one[0] == 'A' ? 'B' : 'A';
  assert_refused (reference_pem, "sha-256", false_one);
  assert_refused (reference_pem, "sha-256", short_one);
  assert_refused (reference_pem, "sha-256", "");
  assert_refused (reference_pem, "sha-384", reference_sha256);
  assert_refused (other, "sha-256", reference_sha256);
  assert_refused ("no certificate", "sha-256", reference_sha256);
  assert_refused ("", "sha-256", reference_sha256);
}

static void
test_weak_hashes (void)
{
  static const char * const weak[] = { "sha-1", "SHA-1", "md5", "md2", "sha-224", "", "sha-256 ", "crc32" };

  for (guint i = 0; i < G_N_ELEMENTS (weak); i++) {
    g_assert_false (yonder_certificate_hash_is_acceptable (weak[i]));
    assert_refused (reference_pem, weak[i], reference_sha256);
  }
  g_assert_true (yonder_certificate_hash_is_acceptable ("Sha-512"));
}

static void
test_safety_code (void)
{
  g_autofree char *other_pem = yonder_certificate_generate (NULL);
  g_autofree char *here = yonder_certificate_safety_code (reference_pem, other_pem, NULL);
  g_autofree char *there = yonder_certificate_safety_code (other_pem, reference_pem, NULL);
  g_autofree char *third_pem = yonder_certificate_generate (NULL);
  g_autofree char *intercepted = yonder_certificate_safety_code (reference_pem, third_pem, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_regex_match_simple ("^[0-9]{5}( [0-9]{5}){5}$", here, 0, 0));
  g_assert_cmpstr (here, ==, there);
  g_assert_cmpstr (here, !=, intercepted);
  g_assert_null (yonder_certificate_safety_code (reference_pem, "nothing", &error));
  g_assert_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/certificate/generate", test_generate);
  g_test_add_func ("/media/certificate/fingerprint", test_fingerprint);
  g_test_add_func ("/media/certificate/key-does-not-count", test_key_does_not_count);
  g_test_add_func ("/media/certificate/check", test_check);
  g_test_add_func ("/media/certificate/weak-hashes", test_weak_hashes);
  g_test_add_func ("/media/certificate/safety-code", test_safety_code);

  return g_test_run ();
}
