/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-shortcuts-dialog.h"

#include <glib/gi18n.h>

struct _YonderShortcutsDialog
{
  AdwDialog           parent_instance;

  /* template */
  AdwPreferencesPage *page;
};

G_DEFINE_FINAL_TYPE (YonderShortcutsDialog, yonder_shortcuts_dialog, ADW_TYPE_DIALOG)

/* The keys are set in yonder-application.c (Ctrl) and yonder-call-window.c (the others; Space in
 * yonder-push-to-talk.c). */
static const struct {
  const char *title;
  struct {
    const char *accelerator;
    const char *title;
  } rows[16];
} groups[] = {
  { N_("General"), {
    { "<Control>f", N_("Search contacts") },
    { "Return", N_("Open the page of the selected contact") },
    { "<Control>comma", N_("Preferences") },
    { "<Control>question", N_("Keyboard shortcuts") },
    { "F1", N_("Help") },
    { "<Control>w", N_("Close window") },
    { "<Control>q", N_("Quit") },
  } },
  { N_("Calls"), {
    { "m", N_("Mute or unmute the microphone") },
    { "space", N_("Hold to speak while muted") },
    { "v", N_("Turn the camera off or on") },
    { "s", N_("Share a screen or a window, or stop it") },
    { "h", N_("Put the call on hold, or take it up again") },
    { "c", N_("Chat and reactions") },
    { "p", N_("Save the picture of the other side") },
    { "<Control>h", N_("Hang up") },
    { "F11", N_("Full screen") },
    { "w", N_("Small window, or back to the call") },
    { "Escape", N_("Close the chat, or leave full screen") },
    { "o", N_("Move own picture to the next corner") },
    { "i", N_("Connection details") },
  } },
  { N_("Incoming Calls"), {
    { "<Control>a", N_("Answer with sound only") },
    { "<Control><Shift>a", N_("Answer with picture") },
    { "<Control>d", N_("Decline") },
  } },
};

/* One cap for each key: "Ctrl", "F". */
static GtkWidget *
key_caps (const char *accelerator)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *label = NULL;
  g_auto (GStrv) keys = NULL;
  GdkModifierType modifiers;
  guint key;

  gtk_accelerator_parse (accelerator, &key, &modifiers);
  label = gtk_accelerator_get_label (key, modifiers);
  keys = g_strsplit (label, "+", -1);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  for (guint i = 0; keys[i] != NULL; i++) {
    GtkWidget *cap = gtk_label_new (keys[i]);

    gtk_widget_add_css_class (cap, "keycap");
    gtk_box_append (GTK_BOX (box), cap);
  }

  return box;
}

static void
yonder_shortcuts_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_SHORTCUTS_DIALOG);

  G_OBJECT_CLASS (yonder_shortcuts_dialog_parent_class)->dispose (object);
}

static void
yonder_shortcuts_dialog_class_init (YonderShortcutsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_shortcuts_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-shortcuts-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderShortcutsDialog, page);
}

static void
yonder_shortcuts_dialog_init (YonderShortcutsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++) {
    AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

    adw_preferences_group_set_title (group, _(groups[i].title));
    for (guint j = 0; j < G_N_ELEMENTS (groups[i].rows) && groups[i].rows[j].accelerator != NULL; j++) {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(groups[i].rows[j].title));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), key_caps (groups[i].rows[j].accelerator));
      adw_preferences_group_add (group, row);
    }
    adw_preferences_page_add (self->page, group);
  }
}

/**
 * yonder_shortcuts_dialog_new:
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
YonderShortcutsDialog *
yonder_shortcuts_dialog_new (void)
{
  return g_object_new (YONDER_TYPE_SHORTCUTS_DIALOG, NULL);
}
