// SPDX-License-Identifier: GPL-3.0-or-later
// A Socket.IO 5 client over a WebSocket: one namespace, events with JSON payloads, acknowledgements, reconnection, state
// recovery.
//
// Source: socket.io-protocol 5 on engine.io-protocol 4. Each Engine.IO packet is one WebSocket message; "4" precedes what is
// Socket.IO's. Binary values and other namespaces are left out: the call server uses neither.

const engine = { open: '0', close: '1', ping: '2', pong: '3', message: '4' };
const packet = { connect: '0', disconnect: '1', event: '2', ack: '3', connectError: '4' };

const backoff = { firstMs: 500, mostMs: 5000, spread: 0.5 };
const maxBuffered = 200;

export class Socket {
  #url;
  #auth;
  #handlers = new Map();
  #websocket = null;
  #isConnected = false;
  #isWanted = false;
  #attempts = 0;
  #timers = { retry: 0, silence: 0 };
  #patienceMs = 20000;
  #recovery = { pid: undefined, offset: undefined };
  #buffer = [];
  #acks = new Map();
  #lastAck = 0;

  /**
   * @param {string} url of the server, http: or https:
   * @param {() => object} auth gives what is said on connecting, e.g. {token}
   */
  constructor (url, auth) {
    this.#url = new URL('/socket.io/?EIO=4&transport=websocket', url);
    this.#url.protocol = this.#url.protocol.replace('http', 'ws');
    this.#auth = auth;
    addEventListener('online', () => this.#retryNow());
  }

  get connected () { return this.#isConnected; }

  /** Calls `handler` for an event of the server, or for 'connected',
    'disconnected' (reason) and 'refused' (message, data) of our own. */
  on (name, handler) {
    this.#handlers.set(name, handler);
    return this;
  }

  open () {
    this.#isWanted = true;
    this.#connect();
  }

  close () {
    this.#isWanted = false;
    clearTimeout(this.#timers.retry);
    if (this.#isConnected)
      this.#send(packet.disconnect);
    this.#recovery = { pid: undefined, offset: undefined };
    this.#drop('client closed');
  }

  /** Sends an event, now or when the connection is back. */
  emit (name, payload) {
    this.#sendOrBuffer(packet.event + JSON.stringify([name, payload]));
  }

  /** Sends an event and resolves to what the server acknowledges; rejects when the connection is lost before that. */
  request (name, payload) {
    return new Promise((resolve, reject) => {
      if (!this.#isConnected) {
        reject(new Error('There is no connection to the server at the moment.'));
        return;
      }
      const id = this.#lastAck++;
      this.#acks.set(id, { resolve, reject });
      this.#send(packet.event + id + JSON.stringify([name, payload]));
    });
  }

  #connect () {
    if (this.#websocket || !this.#isWanted)
      return;
    const websocket = new WebSocket(this.#url);
    this.#websocket = websocket;
    this.#patienceMs = 20000;
    this.#expectLife();
    websocket.onmessage = ({ data }) => { if (websocket === this.#websocket) this.#receive(String(data)); };
    websocket.onclose = () => { if (websocket === this.#websocket) this.#lose('transport close'); };
  }

  // A connection that is silent for longer than the server's heartbeat is dead, whatever TCP says.
  #expectLife () {
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.#lose('ping timeout'), this.#patienceMs);
  }

  #receive (data) {
    this.#expectLife();
    const body = data.slice(1);
    switch (data[0]) {
    case engine.open: {
      const { pingInterval, pingTimeout } = JSON.parse(body);
      this.#patienceMs = pingInterval + pingTimeout;
      this.#expectLife();
      this.#send(packet.connect + JSON.stringify({ ...this.#recovery, ...this.#auth() }));
      break;
    }
    case engine.ping:
      this.#websocket.send(engine.pong);
      break;
    case engine.message:
      this.#take(body);
      break;
    case engine.close:
      this.#lose('transport close');
      break;
    }
  }

  #take (text) {
    const [, type, id, json] = /^(\d)(\d*)(.*)$/s.exec(text) ?? [];
    const data = json ? JSON.parse(json) : undefined;
    switch (type) {
    case packet.connect:
      this.#join(data);
      break;
    case packet.event:
      if (this.#recovery.pid && typeof data.at(-1) === 'string')
        this.#recovery.offset = data.at(-1);
      this.#call(data[0], ...data.slice(1));
      break;
    case packet.ack:
      this.#acks.get(Number(id))?.resolve(data[0]);
      this.#acks.delete(Number(id));
      break;
    case packet.connectError:
      this.#isWanted = false;
      this.#drop('refused');
      this.#call('refused', data?.message ?? 'The server refused the connection.', data?.data);
      break;
    case packet.disconnect:
      this.#isWanted = false;
      this.#recovery = { pid: undefined, offset: undefined };
      this.#lose('io server disconnect');
      break;
    }
  }

  #join ({ pid }) {
    const isRecovered = pid !== undefined && pid === this.#recovery.pid;
    if (!isRecovered)
      this.#recovery = { pid, offset: undefined };
    this.#isConnected = true;
    this.#attempts = 0;
    this.#call('connected', isRecovered);
    for (const text of this.#buffer.splice(0))
      this.#send(text);
  }

  #sendOrBuffer (text) {
    if (this.#isConnected)
      this.#send(text);
    else if (this.#buffer.length < maxBuffered)
      this.#buffer.push(text);
  }

  #send (text) {
    this.#websocket.send(engine.message + text);
  }

  #call (name, ...args) {
    this.#handlers.get(name)?.(...args);
  }

  #drop (reason) {
    const websocket = this.#websocket;
    const wasConnected = this.#isConnected;
    clearTimeout(this.#timers.silence);
    this.#websocket = null;
    this.#isConnected = false;
    websocket?.close();
    for (const { reject } of this.#acks.values())
      reject(new Error('The connection to the server was lost.'));
    this.#acks.clear();
    if (wasConnected)
      this.#call('disconnected', reason);
  }

  #lose (reason) {
    this.#drop(reason);
    if (!this.#isWanted)
      return;
    const delay = Math.min(backoff.firstMs * 2 ** this.#attempts++, backoff.mostMs);
    this.#timers.retry = setTimeout(() => this.#connect(), delay * (1 + backoff.spread * (2 * Math.random() - 1)));
  }

  #retryNow () {
    clearTimeout(this.#timers.retry);
    this.#connect();
  }
}
