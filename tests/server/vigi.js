// SPDX-License-Identifier: GPL-3.0-or-later
// The call server as its users meet it, driven by npm's socket.io-client: sign-in, presence, calls, relays, and what bad input
// gets.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';

import { runTests, test, until } from '../browser/harness/tap.js';
import { Line, io, start } from './harness.js';

let server;
const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

async function api (method, path, { body, token } = {}) {
  const response = await fetch(server.uri + path, {
    method,
    headers: { ...(body && { 'Content-Type': 'application/json' }), ...(token && { Authorization: `Bearer ${token}` }) },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, ...await response.json() };
}

const guest = async fullName => {
  const answer = await api('POST', '/api/auth/guest', { body: { fullName } });
  assert.equal(answer.status, 200, answer.error);
  return answer;
};

/** A user's socket that remembers every event: seen (name) are the payloads of one. */
class User {
  constructor (account, options) {
    this.account = account;
    this.id = account.user._id;
    this.events = [];
    this.socket = io(server.uri, { forceNew: true, transports: ['websocket'], auth: { token: account.token },
      reconnectionDelay: 50, ...options });
    this.socket.onAny((name, payload) => this.events.push({ name, payload }));
  }

  static async open (defer, account, options) {
    const user = new User(account, options);
    defer(() => user.socket.close());
    await once(user.socket, 'connect');
    await user.next('online_contacts');
    return user;
  }

  seen (name) { return this.events.filter(event => event.name === name).map(event => event.payload); }

  async next (name, fits = () => true) {
    return until(`event ${name}`, () => this.seen(name).find(fits), 20);
  }

  emit (name, payload) { this.socket.emit(name, payload); }

  /** What the server says to everything that was sent before. */
  async settle () { return this.socket.timeout(10000).emitWithAck('set_status', { status: 'online' }); }

  async call (callee, type = 'video') {
    return this.socket.timeout(10000).emitWithAck('call_initiate', { calleeId: callee.id, type });
  }
}

async function openTwo (defer) {
  const anna = await User.open(defer, await guest('Anna'));
  const ben = await User.open(defer, await guest('Ben'));
  return { anna, ben };
}

async function openCall (defer, type) {
  const { anna, ben } = await openTwo(defer);
  const { callId } = await anna.call(ben, type);
  await ben.next('incoming_call');
  ben.emit('call_answer', { callId });
  await anna.next('call_answered');
  await ben.next('call_answered');
  return { anna, ben, callId };
}

// Sign-in

test('an account signs in, is verified, refreshed and signed out', async () => {
  const { status, token, refreshToken, expiresIn, user } = await api('POST', '/api/auth/login',
    { body: { email: 'anna@example.org', password: 'correct horse' } });
  assert.equal(status, 200);
  assert.equal(user.fullName, 'Anna');
  assert.ok(expiresIn > 0);
  assert.equal((await api('GET', '/api/auth/verify', { token })).user._id, user._id);
  assert.equal((await api('GET', '/api/users/me', { token })).user.email, 'anna@example.org');

  const second = await api('POST', '/api/auth/refresh', { body: { refreshToken } });
  assert.equal(second.user._id, user._id);
  assert.equal((await api('GET', '/api/auth/verify', { token })).status, 401, 'the old token ended');
  assert.equal((await api('POST', '/api/auth/refresh', { body: { refreshToken } })).status, 401, 'a refresh token is good once');

  assert.equal((await api('POST', '/api/auth/logout', { token: second.token })).status, 200);
  assert.equal((await api('GET', '/api/auth/verify', { token: second.token })).status, 401);
});

test('a wrong password, an unknown address and a wrong token are refused in words', async defer => {
  for (const email of ['anna@example.org', 'nobody@example.org']) {
    const answer = await api('POST', '/api/auth/login', { body: { email, password: 'wrong' } });
    assert.equal(answer.status, 401);
    assert.match(answer.error, /Wrong e-mail address or password/);
  }
  const socket = io(server.uri, { forceNew: true, auth: { token: 'nonsense' } });
  defer(() => socket.close());
  const [error] = await once(socket, 'connect_error');
  assert.match(error.message, /sign in/);
  assert.equal(error.data.code, 'unauthorized');
});

test('registration asks for a name, an address and a good password, once', async () => {
  const good = { fullName: 'Carla', email: 'carla@example.org', password: 'long enough' };
  for (const wrong of [{ fullName: ' ' }, { fullName: 'x'.repeat(65) }, { fullName: 'a\u202eb' }, { email: 'no address' },
    { password: 'short' },
                       { fullName: 7 }, { email: null }, { password: ['long enough'] }])
    assert.equal((await api('POST', '/api/auth/register', { body: { ...good, ...wrong } })).status, 400, JSON.stringify(wrong));
  assert.equal((await api('POST', '/api/auth/register', { body: good })).status, 200);
  assert.equal((await api('POST', '/api/auth/register', { body: { ...good, email: 'CARLA@example.org' } })).status, 409);
});

test('no request that is not in order crashes or passes', async () => {
  assert.equal((await api('POST', '/api/auth/login', { body: '{"email":' })).status, 400);
  assert.equal((await api('POST', '/api/auth/login', { body: '['.repeat(5000) })).status, 400);
  assert.equal((await api('POST', '/api/auth/login', { body: 'x'.repeat(20000) }).catch(() => ({ status: 413 }))).status, 413);
  assert.equal((await api('GET', '/api/contacts')).status, 401);
  assert.equal((await api('PUT', '/api/contacts')).status, 405);
  assert.equal((await api('GET', '/api/nothing')).status, 404);
});

// People

test('people see one another come, go away and leave', async defer => {
  const { anna, ben } = await openTwo(defer);
  assert.ok(ben.seen('online_contacts')[0].includes(anna.id));
  assert.ok(!ben.seen('online_contacts')[0].includes(ben.id));
  const came = await anna.next('user_status_changed', event => event.userId === ben.id);
  assert.deepEqual([came.status, came.fullName], ['online', 'Ben']);

  const { contacts } = await api('GET', '/api/contacts', { token: anna.account.token });
  assert.equal(contacts.find(person => person._id === ben.id).status, 'online');
  assert.equal(contacts.find(person => person._id === ben.id).relation, 'none');
  assert.ok(!contacts.some(person => person._id === anna.id));

  ben.emit('set_status', { status: 'away' });
  await anna.next('user_status_changed', event => event.userId === ben.id && event.status === 'away');
  ben.socket.close();
  await anna.next('user_status_changed', event => event.userId === ben.id && event.status === 'offline');
});

test('a user with two sockets leaves with the last one', async defer => {
  const { anna, ben } = await openTwo(defer);
  const phone = await User.open(defer, ben.account);
  ben.socket.close();
  await phone.settle();
  await anna.settle();
  assert.ok(!anna.seen('user_status_changed').some(event => event.userId === ben.id && event.status === 'offline'));
  phone.socket.close();
  await anna.next('user_status_changed', event => event.userId === ben.id && event.status === 'offline');
});

test('contacts are asked for, accepted, found and removed', async () => {
  const carla = await api('POST', '/api/auth/login', { body: { email: 'carla@example.org', password: 'long enough' } });
  const ben = await api('POST', '/api/auth/login', { body: { email: 'ben@example.org', password: 'battery staple' } });
  const contactsOf = async ({ token }) => (await api('GET', '/api/contacts', { token }));
  const found = await api('GET', '/api/users/search?q=be', { token: carla.token });
  assert.deepEqual(found.users.map(user => user.fullName), ['Ben']);

  assert.equal((await api('POST', '/api/contacts/accept', { token: ben.token, body: { userId: carla.user._id } })).status, 404);
  assert.equal((await api('POST', '/api/contacts/request', { token: carla.token, body: { userId: ben.user._id } })).status, 200);
  assert.equal((await api('POST', '/api/contacts/request', { token: carla.token, body: { userId: 'nobody' } })).status, 404);
  assert.deepEqual((await contactsOf(ben)).requests.map(user => [user.fullName, user.relation]), [['Carla', 'asks']]);
  assert.equal((await api('POST', '/api/contacts/accept', { token: ben.token, body: { userId: carla.user._id } })).status, 200);
  for (const [one, other] of [[ben, carla], [carla, ben]])
    assert.deepEqual((await contactsOf(one)).contacts.filter(user => user._id === other.user._id)
      .map(user => [user.status, user.relation]), [['offline', 'contact']]);

  assert.equal((await api('DELETE', `/api/contacts/${ben.user._id}`, { token: carla.token })).status, 200);
  assert.deepEqual((await contactsOf(ben)).contacts.filter(user => user._id === carla.user._id), []);
});

// Calls

test('a call rings, is answered, carries both descriptions and candidates, and ends', async defer => {
  const { anna, ben, callId } = await openCall(defer, 'video');
  const [rang] = ben.seen('incoming_call');
  assert.deepEqual(rang, { callId, caller: { _id: anna.id, fullName: 'Anna' }, type: 'video' });

  anna.emit('webrtc_offer', { callId, offer: { type: 'offer', sdp }, to: ben.id, from: 'forged', generation: 2, more: 'x' });
  assert.deepEqual(await ben.next('webrtc_offer'),
    { callId, offer: { type: 'offer', sdp }, from: anna.id, to: ben.id, generation: 2 });
  ben.emit('webrtc_answer', { callId, answer: { type: 'answer', sdp }, to: anna.id });
  assert.deepEqual(await anna.next('webrtc_answer'), { callId, answer: { type: 'answer', sdp }, from: ben.id, to: anna.id });

  const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0,
    usernameFragment: 'abcd' };
  ben.emit('webrtc_ice_candidate', { callId, candidate, to: anna.id });
  assert.deepEqual((await anna.next('webrtc_ice_candidate')).candidate, candidate);
  ben.emit('webrtc_ice_candidate', { callId, candidate: null, to: anna.id });
  await anna.next('webrtc_ice_candidate', event => event.candidate.candidate === '');
  anna.emit('ice_candidates', { callId, candidates: [candidate, candidate], to: ben.id });
  assert.deepEqual((await ben.next('ice_candidates')).candidates, [candidate, candidate]);
  ben.emit('webrtc_recover', { callId, generation: 3, to: anna.id });
  assert.deepEqual(await anna.next('webrtc_recover'), { callId, generation: 3, from: ben.id, to: anna.id });
  const url = 'https://meet.example.org/yonder-1';
  anna.emit('call_meeting', { callId, url, to: ben.id });
  assert.deepEqual(await ben.next('call_meeting'), { callId, url, from: anna.id, to: ben.id });
  for (const wrong of ['http://meet.example.org/', 'javascript:alert(1)', `https://${'x'.repeat(2000)}`, 7, null]) {
    anna.emit('call_meeting', { callId, url: wrong, to: ben.id });
    assert.equal((await anna.next('call_error')).code, 'malformed');
  }

  anna.emit('call_end', { callId });
  for (const user of [anna, ben]) {
    const { duration, ...rest } = await user.next('call_ended');
    assert.deepEqual(rest, { callId, reason: 'ended', endedBy: anna.id });
    assert.ok(duration >= 0);
  }
});

