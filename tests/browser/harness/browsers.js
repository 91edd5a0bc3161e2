// SPDX-License-Identifier: GPL-3.0-or-later
// Starts Debian's Chromium and Firefox, headless, each with an empty profile that is removed when it closes.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const packages = createRequire(join(process.env.YONDER_TEST_OUTPUT, 'package.json'));
const { default: puppeteer } = await import(pathToFileURL(packages.resolve('puppeteer-core')));

const programs = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' };

const chromiumArguments = [
  '--no-sandbox', // Chromium refuses to run as root with it
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

const cameraAllowed = ['--use-fake-ui-for-media-stream'];

const firefoxPreferences = {
  'media.navigator.permission.disabled': true,
  'media.navigator.streams.fake': true,
  'media.navigator.audio.fake_frequency': 880,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.autoplay.block-webaudio': false,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.gmp-manager.updateEnabled': false, // no download of the H.264 plug-in
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'browser.shell.checkDefaultBrowser': false,
};

/** Whether a browser, "chromium" or "firefox", is installed. */
export const installed = name => existsSync(programs[name]);

/**
 * Starts a browser.
 *
 * @param {string} name "chromium" or "firefox"
 * @param {object} [options]
 * @param {boolean} [options.hideAddresses] name host candidates by .local names, as browsers do for a page that may not use the camera
 * @param {boolean} [options.headless] without a window; else it needs a display
 * @param {string[]} [options.args] more of Chromium's command line
 * @param {number} [options.port] where a Firefox that is started in another network can be reached; it listens there too
 * @param {string} [options.program] run this in place of the browser's own program, for example a script that enters a namespace first
 * @returns {Promise<object>} puppeteer's Browser; close() also removes the profile
 */
export async function launch (name, { hideAddresses = false, headless = true, args = [], port, program = programs[name] } = {}) {
  const profile = mkdtempSync(join(tmpdir(), `yonder-${name}-`));
  const firefox = name === 'firefox';
  const browser = await puppeteer.launch({
    browser: firefox ? 'firefox' : 'chrome',
    executablePath: program,
    headless,
    pipe: !firefox,
    ...(port && { debuggingPort: port }),
    userDataDir: profile,
    args: firefox ? [] : [...chromiumArguments, ...(hideAddresses ? [] : cameraAllowed), ...args],
    extraPrefsFirefox: { ...firefoxPreferences, 'media.peerconnection.ice.obfuscate_host_addresses': hideAddresses },
    env: { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1' },
    protocolTimeout: 60_000,
    timeout: 90_000,
  });
  const close = browser.close.bind(browser);
  browser.close = async () => {
    try { await close(); } finally { rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); }
  };
  return browser;
}
