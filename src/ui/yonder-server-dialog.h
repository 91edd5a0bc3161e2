/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderServerDialog - where one is signed in, as whom, and how others get there. Thread: main context. */

#pragma once

#include <adwaita.h>

#include "yonder-host.h"
#include "yonder-line.h"

G_BEGIN_DECLS

#define YONDER_TYPE_SERVER_DIALOG (yonder_server_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderServerDialog, yonder_server_dialog, YONDER, SERVER_DIALOG, AdwDialog)

YonderServerDialog *yonder_server_dialog_new (YonderLine *line, YonderHost *host); /* @host: (nullable) */

G_END_DECLS
