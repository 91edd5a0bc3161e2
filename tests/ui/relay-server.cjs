// SPDX-License-Identifier: GPL-3.0-or-later
// relay-server.cjs: a call server on npm's socket.io that passes on what people say to one another and knows nothing of busy: whoever is
// called hears of it, also during a call. Guests only. Prints its address; ends when standard input does. With an argument, a JSON object of
// names and addresses, people have pictures there; "/pictures/…" are files of the folder that is the second argument. Who asked for a file
// without a token gets none.
'use strict'

const { readFileSync } = require('node:fs')
const { createServer } = require('node:http')
const { createRequire } = require('node:module')
const { basename, join } = require('node:path')

const { Server } = createRequire(join(process.env.YONDER_TEST_SOCKET_IO, 'package.json'))('socket.io')

const calls = new Map() // id: the two people in it
const pictures = JSON.parse(process.argv[2] || '{}')
const person = (name) => ({ _id: name, fullName: name, avatarPath: pictures[name] })

const answers = {
  'POST /api/auth/guest': ({ fullName }) => ({ token: fullName, user: person(fullName) }),
  'GET /api/contacts': () => ({ contacts: [...online()].map(person) }),
  'POST /api/auth/logout': () => ({}),
}

const sendPicture = (request, response) => {
  if (!request.headers.authorization) return response.writeHead(401).end()
  if (request.url.endsWith('/elsewhere')) return response.writeHead(302, { Location: '/pictures/Ada' }).end()
  try {
    response.end(readFileSync(join(process.argv[3], basename(request.url))))
  } catch {
    response.writeHead(404).end()
  }
}

const httpServer = createServer((request, response) => {
  if (process.argv[3] && request.url.startsWith('/pictures/')) return sendPicture(request, response)
  let body = ''
  request.on('data', (chunk) => { body += chunk })
  request.on('end', () => {
    const answer = answers[`${request.method} ${request.url}`]
    response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(answer ? answer(JSON.parse(body || '{}')) : { error: 'There is no such page' }))
  })
})

const io = new Server(httpServer)
const online = () => new Set([...io.of('/').sockets.values()].map((socket) => socket.data.name))

io.use((socket, next) => {
  socket.data.name = socket.handshake.auth.token
  next()
})

io.on('connection', (socket) => {
  const { name } = socket.data
  const others = (callId) => calls.get(callId)?.filter((member) => member !== name) ?? []
  const tellPresence = (status) => socket.broadcast.emit('user_status_changed', { userId: name, status })

  socket.join(name)
  socket.emit('online_contacts', [...online()])
  tellPresence('online')
  socket.on('disconnect', () => tellPresence('offline'))

  socket.on('call_initiate', ({ calleeId, type }) => {
    const callId = `call-${calls.size + 1}`
    calls.set(callId, [name, calleeId])
    socket.emit('call_initiated', { callId })
    io.to(calleeId).emit('incoming_call', { callId, caller: person(name), type })
  })
  socket.on('call_answer', ({ callId }) => io.to(calls.get(callId) ?? []).emit('call_answered', { callId }))
  for (const [event, reason] of [['call_decline', 'declined'], ['call_end', 'ended']]) {
    socket.on(event, ({ callId }) => io.to([name, ...others(callId)]).emit('call_ended', { callId, reason, endedBy: name }))
  }
  for (const event of ['webrtc_offer', 'webrtc_answer', 'webrtc_ice_candidate', 'webrtc_recover']) {
    socket.on(event, (message) => { if (calls.has(message.callId)) io.to(others(message.callId)).emit(event, { ...message, from: name }) })
  }
})

httpServer.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${httpServer.address().port}`))
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
