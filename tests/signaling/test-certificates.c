/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "test-certificates.h"

#include <glib/gstdio.h>

static void
run (TestAuthority *self, const char *command)
{
  const char *argv[] = { "sh", "-c", command, NULL };
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (self->dir, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &words, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s", command, words);
}

TestAuthority *
test_authority_new (void)
{
  TestAuthority *self = g_new0 (TestAuthority, 1);
  g_autofree char *file = NULL;
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("yonder-ca-XXXXXX", &error);
  g_assert_no_error (error);
  run (self, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=Yonder Test Authority' "
             "-addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem");
  file = g_build_filename (self->dir, "ca.pem", NULL);
  self->database = g_tls_file_database_new (file, &error);
  g_assert_no_error (error);

  return self;
}

char *
test_authority_issue (TestAuthority *self, const char *file, const char *names, int days)
{
  g_autofree char *command = g_strdup_printf (
    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=server' -keyout %s.key -out %s.csr && "
    "printf 'subjectAltName=%s\\nbasicConstraints=CA:FALSE\\n' > %s.ext && "
    "openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile %s.ext -out %s.pem "
    "-not_before \"$(date -u -d '%d days ago' +%%Y%%m%%d000000Z)\" -not_after \"$(date -u -d '%+d days' +%%Y%%m%%d000000Z)\"",
    file, file, names, file, file, file, file, days < 0 ? 2 - days : 2, days);

  run (self, command);

  return g_strdup_printf ("{\"key\": \"%s/%s.key\", \"cert\": \"%s/%s.pem\"}", self->dir, file, self->dir, file);
}

void
test_authority_free (TestAuthority *self)
{
  run (self, "rm -f ./*");
  g_rmdir (self->dir);
  g_object_unref (self->database);
  g_free (self->dir);
  g_free (self);
}
