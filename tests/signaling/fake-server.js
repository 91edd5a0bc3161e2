// SPDX-License-Identifier: GPL-3.0-or-later
// Servers that are not what a client hopes for, and one that is stricter than any: `node fake-server.js KIND [OPTIONS]`.
// Steered and told about as server.js is. Uses "ws", which comes with socket.io.
//
//   silent        accepts connections and never answers
//   web           an ordinary web server
//   redirect      points elsewhere
//   broken        answers 503
//   garbage       answers with something that is no packet
//   text          HTTP 200 with JSON that is no packet
//   old           Socket.IO 2 (Engine.IO 3), over both transports
//   strict        Engine.IO 4 without npm's server: refuses whatever the protocol does not allow and tells of it; sends what a
//                 test says
//   rest          answers requests as OPTIONS.answers says (rest-answers.js)
//   no-websocket  a reverse proxy to OPTIONS.target that refuses to upgrade
//   swallow       the same, but leaves an upgrade without an answer
//   proxy         a forward HTTP proxy (CONNECT and absolute URIs); OPTIONS.blockUpgrade: closes tunnels in which an upgrade is
//                 asked for
'use strict'

const http = require('node:http')
const net = require('node:net')
const readline = require('node:readline')
const { WebSocketServer } = require('ws')
const answerRest = require('./rest-answers.js')

const kind = process.argv[2]
const options = JSON.parse(process.argv[3] || '{}')
const print = (object) => process.stdout.write(JSON.stringify(object) + '\n')
process.stdout.on('error', () => process.exit(1))
const fault = (text) => print({ event: 'fault', text })

const commands = {}

const text = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8', ...headers })
  response.end(body)
}

