/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-tuning.h"

#include <nice/agent.h>

/* libnice begins with three transmissions of whatever it asks; a relay is lost where its renewal is given up. */
#define RENEWAL_TRANSMISSIONS 6

static GObject *
get_agent (GstElement *webrtcbin)
{
  g_autoptr (GObject) ice = NULL;
  GObject *agent = NULL;

  g_object_get (webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  return agent;
}

/* libnice fixes the way of nominating when an agent is made, and webrtcbin makes it with regular nomination: a pair through NAT or a relay then
 * carries nothing before two pairs are valid or all others have failed, which takes one to two seconds of a call (libnice 0.1.22,
 * priv_conn_check_tick_stream_nominate). Aggressive nomination (RFC 5245 section 8.1.1.2), which every browser understands, takes the first pair
 * that works and goes on to better ones. The agent reads the mode with each check, so it can be told later: only the property's flag forbids it. */
static void
set_nomination (GObject *agent, NiceNominationMode nomination)
{
  GParamSpec *mode = g_object_class_find_property (G_OBJECT_GET_CLASS (agent), "nomination-mode");

  if (mode == NULL)
    return;
  if (mode->flags & G_PARAM_CONSTRUCT_ONLY)
    mode->flags = (mode->flags & ~G_PARAM_CONSTRUCT_ONLY) | G_PARAM_CONSTRUCT;
  g_object_set (agent, "nomination-mode", nomination, NULL);
}

/* Without UPnP: libnice would multicast on every network, start threads, and gather for longer. */
void
yonder_ice_tuning_apply (GstElement *webrtcbin)
{
  g_autoptr (GObject) agent = get_agent (webrtcbin);

  g_object_set (agent, "upnp", FALSE, NULL);
  set_nomination (agent, NICE_NOMINATION_MODE_AGGRESSIVE);
}

void
yonder_ice_tuning_compare (GstElement *webrtcbin)
{
  g_autoptr (GObject) agent = get_agent (webrtcbin);

  set_nomination (agent, NICE_NOMINATION_MODE_REGULAR);
}

void
yonder_ice_tuning_note_path (GstElement *webrtcbin)
{
  g_autoptr (GObject) agent = get_agent (webrtcbin);

  g_object_set (agent, "stun-max-retransmissions", RENEWAL_TRANSMISSIONS, NULL);
}
