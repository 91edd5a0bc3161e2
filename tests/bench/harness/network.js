// SPDX-License-Identifier: GPL-3.0-or-later
// Two network namespaces, a and b, with one link of a chosen rate between them, and a way for signalling past that link.
//
// The link is a veth pair (10.78.0.1 and 10.78.0.2) whose two ends are shaped by a token bucket with a queue of 200 ms, as a DSL
// line has one. The call server stays outside; each namespace reaches it at a port of its own loopback that a small process passes
// on through a unix socket, so that signalling takes nothing of the link and neither end sees a second interface.

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
const portal = fileURLToPath(new URL('portal.js', import.meta.url));
const ends = { a: '10.78.0.1', b: '10.78.0.2' };

function makeNamespaces (names) {
  ip('link', 'add', 'yonder-a', 'type', 'veth', 'peer', 'name', 'yonder-b');
  for (const [end, address] of Object.entries(ends)) {
    const inside = (...args) => ip('-n', names[end], ...args);
    ip('netns', 'add', names[end]);
    ip('link', 'set', `yonder-${end}`, 'netns', names[end]);
    inside('link', 'set', `yonder-${end}`, 'name', 'far');
    inside('link', 'set', 'lo', 'up');
    inside('address', 'add', `${address}/24`, 'dev', 'far');
    inside('link', 'set', 'far', 'up');
    inside('route', 'add', 'default', 'dev', 'far');
  }
}

/** Makes the two namespaces. Needs root inside build-aux/enter; `close` removes everything. */
export async function makeLink () {
  const names = { a: `yonder-a-${process.pid}`, b: `yonder-b-${process.pid}` };
  const folder = mkdtempSync(join(tmpdir(), 'yonder-link-'));
  const children = [];
  const servers = [];
  makeNamespaces(names);

  return {
    /** A command prefix that runs something at an end. */
    within: end => ['ip', 'netns', 'exec', names[end]],

    /** A program file that runs `program` at an end, for who can be told of a file only. */
    wrapper (end, program) {
      const path = join(folder, `${end}-${program.split('/').at(-1)}`);
      writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${names[end]} ${program} "$@"\n`);
      chmodSync(path, 0o755);
      return path;
    },

    /** Sets the rate of both directions, in kbit/s; null lifts the limit. */
    setRate (kbit) {
      for (const name of Object.values(names)) {
        const shape = kbit
          ? ['replace', 'dev', 'far', 'root', 'tbf', 'rate', `${kbit}kbit`, 'burst', '5kb', 'latency', '200ms'] : ['del', 'dev', 'far', 'root'];
        try {
          execFileSync('tc', ['-n', name, 'qdisc', ...shape], { stdio: ['ignore', 'ignore', kbit ? 'inherit' : 'ignore'] });
        } catch (error) {
          if (kbit) throw error; // there was no limit to lift
        }
      }
    },

    /** Makes a port of this process's loopback reachable at the same port of each end's loopback. */
    async openPortal (port) {
      const socket = join(folder, 'portal');
      const server = createServer(client => {
        const upstream = connect(port, '127.0.0.1');
        client.pipe(upstream).on('error', () => client.destroy());
        upstream.pipe(client).on('error', () => upstream.destroy());
      });
      await new Promise(resolve => { server.listen(socket, resolve); });
      servers.push(server);
      for (const name of Object.values(names)) {
        const child = spawn('ip', ['netns', 'exec', name, process.execPath, portal, String(port), socket], { stdio: ['ignore', 'pipe', 'inherit'] });
        children.push(child);
        await new Promise(resolve => { child.stdout.once('data', resolve); });
      }
    },

    close () {
      children.forEach(child => child.kill());
      servers.forEach(server => server.close());
      Object.values(names).forEach(name => ip('netns', 'delete', name));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
