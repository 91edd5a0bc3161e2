// SPDX-License-Identifier: GPL-3.0-or-later
// What is seen: the list of people, a call, and a call that comes in. Text is set as text, never as markup.

export const $ = id => document.getElementById(id);

const statusWords = { online: 'Online', away: 'Away', offline: 'Offline' };

const stateWords = {
  preparing: 'Starting camera and microphone…',
  inviting: 'Calling…',
  ringing: 'Ringing…',
  answering: 'Starting camera and microphone…',
  connecting: 'Connecting…',
  connected: 'Connected',
  reconnecting: 'Reconnecting…',
};

// Both letters of a name, and a colour that stays the same for the same person.
function paintAvatar (element, { _id, fullName }) {
  const words = fullName.replace(/[^\p{L}\p{N}\s]/gu, '').trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map(word => [...word][0] ?? '').join('');
  const hue = [..._id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  element.textContent = letters.toLocaleUpperCase();
  element.style.setProperty('--hue', hue);
}

function icon (name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

function callButton (person, kind, onCall) {
  const button = document.createElement('button');
  const label = `${kind === 'video' ? 'Video call' : 'Call'} ${person.fullName}`;
  button.type = 'button';
  button.className = 'flat icon';
  button.dataset.kind = kind;
  button.title = label;
  button.setAttribute('aria-label', label);
  button.disabled = person.status === 'offline';
  button.append(icon(kind === 'video' ? 'video' : 'phone'));
  button.onclick = () => onCall(person, kind);
  return button;
}

function personRow (person, onCall) {
  const row = document.createElement('li');
  const avatar = document.createElement('div');
  const dot = document.createElement('div');
  const who = document.createElement('div');
  const name = document.createElement('b');
  const status = document.createElement('span');
  row.className = person.status;
  row.dataset.id = person._id;
  avatar.className = 'avatar';
  avatar.setAttribute('aria-hidden', 'true');
  paintAvatar(avatar, person);
  dot.className = 'dot';
  avatar.append(dot);
  who.className = 'who';
  name.textContent = person.fullName;
  status.textContent = statusWords[person.status] ?? statusWords.offline;
  who.append(name, status);
  row.append(avatar, who, callButton(person, 'voice', onCall), callButton(person, 'video', onCall));
  return row;
}

/** Shows one of the pages 'sign-in' and 'people'. */
export function showPage (id) {
  for (const page of document.querySelectorAll('main'))
    page.hidden = page.id !== id;
}

export function showText (id, text) {
  const element = $(id);
  if (element.textContent !== text)
    element.textContent = text;
  element.hidden = !text;
}

function showLink (id, url, words) {
  const link = $(id);
  link.hidden = !url;
  if (url) {
    link.href = url.href;
    link.textContent = words(url);
  }
}

/** Fills the list, those who can be called first. The focus stays where it was. */
export function showPeople (people, onCall) {
  const focused = document.activeElement?.closest('#list li')?.dataset.id;
  const focusedKind = document.activeElement?.dataset?.kind;
  const sorted = [...people].sort((a, b) =>
    (a.status === 'offline') - (b.status === 'offline') || a.fullName.localeCompare(b.fullName));
  $('list').replaceChildren(...sorted.map(person => personRow(person, onCall)));
  $('nobody').hidden = sorted.length > 0;
  if (focused)
    [...$('list').children].find(row => row.dataset.id === focused)?.querySelector(`[data-kind=${focusedKind}]`)?.focus();
}

const twoDigits = number => String(number).padStart(2, '0');

export function showDuration (call) {
  const seconds = call?.connectedAt ? Math.floor(((call.endedAt || Date.now()) - call.connectedAt) / 1000) : 0;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  $('call-duration').textContent = `${hours ? `${hours}:${twoDigits(minutes)}` : minutes}:${twoDigits(seconds % 60)}`;
}

function showToggle (button, call, kind, key, on, off) {
  const isOff = !call.isSending(kind);
  const label = isOff ? on : off;
  button.disabled = !call.canSend(kind);
  button.classList.toggle('off', isOff);
  button.setAttribute('aria-label', label);
  button.title = `${label} (${key})`;
}

let coveredFocus = null; // what had the focus when a call came over the page

// While a call is shown, the page below is not there for keyboard and screen reader either.
function cover (isCovered) {
  const wasCovered = $('people').inert;
  if (isCovered === wasCovered)
    return;
  if (isCovered)
    coveredFocus = document.activeElement?.closest('#list li')?.dataset.id ?? null;
  $('people').inert = isCovered;
  if (isCovered)
    $('hang-up').focus();
  else
    [...$('list').children].find(row => row.dataset.id === coveredFocus)?.querySelector('button:enabled')?.focus();
}

/** Shows a call as it stands, or none. */
export function showCall (call, connectionNotice) {
  $('call').hidden = !call;
  if (!call) {
    cover(false);
    $('remote').srcObject = null;
    $('local').srcObject = null;
    return;
  }
  const isOver = call.state === 'ended';
  paintAvatar($('call-avatar'), call.person);
  showText('call-name', call.person.fullName);
  showText('call-state', isOver ? call.endedBecause : stateWords[call.state]);
  showText('call-notice', isOver ? '' : [connectionNotice, call.notice].filter(Boolean).join(' '));
  showText('call-safety', isOver || !call.safetyCode ? '' : `Safety code ${call.safetyCode}`);
  $('call-duration').hidden = !call.connectedAt;
  $('call').classList.toggle('ringing', call.isWaiting);
  $('call').classList.toggle('reconnecting', call.state === 'reconnecting');
  if (isOver)
    $('call').classList.remove('has-picture');
  if ($('local').srcObject !== call.local)
    $('local').srcObject = call.local;
  $('local').hidden = isOver || !call.isSending('video');
  showToggle($('mute'), call, 'audio', 'M', 'Unmute microphone', 'Mute microphone');
  showToggle($('camera'), call, 'video', 'V', 'Turn camera on', 'Turn camera off');
  for (const id of ['mute', 'camera', 'hang-up'])
    $(id).hidden = isOver;
  const hasJustEnded = isOver && $('close-call').hidden;
  $('close-call').hidden = !isOver;
  showLink('call-meeting', call.wayOut, room => `Meet at ${room.host}`);
  cover(true);
  if (hasJustEnded) // the button that had the focus is gone
    $('close-call').focus();
}

/** Shows that somebody calls, or that nobody does any more. */
export function showIncoming (call) {
  const dialog = $('incoming');
  if (!call) {
    dialog.close();
    return;
  }
  paintAvatar($('incoming-avatar'), call.person);
  showText('incoming-name', call.person.fullName);
  showText('incoming-kind', call.kind === 'video' ? 'Video call' : 'Voice call');
  $('accept-video-cell').hidden = call.kind !== 'video';
  if (!dialog.open)
    dialog.showModal();
  $(call.kind === 'video' ? 'accept-video' : 'accept-voice').focus();
}
