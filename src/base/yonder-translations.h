/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chooses the user's language for all that a program says. Called once, first thing in main(). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void yonder_translations_init (const char *locale_folder);

G_END_DECLS
