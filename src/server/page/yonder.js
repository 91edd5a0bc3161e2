// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a Yonder server: signs in, shows who is there, calls and is called.
//
// This file joins the parts: account and socket below, calls between, views above. Names of events are those of the server's
// vocabulary `vigi`.

import { Account } from './server-account.js';
import { Call } from './call.js';
import { connectChat, isChatShown, setChatShown, showConversation, showReaction } from './chat-view.js';
import { linkToYonder, readLink } from './link.js';
import { Ringer } from './ringer.js';
import { Socket } from './socket-io.js';
import { $, showCall, showDuration, showIncoming, showPage, showPeople, showText } from './views.js';

const account = new Account();
const socket = new Socket(location.href, () => ({ token: account.token }));
const ringer = new Ringer();
const people = new Map();

let call = null; // the one that is shown, ended ones included
let incoming = null; // one that rings here
let connectionNotice = '';

// --- People ---

const redrawPeople = () => {
  showPeople(people.values(), dial);
  showLinked();
};

async function loadPeople () {
  try {
    const contacts = await account.contacts();
    people.clear();
    for (const person of contacts)
      people.set(person._id, person);
    showText('notice', '');
  } catch (error) {
    showText('notice', error.message);
  }
  redrawPeople();
}

function onStatus ({ userId, status, fullName }) {
  const person = people.get(userId);
  if (status === 'offline' && person && !person.email)
    people.delete(userId); // no contact of ours: seen only while here
  else if (person)
    person.status = status;
  else if (fullName)
    people.set(userId, { _id: userId, fullName, status });
  redrawPeople();
}

// --- Calls ---

const redrawCall = () => {
  showCall(call, connectionNotice);
  showConversation(call);
};
const live = callId => (call && !call.isOver && call.id === callId ? call : null);

function show (next) {
  call = next;
  $('call').classList.remove('has-picture');
  next.addEventListener('change', () => { if (call === next) redrawCall(); });
  next.conversation.addEventListener('reaction', ({ detail }) => { if (call === next) showReaction(next, detail); });
  next.addEventListener('stream', ({ detail }) => {
    $('remote').srcObject = detail;
    $('remote').play().catch(() => {});
  });
  redrawCall();
}

function closeCall () {
  call = null;
  redrawCall();
}

function dial (person, kind) {
  if (call && !call.isOver)
    return;
  show(new Call({ socket, account, person, kind, isCaller: true }));
  call.dial();
}

function setIncoming (next) {
  incoming = next;
  showIncoming(next);
  document.title = next ? `${next.person.fullName} is calling – Yonder` : 'Yonder';
  if (next)
    ringer.start();
  else
    ringer.stop();
}

// Two who call each other at once are in one call: the invitation of the one whose id sorts lower stands.
function onCrossing (next) {
  if (account.user._id < next.person._id)
    return;
  const media = ['inviting', 'ringing'].includes(call.state) ? call.yieldMedia() : null;
  call.hangUp();
  show(next);
  next.answer(true, media);
}

function onIncoming ({ callId, caller, type }) {
  if (incoming?.id === callId || live(callId))
    return;
  const next = new Call({
    socket, account, kind: type, isCaller: false, id: callId,
    person: { _id: caller._id, fullName: caller.fullName || 'Somebody' },
  });
  if (call && !call.isOver && call.isWaiting && call.person._id === caller._id)
    onCrossing(next);
  else
    setIncoming(next);
}

function answer (withCamera) {
  const next = incoming;
  setIncoming(null);
  if (call && !call.isOver)
    call.hangUp();
  show(next);
  next.answer(withCamera);
}

function decline () {
  socket.emit('call_decline', { callId: incoming.id });
  setIncoming(null);
}

const endings = {
  'declined': name => `${name} declined the call`,
  'missed': name => `${name} did not answer`,
  'busy': name => `${name} is in another call`,
  'ended': () => 'Call ended',
  'failed': name => `The connection to ${name} was lost`,
  'answered-elsewhere': () => 'Answered on another device',
};

function onEnded ({ callId, reason }) {
  if (incoming?.id === callId) {
    if (reason === 'missed')
      showText('notice', `You missed a call from ${incoming.person.fullName}.`);
    setIncoming(null);
  }
  const ended = call && !call.isOver && (call.id === callId || (!call.id && reason === 'busy')) ? call : null;
  ended?.finish((endings[reason] ?? endings.ended)(ended.person.fullName));
}

function onCallError ({ error, callId, code }) {
  console.warn('The server refused a message:', error);
  if (live(callId) && code === 'unknown-call')
    call.finish('Call ended');
}

// --- Connection ---

async function onRefused (message, data) {
  if (data?.code === 'unauthorized' && await account.refresh()) {
    socket.open();
    return;
  }
  account.forget();
  leave();
  $('sign-in-error').textContent = message;
}

function setConnectionNotice (text) {
  connectionNotice = text;
  showText('connection', text);
  redrawCall();
}

function enter () {
  showText('me', `You are ${account.user.fullName}`);
  showPage('people');
  socket.open();
}

function leave () {
  setIncoming(null);
  people.clear();
  showPage('sign-in');
  $('name').focus();
}

