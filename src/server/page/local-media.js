// SPDX-License-Identifier: GPL-3.0-or-later
// Camera and microphone of this page: what there is of them, and in words what there is not.

const names = { audio: 'microphone', video: 'camera' };

const sentences = {
  NotFoundError: name => `No ${name} was found.`,
  OverconstrainedError: name => `No ${name} was found.`,
  NotAllowedError: name => `This page may not use the ${name}: allow it beside the address bar.`,
  NotReadableError: name => `The ${name} is in use by another program.`,
};

const constraints = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

const sentenceFor = (kind, error) =>
  sentences[error.name]?.(names[kind]) ?? `The ${names[kind]} does not work (${error.message}).`;

// One of the two kinds alone.
async function openOne (kind) {
  try {
    return { tracks: (await navigator.mediaDevices.getUserMedia({ [kind]: constraints[kind] })).getTracks(), notice: '' };
  } catch (error) {
    return { tracks: [], notice: sentenceFor(kind, error) };
  }
}

/**
 * Opens what a call needs. Never fails: a call goes on with what there is, be it nothing.
 *
 * @param {string[]} kinds 'audio', 'video'
 * @returns {Promise<{stream: MediaStream, notice: string}>} `notice` is for the user, empty if all is there
 */
export async function openLocalMedia (kinds) {
  if (!navigator.mediaDevices) {
    return {
      stream: new MediaStream(),
      notice: 'The browser gives a page from another computer camera and microphone only over https: '
        + 'you can see and hear, but not be seen or heard.',
    };
  }
  try { // both in one question to the user
    const asked = Object.fromEntries(kinds.map(kind => [kind, constraints[kind]]));
    return { stream: await navigator.mediaDevices.getUserMedia(asked), notice: '' };
  } catch (error) {
    if (kinds.length === 1)
      return { stream: new MediaStream(), notice: sentenceFor(kinds[0], error) };
  }
  const parts = [];
  for (const kind of kinds)
    parts.push(await openOne(kind));
  return {
    stream: new MediaStream(parts.flatMap(({ tracks }) => tracks)),
    notice: parts.map(({ notice }) => notice).filter(Boolean).join(' '),
  };
}

export function closeLocalMedia (stream) {
  for (const track of stream?.getTracks() ?? [])
    track.stop();
}
