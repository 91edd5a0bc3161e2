// SPDX-License-Identifier: GPL-3.0-or-later
// The servers under test, and clients of them that send exactly what a test says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const output = process.env.YONDER_TEST_OUTPUT;
const packages = createRequire(join(output, 'package.json'));

export const { WebSocket } = packages('ws');
export const { io } = packages('socket.io-client');

/** Starts a program of this folder that prints where it listens. stop() asserts that it ended well, sanitizers included. */
export async function start (program, args = []) {
  const child = spawn(join(output, program), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => { child.on('close', (code, signal) => resolve(code ?? signal)); });
  process.on('exit', () => child.kill('SIGKILL'));
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    ended.then(status => reject(new Error(`${program} ended at once: ${status}`)));
  });
  return {
    uri: line.startsWith('http') ? line : `http://127.0.0.1:${line}`,
    async stop () {
      child.stdin.end();
      assert.equal(await ended, 0, `${program} ended badly`);
    },
  };
}

/** A WebSocket whose messages are read one after the other; null means that it was closed. */
export class Line {
  #messages = [];
  #waiting = [];

  constructor (uri, options) {
    this.socket = new WebSocket(uri.replace('http', 'ws'), options);
    this.socket.binaryType = 'nodebuffer';
    this.socket.on('error', () => {});
    this.socket.on('message', (data, isBinary) => this.#push(isBinary ? data : data.toString()));
    this.socket.on('close', () => this.#push(null));
    this.opened = new Promise(resolve => { this.socket.on('open', resolve); });
    this.closed = new Promise(resolve => { this.socket.on('close', resolve); }); // to the close code, RFC 6455 section 7.4
  }

  #push (message) {
    const reader = this.#waiting.shift();
    if (reader)
      reader(message);
    else
      this.#messages.push(message);
  }

  read () {
    if (this.#messages.length)
      return Promise.resolve(this.#messages.shift());
    return new Promise(resolve => { this.#waiting.push(resolve); });
  }

  /** The next message that is no ping. */
  async readPastPings () {
    for (;;) {
      const message = await this.read();
      if (message !== '2')
        return message;
    }
  }

  send (data) { this.socket.send(data); }
  close () { this.socket.close(); }
}
