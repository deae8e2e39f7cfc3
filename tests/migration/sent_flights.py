# SPDX-License-Identifier: Apache-2.0
"""Values of the request topic as the original's web server sends them, and odd ones that the
contract says are answered: the same ones for the same seed."""

import datetime
import json
import random
import uuid

from kits import ROOT

CARRIERS = ["AA", "AS", "B6", "DL", "EV", "F9", "HA", "MQ", "NK", "OO", "UA", "US", "VX", "WN"]

# One change each to a request; what it does is in docs/spark-differences.md.
ODD = [
    {"DepDelay": None}, {"DepDelay": "5"}, {"DepDelay": float("nan")}, {"DepDelay": 1e308},
    {"Carrier": None}, {"Carrier": "ZZ"}, {"Carrier": ""}, {"Carrier": "\u00e9\U0001f600"},
    {"Origin": None}, {"Dest": "XXX"}, {"DayOfWeek": 6.0}, {"DayOfWeek": "x"}, {"DayOfYear": -1},
    {"FlightDate": None}, {"FlightDate": "2016-02"}, {"FlightDate": "today"}, {"Timestamp": None},
    {"Timestamp": "2025-12-30T15:07:40.999999Z"}, {"Carrier_index": 3.0}, {"Route_index": -1.0},
    {"Dest_index": 7.0, "Origin_index": 0.0}, {"FlightNum": "1519"}, {"Unknown": [1, {"x": 2}]},
]


def routes():
    lines = (ROOT / "data/origin_dest_distances.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def request(rng, route):
    day = datetime.date(2015, 1, 1) + datetime.timedelta(days=rng.randrange(700))
    asked = datetime.datetime(2025, 12, 30) + datetime.timedelta(microseconds=rng.randrange(10**11))
    return {
        "DepDelay": rng.choice((float(rng.randint(-30, 180)), rng.randint(-120, 720) / 4)),
        "Carrier": rng.choice(CARRIERS),
        "FlightDate": day.isoformat(),
        "Dest": route["Dest"],
        "FlightNum": None,
        "Origin": route["Origin"],
        "Distance": float(route["Distance"]),
        "DayOfYear": day.timetuple().tm_yday,
        "DayOfMonth": day.day,
        "DayOfWeek": day.weekday(),
        "Timestamp": asked.isoformat(),
        "UUID": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    }


def make_requests(count, seed=1):
    """`count` requests as dicts; every twentieth is odd."""
    rng = random.Random(seed)
    known = routes()
    made = []
    for number in range(count):
        fields = request(rng, rng.choice(known))
        if number % 20 == 19:
            fields.update(ODD[number // 20 % len(ODD)])
        made.append(fields)
    return made


def value_of(fields):
    """As Python's json.dumps writes it, which is how the original's web server does."""
    return json.dumps(fields).encode()
