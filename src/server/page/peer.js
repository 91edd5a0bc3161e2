// SPDX-License-Identifier: GPL-3.0-or-later
// One side of the media of a call: an RTCPeerConnection, and a fresh one (a new "generation") each time the path is rebuilt.
//
// The caller offers. To recover, the caller offers again with a higher generation; the callee asks for that, and offers itself
// where nothing comes of it. Whoever gets an offer of a higher generation answers with a fresh connection. Candidates wait until
// the description that they belong to has been set.
//
// Sound and picture are negotiated from the start, in a voice call too: a camera that is turned on later needs no new description.

import { label } from './conversation.js';

const patienceMs = 4000; // "disconnected" often heals by itself
const retryMs = 10000;
const maxCandidates = 200;

export class Peer extends EventTarget {
  connection = null;
  generation = -1;
  counters = { queued: 0, applied: 0, dropped: 0 };
  #isCaller;
  #local;
  #iceServers;
  #send;
  #early = [];
  #tries = 0;
  #wasUp = false;
  #peerCounts = false;
  #isClosed = false;
  #timer = 0;
  #hasAllCandidates = false; // of the other side
  #isRebuilding = false;
  #work = Promise.resolve();

  /**
   * @param {object} options
   * @param {boolean} options.isCaller
   * @param {MediaStream} options.local what there is of camera and microphone; may be empty. What is added later goes by sendPicture().
   * @param {() => Promise<RTCIceServer[]>} options.iceServers
   * @param {(event: string, payload: object) => void} options.send to the other side, through the server
   *
   * Events: 'state' (detail: 'connecting', 'connected', 'reconnecting'), 'stream' (detail: MediaStream of the other side),
   * 'channel' (detail: RTCDataChannel of a fresh connection).
   */
  constructor ({ isCaller, local, iceServers, send }) {
    super();
    this.#isCaller = isCaller;
    this.#local = local;
    this.#iceServers = iceServers;
    this.#send = send;
  }

