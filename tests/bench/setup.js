// SPDX-License-Identifier: GPL-3.0-or-later
// setup [CALLS]: how long from the click to the first remote picture at the caller, the median of ten calls each.
//
// Every pair calls through the same embedded server and is answered at once. yonder-cli starts afresh for each call; its time begins
// when the invitation goes out, as the browser's begins with the click, since both have signed in by then.

import os from 'node:os';

import { startServer } from '../browser/harness/yonder.js';
import { pause, withEnds } from './harness/ends.js';
import { median, printMachine, printTable, quantile, show } from './harness/figures.js';

const calls = Number(process.argv[2] ?? 10);
const pairs = [['yonder', 'yonder'], ['yonder', 'Chromium'], ['Chromium', 'yonder'], ['Chromium', 'Chromium']];
const server = await startServer();
const results = [];

for (const [caller, callee] of pairs) {
  const times = await withEnds({ kind: caller, uri: server.uri }, { kind: callee, uri: server.uri }, async (from, to) => {
    const all = [];
    for (let i = 0; i < calls; i++) {
      all.push(await from.call(to.name));
      await pause(1);
      await from.hangUp();
      await pause(1);
    }
    return all;
  });
  results.push({ name: `${caller} → ${callee}`, times });
  console.error(`${caller} → ${callee}: ${times.map(time => show(time)).join(' ')} ms`);
}
await server.yonder.stop();

const baseline = median(results.at(-1).times);
printTable(['caller → callee', 'median ms', 'fastest', 'slowest', 'of Chromium'], results.map(({ name, times }) =>
  [name, show(median(times)), show(quantile(times, 0)), show(quantile(times, 1)), show(median(times) / baseline, 2)]));
printMachine(os);
