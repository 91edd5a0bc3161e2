/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a fuzz target and the driver share. A target aborts where a property does not hold; every byte string is a valid input. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

G_END_DECLS
