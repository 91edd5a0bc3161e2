// SPDX-License-Identifier: GPL-3.0-or-later
// calls.js [WORDS] [--paths|--troubles] [--pending] [--once] [--verbose]: calls across networks (lab/cases.js), each with every pair of ends,
// judged by what came, which way it took on the wire, and what the person is told. Prints the table of set-up times at the end.

import assert from 'node:assert/strict';

import { runTests, test } from '../browser/harness/tap.js';
import { cases } from './lab/cases.js';
import { disturbances, limits } from './lab/disturbances.js';
import { closeBrowsers, connect, installed, makeEnd } from './lab/ends.js';
import { Laboratory } from './lab/laboratory.js';
import { printTable, record } from './lab/table.js';

const pending = process.argv.includes('--pending');
const once = process.argv.includes('--once'); // no second try
// What each test of meson.build runs, so that both can run at the same time: cases that find a path and keep it, and those that do not.
const half = ['--paths', '--troubles'].find(name => process.argv.includes(name));
const verbose = process.argv.includes('--verbose'); // tells what the ends said also where all went well
const [words = ''] = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
const soon = 30; // seconds: the limit that the design sets for finding a path
const pairs = [['yonder', 'yonder'], ['yonder', 'chromium'], ['chromium', 'yonder'], ['yonder', 'firefox'], ['firefox', 'yonder']];
let lab;
let ends = [];
let guests = 0;

const isDirect = ({ local, remote }) => ![local, remote].includes('relay');

const isWithin = ({ local, remote }) => [local, remote].every(type => ['host', 'prflx'].includes(type));

/** Of the pair, which may be another one at first: whoever has a relay may send through it until something better is found. */
const fits = {
  lan: pair => isWithin(pair),
  direct: isDirect,
  relayUdp: pair => !isDirect(pair),
  relayTcp: pair => !isDirect(pair),
  relayTls: pair => !isDirect(pair),
};

/** Media takes the expected way through anna's router, and no other, from now on. */
async function assertWay (way) {
  const ways = ['direct', 'relayUdp', 'relayTcp', 'relayTls'];
  const before = lab.routers.a.packets();
  if (way !== 'lan')
    await lab.counted(way, before[way] + 60);
  const packets = lab.routers.a.packets();
  const told = JSON.stringify({ before, packets });
  // A relay that is not used leaves some packets too: certificates of TLS are as long as media.
  const others = ways.filter(one => one !== way).reduce((sum, one) => sum + packets[one] - before[one], 0);
  assert.ok(others <= 20, `media took another way than ${way}: ${told}`);
  if (way === 'relayTls') {
    assert.ok(packets.tlsHello > 0, `no TLS handshake was seen: ${told}`);
    assert.equal(packets.clearTurn, 0, `TURN went in the clear: ${told}`);
  }
}

/** Nothing tells the other side, or anybody else, where anna is. */
function assertHidden (anna) {
  const told = anna.candidates('local');
  assert.ok(told.length > 0 && told.every(({ type }) => type === 'relay'), `told the peer ${JSON.stringify(told)}`);
  assert.equal(lab.routers.a.packets().otherUdp, 0, 'packets went past the relay');
}

async function assertConnects (one, caller, callee) {
  const anna = caller.machine === lab.machine('anna') ? caller : callee;
  const milliseconds = await connect(caller, callee, soon);
  await anna.path(fits[one.way], one.way);
  await assertWay(one.way);
  await anna.tells(one.sentence);
  if (one.relayOnly)
    assertHidden(anna);
  await (caller === anna ? callee : caller).path(pair => isDirect(pair) === !one.way.startsWith('relay'), one.way);
  if (one.disturbance) {
    const result = await disturbances[one.disturbance](lab, [caller, callee]);
    assert.ok(!(result > limits[one.disturbance]), `it took ${result} ms to come back`);
    return result;
  }
  await caller.hangUp();
  return milliseconds;
}

// Whoever gives up first says why, and so does yonder-cli where that was the page, which knows less.
async function assertFails (one, caller, callee) {
  await callee.answer();
  await caller.dial(callee.name);
  const ends = [caller, callee];
  const endings = await Promise.all(ends.map(end => end.over(soon + 20)));
  assert.ok(endings.some(({ reason }) => reason === 'network'), `nobody gave up: ${JSON.stringify(endings)}`);
  for (const { reason, seconds } of endings)
    assert.ok(seconds <= soon + 1, `${reason} took ${seconds} s`);
  for (const { message } of endings.filter((_, i) => ends[i].kind === 'yonder'))
    assert.match(message, one.fails);
  return 'says why';
}

function addEnd (one, kind, person) {
  const end = makeEnd(lab, one, kind, person, `${person} ${++guests}`);
  ends.push(end);
  return end;
}

async function run (one, [callerKind, calleeKind]) {
  ends = [];
  try {
    await lab.prepare(one);
    const [here, there] = one.between;
    const yonderIsCaller = callerKind === 'yonder';
    const caller = addEnd(one, callerKind, yonderIsCaller ? here : there);
    const callee = addEnd(one, calleeKind, yonderIsCaller ? there : here);
    return await (one.fails ? assertFails : assertConnects)(one, caller, callee);
  } finally {
    for (const end of ends) await end.close();
    await lab.settle();
  }
}

// Calls have limits in seconds, which a machine that is busy with something else may miss: whoever reads the result is told of a second try.
function register (one, pair) {
  const column = pair.join(' → ');
  test(`${one.title}: ${column}`, async () => {
    const result = await run(one, pair).catch(error => {
      if (once)
        throw error;
      console.log(`# ${one.title}: ${column}: a second try, since ${error.message.replaceAll('\n', ' ')}`);
      return run(one, pair);
    });
    record(one.title, column, result);
    if (verbose)
      ends.forEach(end => console.log(end.log().replace(/^/gm, '# ')));
  });
}

const halfOf = ({ fails, disturbance }) => (fails || disturbance ? '--troubles' : '--paths');

for (const one of cases.filter(one => (pending || !one.isPending) && (!half || half === halfOf(one))))
  for (const pair of one.pairs ?? pairs)
    if ((one.firefox || !pair.includes('firefox')) && pair.every(kind => kind === 'yonder' || installed(kind)))
      register(one, pair);

const skip = process.env.YONDER_LAB_MISSING ?? null;
try {
  if (!skip)
    lab = await Laboratory.open();
  await runTests({ skip, words, explain: () => [...ends.map(end => end.log()), lab.explain()].join('\n'), seconds: 180 });
  printTable();
} finally {
  await closeBrowsers();
  await lab?.close();
}
