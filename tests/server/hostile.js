// SPDX-License-Identifier: GPL-3.0-or-later
// What clients get from the call server that want to crash it, fill its memory, or keep others out.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';

import { runTests, test, until } from '../browser/harness/tap.js';
import { Line, start } from './harness.js';

let server;
const socketPath = '/socket.io/?EIO=4&transport=websocket';
const handshake = () => fetch(`${server.uri}/socket.io/?EIO=4&transport=polling`);
const health = async () => (await fetch(`${server.uri}/health`)).json();

process.setMaxListeners(100); // start() leaves one for each server

/** Gives the test a server of its own, so that limits which it uses up do not hinder the others. */
async function useServer (defer) {
  server = await start('call-server');
  defer(() => server.stop());
}

async function signIn (fullName) {
  const answer = await fetch(`${server.uri}/api/auth/guest`, { method: 'POST', body: JSON.stringify({ fullName }) });
  assert.equal(answer.status, 200);
  return answer.json();
}

/** A signed-in Socket.IO client by hand. */
async function openLine (defer, fullName) {
  const { token, user } = await signIn(fullName);
  const line = new Line(server.uri + socketPath);
  defer(() => line.socket.terminate());
  await line.read();
  line.send(`40${JSON.stringify({ token })}`);
  line.id = user._id;
  line.token = token;
  line.emit = (name, payload) => line.send(`42${JSON.stringify([name, payload])}`);
  line.next = async name => {
    for (;;) {
      const message = await line.read();
      assert.notEqual(message, null, `closed before ${name}`);
      const [found, payload] = message.startsWith('42') ? JSON.parse(message.slice(2)) : [];
      if (found === name)
        return payload;
    }
  };
  await line.next('online_contacts');
  return line;
}

/** Sends bytes as they are and resolves to all that comes back. */
function exchange (text) {
  const { port } = new URL(server.uri);
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  let answer = '';
  socket.on('data', data => { answer += data; });
  socket.on('error', () => {});
  return new Promise(resolve => { socket.on('close', () => resolve(answer)); });
}

