/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-rate-control.h"

#include "yonder-bandwidth-estimator.h"
#include "yonder-post.h"
#include "yonder-rtx-limiter.h"

/* chosen: what almost every path carries; the estimator climbs from there within seconds */
#define START_BPS 800000
#define TICK_MS 100
/* Opus, and 60 bytes of RTP, SRTP, UDP and IP headers 50 times a second */
#define AUDIO_SHARE_BPS (YONDER_AUDIO_BITRATE_BPS + 60 * 8 * 50)
/* What remains of the rest for VP8 itself after headers of packets of 1200 bytes */
#define VIDEO_PAYLOAD_SHARE 0.93
#define MIN_VIDEO_BPS 50000

/* Shared with the streaming threads. */
typedef struct {
  YonderRtxLimiter *limiter;
} Gate;

struct _YonderRateControl {
  GObject parent_instance;

  /* owned */
  YonderBandwidthEstimator *estimator;
  Gate                     *gate;
  YonderPost               *post;
  YonderClock              *clock;
  guint                     tick_id;
  gint64                    heard_us; /* when the peer last told that something had come; 0: never */

  /* borrowed */
  YonderCapture            *capture;
};

G_DEFINE_FINAL_TYPE (YonderRateControl, yonder_rate_control, G_TYPE_OBJECT)

static void
gate_clear (gpointer data)
{
  Gate *gate = data;

  yonder_rtx_limiter_free (gate->limiter);
}

static void
gate_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, gate_clear);
}

static void
on_gate_closure_gone (gpointer data, GClosure *closure)
{
  gate_unref (data);
}

/* The new target, to where it takes effect. */
static void
apply_target (YonderRateControl *self, guint target_bps)
{
  double video_bps = (target_bps - MIN (target_bps, (guint) AUDIO_SHARE_BPS)) * VIDEO_PAYLOAD_SHARE;

  yonder_rtx_limiter_set_target (self->gate->limiter, target_bps);
  yonder_audio_capture_set_loss (yonder_capture_get_audio (self->capture), yonder_bandwidth_estimator_get_loss (self->estimator));
  yonder_video_capture_set_bitrate (yonder_capture_get_video (self->capture), MAX ((guint) video_bps, MIN_VIDEO_BPS));
}

static gboolean
on_tick (gpointer data)
{
  YonderRateControl *self = data;

  apply_target (self, yonder_bandwidth_estimator_tick (self->estimator, yonder_clock_now_us (self->clock)));
  return G_SOURCE_CONTINUE;
}

static void
on_feedback (gpointer object, gpointer data)
{
  YonderRateControl *self = object;
  GArray *reports = data;

  if (self->tick_id == 0)
    return;

  for (guint i = 0; i < reports->len; i++)
    if (g_array_index (reports, YonderPacketReport, i).received_us >= 0)
      self->heard_us = yonder_clock_now_us (self->clock);
  apply_target (self, yonder_bandwidth_estimator_feedback (self->estimator, (const YonderPacketReport *) reports->data, reports->len,
                                                           yonder_clock_now_us (self->clock)));
}

static gboolean
read_report (const GstStructure *packet, YonderPacketReport *report)
{
  guint sequence, size;
  guint64 local, remote;
  gboolean is_lost;

  if (!gst_structure_get (packet, "seqnum", G_TYPE_UINT, &sequence, "local-ts", G_TYPE_UINT64, &local, "remote-ts", G_TYPE_UINT64, &remote,
                          "size", G_TYPE_UINT, &size, "lost", G_TYPE_BOOLEAN, &is_lost, NULL))
    return FALSE;
  if (!GST_CLOCK_TIME_IS_VALID (local))
    return FALSE;

  *report = (YonderPacketReport) {
    .sequence = sequence,
    .sent_us = GST_TIME_AS_USECONDS (local),
    .received_us = is_lost || !GST_CLOCK_TIME_IS_VALID (remote) ? -1 : (gint64) GST_TIME_AS_USECONDS (remote),
    .size_bytes = size,
  };
  return TRUE;
}

/* GValueArray is what GStreamer puts there, deprecated as it is. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS
static GArray *
read_reports (const GValue *packets)
{
  GArray *reports = g_array_new (FALSE, FALSE, sizeof (YonderPacketReport));
  GValueArray *array = G_VALUE_HOLDS (packets, g_value_array_get_type ()) ? g_value_get_boxed (packets) : NULL;

  for (guint i = 0; array != NULL && i < array->n_values; i++) {
    YonderPacketReport report;

    if (read_report (gst_value_get_structure (g_value_array_get_nth (array, i)), &report))
      g_array_append_val (reports, report);
  }
  return reports;
}
G_GNUC_END_IGNORE_DEPRECATIONS

/* A streaming thread: feedback comes upstream on every sink pad of a bundle, each time with the packets of all. */
static GstPadProbeReturn
on_upstream_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  const GstStructure *structure = gst_event_get_structure (GST_PAD_PROBE_INFO_EVENT (info));
  const GValue *packets;

  if (structure == NULL || !gst_structure_has_name (structure, "RTPTWCCPackets"))
    return GST_PAD_PROBE_OK;

  packets = gst_structure_get_value (structure, "packets");
  if (packets != NULL)
    yonder_post_send (user_data, on_feedback, read_reports (packets), (GDestroyNotify) g_array_unref);
  return GST_PAD_PROBE_OK;
}

