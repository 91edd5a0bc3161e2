// SPDX-License-Identifier: GPL-3.0-or-later
// One call of this page, from the click to the end: its state, its media, and what the server says about it.
//
// States: preparing > inviting > ringing > connecting > connected <> reconnecting > ended; a call that comes in begins at
// answering.

import { Conversation } from './conversation.js';
import { Peer } from './peer.js';
import { closeLocalMedia, openLocalMedia } from './local-media.js';
import { safetyCode } from './safety-code.js';

const limitsMs = { connecting: 30000, reconnecting: 60000 };

export class Call extends EventTarget {
  id = '';
  state = '';
  peer = null;
  local = new MediaStream();
  conversation = new Conversation();
  notice = '';
  endedBecause = '';
  safetyCode = '';
  meeting = null; // URL: where to meet in the browser, should the call come to nothing
  connectedAt = 0;
  endedAt = 0;
  #socket;
  #account;
  #timer = 0;
  #isOpeningCamera = false;

  /** @param {{socket, account, person: {_id, fullName}, kind: 'voice'|'video', isCaller: boolean, id?: string}} options */
  constructor ({ socket, account, person, kind, isCaller, id = '' }) {
    super();
    this.#socket = socket;
    this.#account = account;
    this.person = person;
    this.kind = kind;
    this.isCaller = isCaller;
    this.id = id;
    this.conversation.addEventListener('change', () => this.#changed());
  }

  get isOver () { return this.state === 'ended'; }
  get isWaiting () { return ['preparing', 'inviting', 'ringing'].includes(this.state); }

  /** Calls the person. Events: 'change' whenever something of the call is different, 'stream' (detail: MediaStream). */
  async dial () {
    this.#setState('preparing');
    await this.#openMedia();
    if (this.isOver)
      return;
    this.#setState('inviting');
    try {
      const answer = await this.#socket.request('call_initiate', { calleeId: this.person._id, type: this.kind });
      if (answer.error)
        throw new Error(answer.error);
      this.id = answer.callId;
    } catch (error) {
      this.finish(error.message);
      return;
    }
    if (this.isOver) // given up meanwhile
      this.#socket.emit('call_end', { callId: this.id });
    else if (this.state === 'inviting')
      this.#setState('ringing');
  }

  /** Answers a call that came in, with the camera or without. */
  async answer (withCamera, media = null) {
    this.#setState('answering');
    await this.#openMedia(withCamera, media);
    if (this.isOver)
      return;
    this.#makePeer();
    this.#socket.emit('call_answer', { callId: this.id });
    this.#setState('connecting');
  }

  /** The server: the other side has answered, or our own answer was taken. */
  accepted () {
    if (!this.isCaller || this.peer || this.isOver)
      return;
    this.#makePeer();
    this.#setState('connecting');
    this.peer.start();
  }

  hangUp () {
    if (this.isOver)
      return;
    if (this.id)
      this.#socket.emit('call_end', { callId: this.id });
    this.finish('Call ended');
  }

  /** Ends the call here, for the reason given in words. */
  finish (why) {
    if (this.isOver)
      return;
    clearTimeout(this.#timer);
    this.endedBecause = why;
    this.wasLost = ['connecting', 'reconnecting'].includes(this.state);
    this.endedAt = Date.now();
    this.peer?.close();
    this.conversation.close();
    closeLocalMedia(this.local);
    this.#setState('ended');
  }

  /** The other side tells of a room. The first one stands; only the web, only encrypted, and nobody's name before the host. */
  takeMeeting (url) {
    const room = URL.canParse(url) ? new URL(url) : null;
    if (!this.isOver && !this.meeting && url.length <= 1024 && room?.protocol === 'https:' && !room.username && !room.password)
      this.meeting = room;
  }

  /** (URL or null) Where to meet, after a call that ended without a connection. */
  get wayOut () { return this.isOver && this.wasLost ? this.meeting : null; }

  /** Hands over camera and microphone to the call that takes this one's place. */
  yieldMedia () {
    const media = { stream: this.local, notice: this.notice };
    this.local = new MediaStream();
    return media;
  }

  /** Switches sending of 'audio' or 'video' on or off. A camera that the call began without is opened. */
  async setSending (kind, isOn) {
    if (kind === 'video' && isOn && !this.has(kind))
      await this.#openCamera();
    for (const track of this.local.getTracks())
      if (track.kind === kind)
        track.enabled = isOn;
    this.#tellState();
    this.#changed();
  }

  isSending (kind) {
    return this.local.getTracks().some(track => track.kind === kind && track.enabled);
  }

  /** Whether there is a microphone, and whether there is somebody to send a picture to. */
  canSend (kind) {
    return this.has(kind) || (kind === 'video' && !this.#isOpeningCamera && (this.peer?.takesPicture ?? true));
  }

  has (kind) {
    return this.local.getTracks().some(track => track.kind === kind);
  }

  #tellState () {
    this.conversation.setState(!this.isSending('audio'), !this.isSending('video'));
  }

  async #openMedia (withCamera = true, media = null) {
    const kinds = this.kind === 'video' && withCamera ? ['audio', 'video'] : ['audio'];
    const { stream, notice } = media ?? await openLocalMedia(kinds);
    this.notice = notice;
    this.local = stream;
    if (this.isOver)
      closeLocalMedia(stream);
    this.#tellState();
    this.#changed();
  }

  async #openCamera () {
    if (this.#isOpeningCamera || this.isOver)
      return;
    this.#isOpeningCamera = true;
    this.#changed();
    const { stream, notice } = await openLocalMedia(['video']);
    this.#isOpeningCamera = false;
    if (this.isOver) {
      closeLocalMedia(stream);
      return;
    }
    this.notice = notice;
    for (const track of stream.getTracks()) {
      this.local.addTrack(track);
      this.kind = 'video';
      await this.peer?.sendPicture(track);
    }
  }

  #onStream (stream) {
    if (stream.getVideoTracks().length > 0)
      this.kind = 'video'; // whatever it began as
    this.dispatchEvent(new CustomEvent('stream', { detail: stream }));
    this.#changed();
  }

