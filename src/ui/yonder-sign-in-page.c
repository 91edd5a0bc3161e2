/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sign-in-page.h"

#include <glib/gi18n.h>

#include "yonder-account.h"
#include "yonder-late-menu.h"
#include "yonder-profile.h"
#include "yonder-server-kind.h"

/* chosen: somebody who types has paused by then */
#define PAUSE_MS 600

struct _YonderSignInPage
{
  AdwBin               parent_instance;

  char                *error; /* (nullable) */
  gboolean             busy;
  char                *check; /* (nullable) */
  char                *profile; /* unless there is @profile_row, which knows it then */
  guint                pause;
  GCancellable        *checking; /* (nullable) */

  /* template */
  GtkMenuButton       *menu_button;
  GMenuModel          *sign_in_menu;
  GtkWidget           *icon;
  GtkLabel            *title_label;
  GtkLabel            *explanation_label;
  GtkWidget           *here_box;
  GtkWidget           *fields;
  AdwEntryRow         *server_row;
  AdwEntryRow         *user_row;
  AdwPasswordEntryRow *password_row;
  AdwExpanderRow      *more_row;
  GtkStack            *check_stack;

  /* what is behind @more_row */
  AdwComboRow         *profile_row; /* (nullable): until somebody looks there */
  AdwPasswordEntryRow *token_row;   /* (nullable): likewise */
};

G_DEFINE_FINAL_TYPE (YonderSignInPage, yonder_sign_in_page, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_BUSY,
  PROP_ERROR,
  PROP_CHECK,
  N_PROPS
};

enum {
  SIGNAL_SIGN_IN,
  SIGNAL_TRY_ECHO,
  SIGNAL_HOST,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
is_set (gpointer self, const char *text)
{
  return text != NULL && *text != '\0';
}

static char *
busy_name (gpointer self, gboolean busy)
{
  return g_strdup (busy ? "busy" : "idle");
}

static gboolean
is_blank (AdwEntryRow *row)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));

  return text[strspn (text, " \t")] == '\0';
}

/* "calls.example.org" is what people type; https is what they mean, but on their own computer. */
static char *
complete_address (const char *text)
{
  g_autofree char *address = g_strstrip (g_strdup (text));
  gboolean is_local;

  if (strstr (address, "://") != NULL)
    return g_steal_pointer (&address);

  is_local = g_str_has_prefix (address, "localhost") || g_str_has_prefix (address, "127.") || g_str_has_prefix (address, "[::1]");
  return g_strconcat (is_local ? "http://" : "https://", address, NULL);
}

static void
update_actions (YonderSignInPage *self)
{
  gboolean has_token = self->token_row != NULL && !is_blank (ADW_ENTRY_ROW (self->token_row));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.submit",
                                 !self->busy && !is_blank (self->server_row) && (!is_blank (self->user_row) || has_token));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.try-echo", !self->busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.host", !self->busy);
}

static void
on_edited (YonderSignInPage *self)
{
  yonder_sign_in_page_set_error (self, NULL);
  update_actions (self);
}

/* What answers there */

static void
set_check (YonderSignInPage *self, const char *icon, const char *words)
{
  gtk_stack_set_visible_child_name (self->check_stack, icon);
  if (!g_set_str (&self->check, words))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHECK]);
  if (words != NULL && !g_str_equal (icon, "busy"))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

static const char *
words_for_check_error (const GError *error)
{
  if (g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_CERTIFICATE))
    return _("Its certificate is not valid: nothing will be sent there");
  if (g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID))
    return _("This is not an address of a server");
  return _("Nothing answers there");
}

static void
on_kind_found (GObject *source, GAsyncResult *result, gpointer data)
{
  static const struct { const char *icon, *words; } kinds[] = {
    [YONDER_SERVER_KIND_YONDER] = { "good", N_("A Yonder call server answers there") },
    [YONDER_SERVER_KIND_SOCKET_IO] = { "good", N_("A Socket.IO server answers there") },
    [YONDER_SERVER_KIND_OLD] = { "bad", N_("An old Socket.IO server answers there, with which nobody can be called: it needs version 3 or later") },
    [YONDER_SERVER_KIND_OTHER] = { "bad", N_("Something answers there, but not a server for calls") },
  };
  g_autoptr (YonderSignInPage) self = data;
  g_autoptr (GError) error = NULL;
  YonderServerKind kind = YONDER_SERVER_KIND_OTHER;

  if (yonder_server_kind_find_finish (result, &kind, &error))
    set_check (self, kinds[kind].icon, _(kinds[kind].words));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_check (self, "bad", words_for_check_error (error));
}

static void
stop_checking (YonderSignInPage *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  if (self->checking != NULL)
    g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
}

static void
on_paused (gpointer data)
{
  YonderSignInPage *self = data;
  g_autofree char *server = complete_address (gtk_editable_get_text (GTK_EDITABLE (self->server_row)));

  self->pause = 0;
  self->checking = g_cancellable_new ();
  set_check (self, "busy", _("Looking what answers there…"));
  yonder_server_kind_find_async (server, NULL, self->checking, on_kind_found, g_object_ref (self));
}

