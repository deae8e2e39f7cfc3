# SPDX-License-Identifier: Apache-2.0
"""python-socketio, as node_server.js is the official server: the same namespaces, events and refusal.

Threads and Werkzeug, as the server that flightcast replaces runs it. Prints its port."""

import logging
import sys

import socketio
from werkzeug.serving import make_server

sio = socketio.Server(async_mode="threading", async_handlers=False, cors_allowed_origins="*")


def serve(name):
    @sio.on("connect", namespace=name)
    def connect(_sid, _environ, auth=None):
        if isinstance(auth, dict) and auth.get("deny"):
            raise socketio.exceptions.ConnectionRefusedError("denied", {"code": 7})

    @sio.on("*", namespace=name)
    def any_event(event, sid, *args):
        sio.emit("back", (event, *args), to=sid, namespace=name)
        return args


logging.getLogger("werkzeug").setLevel(logging.ERROR)
serve("/")
serve("/custom")
server = make_server("127.0.0.1", 0, socketio.WSGIApp(sio), threaded=True)
print(server.server_port, flush=True)
sys.stdout.close()
server.serve_forever()
