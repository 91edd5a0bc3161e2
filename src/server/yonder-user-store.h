/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderUserStore - who may use the server: accounts, guests, tokens and contacts, in an SQLite file; and the calls that go on.
 *
 * Passwords are kept as yescrypt hashes, tokens as SHA-256 of random text; neither can be read back. Every question is answered
 * in a worker thread, since both hashing and a slow disk take longer than the main loop can wait. Ask on the main context; the
 * answer comes there.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_STORE_ERROR_INVALID,      /* what was asked cannot be: no name, no such address, too short a password */
  YONDER_STORE_ERROR_UNAUTHORIZED, /* wrong password, or a token that is not valid (any more) */
  YONDER_STORE_ERROR_TAKEN,        /* there is an account of that address */
  YONDER_STORE_ERROR_UNKNOWN,      /* no such user or request */
  YONDER_STORE_ERROR_BUSY,         /* too many questions at once; ask again later */
  YONDER_STORE_ERROR_FAILED,       /* the database does not work; the message says how */
} YonderStoreError;

#define YONDER_STORE_ERROR (yonder_store_error_quark ())
GQuark yonder_store_error_quark (void);

#define YONDER_USER_MAX_NAME     64 /* characters */
#define YONDER_USER_MIN_PASSWORD 8  /* bytes */
#define YONDER_USER_MAX_PASSWORD 256

typedef enum {
  YONDER_CONTACT_NONE,
  YONDER_CONTACT_ACCEPTED,
  YONDER_CONTACT_ASKED,    /* by us, not answered yet */
  YONDER_CONTACT_ASKS_US,
} YonderContactState;

/* A plain value that owns its strings. */
typedef struct {
  char    *id;
  char    *name;
  char    *email; /* (nullable): guests have none */
  gint64   last_seen; /* Unix time, 0: never */
  YonderContactState contact; /* in lists of contacts */
  gboolean is_known; /* to who asks: itself, a contact, or found by the address */
} YonderUser;

YonderUser *yonder_user_copy (const YonderUser *self);
void        yonder_user_free (YonderUser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderUser, yonder_user_free)

typedef enum {
  YONDER_STORE_REGISTER,        /* email, name, password: answers user and tokens */
  YONDER_STORE_SIGN_IN,         /* email, password: the same */
  YONDER_STORE_SIGN_IN_GUEST,   /* name: the same */
  YONDER_STORE_REFRESH,         /* token (the refresh token): the same; the old tokens end */
  YONDER_STORE_SIGN_OUT,        /* token: it and its refresh token end */
  YONDER_STORE_VERIFY,          /* token: answers user */
  YONDER_STORE_SEARCH,          /* text: answers users */
  YONDER_STORE_CONTACTS,        /* user_id: answers users */
  YONDER_STORE_ASK_CONTACT,     /* user_id, other: answers user (the other) */
  YONDER_STORE_ACCEPT_CONTACT,  /* user_id, other: the same */
  YONDER_STORE_REMOVE_CONTACT,  /* user_id, other */
  YONDER_STORE_SEEN,            /* user_id: was here now */
  YONDER_STORE_KEEP_CALL,       /* text (its id), user_id (the caller), other (the callee), name (its kind): was answered now */
  YONDER_STORE_DROP_CALL,       /* text: is over */
  YONDER_STORE_CALLS,           /* answers calls */
  YONDER_STORE_N_QUESTIONS
} YonderStoreQuestion;

/* What is asked; a plain value that owns its strings. */
typedef struct {
  YonderStoreQuestion question;
  char *user_id;
  char *other;    /* id or address of another user */
  char *token;
  char *email;
  char *name;
  char *password;
  char *text;
} YonderStoreQuery;

YonderStoreQuery *yonder_store_query_new  (YonderStoreQuestion question);
void              yonder_store_query_free (YonderStoreQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderStoreQuery, yonder_store_query_free)

/* An answered call; a plain value that owns its strings. */
typedef struct {
  char   *id;
  char   *caller_id;
  char   *callee_id;
  char   *kind;
  gint64  age_s; /* since it was answered */
} YonderStoredCall;

void yonder_stored_call_free (YonderStoredCall *self);

/* What is answered; fields that a question does not have are NULL or 0. */
typedef struct {
  YonderUser *user;
  char       *token;
  char       *refresh_token;
  gint64      expires_in_s; /* of the token */
  GPtrArray  *users; /* (element-type YonderUser) */
  GPtrArray  *calls; /* (element-type YonderStoredCall) */
} YonderStoreAnswer;

void yonder_store_answer_free (YonderStoreAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderStoreAnswer, yonder_store_answer_free)

#define YONDER_TYPE_USER_STORE (yonder_user_store_get_type ())
G_DECLARE_FINAL_TYPE (YonderUserStore, yonder_user_store, YONDER, USER_STORE, GObject)

YonderUserStore   *yonder_user_store_new        (const char *path, GError **error);
YonderStoreAnswer *yonder_user_store_ask        (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
void               yonder_user_store_ask_async  (YonderUserStore *self, YonderStoreQuery *query, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
YonderStoreAnswer *yonder_user_store_ask_finish (YonderUserStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
