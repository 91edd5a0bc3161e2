// SPDX-License-Identifier: GPL-3.0-or-later
// The reference client, npm's socket.io-client, against the server: both transports, and coming back.

import assert from 'node:assert/strict';
import { once } from 'node:events';

import { runTests, test, until } from '../browser/harness/tap.js';
import { io, start } from './harness.js';

let server;

async function open (defer, options = {}, nsp = '') {
  const client = io(server.uri + nsp, { forceNew: true, reconnectionDelay: 50, auth: { token: 'abc' }, ...options });
  defer(() => client.close());
  const said = once(client, 'auth');
  await once(client, 'connect');
  assert.deepEqual((await said)[0], { token: 'abc' });
  return client;
}

for (const transports of [['polling'], ['websocket']]) {
  const name = transports[0];

  test(`${name}: events and acknowledgements`, async defer => {
    const client = await open(defer, { transports });
    const back = once(client, 'message-back');
    client.emit('message', 'Grüße', 7, { deep: [null, true] });
    assert.deepEqual((await back).slice(0, 3), ['Grüße', 7, { deep: [null, true] }]);
    assert.deepEqual(await client.timeout(5000).emitWithAck('message-with-ack', 'one'), 'one');
    assert.equal(client.io.engine.transport.name, name);
  });

  test(`${name}: binary both ways`, async defer => {
    const client = await open(defer, { transports });
    const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
    const back = once(client, 'message-back');
    client.emit('message', { file: bytes });
    assert.deepEqual((await back)[0], { file: bytes });
    assert.deepEqual(await client.timeout(5000).emitWithAck('message-with-ack', bytes), bytes);
  });

  test(`${name}: many messages in a row stay in order`, async defer => {
    const client = await open(defer, { transports });
    const seen = [];
    client.on('message-back', number => seen.push(number));
    for (let i = 0; i < 500; i++)
      client.emit('message', i);
    await until('all are back', () => seen.length === 500);
    assert.deepEqual(seen, [...seen.keys()]);
  });
}

test('begins by polling and moves to a WebSocket', async defer => {
  const client = await open(defer);
  await until('it has moved', () => client.io.engine.transport.name === 'websocket');
  assert.equal(await client.timeout(5000).emitWithAck('message-with-ack', 'after'), 'after');
});

test('two namespaces on one connection', async defer => {
  const main = await open(defer, { forceNew: false });
  const custom = await open(defer, { forceNew: false }, '/custom');
  assert.equal(main.io, custom.io);
  custom.close();
  assert.equal(await main.timeout(5000).emitWithAck('message-with-ack', 'main'), 'main');
});

test('an unknown namespace gives a connect_error', async defer => {
  const client = io(`${server.uri}/nowhere`, { forceNew: true });
  defer(() => client.close());
  assert.equal((await once(client, 'connect_error'))[0].message, 'Invalid namespace');
});

test('a lost connection is recovered with what was missed', async defer => {
  const client = await open(defer, { transports: ['websocket'] });
  const { id } = client;
  const seen = [];
  client.on('message-back', text => seen.push(text));
  client.emit('message', 'before');
  await until('the first is back', () => seen.length === 1);
  const gone = once(client, 'disconnect');
  client.io.engine.close();
  await gone;
  client.connect();
  await once(client, 'connect');
  assert.equal(client.recovered, true);
  assert.equal(client.id, id);
  await until('the missed event comes', () => seen.length === 2);
  assert.deepEqual(seen, ['before', 'while you were gone']);
});

test('a client that said good-bye is not recovered', async defer => {
  const client = await open(defer, { transports: ['websocket'] });
  const { id } = client;
  client.disconnect();
  client.connect();
  await once(client, 'connect');
  assert.equal(client.recovered, false);
  assert.notEqual(client.id, id);
});

server = await start('conformance-server', ['0', '--keep-state']);
await runTests({ seconds: 30 });
await server.stop();
