// SPDX-License-Identifier: GPL-3.0-or-later
// What both sides of a call tell one another over the data channel: microphone and camera, texts, reactions. See docs/channel.md.
//
// A side that knows no such channel says nothing, and the call is as it would be without. What comes is foreign: each field is
// looked at, and more of it than a person can make is dropped.

const maxLength = 16 * 1024;
const maxLetters = 2000;
const maxLines = 500;
const maxBuffered = 64 * 1024;
const burst = 32;
const perSecond = 8;

export const label = 'yonder';

/** What can be shown to the other side, by its name on the wire. */
export const reactions = {
  'thumbs-up': { emoji: '👍', words: 'Thumbs up' },
  'heart': { emoji: '❤️', words: 'Heart' },
  'laugh': { emoji: '😄', words: 'Laugh' },
  'surprise': { emoji: '😮', words: 'Surprise' },
  'clap': { emoji: '👏', words: 'Applause' },
  'hand': { emoji: '✋', words: 'Raised hand' },
};

// Characters that turn the direction of what follows, or do something else than stand there.
const clean = text => text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, found => (found === '\n' ? '\n' : ' ')).trim();

function parse (data) {
  if (typeof data !== 'string' || data.length > maxLength)
    return null;
  let message;
  try {
    message = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof message !== 'object' || message === null || typeof message.type !== 'string')
    return null;
  const { type, muted, cameraOff, held = false, sharing = false, text, reaction } = message;
  switch (type) {
    case 'state':
      return [muted, cameraOff, held, sharing].every(value => typeof value === 'boolean') ? { type, muted, cameraOff, held, sharing } : null;
    case 'text':
      return typeof text === 'string' && [...text].length <= maxLetters && clean(text) ? { type, text: clean(text) } : null;
    case 'reaction':
      return typeof reaction !== 'string' ? null : { type: Object.hasOwn(reactions, reaction) ? type : '', reaction };
    default:
      return { type: '' }; // of a newer client
  }
}

export class Conversation extends EventTarget {
  isOpen = false; // the other side has said something on this channel, so it reads too
  peerMuted = false;
  peerCameraOff = false;
  peerHolding = false; // this side is on hold there
  peerSharing = false; // the picture is that of a screen
  lines = []; // { text, isOwn, time }
  unread = 0;
  isRead = false; // the lines are shown
  #channel = null;
  #state = { muted: false, cameraOff: false };
  #allowed = burst;
  #filledAt = performance.now();

  /** Events: 'change' whenever something is different, 'reaction' (detail: { name, isOwn }). */
  attach (channel) {
    this.#channel = channel;
    this.#setOpen(false);
    const isCurrent = () => this.#channel === channel;
    channel.onopen = () => isCurrent() && this.#sendState();
    channel.onclose = () => isCurrent() && this.#setOpen(false);
    channel.onmessage = ({ data }) => isCurrent() && this.#admit() && this.#take(parse(data));
    if (channel.readyState === 'open')
      this.#sendState();
  }

  close () {
    this.#channel = null;
    this.#setOpen(false);
  }

  /** Told to the other side now, and again on every fresh channel. */
  setState (muted, cameraOff) {
    if (this.#state.muted === muted && this.#state.cameraOff === cameraOff)
      return;
    this.#state = { muted, cameraOff };
    this.#sendState();
  }

  sendText (text) {
    const kept = [...clean(text)].slice(0, maxLetters).join('');
    if (!kept || !this.isOpen || !this.#send({ type: 'text', text: kept }))
      return false;
    this.#addLine(kept, true);
    return true;
  }

  sendReaction (name) {
    if (this.isOpen && this.#send({ type: 'reaction', reaction: name }))
      this.dispatchEvent(new CustomEvent('reaction', { detail: { name, isOwn: true } }));
  }

  markRead (isRead) {
    this.isRead = isRead;
    if (!isRead || this.unread === 0)
      return;
    this.unread = 0;
    this.#changed();
  }

  #sendState () {
    this.#send({ type: 'state', ...this.#state });
  }

  #send (message) {
    if (this.#channel?.readyState !== 'open' || this.#channel.bufferedAmount > maxBuffered)
      return false;
    this.#channel.send(JSON.stringify(message));
    return true;
  }

  #admit () {
    const now = performance.now();
    this.#allowed = Math.min(burst, this.#allowed + (now - this.#filledAt) / 1000 * perSecond);
    this.#filledAt = now;
    if (this.#allowed < 1)
      return false;
    this.#allowed--;
    return true;
  }

  #take (message) {
    if (!message)
      return;
    this.#setOpen(true);
    if (message.type === 'state') {
      this.peerMuted = message.muted;
      this.peerCameraOff = message.cameraOff;
      this.peerHolding = message.held;
      this.peerSharing = message.sharing;
      this.#changed();
    } else if (message.type === 'text') {
      this.#addLine(message.text, false);
    } else if (message.type === 'reaction') {
      this.dispatchEvent(new CustomEvent('reaction', { detail: { name: message.reaction, isOwn: false } }));
    }
  }

  #addLine (text, isOwn) {
    this.lines = [...this.lines, { text, isOwn, time: new Date() }].slice(-maxLines);
    if (!isOwn && !this.isRead)
      this.unread = Math.min(this.unread + 1, maxLines);
    this.#changed();
  }

  #setOpen (isOpen) {
    if (this.isOpen === isOpen)
      return;
    this.isOpen = isOpen;
    this.#changed();
  }

  #changed () {
    this.dispatchEvent(new Event('change'));
  }
}
