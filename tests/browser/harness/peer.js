// SPDX-License-Identifier: GPL-3.0-or-later
// A page with the lab's camera, eyes and ears (in-page.js), and two such pages called to one another without any server.

import { installLab } from './in-page.js';

export const picture = { width: 640, height: 480, fps: 30, toneHz: 880, busy: false };

/** A new page of a browser or of one of its contexts, with window.lab in place; `options` of installLab(), or null for the browser's camera. */
export async function labPage (place, options = {}) {
  const page = await place.newPage();
  const browser = typeof place.browser === 'function' ? place.browser() : place;
  const fakeMicrophone = /firefox/i.test(await browser.version());
  await page.evaluateOnNewDocument(installLab, { ...picture, fakeMicrophone, ownCamera: options === null, ...options });
  return page;
}

// Runs in the page: a connection that sends the lab's camera and shows what comes in.
export async function open (video) {
  const pc = new RTCPeerConnection();
  const element = document.createElement('video');
  const early = [];
  element.autoplay = true;
  element.srcObject = new MediaStream();
  document.body.append(element);
  pc.ontrack = ({ track }) => element.srcObject.addTrack(track);
  pc.onicecandidate = ({ candidate }) => window.candidateForPeer(candidate ? candidate.toJSON() : null);
  for (const track of (await window.lab.camera({ audio: true, video })).getTracks())
    pc.addTrack(track);
  Object.assign(window.lab, {
    description: async (remote, type) => {
      if (remote) {
        await pc.setRemoteDescription(remote);
        early.splice(0).forEach(candidate => pc.addIceCandidate(candidate));
      }
      if (type === 'offer') await pc.setLocalDescription(await pc.createOffer());
      if (type === 'answer') await pc.setLocalDescription(await pc.createAnswer());
      return type ? pc.localDescription.toJSON() : null;
    },
    candidate: candidate => (pc.remoteDescription ? pc.addIceCandidate(candidate) : early.push(candidate)),
  });
  window.lab.watch();
}

/** Calls one page from another; signalling goes through this process. Resolves once the descriptions are exchanged. */
export async function connectPages (caller, callee, { video = true } = {}) {
  for (const [page, other] of [[caller, callee], [callee, caller]]) {
    await page.goto('about:blank');
    await page.evaluate(options => { document.title = options; }, 'lab');
    await page.exposeFunction('candidateForPeer', candidate =>
      other.evaluate(c => { window.lab.candidate(c ?? undefined); }, candidate).catch(() => {}));
  }
  await caller.evaluate(open, video);
  await callee.evaluate(open, video);
  const offer = await caller.evaluate(() => window.lab.description(null, 'offer'));
  const answer = await callee.evaluate(remote => window.lab.description(remote, 'answer'), offer);
  await caller.evaluate(remote => window.lab.description(remote, null), answer);
}
