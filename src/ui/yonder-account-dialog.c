/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-dialog.h"

#include <glib/gi18n.h>

struct _YonderAccountDialog
{
  AdwDialog           parent_instance;

  YonderSignInPage   *page;
  YonderAccountEntry *replaced; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (YonderAccountDialog, yonder_account_dialog, ADW_TYPE_DIALOG)

static void
yonder_account_dialog_dispose (GObject *object)
{
  g_clear_object (&YONDER_ACCOUNT_DIALOG (object)->replaced);

  G_OBJECT_CLASS (yonder_account_dialog_parent_class)->dispose (object);
}

static void
yonder_account_dialog_class_init (YonderAccountDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_account_dialog_dispose;
}

static void
yonder_account_dialog_init (YonderAccountDialog *self)
{
  self->page = g_object_new (YONDER_TYPE_SIGN_IN_PAGE, NULL);
  adw_dialog_set_child (ADW_DIALOG (self), GTK_WIDGET (self->page));
  adw_dialog_set_content_width (ADW_DIALOG (self), 440);
  adw_dialog_set_content_height (ADW_DIALOG (self), 560);
  adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->page));
}

/**
 * yonder_account_dialog_new:
 * @purpose: what somebody signs in for
 * @entry: (nullable): the account that it is about; none where another one is added
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
YonderAccountDialog *
yonder_account_dialog_new (YonderSignInPurpose purpose, YonderAccountEntry *entry)
{
  YonderAccountDialog *self = g_object_new (YONDER_TYPE_ACCOUNT_DIALOG, NULL);

  adw_dialog_set_title (ADW_DIALOG (self), purpose == YONDER_SIGN_IN_AGAIN ? _("Sign In Again")
                                           : purpose == YONDER_SIGN_IN_OTHERWISE ? _("Edit Account") : _("Add Account"));
  yonder_sign_in_page_set_purpose (self->page, purpose);
  if (entry != NULL) {
    yonder_sign_in_page_set_fields (self->page, yonder_account_entry_get_server (entry), yonder_account_entry_get_user (entry));
    yonder_sign_in_page_set_profile (self->page, yonder_account_entry_get_profile (entry));
  }
  if (purpose == YONDER_SIGN_IN_OTHERWISE)
    g_set_object (&self->replaced, entry);
  return self;
}

YonderSignInPage *
yonder_account_dialog_get_page (YonderAccountDialog *self)
{
  return self->page;
}

YonderAccountEntry *
yonder_account_dialog_get_replaced (YonderAccountDialog *self)
{
  return self->replaced;
}
