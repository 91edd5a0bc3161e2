// SPDX-License-Identifier: GPL-3.0-or-later
// network [CALLS]: how long from the call to the caller's first picture, across the networks of tests/network: a pair of yonder-cli beside
// a pair of Chromium in every case, the median of five calls each. Both use the same servers and the same page's signalling.

import os from 'node:os';

import { cases } from '../network/lab/cases.js';
import { closeBrowsers, connect, makeEnd } from '../network/lab/ends.js';
import { Laboratory } from '../network/lab/laboratory.js';
import { median, printMachine, printTable, quantile, show } from './harness/figures.js';

const calls = Number(process.argv[2] ?? 5);
const patience = 60; // seconds
const measured = cases.filter(one => one.way && !one.disturbance);
const rows = [];
let guests = 0;

async function timeCall (lab, one, kind) {
  const [caller, callee] = one.between.map(person => makeEnd(lab, one, kind, person, `${person} ${++guests}`));
  try {
    return await connect(caller, callee, patience);
  } catch (error) {
    console.error(`${one.title}, ${kind}: ${error.message}`);
    return NaN;
  } finally {
    await caller.close();
    await callee.close();
  }
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
    for (let i = 0; i < calls; i++)
      for (const kind of Object.keys(times)) // in turn, so that a busy minute falls on both
        times[kind].push(await timeCall(lab, one, kind));
    await lab.settle();
    const [ours, theirs] = Object.values(times).map(median);
    rows.push([one.title, show(ours), show(quantile(times.yonder, 1)), show(theirs), show(quantile(times.chromium, 1)), show(ours / theirs, 2)]);
    console.error(rows.at(-1).join(' | '));
  }
} finally {
  await closeBrowsers();
  await lab.close();
}
printTable(['case', 'yonder ms', 'slowest', 'Chromium ms', 'slowest', 'of Chromium'], rows);
printMachine(os);