test('the server gives the caller the id by an event, too, for clients that ask no acknowledgement', async defer => {
  const { anna, ben } = await openTwo(defer);
  anna.emit('call_initiate', { calleeId: ben.id, type: 'voice' });
  const { callId } = await anna.next('call_initiated');
  assert.equal((await ben.next('incoming_call')).callId, callId);
});

test('a call is declined', async defer => {
  const { anna, ben } = await openTwo(defer);
  const { callId } = await anna.call(ben);
  await ben.next('incoming_call');
  ben.emit('call_decline', { callId });
  assert.equal((await anna.next('call_ended')).reason, 'declined');
});

test('a caller who gives up leaves a missed call', async defer => {
  const { anna, ben } = await openTwo(defer);
  const { callId } = await anna.call(ben);
  anna.emit('call_end', { callId });
  assert.equal((await ben.next('call_ended')).reason, 'missed');
});

test('somebody in a call is busy, and goes on', async defer => {
  const { anna, ben, callId } = await openCall(defer);
  const carla = await User.open(defer, await guest('Carla'));
  const second = await carla.call(ben);
  assert.equal((await carla.next('call_ended')).reason, 'busy');
  assert.notEqual(second.callId, callId);
  anna.emit('webrtc_recover', { callId, generation: 1 });
  await ben.next('webrtc_recover');
  assert.equal(ben.seen('incoming_call').length, 1);
  assert.equal(ben.seen('call_ended').length, 0);
});

