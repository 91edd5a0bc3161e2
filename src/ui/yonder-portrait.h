/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderPortrait - what somebody looks like: the picture that the call server has of them, else their initials.
 *
 * Thread: main context; pictures are decoded in another one. Properties: contact (YonderContact, nullable), size (pixels).
 */

#pragma once

#include <adwaita.h>

#include "yonder-contact.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PORTRAIT (yonder_portrait_get_type ())
G_DECLARE_FINAL_TYPE (YonderPortrait, yonder_portrait, YONDER, PORTRAIT, AdwBin)

G_END_DECLS