/* An address that is still being typed is none. */
static void
on_server_edited (YonderSignInPage *self)
{
  on_edited (self);
  stop_checking (self);
  set_check (self, "busy", NULL);
  if (!is_blank (self->server_row) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->pause = g_timeout_add_once (PAUSE_MS, on_paused, self);
}

static void
on_entry_activated (YonderSignInPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "sign-in.submit", NULL);
}

/* libadwaita 1.7 calls the button of each row alike: it is told from the other one by the row that it belongs to. */
static void
describe_buttons (GtkWidget *widget, AdwPasswordEntryRow *row)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    if (GTK_IS_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);
    else
      describe_buttons (child, row);
  }
}

/* A file can be chosen beside those that are shipped. */
static void
select_profile (YonderSignInPage *self, const char *profile)
{
  GtkStringList *names = GTK_STRING_LIST (adw_combo_row_get_model (self->profile_row));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (names));
  guint i = 0;

  while (i < n && !g_str_equal (gtk_string_list_get_string (names, i), profile))
    i++;
  if (i == n)
    gtk_string_list_append (names, profile);
  adw_combo_row_set_selected (self->profile_row, i);
}

static void
make_profile_row (YonderSignInPage *self)
{
  g_auto (GStrv) profiles = yonder_profile_list_shipped ();
  g_autoptr (GtkStringList) names = gtk_string_list_new ((const char * const *) profiles);

  self->profile_row = g_object_new (ADW_TYPE_COMBO_ROW,
                                    "title", _("Kind of Server"),
                                    "subtitle", _("How it names its events"),
                                    "model", names,
                                    NULL);
  g_object_bind_property (self->server_row, "sensitive", self->profile_row, "sensitive", G_BINDING_SYNC_CREATE);
  select_profile (self, self->profile);
  adw_expander_row_add_row (self->more_row, GTK_WIDGET (self->profile_row));
}

static void
make_token_row (YonderSignInPage *self)
{
  self->token_row = g_object_new (ADW_TYPE_PASSWORD_ENTRY_ROW,
                                  "title", _("Access Token (in Place of a Password)"),
                                  "activates-default", TRUE,
                                  NULL);
  describe_buttons (GTK_WIDGET (self->token_row), self->token_row);
  g_signal_connect_object (self->token_row, "notify::text", G_CALLBACK (on_edited), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->token_row, "entry-activated", G_CALLBACK (on_entry_activated), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_row (self->more_row, GTK_WIDGET (self->token_row));
}

/* Few ever look: made at the start, it would only hold up the window. */
static void
on_more_expanded (YonderSignInPage *self)
{
  if (self->profile_row != NULL)
    return;

  make_profile_row (self);
  make_token_row (self);
}

static void
submit_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (widget);
  g_autofree char *server = complete_address (gtk_editable_get_text (GTK_EDITABLE (self->server_row)));
  g_autofree char *user = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->user_row))));
  const char *password = gtk_editable_get_text (GTK_EDITABLE (self->password_row));
  const char *token = self->token_row != NULL ? gtk_editable_get_text (GTK_EDITABLE (self->token_row)) : "";
  const char *profile = self->profile;

  if (self->profile_row != NULL)
    profile = gtk_string_object_get_string (adw_combo_row_get_selected_item (self->profile_row));

  yonder_sign_in_page_set_error (self, NULL);
  /* who comes with a token alone is known by it to the server; here they need a name all the same */
  g_signal_emit (self, signals[SIGNAL_SIGN_IN], 0, server, profile, *user != '\0' ? user : g_get_user_name (),
                 *password != '\0' ? password : NULL, *token != '\0' ? token : NULL);
}

static void
try_echo_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (widget);

  yonder_sign_in_page_set_error (self, NULL);
  g_signal_emit (self, signals[SIGNAL_TRY_ECHO], 0);
}

static void
host_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (widget);

  yonder_sign_in_page_set_error (self, NULL);
  g_signal_emit (self, signals[SIGNAL_HOST], 0);
}

static gboolean
yonder_sign_in_page_grab_focus (GtkWidget *widget)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (widget);
  AdwEntryRow *first = self->server_row;

  if (!is_blank (self->server_row))
    first = is_blank (self->user_row) ? self->user_row : ADW_ENTRY_ROW (self->password_row);

  return gtk_widget_grab_focus (GTK_WIDGET (first));
}

static void
yonder_sign_in_page_dispose (GObject *object)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (object);

  stop_checking (self);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_SIGN_IN_PAGE);
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->check, g_free);
  g_clear_pointer (&self->error, g_free);

  G_OBJECT_CLASS (yonder_sign_in_page_parent_class)->dispose (object);
}