  #makePeer () {
    this.peer = new Peer({
      isCaller: this.isCaller,
      local: this.local,
      iceServers: () => this.#account.iceServers(),
      send: (event, payload) => this.#socket.emit(event, { ...payload, callId: this.id, to: this.person._id }),
    });
    this.peer.addEventListener('state', ({ detail }) => this.#onPeerState(detail));
    this.peer.addEventListener('channel', ({ detail }) => this.conversation.attach(detail));
    this.peer.addEventListener('stream', ({ detail }) => this.#onStream(detail));
  }

  #onPeerState (state) {
    if (this.isOver)
      return;
    if (state === 'connected')
      this.connectedAt ||= Date.now();
    this.#updateSafetyCode(state === 'connected');
    if (state === 'failed')
      this.#giveUp();
    else
      this.#setState(state);
  }

  // Each connection has certificates of its own, and so a code of its own.
  async #updateSafetyCode (isConnected) {
    const connection = this.peer.connection;
    const code = isConnected ? await safetyCode(connection) : '';
    if (this.peer.connection !== connection || code === this.safetyCode)
      return;
    this.safetyCode = code;
    this.#changed();
  }

  #giveUp () {
    this.#socket.emit('call_end', { callId: this.id });
    this.finish(this.connectedAt
      ? `The connection to ${this.person.fullName} was lost`
      : 'No connection could be made: one of the two networks may need a TURN server');
  }

  #setState (state) {
    if (this.state === state)
      return;
    this.state = state;
    clearTimeout(this.#timer);
    if (limitsMs[state])
      this.#timer = setTimeout(() => this.#giveUp(), limitsMs[state]);
    this.#changed();
  }

  #changed () {
    this.dispatchEvent(new Event('change'));
  }
}
