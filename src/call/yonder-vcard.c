/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-vcard.h"

#include <string.h>

/* RFC 6350 section 3.2: a line has at most 75 bytes, and is not broken within a character. */
#define MAX_LINE 75

/* Names come from the network: RFC 6350 section 3.4 says which characters would end a value. */
static void
append_escaped (GString *line, const char *text)
{
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\n')
      g_string_append (line, "\\n");
    else if (strchr ("\\,;", *c) != NULL)
      g_string_append_printf (line, "\\%c", *c);
    else if (!g_ascii_iscntrl (*c))
      g_string_append_c (line, *c);
  }
}

static void
append_line (GString *card, const char *property, const char *value, gboolean is_uri)
{
  g_autoptr (GString) line = g_string_new (property);
  gsize start = 0, room = MAX_LINE;

  g_string_append_c (line, ':');
  if (is_uri)
    g_string_append (line, value);
  else
    append_escaped (line, value);

  while (line->len - start > room) {
    gsize end = start + room;

    while ((line->str[end] & 0xc0) == 0x80)
      end--;
    g_string_append_len (card, line->str + start, (gssize) (end - start));
    g_string_append (card, "\r\n ");
    start = end;
    room = MAX_LINE - 1;
  }
  g_string_append (card, line->str + start);
  g_string_append (card, "\r\n");
}

static void
append_card (GString *cards, YonderContact *contact, const char *server)
{
  g_autofree char *server_part = g_uri_escape_string (server, NULL, FALSE);
  g_autofree char *id = g_uri_escape_string (yonder_contact_get_id (contact), NULL, FALSE);
  g_autofree char *uid = g_strdup_printf ("yonder:%s/%s", server_part, id);

  g_string_append (cards, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
  append_line (cards, "UID", uid, TRUE);
  append_line (cards, "FN", yonder_contact_get_name (contact), FALSE);
  if (yonder_contact_get_email (contact) != NULL)
    append_line (cards, "EMAIL", yonder_contact_get_email (contact), FALSE);
  if (yonder_contact_is_favourite (contact))
    append_line (cards, "CATEGORIES", "favourite", FALSE);
  g_string_append (cards, "END:VCARD\r\n");
}

/**
 * yonder_vcard_print:
 * @contacts: of YonderContact
 * @server: the call server, for an id that is theirs alone
 *
 * Strangers who are merely on the server too are left out.
 *
 * Returns: (transfer full): the cards
 */
char *
yonder_vcard_print (GListModel *contacts, const char *server)
{
  GString *cards = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (YonderContact) contact = g_list_model_get_item (contacts, i);

    if (yonder_contact_is_known (contact) || yonder_contact_is_favourite (contact))
      append_card (cards, contact, server);
  }
  return g_string_free (cards, FALSE);
}
