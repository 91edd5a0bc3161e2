// SPDX-License-Identifier: GPL-3.0-or-later
// Runs yonder-cli and follows the JSON lines that it prints.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { until } from './tap.js';

const program = process.env.YONDER_CLI ?? 'yonder-cli';
const running = new Set();

process.on('exit', () => running.forEach(one => one.child.kill('SIGKILL')));

/** One yonder-cli process. `events` holds every line it printed, parsed; `problems` what it wrote beside them. */
export class Yonder {
  /**
   * @param {string[]} args its arguments; --json is added
   * @param {object} [options]
   * @param {string[]} [options.within] a command that runs it, for example to enter a namespace first
   * @param {object} [options.env] more environment
   */
  constructor (args, { within = [], env = {} } = {}) {
    const [command, ...rest] = [...within, program, ...args, '--json'];
    this.name = args[0];
    this.events = [];
    this.problems = '';
    this.status = null;
    this.child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    running.add(this);
    createInterface({ input: this.child.stdout }).on('line', line => {
      try {
        this.events.push({ ...JSON.parse(line), heard: Date.now() });
      } catch {
        this.problems += `no JSON: ${line}\n`;
      }
    });
    this.child.stderr.on('data', chunk => { this.problems += chunk; });
    this.ended = new Promise(resolve => {
      this.child.on('error', error => { this.problems += error.message; resolve(this.status = -1); });
      this.child.on('close', (code, signal) => {
        running.delete(this);
        resolve(this.status = code ?? signal);
      });
    });
  }

  /** The first line that fits, awaited; fails when the process ends without it. */
  async event (what, fits, seconds = 30) {
    return until(`yonder-cli ${this.name}: ${what}`, () => {
      const found = this.events.find(fits);
      if (!found && this.status !== null)
        throw new Error(`yonder-cli ${this.name} ended with ${this.status} before: ${what}\n${this.problems}`);
      return found;
    }, seconds);
  }

  /** The first time it came to a state, awaited. */
  state (name, seconds) {
    return this.event(name, event => event.event === 'state' && event.name === name, seconds);
  }

  has (name) {
    return this.events.some(event => event.event === 'state' && event.name === name);
  }

  /** Statistics lines, those of the last `count` seconds. */
  stats (count = Infinity) {
    return this.events.filter(event => event.event === 'stats').slice(-count);
  }

  /** Asks it to hang up (SIGINT) and resolves to its exit status. */
  async stop () {
    if (this.status === null)
      this.child.kill('SIGINT');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    const status = await this.ended;
    clearTimeout(timer);
    return status;
  }

  /** Its lines but for statistics, for a message about a failure. */
  log () {
    const lines = this.events.filter(event => event.event !== 'stats').map(({ heard: _, ...event }) => JSON.stringify(event));
    return [`yonder-cli ${this.name} (${this.status ?? 'running'}):`, ...lines, this.problems].join('\n');
  }
}

/** Starts the embedded server on a free port; resolves to { uri, port, yonder }. */
export async function startServer (args = []) {
  const yonder = new Yonder(['serve', '--port', '0', ...args]);
  const { uri } = await yonder.event('listening', event => event.uri);
  return { uri, port: Number(new URL(uri).port), yonder };
}
