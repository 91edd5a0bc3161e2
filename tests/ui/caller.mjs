// SPDX-License-Identifier: GPL-3.0-or-later
// caller.mjs URI: people with Chromium at the page of a call server, told what to do by JSON lines on standard input.
//
// {"deed": "open", "who": "Bea"} signs in; call, hangUp, press, write, says, reads and so on are what she does or sees. Each line is answered by one:
// {"answer": …} or {"error": "…"}. The page's camera is the lab's: four plain quadrants with a white bar that moves.

import { createInterface } from 'node:readline';

import { BrowserPeer } from '../browser/harness/browser-peer.js';
import { launch } from '../browser/harness/browsers.js';
import { hear } from '../browser/harness/sound.js';

const [uri] = process.argv.slice(2);
const browser = await launch('chromium');
const people = new Map();

const deeds = {
  open: async ({ who }) => { people.set(who, await BrowserPeer.open(browser, uri, who)); },
  call: ({ who, whom, video }) => people.get(who).call(whom, video),
  hangUp: ({ who }) => people.get(who).hangUp(),
  press: ({ who, selector }) => people.get(who).click(selector),
  write: ({ who, text }) => people.get(who).write(text),
  reads: ({ who, text }) => people.get(who).reads(text),
  signs: ({ who, words }) => people.get(who).signs(words),
  says: ({ who, words }) => people.get(who).says(new RegExp(words)),
  backToPeople: ({ who }) => people.get(who).click('#close-call'),
  pictures: ({ who }) => people.get(who).page.evaluate(async () => (await window.lab.stats())?.framesDecoded ?? 0),
  colours: ({ who, places }) => people.get(who).page.evaluate(where => window.lab.colours(where), places),
  hears: ({ who }) => hear(people.get(who).page),
  safetyCode: ({ who }) => people.get(who).page.$eval('#call-safety', element => element.textContent),
  text: ({ who, selector }) => people.get(who).page.$eval(selector, element => element.textContent),
  href: ({ who, selector }) => people.get(who).page.$eval(selector, element => element.href),
  complaints: ({ who }) => people.get(who).complaints,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { deed, ...how } = JSON.parse(line);
  let reply;
  try {
    reply = { answer: await deeds[deed](how) ?? null };
  } catch (error) {
    reply = { error: error.message };
  }
  console.log(JSON.stringify(reply));
}
await browser.close();
