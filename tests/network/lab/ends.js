// SPDX-License-Identifier: GPL-3.0-or-later
// The two kinds of ends of a call, yonder-cli and a browser with the call server's page, behind one interface.
//
//   answer ()      waits for calls and takes them
//   dial (name)    places a call; resolves as soon as that was done
//   picture ()     resolves at the first picture from the other side, to the milliseconds since dial()
//   path (fits, words)  resolves when it is connected in a way that fits: of { local, remote, protocol }, types of candidates
//   pictureAfter (time)  resolves to when, in milliseconds since 1970, the first picture after a time came
//   online ()      resolves when the call server knows it
//   hungUpOn ()    resolves when the call ended because the other side wanted it
//   hangUp (), close (), log ()

import assert from 'node:assert/strict';

import { BrowserPeer } from '../../browser/harness/browser-peer.js';
import { installed, launch } from '../../browser/harness/browsers.js';
import { until } from '../../browser/harness/tap.js';
import { Yonder } from '../../browser/harness/yonder.js';
import { addresses } from './addresses.js';
import { openDoor } from './door.js';

export const pause = seconds => new Promise(resolve => { setTimeout(resolve, seconds * 1000); });

export const callServer = `https://${addresses.calls.name}`;

export class YonderEnd {
  constructor ({ machine, name, iceServers, relayOnly }) {
    Object.assign(this, { machine, name, kind: 'yonder' });
    this.args = ['--server', callServer, '--user', name, '--source', 'timecode', '--video', '320x240@15',
      ...(iceServers ? ['--ice-server', JSON.stringify(iceServers)] : []), ...(relayOnly ? ['--relay-only'] : [])];
  }

  #start (command, ...rest) {
    this.yonder = new Yonder([command, ...rest, ...this.args], { within: this.machine.within });
  }

  async answer () {
    this.#start('answer');
    await this.yonder.state('signed-in');
  }

  async dial (name) {
    this.#start('call', name);
    await this.yonder.state('inviting');
  }

  async picture (seconds) {
    const shown = await this.yonder.state('first-frame', seconds);
    const begun = this.yonder.events.find(({ name }) => name === 'inviting' || name === 'ringing');
    return shown.t - begun.t;
  }

  path (fits, words) {
    return until(`yonder-cli is connected ${words}`, () => {
      const last = this.yonder.stats(1)[0]?.pair;
      return last && fits(last);
    });
  }

  /** Waits until the person is told so of the path. */
  async tells (pattern) {
    const told = () => this.yonder.events.filter(event => event.event === 'path').map(event => event.sentence);
    await this.yonder.event(`“${pattern}”, but: ${told().at(-1)}`, () => pattern.test(told().at(-1) ?? ''), 10);
  }

  /** Statistics come once a second: the time may be up to a second too early or too late. */
  async pictureAfter (time, seconds) {
    const line = await this.yonder.event(`pictures after ${time}`,
      event => event.event === 'stats' && event.heard > time + 1000 && event.fps_in >= 3, seconds);
    return Math.max(time, line.heard - 1000);
  }

  online () {
    return until('yonder-cli is signed in again', () => this.yonder.events.filter(event => event.name === 'signed-in').length > 1);
  }

  async hungUpOn () {
    assert.equal((await this.yonder.state('ended')).reason, 'hung-up-by-peer');
  }

  /** Candidates of a side, "local" or "remote". */
  candidates (side) {
    return this.yonder.events.filter(event => event.event === 'candidate' && event.side === side);
  }

  /** Resolves when the call is over, to { reason, message, seconds } since the two began to look for a path. */
  async over (seconds = 60) {
    const { reason, sentence, t } = await this.yonder.state('ended', seconds);
    const begun = this.yonder.events.find(({ name }) => name === 'negotiating') ?? { t };
    return { reason, message: sentence, seconds: (t - begun.t) / 1000 };
  }

  hangUp () { return this.yonder.stop(); }

  async close () {
    if (this.yonder && this.yonder.status === null)
      await this.yonder.stop();
  }

  log () { return this.yonder?.log() ?? ''; }
}

const programs = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' };
const running = new Map(); // browsers by their name and machine
let port = 9300; // of Firefox, which is steered through a TCP connection; Chromium is through a pipe

