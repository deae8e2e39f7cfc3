// SPDX-License-Identifier: Apache-2.0
//
// The official server with what every case needs: "/" and "/custom", where each event comes back as
// `back` and its arguments are its acknowledgement, and a middleware that refuses {"deny": true}.
// Prints its port.
"use strict";

const http = require("node:http");
const { Server } = require("socket.io");

const server = http.createServer((request, response) => response.writeHead(404).end());
const io = new Server(server, { cors: { origin: "*" } });

function serve(namespace) {
  namespace.use((socket, next) => {
    if (!socket.handshake.auth.deny) return next();
    const error = new Error("denied");
    error.data = { code: 7 };
    return next(error);
  });
  namespace.on("connection", (socket) => {
    socket.onAny((name, ...args) => {
      const ack = typeof args.at(-1) === "function" ? args.pop() : null;
      socket.emit("back", name, ...args);
      if (ack) ack(...args);
    });
  });
}

serve(io.of("/"));
serve(io.of("/custom"));
process.on("uncaughtException", (error) => console.error("uncaught:", error.message));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
