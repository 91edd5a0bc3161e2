// SPDX-License-Identifier: GPL-3.0-or-later
// compare-dump.mjs FILE: whether a call that Yonder exported has the shape of a dump that Chromium makes on chrome://webrtc-internals.
//
// Chromium makes one of a call between two connections in one page, by the button of its own page. Then every key that viewers read is
// looked for in both: the kinds of values, the names of series, ids that refer to one another, times, and the log.

import { readFileSync } from 'node:fs';

import { launch } from '../browser/harness/browsers.js';

const faults = [];
const check = (good, words) => { if (!good) faults.push(words); };

/** A call with picture and sound between two connections of a page that the browser counts frames of. */
async function callInPage () {
  const caller = new RTCPeerConnection(), callee = new RTCPeerConnection();
  caller.onicecandidate = ({ candidate }) => callee.addIceCandidate(candidate);
  callee.onicecandidate = ({ candidate }) => caller.addIceCandidate(candidate);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  for (const track of stream.getTracks()) caller.addTrack(track, stream);
  await caller.setLocalDescription();
  await callee.setRemoteDescription(caller.localDescription);
  await callee.setLocalDescription();
  await caller.setRemoteDescription(callee.localDescription);
  window.connections = [caller, callee];
  for (;;) {
    const report = [...(await callee.getStats()).values()];
    if (report.some(stats => stats.type === 'inbound-rtp' && stats.framesDecoded > 30)) return;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** What the page’s button would save. */
async function dumpOfChromium () {
  const browser = await launch('chromium');
  try {
    const internals = await browser.newPage();
    await internals.goto('chrome://webrtc-internals');
    await internals.evaluate(() => {
      const make = URL.createObjectURL.bind(URL);
      window.dumps = [];
      URL.createObjectURL = blob => { window.dumps.push(blob); return make(blob); };
    });
    const page = await browser.newPage();
    await page.goto('chrome://version'); // any page of a trustworthy origin does
    await page.evaluate(callInPage);
    await internals.bringToFront();
    // rates are there once there are two values of what they are made from
    await internals.waitForFunction(() => document.body.textContent.includes('[bytesReceived_in_bits/s]'), { timeout: 60_000 });
    await internals.evaluate(() => [...document.querySelectorAll('button')].find(button => /download|dump/i.test(button.textContent)).click());
    await internals.waitForFunction(() => window.dumps.length > 0, { timeout: 30_000 });
    return JSON.parse(await internals.evaluate(async () => {
      const blob = window.dumps[0];
      const [first] = new Uint8Array(await blob.slice(0, 1).arrayBuffer());
      const isCompressed = first === 0x1f;
      return new Response(isCompressed ? blob.stream().pipeThrough(new DecompressionStream('gzip')) : blob).text();
    }));
  } finally {
    await browser.close();
  }
}

/** What Chromium writes under that name in a report of that type, or undefined. */
function find (dump, type, metric) {
  for (const { stats } of Object.values(dump.PeerConnections)) {
    for (const [name, series] of Object.entries(stats)) {
      if (series.statsType === type && name.slice(name.indexOf('-') + 1) === metric) return series;
    }
  }
  return undefined;
}

const typeOf = value => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
const isTime = text => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
// What Chromium writes only of calls through a relay, or with feedback that a call in one page does not give in time.
const notInThisCall = new Set(['relayProtocol', 'url', 'roundTripTime']);

function compareSeries (name, series, chromium) {
  const metric = name.slice(name.indexOf('-') + 1);
  const values = JSON.parse(series.values);
  check(isTime(series.startTime) && isTime(series.endTime) && series.startTime <= series.endTime, `${name}: its times are ${series.startTime} to ${series.endTime}`);
  check(Array.isArray(values) && values.length > 0, `${name}: its values are ${series.values}`);
  const theirs = find(chromium, series.statsType, metric);
  if (!theirs) return check(notInThisCall.has(metric), `${name}: Chromium has no such series in ${series.statsType}`);
  const [theirType] = JSON.parse(theirs.values).map(typeOf);
  for (const value of values) check(value === null || typeOf(value) === theirType, `${name}: ${value} is no ${theirType}`);
  return undefined;
}

/** Ids lead to reports that are there: from the transport to the pair, from the pair to its candidates. */
function followIds (stats) {
  const read = name => JSON.parse(stats[name]?.values ?? '[null]').at(-1);
  const pair = read('T01-selectedCandidatePairId');
  check(pair !== null, 'no pair is selected');
  for (const end of ['local', 'remote']) {
    const id = read(`${pair}-${end}CandidateId`);
    check(stats[`${id}-address`]?.statsType === `${end}-candidate`, `the ${end} candidate “${id}” of the selected pair is not there`);
  }
}

function compare (ours, theirs) {
  for (const key of ['getUserMedia', 'PeerConnections', 'UserAgent']) check(typeOf(ours[key]) === typeOf(theirs[key]), `${key} is ${typeOf(ours[key])}`);
  const model = Object.values(theirs.PeerConnections)[0];
  for (const [id, connection] of Object.entries(ours.PeerConnections)) {
    check(/^\d+-\d+$/.test(id), `the connection is called ${id}`);
    for (const key of Object.keys(model)) check(typeOf(connection[key]) === typeOf(model[key]), `${id}: ${key} is ${typeOf(connection[key])}, not ${typeOf(model[key])}`);
    JSON.parse(connection.rtcConfiguration);
    for (const [name, series] of Object.entries(connection.stats)) compareSeries(name, series, theirs);
    followIds(connection.stats);
    check(connection.updateLog.length > 5, `the log has ${connection.updateLog.length} entries`);
    for (const entry of connection.updateLog) {
      for (const key of Object.keys(model.updateLog[0])) check(typeOf(entry[key]) === typeOf(model.updateLog[0][key]), `the log has ${JSON.stringify(entry)}`);
    }
  }
}

compare(JSON.parse(readFileSync(process.argv[2], 'utf8')), await dumpOfChromium());
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
