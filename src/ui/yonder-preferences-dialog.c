/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-preferences-dialog.h"

#include "yonder-accounts-page.h"
#include "yonder-devices-page.h"
#include "yonder-general-page.h"

struct _YonderPreferencesDialog
{
  AdwPreferencesDialog parent_instance;
};

G_DEFINE_FINAL_TYPE (YonderPreferencesDialog, yonder_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
yonder_preferences_dialog_class_init (YonderPreferencesDialogClass *klass)
{
}

static void
yonder_preferences_dialog_init (YonderPreferencesDialog *self)
{
  adw_dialog_set_content_width (ADW_DIALOG (self), 560);
  adw_dialog_set_content_height (ADW_DIALOG (self), 640);
}

/**
 * yonder_preferences_dialog_new:
 * @settings: (transfer none): where choices are kept
 * @ringer: (transfer none): plays the ringtone
 * @background: (transfer none): tells when the desktop refuses to let Yonder run without a window
 * @shortcuts: (transfer none): keys that work whichever window is in front
 * @devices: (transfer none): cameras, microphones and loudspeakers
 * @server: what settings about the call server in use are kept under; empty for none
 * @list: (transfer none): the user's own ICE servers
 * @account: (transfer none): the account at a provider of TURN credentials
 * @sources: (transfer none): tells which servers calls would use
 * @book: (transfer none): who is blocked
 * @switchboard: (transfer none): the accounts
 * @clock: (transfer none): for whatever waits
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
YonderPreferencesDialog *
yonder_preferences_dialog_new (GSettings *settings, YonderRinger *ringer, YonderBackground *background, YonderGlobalShortcuts *shortcuts,
                               YonderDevices *devices, const char *server, YonderIceServerList *list, YonderIceAccount *account, YonderIceSources *sources,
                               YonderPeopleBook *book, YonderSwitchboard *switchboard, YonderClock *clock)
{
  YonderPreferencesDialog *self = g_object_new (YONDER_TYPE_PREFERENCES_DIALOG, NULL);

  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self),
                              ADW_PREFERENCES_PAGE (yonder_general_page_new (settings, ringer, background, shortcuts, devices)));
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), ADW_PREFERENCES_PAGE (yonder_accounts_page_new (switchboard)));
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), ADW_PREFERENCES_PAGE (yonder_devices_page_new (settings, devices, clock)));
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), ADW_PREFERENCES_PAGE (yonder_network_page_new (list, account, sources, clock)));
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), ADW_PREFERENCES_PAGE (yonder_calls_page_new (settings, server)));
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), ADW_PREFERENCES_PAGE (yonder_privacy_page_new (settings, book)));
  return self;
}
