// SPDX-License-Identifier: GPL-3.0-or-later
// What a test puts into a browser's page before the page's own scripts run: a camera with a known picture, and eyes and ears.
//
// The function is serialised and runs in the page: it uses nothing from outside itself. It leaves `window.lab`:
//   lab.connections   every RTCPeerConnection the page made, in order
//   lab.configuration what of the page's RTCConfiguration is replaced, for example its iceServers
//   lab.codecs        (optional) the only kinds of video that are negotiated, for example ['H264']
//   lab.camera ()     a stream with the known picture and tone, which the page gets for its camera and microphone
//   lab.watch ()      starts to look at the remote picture; lab.seen () tells what came
//   lab.record (ms)   what is heard of the peer for so long, base64
// The picture is described in docs/timecode.md: 40 cells at the top, here above four quadrants of plain colour.

/**
 * @param {object} options
 * @param {number} options.width
 * @param {number} options.height
 * @param {number} options.fps
 * @param {boolean} options.busy a band of moving texture, which takes all the bits that there are
 * @param {number} options.toneHz what the page's microphone hears
 * @param {boolean} options.ownCamera leave the page the browser's own camera and microphone
 * @param {boolean} options.fakeMicrophone take the tone from the browser's own fake microphone
 */
export function installLab ({ width, height, fps, toneHz, fakeMicrophone, busy, ownCamera }) {
  if (window.lab || window !== window.top)
    return;
  const cells = 40;
  const colours = ['#c82828', '#28b43c', '#283cc8', '#dcc828']; // top left, top right, bottom left, bottom right

  const timecode = now => {
    const value = now % 2 ** 32;
    const bytes = [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256);
    const check = bytes.reduce((a, b) => a ^ b, 0x5a);
    return [...bytes, check].flatMap(byte => [7, 6, 5, 4, 3, 2, 1, 0].map(bit => (byte >> bit) & 1));
  };

  const texture = () => {
    const canvas = document.createElement('canvas');
    canvas.width = width * 2;
    canvas.height = Math.floor(height * 0.4);
    const context = canvas.getContext('2d');
    const noise = context.createImageData(canvas.width, canvas.height);
    for (let i = 0; i < noise.data.length; i += 4) {
      noise.data.fill(Math.random() * 256, i, i + 3);
      noise.data[i + 3] = 255;
    }
    context.putImageData(noise, 0, 0);
    context.filter = 'blur(1.5px) contrast(2)';
    context.drawImage(canvas, 0, 0);
    return canvas;
  };
  const band = busy ? texture() : null;

  const draw = (context, frame) => {
    const size = Math.floor(width / cells);
    colours.forEach((colour, i) => {
      context.fillStyle = colour;
      context.fillRect((i % 2) * width / 2, (i >> 1) * height / 2, width / 2, height / 2);
    });
    if (band)
      context.drawImage(band, -(frame * 5 % width), height * 0.3 + 6 * Math.sin(frame / 4));
    context.fillStyle = '#fff';
    context.fillRect((frame * 8) % width, height * 0.46, 32, height * 0.08);
    timecode(Date.now()).forEach((bit, i) => {
      context.fillStyle = bit ? '#fff' : '#000';
      context.fillRect(i * size, 0, size, size);
    });
  };

  const videoTrack = () => {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { alpha: false, desynchronized: false });
    let emit = () => {};
    let track;
    if (window.MediaStreamTrackGenerator) { // hands over each picture at once; a captured canvas waits for the compositor
      track = new MediaStreamTrackGenerator({ kind: 'video' });
      const writer = track.writable.getWriter();
      const start = performance.now();
      emit = () => {
        const picture = new VideoFrame(canvas, { timestamp: Math.round((performance.now() - start) * 1000), alpha: 'discard' });
        writer.write(picture).catch(() => picture.close());
      };
    } else {
      track = canvas.captureStream(fps).getVideoTracks()[0];
    }
    const first = performance.now();
    let frame = 0;
    const tick = () => {
      if (track.readyState === 'ended')
        return;
      draw(context, frame);
      emit();
      frame = Math.max(frame + 1, Math.ceil((performance.now() - first) * fps / 1000)); // never two pictures to catch up
      setTimeout(tick, first + frame * 1000 / fps - performance.now());
    };
    tick();
    return track;
  };

  const nativeUserMedia = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);

  // Firefox runs no AudioContext without a sound card; its fake microphone gives the tone instead.
  const audioTrack = async () => {
    if (fakeMicrophone) {
      const asItIs = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      return (await nativeUserMedia({ audio: asItIs })).getAudioTracks()[0];
    }
    const context = new AudioContext();
    const oscillator = new OscillatorNode(context, { frequency: toneHz });
    const gain = new GainNode(context, { gain: 0.25 });
    const destination = context.createMediaStreamDestination();
    oscillator.connect(gain).connect(destination);
    oscillator.start();
    return destination.stream.getAudioTracks()[0];
  };

  const connections = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor (...args) {
      const [configuration, ...rest] = args;
      super({ ...configuration, ...window.lab?.configuration }, ...rest);
      connections.push(this);
    }

    #prefer () {
      const wanted = window.lab?.codecs?.map(codec => `video/${codec}`);
      const transceivers = this.getTransceivers().filter(({ receiver }) => receiver.track.kind === 'video');
      if (wanted)
        transceivers.forEach(one => one.setCodecPreferences(RTCRtpReceiver.getCapabilities('video').codecs
          .filter(({ mimeType }) => [...wanted, 'video/rtx'].includes(mimeType))));
    }

    createOffer (...args) {
      this.#prefer();
      return super.createOffer(...args);
    }

    createAnswer (...args) {
      this.#prefer();
      return super.createAnswer(...args);
    }

    // without arguments it makes a description of its own
    setLocalDescription (...args) {
      if (!args[0])
        this.#prefer();
      return super.setLocalDescription(...args);
    }
  };

  const camera = async (constraints = { audio: true, video: true }) => {
    const tracks = [];
    if (constraints.audio) tracks.push(await audioTrack());
    if (constraints.video) tracks.push(videoTrack());
    return new MediaStream(tracks);
  };
  if (navigator.mediaDevices && !ownCamera)
    navigator.mediaDevices.getUserMedia = camera;

  // The element in which the page itself shows what it receives.
  const remoteElement = kind => {
    const remote = new Set(connections.flatMap(pc => pc.getReceivers()).map(receiver => receiver.track));
    return [...document.querySelectorAll('video, audio')].find(element =>
      element.srcObject?.getTracks?.().some(track => track.kind === kind && remote.has(track)));
  };

  const readTimecode = (context, picture, pictureWidth) => {
    const rows = Math.max(2, Math.floor(pictureWidth / cells));
    context.canvas.width = pictureWidth;
    context.canvas.height = rows;
    context.drawImage(picture, 0, 0, pictureWidth, rows, 0, 0, pictureWidth, rows);
    const row = context.getImageData(0, Math.floor(rows / 2), pictureWidth, 1).data;
    let value = 0;
    let check = 0x5a;
    for (let byte = 0; byte < 5; byte++) {
      let bits = 0;
      for (let bit = 0; bit < 8; bit++) {
        const x = Math.floor((byte * 8 + bit + 0.5) * pictureWidth / cells);
        bits = bits * 2 + (row[x * 4 + 1] > 127 ? 1 : 0);
      }
      if (byte === 4) return bits === check ? value : null;
      value = value * 256 + bits;
      check ^= bits;
    }
    return null;
  };

  const seen = { pictures: 0, timecodes: 0, latencies: [], arrivals: [], width: 0, height: 0 };
  const watchPicture = () => {
    const strip = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    let element = null;
    const look = (_now, metadata) => {
      const now = Date.now();
      seen.pictures++;
      seen.arrivals.push(now);
      seen.width = metadata.width;
      seen.height = metadata.height;
      const value = readTimecode(strip, element, metadata.width);
      if (value !== null) {
        seen.timecodes++;
        seen.latencies.push((now - value + 2 ** 33) % 2 ** 32);
      }
      element.requestVideoFrameCallback(look);
    };
    const follow = () => {
      const found = remoteElement('video');
      if (found && found !== element) {
        element = found;
        element.requestVideoFrameCallback(look);
      }
      setTimeout(follow, 20);
    };
    follow();
  };

  let watching = false;
  window.lab = {
    connections,
    configuration: {},
    camera,
    watch () {
      if (watching) return;
      watching = true;
      watchPicture();
    },
    seen: () => ({ ...seen }),
    /** Forgets what was measured so far, so that a later figure tells of what came since. */
    forget () {
      Object.assign(seen, { pictures: 0, timecodes: 0, latencies: [], arrivals: [] });
    },
    /** The colours of the remote picture at the given places, each as [red, green, blue]; places are shares of width and height. */
    colours (places) {
      const element = remoteElement('video');
      if (!element?.videoWidth) return null;
      const canvas = document.createElement('canvas');
      canvas.width = element.videoWidth;
      canvas.height = element.videoHeight;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(element, 0, 0);
      return places.map(([x, y]) =>
        [...context.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data.slice(0, 3)]);
    },
    async record (milliseconds) {
      const track = remoteElement('audio')?.srcObject.getAudioTracks()[0];
      if (!track)
        return '';
      const mimeType = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus'].find(type => MediaRecorder.isTypeSupported(type));
      const recorder = new MediaRecorder(new MediaStream([track]), { mimeType });
      const chunks = [];
      recorder.ondataavailable = ({ data }) => chunks.push(data);
      recorder.start();
      await new Promise(resolve => { setTimeout(resolve, milliseconds); });
      const stopped = new Promise(resolve => { recorder.onstop = resolve; });
      recorder.stop();
      await stopped;
      const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
      return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
    },
    /** The parts of getStats that tests ask for, of the newest connection. */
    async stats () {
      const pc = connections.at(-1);
      if (!pc) return null;
      const reports = [...(await pc.getStats()).values()];
      const inbound = kind => reports.find(report => report.type === 'inbound-rtp' && report.kind === kind);
      const selected = reports.find(report => report.type === 'transport')?.selectedCandidatePairId; // Firefox has none
      const pair = reports.find(report => (selected ? report.id === selected
        : report.type === 'candidate-pair' && report.selected)) ?? reports.find(report =>
        report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded');
      const candidate = id => reports.find(report => report.id === id);
      const codec = report => reports.find(({ id }) => id === report?.codecId)?.mimeType ?? null;
      return {
        state: pc.connectionState,
        codecs: { in: codec(inbound('video')), out: codec(reports.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'video')) },
        framesDecoded: inbound('video')?.framesDecoded ?? 0,
        freezeCount: inbound('video')?.freezeCount ?? 0,
        freezeDuration: inbound('video')?.totalFreezesDuration ?? 0,
        videoBytes: inbound('video')?.bytesReceived ?? 0,
        audioBytes: inbound('audio')?.bytesReceived ?? 0,
        samplesReceived: inbound('audio')?.totalSamplesReceived ?? 0,
        packetsLost: (inbound('video')?.packetsLost ?? 0) + (inbound('audio')?.packetsLost ?? 0),
        jitterBufferMs: inbound('video')?.jitterBufferEmittedCount
          ? 1000 * inbound('video').jitterBufferDelay / inbound('video').jitterBufferEmittedCount : null,
        pair: pair ? {
          local: candidate(pair.localCandidateId)?.candidateType,
          remote: candidate(pair.remoteCandidateId)?.candidateType,
          protocol: candidate(pair.localCandidateId)?.protocol,
          relayProtocol: candidate(pair.localCandidateId)?.relayProtocol ?? null,
        } : null,
        roundTripMs: pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
      };
    },
  };
}
