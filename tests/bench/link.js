// SPDX-License-Identifier: GPL-3.0-or-later
// link [SECONDS [PAIR]]: what a call is like over a narrow link: two namespaces, a token bucket and a queue of 200 ms each way.
//
// A call begins on the free link, so that it comes to the limit at full speed; then both directions get the limit, and after ten seconds
// to adapt the picture is measured at both ends. Every sender shows a picture that could use all of the bits. Run as root.
// PAIR, such as yonder-Chromium, measures that pair alone.

import os from 'node:os';

import { startServer } from '../browser/harness/yonder.js';
import { pause, withEnds } from './harness/ends.js';
import { median, printMachine, printTable, quantile, show } from './harness/figures.js';
import { makeLink } from './harness/network.js';

const seconds = Number(process.argv[2] ?? 30);
const rates = [600, 300];
const pairs = [['yonder', 'yonder'], ['yonder', 'Chromium'], ['Chromium', 'Chromium']].filter(pair => pair.join('-').startsWith(process.argv[3] ?? ''));
const settle = 10;
const link = await makeLink();
const rows = [];

const place = (kind, end, uri) => ({
  kind,
  uri,
  within: link.within(end),
  program: link.wrapper(end, '/usr/bin/chromium'),
  camera: { busy: true },
});

async function measurePair (server, caller, callee, rate) {
  link.setRate(null);
  await withEnds(place(caller, 'a', server.uri), place(callee, 'b', server.uri), async (from, to) => {
    await from.call(to.name);
    await pause(5);
    link.setRate(rate);
    const adapting = await Promise.all([from.measure(settle), to.measure(settle)]);
    const steady = await Promise.all([from.measure(seconds), to.measure(seconds)]);
    const ways = [[callee, caller], [caller, callee]];
    steady.forEach((seen, i) => {
      rows.push([`${ways[i].join(' → ')}`, rate, show(seen.kbps), show(seen.fps, 1), seen.width, show(median(seen.latencies)),
        show(quantile(seen.latencies, 0.95)), seen.freezes, show(adapting[i].fps, 1), show(quantile(adapting[i].latencies, 1))]);
    });
    link.setRate(null);
    await from.hangUp();
  });
}

try {
  const server = await startServer();
  await link.openPortal(server.port);
  for (const rate of rates) {
    for (const [caller, callee] of pairs) {
      console.error(`${caller} and ${callee} over ${rate} kbit/s…`);
      await measurePair(server, caller, callee, rate);
    }
  }
  await server.yonder.stop();
} finally {
  link.close();
  printTable(['sender → receiver', 'kbit/s', 'received', 'frames/s', 'width', 'latency ms', '95 %', 'freezes',
    `frames/s, first ${settle} s`, 'worst ms then'], rows);
  printMachine(os);
}
