/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coturn - a real TURN server on loopback for one test, with a certificate authority of its own.
 *
 * UDP, TCP and TLS on free ports, realm "yonder.test". Ends with coturn_stop(). A test program that finds no turnserver skips.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  GSubprocess  *process;
  char         *folder;
  guint         port;     /* UDP and TCP */
  guint         tls_port;
  GTlsDatabase *trust;    /* that authority alone */
} Coturn;

/* What is wrong with the server's certificate. */
typedef enum {
  COTURN_CERTIFICATE_GOOD,  /* for localhost, 127.0.0.1 and ::1 */
  COTURN_CERTIFICATE_EXPIRED,
  COTURN_CERTIFICATE_OTHER_NAME,
  COTURN_CERTIFICATE_OTHER_AUTHORITY,
} CoturnCertificate;

gboolean coturn_is_installed (void);
/* @options: (nullable): more of turnserver's options, separated by spaces; it listens on @address */
Coturn  *coturn_start        (const char *address, CoturnCertificate certificate, const char *options);
void     coturn_stop         (Coturn *self);
guint    coturn_find_port    (const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Coturn, coturn_stop)

G_END_DECLS
