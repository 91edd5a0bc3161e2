// SPDX-License-Identifier: GPL-3.0-or-later
// What the Engine.IO 4 protocol (engine.io-protocol, revision 4) asks of a server, case by case as its own test suite lists them,
// and what bounds ours sets besides.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';

import { runTests, test, until } from '../browser/harness/tap.js';
import { Line, start } from './harness.js';

const pingInterval = 300;
const pingTimeout = 200;
// RFC 6455 section 7.4.1; 1006 where the server closes before it says why. The heartbeat ends by 1000.
const tooBig = [1009, 1006];
let server;

const path = (query = '') => `${server.uri}/engine.io/${query}`;
const polling = (sid, more = '') => path(`?EIO=4&transport=polling${sid ? `&sid=${sid}` : ''}${more}`);
const websocket = sid => path(`?EIO=4&transport=websocket${sid ? `&sid=${sid}` : ''}`);
const post = (sid, body) => fetch(polling(sid), { method: 'POST', body });
const statusOf = async promise => (await promise).status;

async function openSession () {
  const text = await (await fetch(polling())).text();
  return JSON.parse(text.slice(1)).sid;
}

async function openLine () {
  const line = new Line(websocket());
  await line.read(); // the handshake
  return line;
}

async function openUpgraded () {
  const sid = await openSession();
  const line = new Line(websocket(sid));
  await line.opened;
  line.send('2probe');
  line.send('5');
  assert.equal(await line.read(), '3probe');
  return { sid, line };
}

/** What a poll brings, but for pings: on a busy machine one may have come between. */
async function poll (sid) {
  for (;;) {
    const text = await (await fetch(polling(sid))).text();
    const packets = text.split('\x1e').filter(packet => packet !== '2');
    if (packets.length)
      return packets.join('\x1e');
    await post(sid, '3');
  }
}

function assertHandshake (text, upgrades) {
  assert.equal(text[0], '0');
  const { sid, ...rest } = JSON.parse(text.slice(1));
  assert.equal(typeof sid, 'string');
  assert.deepEqual(rest, { upgrades, pingInterval, pingTimeout, maxPayload: 1000000 });
}

// Handshake

test('polling: a session opens', async () => {
  const response = await fetch(polling());
  assert.equal(response.status, 200);
  assertHandshake(await response.text(), ['websocket']);
});

test('polling: no or another protocol version is refused', async () => {
  assert.equal(await statusOf(fetch(path('?transport=polling'))), 400);
  assert.equal(await statusOf(fetch(path('?EIO=abc&transport=polling'))), 400);
  assert.equal(await statusOf(fetch(path('?EIO=3&transport=polling'))), 400);
});

test('polling: no or an unknown transport is refused', async () => {
  assert.equal(await statusOf(fetch(path('?EIO=4'))), 400);
  assert.equal(await statusOf(fetch(path('?EIO=4&transport=abc'))), 400);
});

test('polling: a session does not open by another method', async () => {
  assert.equal(await statusOf(fetch(polling(), { method: 'POST' })), 400);
  assert.equal(await statusOf(fetch(polling(), { method: 'PUT' })), 400);
});

test('WebSocket: a session opens', async () => {
  const line = new Line(websocket());
  assertHandshake(await line.read(), []);
  line.close();
});

test('WebSocket: no or another protocol version is refused', async () => {
  for (const query of ['?transport=websocket', '?EIO=abc&transport=websocket']) {
    const line = new Line(path(query));
    assert.equal(await line.read(), null);
  }
});

test('WebSocket: no or an unknown transport is refused', async () => {
  for (const query of ['?EIO=4', '?EIO=4&transport=abc']) {
    const line = new Line(path(query));
    assert.equal(await line.read(), null);
  }
});

// Messages

test('polling: one text message goes and comes', async () => {
  const sid = await openSession();
  const response = await post(sid, '4hello');
  assert.equal(response.status, 200);
  assert.equal(await response.text(), 'ok');
  assert.equal(await poll(sid), '4hello');
});

