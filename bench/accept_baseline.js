// SPDX-License-Identifier: Apache-2.0
//
// What POSTs are compared with: a Node http server that parses the form and answers with an id, and
// does nothing else. Usage: node accept_baseline.js PORT
'use strict';
const crypto = require('node:crypto');
const http = require('node:http');

const server = http.createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const flight = new URLSearchParams(body);
    const delay = Number.parseFloat(flight.get('DepDelay'));
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    if (Number.isNaN(delay)) return response.end('{"status": "WAIT"}');
    response.end(`{"status": "OK", "id": "${crypto.randomUUID()}"}`);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