test('a client that takes a second call beside the first hears of it, and of no third one', async defer => {
  const anna = await User.open(defer, await guest('Anna'));
  const account = await guest('Ben');
  const ben = await User.open(defer, account, { auth: { token: account.token, callWaiting: true } });
  const others = [await User.open(defer, await guest('Carla')), await User.open(defer, await guest('Dora'))];
  const { callId } = await anna.call(ben);
  await ben.next('incoming_call');
  ben.emit('call_answer', { callId });
  await anna.next('call_answered');

  const second = await others[0].call(ben);
  await ben.next('incoming_call', call => call.callId === second.callId);
  assert.equal(others[0].seen('call_ended').length, 0);
  await others[1].call(ben);
  assert.equal((await others[1].next('call_ended')).reason, 'busy');

  ben.emit('call_answer', { callId: second.callId });
  await others[0].next('call_answered');
  for (const [caller, id] of [[anna, callId], [others[0], second.callId]]) {
    ben.emit('webrtc_recover', { callId: id, generation: 1 });
    await caller.next('webrtc_recover');
  }
  others[1].events.length = 0;
  await others[1].call(ben);
  assert.equal((await others[1].next('call_ended')).reason, 'busy');
  ben.emit('call_end', { callId });
  assert.equal((await anna.next('call_ended')).reason, 'ended');
  assert.equal(others[0].seen('call_ended').length, 0);
});

