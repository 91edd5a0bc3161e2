// SPDX-License-Identifier: GPL-3.0-or-later
// calls.js BROWSER [WORDS]: real calls between yonder-cli and a browser's page, judged by what either end saw and heard of the other.
//
// The browser's camera shows four plain quadrants with the time in it and its microphone gives 880 Hz; yonder-cli sends its timecode
// picture and 440 Hz. A call counts only when each end got the other's picture and tone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BrowserPeer } from './harness/browser-peer.js';
import { installed, launch } from './harness/browsers.js';
import { startFalsifyingProxy } from './harness/false-fingerprint.js';
import { ageOf, readTimecode, showsCamera } from './harness/picture.js';
import { installPlainClient } from './harness/plain-client.js';
import { readPng } from './harness/png.js';
import { hear } from './harness/sound.js';
import { runTests, test, until } from './harness/tap.js';
import { Yonder, startServer } from './harness/yonder.js';

const [name, words = ''] = process.argv.slice(2); // only cases that have the words in their name
const folder = mkdtempSync(join(tmpdir(), 'yonder-calls-'));
const world = {}; // what the cases share: the server and the browser
let guests = 0;

const audible = -40; // dBov; the tones are sent at -15 and -13
const stale = 5000; // milliseconds; a picture older than this is none of a live call

function start (defer, args, uri = world.server.uri) {
  const yonder = new Yonder([...args, '--server', uri, '--source', 'timecode']);
  world.yonder = yonder;
  defer(() => yonder.stop());
  return yonder;
}

async function openPeer (defer, browser = world.browser) {
  const peer = await BrowserPeer.open(browser, world.server.uri, `bert ${++guests}`); // of the last case one may still be there
  world.peer = peer;
  defer(() => peer.close());
  return peer;
}

const recording = () => join(folder, `${process.hrtime.bigint()}.png`);

async function assertBrowserHears ({ page }) {
  const { hz, dbov } = await until('the page hears the tone', async () => {
    const heard = await hear(page);
    return heard.dbov > audible && heard;
  });
  assert.ok(Math.abs(hz - 440) < 25, `the page hears ${hz} Hz at ${dbov} dBov in place of 440 Hz`);
}

async function assertBrowserSees ({ page }) {
  const { framesDecoded: before } = await until('the page has a connection', () => page.evaluate(() => window.lab.stats()));
  await page.evaluate(() => window.lab.forget());
  const seen = await until('the page shows 30 pictures with a clock', async () => {
    const now = await page.evaluate(() => window.lab.seen());
    return now.timecodes >= 30 && now;
  });
  assert.ok(Math.max(...seen.latencies) < stale, `pictures up to ${Math.max(...seen.latencies)} ms old`);
  const after = (await page.evaluate(() => window.lab.stats())).framesDecoded;
  assert.ok(after - before >= 25, `the page decoded ${after - before} frames meanwhile`);
}

async function assertYonderHears (yonder) {
  await yonder.state('first-audio');
  await until('yonder-cli hears the tone', () => yonder.stats(1)[0]?.audio_level_in > audible);
}

async function assertYonderSees (yonder) {
  await yonder.state('first-frame');
  await until('yonder-cli gets pictures with a clock', () =>
    yonder.stats(3).filter(line => line.fps_in >= 5 && line.latency_ms >= 0 && line.latency_ms < stale).length === 3);
}

function assertRecorded (path) {
  const png = readPng(path);
  assert.ok(showsCamera(png), `${path} does not show the page's camera`);
  const timecode = readTimecode(png);
  assert.notEqual(timecode, null, `${path} shows no readable clock`);
  assert.ok(ageOf(timecode) < 60_000, `the picture in ${path} is ${ageOf(timecode)} ms old`);
}

const says = (muted, cameraOff) => event => event.event === 'peer-state' && event.muted === muted && event.camera_off === cameraOff;

/** Both ends hear, and with video see, one another. */
async function assertCall (yonder, peer, video) {
  await assertBrowserHears(peer);
  await assertYonderHears(yonder);
  if (video) {
    await assertBrowserSees(peer);
    await assertYonderSees(yonder);
    return;
  }
  assert.equal((await peer.page.evaluate(() => window.lab.stats())).framesDecoded, 0);
  assert.ok(!yonder.has('first-frame'), 'a picture came in an audio call');
}