test('an Origin that is no web page’s is refused', async defer => {
  await useServer(defer);
  const origins = ['x:y', 'null', 'file:///', 'http://', 'http:', '//', 'about:blank', '\u00ff', 'http://[::1', 'http://127.0.0.1'];
  for (const origin of origins) {
    for (const path of ['/socket.io/?EIO=4&transport=polling', '/api/contacts']) {
      const answer = await exchange(Buffer.from(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: ${origin}\r\nConnection: close\r\n\r\n`, 'latin1'));
      const wanted = origin === 'http://127.0.0.1' ? /^HTTP\/1.1 (200|401)/ : /^HTTP\/1.1 403/;
      assert.match(answer, wanted, `${path} from ${origin}`);
    }
  }
});

test('no path takes in a body without end', async defer => {
  await useServer(defer);
  const body = Buffer.alloc(2_000_000, 'x');
  for (const path of ['/', '/health', '/nothing', '/api/auth/login', '/socket.io/?EIO=4&transport=polling']) {
    const { status } = await fetch(server.uri + path, { method: 'POST', body });
    assert.ok(status === 413 || (path.startsWith('/socket.io') && status === 400), `${path}: ${status}`);
  }
});

test('a client that tries one token after the other is shut out', async defer => {
  await useServer(defer);
  const line = new Line(server.uri + socketPath);
  await line.read();
  let answers = 0;
  for (let message = ''; message !== null && answers < 200; message = await line.read())
    line.send(`40{"token":"guess ${answers++}"}`);
  assert.ok(answers <= 21, `${answers} answers`);
});

test('attachments are bounded together, and before anybody has signed in', async defer => {
  await useServer(defer);
  const line = new Line(server.uri + socketPath);
  await line.read();
  line.send(`4510-["x",${Array.from({ length: 10 }, (_, num) => `{"_placeholder":true,"num":${num}}`)}]`);
  for (let i = 0; i < 9; i++)
    line.send(Buffer.alloc(900_000));
  assert.equal(await line.read(), null);
});

test('a client that does not read what it is sent takes no memory for long', async defer => {
  await useServer(defer);
  const anna = await openLine(defer, 'Anna');
  const ben = await openLine(defer, 'Ben');
  anna.emit('call_initiate', { calleeId: ben.id, type: 'video' });
  const { callId } = await ben.next('incoming_call');
  ben.emit('call_answer', { callId });
  await anna.next('call_answered');
  ben.socket._socket.pause();
  assert.equal((await health()).sessions, 2);
  const sdp = `v=0\r\n${'x'.repeat(200_000)}`;
  for (let i = 0; i < 200; i++)
    anna.emit('webrtc_offer', { callId, offer: { type: 'offer', sdp } });
  await until('the session of the client that does not read has ended', async () => (await health()).sessions === 1);
  anna.emit('set_status', { status: 'away' });
  assert.equal(anna.socket.readyState, 1, 'the one who wrote is not to blame');
});

test('a client that reads slowly, but reads, is served', async defer => {
  await useServer(defer);
  const anna = await openLine(defer, 'Anna');
  const ben = await openLine(defer, 'Ben');
  anna.emit('call_initiate', { calleeId: ben.id, type: 'video' });
  const { callId } = await ben.next('incoming_call');
  ben.emit('call_answer', { callId });
  await anna.next('call_answered');
  const sdp = `v=0\r\n${'x'.repeat(200_000)}`;
  for (let i = 0; i < 100; i++) {
    anna.emit('webrtc_offer', { callId, offer: { type: 'offer', sdp }, generation: i });
    if (i % 10 === 9) {
      let offer;
      do
        offer = await ben.next('webrtc_offer');
      while (offer.generation !== i);
    }
  }
});

test('pings of the WebSocket protocol are answered, but not without end', async defer => {
  await useServer(defer);
  const line = new Line(server.uri + socketPath);
  await line.read();
  line.socket.ping('hello');
  assert.equal(String((await once(line.socket, 'pong'))[0]), 'hello');
  for (let i = 0; i < 5000; i++)
    line.socket.ping();
  assert.equal(await line.read(), null);
});

test('one address cannot take all sessions', async defer => {
  await useServer(defer);
  const statuses = [];
  for (let i = 0; i < 320; i++)
    statuses.push((await handshake()).status);
  const given = statuses.filter(status => status === 200).length;
  assert.ok(given >= 100 && given <= 300, `${given} sessions`);
  assert.ok(statuses.every(status => status === 200 || status === 429), String([...new Set(statuses)]));
});

test('one who turns its status on and off is not passed on each time', async defer => {
  await useServer(defer);
  const anna = await openLine(defer, 'Anna');
  const ben = await openLine(defer, 'Ben');
  for (let i = 0; i < 200; i++)
    ben.emit('set_status', { status: i % 2 ? 'online' : 'away' });
  ben.emit('call_initiate', { calleeId: anna.id, type: 'voice' });
  let told = 0;
  for (let message = ''; !message.includes('incoming_call'); message = await anna.read())
    told += message.includes('user_status_changed');
  assert.ok(told >= 2 && told <= 50, `told ${told} times`);
});

test('a stranger does not learn the e-mail addresses of others', async defer => {
  await useServer(defer);
  const login = async (email, password) => (await fetch(`${server.uri}/api/auth/login`,
    { method: 'POST', body: JSON.stringify({ email, password }) })).json();
  const headersOf = ({ token }) => ({ Authorization: `Bearer ${token}` });
  const get = async (path, user) => (await fetch(server.uri + path, { headers: headersOf(user) })).text();
  const post = (path, user, body) => fetch(server.uri + path,
    { method: 'POST', headers: headersOf(user), body: JSON.stringify(body) });
  const anna = await login('anna@example.org', 'correct horse');
  const ben = await login('ben@example.org', 'battery staple');
  const line = new Line(server.uri + socketPath);
  defer(() => line.close());
  await line.read();
  line.send(`40${JSON.stringify({ token: anna.token })}`);
  await line.read();
  const stranger = await openLine(defer, 'Stranger');

  for (const path of ['/api/contacts', '/api/users/search?q=', '/api/users/search?q=a', '/api/users/search?q=anna'])
    assert.ok(!(await get(path, stranger)).includes('@'), path);
  assert.deepEqual(JSON.parse(await get('/api/users/search?q=', stranger)).users, [], 'nobody is found by nothing');
  assert.ok((await get('/api/contacts', stranger)).includes('Anna'), 'who is here is seen');
  assert.ok((await get('/api/users/search?q=anna@example.org', stranger)).includes('Anna'),
    'who knows the address finds its owner');
  const asked = await post('/api/contacts/request', stranger, { userId: anna.user._id });
  assert.ok(!(await asked.text()).includes('@'), 'asking tells no address');

  await post('/api/contacts/request', anna, { userId: ben.user._id });
  assert.ok(!(await get('/api/contacts', anna)).includes('ben@'));
  await post('/api/contacts/accept', ben, { userId: anna.user._id });
  assert.ok((await get('/api/contacts', anna)).includes('ben@example.org'), 'contacts have agreed to know one another');
  assert.ok((await get('/api/users/me', anna)).includes('anna@example.org'));
});

await runTests({ seconds: 60 });
