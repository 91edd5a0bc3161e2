// SPDX-License-Identifier: GPL-3.0-or-later
// A man in the middle: passes a client's connection on to a call server, and puts a false certificate fingerprint into every
// description that the server sends to that client. Nothing else changes, not even a length.

import { connect, createServer } from 'node:net';

const pattern = `fingerprint:sha-256 ${'#'.repeat(95)}`;
const matches = /fingerprint:sha-256 [0-9A-Fa-f:]{95}/g;

const beginsLikePattern = text =>
  [...text].every((letter, i) => (pattern[i] === '#' ? /[0-9A-Fa-f:]/.test(letter) : letter === pattern[i]));

const falsify = line => line.replace(/[0-9A-Fa-f](?=[0-9A-Fa-f:]*$)/g, digit => (15 - parseInt(digit, 16)).toString(16).toUpperCase());

// Calls send (bytes) with what may go on; what could be the beginning of a fingerprint waits for the rest of it.
function rewriter (send) {
  let held = '';
  return chunk => {
    const text = (held + chunk.toString('latin1')).replace(matches, falsify);
    let cut = text.length;
    for (let at = Math.max(0, text.length - pattern.length + 1); at < text.length; at++) {
      if (beginsLikePattern(text.slice(at))) {
        cut = at;
        break;
      }
    }
    held = text.slice(cut);
    send(Buffer.from(text.slice(0, cut), 'latin1'));
  };
}

// Compressed messages could not be read: the offer to compress is made unrecognisable.
const refuseCompression = chunk => Buffer.from(chunk.toString('latin1')
  .replace(/permessage-deflate/gi, 'permessage-nothing').replace(/^Accept-Encoding:/gim, 'Except-Encoding:'), 'latin1');

/** Starts the proxy before the server at `port`; resolves to { uri, close }. */
export async function startFalsifyingProxy (port) {
  const server = createServer(client => {
    const upstream = connect(port, '127.0.0.1');
    const fromServer = rewriter(bytes => client.write(bytes));
    let first = true;
    client.on('data', chunk => {
      upstream.write(first ? refuseCompression(chunk) : chunk);
      first = false;
    });
    upstream.on('data', fromServer);
    client.on('close', () => upstream.destroy()).on('error', () => upstream.destroy());
    upstream.on('close', () => client.destroy()).on('error', () => client.destroy());
  });
  await new Promise(resolve => { server.listen(0, '127.0.0.1', resolve); });
  return { uri: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