/** Both ends show the same code, made by two programs that have nothing in common. */
async function assertSafetyCode (yonder, { page }) {
  const code = await until('the page has a safety code', () => page.evaluate(() => window.yonder.safetyCode));
  assert.match(code, /^\d{5}( \d{5}){5}$/);
  assert.ok((await page.evaluate(() => document.getElementById('call-safety').textContent)).includes(code), 'it is not shown');
  assert.equal(yonder.events.findLast(line => line.event === 'safety-code')?.code, code);
}

for (const video of [false, true]) {
  const kind = video ? 'with video' : 'audio only';
  const only = video ? [] : ['--audio-only'];

  test(`yonder-cli calls ${name}, ${kind}`, async defer => {
    const path = recording();
    const peer = await openPeer(defer);
    const yonder = start(defer, ['call', peer.name, '--user', 'anna', '--record', path, ...only]);
    await peer.accept(video);
    await assertCall(yonder, peer, video);
    await assertSafetyCode(yonder, peer);
    assert.equal(await yonder.stop(), 0);
    if (video) assertRecorded(path);
  });

  test(`${name} calls yonder-cli, ${kind}`, async defer => {
    const path = recording();
    const anna = `anna ${++guests}`;
    const yonder = start(defer, ['answer', '--user', anna, '--record', path, ...only]);
    await yonder.state('signed-in');
    const peer = await openPeer(defer);
    await peer.call(anna, video);
    await assertCall(yonder, peer, video);
    await assertSafetyCode(yonder, peer);
    await peer.hangUp();
    await yonder.state('ended');
    assert.equal(await yonder.stop(), 0);
    if (video) assertRecorded(path);
  });
}

for (const yonderCalls of [true, false]) {
  const who = yonderCalls ? `yonder-cli calls ${name}` : `${name} calls yonder-cli`;

  test(`${who} by voice, and both turn their cameras on`, async defer => {
    const peer = await openPeer(defer);
    const anna = `anna ${++guests}`;
    const path = recording();
    const own = ['--user', anna, '--audio-only', '--camera-after', '3', '--record', path];
    const yonder = start(defer, yonderCalls ? ['call', peer.name, ...own] : ['answer', ...own]);
    if (yonderCalls) {
      await peer.accept(false);
    } else {
      await yonder.state('signed-in');
      await peer.call(anna, false);
    }
    await assertBrowserHears(peer);
    await assertYonderHears(yonder);
    await assertBrowserSees(peer);
    assert.ok(!yonder.has('first-frame'), 'the page’s camera was turned on by somebody else');
    assert.equal(await peer.page.evaluate(() => window.yonder.generation), 0, 'the path was made anew');
    await peer.click('#camera');
    await assertYonderSees(yonder);
    await assertBrowserSees(peer);
    await assertBrowserHears(peer);
    await peer.click('#camera');
    await yonder.event('its camera is off again', says(false, true));
    assert.deepEqual(peer.complaints, []);
    assert.equal(await yonder.stop(), 0);
    assert.equal(yonder.events.filter(event => event.event === 'safety-code').length, 1, 'another connection was made');
  });
}

const text = event => event.event === 'text';

/** Texts pass both ways, and the page's muting is told. */
async function assertConversation (yonder, peer, said) {
  await peer.reads(said);
  assert.equal(await peer.page.evaluate(() => document.querySelectorAll('#chat-lines b').length), 0, 'a text became markup');
  await peer.write('„Gut“ <b>& klar</b> 🎉');
  assert.equal((await yonder.event('a text', text)).text, '„Gut“ <b>& klar</b> 🎉');
  await peer.click('#mute');
  await yonder.event('the page is muted', says(true, false));
  await peer.click('#camera');
  await yonder.event('its camera is off', says(true, true));
}

test(`yonder-cli calls ${name}: texts and muting pass`, async defer => {
  const peer = await openPeer(defer);
  const yonder = start(defer, ['call', peer.name, '--user', 'anna', '--say', 'Hallo <b>du</b>']);
  await peer.accept(true);
  await assertConversation(yonder, peer, 'Hallo <b>du</b>');
  await peer.signs('');
  assert.equal(await yonder.stop(), 0);
  assert.deepEqual(peer.complaints, []);
});

