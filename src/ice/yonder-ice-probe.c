/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-probe.h"

#include <glib/gi18n.h>

#include "yonder-stun-error.h"

/* chosen: more URLs than any provider gives, so that a hostile list cannot make a flood of us */
#define MAX_ATTEMPTS 16

struct _YonderIceProbe {
  GObject parent_instance;

  YonderIceServer *server;
  GListStore      *attempts;  /* of YonderProbeAttempt */
  guint            n_running;
};

G_DEFINE_FINAL_TYPE (YonderIceProbe, yonder_ice_probe, G_TYPE_OBJECT)

static YonderProbeAttempt *
get_attempt (YonderIceProbe *self, guint i)
{
  g_autoptr (YonderProbeAttempt) attempt = g_list_model_get_item (G_LIST_MODEL (self->attempts), i);

  return attempt; /* the list holds it */
}

static guint
count (YonderIceProbe *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->attempts));
}

static void
yonder_ice_probe_finalize (GObject *object)
{
  YonderIceProbe *self = YONDER_ICE_PROBE (object);

  g_clear_object (&self->attempts);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (yonder_ice_probe_parent_class)->finalize (object);
}

static void
yonder_ice_probe_class_init (YonderIceProbeClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_ice_probe_finalize;
}

static void
yonder_ice_probe_init (YonderIceProbe *self)
{
  self->attempts = g_list_store_new (YONDER_TYPE_PROBE_ATTEMPT);
}

static void
add_attempt (YonderIceProbe *self, const YonderIceUri *uri, YonderStunProtocol protocol, GTlsDatabase *tls_database,
             YonderClock *clock)
{
  g_autoptr (YonderProbeAttempt) attempt = yonder_probe_attempt_new (self->server, uri, protocol, tls_database, clock);

  if (count (self) < MAX_ATTEMPTS)
    g_list_store_append (self->attempts, attempt);
}

static void
add_attempts (YonderIceProbe *self, const YonderIceUri *uri, GTlsDatabase *tls_database, YonderClock *clock)
{
  if (uri->scheme == YONDER_ICE_SCHEME_TURNS || uri->scheme == YONDER_ICE_SCHEME_STUNS) {
    add_attempt (self, uri, YONDER_STUN_TLS, tls_database, clock);
    return;
  }
  if (g_strcmp0 (uri->transport, "tcp") != 0)
    add_attempt (self, uri, YONDER_STUN_UDP, tls_database, clock);
  /* A TURN URL that says nothing means both, as in a call. */
  if (g_strcmp0 (uri->transport, "tcp") == 0 || (uri->scheme == YONDER_ICE_SCHEME_TURN && uri->transport == NULL))
    add_attempt (self, uri, YONDER_STUN_TCP, tls_database, clock);
}

/**
 * yonder_ice_probe_new:
 * @server: whom to ask
 * @tls_database: (nullable): whom to trust instead of those that the system trusts
 * @clock: what measures and bounds
 */
YonderIceProbe *
yonder_ice_probe_new (YonderIceServer *server, GTlsDatabase *tls_database, YonderClock *clock)
{
  YonderIceProbe *self = g_object_new (YONDER_TYPE_ICE_PROBE, NULL);
  GPtrArray *uris = yonder_ice_server_get_uris (server);

  self->server = g_object_ref (server);
  for (guint i = 0; i < uris->len; i++)
    add_attempts (self, g_ptr_array_index (uris, i), tls_database, clock);
  return self;
}

YonderIceServer *
yonder_ice_probe_get_server (YonderIceProbe *self)
{
  return self->server;
}

GListModel *
yonder_ice_probe_get_attempts (YonderIceProbe *self)
{
  return G_LIST_MODEL (self->attempts);
}

static void
finish (GTask *task)
{
  YonderIceProbe *self = g_task_get_source_object (task);
  const GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  for (guint i = 0; i < count (self); i++) {
    YonderProbeAttempt *attempt = get_attempt (self, i);

    if (yonder_probe_attempt_get_state (attempt) != YONDER_PROBE_FAILED) {
      g_task_return_boolean (task, TRUE);
      return;
    }
    /* What the server itself said tells more than what did not get there. */
    if (error == NULL || (yonder_probe_attempt_get_error (attempt)->code > error->code))
      error = yonder_probe_attempt_get_error (attempt);
  }
  g_task_return_error (task, g_error_copy (error));
}

