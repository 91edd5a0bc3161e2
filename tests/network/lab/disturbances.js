// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong in the middle of a call, and what must be true afterwards. Each gets the laboratory and the two ends of a call that
// is up, and resolves to the milliseconds until both ends had pictures again, or to words for the table.

import assert from 'node:assert/strict';

import { homes } from './addresses.js';
import { pause } from './ends.js';

const anna = homes.a.people.anna;
const moved = '192.168.10.77';

/** Milliseconds that a picture may take to be shown, so that later ones have come over another path; a browser's buffer is deep. */
const underWay = 1500;

/** Milliseconds from `since` until the later of the ends got a picture that was sent afterwards. */
async function pictureAgain (ends, since, seconds) {
  const times = await Promise.all(ends.map(end => end.pictureAfter(since, seconds)));
  return Math.max(...times) - since;
}

/** Media of anna's take this way from now on. A page's picture fits into packets too short to be told from checks; nothing is said of those. */
async function goesThrough (way, lab, [{ kind }]) {
  lab.routers.a.become('symmetric');
  if (kind === 'yonder')
    await lab.counted(way, 30);
}

/**
 * The TURN server that the call has come to rest on, and the counter of the other one. Both work, and while ICE still compares them a call may
 * move: whoever is controlled follows a little later, to where it gets data.
 */
async function serverInUse (lab) {
  for (let tries = 0; tries < 10; tries++) {
    const before = lab.routers.a.packets();
    await pause(3);
    const now = lab.routers.a.packets();
    const [turn, spare] = ['viaTurn', 'viaSpare'].map(name => now[name] - before[name]);
    if (Math.max(turn, spare) >= 30 && Math.min(turn, spare) === 0)
      return turn > spare ? [lab.turn, 'viaSpare'] : [lab.spare, 'viaTurn'];
  }
  throw new Error('the call came to rest on none of its TURN servers');
}

/**
 * Milliseconds that pictures may be away: what Yonder promises. Only of a server that comes back later nothing is promised but that the call
 * goes on: both ends try to reach it every five seconds or so, and the later one counts.
 */
export const limits = { relayDies: 10_000, relayRefuses: 10_000, relayRestarts: 10_000, addressChanges: 5000, linkGoes: 5000, serverComesLater: 15_000 };

export const disturbances = {
  /** The TURN server that the call goes through is gone; there is another one in the list. */
  async relayDies (lab, ends) {
    const [dying, other] = await serverInUse(lab);
    await dying.stop();
    const begin = Date.now();
    const took = await pictureAgain(ends, begin + underWay, 40) + underWay;
    await goesThrough(other, lab, ends);
    return took;
  },

  /** The TURN server that the call goes through is started anew and refuses every allocation; there is another one in the list. */
  async relayRefuses (lab, ends) {
    const [refusing, other] = await serverInUse(lab);
    const begin = Date.now();
    await refusing.refuse();
    const took = await pictureAgain(ends, begin + underWay, 40) + underWay;
    await goesThrough(other, lab, ends);
    return took;
  },

  /** The only TURN server does so: the call ends within a minute, and says what was tried. */
  async onlyRelayRefuses (lab, ends) {
    const begin = Date.now();
    await lab.turn.refuse();
    const endings = await Promise.all(ends.map(end => end.over(90)));
    const seconds = (Date.now() - begin) / 1000;
    assert.ok(seconds < 75, `they gave up after ${seconds} s`);
    for (const { message } of endings.filter((_, i) => ends[i].kind === 'yonder'))
      assert.match(message, /The connection broke\..* does not accept the user name or credential/);
    return 'says why';
  },

  /** The only TURN server is started anew, and knows nothing of its relays any more. */
  async relayRestarts (lab, ends) {
    await lab.turn.stop();
    await pause(1);
    await lab.turn.start();
    return await pictureAgain(ends, Date.now(), 40);
  },

  /** Another network, or a new lease: the old address is gone at once. */
  async addressChanges (lab, ends) {
    const machine = lab.machine('anna');
    const begin = Date.now();
    machine.ip(`address del ${anna.v4}/24 dev lan\naddress add ${moved}/24 dev lan\nroute replace default via ${homes.a.lan.v4}`);
    const took = await pictureAgain(ends, begin + 300, 40) + 300;
    return took;
  },

  /** A cable is out for five seconds. */
  async linkGoes (lab, ends) {
    const machine = lab.machine('anna');
    machine.ip('link set lan down');
    await pause(5);
    machine.ip(`link set lan up\nroute replace default via ${homes.a.lan.v4}`);
    return await pictureAgain(ends, Date.now(), 40);
  },

  /** The network and the call server go; the server is back well after the network. */
  async serverComesLater (lab, ends) {
    const machine = lab.machine('anna');
    await lab.stopServing();
    machine.ip(`address del ${anna.v4}/24 dev lan\naddress add ${moved}/24 dev lan\nroute replace default via ${homes.a.lan.v4}`);
    await pause(10);
    await lab.serve();
    return await pictureAgain(ends, Date.now(), 40);
  },

  /** The call server goes and comes: pictures do not stop, and a hang-up afterwards is heard. */
  async serverRestarts (lab, [caller, callee]) {
    const begin = Date.now();
    await lab.stopServing();
    await pause(2);
    assert.ok(await pictureAgain([caller, callee], begin + 1000, 5) < 3000, 'pictures stopped with the server');
    await lab.serve();
    await Promise.all([caller, callee].map(end => end.online()));
    await caller.hangUp();
    await callee.hungUpOn();
    return 'goes on';
  },
};