static void
yonder_sign_in_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderSignInPage *self = YONDER_SIGN_IN_PAGE (object);

  switch (prop_id) {
  case PROP_BUSY:
    g_value_set_boolean (value, self->busy);
    break;
  case PROP_ERROR:
    g_value_set_string (value, self->error);
    break;
  case PROP_CHECK:
    g_value_set_string (value, self->check);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_sign_in_page_class_init (YonderSignInPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_sign_in_page_dispose;
  object_class->get_property = yonder_sign_in_page_get_property;
  widget_class->grab_focus = yonder_sign_in_page_grab_focus;

  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CHECK] = g_param_spec_string ("check", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_SIGN_IN] = g_signal_new ("sign-in", YONDER_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 5, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_TRY_ECHO] = g_signal_new ("try-echo", YONDER_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_HOST] = g_signal_new ("host", YONDER_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, sign_in_menu);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, icon);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, explanation_label);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, here_box);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, fields);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, user_row);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, more_row);
  gtk_widget_class_bind_template_child (widget_class, YonderSignInPage, check_stack);
  gtk_widget_class_bind_template_callback (widget_class, is_set);
  gtk_widget_class_bind_template_callback (widget_class, busy_name);
  gtk_widget_class_bind_template_callback (widget_class, on_edited);
  gtk_widget_class_bind_template_callback (widget_class, on_server_edited);
  gtk_widget_class_bind_template_callback (widget_class, on_more_expanded);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activated);

  gtk_widget_class_install_action (widget_class, "sign-in.submit", NULL, submit_action);
  gtk_widget_class_install_action (widget_class, "sign-in.try-echo", NULL, try_echo_action);
  gtk_widget_class_install_action (widget_class, "sign-in.host", NULL, host_action);
}

static void
yonder_sign_in_page_init (YonderSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  yonder_menu_button_set_late_menu (self->menu_button, self->sign_in_menu);
  yonder_sign_in_page_set_profile (self, "vigi");
  describe_buttons (GTK_WIDGET (self->password_row), self->password_row);
  update_actions (self);
}

/**
 * yonder_sign_in_page_set_purpose:
 * @self: the page
 * @purpose: what somebody signs in for
 *
 * Says what it is about, and offers what makes sense then. To be called once.
 */
void
yonder_sign_in_page_set_purpose (YonderSignInPage *self, YonderSignInPurpose purpose)
{
  gboolean is_first = purpose == YONDER_SIGN_IN_FIRST;
  gboolean is_again = purpose == YONDER_SIGN_IN_AGAIN;

  gtk_widget_set_visible (GTK_WIDGET (self->menu_button), is_first);
  gtk_widget_set_visible (self->icon, is_first);
  gtk_widget_set_visible (self->here_box, is_first || purpose == YONDER_SIGN_IN_ANOTHER);
  gtk_widget_set_sensitive (GTK_WIDGET (self->server_row), !is_again);
  gtk_widget_set_sensitive (GTK_WIDGET (self->user_row), !is_again);
  if (is_again) {
    gtk_label_set_label (self->title_label, _("Sign In Again"));
    gtk_label_set_label (self->explanation_label, _("Your sign-in has run out. Calls and contacts stay as they are."));
  } else if (purpose == YONDER_SIGN_IN_OTHERWISE) {
    gtk_label_set_label (self->title_label, _("Edit Account"));
    gtk_label_set_label (self->explanation_label, _("What you change counts once you have signed in"));
  } else if (!is_first) {
    gtk_label_set_label (self->title_label, _("Add Account"));
    gtk_label_set_label (self->explanation_label, _("People on all your servers can call you at the same time"));
  }
}

/**
 * yonder_sign_in_page_set_fields:
 * @self: the page
 * @server: (nullable): the address to start with
 * @user: (nullable): the name to start with
 *
 * Fills the fields; the password is emptied.
 */
void
yonder_sign_in_page_set_fields (YonderSignInPage *self, const char *server, const char *user)
{
  gtk_editable_set_text (GTK_EDITABLE (self->server_row), server != NULL ? server : "");
  gtk_editable_set_text (GTK_EDITABLE (self->user_row), user != NULL ? user : "");
  gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
  if (self->token_row != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->token_row), "");
}

/**
 * yonder_sign_in_page_set_profile:
 * @self: the page
 * @profile: the name of a shipped profile, or the path of a file, which can be chosen too then
 *
 * Chooses the kind of server.
 */
void
yonder_sign_in_page_set_profile (YonderSignInPage *self, const char *profile)
{
  g_set_str (&self->profile, profile);
  if (self->profile_row != NULL)
    select_profile (self, profile);
}

/**
 * yonder_sign_in_page_set_busy:
 * @self: the page
 * @busy: whether an attempt goes on
 *
 * Shows a spinner and takes no input while an attempt goes on.
 */
void
yonder_sign_in_page_set_busy (YonderSignInPage *self, gboolean busy)
{
  if (self->busy == busy)
    return;

  self->busy = busy;
  gtk_widget_set_sensitive (self->fields, !busy);
  update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

/**
 * yonder_sign_in_page_set_error:
 * @self: the page
 * @error: (nullable): one sentence, plain text
 *
 * Shows why the last attempt failed, and has a screen reader say it.
 */
void
yonder_sign_in_page_set_error (YonderSignInPage *self, const char *error)
{
  if (!g_set_str (&self->error, error))
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  if (error != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), error, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}
