# SPDX-License-Identifier: Apache-2.0
"""The online features of flights as files give them and as responses carry them, bit by bit."""

import collections
import csv
import json
import struct
import subprocess

from server import PROGRAM

# In the order of the values of a response (src/features/online/values.h).
NAMES = (
    "ExpectedMinutesLost", "ExpectedMinutesLostError", "ElapsedOverSchedule", "CarrierOriginDepDelay2h",
    "OriginDepDelay1h", "DestDepDelay2h", "FlightMinutesLostSquared21d", "RouteMinutesLostSquared14d",
    "FlightMinutesLost21d", "DestMinutesLost2h", "OriginMinutesLost1h", "RegionMinutesLost2h",
    "RouteMinutesLost8h", "RouteMinutesLost14d", "CarrierRouteMinutesLost14d", "DestMinutesLost7d",
    "CarrierMinutesLost4h", "SystemMinutesLost4h", "SystemLandings4h",
)


def bits(value):
    """A number as the bytes of a float; a missing one is empty."""
    return b"" if value in ("", None) else struct.pack("<f", float(value))


def flight_of(row):
    return (row["FlightDate"], row["Carrier"], row["Origin"], row["Dest"], float(row["DepDelay"]))


def values_of_rows(data, learned_until, out):
    """By flight, how often each list of values stands in the rows that `features` writes of later days."""
    flags = ["--data", data, "--train-until", learned_until, "--features", "DepDelay," + ",".join(NAMES), "--out", out]
    subprocess.run([PROGRAM, "features", *map(str, flags)], check=True, capture_output=True, timeout=600)
    found = collections.defaultdict(collections.Counter)
    with open(out, newline="") as file:
        for row in csv.DictReader(file):
            if row["Part"] == "judge":
                found[flight_of(row)][tuple(bits(row[name]) for name in NAMES)] += 1
    return found


def values_of_responses(records):
    """The same of responses, given as the texts of their records in the order of the log; of a request the first counts."""
    found = collections.defaultdict(collections.Counter)
    seen = set()
    for text in records:
        response = json.loads(text)
        if response["UUID"] in seen:
            continue
        seen.add(response["UUID"])
        found[flight_of(response)][tuple(bits(value) for value in response["Online"]["Values"])] += 1
    return found


def missing(rows, responses):
    """The flights of `rows` whose values no response had: diverted ones have a response and no row."""
    return [flight for flight, values in rows.items() if values - responses[flight]]