test('polling: several messages go and come in order', async () => {
  const sid = await openSession();
  assert.equal(await (await post(sid, '4one\x1e4two\x1e4three')).text(), 'ok');
  assert.equal(await poll(sid), '4one\x1e4two\x1e4three');
});

test('polling: text and binary go and come', async () => {
  const sid = await openSession();
  await post(sid, '4hello\x1ebAQIDBA==');
  assert.equal(await poll(sid), '4hello\x1ebAQIDBA==');
});

test('polling: an invalid packet ends the session', async () => {
  const sid = await openSession();
  assert.equal(await statusOf(post(sid, 'abc')), 400);
  assert.equal(await statusOf(fetch(polling(sid))), 400);
});

test('polling: a second poll at once ends the session', async () => {
  const sid = await openSession();
  const first = fetch(polling(sid));
  await new Promise(resolve => { setTimeout(resolve, 20); }); // two requests have an order only by time
  assert.equal(await statusOf(fetch(polling(sid, '&t=2'))), 400);
  assert.equal(await (await first).text(), '1');
  assert.equal(await statusOf(fetch(polling(sid))), 400);
});

test('polling: a poll that is given up ends the session', async () => {
  const sid = await openSession();
  const given = request(polling(sid));
  given.on('error', () => {});
  given.end();
  await new Promise(resolve => { given.on('socket', socket => socket.on('connect', resolve)); });
  await until('the server waits in the poll', async () => (await statusOf(post(sid, '6'))) === 200);
  given.destroy();
  // before the heartbeat would end it
  await until('the session is gone', async () => (await statusOf(post(sid, '6'))) === 400, 0.25);
});

test('WebSocket: text goes and comes', async () => {
  const line = await openLine();
  line.send('4hello');
  assert.equal(await line.readPastPings(), '4hello');
  line.close();
});

test('WebSocket: binary goes and comes', async () => {
  const line = await openLine();
  line.send(Buffer.from([1, 2, 3, 4]));
  assert.deepEqual(await line.readPastPings(), Buffer.from([1, 2, 3, 4]));
  line.close();
});

test('WebSocket: an invalid packet ends the session', async () => {
  const line = await openLine();
  line.send('abc');
  assert.equal(await line.readPastPings(), null);
});

// Heartbeat

test('polling: pings come, and answered ones keep the session', async () => {
  const sid = await openSession();
  for (let i = 0; i < 3; i++) {
    assert.equal(await (await fetch(polling(sid))).text(), '2');
    assert.equal(await statusOf(post(sid, '3')), 200);
  }
});

test('polling: silence ends the session when the handshake said it would', async () => {
  const sid = await openSession();
  await new Promise(resolve => { setTimeout(resolve, pingInterval + pingTimeout); });
  assert.equal(await statusOf(fetch(polling(sid))), 400);
});

test('WebSocket: pings come, and answered ones keep the session', async () => {
  const line = await openLine();
  for (let i = 0; i < 3; i++) {
    assert.equal(await line.read(), '2');
    line.send('3');
  }
  line.close();
});

test('WebSocket: silence ends the session', async () => {
  const line = await openLine();
  assert.equal(await line.readPastPings(), null);
});

// Close

test('polling: the client closes, and its poll is freed', async () => {
  const sid = await openSession();
  const waiting = fetch(polling(sid));
  await new Promise(resolve => { setTimeout(resolve, 20); });
  await post(sid, '1');
  assert.equal(await (await waiting).text(), '6');
  assert.equal(await statusOf(fetch(polling(sid))), 400);
});

test('WebSocket: the client closes', async () => {
  const line = await openLine();
  line.send('1');
  assert.equal(await line.readPastPings(), null);
});

// Upgrade