/* A streaming thread: rtprtxsend is asked for a packet again. */
static GstPadProbeReturn
on_retransmission_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Gate *gate = user_data;
  const GstStructure *structure = gst_event_get_structure (GST_PAD_PROBE_INFO_EVENT (info));
  guint sequence = 0, ssrc = 0;

  if (structure == NULL || !gst_structure_has_name (structure, "GstRTPRetransmissionRequest"))
    return GST_PAD_PROBE_OK;

  gst_structure_get_uint (structure, "seqnum", &sequence);
  gst_structure_get_uint (structure, "ssrc", &ssrc);
  if (yonder_rtx_limiter_allow (gate->limiter, ssrc, sequence, 0, g_get_monotonic_time ()))
    return GST_PAD_PROBE_OK;
  return GST_PAD_PROBE_DROP;
}

static void
on_deep_element_added (GstBin *webrtcbin, GstBin *parent, GstElement *element, gpointer user_data)
{
  g_autoptr (GstPad) pad = NULL;
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory == NULL || g_strcmp0 (GST_OBJECT_NAME (factory), "rtprtxsend") != 0)
    return;

  pad = gst_element_get_static_pad (element, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_retransmission_event, g_atomic_rc_box_acquire (user_data), gate_unref);
}

static void
yonder_rate_control_finalize (GObject *object)
{
  YonderRateControl *self = YONDER_RATE_CONTROL (object);

  yonder_rate_control_close (self);
  yonder_bandwidth_estimator_free (self->estimator);
  gate_unref (self->gate);
  yonder_post_unref (self->post);
  g_object_unref (self->clock);

  G_OBJECT_CLASS (yonder_rate_control_parent_class)->finalize (object);
}

static void
yonder_rate_control_class_init (YonderRateControlClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_rate_control_finalize;
}

static void
yonder_rate_control_init (YonderRateControl *self)
{
}

YonderRateControl *
yonder_rate_control_new (YonderCapture *capture, const YonderMediaConfig *config)
{
  YonderRateControl *self = g_object_new (YONDER_TYPE_RATE_CONTROL, NULL);
  guint start_bps = MIN (START_BPS, config->max_bitrate_bps);

  self->capture = capture;
  self->clock = g_object_ref (config->clock);
  self->post = yonder_post_new (self);
  self->estimator = yonder_bandwidth_estimator_new (start_bps, config->max_bitrate_bps);
  self->gate = g_atomic_rc_box_new0 (Gate);
  self->gate->limiter = yonder_rtx_limiter_new (start_bps);
  apply_target (self, start_bps);
  return self;
}

/* To be called before @webrtcbin negotiates: it makes its inner elements then. */
void
yonder_rate_control_watch_elements (YonderRateControl *self, GstElement *webrtcbin)
{
  g_signal_connect_data (webrtcbin, "deep-element-added", G_CALLBACK (on_deep_element_added), g_atomic_rc_box_acquire (self->gate),
                         on_gate_closure_gone, 0);
}

/* @pad: one sink pad of webrtcbin, and no other. From now on silence counts. */
void
yonder_rate_control_watch_feedback (YonderRateControl *self, GstPad *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event, yonder_post_ref (self->post),
                     (GDestroyNotify) yonder_post_unref);
  if (self->tick_id == 0)
    self->tick_id = yonder_clock_add (self->clock, TICK_MS, on_tick, self, NULL);
}

/* Touches the encoders no more. */
void
yonder_rate_control_close (YonderRateControl *self)
{
  yonder_clock_clear (self->clock, &self->tick_id);
}

void
yonder_rate_control_set_rtt (YonderRateControl *self, double rtt_ms)
{
  if (rtt_ms >= 0.0)
    yonder_rtx_limiter_set_rtt (self->gate->limiter, (gint64) (rtt_ms * 1000.0));
}

/* Returns: milliseconds since the peer last told that something had come; -1 where it never did */
double
yonder_rate_control_get_unheard_ms (YonderRateControl *self)
{
  return self->heard_us != 0 ? (yonder_clock_now_us (self->clock) - self->heard_us) / 1000.0 : -1.0;
}

guint
yonder_rate_control_get_target_bps (YonderRateControl *self)
{
  return yonder_bandwidth_estimator_get_target_bps (self->estimator);
}

double
yonder_rate_control_get_loss (YonderRateControl *self)
{
  return yonder_bandwidth_estimator_get_loss (self->estimator);
}
