// SPDX-License-Identifier: GPL-3.0-or-later
// What is in a picture: the clock of a timecode picture (docs/timecode.md) and the plain colours of the lab's camera.

const cells = 40;

/** The four quadrants of the lab's camera (in-page.js), with a place in each as shares of width and height. */
export const quadrants = [
  { place: [0.25, 0.25], colour: [200, 40, 40] },
  { place: [0.75, 0.25], colour: [40, 180, 60] },
  { place: [0.25, 0.75], colour: [40, 60, 200] },
  { place: [0.75, 0.75], colour: [220, 200, 40] },
];

/** Whether two colours look alike after a lossy codec and a change of colour space. */
export const alike = (a, b) => a.every((value, i) => Math.abs(value - b[i]) <= 40);

/** Whether a picture, as read by png.js, shows the lab's camera. */
export const showsCamera = png =>
  quadrants.every(({ place: [x, y], colour }) => alike(png.pixel(x * png.width, y * png.height), colour));

/** The milliseconds since 1970, modulo 2^32, that the cells at the top of a picture spell; null where they do not add up. */
export function readTimecode ({ width, pixel }) {
  const size = width / cells;
  const bits = Array.from({ length: cells }, (_, i) => (pixel((i + 0.5) * size, size / 2)[1] > 127 ? 1 : 0));
  const bytes = [0, 8, 16, 24, 32].map(at => bits.slice(at, at + 8).reduce((value, bit) => value * 2 + bit, 0));
  const check = bytes.slice(0, 4).reduce((a, b) => a ^ b, 0x5a);
  return check === bytes[4] ? bytes.slice(0, 4).reduce((value, byte) => value * 256 + byte, 0) : null;
}

/** How long ago a timecode was drawn, in milliseconds. */
export const ageOf = timecode => (Date.now() - timecode + 2 ** 33) % 2 ** 32;
