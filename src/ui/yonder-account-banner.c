/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-banner.h"

#include <glib/gi18n.h>

#include "yonder-account-words.h"

struct _YonderAccountBanner
{
  AdwBin              parent_instance;

  YonderAccountBook  *book;  /* (nullable) until it is set */
  YonderAccountEntry *entry; /* (nullable): the one that it is about */
  YonderTrouble       trouble;
  AdwBanner          *banner;
};

G_DEFINE_FINAL_TYPE (YonderAccountBanner, yonder_account_banner, ADW_TYPE_BIN)

static void
on_button_clicked (YonderAccountBanner *self)
{
  if (self->entry != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), self->trouble == YONDER_TROUBLE_SIGN_IN ? "app.sign-in-again" : "app.reconnect", "(ss)",
                                yonder_account_entry_get_server (self->entry), yonder_account_entry_get_user (self->entry));
}

static void
yonder_account_banner_dispose (GObject *object)
{
  YonderAccountBanner *self = YONDER_ACCOUNT_BANNER (object);

  g_clear_object (&self->entry);
  g_clear_object (&self->book);

  G_OBJECT_CLASS (yonder_account_banner_parent_class)->dispose (object);
}

static void
yonder_account_banner_class_init (YonderAccountBannerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_account_banner_dispose;
}

static void
yonder_account_banner_init (YonderAccountBanner *self)
{
  self->banner = ADW_BANNER (adw_banner_new (""));
  adw_banner_set_use_markup (self->banner, FALSE);
  g_signal_connect_object (self->banner, "button-clicked", G_CALLBACK (on_button_clicked), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->banner));
}

/* Shows how the accounts stand now. */
void
yonder_account_banner_update (YonderAccountBanner *self)
{
  YonderTrouble worst = YONDER_TROUBLE_NONE;
  g_autofree char *words = NULL;

  g_clear_object (&self->entry);
  for (guint i = 0; self->book != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->book)); i++) {
    g_autoptr (YonderAccountEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->book), i);
    YonderTrouble trouble = yonder_trouble_of_account (entry);

    if (trouble > worst) {
      worst = trouble;
      g_set_object (&self->entry, entry);
    }
  }

  self->trouble = worst;
  if (self->entry != NULL) {
    g_autofree char *place = yonder_account_entry_dup_place (self->entry);
    g_autofree char *state = yonder_words_for_account (self->entry);

    /* where there is one account only nobody has to be told which */
    words = yonder_account_book_count_on (self->book) > 1 ? g_strdup_printf (_("%s: %s"), place, state) : g_steal_pointer (&state);
    adw_banner_set_title (self->banner, words);
    adw_banner_set_button_label (self->banner, yonder_words_for_trouble_button (worst));
  }
  adw_banner_set_revealed (self->banner, self->entry != NULL);
}

/**
 * yonder_account_banner_set_book:
 * @self: the banner
 * @book: (transfer none): the accounts
 *
 * To be called once; whoever knows that something has changed calls [method@Yonder.AccountBanner.update].
 */
void
yonder_account_banner_set_book (YonderAccountBanner *self, YonderAccountBook *book)
{
  self->book = g_object_ref (book);
  yonder_account_banner_update (self);
}
