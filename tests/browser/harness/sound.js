// SPDX-License-Identifier: GPL-3.0-or-later
// Hears what a page receives. The page records its remote track after decoding (Firefox runs no AudioContext on a machine without
// a sound card, but it does run a recorder), and the recording is judged here.

import { spawn } from 'node:child_process';

const rate = 48000;
const piece = rate / 10; // samples

const decode = recording => new Promise((resolve, reject) => {
  const gst = spawn('gst-launch-1.0', ['-q', 'fdsrc', '!', 'decodebin', '!', 'audioconvert', '!', 'audioresample', '!',
    `audio/x-raw,format=S16LE,rate=${rate},channels=1`, '!', 'fdsink'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const chunks = [];
  gst.stdout.on('data', chunk => chunks.push(chunk));
  gst.on('error', reject);
  gst.on('close', () => {
    const bytes = Buffer.concat(chunks);
    resolve(Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2) / 32768));
  });
  gst.stdin.on('error', () => {});
  gst.stdin.end(recording);
});

const pitch = samples =>
  samples.slice(1).filter((value, i) => (value < 0) !== (samples[i] < 0)).length * rate / 2 / samples.length;

/**
 * Listens for a second to what a page receives.
 *
 * @returns {Promise<{hz: number, dbov: number}>} the pitch, by counting crossings of zero, and the level (-127 is silence)
 */
export async function hear (page, milliseconds = 1500) {
  const recording = Buffer.from(await page.evaluate(duration => window.lab.record(duration), milliseconds), 'base64');
  const samples = recording.length ? (await decode(recording)).slice(rate / 4) : []; // the coder's start is left out
  if (samples.length < rate / 4)
    return { hz: 0, dbov: -127 };
  const pieces = Array.from({ length: Math.floor(samples.length / piece) }, (_, i) => samples.slice(i * piece, (i + 1) * piece));
  const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
  const hz = pieces.map(pitch).sort((a, b) => a - b)[pieces.length >> 1]; // a gap in one of them does no harm
  return { hz, dbov: power > 0 ? Math.max(-127, 10 * Math.log10(power)) : -127 };
}
