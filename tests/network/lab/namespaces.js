// SPDX-License-Identifier: GPL-3.0-or-later
// Machines of the laboratory: each a network namespace, held by a sleeping process and gone with it.

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';

import { until } from '../../browser/harness/tap.js';

/** Where files of the laboratory lie; it vanishes with it (see ../own-machine). */
export const folder = '/var/tmp';

/** Runs a command to its end; what it says on the standard error is in the error. */
export const command = (program, args, input = '') => execFileSync(program, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });

export class Machine {
  static async start (name) {
    const machine = new Machine(name);
    await until(`the machine ${name} is there`, () => readFileSync(`/proc/${machine.holder.pid}/comm`, 'utf8').trim() === 'sleep');
    machine.run('ip', 'link', 'set', 'lo', 'up');
    return machine;
  }

  constructor (name) {
    this.name = name;
    this.holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    /** A command prefix that runs something on this machine. */
    this.within = ['nsenter', `--net=/proc/${this.holder.pid}/ns/net`, '--'];
  }

  run (...args) {
    return command(this.within[0], [...this.within.slice(1), ...args]);
  }

  /** Feeds a text to a program on this machine. */
  feed (input, ...args) {
    return command(this.within[0], [...this.within.slice(1), ...args], input);
  }

  /** Runs lines of `ip` one after the other; an empty line is skipped. */
  ip (lines) {
    this.feed(lines.trim(), 'ip', '-batch', '-');
  }

  sysctl (settings) {
    this.run('sysctl', '-qw', ...Object.entries(settings).map(([key, value]) => `${key}=${value}`));
  }

  start (program, args) {
    return spawn(this.within[0], [...this.within.slice(1), program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** A program file that runs `program` on this machine, for who can be told of a file only. */
  wrapper (program) {
    const path = `${folder}/${this.name}-${program.split('/').at(-1)}`;
    writeFileSync(path, `#!/bin/sh\nexec ${this.within.join(' ')} ${program} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Waits until something listens, as ss(8) writes it: "tcp" and "203.0.113.10:443". */
  listens (protocol, address) {
    return until(`${this.name} listens at ${protocol} ${address}`, () => this.run('ss', '-Hltun').split('\n')
      .some(line => line.startsWith(protocol) && line.split(/\s+/)[4] === address));
  }

  stop () {
    this.holder.kill('SIGKILL');
  }
}

/** A cable between two machines; each end is [machine, name of its interface, (bridge there)]. */
export function plug (...ends) {
  const [near, far] = ends;
  near[0].ip(`link add ${near[1]} type veth peer name yonder-far`);
  near[0].run('ip', 'link', 'set', 'yonder-far', 'netns', String(far[0].holder.pid), 'name', far[1]);
  for (const [machine, name, bridge] of ends)
    machine.ip(`${bridge ? `link set ${name} master ${bridge}\n` : ''}link set ${name} up`);
}