test(`${name} calls yonder-cli without a picture: texts and muting pass`, async defer => {
  const anna = `anna ${++guests}`;
  const yonder = start(defer, ['answer', '--user', anna, '--audio-only', '--say', 'Hallo']);
  await yonder.state('signed-in');
  const peer = await openPeer(defer);
  await peer.call(anna, true);
  await assertConversation(yonder, peer, 'Hallo');
  await peer.signs('Camera off');
  assert.equal(await yonder.stop(), 0);
});

// The path is rebuilt, and with it the channel.
test(`${name} has what was said before and after a rebuilt path`, async defer => {
  const peer = await openPeer(defer);
  const yonder = start(defer, ['call', peer.name, '--user', 'anna', '--say', 'before']);
  await peer.accept(true);
  await peer.reads('before');
  await peer.click('#mute');
  await yonder.event('the page is muted', says(true, false));
  await peer.page.evaluate(() => window.yonder.recover());
  await until('the path to be rebuilt', () => peer.page.evaluate(() => window.yonder.generation > 0 && window.yonder.conversation.isOpen));
  await peer.write('after');
  await yonder.event('the text', event => text(event) && event.text === 'after');
  await peer.reads('before');
  assert.equal(await yonder.stop(), 0);
});

test(`${name} without data channels calls and is called`, async defer => {
  const anna = `anna ${++guests}`;
  const yonder = start(defer, ['answer', '--user', anna]);
  await yonder.state('signed-in');
  const peer = await openPeer(defer);
  await peer.page.evaluate(() => { RTCPeerConnection.prototype.createDataChannel = () => new EventTarget(); });
  await peer.call(anna, true);
  await assertCall(yonder, peer, true);
  assert.equal(await peer.page.evaluate(() => document.querySelector('#chat-toggle').checkVisibility()), false, 'a chat is offered that nobody reads');
  assert.ok(!yonder.events.some(event => event.event === 'peer-state' || text(event)));
  assert.equal(await yonder.stop(), 0);
});

/** Why there can be no call in H264, or null. */
async function whyNoH264 () {
  const page = await world.browser.newPage();
  try {
    const kinds = await page.evaluate(() => RTCRtpReceiver.getCapabilities('video').codecs.map(({ mimeType }) => mimeType));
    if (!kinds.includes('video/H264')) return `${name} has no H264`;
  } finally {
    await page.close();
  }
  return spawnSync('gst-inspect-1.0', ['--exists', 'openh264enc']).status === 0 ? null : 'the H264 plug-in is not installed';
}

const codecsOf = async ({ page }) => (await page.evaluate(() => window.lab.stats())).codecs;

// Chromium 156 answers with H264 alone and sends VP8 none the less, the first of the offer.
test(`yonder-cli calls ${name}, which wants H264 alone`, async defer => {
  const peer = await openPeer(defer);
  await peer.page.evaluate(() => { window.lab.codecs = ['H264']; });
  const yonder = start(defer, ['call', peer.name, '--user', 'anna']);
  await peer.accept(true);
  await assertCall(yonder, peer, true);
  assert.equal((await codecsOf(peer)).in, 'video/H264');
  assert.equal(await yonder.stop(), 0);
}, whyNoH264);

test(`${name}, which wants H264 alone, calls yonder-cli`, async defer => {
  const anna = `anna ${++guests}`;
  const yonder = start(defer, ['answer', '--user', anna]);
  await yonder.state('signed-in');
  const peer = await openPeer(defer);
  await peer.page.evaluate(() => { window.lab.codecs = ['H264']; });
  await peer.call(anna, true);
  await assertCall(yonder, peer, true);
  assert.deepEqual(await codecsOf(peer), { in: 'video/H264', out: 'video/H264' });
  assert.equal(await yonder.stop(), 0);
}, whyNoH264);

test(`${name} declines`, async defer => {
  const peer = await openPeer(defer);
  const yonder = start(defer, ['call', peer.name, '--user', 'anna']);
  await peer.decline();
  assert.equal((await yonder.state('ended')).reason, 'declined');
  assert.equal(await yonder.ended, 1);
  assert.ok(!yonder.has('ice-connected'), 'addresses were exchanged with somebody who declined');
});

test(`${name} hangs up`, async defer => {
  const peer = await openPeer(defer);
  const yonder = start(defer, ['call', peer.name, '--user', 'anna']);
  await peer.accept(true);
  await yonder.state('first-frame');
  await peer.hangUp();
  assert.equal((await yonder.state('ended')).reason, 'hung-up-by-peer');
  assert.equal(await yonder.ended, 0);
});

