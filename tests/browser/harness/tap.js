// SPDX-License-Identifier: GPL-3.0-or-later
// Runs test cases one after the other and tells about them in TAP.

const cases = [];

/**
 * Registers a case; its function gets `defer (cleanup)`, and what was deferred last is done first. `whyNot`, which may be asynchronous, gives
 * the reason if the case cannot be run here.
 */
export function test (name, run, whyNot = () => null) {
  cases.push({ name, run, whyNot });
}

/**
 * Waits until a condition holds.
 *
 * @param {string} what the condition in words, for the message
 * @param {function} condition may be asynchronous; anything truthy ends the wait and is returned
 * @param {number} [seconds] generous: it bounds a failure, not a success
 */
export async function until (what, condition, seconds = 30) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value)
      return value;
    if (performance.now() > deadline)
      throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise(resolve => { setTimeout(resolve, 50); });
  }
}

const say = text => String(text).split('\n').forEach(line => { console.log(`# ${line}`); });

async function runOne ({ run }, seconds) {
  const cleanups = [];
  let timer;
  try {
    const tooLate = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not finished after ${seconds} s`)), seconds * 1000);
    });
    await Promise.race([run(cleanup => cleanups.push(cleanup)), tooLate]);
    return null;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
    for (const cleanup of cleanups.reverse())
      await Promise.resolve(cleanup()).catch(error => { say(`cleaning up: ${error.message}`); });
  }
}

/**
 * Runs every case and sets the exit status.
 *
 * @param {object} [options]
 * @param {string|null} [options.skip] why nothing can be run here, or null
 * @param {string} [options.words] only cases with these words in their name are run
 * @param {function} [options.explain] called after a failure, returns lines that help to understand it
 * @param {number} [options.seconds] the limit of one case
 */
export async function runTests ({ skip = null, words = '', explain = () => '', seconds = 90 } = {}) {
  console.log('TAP version 14');
  if (skip) {
    console.log(`1..0 # SKIP ${skip}`);
    return;
  }
  const chosen = cases.filter(one => one.name.includes(words));
  console.log(`1..${chosen.length}`);
  let number = 0;
  for (const one of chosen) {
    const reason = await one.whyNot();
    if (reason) {
      console.log(`ok ${++number} - ${one.name} # SKIP ${reason}`);
      continue;
    }
    const error = await runOne(one, seconds);
    console.log(`${error ? 'not ok' : 'ok'} ${++number} - ${one.name}`);
    if (error) {
      process.exitCode = 1;
      say(error.stack);
      say(explain());
    }
  }
}
