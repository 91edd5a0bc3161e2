/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inside of YonderWindow: its pages in yonder-window.c, what is done with people and calls in yonder-window-people.c. */

#pragma once

#include "yonder-contacts-page.h"
#include "yonder-window.h"

G_BEGIN_DECLS

struct _YonderWindow
{
  AdwApplicationWindow  parent_instance;

  GListModel           *lines;   /* (nullable) until it is set: of YonderLine */
  GPtrArray            *followed; /* of YonderPeople: those of the lines */
  YonderCallLog        *log;     /* (nullable) until it is set */
  YonderCallHistory    *history; /* (nullable) until it is set */
  YonderAccountBook    *book;    /* (nullable) until it is set */
  YonderContactsPage   *contacts_page; /* (nullable) of the template's pages: made when it is needed first */

  /* template */
  AdwToastOverlay      *toasts;
  GtkStack             *stack;
  AdwStatusPage        *starting_page;
  AdwBin               *sign_in_place;
  AdwNavigationView    *pages;
  AdwNavigationPage    *home_page;
};

void yonder_window_install_people_actions (GtkWidgetClass *widget_class);
void yonder_window_update_people_actions  (YonderWindow *self, gboolean has_line);
void yonder_window_take_toast             (YonderWindow *self, AdwToast *toast);

G_END_DECLS
