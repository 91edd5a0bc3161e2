// SPDX-License-Identifier: GPL-3.0-or-later
// The laboratory as the cases see it: the world with its servers running, made ready for one case after the other.

import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { until } from '../../browser/harness/tap.js';
import { Yonder } from '../../browser/harness/yonder.js';
import { addresses, homes } from './addresses.js';
import { makeAuthority, makeCertificate } from './certificates.js';
import { callServer } from './ends.js';
import { folder } from './namespaces.js';
import { Turn, iceServers, serverOptions } from './turn.js';
import { World } from './world.js';

const innerPort = 8443; // of the call server while something stands before it

export class Laboratory {
  static async open () {
    const lab = new Laboratory();
    makeAuthority();
    lab.world = await World.make();
    lab.turn = new Turn(lab.world, 'turn');
    lab.spare = new Turn(lab.world, 'spare');
    lab.certificate = makeCertificate(addresses.calls.name, `${folder}/calls`);
    await Promise.all([lab.turn.start(), lab.spare.start(), lab.serve()]);
    return lab;
  }

  families = new Map();
  #empty = null; // undoes a full quota
  #hasten = null; // undoes late messages
  #blocked = []; // people without UDP

  get routers () { return this.world.routers; }

  machine (person) { return this.world.machines[person]; }

  /** Starts the call server, as a user would: yonder-cli serve. */
  async serve (port = 443) {
    const { certificate, key } = this.certificate;
    this.server = new Yonder(['serve', '--port', port, '--everywhere', '--allow-guests', '--database', `${folder}/calls.db`, '--public-url', callServer, '--tls-certificate', certificate, '--tls-key', key, ...serverOptions()],
      { within: this.machine('calls').within });
    await this.server.event('listening', event => event.uri);
  }

  async stopServing () {
    await this.server.stop();
  }

  /** From now on messages come late and in another order. */
  async delayMessages () {
    const { certificate, key } = this.certificate;
    await this.stopServing();
    await this.serve(innerPort);
    const process_ = this.machine('calls').start(process.execPath, [fileURLToPath(new URL('late-messages.js', import.meta.url)), innerPort, certificate, key]);
    process_.stderr.pipe(process.stderr);
    await new Promise(resolve => { createInterface({ input: process_.stdout }).once('line', resolve); });
    this.#hasten = async () => {
      process_.kill();
      await this.stopServing();
    };
  }

  /** Waits until so many packets passed anna's router; see lab/router.js for names. */
  async counted (name, packets) {
    await until(`${packets} packets pass the router as ${name}`, () => this.routers.a.packets()[name] >= packets, 15);
  }

  iceServers (list, person) {
    return list === undefined ? null : iceServers[list](person);
  }

  /** Makes the two homes what a case asks for. */
  async prepare ({ homes: kinds, families = {}, noUdp = [], isFull = false, isLate = false }) {
    for (const [home, [kind, wall]] of Object.entries(kinds))
      this.routers[home].become(kind, wall);
    for (const { people } of Object.values(homes))
      for (const person of Object.keys(people))
        await this.#setFamilies(person, families[person] ?? [4]);
    for (const person of noUdp)
      this.world.block(person);
    this.#blocked = noUdp;
    if (isFull)
      this.#empty = await this.spare.fill(this.machine('bea'));
    if (isLate)
      await this.delayMessages();
  }

  async #setFamilies (person, families) {
    const wanted = families.join();
    const has = this.machine(person).run('ip', '-brief', 'address', 'show', 'lan', 'up');
    if ((this.families.get(person) ?? '4') === wanted && (!families.includes(4) || has.includes(` ${this.world.addressOf(person).v4}/`)))
      return;
    this.world.setFamilies(person, families);
    this.families.set(person, wanted);
    await until(`names are found on the machine of ${person}`, () => {
      try {
        return this.machine(person).run('getent', 'ahosts', addresses.calls.name);
      } catch {
        return false; // an address of IPv6 takes its time
      }
    });
  }

  /** Puts right what a case broke. */
  async settle () {
    this.#blocked.forEach(person => this.world.unblock(person));
    this.#blocked = [];
    await this.#empty?.();
    this.#empty = null;
    await this.#hasten?.();
    this.#hasten = null;
    for (const server of [this.turn, this.spare].filter(({ isAtWork }) => !isAtWork)) {
      await server.stop();
      await server.start();
    }
    if (this.server.status !== null) await this.serve();
  }

  explain () {
    return Object.entries(this.routers).map(([name, router]) => `router ${name}: ${JSON.stringify(router.packets())}`).join('\n');
  }

  async close () {
    await this.server?.stop();
    await this.turn?.stop();
    await this.spare?.stop();
    this.world?.stop();
  }
}
