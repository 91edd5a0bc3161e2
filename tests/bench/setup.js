// SPDX-License-Identifier: GPL-3.0-or-later
// setup [CALLS]: how long from the click to the first remote picture at the caller, the median of ten calls each.
//
// Every pair calls through the same embedded server and is answered at once. yonder-cli starts afresh for each call; its time begins
// when the invitation goes out, as the browser's begins with the click, since both have signed in by then. The pairs take turns, so that
// whatever else the machine has to do meets them alike.

import os from 'node:os';

import { startServer } from '../browser/harness/yonder.js';
import { makeEnd, pause } from './harness/ends.js';
import { median, printMachine, printTable, quantile, show } from './harness/figures.js';

const calls = Number(process.argv[2] ?? 10);
const pairs = [['yonder', 'yonder'], ['yonder', 'Chromium'], ['Chromium', 'yonder'], ['Chromium', 'Chromium']];
const server = await startServer();
const kinds = ['yonder', 'Chromium'];
const ends = role => Object.fromEntries(kinds.map(kind => [kind, makeEnd(kind, { uri: server.uri, name: `${role} ${kind}` })]));
const callers = ends('anna');
const callees = ends('bert');
const results = pairs.map(([caller, callee]) => ({ name: `${caller} → ${callee}`, from: callers[caller], to: callees[callee], times: [] }));

try {
  for (const callee of Object.values(callees))
    await callee.answer();
  for (let i = 0; i < calls; i++) {
    for (const { name, from, to, times } of results) {
      times.push(await from.call(to.name));
      console.error(`${name}: ${show(times.at(-1))} ms`);
      await pause(1);
      await from.hangUp();
      await pause(1);
    }
  }
} finally {
  for (const end of [...Object.values(callers), ...Object.values(callees)])
    await end.close();
}
await server.yonder.stop();

const baseline = median(results.at(-1).times);
printTable(['caller → callee', 'median ms', 'fastest', 'slowest', 'of Chromium'], results.map(({ name, times }) =>
  [name, show(median(times)), show(quantile(times, 0)), show(quantile(times, 1)), show(median(times) / baseline, 2)]));
printMachine(os);
