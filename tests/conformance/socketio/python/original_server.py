# SPDX-License-Identifier: Apache-2.0
"""What a client sees of the original system's web server, on the libraries that it runs on: its two
endpoints and its Socket.IO events. A timer stands in for Kafka and Spark: so long after the POST the
prediction is emitted to its room, once, whether anybody has joined it or not.

usage: original_server.py SECONDS    prints the port that it listens on
"""

import eventlet

eventlet.monkey_patch()

import datetime
import json
import sys
import uuid

import eventlet.wsgi
import flask
import flask_socketio

SUBMIT = "/flights/delays/predict/classify_realtime"
SECONDS = float(sys.argv[1])

app = flask.Flask(__name__)
io = flask_socketio.SocketIO(app, async_mode="eventlet", cors_allowed_origins="*")
stored = {}


def score(features):
    eventlet.sleep(SECONDS)
    day = datetime.date.fromisoformat(features["FlightDate"])
    prediction = {
        "Origin": features["Origin"], "DayOfWeek": day.weekday(), "Dest": features["Dest"],
        "DepDelay": float(features["DepDelay"]), "Timestamp": "2025-12-30T14:07:40.123Z",
        "FlightDate": features["FlightDate"], "Carrier": features["Carrier"],
        "UUID": features["UUID"], "Prediction": 2.0,
    }
    stored[features["UUID"]] = prediction
    io.emit("prediction_ready", prediction, to=features["UUID"])


@app.post(SUBMIT)
def classify_realtime():
    features = {**flask.request.form.to_dict(), "UUID": str(uuid.uuid4())}
    eventlet.spawn(score, features)
    return json.dumps({"status": "OK", "id": features["UUID"]})


@app.get(SUBMIT + "/response/<unique_id>")
def classify_realtime_response(unique_id):
    if unique_id not in stored:
        return json.dumps({"status": "WAIT", "id": unique_id})
    return json.dumps({"status": "OK", "id": unique_id, "prediction": stored[unique_id]})


@io.on("join")
def on_join(data):
    room = data.get("request_id")
    if room:
        flask_socketio.join_room(room)
        flask_socketio.emit("joined", {"room": room})


listener = eventlet.listen(("127.0.0.1", 0), backlog=512)
print(listener.getsockname()[1], flush=True)
eventlet.wsgi.server(listener, app, log_output=False)
