/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderFakeMedia, YonderFakeMediaFactory - media that makes no sound and writes down what it was asked.
 *
 * The log has one line for each request, as in "create-offer", "accept-offer SDP", "candidate TEXT" ("candidate end"),
 * "muted 1 0", "send TEXT", "generation 1", "close". Offers and answers wait until the test completes them. The test emits the signals of
 * YonderMediaSession itself. Thread: one.
 */

#pragma once

#include "yonder-media-session.h"

G_BEGIN_DECLS

#define YONDER_TYPE_FAKE_MEDIA (yonder_fake_media_get_type ())
G_DECLARE_FINAL_TYPE (YonderFakeMedia, yonder_fake_media, YONDER, FAKE_MEDIA, GObject)

YonderFakeMedia *yonder_fake_media_new         (void);
gboolean         yonder_fake_media_is_waiting  (YonderFakeMedia *self);
/* Completes the operation that waits: with @sdp ("" where only success is to be told), or with @error, which is taken. */
void             yonder_fake_media_complete    (YonderFakeMedia *self, const char *sdp, GError *error);
void             yonder_fake_media_set_bitrate (YonderFakeMedia *self, gint64 bitrate_in_bps);
void             yonder_fake_media_set_unheard (YonderFakeMedia *self, double unheard_ms);
void             yonder_fake_media_set_report  (YonderFakeMedia *self, YonderIceReport *report); /* (transfer full) */
gboolean         yonder_fake_media_is_closed   (YonderFakeMedia *self);
gboolean         yonder_fake_media_sends_video (YonderFakeMedia *self);
void             yonder_fake_media_refuse_video (YonderFakeMedia *self);
char            *yonder_fake_media_take_log    (YonderFakeMedia *self);
guint            yonder_fake_media_count       (YonderFakeMedia *self, const char *prefix);

#define YONDER_TYPE_FAKE_MEDIA_FACTORY (yonder_fake_media_factory_get_type ())
G_DECLARE_FINAL_TYPE (YonderFakeMediaFactory, yonder_fake_media_factory, YONDER, FAKE_MEDIA_FACTORY, GObject)

YonderFakeMediaFactory *yonder_fake_media_factory_new         (void);
/* The next session is not made; @error is taken. */
void                    yonder_fake_media_factory_fail_next   (YonderFakeMediaFactory *self, GError *error);
guint                   yonder_fake_media_factory_get_n_made  (YonderFakeMediaFactory *self);
/* How many of them are not closed. */
guint                   yonder_fake_media_factory_get_n_open  (YonderFakeMediaFactory *self);

G_END_DECLS
