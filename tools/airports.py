#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes data/airports.jsonl: the time zone and the coordinates of each airport with an IATA code.

usage: airports.py > data/airports.jsonl

Needs the package airportsdata in the version below ('pip install airportsdata==20260905'); the same
version gives the same bytes. One line holds the airports of one zone, and lines and airports are sorted:

    {"Zone":"America/Adak","Airports":{"ADK":[51.878,-176.646]}}
"""

import importlib.metadata
import json
import re
import sys

import airportsdata

VERSION = "20260905"
DIGITS = 4  # of degrees: 11 metres

# Airports that flights of earlier years name, closed since, so that airportsdata lists them no more.
# From OurAirports (public domain).
CLOSED = {
    "ISN": ("America/Chicago", 48.1779, -103.6420),  # Williston, Sloulin Field, until 2019
    "PFN": ("America/Chicago", 30.2121, -85.6828),  # Panama City-Bay County, until 2010
}


def zone_of(airport):
    # New York's clocks are Indiana's only since 2006; the package has both names for airports there.
    if airport["subd"] == "Indiana" and airport["tz"] == "America/New_York":
        return "America/Indiana/Indianapolis"
    return airport["tz"]


def airports_by_zone():
    airports = dict(CLOSED)
    for code, airport in airportsdata.load("IATA").items():
        if not re.fullmatch(r"[A-Z0-9]{3}", code) or not airport["tz"]:
            print(f"airports: {code!r} is skipped: no zone or not a code", file=sys.stderr)
            continue
        airports[code] = (zone_of(airport), round(airport["lat"], DIGITS), round(airport["lon"], DIGITS))
    zones = {}
    for code, (zone, *place) in sorted(airports.items()):
        zones.setdefault(zone, {})[code] = place
    return sorted(zones.items())


def main():
    found = importlib.metadata.version("airportsdata")
    if found != VERSION:
        sys.exit(f"airports: airportsdata {found} is installed; install airportsdata=={VERSION}")
    for zone, airports in airports_by_zone():
        print(json.dumps({"Zone": zone, "Airports": airports}, separators=(",", ":")))


if __name__ == "__main__":
    main()
