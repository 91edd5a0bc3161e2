/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceProviderDialog - sets up an account at a provider of short-lived TURN credentials, and tries it before it is kept.
 *
 * Thread: main context.
 */

#pragma once

#include <adwaita.h>

#include "yonder-ice-account.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_PROVIDER_DIALOG (yonder_ice_provider_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceProviderDialog, yonder_ice_provider_dialog, YONDER, ICE_PROVIDER_DIALOG, AdwDialog)

YonderIceProviderDialog *yonder_ice_provider_dialog_new (YonderIceAccount *account);

G_END_DECLS
