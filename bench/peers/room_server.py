# SPDX-License-Identifier: Apache-2.0
"""examples/room_server.cc with Flask-SocketIO on eventlet, as the original system runs it; and its
POST endpoint, which only parses and answers. usage: room_server.py PORT"""

import sys
import uuid

import eventlet

eventlet.monkey_patch()

import flask
import flask_socketio

app = flask.Flask(__name__)
io = flask_socketio.SocketIO(app, async_mode="eventlet", cors_allowed_origins="*")


@app.get("/")
def ready():
    return "ready"


@app.post("/flights/delays/predict/classify_realtime")
def submit():
    float(flask.request.form["DepDelay"])
    return flask.json.dumps({"status": "OK", "id": str(uuid.uuid4())})


@io.on("join")
def join(room):
    flask_socketio.join_room(room)
    return ()


@io.on("burst")
def burst(rooms, rounds, each, payload):
    def run():
        for _ in range(rounds):
            for room in range(rooms):
                for _ in range(each):
                    io.emit("n", payload, to=str(room))
            eventlet.sleep(0)

    io.start_background_task(run)


# A websocket is a request that goes on; eventlet would let 1,024 of them in and keep the rest waiting.
io.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_output=False, max_size=20_000)
