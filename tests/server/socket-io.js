// SPDX-License-Identifier: GPL-3.0-or-later
// What the Socket.IO 5 protocol (socket.io-protocol, revision 5) asks of a server, case by case as its own test suite lists them;
// the cases of the layer below are in engine-io.js.

import assert from 'node:assert/strict';

import { runTests, test } from '../browser/harness/tap.js';
import { Line, start } from './harness.js';

let server;

async function openLine () {
  const line = new Line(`${server.uri}/socket.io/?EIO=4&transport=websocket`);
  assert.equal((await line.read())[0], '0');
  return line;
}

async function connectTo (nsp = '', auth = '') {
  const line = await openLine();
  line.send(`40${nsp}${auth}`);
  const answer = await line.readPastPings();
  assert.ok(answer.startsWith(`40${nsp}`), answer);
  const handshake = JSON.parse(answer.slice(2 + nsp.length));
  assert.deepEqual(Object.keys(handshake), ['sid']);
  assert.equal(typeof handshake.sid, 'string');
  return { line, said: await line.readPastPings() };
}

async function assertCloses (...messages) {
  const { line } = await connectTo();
  for (const message of messages)
    line.send(message);
  assert.equal(await line.readPastPings(), null);
}

test('connect to the main namespace', async () => {
  assert.equal((await connectTo()).said, '42["auth",{}]');
});

test('connect to the main namespace with a payload', async () => {
  assert.equal((await connectTo('', '{"token":"123"}')).said, '42["auth",{"token":"123"}]');
});

test('connect to another namespace', async () => {
  assert.equal((await connectTo('/custom,')).said, '42/custom,["auth",{}]');
});

test('connect to another namespace with a payload', async () => {
  assert.equal((await connectTo('/custom,', '{"token":"abc"}')).said, '42/custom,["auth",{"token":"abc"}]');
});

test('an unknown namespace is refused', async () => {
  const line = await openLine();
  line.send('40/random');
  assert.equal(await line.readPastPings(), '44/random,{"message":"Invalid namespace"}');
});

test('an invalid first packet ends the connection', async () => {
  const line = await openLine();
  line.send('4abc');
  assert.equal(await line.readPastPings(), null);
});

test('a client that connects to nothing is turned away', async () => {
  const line = await openLine();
  const timer = setInterval(() => line.send('3'), 100); // alive for the layer below
  assert.equal(await line.readPastPings(), null);
  clearInterval(timer);
});

test('an event before connecting ends the connection', async () => {
  const line = await openLine();
  line.send('42["message"]');
  assert.equal(await line.readPastPings(), null);
});

test('connecting twice ends the connection', () => assertCloses('40'));

test('disconnect from the main namespace; the connection stands', async () => {
  const { line } = await connectTo();
  line.send('41');
  assert.equal(await line.read(), '2');
  line.close();
});

test('disconnect from another namespace while the main one lives', async () => {
  const { line } = await connectTo();
  line.send('40/custom');
  await line.readPastPings();
  await line.readPastPings();
  line.send('41/custom');
  line.send('42["message","to the main one"]');
  assert.equal(await line.readPastPings(), '42["message-back","to the main one"]');
  line.close();
});

test('a text event', async () => {
  const { line } = await connectTo();
  line.send('42["message",1,"2",{"3":[true]}]');
  assert.equal(await line.readPastPings(), '42["message-back",1,"2",{"3":[true]}]');
  line.close();
});

test('an event with binary attachments', async () => {
  const { line } = await connectTo();
  line.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  line.send(Buffer.from([1, 2, 3]));
  line.send(Buffer.from([4, 5, 6]));
  assert.equal(await line.readPastPings(), '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  assert.deepEqual(await line.readPastPings(), Buffer.from([1, 2, 3]));
  assert.deepEqual(await line.readPastPings(), Buffer.from([4, 5, 6]));
  line.close();
});

test('a text event that is acknowledged', async () => {
  const { line } = await connectTo();
  line.send('42456["message-with-ack",1,"2",{"3":[false]}]');
  assert.equal(await line.readPastPings(), '43456[1,"2",{"3":[false]}]');
  line.close();
});

test('an event with binary attachments that is acknowledged', async () => {
  const { line } = await connectTo();
  line.send('452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  line.send(Buffer.from([1, 2, 3]));
  line.send(Buffer.from([4, 5, 6]));
  assert.equal(await line.readPastPings(), '462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
  assert.deepEqual(await line.readPastPings(), Buffer.from([1, 2, 3]));
  assert.deepEqual(await line.readPastPings(), Buffer.from([4, 5, 6]));
  line.close();
});

test('an unknown packet type ends the connection', () => assertCloses('4abc'));
test('an event whose data is no array ends the connection', () => assertCloses('42{}'));
test('an acknowledgement id that is no number ends the connection', () =>
  assertCloses('42abc["message-with-ack",1,"2",{"3":[false]}]'));
test('an event without a name ends the connection', () => assertCloses('42[]'));
test('a reserved event name ends the connection', () => assertCloses('42["disconnect"]'));
test('text while attachments are due ends the connection', () =>
  assertCloses('451-["message",{"_placeholder":true,"num":0}]', '42["message"]'));
test('more attachments than the reference allows end the connection', () => assertCloses('4511-["message"]'));
test('binary that nobody announced ends the connection', () => assertCloses(Buffer.from([1])));

server = await start('conformance-server', ['0']);
await runTests({ seconds: 20 });
await server.stop();
