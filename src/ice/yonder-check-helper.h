/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCheckHelper - the steps of the network check that other rooms do: an interface, so that this room needs neither
 * GStreamer nor HTTP.
 *
 * YonderMediaCheck of src/media implements it for calls and devices, YonderServerCheck of src/signaling for the call server.
 * Thread: main context.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_CHECK_LOOP_CALL,  /* a call with ourselves through the relay, with throughput */
  YONDER_CHECK_CAMERA,
  YONDER_CHECK_MICROPHONE,
  YONDER_CHECK_OFFER,      /* the description of a call comes about within 10 s */
  YONDER_CHECK_HTTP,       /* the call server answers */
  YONDER_CHECK_WEBSOCKET,  /* and takes WebSockets */
} YonderCheckErrand;

#define YONDER_TYPE_CHECK_HELPER (yonder_check_helper_get_type ())
G_DECLARE_INTERFACE (YonderCheckHelper, yonder_check_helper, YONDER, CHECK_HELPER, GObject)

struct _YonderCheckHelperInterface {
  GTypeInterface parent_interface;

  void  (*run_async)  (YonderCheckHelper *self, YonderCheckErrand errand, GListModel *ice_servers, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data);
  char *(*run_finish) (YonderCheckHelper *self, GAsyncResult *result, GError **error);
};

/* @ice_servers: (nullable): of YonderIceServer; for the loop-back call */
void  yonder_check_helper_run_async  (YonderCheckHelper *self, YonderCheckErrand errand, GListModel *ice_servers,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full): what was found, in a few words for people */
char *yonder_check_helper_run_finish (YonderCheckHelper *self, GAsyncResult *result, GError **error);

G_END_DECLS