test('upgrade: polling gives way to a WebSocket', async () => {
  const sid = await openSession();
  const line = new Line(websocket(sid));
  await line.opened;
  line.send('2probe');
  assert.equal(await line.read(), '3probe');
  assert.equal(await (await fetch(polling(sid))).text(), '6');
  line.send('5');
  line.send('4hello');
  assert.equal(await line.readPastPings(), '4hello');
  line.close();
});

test('upgrade: a poll that waits is freed by the probe', async () => {
  const sid = await openSession();
  const waiting = fetch(polling(sid));
  const line = new Line(websocket(sid));
  await line.opened;
  line.send('2probe');
  assert.equal(await (await waiting).text(), '6');
  line.close();
});

test('upgrade: what was sent meanwhile comes over the WebSocket', async () => {
  const sid = await openSession();
  const line = new Line(websocket(sid));
  await line.opened;
  line.send('2probe');
  await line.read();
  await post(sid, '4meanwhile');
  line.send('5');
  assert.equal(await line.readPastPings(), '4meanwhile');
  line.close();
});

test('upgrade: HTTP requests do not count afterwards', async () => {
  const { sid, line } = await openUpgraded();
  assert.equal(await statusOf(fetch(polling(sid))), 400);
  assert.equal(await statusOf(post(sid, '4hello')), 400);
  line.send('4hello');
  assert.equal(await line.readPastPings(), '4hello');
  line.close();
});

test('upgrade: a second WebSocket does not count afterwards', async () => {
  const { sid, line } = await openUpgraded();
  assert.equal(await new Line(websocket(sid)).read(), null);
  line.send('4hello');
  assert.equal(await line.readPastPings(), '4hello');
  line.close();
});

test('upgrade: a WebSocket that does not probe is turned away, and polling goes on', async () => {
  const sid = await openSession();
  const line = new Line(websocket(sid));
  await line.opened;
  line.send('5');
  assert.equal(await line.read(), null);
  await post(sid, '4still here');
  assert.equal(await poll(sid), '4still here');
});

// Bounds

test('an unknown session is refused on both transports', async () => {
  assert.equal(await statusOf(fetch(polling('nobody'))), 400);
  assert.equal(await statusOf(post('nobody', '4hello')), 400);
  assert.equal(await new Line(websocket('nobody')).read(), null);
});

test('a second POST at once ends the session', async () => {
  const sid = await openSession();
  const { port } = new URL(server.uri);
  const slow = connect(port, '127.0.0.1');
  slow.on('error', () => {});
  slow.write(`POST /engine.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\n`);
  slow.write(`Host: 127.0.0.1:${port}\r\nContent-Length: 6\r\n\r\n4h`);
  await until('the second POST is refused', async () => (await statusOf(post(sid, '6'))) === 400, 0.25);
  assert.equal(await statusOf(fetch(polling(sid))), 400);
  slow.destroy();
});

test('a payload above the limit is refused and ends the session', async () => {
  const sid = await openSession();
  assert.equal(await statusOf(post(sid, `4${'x'.repeat(1000000)}`)), 413);
  assert.equal(await statusOf(fetch(polling(sid))), 400);
});

test('a WebSocket message above the limit ends the session', async () => {
  const line = await openLine();
  line.send(`4${'x'.repeat(1000000)}`);
  assert.ok(tooBig.includes(await line.closed));
});

test('a message in endless fragments ends the session', async () => {
  const line = await openLine();
  const part = 'x'.repeat(500000);
  line.socket.send(`4${part}`, { fin: false });
  line.socket.send(part, { fin: false });
  line.socket.send(part, { fin: false });
  assert.ok(tooBig.includes(await line.closed));
});

test('what only a server may send ends the session', async () => {
  for (const packet of ['0{}', '2']) {
    const line = await openLine();
    line.send(packet);
    assert.equal(await line.readPastPings(), null, packet);
  }
});

server = await start('conformance-server', ['0']);
await runTests({ seconds: 20 });
await server.stop();
