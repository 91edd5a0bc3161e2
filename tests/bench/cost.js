// SPDX-License-Identifier: GPL-3.0-or-later
// cost [SECONDS]: what one end of a 640x480@30 VP8 and Opus call costs: yonder-cli and a headless Chromium in the same call.
//
// Both send the same film and decode what the other sends; neither has a screen. Chromium is counted with all of its processes.

import os from 'node:os';

import { startServer } from '../browser/harness/yonder.js';
import { pause, withEnds } from './harness/ends.js';
import { printMachine, printTable, show } from './harness/figures.js';
import { makeFilm } from './harness/film.js';
import { measureCost } from './harness/processes.js';

const seconds = Number(process.argv[2] ?? 30);
const server = await startServer();
const film = makeFilm();

try {
  await withEnds({ kind: 'yonder', uri: server.uri, source: film.path, extra: ['--video', '640x480@30'] },
    { kind: 'Chromium', uri: server.uri, film: film.path, watch: false }, async (yonder, chromium) => {
      await yonder.call(chromium.name);
      await pause(8);
      const ends = [['yonder-cli', yonder], ['Chromium', chromium]];
      const costs = await Promise.all(ends.map(([, end]) => measureCost(end.pid, seconds)));
      const seen = await Promise.all(ends.map(([, end]) => end.measure(5)));
      printTable(['end', 'CPU s/s', 'of Chromium', 'PSS MiB', 'of Chromium', 'processes', 'receives kbit/s', 'frames/s'], ends.map(([name], i) =>
        [name, show(costs[i].cpu, 3), show(costs[i].cpu / costs[1].cpu, 2), show(costs[i].pssMiB), show(costs[i].pssMiB / costs[1].pssMiB, 2),
          costs[i].processes, show(seen[i].kbps), show(seen[i].fps, 1)]));
      await yonder.hangUp();
    });
} finally {
  await server.yonder.stop();
  film.remove();
}
printMachine(os);
