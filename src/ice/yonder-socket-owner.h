/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is at the other end of a connection from this computer. Thread: any. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TRUE where the system says that another process opened the connection; FALSE where it is ours, or nothing is said. */
gboolean yonder_socket_is_foreign (GSocket *accepted);

G_END_DECLS
