// SPDX-License-Identifier: GPL-3.0-or-later
// A film for senders that read their picture from a file: three seconds of 640x480@30 as YUV4MPEG2, which both GStreamer and Chromium's
// fake camera play in a loop. It is like the lab's busy camera (tests/browser/harness/in-page.js): plain quadrants and a moving texture.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [width, height, fps, frames] = [640, 480, 30, 90];
const bandTop = Math.floor(height * 0.3);
const bandHeight = Math.floor(height * 0.4);
const textureWidth = width * 2;

// BT.601, limited range, of the quadrants' colours
const luma = [84, 119, 75, 187];
const chromaBlue = [109, 92, 196, 45];
const chromaRed = [204, 79, 110, 143];

function texture () {
  const noise = Uint8Array.from({ length: textureWidth * bandHeight }, () => 16 + Math.random() * 219);
  const soft = Buffer.alloc(noise.length);
  for (let at = 0; at < noise.length; at++) {
    const sum = [-1, 0, 1].reduce((rows, dy) => [-1, 0, 1].reduce((all, dx) => {
      const from = at + dy * textureWidth + dx;
      return all + (noise[from] ?? 128);
    }, rows), 0);
    soft[at] = Math.min(235, Math.max(16, (sum / 9 - 125) * 3 + 125));
  }
  return soft;
}

function plane (columns, rows, values) {
  const pixels = Buffer.alloc(columns * rows);
  for (let y = 0; y < rows; y++) {
    const [left, right] = y < rows / 2 ? values.slice(0, 2) : values.slice(2);
    pixels.fill(left, y * columns, y * columns + columns / 2);
    pixels.fill(right, y * columns + columns / 2, (y + 1) * columns);
  }
  return pixels;
}

/** Writes the film into a folder of its own; `remove` deletes it. */
export function makeFilm () {
  const folder = mkdtempSync(join(tmpdir(), 'yonder-film-'));
  const path = join(folder, 'film.y4m');
  const file = openSync(path, 'w');
  const band = texture();
  const ground = plane(width, height, luma);
  const chroma = Buffer.concat([chromaBlue, chromaRed].map(values => plane(width / 2, height / 2, values)));
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  for (let frame = 0; frame < frames; frame++) {
    const picture = Buffer.from(ground);
    for (let y = 0; y < bandHeight; y++) {
      const from = y * textureWidth + (frame * 5) % width;
      band.copy(picture, (bandTop + y) * width, from, from + width);
    }
    writeSync(file, Buffer.concat([Buffer.from('FRAME\n'), picture, chroma]));
  }
  closeSync(file);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