socket
  .on('connected', () => { setConnectionNotice(''); loadPeople(); call?.peer?.noteOnline(); })
  .on('disconnected', () => setConnectionNotice('The connection to the server was lost. Trying again…'))
  .on('refused', onRefused)
  .on('user_status_changed', onStatus)
  .on('incoming_call', onIncoming)
  .on('call_answered', ({ callId }) => live(callId)?.accepted())
  .on('call_ended', onEnded)
  .on('call_error', onCallError)
  .on('webrtc_offer', message => live(message.callId)?.peer?.takeOffer(message))
  .on('webrtc_answer', message => live(message.callId)?.peer?.takeAnswer(message))
  .on('webrtc_ice_candidate', ({ callId, candidate, generation }) => live(callId)?.peer?.takeCandidates([candidate], generation))
  .on('ice_candidates', ({ callId, candidates, generation }) => live(callId)?.peer?.takeCandidates(candidates, generation))
  .on('call_meeting', ({ callId, url }) => live(callId)?.takeMeeting(url))
  .on('webrtc_recover', message => live(message.callId)?.peer?.takeRecover(message));

// --- A link ---

let link = readLink(location.href); // what is offered, until it is taken up or put aside

/** Who is meant: somebody whom the server names, or whom only the link names. */
const linkedPerson = () => people.get(link.user) ?? [...people.values()].find(person => person.email === link.user) ??
  { _id: link.user, fullName: link.name, status: 'offline' };

function showLinked () {
  const isShown = link !== null && link.user !== account.user?._id;
  $('linked').hidden = !isShown;
  if (!isShown)
    return;
  const person = linkedPerson();
  const isKnown = people.has(person._id);
  $('linked-words').textContent = isKnown ? `A link asks you to call ${person.fullName}.`
    : `A link asks you to call ${person.fullName}, who is not here now, or whom you cannot see.`;
}

function takeLink (kind) {
  const person = linkedPerson();
  closeLink();
  dial(person, kind);
}

function closeLink () {
  link = null;
  history.replaceState(null, '', location.pathname);
  showLinked();
}

if (link) {
  $('sign-in-reason').textContent = `Say who you are, to call ${link.name}.`;
  $('sign-in-link').hidden = false;
  for (const anchor of document.querySelectorAll('.link-uri'))
    anchor.href = linkToYonder(location.href, link);
}
$('linked-voice').onclick = () => takeLink('voice');
$('linked-video').onclick = () => takeLink('video');
$('linked-close').onclick = closeLink;

// --- Controls ---

let hasAccount = false;

function setHasAccount (value) {
  hasAccount = value;
  for (const [selector, isShown] of [['.guest', !value], ['.account', value]]) {
    for (const field of document.querySelectorAll(selector)) {
      field.hidden = !isShown;
      field.querySelector('input').disabled = !isShown;
    }
  }
  $('sign-in-other').textContent = value ? 'Sign in with a name only' : 'I have an account';
  $(value ? 'email' : 'name').focus();
}

$('sign-in-other').onclick = () => setHasAccount(!hasAccount);

$('sign-in-form').onsubmit = async event => {
  event.preventDefault();
  $('sign-in-error').textContent = '';
  $('sign-in-button').disabled = true;
  try {
    if (hasAccount)
      await account.signIn($('email').value.trim(), $('password').value);
    else
      await account.signInAsGuest($('name').value.trim());
    $('password').value = '';
    localStorage.setItem('yonder-name', account.user.fullName);
    enter();
  } catch (error) {
    if (error.status === 403 && !hasAccount)
      setHasAccount(true);
    $('sign-in-error').textContent = error.message;
  }
  $('sign-in-button').disabled = false;
};

$('sign-out').onclick = async () => {
  call?.hangUp();
  closeCall();
  socket.close();
  leave();
  await account.signOut();
};

const toggle = kind => call?.setSending(kind, !call.isSending(kind));

connectChat(() => call);
$('mute').onclick = () => toggle('audio');
$('camera').onclick = () => toggle('video');
$('hang-up').onclick = () => { call.hangUp(); closeCall(); };
$('close-call').onclick = closeCall;
$('accept-voice').onclick = () => answer(false);
$('accept-video').onclick = () => answer(true);
$('decline').onclick = decline;
$('incoming').oncancel = event => { event.preventDefault(); decline(); };
$('remote').onresize = () => $('call').classList.toggle('has-picture', $('remote').videoWidth > 0 && !call?.isOver);

addEventListener('keydown', event => {
  if (!call || call.isOver || event.ctrlKey || event.altKey || event.metaKey)
    return;
  if (event.key === 'Escape' && isChatShown())
    setChatShown(call, false);
  if (event.target === $('chat-text'))
    return;
  if (event.key === 'm' || event.key === 'M')
    toggle('audio');
  else if (event.key === 'v' || event.key === 'V')
    toggle('video');
  else if ((event.key === 'c' || event.key === 'C') && !$('chat-toggle').hidden) {
    event.preventDefault();
    setChatShown(call, !isChatShown());
  }
});

addEventListener('pagehide', () => {
  if (call && !call.isOver && call.id)
    socket.emit('call_end', { callId: call.id });
});

setInterval(() => showDuration(call), 500);

/** For testers, in the browser's console and in tests: what is going on, to be looked at. */
window.yonder = {
  get userId () { return account.user?._id ?? null; },
  get callId () { return call?.id ?? null; },
  get state () { return call?.state ?? null; },
  get connection () { return call?.peer?.connection ?? null; },
  get generation () { return call?.peer?.generation ?? null; },
  get conversation () { return call?.conversation ?? null; },
  get safetyCode () { return call?.safetyCode ?? null; },
  get candidates () { return call?.peer?.counters ?? null; },
  get remote () { return $('remote'); },
  get local () { return $('local'); },
  get people () { return [...people.values()]; },
  get connected () { return socket.connected; },
  recover () { call?.peer?.recover(); },
};

$('name').value = localStorage.getItem('yonder-name') ?? '';
if (await account.restore())
  enter();
else
  showPage('sign-in');
