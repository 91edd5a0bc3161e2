/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceConfig - the servers that a call uses, and where they came from.
 *
 * Immutable GObject, made by YonderIceSources, kept by the call for as long as it can be inspected. Thread: main context.
 */

#pragma once

#include "yonder-ice-server.h"

G_BEGIN_DECLS

/* In the order in which they are asked. */
typedef enum {
  YONDER_ICE_SOURCE_ENVIRONMENT, /* YONDER_ICE_SERVERS, or the command line */
  YONDER_ICE_SOURCE_CALL_SERVER,
  YONDER_ICE_SOURCE_PROVIDER,    /* the user's account at one */
  YONDER_ICE_SOURCE_LIST,        /* the user's own servers */
  YONDER_ICE_SOURCE_PUBLIC,      /* public STUN */
  YONDER_N_ICE_SOURCES,
} YonderIceSource;

#define YONDER_TYPE_ICE_CONFIG (yonder_ice_config_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceConfig, yonder_ice_config, YONDER, ICE_CONFIG, GObject)

YonderIceConfig    *yonder_ice_config_new            (GListModel *servers, gboolean relay_only);
void                yonder_ice_config_add_source     (YonderIceConfig *self, YonderIceSource source, const char *title);
void                yonder_ice_config_add_failure    (YonderIceConfig *self, const char *sentence);

GListModel         *yonder_ice_config_get_servers    (YonderIceConfig *self); /* of YonderIceServer */
gboolean            yonder_ice_config_is_relay_only  (YonderIceConfig *self);
gboolean            yonder_ice_config_has_turn       (YonderIceConfig *self);
gboolean            yonder_ice_config_is_from        (YonderIceConfig *self, YonderIceSource source);
char               *yonder_ice_config_dup_sources    (YonderIceConfig *self); /* "your call server and your list" */
char               *yonder_ice_config_describe       (YonderIceConfig *self); /* a sentence: how many of what, from whom */
const char * const *yonder_ice_config_get_failures   (YonderIceConfig *self); /* sentences: which source did not serve, and why */

/* Whether a server of the list relays; for anything that holds YonderIceServer. */
gboolean            yonder_ice_servers_have_turn     (GListModel *servers);

G_END_DECLS
