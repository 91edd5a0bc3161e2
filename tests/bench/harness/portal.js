// SPDX-License-Identifier: GPL-3.0-or-later
// portal.js PORT SOCKET: passes connections to a loopback port on to a unix socket; network.js starts it inside a namespace.

import { connect, createServer } from 'node:net';

const [port, socket] = process.argv.slice(2);

createServer(client => {
  const upstream = connect(socket);
  client.pipe(upstream).on('error', () => client.destroy());
  upstream.pipe(client).on('error', () => upstream.destroy());
}).listen(Number(port), '127.0.0.1', () => { console.log('open'); });
