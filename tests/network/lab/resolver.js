// SPDX-License-Identifier: GPL-3.0-or-later
// The name server of a home, in its router: knows the laboratory's servers (RFC 1035 section 4, RFC 3596) and nobody else.
// Run as a program inside the router; it says "open" once it answers.

import { createSocket } from 'node:dgram';
import { fileURLToPath } from 'node:url';

import { addresses, nameServers } from './addresses.js';

const types = { 1: 'v4', 28: 'v6' };
const names = new Map(Object.values(addresses).map(one => [one.name, one]));

function bytesOf (address) {
  if (!address.includes(':'))
    return Buffer.from(address.split('.').map(Number));
  const [head, tail] = address.split('::').map(part => part.split(':').filter(Boolean));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(groups.flatMap(group => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]));
}

function answer (query) {
  const labels = [];
  let at = 12;
  while (query[at] > 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
    at += query[at] + 1;
  }
  const question = query.subarray(12, at + 5);
  const known = names.get(labels.join('.').toLowerCase());
  const found = known?.[types[query.readUInt16BE(at + 1)]]?.slice(0, 1) ?? [];
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8580 | (known ? 0 : 3), 2); // an answer, authoritative; 3 is "no such name"
  [1, found.length, 0, 0].forEach((count, i) => header.writeUInt16BE(count, 4 + 2 * i));
  const records = found.map(address => {
    const data = bytesOf(address);
    const head = Buffer.from([0xc0, 12, 0, data.length === 4 ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, data.length]);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, question, ...records]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const address of nameServers) {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (query, { port, address: from }) => socket.send(answer(query), port, from));
    await new Promise(resolve => { socket.bind(53, address, resolve); });
  }
  console.log('open');
}
