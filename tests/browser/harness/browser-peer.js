// SPDX-License-Identifier: GPL-3.0-or-later
// Works the server's page as a person would: signs in with a name, calls, accepts, declines, hangs up, reads what it says.

import { labPage } from './peer.js';
import { until } from './tap.js';

const isShown = page => selector => page.evaluate(s => {
  const element = document.querySelector(s);
  return Boolean(element) && element.checkVisibility();
}, selector);

export class BrowserPeer {
  /**
   * Opens the page of the server at `uri` in a context of its own, and signs in.
   *
   * @param {object} browser of browsers.js
   * @param {string} uri
   * @param {string} name whom others see
   * @param {object} [options]
   * @param {object|null} [options.camera] of installLab(); null leaves the page the browser's own camera
   * @param {boolean} [options.watch] whether the remote picture is looked at, which costs
   */
  static async open (browser, uri, name, { camera = {}, watch = true } = {}) {
    const context = await browser.createBrowserContext();
    const page = await labPage(context, camera);
    const peer = new BrowserPeer(context, page, name);
    page.on('pageerror', error => peer.complaints.push(`page: ${error.message}`));
    page.on('console', message => {
      if (['error', 'warn'].includes(message.type())) peer.complaints.push(`page: ${message.text()}`);
    });
    await page.goto(uri);
    await peer.shown('#name');
    await page.type('#name', name);
    await page.click('#sign-in-button');
    await peer.shown('#people');
    await until('the page is connected', () => page.evaluate(() => window.yonder.connected));
    if (watch)
      await page.evaluate(() => window.lab.watch());
    return peer;
  }

  constructor (context, page, name) {
    Object.assign(this, { context, page, name, complaints: [] });
  }

  shown (selector) {
    return until(`the page shows ${selector}`, () => isShown(this.page)(selector));
  }

  /** Clicks as the page's own event, which works for a button that a row of people may rebuild at any time. */
  async click (selector) {
    await this.shown(selector);
    await this.page.evaluate(s => document.querySelector(s).click(), selector);
  }

  async #callButton (name, video) {
    const selector = `#list button[aria-label="${video ? 'Video call' : 'Call'} ${name}"]:not([disabled])`;
    await this.shown(selector);
    return selector;
  }

  async call (name, video) {
    await this.click(await this.#callButton(name, video));
  }

  /** Takes the call that comes in, with the camera or with sound alone. */
  async accept (withCamera) {
    await this.click(withCamera ? '#accept-video' : '#accept-voice');
  }

  async decline () {
    await this.click('#decline');
  }

  /** Hangs up; the page goes back to the people by itself. */
  async hangUp () {
    await this.click('#hang-up');
    await until('the call is off the page', () => this.page.evaluate(() => document.querySelector('#call').hidden));
  }

  /** Waits until the state line of the call says so. */
  says (pattern) {
    return until(`the page says ${pattern}`, async () => {
      const text = await this.page.evaluate(() => document.querySelector('#call-state').textContent);
      return pattern.test(text) && text;
    });
  }

  /** Writes to the other side, in the chat, which is closed again. What could not be sent stays in the field, and is sent once more. */
  async write (text) {
    await this.click('#chat-toggle');
    await this.shown('#chat-text');
    await this.page.evaluate(value => { document.querySelector('#chat-text').value = value; }, text);
    await until(`“${text}” is sent`, async () => {
      await this.click('#chat-send');
      return this.page.evaluate(() => document.querySelector('#chat-text').value === '');
    });
    await this.reads(text);
    await this.click('#chat-close');
  }

  /** Waits until the chat has that text, as text. */
  reads (text) {
    return until(`the page has the text ${text}`, () =>
      this.page.evaluate(value => [...document.querySelectorAll('#chat-lines p')].some(line => line.textContent === value), text));
  }

  /** Waits until that stands for the other side's microphone and camera; '' for nothing. */
  signs (words) {
    return until(`the page to show “${words}”`, () =>
      this.page.evaluate(value => document.querySelector('#peer-signs').textContent === value, words));
  }

  /** From now on every call is taken at once, with the camera; when it is over its screen is left. */
  acceptEveryCall () {
    return this.page.evaluate(() => {
      const press = () => ['#accept-video', '#close-call'].map(s => document.querySelector(s))
        .find(button => button.checkVisibility())?.click();
      new MutationObserver(press).observe(document.body, { subtree: true, attributes: true });
    });
  }

  /** Calls with video; resolves at the first remote picture, to the milliseconds between the click and that picture. */
  async timeCall (name) {
    const selector = await this.#callButton(name, true);
    return this.page.evaluate(s => new Promise((resolve, reject) => {
      const text = id => document.querySelector(id).textContent;
      const states = () => window.lab.connections.map(pc => `${pc.signalingState}, ${pc.iceConnectionState}, ${pc.connectionState}`);
      const begin = performance.now();
      document.querySelector('#remote').requestVideoFrameCallback(() => resolve(performance.now() - begin));
      document.querySelector(s).click();
      setTimeout(() => reject(new Error(`no picture for 30 s; page: ${text('#call-state')}; connections: ${states().join('; ')}`)), 30_000);
    }), selector);
  }

  async close () {
    await this.context.close();
  }
}
