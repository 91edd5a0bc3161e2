// SPDX-License-Identifier: GPL-3.0-or-later
// A Socket.IO server (npm "socket.io") that a test steers: one JSON command a line on stdin, one JSON line for everything that
// happens on stdout. `node server.js OPTIONS`, OPTIONS being a JSON object (see below). Ends when stdin does.
'use strict'

const fs = require('node:fs')
const http = require('node:http')
const https = require('node:https')
const readline = require('node:readline')
const { Server } = require('socket.io')
const answerRest = require('./rest-answers.js')

const options = JSON.parse(process.argv[2] || '{}')
const print = (object) => process.stdout.write(JSON.stringify(object) + '\n')
process.stdout.on('error', () => process.exit(1))

// Buffers in a form that a test can compare.
const shown = (value) => {
  if (Buffer.isBuffer(value)) return { base64: value.toString('base64') }
  if (Array.isArray(value)) return value.map(shown)
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shown(v)]))
  return value
}
const hidden = (value) => {
  if (Array.isArray(value)) return value.map(hidden)
  if (value !== null && typeof value === 'object') {
    if (typeof value.base64 === 'string') return Buffer.from(value.base64, 'base64')
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, hidden(v)]))
  }
  return value
}

const tls = options.tls && { key: fs.readFileSync(options.tls.key), cert: fs.readFileSync(options.tls.cert) }
const httpServer = tls ? https.createServer(tls) : http.createServer()
const tcp = new Set()
httpServer.on(tls ? 'secureConnection' : 'connection', (socket) => {
  tcp.add(socket)
  socket.on('close', () => tcp.delete(socket))
})

if (options.answers) httpServer.on('request', answerRest(options.answers, print))

const io = new Server(httpServer, {
  path: options.path || '/socket.io/',
  transports: options.transports || ['polling', 'websocket'],
  pingInterval: options.pingInterval || 25000,
  pingTimeout: options.pingTimeout || 20000,
  maxHttpBufferSize: options.maxHttpBufferSize || 1e6,
  ...(options.recovery ? { connectionStateRecovery: { maxDisconnectionDuration: 60000 } } : {}),
})
io.engine.on('connection_error', (error) => print({ event: 'engine-error', code: error.code, message: error.message }))

const namespaces = { '/': io.of('/'), '/custom': io.of('/custom'), '/guarded': io.of('/guarded') }
namespaces['/guarded'].use((socket, next) => {
  if (socket.handshake.auth.token === 'good') return next()
  const error = new Error('not authorized')
  error.data = { code: 7, hint: 'take another token' }
  next(error)
})

for (const [name, nsp] of Object.entries(namespaces)) {
  nsp.on('connection', (socket) => {
    print({ event: 'connection', nsp: name, id: socket.id, auth: socket.handshake.auth, recovered: socket.recovered,
      transport: socket.conn.transport.name })
    socket.conn.once('upgrade', () => print({ event: 'upgrade', transport: socket.conn.transport.name }))
    socket.onAny((event, ...args) => {
      const ack = typeof args.at(-1) === 'function' ? args.pop() : null
      print({ event: 'got', nsp: name, name: event, args: shown(args), ack: ack !== null, transport: socket.conn.transport.name })
      if (ack && event !== 'silence') ack(...args)
      if (event === 'back') socket.emit('back', ...args)
    })
    socket.on('disconnect', (reason) => print({ event: 'disconnect', nsp: name, id: socket.id, reason }))
  })
}

const commands = {
  emit: ({ nsp = '/', name, args = [] }) => { namespaces[nsp].emit(name, ...hidden(args)) },
  ask: async ({ nsp = '/', name, args = [], timeout = 5000 }) => {
    try {
      const answers = await namespaces[nsp].timeout(timeout).emitWithAck(name, ...hidden(args))
      return { answers: shown(answers) }
    } catch (error) {
      return { error: error.message }
    }
  },
  // closes the TCP connections as a lost network does, without a word; a poll is under way then, or nobody would be told
  cut: async () => {
    const isBetweenPolls = (client) => client.transport.name === 'polling' && !client.transport.writable
    while (Object.values(io.engine.clients).some(isBetweenPolls)) await new Promise(setImmediate)
    for (const socket of tcp) socket.destroy()
  },
  disconnect: ({ nsp = '/', close = false }) => { namespaces[nsp].disconnectSockets(close) },
  repeat: ({ times, name, args = [] }) => { for (let i = 0; i < times; i++) io.emit(name, ...args) },
  flood: ({ bytes }) => { io.emit('flood', 'x'.repeat(bytes)) },
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const command = JSON.parse(line)
  const reply = await commands[command.do](command)
  print({ reply: command.do, ...reply })
}).on('close', () => process.exit(0))

httpServer.listen(options.port || 0, '127.0.0.1', () => print({ event: 'listening', port: httpServer.address().port }))
