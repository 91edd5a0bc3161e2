// SPDX-License-Identifier: GPL-3.0-or-later
// latency [SECONDS]: how old a picture is when it is shown, by the clock in the picture (docs/timecode.md).
//
// A browser's camera is a canvas whose frames are handed over as they are drawn; its screen is the moment a frame is presented. At yonder-cli
// it is the moment a frame reaches the sink at its time. Each call is measured at both ends after five seconds of settling.

import os from 'node:os';

import { startServer } from '../browser/harness/yonder.js';
import { pause, withEnds } from './harness/ends.js';
import { median, printMachine, printTable, quantile, show } from './harness/figures.js';

const seconds = Number(process.argv[2] ?? 20);
const pairs = [['yonder', 'yonder'], ['yonder', 'Chromium'], ['Chromium', 'yonder'], ['Chromium', 'Chromium']];
const camera = { busy: true }; // as hard to code as yonder-cli's picture
const server = await startServer();
const ways = new Map();

for (const [caller, callee] of pairs) {
  console.error(`${caller} and ${callee}…`);
  await withEnds({ kind: caller, uri: server.uri, camera }, { kind: callee, uri: server.uri, camera }, async (from, to) => {
    await from.call(to.name);
    await pause(5);
    const [atCaller, atCallee] = await Promise.all([from.measure(seconds), to.measure(seconds)]);
    for (const [way, seen] of [[`${caller} → ${callee}`, atCallee], [`${callee} → ${caller}`, atCaller]])
      ways.set(way, [...ways.get(way) ?? [], ...seen.latencies]);
    await from.hangUp();
  });
}
await server.yonder.stop();

const baseline = median(ways.get('Chromium → Chromium'));
printTable(['sender → receiver', 'median ms', '95 %', 'samples', 'of Chromium'], [...ways].map(([way, latencies]) =>
  [way, show(median(latencies)), show(quantile(latencies, 0.95)), latencies.length, show(median(latencies) / baseline, 2)]));
printMachine(os);
