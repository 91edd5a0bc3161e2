/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderMediaConfig - what a factory was told and its sessions share; a value, filled by YonderWebrtcFactory.
 *
 * Borrowed by whoever is given one for the call only, copied where it is kept.
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-devices.h"
#include "yonder-webrtc-factory.h"

G_BEGIN_DECLS

typedef struct {
  YonderSourceKind source;
  char            *file;            /* (nullable): of YONDER_SOURCE_FILE */
  guint            width_px, height_px, fps;
  guint            max_bitrate_bps; /* of everything sent */
  gboolean         play_audio;
  gboolean         is_preview;      /* shown and heard here alone: pictures are not encoded */
  GTlsDatabase    *tls_database;    /* (nullable): whom TURN over TLS trusts instead of those that the system trusts */
  YonderDevices   *devices;         /* which of them are used */
  YonderClock     *clock;
} YonderMediaConfig;

static inline void
yonder_media_config_clear (YonderMediaConfig *self)
{
  g_clear_pointer (&self->file, g_free);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->devices);
  g_clear_object (&self->clock);
}

static inline void
yonder_media_config_copy (YonderMediaConfig *to, const YonderMediaConfig *from)
{
  *to = *from;
  to->file = g_strdup (from->file);
  to->tls_database = from->tls_database != NULL ? g_object_ref (from->tls_database) : NULL;
  to->devices = g_object_ref (from->devices);
  to->clock = g_object_ref (from->clock);
}

G_END_DECLS