test('who has a call on hold calls another person, but not two', async defer => {
  const account = await guest('Ben');
  const ben = await User.open(defer, account, { auth: { token: account.token, callWaiting: true } });
  const others = [];
  for (const name of ['Anna', 'Carla', 'Dora'])
    others.push(await User.open(defer, await guest(name)));
  for (const other of others.slice(0, 2)) {
    const { callId } = await ben.call(other);
    await other.next('incoming_call');
    other.emit('call_answer', { callId });
    await ben.next('call_answered', call => call.callId === callId);
  }
  assert.equal((await ben.call(others[2])).code, 'in-call');
});

test('somebody who is not here, does not exist or is oneself cannot be called', async defer => {
  const { anna } = await openTwo(defer);
  const gone = await guest('Gone');
  assert.equal((await anna.call({ id: gone.user._id })).code, 'offline');
  assert.equal((await anna.call({ id: 'nobody' })).code, 'offline');
  assert.equal((await anna.call(anna)).code, 'not-allowed');
});

test('a call that is answered on one device stops ringing on the other', async defer => {
  const { anna, ben } = await openTwo(defer);
  const phone = await User.open(defer, ben.account);
  const { callId } = await anna.call(ben);
  await ben.next('incoming_call');
  await phone.next('incoming_call');
  phone.emit('call_answer', { callId });
  assert.equal((await ben.next('call_ended')).reason, 'answered-elsewhere');
  await anna.next('call_answered');
  assert.equal(phone.seen('call_ended').length, 0);

  ben.emit('call_end', { callId });
  assert.equal((await ben.next('call_error')).code, 'wrong-state', 'the other device cannot end it');
  anna.emit('webrtc_recover', { callId, generation: 1 });
  await phone.next('webrtc_recover');
  assert.equal(ben.seen('webrtc_recover').length, 0, 'the other device hears nothing of it');
});

