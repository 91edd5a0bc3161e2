/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-history.h"

#include "yonder-call-inspection.h"

struct _YonderCallHistory {
  GObject parent_instance;

  GPtrArray *inspections; /* (element-type YonderCallInspection), newest first */
};

static GType
yonder_call_history_get_item_type (GListModel *model)
{
  return YONDER_TYPE_CALL_INSPECTION;
}

static guint
yonder_call_history_get_n_items (GListModel *model)
{
  return YONDER_CALL_HISTORY (model)->inspections->len;
}

static gpointer
yonder_call_history_get_item (GListModel *model, guint position)
{
  YonderCallHistory *self = YONDER_CALL_HISTORY (model);

  return position < self->inspections->len ? g_object_ref (g_ptr_array_index (self->inspections, position)) : NULL;
}

static void
yonder_call_history_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = yonder_call_history_get_item_type;
  iface->get_n_items = yonder_call_history_get_n_items;
  iface->get_item = yonder_call_history_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderCallHistory, yonder_call_history, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, yonder_call_history_list_model_init))

/* A call that goes on is kept, however many come in meanwhile. */
static void
drop_oldest (YonderCallHistory *self)
{
  for (guint i = self->inspections->len; self->inspections->len > YONDER_CALL_HISTORY_LENGTH && i > 0; i--) {
    if (yonder_call_inspection_get_state (g_ptr_array_index (self->inspections, i - 1)) != YONDER_CALL_STATE_ENDED)
      continue;
    g_ptr_array_remove_index (self->inspections, i - 1);
    g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 0);
  }
}

static void
take (YonderCallHistory *self, YonderCallInspection *inspection)
{
  if (g_ptr_array_find (self->inspections, inspection, NULL))
    return;
  g_ptr_array_insert (self->inspections, 0, g_object_ref (inspection));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
  drop_oldest (self);
}

static void
on_calls_changed (YonderCallHistory *self, guint position, guint n_removed, guint n_added, GListModel *calls)
{
  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (YonderCall) call = g_list_model_get_item (calls, i);

    take (self, yonder_call_get_inspection (call));
  }
}

static void
yonder_call_history_finalize (GObject *object)
{
  g_ptr_array_unref (YONDER_CALL_HISTORY (object)->inspections);

  G_OBJECT_CLASS (yonder_call_history_parent_class)->finalize (object);
}

static void
yonder_call_history_class_init (YonderCallHistoryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_call_history_finalize;
}

static void
yonder_call_history_init (YonderCallHistory *self)
{
  self->inspections = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * yonder_call_history_new:
 *
 * Returns: (transfer full): an empty history
 */
YonderCallHistory *
yonder_call_history_new (void)
{
  return g_object_new (YONDER_TYPE_CALL_HISTORY, NULL);
}

/**
 * yonder_call_history_follow:
 * @self: the history
 * @manager: (transfer none): whose calls are to be kept
 *
 * Takes in the calls there are, and those to come as long as the manager lives.
 */
void
yonder_call_history_follow (YonderCallHistory *self, YonderCallManager *manager)
{
  g_return_if_fail (YONDER_IS_CALL_HISTORY (self));

  g_signal_connect_object (manager, "items-changed", G_CALLBACK (on_calls_changed), self, G_CONNECT_SWAPPED);
  on_calls_changed (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (manager)), G_LIST_MODEL (manager));
}

/**
 * yonder_call_history_find:
 * @self: the history
 * @record: what the log keeps of a call
 *
 * Returns: (transfer none) (nullable): all that is known of that call, where it is still kept
 */
YonderCallInspection *
yonder_call_history_find (YonderCallHistory *self, YonderCallRecord *record)
{
  g_return_val_if_fail (YONDER_IS_CALL_HISTORY (self), NULL);

  for (guint i = 0; i < self->inspections->len; i++) {
    YonderCallInspection *inspection = g_ptr_array_index (self->inspections, i);

    if (g_date_time_equal (yonder_call_inspection_get_start (inspection), yonder_call_record_get_start (record)) &&
        yonder_call_inspection_is_outgoing (inspection) == yonder_call_record_is_outgoing (record))
      return inspection;
  }
  return NULL;
}

/* Forgets the calls that are over. */
void
yonder_call_history_clear (YonderCallHistory *self)
{
  g_return_if_fail (YONDER_IS_CALL_HISTORY (self));

  for (guint i = self->inspections->len; i > 0; i--) {
    if (yonder_call_inspection_get_state (g_ptr_array_index (self->inspections, i - 1)) != YONDER_CALL_STATE_ENDED)
      continue;
    g_ptr_array_remove_index (self->inspections, i - 1);
    g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 0);
  }
}
