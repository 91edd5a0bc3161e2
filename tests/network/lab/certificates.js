// SPDX-License-Identifier: GPL-3.0-or-later
// A certificate authority for the laboratory, trusted by what runs in it: the system's list, Chromium's and Firefox's policies.

import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';

import { command, folder } from './namespaces.js';

const authority = { key: `${folder}/authority.key`, certificate: `${folder}/authority.pem` };
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes the authority and has it trusted; only in the laboratory's own /etc. */
export function makeAuthority () {
  command('openssl', ['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Laboratory', '-keyout', authority.key, '-out', authority.certificate,
    '-addext', 'keyUsage=critical,keyCertSign,cRLSign']);
  const pem = readFileSync(authority.certificate, 'utf8');
  appendFileSync('/etc/ssl/certs/ca-certificates.crt', `\n${pem}`);
  writePolicy('/etc/chromium/policies/managed', { CACertificates: [new X509Certificate(pem).raw.toString('base64')] });
  for (const place of ['firefox', 'firefox-esr'])
    writePolicy(`/etc/${place}/policies`, { policies: { Certificates: { Install: [authority.certificate] } } });
}

function writePolicy (place, policy) {
  mkdirSync(place, { recursive: true });
  writeFileSync(`${place}/${place.includes('firefox') ? 'policies' : 'laboratory'}.json`, JSON.stringify(policy));
}

/** A certificate for a host name; returns the paths { certificate, key }. */
export function makeCertificate (name, place = folder) {
  const key = `${place}/privkey.pem`;
  const certificate = `${place}/fullchain.pem`;
  mkdirSync(place, { recursive: true });
  command('openssl', ['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`,
    '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth', '-CA', authority.certificate, '-CAkey', authority.key,
    '-keyout', key, '-out', certificate]);
  chmodSync(key, 0o644); // coturn may give up its rights
  return { certificate, key };
}
