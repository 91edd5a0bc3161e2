// SPDX-License-Identifier: GPL-3.0-or-later
// network [CALLS] [WORDS]: how long from the call to the caller's first picture, across the networks of tests/network: a pair of yonder-cli
// beside a pair of Chromium in every case, the median of five calls each, fewer where the call is disturbed: then it is how long pictures
// were away. Both use the same servers and the same page's signalling. And how long `yonder-cli check` takes. WORDS picks cases.

import os from 'node:os';

import { Yonder } from '../browser/harness/yonder.js';
import { cases } from '../network/lab/cases.js';
import { disturbances } from '../network/lab/disturbances.js';
import { callServer, closeBrowsers, connect, makeEnd, pause } from '../network/lab/ends.js';
import { Laboratory } from '../network/lab/laboratory.js';
import { median, printMachine, printTable, quantile, show } from './harness/figures.js';

const calls = Number(process.argv[2] ?? 5);
const patience = 60; // seconds
const words = process.argv[3] ?? '';
const isTimed = name => !name || !['serverRestarts', 'serverComesLater', 'onlyRelayRefuses'].includes(name);
// Two browsers cannot do without UDP and a relay: neither listens for TCP.
const measured = cases.filter(one => one.way && !one.isLate && !one.noUdp && isTimed(one.disturbance) && one.title.includes(words));
const rows = [];
const checks = [];
let guests = 0;

async function timeCall (lab, one, kind) {
  const [caller, callee] = one.between.map(person => makeEnd(lab, one, kind, person, `${person} ${++guests}`));
  try {
    const milliseconds = await connect(caller, callee, patience);
    if (!one.disturbance)
      return milliseconds;
    await pause(2);
    return await disturbances[one.disturbance](lab, [caller, callee]);
  } catch (error) {
    console.error(`${one.title}, ${kind}: ${error.message}\n${lab.explain()}`);
    return NaN;
  } finally {
    await caller.close();
    await callee.close();
    await lab.settle();
    await lab.prepare(one);
  }
}

/** The network check in full, as a person starts it. */
async function timeCheck (lab, title, wall) {
  await lab.prepare({ homes: { a: ['restricted', wall], b: ['restricted'] } });
  const begin = performance.now();
  const check = new Yonder(['check', '--server', callServer, '--ice-server', JSON.stringify(lab.iceServers('all', 'anna'))],
    { within: lab.machine('anna').within });
  const status = await check.ended;
  checks.push([title, show((performance.now() - begin) / 1000, 1), status]);
}

if (process.env.YONDER_LAB_MISSING) {
  console.error(process.env.YONDER_LAB_MISSING);
  process.exit(1);
}
const lab = await Laboratory.open();
try {
  for (const one of measured) {
    const times = { yonder: [], chromium: [] };
    await lab.prepare(one);
    for (let i = 0; i < (one.disturbance ? Math.ceil(calls / 2) : calls); i++)
      for (const kind of Object.keys(times)) // in turn, so that a busy minute falls on both
        times[kind].push(await timeCall(lab, one, kind));
    await lab.settle();
    const [ours, theirs] = Object.values(times).map(median);
    rows.push([one.title, show(ours), show(quantile(times.yonder, 1)), show(theirs), show(quantile(times.chromium, 1)), show(ours / theirs, 2)]);
    console.error(rows.at(-1).join(' | '));
  }
  await timeCheck(lab, 'healthy', 'none');
  await timeCheck(lab, 'UDP blocked', 'udp');
  await timeCheck(lab, 'dead', 'everything');
} finally {
  await closeBrowsers();
  await lab.close();
}
printTable(['case', 'yonder ms', 'slowest', 'Chromium ms', 'slowest', 'of Chromium'], rows);
console.log();
printTable(['network', 'check s', 'exit status'], checks);
printMachine(os);