test(`yonder-cli hangs up and ${name} says so`, async defer => {
  const peer = await openPeer(defer);
  const yonder = start(defer, ['call', peer.name, '--user', 'anna']);
  await peer.accept(true);
  await assertBrowserSees(peer);
  assert.equal(await yonder.stop(), 0);
  await peer.says(/hung up|ended/i);
});

test(`a false fingerprint lets no picture through, to ${name} or from it`, async defer => {
  const proxy = await startFalsifyingProxy(world.server.port);
  defer(() => proxy.close());
  const peer = await openPeer(defer);
  const yonder = start(defer, ['call', peer.name, '--user', 'anna'], proxy.uri);
  await peer.accept(true);
  await yonder.state('ended');
  assert.notEqual(await yonder.ended, 0);
  assert.ok(!yonder.has('first-frame') && !yonder.has('first-audio'), 'media came in from an unproven peer');
  const { stats, seen } = await peer.page.evaluate(async () => ({ stats: await window.lab.stats(), seen: window.lab.seen() }));
  assert.equal(stats?.framesDecoded ?? 0, 0, 'media went out to an unproven peer');
  assert.equal(seen.timecodes, 0);
});

// Firefox refuses another certificate on a connection that is up, and so heals by a call that is dialled anew.
if (name === 'chromium') test('a client that calls restartIce() on its one connection has sound and picture again', async defer => {
  const peer = await openPeer(defer);
  const plain = `plain ${guests}`;
  await peer.page.evaluate(installPlainClient, plain);
  const yonder = start(defer, ['call', plain, '--user', 'anna']);
  await assertBrowserSees(peer);
  await assertYonderSees(yonder);

  await peer.page.evaluate(() => window.plain.restart());
  await until('the restart is answered', () => peer.page.evaluate(() => window.plain.answers > 0 && window.plain.state === 'connected'));
  const frames = yonder.stats(1)[0].frames_decoded;
  await assertBrowserSees(peer);
  await until('yonder-cli gets more pictures', () => yonder.stats(1)[0].frames_decoded > frames + 20);
  assert.ok(!yonder.has('ended'), 'the call had to be dialled again');
  assert.equal(yonder.events.filter(event => event.event === 'safety-code').length, 2, 'no fresh peer connection answered');
  assert.equal(await yonder.stop(), 0);
});

test(`${name} is told where to meet when there is no way to it`, async defer => {
  const peer = await openPeer(defer);
  const yonder = start(defer, ['call', peer.name, '--user', 'anna', '--relay-only', '--meeting', 'https://meet.example.org']);
  await peer.accept(true);
  const { uri } = await yonder.event('a meeting room', event => event.event === 'meeting', 60);
  assert.match(uri, /^https:\/\/meet\.example\.org\/yonder-[0-9a-f]{32}$/);
  await peer.shown('#call-meeting');
  const [href, text] = await peer.page.evaluate(() => [document.querySelector('#call-meeting').href, document.querySelector('#call-meeting').textContent]);
  assert.deepEqual([href, text], [uri, 'Meet at meet.example.org']);
});

test(`a call comes about when ${name} names itself by .local addresses only`, async defer => {
  const browser = await launch(name, { hideAddresses: true });
  defer(() => browser.close());
  const peer = await openPeer(defer, browser);
  const yonder = start(defer, ['call', peer.name, '--user', 'anna']);
  await peer.accept(true);
  await assertCall(yonder, peer, true);
  const offered = yonder.events.filter(event => event.event === 'candidate' && event.side === 'remote' && event.address);
  assert.ok(offered.some(event => event.address.endsWith('.local')), 'no .local candidate came, so nothing was tested');
  assert.ok(offered.every(event => event.type !== 'host' || event.address.endsWith('.local')), 'a plain address came as well');
});

const skip = installed(name) ? null : `${name} is not installed`;
if (!skip) {
  world.server = await startServer();
  world.browser = await launch(name);
}
await runTests({ skip, words, explain: () => [world.yonder?.log(), ...world.peer?.complaints ?? []].join('\n') });
await world.browser?.close();
await world.server?.yonder.stop();
rmSync(folder, { recursive: true, force: true });