const refuseUpgrade = (status, headers = {}) => (request, socket) => {
  const all = { Connection: 'close', 'Content-Length': 0, ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  print({ event: 'upgrade-refused' })
  socket.on('error', () => {}) // the client need not wait for the answer
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`)
}

const answerAll = (status, body, headers) => {
  const server = http.createServer((request, response) => text(response, status, body, headers))
  server.on('upgrade', refuseUpgrade(`${status} ${http.STATUS_CODES[status]}`, headers))
  return server
}

// Engine.IO 3: lengths before packets, pings from the client, and everybody is connected to the main namespace unasked.
const old = () => {
  const open = (upgrades) => '0' + JSON.stringify({ sid: 'oldserver', upgrades, pingInterval: 25000, pingTimeout: 5000 })
  const websockets = new WebSocketServer({ noServer: true })
  let isOpen = false
  const server = http.createServer((request, response) => {
    if (isOpen || options.transport === 'websocket') return
    isOpen = true
    const packets = [open([]), '40']
    text(response, 200, packets.map((packet) => `${packet.length}:${packet}`).join(''))
  })
  server.on('upgrade', (request, socket, head) => {
    if (options.transport === 'polling') return refuseUpgrade('400 Bad Request')(request, socket)
    websockets.handleUpgrade(request, socket, head, (ws) => { ws.on('error', () => {}); ws.send(open([])); ws.send('40') })
  })
  return server
}

// One session at a time. What comes in is told packet by packet; "send" sends packets as they stand over the transport of the
// moment.
const strict = () => {
  const websockets = new WebSocketServer({ noServer: true, maxPayload: 1e7 })
  const handshake = { sid: 's3ss10n', upgrades: options.upgrades || [], pingInterval: options.pingInterval || 25000,
    pingTimeout: options.pingTimeout || 20000, maxPayload: options.maxPayload || 1e6 }
  let sid = null // of the session
  let ws = null // that carries it
  let poll = null // the GET that hangs
  let isPosting = false
  let answering = null // the POST
  let waiting = [] // packets for the next GET

  const got = (transport, packet) =>
    print({ event: 'packet', transport, packet: typeof packet === 'string' ? packet : { base64: packet.toString('base64') } })
  const flush = () => {
    if (!poll || waiting.length === 0) return
    const response = poll
    poll = null
    text(response, 200, waiting.splice(0).join('\x1e'))
  }
  const close = () => { sid = null; ws = null; poll = null; waiting = []; isPosting = false; clearTimeout(answering) }

  commands.send = ({ packets, base64, once = false }) => {
    const all = (packets || []).concat(base64 || [])
    if (ws) for (const packet of packets || []) ws.send(packet)
    if (ws) for (const packet of base64 || []) ws.send(Buffer.from(packet, 'base64'))
    if (!ws) { waiting.push(...(packets || []), ...(base64 || []).map((p) => 'b' + p)); flush() }
    return { sent: all.length }
  }
  // a WebSocket message that does not end
  commands.fragments = async ({ count, bytes }) => {
    const socket = ws
    for (let i = 0; i < count && socket.readyState === 1; i++)
      await new Promise((resolve) => socket.send('x'.repeat(bytes), { fin: false, binary: false }, resolve))
    return { sent: count }
  }
  commands.state = () => ({ sid, transport: ws ? 'websocket' : 'polling', polling: poll !== null })
  commands.hangup = () => { if (ws) ws.terminate(); if (poll) poll.destroy(); close() }
  commands.answer = ({ status, body }) => { if (poll) { text(poll, status, body); poll = null } }

  const checkQuery = (query, transport) => {
    if (query.get('EIO') !== '4') fault('EIO is not 4')
    if (query.get('transport') !== transport) fault(`transport is ${query.get('transport')} instead of ${transport}`)
  }

  const onGet = (query, response) => {
    if (!query.has('sid')) {
      if (sid !== null) { fault('a second session'); close() }
      sid = handshake.sid
      print({ event: 'handshake', transport: 'polling' })
      const first = ['0' + JSON.stringify(handshake)]
      return text(response, 200, first.concat(waiting.splice(0)).join('\x1e'))
    }
    if (query.get('sid') !== sid) return text(response, 400, '{"code":1,"message":"Session ID unknown"}')
    if (ws) { fault('a GET after the upgrade'); return text(response, 400, '') }
    if (poll) { fault('a second GET'); return text(response, 400, '') }
    poll = response
    response.on('close', () => { if (poll === response) { poll = null; if (sid !== null) print({ event: 'poll-cancelled' }) } })
    print({ event: 'poll' })
    flush()
  }

  const onPost = (query, request, response) => {
    if (query.get('sid') !== sid) return text(response, 400, '{"code":1,"message":"Session ID unknown"}')
    if (ws) fault('a POST after the upgrade')
    if (isPosting) fault('a second POST')
    if (!/^text\/plain/.test(request.headers['content-type'] || '')) fault('a POST that is no text')
    isPosting = true
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      if (body.length > handshake.maxPayload) fault(`a POST of ${body.length} bytes`)
      for (const packet of body.toString().split('\x1e')) {
        got('polling', packet)
        if (packet === '1') { text(response, 200, 'ok'); isPosting = false; if (poll) text(poll, 200, '6'); close(); return }
      }
      // a moment later, so that a client that does not wait is caught
      answering = setTimeout(() => { isPosting = false; text(response, 200, 'ok') }, options.postDelay || 20)
    })
  }

  const server = http.createServer((request, response) => {
    const query = new URL(request.url, 'http://x').searchParams
    checkQuery(query, 'polling')
    if (request.method === 'GET') onGet(query, response)
    else if (request.method === 'POST') onPost(query, request, response)
    else fault(request.method)
  })

  const carry = (socket) => {
    ws = socket
    print({ event: 'carried', transport: 'websocket' })
  }
  const probe = (socket) => {
    let isProbed = false
    let releasing = null
    socket.on('close', () => clearInterval(releasing))
    socket.on('message', (data, isBinary) => {
      const packet = isBinary ? data : data.toString()
      if (ws === socket) return got('websocket', packet)
      if (!isProbed) {
        if (packet !== '2probe') fault(`${packet} instead of 2probe`)
        isProbed = true
        if (options.probe === 'silent') return
        socket.send(options.probe || '3probe')
        // the client may poll once more before it reads the answer
        releasing = setInterval(() => { if (poll) { const response = poll; poll = null; text(response, 200, '6') } }, 20)
        return
      }
      clearInterval(releasing)
      if (packet !== '5') fault(`${packet} instead of 5`)
      if (poll || isPosting) fault('an upgrade while a request is under way')
      print({ event: 'upgraded' })
      carry(socket)
      for (const packet of waiting.splice(0)) socket.send(packet)
    })
  }
  server.on('upgrade', (request, socket, head) => {
    const query = new URL(request.url, 'http://x').searchParams
    checkQuery(query, 'websocket')
    if (options.websocket === false) return refuseUpgrade('400 Bad Request')(request, socket)
    websockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => {}) // cut off by the client: the close that follows tells
      client.on('close', () => { print({ event: 'websocket-closed' }); if (ws === client) close() })
      if (query.has('sid')) return probe(client)
      sid = handshake.sid
      client.on('message', (data, isBinary) => got('websocket', isBinary ? data : data.toString()))
      print({ event: 'handshake', transport: 'websocket' })
      client.send(options.open || '0' + JSON.stringify(handshake))
      carry(client)
    })
  })
  return server
}

const forward = (request, response) => {
  const target = new URL(options.target)
  const onward = http.request({ host: target.hostname, port: target.port, path: request.url, method: request.method,
    headers: request.headers },
    (answer) => { response.writeHead(answer.statusCode, answer.headers); answer.pipe(response) })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}

const reverse = (onUpgrade) => {
  const server = http.createServer(forward)
  server.on('upgrade', onUpgrade)
  return server
}

const proxy = () => {
  const server = http.createServer((request, response) => {
    print({ event: 'proxied', method: request.method })
    const target = new URL(request.url)
    const onward = http.request({ host: target.hostname, port: target.port, path: target.pathname + target.search,
      method: request.method,
      headers: request.headers }, (answer) => { response.writeHead(answer.statusCode, answer.headers); answer.pipe(response) })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  server.on('upgrade', refuseUpgrade('403 Forbidden'))
  server.on('connect', (request, socket, head) => {
    print({ event: 'proxied', method: 'CONNECT', to: request.url })
    if (options.blockUpgrade) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const [host, port] = request.url.split(':')
    const onward = net.connect(port, host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  return server
}

const rest = () => http.createServer(answerRest(options.answers, print))

const kinds = {
  silent: () => net.createServer((socket) => { print({ event: 'connection' }); socket.on('error', () => {}).resume() }),
  web: () => answerAll(404, '<!DOCTYPE html><title>Not here</title>', { 'Content-Type': 'text/html' }),
  redirect: () => answerAll(301, '', { Location: 'https://elsewhere.example/' }),
  broken: () => answerAll(503, 'down'),
  garbage: () => net.createServer((socket) => { socket.on('error', () => {}); socket.end('\x00\x01garbage\xff\r\n\r\n') }),
  text: () => answerAll(200, '{"hello": "world"}'),
  old,
  strict,
  rest,
  'no-websocket': () => reverse(refuseUpgrade('403 Forbidden')),
  swallow: () => reverse((request, socket) => { print({ event: 'swallowed' }); socket.on('error', () => {}) }),
  proxy,
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const command = JSON.parse(line)
  const reply = await commands[command.do](command)
  print({ reply: command.do, ...reply })
}).on('close', () => process.exit(0))

const server = kinds[kind]()
server.listen(options.port || 0, '127.0.0.1', () => print({ event: 'listening', port: server.address().port }))
