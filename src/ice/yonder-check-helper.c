/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-check-helper.h"

G_DEFINE_INTERFACE (YonderCheckHelper, yonder_check_helper, G_TYPE_OBJECT)

static void
yonder_check_helper_default_init (YonderCheckHelperInterface *iface)
{
}

void
yonder_check_helper_run_async (YonderCheckHelper *self, YonderCheckErrand errand, GListModel *ice_servers,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  YONDER_CHECK_HELPER_GET_IFACE (self)->run_async (self, errand, ice_servers, cancellable, callback, user_data);
}

char *
yonder_check_helper_run_finish (YonderCheckHelper *self, GAsyncResult *result, GError **error)
{
  return YONDER_CHECK_HELPER_GET_IFACE (self)->run_finish (self, result, error);
}
