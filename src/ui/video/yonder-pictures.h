/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderPictures - the two pictures of one media session, for the windows to show: the remote one and the self view.
 *
 * One belongs to each session and lives as long as it. When the media side makes a new sink (a path that was rebuilt), the last picture
 * stays in `remote` until the new sink has its first one. Thread: main context.
 *
 * Properties (notify): remote (GdkPaintable, nullable), self-view (GdkPaintable, nullable); %NULL until there is a picture.
 */

#pragma once

#include <gdk/gdk.h>

#include "yonder-webrtc-factory.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PICTURES (yonder_pictures_get_type ())
G_DECLARE_FINAL_TYPE (YonderPictures, yonder_pictures, YONDER, PICTURES, GObject)

YonderPictures *yonder_pictures_of_session   (YonderMediaSession *session);
GdkPaintable   *yonder_pictures_get_remote   (YonderPictures *self);
GdkPaintable   *yonder_pictures_get_self_view (YonderPictures *self);

/* A YonderMakeVideoSink; @user_data is not used. */
GstElement     *yonder_pictures_make_sink    (YonderMediaSession *session, YonderVideoRole role, gpointer user_data);

G_END_DECLS
