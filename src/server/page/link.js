// SPDX-License-Identifier: GPL-3.0-or-later
// What the address of the page asks for: /?call=USER&name=NAME&kind=video, as docs/links.md says. It offers a call; it never calls by itself.
// The name is the word of whoever made the link.

const MAX_USER = 254;
const MAX_NAME = 64;

// One line of text: no control characters, and none that turn the direction of what stands beside them.
const isText = (text, length) => text !== '' && new TextEncoder().encode(text).length <= length && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);

/** What a link says: { user, name, kind }, or null where it says nothing or nothing good. */
export function readLink (address) {
  const given = new URL(address).searchParams;
  if (['call', 'name', 'kind'].some(word => given.getAll(word).length > 1))
    return null;
  const [user, name, kind] = ['call', 'name', 'kind'].map(word => given.get(word));
  if (user === null || !isText(user, MAX_USER) || (name !== null && !isText(name, MAX_NAME)) || ![null, 'voice', 'video'].includes(kind))
    return null;
  return { user, name: name ?? user, kind: kind ?? 'voice' };
}

/** The same link for those who have Yonder. */
export function linkToYonder (address, link) {
  const { protocol, hostname, host, pathname } = new URL(address);
  const isOwn = hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
  const words = [['call', link.user]];
  if (link.name !== link.user)
    words.push(['name', link.name]);
  if (link.kind === 'video')
    words.push(['kind', 'video']);
  if (protocol === 'http:' && !isOwn)
    words.push(['tls', 'no']);
  return `yonder://${host}${pathname}?${words.map(([word, value]) => `${word}=${encodeURIComponent(value)}`).join('&')}`;
}