async function browserOn (machine, name) {
  const key = `${name} ${machine.name}`;
  if (!running.has(key)) {
    const closeDoor = name === 'firefox' ? await openDoor(machine, ++port) : null;
    const browser = await launch(name, { program: machine.wrapper(programs[name]), ...(closeDoor && { port }) });
    running.set(key, { browser, closeDoor });
  }
  return running.get(key).browser;
}

export async function closeBrowsers () {
  for (const { browser, closeDoor } of running.values()) {
    await browser.close();
    closeDoor?.();
  }
  running.clear();
}

export { installed };

export class BrowserEnd {
  constructor ({ machine, name, kind, iceServers, relayOnly }) {
    Object.assign(this, { machine, name, kind, begun: 0 });
    this.configuration = { ...(iceServers && { iceServers }), ...(relayOnly && { iceTransportPolicy: 'relay' }) };
  }

  async #open () {
    const browser = await browserOn(this.machine, this.kind);
    this.peer = await BrowserPeer.open(browser, callServer, this.name, { camera: { width: 320, height: 240, fps: 15 } });
    await this.peer.page.evaluate(configuration => { window.lab.configuration = configuration; }, this.configuration);
  }

  async answer () {
    await this.#open();
    await this.peer.acceptEveryCall();
  }

  async dial (name) {
    await this.#open();
    await this.peer.page.evaluate(() => {
      document.querySelector('#remote').requestVideoFrameCallback(() => { window.lab.firstPicture = performance.now(); });
    });
    await this.peer.call(name, true);
    this.begun = await this.peer.page.evaluate(() => performance.now());
  }

  async picture (seconds) {
    await until(`${this.kind} decodes pictures`, async () => (await this.stats())?.framesDecoded > 0, seconds);
    return this.begun === 0 ? 0 : await this.peer.page.evaluate(() => window.lab.firstPicture) - this.begun;
  }

  stats () { return this.peer.page.evaluate(() => window.lab.stats()); }

  path (fits, words) {
    return until(`${this.kind} is connected ${words}`, async () => {
      const pair = (await this.stats())?.pair;
      return pair && fits(pair);
    });
  }

  pictureAfter (time, seconds) {
    return until(`${this.kind} shows pictures after ${time}`, async () =>
      (await this.peer.page.evaluate(() => window.lab.seen().arrivals)).find(arrival => arrival > time), seconds);
  }

  online () {
    return until('the page is connected', () => this.peer.page.evaluate(() => window.yonder.connected));
  }

  /** Resolves when the page has given up, as it does by itself; the same as of yonder-cli. */
  async over (seconds) {
    const message = await until(`${this.kind} gives up`, () => this.peer.page.evaluate(() => {
      const text = document.querySelector('#call-state').textContent;
      return /connection could be made|ended|hung up/i.test(text) && text;
    }), seconds);
    return { reason: /connection/.test(message) ? 'network' : 'hung-up-by-peer', message, seconds: 0 };
  }

  hungUpOn () { return this.peer.says(/hung up|ended/i); }

  async hangUp () { await this.peer.hangUp(); }

  async close () { await this.peer?.close(); }

  log () { return [`${this.kind}:`, ...this.peer?.complaints ?? []].join('\n'); }
}

/**
 * An end for a case of cases.js.
 *
 * @param {Laboratory} lab
 * @param {object} one the case
 * @param {string} kind "yonder", "chromium" or "firefox"
 * @param {string} person on whose machine
 * @param {string} name by which the other one calls it
 */
export function makeEnd (lab, one, kind, person, name) {
  const options = {
    kind,
    name,
    machine: lab.machine(person),
    iceServers: lab.iceServers(one.servers, person),
    relayOnly: one.relayOnly && person === 'anna',
  };
  return kind === 'yonder' ? new YonderEnd(options) : new BrowserEnd(options);
}

/** Calls, and resolves when both have pictures, to the milliseconds from the call to the caller's first one. */
export async function connect (caller, callee, seconds) {
  await callee.answer();
  await caller.dial(callee.name);
  const [milliseconds] = await Promise.all([caller.picture(seconds), callee.picture(seconds)]);
  return milliseconds;
}
