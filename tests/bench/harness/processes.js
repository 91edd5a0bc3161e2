// SPDX-License-Identifier: GPL-3.0-or-later
// What a process and all that it started cost: processor time and proportional set size, from /proc (proc(5)).

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']));

// Fields 14 and 15 of stat count from after the command's name, which may hold anything.
function readStat (pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ');
  return { parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
}

function readPss (pid) {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
  return found ? Number(found[1]) * 1024 : 0;
}

function tree (root) {
  const stats = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      stats.set(Number(name), readStat(name));
    } catch { /* it ended meanwhile */ }
  }
  const family = [root];
  for (const pid of family)
    family.push(...[...stats].filter(([, { parent }]) => parent === pid).map(([child]) => child));
  return family.filter(pid => stats.has(pid)).map(pid => ({ pid, ...stats.get(pid) }));
}

/**
 * Follows a process tree once a second.
 *
 * @returns {Promise<{cpu: number, pssMiB: number, processes: number}>} CPU seconds per second; the highest PSS
 */
export async function measureCost (root, seconds) {
  const begin = performance.now();
  const before = new Map(tree(root).map(one => [one.pid, one.cpuSeconds]));
  const used = new Map(before);
  let peak = 0;
  for (let i = 0; i < seconds; i++) {
    await new Promise(resolve => { setTimeout(resolve, 1000); });
    const family = tree(root);
    family.forEach(one => used.set(one.pid, one.cpuSeconds));
    peak = Math.max(peak, family.reduce((sum, { pid }) => {
      try { return sum + readPss(pid); } catch { return sum; }
    }, 0));
  }
  const cpuSeconds = [...used].reduce((sum, [pid, total]) => sum + total - (before.get(pid) ?? 0), 0);
  return { cpu: cpuSeconds * 1000 / (performance.now() - begin), pssMiB: peak / 2 ** 20, processes: tree(root).length };
}

/** How often each thread went to sleep, by its id. */
function sleeps (pids) {
  const counts = new Map();
  const threads = pid => { try { return readdirSync(`/proc/${pid}/task`); } catch { return []; } };
  for (const pid of pids)
    for (const thread of threads(pid))
      try {
        counts.set(thread, Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1'))[1]));
      } catch { /* it ended meanwhile */ }
  return counts;
}

/**
 * How often a process tree wakes up.
 *
 * @returns {Promise<number>} times per second that one of its threads went to sleep again (voluntary_ctxt_switches)
 */
export async function countWakeUps (root, seconds) {
  const family = tree(root).map(({ pid }) => pid);
  const [before, begin] = [sleeps(family), performance.now()];
  await new Promise(resolve => { setTimeout(resolve, seconds * 1000); });
  const elapsed = performance.now() - begin;
  // of a thread that ended nobody knows any more how often it woke
  const wakeUps = [...sleeps(family)].reduce((sum, [thread, count]) => sum + count - (before.get(thread) ?? 0), 0);
  return wakeUps * 1000 / elapsed;
}
