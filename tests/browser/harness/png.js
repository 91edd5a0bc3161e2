// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the PNG files that yonder-cli records (8 bits, no palette, not interlaced), as ISO/IEC 15948 describes them.

import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

const channelsOf = { 0: 1, 2: 3, 4: 2, 6: 4 };

function paeth (left, above, corner) {
  const [a, b, c] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs);
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

const predictors = [
  () => 0,
  left => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

function unfilter (raw, height, stride, step) {
  const out = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const predict = predictors[raw[y * (stride + 1)]];
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[y * stride + x - step] : 0;
      const above = y > 0 ? out[(y - 1) * stride + x] : 0;
      const corner = x >= step && y > 0 ? out[(y - 1) * stride + x - step] : 0;
      out[y * stride + x] = raw[y * (stride + 1) + 1 + x] + predict(left, above, corner);
    }
  }
  return out;
}

/** @returns {{width: number, height: number, pixel: function(number, number): number[]}} pixel (x, y) is [red, green, blue] */
export function readPng (path) {
  const file = readFileSync(path);
  if (file.toString('latin1', 1, 4) !== 'PNG')
    throw new Error(`${path} is no PNG file`);
  const data = [];
  let header;
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const chunk = file.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = chunk;
    if (type === 'IDAT') data.push(chunk);
    at += 12 + length;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = channelsOf[header[9]];
  if (header[8] !== 8 || !channels || header[12] !== 0)
    throw new Error(`${path}: a kind of PNG that is not read here`);
  const pixels = unfilter(inflateSync(Buffer.concat(data)), height, width * channels, channels);
  return {
    width,
    height,
    pixel (x, y) {
      const at = (Math.floor(y) * width + Math.floor(x)) * channels;
      return channels < 3 ? [pixels[at], pixels[at], pixels[at]] : [...pixels.subarray(at, at + 3)];
    },
  };
}
