/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderFakeIceProvider - a source of ICE servers that answers when the test says so. Thread: one. */

#pragma once

#include "yonder-ice-provider.h"

G_BEGIN_DECLS

#define YONDER_TYPE_FAKE_ICE_PROVIDER (yonder_fake_ice_provider_get_type ())
G_DECLARE_FINAL_TYPE (YonderFakeIceProvider, yonder_fake_ice_provider, YONDER, FAKE_ICE_PROVIDER, GObject)

YonderFakeIceProvider *yonder_fake_ice_provider_new         (const char *title);
gboolean               yonder_fake_ice_provider_is_asked    (YonderFakeIceProvider *self);
guint                  yonder_fake_ice_provider_get_n_asked (YonderFakeIceProvider *self);
/* Answers with the servers of these URLs, parted by spaces ("" for none); without URLs, with an error. */
void                   yonder_fake_ice_provider_give        (YonderFakeIceProvider *self, const char *urls, gint64 ttl_s);

/* One server for each URL, all with the same credentials. */
GListModel            *yonder_fake_ice_servers              (const char *urls);

G_END_DECLS
