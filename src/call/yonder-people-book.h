/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderPeopleBook - what this computer alone knows of people: who is a favourite, who was added here, who is blocked.
 *
 * By call server and id. Kept in a small file that is read in the background and written when something changes. What is noted of people
 * on YONDER_PEOPLE_BOOK_PASSING is not kept: ids there are others at each start.
 * Thread: main context. Owned by whoever builds the object graph. Signals: changed ().
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The server that runs in this process. */
#define YONDER_PEOPLE_BOOK_PASSING "this-computer"
/* chosen: nobody knows more people */
#define YONDER_PEOPLE_BOOK_MAX 10000

typedef enum {
  YONDER_NOTE_FAVOURITE = 1 << 0,
  YONDER_NOTE_ADDED = 1 << 1,
  YONDER_NOTE_BLOCKED = 1 << 2,
} YonderNotes;

/* Borrowed from the book, until it changes. */
typedef struct {
  char       *server;
  char       *id;
  char       *name;
  YonderNotes notes;
} YonderPeopleEntry;

#define YONDER_TYPE_PEOPLE_BOOK (yonder_people_book_get_type ())
G_DECLARE_FINAL_TYPE (YonderPeopleBook, yonder_people_book, YONDER, PEOPLE_BOOK, GObject)

YonderPeopleBook *yonder_people_book_new   (const char *path);
YonderNotes       yonder_people_book_get   (YonderPeopleBook *self, const char *server, const char *id);
void              yonder_people_book_set   (YonderPeopleBook *self, const char *server, const char *id, const char *name, YonderNotes note, gboolean is_set);
/* (element-type YonderPeopleEntry) (transfer container): those of a server (or of all: NULL) with one of these notes, as they were noted */
GPtrArray        *yonder_people_book_list  (YonderPeopleBook *self, const char *server, YonderNotes notes);

G_END_DECLS
