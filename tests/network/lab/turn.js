// SPDX-License-Identifier: GPL-3.0-or-later
// coturn, twice: as docs/network.md prints it (shared secret, UDP, TCP, TLS), and a spare one with accounts.

import { createHmac } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

import { until } from '../../browser/harness/tap.js';
import { addresses } from './addresses.js';
import { makeCertificate } from './certificates.js';
import { folder } from './namespaces.js';

const manual = new URL('../../../docs/network.md', import.meta.url);

/** The first code block of the manual whose first line is a comment that names `path`. */
export function printedFile (path) {
  const text = readFileSync(manual, 'utf8');
  const found = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(match => match[1]).find(block => block.startsWith(`# ${path}\n`));
  if (!found)
    throw new Error(`docs/network.md prints no ${path}`);
  return found;
}

const printed = printedFile('/etc/turnserver.conf');
const secret = /^static-auth-secret=(.*)$/m.exec(printed)[1];

// The accounts of the spare server
const people = ['anna', 'bea', 'bert'];
const passwordOf = name => `${name}'s secret`;

/** What the servers know instead while they refuse everybody. */
const strangeSecret = `static-auth-secret=${'0'.repeat(64)}`;

const spareConfiguration = (quota, isStrange) => `
listening-ip=${addresses.spare.v4[0]}
listening-ip=${addresses.spare.v6[0]}
relay-ip=${addresses.spare.v4[0]}
listening-port=3478
no-tls
no-dtls
realm=${addresses.spare.name}
lt-cred-mech
${people.map(name => `user=${name}:${isStrange ? 'another secret' : passwordOf(name)}`).join('\n')}
${quota ? `user-quota=${quota}` : ''}
fingerprint
no-cli
syslog
`;

/** A coturn process on one of the servers. */
export class Turn {
  #machine;
  #host;
  #file;
  #process = null;
  #isStrange = false;

  constructor (world, host) {
    this.#machine = world.machines[host];
    this.#host = host;
    this.#file = `${folder}/${host}.conf`;
  }

  /**
   * @param {number} [quota] how many allocations an account of the spare server may have; no limit without it
   * @param {boolean} [isStrange] whether it accepts none of the credentials that the ends have
   */
  async start (quota = 0, isStrange = false) {
    this.#isStrange = isStrange;
    if (this.#host === 'turn') {
      writeFileSync('/etc/turnserver.conf', isStrange ? printed.replace(/^static-auth-secret=.*$/m, strangeSecret) : printed);
      makeCertificate(addresses.turn.name, '/etc/coturn');
      copyFileSync('/etc/turnserver.conf', this.#file);
    } else {
      writeFileSync(this.#file, spareConfiguration(quota, isStrange));
    }
    this.#process = this.#machine.start('turnserver', ['-c', this.#file, '--pidfile', `${folder}/${this.#host}.pid`, '--userdb', `${folder}/${this.#host}.db`]);
    this.#process.stdout.resume();
    this.#process.stderr.resume();
    const [address] = addresses[this.#host].v4;
    await this.#machine.listens('udp', `${address}:3478`);
    await this.#machine.listens('tcp', `${address}:3478`);
    if (this.#host === 'turn')
      await this.#machine.listens('tcp', `${address}:443`);
  }

  get isRunning () { return this.#process !== null; }

  /** Whether it serves the ends. */
  get isAtWork () { return this.isRunning && !this.#isStrange; }

  /** From now on it knows of no allocation, and refuses a new one: its secret, or the accounts' passwords, are others. */
  async refuse () {
    await this.stop();
    await this.start(0, true);
  }

  /** Has the account "bea" of the spare server use up what it may have, from another machine. */
  async fill (machine) {
    await this.stop();
    await this.start(1);
    const user = machine.start('turnutils_uclient', ['-u', 'bea', '-w', passwordOf('bea'), '-y', '-c', '-m', '1', '-n', '100000', addresses.spare.v4[0]]);
    user.stdout.resume();
    user.stderr.resume();
    await until('the quota is used up', () => this.#machine.run('ss', '-Hlun').split('\n').some(line => /203\.0\.113\.30:(4915[2-9]|49[2-9]|[56])/.test(line)));
    return async () => {
      user.kill('SIGKILL');
      await this.stop(); // with what it thinks to be in use
    };
  }

  async stop () {
    const process = this.#process;
    this.#process = null;
    if (!process)
      return;
    const gone = new Promise(resolve => { process.on('close', resolve); });
    process.kill('SIGKILL');
    await gone;
  }
}

const { name: turn } = addresses.turn;
const { name: spare } = addresses.spare;

/** Credentials of the printed server: user name "expiry:name", and its HMAC (draft-uberti-behave-turn-rest-00, section 2.2). */
function ticket (lifeSeconds) {
  const username = `${Math.floor(Date.now() / 1000) + lifeSeconds}:laboratory`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** Lists of ICE servers as RTCPeerConnection takes them. */
export const iceServers = {
  none: () => [],
  stun: () => [{ urls: [`stun:${turn}`] }],
  udp: () => [{ urls: [`stun:${turn}`] }, { urls: [`turn:${turn}?transport=udp`], ...ticket(3600) }],
  all: () => [{ urls: [`stun:${turn}`] },
    { urls: [`turn:${turn}?transport=udp`, `turn:${turn}?transport=tcp`, `turns:${turn}:443?transport=tcp`], ...ticket(3600) }],
  both: person => [...iceServers.udp(), ...iceServers.spare(person)],
  expired: () => [{ urls: [`stun:${turn}`] }, { urls: [`turn:${turn}?transport=udp`], ...ticket(-60) }],
  spare: person => [{ urls: [`turn:${spare}?transport=udp`], username: person, credential: passwordOf(person) }],
  shared: () => [{ urls: [`stun:${spare}`] }, ...iceServers.spare('bea')],
  wrongPassword: person => [{ urls: [`stun:${spare}`] }, { urls: [`turn:${spare}?transport=udp`], username: person, credential: 'guess' }],
};

/** What the call server is told of the printed server, so that it can give credentials to who signs in. */
export function serverOptions () {
  const file = `${folder}/turn-secret`;
  writeFileSync(file, `${secret}\n`);
  return [...[`stun:${turn}`, `turn:${turn}?transport=udp`, `turn:${turn}?transport=tcp`, `turns:${turn}:443?transport=tcp`].flatMap(uri => ['--turn-uri', uri]),
    '--turn-secret-file', file];
}
