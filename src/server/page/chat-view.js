// SPDX-License-Identifier: GPL-3.0-or-later
// What is seen of a conversation: the chat beside the picture, reactions over it, and whether the other side hears and shows itself.

import { reactions } from './conversation.js';
import { $, showText } from './views.js';

const shownMs = 3500;
const maxShown = 5;

let shownLines = null; // those that the list was made of

function lineRow ({ text, isOwn, time }, name) {
  const row = document.createElement('li');
  const head = document.createElement('span');
  const body = document.createElement('p');
  row.classList.toggle('own', isOwn);
  head.textContent = `${isOwn ? 'You' : name}, ${time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`;
  body.textContent = text;
  body.dir = 'auto';
  row.append(head, body);
  return row;
}

// What the other side tells of itself, in words.
function signsOf ({ conversation, kind, person }) {
  if (conversation.peerHolding)
    return `${person.fullName} has put you on hold`;
  return [
    conversation.peerSharing && 'Sharing the screen',
    conversation.peerMuted && 'Microphone off',
    kind === 'video' && conversation.peerCameraOff && 'Camera off',
  ].filter(Boolean).join(' · ');
}

/** Shows the conversation of a call as it stands, or none. */
export function showConversation (call) {
  const conversation = call?.conversation;
  const isOver = !call || call.isOver;
  const isThere = Boolean(conversation) && !isOver && (conversation.isOpen || conversation.lines.length > 0);
  showText('peer-signs', isOver || !call.connectedAt ? '' : signsOf(call));
  $('call').classList.toggle('peer-camera-off', !isOver && conversation.peerCameraOff);
  $('chat-toggle').hidden = !isThere;
  if (!isThere)
    setChatShown(null, false);
  $('unread').textContent = conversation?.unread || '';
  $('unread').hidden = !conversation?.unread;
  $('chat-toggle').title = conversation?.unread ? `Chat, ${conversation.unread} unread (C)` : 'Chat (C)';
  for (const control of document.querySelectorAll('#chat-send, #chat-reactions button'))
    control.disabled = !conversation?.isOpen;
  const lines = conversation?.lines ?? [];
  if (shownLines !== lines) {
    shownLines = lines;
    $('chat-lines').replaceChildren(...lines.map(line => lineRow(line, call.person.fullName)));
    $('chat-lines').scrollTop = $('chat-lines').scrollHeight;
  }
  $('chat-empty').hidden = lines.length > 0;
}

export const isChatShown = () => !$('chat').hidden;

/** Opens or closes the chat; what is open is read. */
export function setChatShown (call, isShown) {
  if ($('chat').hidden === !isShown) {
    call?.conversation.markRead(isShown);
    return;
  }
  const hadFocus = $('chat').contains(document.activeElement);
  $('chat').hidden = !isShown;
  $('call').classList.toggle('with-chat', isShown);
  $('chat-toggle').setAttribute('aria-expanded', isShown);
  call?.conversation.markRead(isShown);
  if (isShown) {
    $('chat-lines').scrollTop = $('chat-lines').scrollHeight;
    $('chat-text').focus();
  } else if (hadFocus)
    $('chat-toggle').focus();
}

/** Shows a reaction for a while. */
export function showReaction (call, { name, isOwn }) {
  const { emoji, words } = reactions[name];
  const shown = document.createElement('span');
  shown.textContent = emoji;
  shown.setAttribute('role', 'img');
  shown.setAttribute('aria-label', `${isOwn ? 'You' : call.person.fullName}: ${words}`);
  $('reactions').append(shown);
  while ($('reactions').childElementCount > maxShown)
    $('reactions').firstElementChild.remove();
  setTimeout(() => shown.remove(), shownMs);
}

/** Makes the buttons of the chat work for the call that `currentCall` gives. */
export function connectChat (currentCall) {
  $('chat-reactions').replaceChildren(...Object.entries(reactions).map(([name, { emoji, words }]) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'flat';
    button.dataset.reaction = name;
    button.textContent = emoji;
    button.title = words;
    button.setAttribute('aria-label', words);
    button.onclick = () => currentCall()?.conversation.sendReaction(name);
    return button;
  }));
  $('chat-toggle').onclick = () => setChatShown(currentCall(), !isChatShown());
  $('chat-close').onclick = () => setChatShown(currentCall(), false);
  $('chat-form').onsubmit = event => {
    event.preventDefault();
    const isSent = currentCall()?.conversation.sendText($('chat-text').value);
    if (isSent)
      $('chat-text').value = '';
    showText('chat-complaint', isSent || !$('chat-text').value.trim() ? ''
      : 'The message could not be sent. It stays here until the connection is back.');
  };
}