static void
on_attempt_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderIceProbe *self = g_task_get_source_object (task);

  /* The attempt keeps its error. */
  yonder_probe_attempt_run_finish (YONDER_PROBE_ATTEMPT (source), result, NULL);
  if (--self->n_running == 0)
    finish (task);
}

/**
 * yonder_ice_probe_run_async:
 * @self: a probe that has not run
 * @cancellable: (nullable): to give up
 * @callback: called when all attempts are done
 * @user_data: for @callback
 *
 * Tries every URL at once. A server that answers is done within a second; one that says nothing takes 8.
 */
void
yonder_ice_probe_run_async (YonderIceProbe *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_ice_probe_run_async);
  self->n_running = count (self);
  for (guint i = 0; i < count (self); i++)
    yonder_probe_attempt_run_async (get_attempt (self, i), cancellable, on_attempt_done, g_object_ref (task));
}

/**
 * yonder_ice_probe_run_finish:
 * @self: the probe
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.StunError]
 *
 * Returns: whether anything of the server can be used; otherwise @error has the reason that says most:
 * %YONDER_STUN_ERROR_UNAUTHORIZED
 *   or %YONDER_STUN_ERROR_EXPIRED for credentials, %YONDER_STUN_ERROR_TIMED_OUT for a blocked way, %G_IO_ERROR_CANCELLED
 */
gboolean
yonder_ice_probe_run_finish (YonderIceProbe *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

YonderProbeState
yonder_ice_probe_get_state (YonderIceProbe *self)
{
  YonderProbeState worst = YONDER_PROBE_WORKS;

  for (guint i = 0; i < count (self); i++) {
    YonderProbeState state = yonder_probe_attempt_get_state (get_attempt (self, i));

    if (state == YONDER_PROBE_WAITING || state == YONDER_PROBE_RUNNING)
      return state;
    worst = MAX (worst, state);
  }
  return worst;
}

/* "UDP, TCP and TLS", of those attempts in a state up to @worst, or of the others; NULL for none */
static char *
list_protocols (YonderIceProbe *self, gboolean working)
{
  gboolean has[3] = { FALSE };
  const char *names[3];
  guint n = 0;

  for (guint i = 0; i < count (self); i++) {
    YonderProbeAttempt *attempt = get_attempt (self, i);

    if ((yonder_probe_attempt_get_state (attempt) != YONDER_PROBE_FAILED) == working)
      has[yonder_probe_attempt_get_protocol (attempt)] = TRUE;
  }
  for (guint protocol = 0; protocol < G_N_ELEMENTS (has); protocol++)
    if (has[protocol])
      names[n++] = yonder_stun_protocol_get_name (protocol);

  switch (n) {
    case 0: return NULL;
    case 1: return g_strdup (names[0]);
    case 2: return g_strdup_printf (_("%s and %s"), names[0], names[1]);
    default: return g_strdup_printf (_("%s, %s and %s"), names[0], names[1], names[2]);
  }
}

static YonderProbeAttempt *
find_first (YonderIceProbe *self, gboolean working)
{
  for (guint i = 0; i < count (self); i++) {
    YonderProbeAttempt *attempt = get_attempt (self, i);

    if ((yonder_probe_attempt_get_state (attempt) != YONDER_PROBE_FAILED) == working)
      return attempt;
  }
  return NULL;
}

/**
 * yonder_ice_probe_dup_summary:
 * @self: the probe
 *
 * Returns: (transfer full): one sentence on what the server gives, as in "Works over UDP and TCP: relays as …; TLS fails:
 * certificate expired on …";
 *   "" before all attempts are done
 */
char *
yonder_ice_probe_dup_summary (YonderIceProbe *self)
{
  YonderProbeAttempt *good = find_first (self, TRUE);
  YonderProbeAttempt *bad = find_first (self, FALSE);
  g_autofree char *working = list_protocols (self, TRUE);
  g_autofree char *failing = list_protocols (self, FALSE);
  g_autofree char *detail = good != NULL ? yonder_probe_attempt_dup_detail (good) : NULL;

  if (yonder_ice_probe_get_state (self) < YONDER_PROBE_WORKS)
    return g_strdup ("");
  if (bad == NULL)
    /* Translators: protocols ("UDP and TCP"), and what the server gave */
    return g_strdup_printf (_("Works over %s: %s"), working, detail);
  if (good == NULL)
    return g_strdup_printf (_("Does not work: %s"), yonder_probe_attempt_get_error (bad)->message);
  return g_strdup_printf (_("Works over %s: %s. Over %s it does not: %s"), working, detail, failing,
                          yonder_probe_attempt_get_error (bad)->message);
}
