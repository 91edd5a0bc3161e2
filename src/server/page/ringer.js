// SPDX-License-Identifier: GPL-3.0-or-later
// A soft two-note ring while somebody calls. A page on which nobody has clicked yet stays silent; the browser wants it so.

export class Ringer {
  #context = null;
  #timer = 0;

  start () {
    this.stop();
    this.#context = new AudioContext();
    this.#ring();
    this.#timer = setInterval(() => this.#ring(), 2500);
  }

  stop () {
    clearInterval(this.#timer);
    this.#context?.close();
    this.#context = null;
  }

  #ring () {
    const now = this.#context.currentTime;
    for (const [delay, frequency] of [[0, 660], [0.25, 880]]) {
      const tone = new OscillatorNode(this.#context, { frequency });
      const volume = new GainNode(this.#context, { gain: 0 });
      volume.gain.setValueAtTime(0, now + delay);
      volume.gain.linearRampToValueAtTime(0.12, now + delay + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.001, now + delay + 0.9);
      tone.connect(volume).connect(this.#context.destination);
      tone.start(now + delay);
      tone.stop(now + delay + 1);
    }
  }
}
