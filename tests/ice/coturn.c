/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "coturn.h"

#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <signal.h>

#define DAY_S (24 * 60 * 60)
#define PATIENCE_US (30 * G_USEC_PER_SEC)

gboolean
coturn_is_installed (void)
{
  g_autofree char *path = g_find_program_in_path ("turnserver");

  return path != NULL;
}

/* A port of @address that nobody has now, neither for UDP nor for TCP. */
guint
coturn_find_port (const char *address)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_from_string (address);

  for (guint i = 0; i < 200; i++) {
    guint16 port = (guint16) g_random_int_range (20000, 30000);
    g_autoptr (GSocketAddress) end = g_inet_socket_address_new (host, port);
    GSocketFamily family = g_inet_address_get_family (host);
    g_autoptr (GSocket) udp = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
    g_autoptr (GSocket) tcp = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

    if (g_socket_bind (udp, end, FALSE, NULL) && g_socket_bind (tcp, end, FALSE, NULL))
      return port;
  }
  g_assert_not_reached ();
}

static gnutls_x509_privkey_t
make_key (void)
{
  gnutls_x509_privkey_t key;

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  return key;
}

/* An authority where @issuer is NULL, else a server's certificate. */
static gnutls_x509_crt_t
make_certificate (gnutls_x509_privkey_t key, const char *name, gint64 end_s, gnutls_x509_crt_t issuer, gnutls_x509_privkey_t issuer_key)
{
  const guint8 serial[] = { 0x41, (guint8) g_random_int (), (guint8) g_random_int (), (guint8) g_random_int () };
  g_autofree char *dn = g_strdup_printf ("CN=%s", name);
  gnutls_x509_crt_t certificate;
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;

  gnutls_x509_crt_init (&certificate);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, serial, sizeof serial);
  gnutls_x509_crt_set_activation_time (certificate, now_s - 60 * DAY_S);
  gnutls_x509_crt_set_expiration_time (certificate, end_s);
  gnutls_x509_crt_set_dn (certificate, dn, NULL);
  gnutls_x509_crt_set_key (certificate, key);
  if (issuer == NULL) {
    gnutls_x509_crt_set_basic_constraints (certificate, 1, -1);
    gnutls_x509_crt_set_key_usage (certificate, GNUTLS_KEY_KEY_CERT_SIGN);
  } else {
    gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, name, (unsigned) strlen (name), GNUTLS_FSAN_APPEND);
    if (g_str_equal (name, "localhost")) {
      gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, "\x7f\0\0\x01", 4, GNUTLS_FSAN_APPEND);
      gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16, GNUTLS_FSAN_APPEND);
    }
  }
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, issuer != NULL ? issuer : certificate, issuer_key, GNUTLS_DIG_SHA256, 0), ==, 0);
  return certificate;
}

static void
save (const char *folder, const char *file, gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  gnutls_datum_t pem = { NULL, 0 };

  if (certificate != NULL)
    gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &pem);
  else
    gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem);
  g_assert_true (g_file_set_contents (path, (const char *) pem.data, (gssize) pem.size, NULL));
  gnutls_free (pem.data);
}

static void
make_certificates (Coturn *self, CoturnCertificate kind)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  gnutls_x509_privkey_t ca_key = make_key (), other_key = make_key (), key = make_key ();
  gnutls_x509_crt_t ca = make_certificate (ca_key, "Test authority", now_s + 60 * DAY_S, NULL, ca_key);
  gnutls_x509_crt_t other = make_certificate (other_key, "Other authority", now_s + 60 * DAY_S, NULL, other_key);
  gboolean is_strange = kind == COTURN_CERTIFICATE_OTHER_AUTHORITY;
  gnutls_x509_crt_t certificate = make_certificate (key, kind == COTURN_CERTIFICATE_OTHER_NAME ? "other.example" : "localhost",
                                                    kind == COTURN_CERTIFICATE_EXPIRED ? now_s - 10 * DAY_S : now_s + 30 * DAY_S,
                                                    is_strange ? other : ca, is_strange ? other_key : ca_key);
  g_autofree char *ca_path = g_build_filename (self->folder, "ca.pem", NULL);
  g_autoptr (GError) error = NULL;

  save (self->folder, "ca.pem", ca, NULL);
  save (self->folder, "cert.pem", certificate, NULL);
  save (self->folder, "key.pem", NULL, key);
  self->trust = g_tls_file_database_new (ca_path, &error);
  g_assert_no_error (error);

  gnutls_x509_crt_deinit (ca);
  gnutls_x509_crt_deinit (other);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (ca_key);
  gnutls_x509_privkey_deinit (other_key);
  gnutls_x509_privkey_deinit (key);
}

static gboolean
takes_connections (const char *address, guint port)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_from_string (address);
  g_autoptr (GSocketAddress) end = g_inet_socket_address_new (host, (guint16) port);
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (host), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  return g_socket_connect (socket, end, NULL, NULL);
}

/* Asks for a binding, the shortest request that there is. */
static gboolean
answers_datagrams (const char *address, guint port)
{
  static const char request[20] = { 0, 1, 0, 0, 0x21, 0x12, (char) 0xa4, 0x42 };
  g_autoptr (GInetAddress) host = g_inet_address_new_from_string (address);
  g_autoptr (GSocketAddress) end = g_inet_socket_address_new (host, (guint16) port);
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (host), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  char answer[200];

  return g_socket_connect (socket, end, NULL, NULL) && g_socket_send (socket, request, sizeof request, NULL, NULL) > 0 &&
         g_socket_condition_timed_wait (socket, G_IO_IN, G_USEC_PER_SEC / 5, NULL, NULL) &&
         g_socket_receive (socket, answer, sizeof answer, NULL, NULL) > 0;
}

Coturn *
coturn_start (const char *address, CoturnCertificate certificate, const char *options)
{
  Coturn *self = g_new0 (Coturn, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *arguments = NULL;
  g_auto (GStrv) argv = NULL;
  gint64 deadline_us = g_get_monotonic_time () + PATIENCE_US;

  self->folder = g_dir_make_tmp ("yonder-coturn-XXXXXX", NULL);
  self->port = coturn_find_port (address);
  self->tls_port = coturn_find_port (address);
  make_certificates (self, certificate);

  arguments = g_strdup_printf ("turnserver -n --listening-ip=%1$s --relay-ip=%1$s --listening-port=%2$u --tls-listening-port=%3$u --realm=yonder.test "
                               "--min-port=40000 --max-port=49000 --no-cli --allow-loopback-peers --no-multicast-peers --fingerprint "
                               "--cert=%4$s/cert.pem --pkey=%4$s/key.pem --pidfile=%4$s/pid --userdb=%4$s/db --log-file=stdout --simple-log %5$s",
                               address, self->port, self->tls_port, self->folder, options != NULL ? options : "--lt-cred-mech --user=alice:secret");
  argv = g_strsplit (arguments, " ", -1);
  self->process = g_subprocess_newv ((const char * const *) argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  while (!answers_datagrams (address, self->port) || !takes_connections (address, self->port) || !takes_connections (address, self->tls_port)) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
    g_usleep (20000);
  }
  return self;
}

void
coturn_stop (Coturn *self)
{
  static const char * const files[] = { "ca.pem", "cert.pem", "key.pem", "pid", "db" };

  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (self->folder, files[i], NULL);

    g_unlink (path);
  }
  g_rmdir (self->folder);
  g_clear_object (&self->trust);
  g_clear_object (&self->process);
  g_free (self->folder);
  g_free (self);
}
