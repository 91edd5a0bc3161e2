// SPDX-License-Identifier: GPL-3.0-or-later
// late-messages PORT CERTIFICATE KEY: passes https and WebSockets on to a call server on this machine, and lets every fifth message to a
// client be late, and every description: candidates come before the offer, and the answer after candidates. Says "open" once it listens.

import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';

const [, , port, certificate, key] = process.argv;
const lateBy = [300, 900, 600, 1500]; // milliseconds, in turn
const headEnd = Buffer.from('\r\n\r\n');
let messages = 0;
let late = 0;

/** What is whole of a stream of frames from a server, which masks nothing (RFC 6455 section 5.2): [frame, text] each, and the rest. */
function split (bytes) {
  const frames = [];
  for (;;) {
    const short = bytes.length >= 2 ? bytes[1] & 127 : 0;
    const head = { 126: 4, 127: 10 }[short] ?? 2;
    if (bytes.length < head)
      return [frames, bytes];
    const length = head === 2 ? short : head === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < head + length)
      return [frames, bytes];
    frames.push([bytes.subarray(0, head + length), bytes.toString('utf8', head, head + length)]);
    bytes = bytes.subarray(head + length);
  }
}

/** Of an event: one of Socket.IO (4) in a message of Engine.IO (2), whatever else there is keeps its time. */
function delayOf (text) {
  if (!/^42\d*\["/.test(text))
    return 0;
  const isDescription = /^42\d*\["webrtc_(offer|answer)"/.test(text);
  return ++messages % 5 === 0 || isDescription ? lateBy[late++ % lateBy.length] : 0;
}

/** Passes on what a server says; frames of a WebSocket one by one. */
function passFrames (server, client) {
  let rest = Buffer.alloc(0);
  let isWebSocket = null; // not known before the head of the first answer
  server.on('data', chunk => {
    rest = Buffer.concat([rest, chunk]);
    if (isWebSocket === null) {
      const end = rest.indexOf(headEnd);
      if (end < 0)
        return;
      isWebSocket = rest.toString('latin1', 0, end).startsWith('HTTP/1.1 101');
      if (isWebSocket) {
        client.write(rest.subarray(0, end + headEnd.length));
        rest = rest.subarray(end + headEnd.length);
      }
    }
    if (!isWebSocket) {
      client.write(rest);
      rest = Buffer.alloc(0);
      return;
    }
    const [frames, left] = split(rest);
    rest = left;
    for (const [frame, text] of frames) {
      const delay = delayOf(text);
      if (delay > 0)
        setTimeout(() => client.writable && client.write(frame), delay);
      else
        client.write(frame);
    }
  });
}

/** One request a connection, so that the first answer tells what it is; and no compression, which would tie frames together. */
const rewrite = head => head.replace(/^Sec-WebSocket-Extensions:.*\r\n/gim, '').replace(/^Connection: keep-alive\r\n/gim, 'Connection: close\r\n');

createServer({ cert: readFileSync(certificate), key: readFileSync(key), ALPNProtocols: ['http/1.1'] }, client => {
  const server = connect({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false });
  let head = Buffer.alloc(0);
  client.on('data', chunk => {
    if (head === null) {
      server.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(headEnd);
    if (end < 0)
      return;
    server.write(rewrite(head.toString('latin1', 0, end + headEnd.length)), 'latin1');
    server.write(head.subarray(end + headEnd.length));
    head = null;
  });
  passFrames(server, client);
  client.on('close', () => server.destroy()).on('error', () => server.destroy());
  server.on('close', () => client.end()).on('error', () => client.destroy());
}).listen(443, () => console.log('open'));