  // Everything that touches the connection runs one after the other: an offer may come while another is being answered.
  #enqueue (job) {
    this.#work = this.#work.then(() => (this.#isClosed ? undefined : job())).catch(error => console.warn('Peer connection:',
      error));
    return this.#work;
  }

  /** The callee has answered: the first offer goes out. */
  start () {
    return this.#enqueue(() => this.#offer(0));
  }

  takeOffer ({ offer, generation = 0 }) {
    return this.#enqueue(async () => {
      this.#peerCounts ||= generation > 0;
      const isAgain = this.connection && generation === this.generation;
      if (generation < this.generation || (isAgain && (this.#isCaller || this.connection.remoteDescription)))
        return;
      await this.#begin(generation);
      await this.connection.setRemoteDescription(offer);
      this.#flush();
      const picture = this.#pictureOf(this.connection);
      if (picture?.direction === 'recvonly')
        picture.direction = 'sendrecv';
      await this.connection.setLocalDescription();
      this.#send('webrtc_answer', { answer: { type: 'answer', sdp: this.connection.localDescription.sdp }, generation });
    });
  }

  takeAnswer ({ answer, generation: number }) {
    return this.#enqueue(async () => {
      const generation = this.#readGeneration(number);
      if (generation !== this.generation || this.connection?.signalingState !== 'have-local-offer')
        return;
      await this.connection.setRemoteDescription(answer);
      this.#flush();
    });
  }

  takeCandidates (candidates, number) {
    return this.#enqueue(() => {
      const generation = this.#readGeneration(number);
      for (const candidate of candidates) {
        if (generation < this.generation || this.#early.length >= maxCandidates)
          this.counters.dropped++;
        else if (generation === this.generation && this.connection?.remoteDescription)
          this.#apply(candidate);
        else {
          this.counters.queued++;
          this.#early.push({ candidate, generation });
        }
      }
    });
  }

  /** The other side asks for a fresh connection. */
  takeRecover ({ generation = this.generation + 1 }) {
    return this.#enqueue(() => (generation > this.generation ? this.#offer(generation) : undefined));
  }

  /** Rebuilds a path that is lost, until it is back. */
  recover () {
    return this.#enqueue(async () => {
      if (!this.#wasUp)
        return;
      this.#isRebuilding = true;
      this.#setState('reconnecting');
      this.#wait(retryMs);
      if (this.#isCaller || this.#tries++ > 0)
        await this.#offer(this.generation + 1);
      else
        this.#send('webrtc_recover', { generation: this.generation + 1 });
    });
  }

  /** The server is there again: what was said of a rebuilding may have been lost, on its way or with a server that was gone. */
  noteOnline () {
    if (this.#isRebuilding)
      this.recover();
  }

  /** Whether a picture that is sent from now on arrives; true as long as that is not known. */
  get takesPicture () {
    const direction = this.connection ? this.#pictureOf(this.connection)?.currentDirection ?? null : null;
    return !this.connection?.currentRemoteDescription || direction === 'sendrecv' || direction === 'sendonly';
  }

  /** A camera that was turned on: its picture goes out on the connection there is, and on those to come, as a part of `local`. */
  sendPicture (track) {
    return this.#enqueue(() => this.connection && this.#pictureOf(this.connection)?.sender.replaceTrack(track));
  }

  close () {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#closeConnection();
  }

  // A client that knows of generations may leave out 0; one that does not means the connection there is.
  #readGeneration (number) {
    this.#peerCounts ||= number > 0;
    return number ?? (this.#peerCounts ? 0 : Math.max(this.generation, 0));
  }

  async #offer (generation) {
    await this.#begin(generation);
    this.#tellChannel(this.connection.createDataChannel(label));
    for (const [kind, direction] of [['audio', 'recvonly'], ['video', 'sendrecv']])
      if (!this.#local.getTracks().some(track => track.kind === kind))
        this.connection.addTransceiver(kind, { direction, streams: [this.#local] });
    await this.connection.setLocalDescription();
    this.#send('webrtc_offer', { offer: { type: 'offer', sdp: this.connection.localDescription.sdp }, generation });
  }

  async #begin (generation) {
    const iceServers = await this.#iceServers();
    this.#closeConnection();
    this.generation = generation;
    this.#hasAllCandidates = false;
    const connection = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    this.connection = connection;
    const stream = new MediaStream();
    for (const track of this.#local.getTracks())
      connection.addTrack(track, this.#local);
    connection.onicecandidate = ({ candidate }) => {
      this.#send('webrtc_ice_candidate', { candidate: candidate ? candidate.toJSON() : { candidate: '' }, generation });
      if (!candidate)
        this.#recheck(connection);
    };
    const show = track => {
      stream.addTrack(track);
      this.dispatchEvent(new CustomEvent('stream', { detail: stream }));
    };
    connection.ontrack = ({ track }) => { // sound does not wait for a picture that may never come
      if (track.kind === 'video' && track.muted)
        track.addEventListener('unmute', () => show(track), { once: true });
      else
        show(track);
    };
    connection.ondatachannel = ({ channel }) => channel.label === label && this.#tellChannel(channel);
    connection.onconnectionstatechange = () => this.#onState(connection.connectionState);
  }

  #pictureOf (connection) {
    return connection.getTransceivers().find(({ receiver }) => receiver.track.kind === 'video');
  }

  #tellChannel (channel) {
    this.dispatchEvent(new CustomEvent('channel', { detail: channel }));
  }

  #onState (state) {
    if (state === 'connected') {
      clearTimeout(this.#timer);
      this.#tries = 0;
      this.#wasUp = true;
      this.#isRebuilding = false;
      this.#setState('connected');
    } else if (state === 'disconnected' && this.#wasUp) {
      this.#setState('reconnecting');
      this.#wait(patienceMs);
    } else if (state === 'failed' && this.#isExhausted()) {
      this.#setState(this.#wasUp ? 'reconnecting' : 'failed');
      this.recover();
    }
  }

  // Chromium says "failed" as soon as every pair it knows has failed, which a relay that may not send to a private address tells at once; and
  // goes on when another candidate comes.
  #isExhausted () {
    return this.#hasAllCandidates && this.connection.iceGatheringState === 'complete';
  }

  #wait (ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.recover(), ms);
  }

  // It may have failed before the last candidate was known, and says so once only.
  #recheck (connection) {
    if (connection === this.connection && connection.connectionState === 'failed')
      this.#onState('failed');
  }

  #setState (state) {
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }

  // Firefox says "" for the end of candidates, which it also understands; Chromium wants nothing for that.
  #apply (candidate) {
    const { connection } = this;
    this.counters.applied++;
    this.#hasAllCandidates ||= !candidate.candidate;
    connection.addIceCandidate(candidate.candidate ? candidate : undefined)
      .catch(error => console.warn('Candidate refused:', error.message))
      .then(() => !candidate.candidate && this.#recheck(connection));
  }

  #flush () {
    const early = this.#early.filter(({ generation }) => generation === this.generation);
    this.#early = this.#early.filter(({ generation }) => generation > this.generation);
    for (const { candidate } of early)
      this.#apply(candidate);
  }

  #closeConnection () {
    if (!this.connection)
      return;
    this.connection.onicecandidate = null;
    this.connection.ontrack = null;
    this.connection.ondatachannel = null;
    this.connection.onconnectionstatechange = null;
    this.connection.close();
    this.connection = null;
  }
}
