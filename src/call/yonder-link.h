/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderLink - what a link says: a call server, and perhaps whom to call there. docs/links.md has the grammar.
 *
 * Links come from anywhere: nothing in one is trusted, and reading one does nothing. A plain value. Pure functions.
 */

#pragma once

#include "yonder-signaling.h"

G_BEGIN_DECLS

/* chosen: what browsers and chat programs pass on without harm */
#define YONDER_LINK_MAX 2048
/* the longest e-mail address there can be; ids are shorter */
#define YONDER_LINK_MAX_USER 254
#define YONDER_LINK_MAX_NAME 64

typedef struct {
  char          *server; /* (nullable): as http or https; none where only a person is named */
  char          *user;   /* (nullable): id or e-mail address */
  char          *name;   /* (nullable): what the link calls them */
  YonderCallKind kind;
} YonderLink;

YonderLink *yonder_link_new     (const char *server, const char *user, const char *name, YonderCallKind kind);
YonderLink *yonder_link_parse   (const char *text, GError **error);
char       *yonder_link_to_uri  (const YonderLink *self);
char       *yonder_link_to_page (const YonderLink *self);
gboolean    yonder_link_is_of   (const YonderLink *self, const char *server);
void        yonder_link_free    (YonderLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderLink, yonder_link_free)

G_END_DECLS
