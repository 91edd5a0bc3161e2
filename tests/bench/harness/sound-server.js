// SPDX-License-Identifier: GPL-3.0-or-later
// The sound server that people have: PipeWire with WirePlumber, and PulseAudio's protocol on it.

import { execFileSync, spawn } from 'node:child_process';

import { until } from '../../browser/harness/tap.js';

/** It has a loudspeaker that nobody hears but its microphone. */
export class SoundServer {
  #processes = [];

  static async start () {
    const server = new SoundServer();
    for (const program of ['pipewire', 'wireplumber', 'pipewire-pulse'])
      server.#run(program);
    await until('the sound server answers', () => server.#answers('info'));
    server.#answers('load-module', 'module-null-sink', 'sink_name=speaker', 'sink_properties=device.description=Speaker');
    server.#run('pw-loopback', '--channels=1', '--playback-props=media.class=Audio/Source node.name=microphone node.description=Microphone',
      '--capture-props=stream.capture.sink=true target.object=speaker');
    await until('the loudspeaker is there', () => server.#answers('set-default-sink', 'speaker'));
    await until('the microphone is there', () => server.#answers('set-default-source', 'microphone'));
    return server;
  }

  stop () {
    for (const child of this.#processes.toReversed()) child.kill();
  }

  #run (program, ...options) {
    this.#processes.push(spawn(program, options, { stdio: 'ignore' }));
  }

  #answers (...words) {
    try { execFileSync('pactl', words, { stdio: 'ignore' }); return true; } catch { return false; }
  }
}
