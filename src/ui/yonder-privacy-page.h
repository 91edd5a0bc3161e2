/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderPrivacyPage - the page of the preferences about who may ring. Thread: main context. */

#pragma once

#include <adwaita.h>

#include "yonder-people-book.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PRIVACY_PAGE (yonder_privacy_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderPrivacyPage, yonder_privacy_page, YONDER, PRIVACY_PAGE, AdwPreferencesPage)

YonderPrivacyPage *yonder_privacy_page_new (GSettings *settings, YonderPeopleBook *book);

G_END_DECLS
