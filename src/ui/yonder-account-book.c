/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-book.h"

/* server, profile, user, is-guest, is-on */
#define ENTRY_TYPE "(sssbb)"

struct _YonderAccountBook
{
  GObject    parent_instance;

  GSettings *settings;
  GPtrArray *entries; /* of YonderAccountEntry */
};

static GType
yonder_account_book_get_item_type (GListModel *model)
{
  return YONDER_TYPE_ACCOUNT_ENTRY;
}

static guint
yonder_account_book_get_n_items (GListModel *model)
{
  return YONDER_ACCOUNT_BOOK (model)->entries->len;
}

static gpointer
yonder_account_book_get_item (GListModel *model, guint position)
{
  YonderAccountBook *self = YONDER_ACCOUNT_BOOK (model);

  return position < self->entries->len ? g_object_ref (self->entries->pdata[position]) : NULL;
}

static void
yonder_account_book_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = yonder_account_book_get_item_type;
  iface->get_n_items = yonder_account_book_get_n_items;
  iface->get_item = yonder_account_book_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderAccountBook, yonder_account_book, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, yonder_account_book_list_model_init))

static void
write_down (YonderAccountBook *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a" ENTRY_TYPE));
  for (guint i = 0; i < self->entries->len; i++) {
    YonderAccountEntry *entry = self->entries->pdata[i];

    if (!yonder_account_entry_is_passing (entry))
      g_variant_builder_add (&builder, ENTRY_TYPE, yonder_account_entry_get_server (entry), yonder_account_entry_get_profile (entry),
                             yonder_account_entry_get_user (entry), yonder_account_entry_is_guest (entry),
                             yonder_account_entry_is_on (entry));
  }
  g_settings_set_value (self->settings, "accounts", g_variant_builder_end (&builder));
}

/* Takes @entry. */
static void
insert (YonderAccountBook *self, guint position, YonderAccountEntry *entry)
{
  g_signal_connect_object (entry, "notify::is-on", G_CALLBACK (write_down), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "notify::is-guest", G_CALLBACK (write_down), self, G_CONNECT_SWAPPED);
  g_ptr_array_insert (self->entries, (int) position, entry);
}

/* What another program wrote there counts from the next start on. */
static void
read_back (YonderAccountBook *self)
{
  g_autoptr (GVariant) kept = g_settings_get_value (self->settings, "accounts");
  GVariantIter iter;
  const char *server, *profile, *user;
  gboolean is_guest, is_on;

  g_variant_iter_init (&iter, kept);
  while (g_variant_iter_loop (&iter, "(&s&s&sbb)", &server, &profile, &user, &is_guest, &is_on)) {
    YonderAccountEntry *entry;

    if (*server == '\0' || yonder_account_book_find (self, server, user) != NULL)
      continue;
    if (self->entries->len >= YONDER_ACCOUNT_BOOK_MAX)
      break;
    entry = yonder_account_entry_new (server, *profile != '\0' ? profile : "vigi", user, is_guest);
    yonder_account_entry_set_on (entry, is_on);
    insert (self, self->entries->len, entry);
  }
}

/* Settings of a Yonder that knew of one account. */
static void
take_former (YonderAccountBook *self)
{
  g_autoptr (GVariant) former = g_settings_get_user_value (self->settings, "start-with");
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");
  g_autofree char *user = g_settings_get_string (self->settings, "user");
  const char *start_with = former != NULL ? g_variant_get_string (former, NULL) : "";

  if (g_str_equal (start_with, "server") && *server != '\0')
    insert (self, 0, yonder_account_entry_new (server, profile, user, g_settings_get_boolean (self->settings, "is-guest")));
  else if (g_str_equal (start_with, "this-computer"))
    insert (self, 0, yonder_account_entry_new (YONDER_ACCOUNT_HERE, "vigi", "", TRUE));
  if (self->entries->len > 0)
    write_down (self);
  if (former != NULL)
    g_settings_reset (self->settings, "start-with");
}

static void
yonder_account_book_finalize (GObject *object)
{
  YonderAccountBook *self = YONDER_ACCOUNT_BOOK (object);

  g_ptr_array_unref (self->entries);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (yonder_account_book_parent_class)->finalize (object);
}

static void
yonder_account_book_class_init (YonderAccountBookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_account_book_finalize;
}

static void
yonder_account_book_init (YonderAccountBook *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * yonder_account_book_new:
 * @settings: (transfer none): where they are kept
 *
 * Returns: (transfer full): the accounts that are kept there, and the one that an earlier Yonder kept
 */
YonderAccountBook *
yonder_account_book_new (GSettings *settings)
{
  YonderAccountBook *self = g_object_new (YONDER_TYPE_ACCOUNT_BOOK, NULL);

  self->settings = g_object_ref (settings);
  read_back (self);
  if (self->entries->len == 0)
    take_former (self);
  return self;
}

/**
 * yonder_account_book_find:
 * @self: the book
 * @server: an address of a server
 * @user: (nullable): a name to sign in with; %NULL for any
 *
 * Returns: (transfer none) (nullable): the first account of that kind
 */
YonderAccountEntry *
yonder_account_book_find (YonderAccountBook *self, const char *server, const char *user)
{
  for (guint i = 0; i < self->entries->len; i++) {
    YonderAccountEntry *entry = self->entries->pdata[i];

    if (g_str_equal (yonder_account_entry_get_server (entry), server) &&
        (user == NULL || g_str_equal (yonder_account_entry_get_user (entry), user)))
      return entry;
  }
  return NULL;
}

/**
 * yonder_account_book_insert:
 * @self: the book
 * @position: where; the end for anything beyond it
 * @entry: (transfer none): an account that is not in it
 */
void
yonder_account_book_insert (YonderAccountBook *self, guint position, YonderAccountEntry *entry)
{
  position = MIN (position, self->entries->len);
  insert (self, position, g_object_ref (entry));
  write_down (self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

/**
 * yonder_account_book_remove:
 * @self: the book
 * @entry: an account
 *
 * Returns: where it was; %G_MAXUINT where it was not in the book
 */
guint
yonder_account_book_remove (YonderAccountBook *self, YonderAccountEntry *entry)
{
  guint position;

  if (!g_ptr_array_find (self->entries, entry, &position))
    return G_MAXUINT;
  g_signal_handlers_disconnect_by_func (entry, write_down, self);
  g_ptr_array_remove_index (self->entries, position);
  write_down (self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return position;
}

/* How many of them are to be signed in. */
guint
yonder_account_book_count_on (YonderAccountBook *self)
{
  guint n = 0;

  for (guint i = 0; i < self->entries->len; i++)
    n += yonder_account_entry_is_on (self->entries->pdata[i]) ? 1 : 0;
  return n;
}
