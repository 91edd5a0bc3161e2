// SPDX-License-Identifier: GPL-3.0-or-later
// A way into a machine of the laboratory: a port of this machine's loopback that leads to the same port of the other's.
// Run as a program (door.js SOCKET PORT) it is the far end, which the unix socket joins to the near one.

import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { folder } from './namespaces.js';

const here = fileURLToPath(import.meta.url);

const lead = to => client => {
  const onward = connect(to);
  client.pipe(onward).on('error', () => client.destroy());
  onward.pipe(client).on('error', () => onward.destroy());
};

/** Opens a door to `port` of a machine; resolves to what closes it. */
export async function openDoor (machine, port) {
  const socket = `${folder}/door-${port}`;
  const [program, ...args] = [...machine.within, process.execPath, here, socket, String(port)];
  const far = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise(resolve => { createInterface({ input: far.stdout }).once('line', resolve); });
  const near = createServer(lead(socket));
  await new Promise(resolve => { near.listen(port, '127.0.0.1', resolve); });
  return () => { near.close(); far.kill(); };
}

if (process.argv[1] === here) {
  const [socket, port] = process.argv.slice(2);
  createServer(lead({ port: Number(port), host: '127.0.0.1' })).listen(socket, () => { console.log('open'); });
}
