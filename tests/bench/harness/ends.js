// SPDX-License-Identifier: GPL-3.0-or-later
// The two kinds of ends that a benchmark puts beside one another, yonder-cli and Chromium with the server's page, behind one interface:
//   answer ()          waits for calls and takes them
//   call (name)        places a call; resolves when the first remote picture came, to the milliseconds since the click
//   measure (seconds)  what came in over the next seconds: { kbps, fps, latencies, freezes, width }
//   pid, close ()
// An end is told where it lives: `within` is a command prefix for yonder-cli, `program` a file for Chromium;
// and what it sends: a `source` for yonder-cli, for Chromium a `camera` of the lab or a `film` in place of its own camera.

import { BrowserPeer } from '../../browser/harness/browser-peer.js';
import { launch } from '../../browser/harness/browsers.js';
import { until } from '../../browser/harness/tap.js';
import { Yonder } from '../../browser/harness/yonder.js';
import { mean, median } from './figures.js';

const pause = seconds => new Promise(resolve => { setTimeout(resolve, seconds * 1000); });

class YonderEnd {
  constructor ({ uri, name, source = 'timecode', within = [], extra = [] }) {
    Object.assign(this, { name, within });
    this.args = ['--server', uri, '--user', name, '--source', source, ...extra];
  }

  get pid () { return this.yonder.child.pid; }

  async answer () {
    this.yonder = new Yonder(['answer', ...this.args], { within: this.within });
    await this.yonder.state('signed-in');
  }

  async call (peer) {
    this.yonder = new Yonder(['call', peer, ...this.args], { within: this.within });
    const clicked = await this.yonder.state('inviting');
    return (await this.yonder.state('first-frame')).t - clicked.t;
  }

  async measure (seconds) {
    const from = this.yonder.stats().length;
    await until('statistics of the whole time', () => this.yonder.stats().length >= from + seconds, seconds + 30);
    const lines = this.yonder.stats().slice(from);
    return {
      kbps: mean(lines.map(line => line.bitrate_in)) / 1000,
      fps: mean(lines.map(line => line.fps_in)),
      latencies: lines.map(line => line.latency_ms).filter(latency => latency >= 0),
      freezes: lines.at(-1).freeze_count - lines[0].freeze_count,
      width: lines.at(-1).width_in,
    };
  }

  hangUp () { return this.yonder.stop(); }

  close () { return this.yonder?.stop(); }
}

class ChromiumEnd {
  constructor ({ uri, name, program, film, camera = {}, watch = true }) {
    Object.assign(this, { uri, name, program, film, camera, watch });
  }

  get pid () { return this.browser.process().pid; }

  async open () {
    if (this.browser) return;
    const args = this.film ? [`--use-file-for-fake-video-capture=${this.film}`] : [];
    this.browser = await launch('chromium', { args, ...this.program && { program: this.program } });
    this.peer = await BrowserPeer.open(this.browser, this.uri, this.name, { camera: this.film ? null : this.camera, watch: this.watch });
  }

  async answer () {
    await this.open();
    await this.peer.acceptEveryCall();
  }

  async call (peer) {
    await this.open();
    return this.peer.timeCall(peer);
  }

  async measure (seconds) {
    const { page } = this.peer;
    const before = await page.evaluate(() => { window.lab.forget(); return window.lab.stats(); });
    const begin = performance.now();
    await pause(seconds);
    const [after, seen] = await page.evaluate(async () => [await window.lab.stats(), window.lab.seen()]);
    const elapsed = (performance.now() - begin) / 1000;
    return {
      kbps: (after.videoBytes + after.audioBytes - before.videoBytes - before.audioBytes) * 8 / 1000 / elapsed,
      fps: (after.framesDecoded - before.framesDecoded) / elapsed,
      latencies: seen.latencies,
      freezes: after.freezeCount - before.freezeCount,
      width: seen.width,
    };
  }

  hangUp () { return this.peer.hangUp(); }

  close () { return this.browser?.close(); }
}

const kinds = { yonder: YonderEnd, Chromium: ChromiumEnd };

/** An end of a kind, "yonder" or "Chromium". */
export const makeEnd = (kind, options) => new kinds[kind](options);

let round = 0;

/**
 * Runs `use` with a caller and a callee of the given kinds, and closes both whatever happens.
 *
 * Their names are new each time: the server keeps those who left without a word for a while, and a call must not go to them.
 */
export async function withEnds (callerOptions, calleeOptions, use) {
  round++;
  const caller = makeEnd(callerOptions.kind, { name: `anna ${round}`, ...callerOptions });
  const callee = makeEnd(calleeOptions.kind, { name: `bert ${round}`, ...calleeOptions });
  try {
    await callee.answer();
    return await use(caller, callee);
  } finally {
    await caller.close();
    await callee.close();
  }
}

export { median, pause };