test('a device that comes while it rings, rings', async defer => {
  const { anna, ben } = await openTwo(defer);
  const { callId } = await anna.call(ben);
  const phone = await User.open(defer, ben.account);
  assert.equal((await phone.next('incoming_call')).callId, callId);
});

test('two who call each other are in one call', async defer => {
  const { anna, ben } = await openTwo(defer);
  const first = await anna.call(ben);
  const second = await ben.call(anna);
  assert.ok(first.callId && second.callId && first.callId !== second.callId);
  ben.emit('call_answer', { callId: first.callId });
  await anna.next('call_answered', event => event.callId === first.callId);
  await anna.next('call_ended', event => event.callId === second.callId);
  assert.ok(!anna.seen('call_ended').some(event => event.callId === first.callId));
});

test('a caller who leaves for good ends the ringing', async defer => {
  const { anna, ben } = await openTwo(defer);
  await anna.call(ben);
  await ben.next('incoming_call');
  anna.socket.close();
  assert.equal((await ben.next('call_ended')).reason, 'missed');
});

test('a side that leaves for good ends the call', async defer => {
  const { anna, ben } = await openCall(defer);
  ben.socket.close();
  assert.equal((await anna.next('call_ended')).reason, 'failed');
});

test('a side that loses its connection comes back into the call and gets what it missed', async defer => {
  const { anna, ben, callId } = await openCall(defer);
  const gone = once(ben.socket, 'disconnect');
  ben.socket.io.engine.close();
  await gone;
  anna.emit('webrtc_recover', { callId, generation: 1 });
  await anna.settle();
  ben.socket.connect();
  await once(ben.socket, 'connect');
  assert.equal(ben.socket.recovered, true);
  await ben.next('webrtc_recover');
  ben.emit('webrtc_recover', { callId, generation: 2 });
  await anna.next('webrtc_recover');
  assert.equal(anna.seen('call_ended').length, 0);
});

test('a side that comes back on a new connection is in the call, too', async defer => {
  const { anna, ben, callId } = await openCall(defer);
  const gone = once(ben.socket, 'disconnect');
  ben.socket.io.engine.close();
  await gone;
  const again = await User.open(defer, ben.account);
  again.emit('webrtc_recover', { callId, generation: 1 });
  await anna.next('webrtc_recover');
  anna.emit('webrtc_offer', { callId, offer: { type: 'offer', sdp } });
  await again.next('webrtc_offer');
  anna.emit('call_end', { callId });
  await again.next('call_ended');
});

test('a message to a call that is over gets told how it ended', async defer => {
  const { anna, ben, callId } = await openCall(defer);
  anna.emit('call_end', { callId });
  await ben.next('call_ended');
  ben.emit('webrtc_recover', { callId, generation: 1 });
  await until('the end is told again', () => ben.seen('call_ended').length === 2);
});

// What is not allowed

test('relays only between the two of an answered call', async defer => {
  const { anna, ben } = await openTwo(defer);
  const carla = await User.open(defer, await guest('Carla'));
  const offer = { type: 'offer', sdp };
  const { callId } = await anna.call(ben);

  anna.emit('webrtc_offer', { callId, offer, to: ben.id });
  assert.equal((await anna.next('call_error')).code, 'wrong-state', 'not before it is answered');
  carla.emit('webrtc_offer', { callId, offer, to: ben.id });
  assert.equal((await carla.next('call_error')).code, 'unknown-call', 'not from a third');
  for (const event of ['call_answer', 'call_decline', 'call_end'])
    carla.emit(event, { callId });
  anna.emit('call_answer', { callId });
  await carla.settle();
  await anna.settle();
  ben.emit('call_answer', { callId });
  await anna.next('call_answered');
  anna.emit('webrtc_offer', { callId, offer, to: carla.id });
  await anna.next('call_error', error => error.code === 'not-allowed');
  anna.emit('webrtc_offer', { callId: 'no such call', offer, to: ben.id });
  await anna.next('call_error', error => error.code === 'unknown-call');
  await anna.settle();
  await ben.settle();
  assert.equal(carla.seen('webrtc_offer').length, 0);
  assert.equal(ben.seen('webrtc_offer').length, 0);
  assert.equal(ben.seen('call_ended').length, 0);
});

