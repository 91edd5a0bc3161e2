// SPDX-License-Identifier: GPL-3.0-or-later
// The code that two people read out to each other: the same on both sides if nobody sits between them. It is made of the SHA-256 digests
// of the two DTLS certificates, as Yonder makes it: the lower one first, hashed with SHA-512, six groups of five digits.

const groups = 6;

function readFingerprint (description) {
  const match = /^a=fingerprint:sha-256 ([0-9a-f]{2}(?::[0-9a-f]{2}){31})\s*$/im.exec(description?.sdp ?? '');
  return match && Uint8Array.from(match[1].split(':'), byte => parseInt(byte, 16));
}

// A description may name the certificate by another hash; the certificate itself is in the statistics.
async function digestCertificate (connection, member) {
  const stats = [...(await connection.getStats()).values()];
  const transport = stats.find(entry => entry.type === 'transport');
  const certificate = stats.find(entry => entry.id === transport?.[member])?.base64Certificate;
  if (!certificate)
    return null;
  const der = Uint8Array.from(atob(certificate), character => character.charCodeAt(0));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', der));
}

function isLower (a, b) {
  const index = a.findIndex((byte, i) => byte !== b[i]);
  return index >= 0 && a[index] < b[index];
}

/** The code of two digests, whichever way round. */
export async function makeCode (own, other) {
  const [first, second] = isLower(own, other) ? [own, other] : [other, own];
  const sum = new DataView(await crypto.subtle.digest('SHA-512', Uint8Array.of(...first, ...second)));
  return Array.from({ length: groups }, (_, i) => String(sum.getBigUint64(i * 8) % 100000n).padStart(5, '0')).join(' ');
}

/** The code of a connection that is up, or '' where it cannot be told. The browser itself holds the descriptions to the certificates. */
export async function safetyCode (connection) {
  if (!globalThis.crypto?.subtle)
    return '';
  const own = readFingerprint(connection.localDescription) ?? await digestCertificate(connection, 'localCertificateId');
  const other = readFingerprint(connection.remoteDescription) ?? await digestCertificate(connection, 'remoteCertificateId');
  return own && other ? makeCode(own, other) : '';
}
