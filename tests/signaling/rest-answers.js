// SPDX-License-Identifier: GPL-3.0-or-later
// A REST interface that answers what a test says: {"GET /path": [{status, headers, body | text | bytes}, …], …}, each answer once
// and the last one from then on. Every request is told of.
'use strict'

module.exports = (answers, print) => (request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const name = `${request.method} ${request.url}`
    const known = answers[name] || [{ status: 404, text: 'nothing here' }]
    const answer = known.length > 1 ? known.shift() : known[0]
    print({ event: 'request', name, authorization: request.headers.authorization || '', body: Buffer.concat(chunks).toString() })
    response.writeHead(answer.status || 200, { 'Content-Type': 'application/json', ...answer.headers })
    response.end(answer.bytes ? 'x'.repeat(answer.bytes) : answer.text !== undefined ? answer.text : JSON.stringify(answer.body))
  })
}