test('wrong types, missing fields and sizes are refused, and the call goes on', async defer => {
  const { anna, ben, callId } = await openCall(defer);
  const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 };
  const bad = [
    ['webrtc_offer', { callId, offer: { type: 'offer', sdp: 'x'.repeat(256 * 1024 + 1) } }],
    ['webrtc_offer', { callId, offer: { type: 'offer', sdp: 7 } }],
    ['webrtc_offer', { callId, offer: { type: 'answer', sdp } }],
    ['webrtc_offer', { callId, offer: sdp }],
    ['webrtc_offer', { offer: { type: 'offer', sdp } }],
    ['webrtc_offer', { callId, offer: { type: 'offer', sdp }, generation: -1 }],
    ['webrtc_offer', { callId, offer: { type: 'offer', sdp }, generation: 'one' }],
    ['webrtc_offer', { callId: { $ne: '' }, offer: { type: 'offer', sdp } }],
    ['webrtc_offer', { callId, offer: { type: 'offer', sdp }, to: [ben.id] }],
    ['webrtc_offer', 'a string'],
    ['webrtc_offer', [callId]],
    ['webrtc_offer', undefined],
    ['webrtc_offer', { callId, offer: { type: 'offer', sdp: Buffer.from(sdp) } }],
    ['webrtc_ice_candidate', { callId, candidate: 'a string' }],
    ['webrtc_ice_candidate', { callId, candidate: { candidate: 'x'.repeat(2049) } }],
    ['webrtc_ice_candidate', { callId, candidate: { ...candidate, sdpMLineIndex: 1e9 } }],
    ['webrtc_ice_candidate', { callId, candidate: { ...candidate, sdpMid: {} } }],
    ['ice_candidates', { callId, candidates: Array(201).fill(candidate) }],
    ['ice_candidates', { callId, candidates: candidate }],
    ['call_initiate', { calleeId: ben.id, type: 'smell' }],
    ['call_initiate', { calleeId: 7, type: 'voice' }],
    ['set_status', { status: 'invisible' }],
    ['no_such_event', { callId }],
    [`x${'y'.repeat(5000)}`, { callId }],
  ];
  for (const [event, payload] of bad)
    anna.emit(event, payload);
  await anna.settle();
  assert.equal(anna.seen('call_error').length, bad.length);
  assert.ok(anna.seen('call_error').every(({ error, code }) => error && code === 'malformed'));
  anna.emit('webrtc_ice_candidate', { callId, candidate });
  await ben.next('webrtc_ice_candidate');
  assert.equal(ben.events.filter(({ name }) => name.startsWith('webrtc_') || name === 'ice_candidates').length, 1,
    'only the good one came');
  assert.equal(anna.socket.connected, true);
});

test('garbage on the line ends that line and no other', async defer => {
  const { anna, ben } = await openTwo(defer);
  for (const garbage of ['4', '42', '42[', '4{"a":', '9', '', '4\u0000', '42["a"', '451-["a",{"_placeholder":true,"num":7}]',
    Buffer.alloc(100, 255)]) {
    const line = new Line(`${server.uri}/socket.io/?EIO=4&transport=websocket`);
    await line.read();
    line.send(garbage);
    assert.equal(await line.read(), null, String(garbage));
  }
  await anna.call(ben);
  await ben.next('incoming_call');
});

