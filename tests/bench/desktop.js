// SPDX-License-Identifier: GPL-3.0-or-later
// desktop [TIMES] [SECONDS]: the window. How soon it is there, what it holds in memory and how often it wakes when nobody does anything,
// beside Dino and GNOME Calls; what a shown call of 1280x720@30 costs beside Chromium; and how long the main loop is away in such a call.
// See tests/bench/desktop for what it runs in.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';

import { BrowserPeer } from '../browser/harness/browser-peer.js';
import { launch } from '../browser/harness/browsers.js';
import { until } from '../browser/harness/tap.js';
import { startServer, Yonder } from '../browser/harness/yonder.js';
import { pause } from './harness/ends.js';
import { median, printMachine, printTable, quantile, show } from './harness/figures.js';
import { countWakeUps, measureCost } from './harness/processes.js';
import { SoundServer } from './harness/sound-server.js';

const times = Number(process.argv[2] ?? 7);
const seconds = Number(process.argv[3] ?? 20);
const yonder = process.env.YONDER;
const build = join(dirname(yonder), '..', '..');
const home = process.env.HOME;
const me = 'Me';
const frame = 16; // ms

/** Microseconds of CLOCK_MONOTONIC. */
const now = () => Number(process.hrtime.bigint() / 1000n);

/** A program of the desktop, as a launcher starts it. */
class Program {
  constructor (command, env = {}) {
    this.watch = spawn(process.env.YONDER_WINDOW_WATCH, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.drawn = new Promise((resolve, reject) => {
      this.watch.stdout.on('data', text => resolve(Number(text)));
      this.watch.on('close', () => reject(new Error(`${command} draws no window within a minute`)));
    });
    this.begun = now();
    this.child = spawn(command, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
    this.ended = new Promise(resolve => { this.child.on('close', resolve); });
  }

  get pid () { return this.child.pid; }

  /** Milliseconds until there is something in its window. */
  async shown () { return (await this.drawn - this.begun) / 1000; }

  async stop () {
    this.watch.kill();
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(timer);
  }
}

const schemas = { GSETTINGS_SCHEMA_DIR: join(build, 'data') };
const programs = [['Yonder', yonder, schemas], ['Dino', 'dino', {}], ['GNOME Calls', 'gnome-calls', {}]];

/** Milliseconds and microseconds of one line of harness/loop-watch.c. */
const readStall = line => {
  const [at, away, delayed] = line.split(' ').map(Number);
  return { at, ms: away / 1000, alone: (away - delayed) / 1000 };
};

/** Has Yonder sign in at a server when it starts. */
function joinServer (uri) {
  const folder = join(home, '.config', 'glib-2.0', 'settings');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'keyfile'), `[org/yondercall/Yonder]\naccounts=[('${uri}', 'vigi', '${me}', true, true)]\n`);
}

async function timeStarts () {
  const took = Object.fromEntries(programs.map(([name]) => [name, []]));
  for (let i = 0; i <= times; i++) // in turn, so that a busy minute falls on all; the first start of each fills caches
    for (const [name, command, env] of programs) {
      const program = new Program(command, env);
      const ms = await program.shown();
      if (i > 0) took[name].push(ms);
      await pause(1);
      await program.stop();
      await pause(1); // what one leaves behind is no other's burden
    }
  return took;
}

async function measureIdle (command, env) {
  const program = new Program(command, env);
  try {
    await program.shown();
    await pause(10);
    const [cost, wakeUps] = await Promise.all([measureCost(program.pid, seconds), countWakeUps(program.pid, seconds)]);
    return [show(cost.pssMiB), show(cost.cpu * 1000, 1), show(wakeUps, 1)];
  } finally {
    await program.stop();
  }
}

/**
 * Someone of the other side, who sends 1280x720@30 and tells what came. They would be at another computer: here they get what is left of the
 * processors.
 */
