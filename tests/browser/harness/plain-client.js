// SPDX-License-Identifier: GPL-3.0-or-later
// A web client as others write it: one RTCPeerConnection for a whole call, no generations, and restartIce() when the path is to be rebuilt.
//
// The function is serialised and runs in a page of the call server, whose modules it borrows for signing in and for Socket.IO. It answers
// the first call that comes and leaves `window.plain`: restarts () and answers.

/** @param {string} name whom others see */
export async function installPlainClient (name) {
  const { Socket } = await import('/socket-io.js');
  const { Account } = await import('/server-account.js');
  const account = new Account();
  await account.signInAsGuest(name);
  const socket = new Socket(location.href, () => ({ token: account.token }));
  const connection = new RTCPeerConnection();
  const early = [];
  const plain = window.plain = { answers: 0, restart: () => connection.restartIce(), get state () { return connection.connectionState; } };
  const local = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const remote = new MediaStream();
  let callId = null;
  let to = null;

  const send = (event, payload) => socket.emit(event, { ...payload, callId, to });
  const offer = async () => {
    await connection.setLocalDescription();
    send('webrtc_offer', { offer: { type: 'offer', sdp: connection.localDescription.sdp } });
  };
  const apply = async description => {
    await connection.setRemoteDescription(description);
    for (const candidate of early.splice(0))
      await connection.addIceCandidate(candidate).catch(() => {});
  };

  connection.ontrack = ({ track }) => {
    remote.addTrack(track);
    document.querySelector('#remote').srcObject = remote;
  };
  connection.onicecandidate = ({ candidate }) => candidate && send('webrtc_ice_candidate', { candidate });

  socket
    .on('incoming_call', ({ callId: id, caller }) => {
      callId ??= id;
      to ??= caller._id;
      socket.emit('call_answer', { callId });
    })
    .on('webrtc_offer', async message => {
      await apply(message.offer);
      for (const track of local.getTracks())
        connection.addTrack(track, local);
      await connection.setLocalDescription();
      send('webrtc_answer', { answer: { type: 'answer', sdp: connection.localDescription.sdp } });
      connection.onnegotiationneeded = offer;
    })
    .on('webrtc_answer', async ({ answer }) => { await apply(answer); plain.answers++; })
    .on('webrtc_ice_candidate', ({ candidate }) => {
      if (connection.remoteDescription && connection.signalingState === 'stable')
        connection.addIceCandidate(candidate).catch(() => {});
      else
        early.push(candidate);
    });
  await new Promise(resolve => { socket.on('connected', resolve); socket.open(); });
}
