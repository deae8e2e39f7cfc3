// SPDX-License-Identifier: Apache-2.0
//
// examples/room_server.cc with socket.io. Usage: node room_server.js PORT
'use strict';
const http = require('node:http');
const { Server } = require('socket.io');

const server = http.createServer((_, response) => response.end('ready'));
const io = new Server(server, { perMessageDeflate: false });

io.on('connection', (socket) => {
  socket.on('join', (room, done) => {
    socket.join(room);
    done();
  });
  socket.on('burst', (rooms, rounds, each, payload) => {
    const round = () => {
      if (rounds-- === 0) return;
      for (let room = 0; room < rooms; ++room) {
        for (let i = 0; i < each; ++i) io.to(`${room}`).emit('n', payload);
      }
      setImmediate(round);
    };
    round();
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