function makePeer (uri, command) {
  return new Yonder([...command, '--server', uri, '--user', 'Peer', '--source', 'test', '--video', '1280x720@30'],
    { within: ['nice', '-n', '19'] });
}

const row = (name, cost, peer) => {
  const stats = peer.stats(seconds);
  return [name, show(cost.cpu, 3), show(cost.pssMiB), cost.processes, `${stats.at(-1).width_in}x${stats.at(-1).height_in}`,
    show(median(stats.map(line => line.fps_in)), 1), show(median(stats.map(line => line.bitrate_in)) / 1000)];
};

/** A call in the window; also, how long its main loop was away, by what happened then. */
async function callYonder (uri) {
  const log = join(home, 'loop-watch');
  const program = new Program(yonder, { ...schemas, LD_PRELOAD: process.env.YONDER_LOOP_WATCH, LOOP_WATCH_FILE: log });
  const marks = [];
  const mark = name => marks.push({ name, from: now() });
  let cost;
  let peer;
  try {
    await program.shown();
    await pause(5);
    mark('idle');
    await pause(5);
    mark('starts');
    peer = makePeer(uri, ['call', me]);
    await peer.state('ringing');
    await until('the call is accepted', () => {
      try { execFileSync(process.env.YONDER_CLI, ['accept'], { stdio: 'ignore' }); return true; } catch { return false; }
    });
    await peer.state('connected');
    await pause(5);
    mark('runs');
    cost = await measureCost(program.pid, seconds);
    mark('ends');
    await peer.stop();
    await pause(5);
    mark('over');
  } finally {
    await peer?.stop();
    await program.stop();
  }
  let away = [];
  try { away = readFileSync(log, 'utf8').trim().split('\n').map(readStall); } catch { /* it never was */ }
  const stalls = marks.slice(0, -1).map(({ name, from }, i) => {
    const within = away.filter(({ at }) => at >= from && at < marks[i + 1].from);
    const longest = key => show(Math.max(...within.map(stall => stall[key])));
    return [name, show((marks[i + 1].from - from) / 1e6, 1), within.length, longest('ms'),
      within.filter(({ alone }) => alone > frame).length, longest('alone')];
  });
  return { figures: row('Yonder', cost, peer), stalls };
}

async function callChromium (uri) {
  const browser = await launch('chromium', { headless: false, args: ['--window-size=1300,880', '--window-position=0,0'] });
  let peer;
  try {
    const page = await BrowserPeer.open(browser, uri, 'Page', { camera: null, watch: false });
    await page.acceptEveryCall();
    peer = makePeer(uri, ['call', 'Page']);
    await peer.state('connected');
    await pause(5);
    return row('Chromium', await measureCost(browser.process().pid, seconds), peer);
  } finally {
    await peer?.stop();
    await browser.close();
  }
}

const sound = await SoundServer.start();
const starts = await timeStarts();
printTable(['program', 'window after ms', 'slowest', 'of Dino'], programs.map(([name]) => [name, show(median(starts[name])),
  show(quantile(starts[name], 1)), show(median(starts[name]) / median(starts.Dino), 2)]));
console.log();

const idle = [];
for (const [name, command, env] of programs)
  idle.push([name, ...await measureIdle(command, env)]);
const server = await startServer();
try {
  joinServer(server.uri);
  idle.splice(1, 0, ['Yonder, signed in', ...await measureIdle(yonder, schemas)]);
  printTable(['program, idle', 'PSS MiB', 'CPU ms/s', 'wake-ups/s'], idle);
  console.log();

  const ours = await callYonder(server.uri);
  const theirs = await callChromium(server.uri);
  printTable(['a shown call', 'CPU s/s', 'PSS MiB', 'processes', 'sends', 'frames/s', 'kbit/s'], [ours.figures, theirs]);
  console.log();
  printTable(['the call', 's', 'times away over 16 ms', 'longest ms', 'times with a processor', 'longest'], ours.stalls);
} finally {
  await server.yonder.stop();
  sound.stop();
}
printMachine(os);
