#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes data/demo_week.csv.gz: one real week of flights among the busiest airports.

usage: demo_week.py MONTH.csv.gz > data/demo_week.csv.gz

MONTH.csv.gz holds the flights of April 2008 of the US Bureau of Transportation Statistics, with the columns below.
The same file gives the same bytes: rows are sorted so that they compress well, and the packing has no time in it.
"""

import collections
import csv
import gzip
import io
import sys

FIRST_DAY, LAST_DAY = "2008-04-14", "2008-04-20"  # Monday to Sunday
AIRPORTS = 30  # the busiest of the week; flights among them are kept
COLUMNS = [
    "Reporting_Airline", "Flight_Number_Reporting_Airline", "FlightDate", "Origin", "Dest", "CRSDepTime",
    "DepDelay", "CRSArrTime", "ArrDelay", "Cancelled", "Diverted",
]


def main():
    with gzip.open(sys.argv[1], "rt", newline="") as file:
        week = [row for row in csv.DictReader(file) if FIRST_DAY <= row["FlightDate"] <= LAST_DAY]
    departures = collections.Counter(row["Origin"] for row in week)
    kept = {airport for airport, _ in departures.most_common(AIRPORTS)}
    rows = sorted(
        [row[column] for column in COLUMNS]
        for row in week
        if row["Origin"] in kept and row["Dest"] in kept
    )
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    with gzip.GzipFile(fileobj=sys.stdout.buffer, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(text.getvalue().encode())
    print(f"{len(rows)} flights among {len(kept)} airports", file=sys.stderr)


if __name__ == "__main__":
    main()