test('a client that floods is refused, and shown the door when it goes on', async defer => {
  const { anna, ben } = await openTwo(defer);
  for (let i = 0; i < 500; i++)
    anna.emit('call_end', { callId: 'none' });
  await anna.next('call_error', error => error.code === 'rate-limited');
  assert.equal(anna.socket.connected, true);
  const gone = once(anna.socket, 'disconnect');
  for (let i = 0; i < 4000 && anna.socket.connected; i++)
    anna.emit('call_end', { callId: 'none' });
  assert.equal((await gone)[0], 'io server disconnect');
  await ben.settle();
});

test('a page of another origin may neither sign in nor connect; the server’s own may', async () => {
  const post = origin => fetch(`${server.uri}/api/auth/guest`, {
    method: 'POST', headers: { Origin: origin, 'Content-Type': 'application/json' }, body: '{"fullName":"Page"}',
  });
  assert.equal((await post('https://elsewhere.example')).status, 403);
  assert.equal((await post('null')).status, 403);
  assert.equal((await post(server.uri)).status, 200);

  const uri = `${server.uri}/socket.io/?EIO=4&transport=websocket`;
  assert.equal(await new Line(uri, { origin: 'https://elsewhere.example' }).read(), null);
  const line = new Line(uri, { origin: server.uri });
  assert.equal((await line.read())[0], '0');
  line.close();
});

test('a name that somebody points at this computer is no origin of ours', async () => {
  const { port } = new URL(server.uri);
  const status = await new Promise(resolve => {
    const headers = { Host: `rebound.example:${port}`, Origin: `http://rebound.example:${port}`,
      'Content-Type': 'application/json' };
    request({ host: '127.0.0.1', port, path: '/api/auth/guest', method: 'POST', headers },
      response => resolve(response.statusCode))
      .end('{"fullName":"Page"}');
  });
  assert.equal(status, 403);
});

// Around it

test('relays come with credentials that coturn takes for a while', async () => {
  const { token, user } = await guest('Anna');
  const { iceServers, ttl } = await api('GET', '/api/webrtc/ice-servers', { token });
  const [stun, turn] = iceServers;
  assert.deepEqual(stun, { urls: ['stun:127.0.0.1:3478'] });
  assert.deepEqual(turn.urls, ['turn:127.0.0.1:3478?transport=udp']);
  assert.equal(ttl, 3600);
  const [expiry, name] = turn.username.split(':');
  assert.ok(Math.abs(expiry - (Date.now() / 1000 + 3600)) < 60);
  assert.equal(name, user._id);
  assert.equal(turn.credential, createHmac('sha1', 'north').update(turn.username).digest('base64'));
  assert.equal((await api('GET', '/api/webrtc/ice-servers')).status, 401);
});

test('the page and the health report are there, and nothing else', async () => {
  const page = await fetch(server.uri);
  assert.match(await page.text(), /<title>Yonder/);
  assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
  const tag = page.headers.get('etag');
  assert.equal((await fetch(server.uri, { headers: { 'If-None-Match': tag } })).status, 304);
  for (const path of ['/yonder.js', '/style.css', '/icon.svg'])
    assert.equal((await fetch(server.uri + path)).status, 200, path);
  for (const path of ['/index.html~', '/../etc/passwd', '/%2e%2e/x', '/page.gresource.xml'])
    assert.ok([400, 404].includes((await fetch(server.uri + path)).status), path);
  const health = await (await fetch(`${server.uri}/health`)).json();
  assert.equal(health.status, 'ok');
  assert.ok(health.refused > 0);
});

test('guessing passwords is stopped for a while', async () => {
  const statuses = [];
  for (let i = 0; i < 15; i++)
    statuses.push((await api('POST', '/api/auth/login', { body: { email: 'anna@example.org', password: `guess ${i}` } })).status);
  assert.ok(statuses.includes(429));
  assert.equal((await api('POST', '/api/auth/login', { body: { email: 'anna@example.org', password: 'correct horse' } })).status,
    429);
});

server = await start('call-server');
await runTests({ seconds: 60 });
await server.stop();
