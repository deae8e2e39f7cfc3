# SPDX-License-Identifier: Apache-2.0
"""The files that people have, made from flights in the form of the Bureau's prezipped files.

`SHAPES` maps a shape's name to a function from rows (dicts by the Bureau's names) to the bytes of a
file with the same flights. Command line: flight_shapes.py FLIGHTS.csv.gz FOLDER writes all shapes.
"""

import csv
import datetime
import gzip
import io
import json
import pathlib
import random
import sys
import zipfile

EXTRACT = pathlib.Path(__file__).parent / "testdata/flights_2008_01.csv.gz"


def read_rows(path=EXTRACT, every=1):
    with gzip.open(path, "rt") as file:
        return list(csv.DictReader(file))[::every]


def as_csv(table, separator=",", end="\n", trailing="", quoting=csv.QUOTE_MINIMAL, header=None):
    """CSV of `table`, dicts with the same keys."""
    out = io.StringIO()
    if header:
        out.write(header + end)
    names = list(table[0])
    writer = csv.writer(out, delimiter=separator, lineterminator=trailing + end, quoting=quoting)
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for row in table)
    return out.getvalue().encode()


def day(row):
    return datetime.date.fromisoformat(row["FlightDate"])


def decimal(text):
    """As pandas writes a column in which something is missing."""
    return f"{float(text):.1f}" if text else ""


def flag(text):
    return text.strip() not in ("", "0", "0.00")


def known(rows):
    """The form that the program has always read."""
    return as_csv(rows)


def prezipped(rows):
    """BTS, "prezipped": quoted, many columns, a trailing comma."""
    table = [{
        "Year": day(r).year, "Quarter": 1, "Month": day(r).month, "DayofMonth": day(r).day,
        "DayOfWeek": day(r).isoweekday(), "FlightDate": r["FlightDate"],
        "Reporting_Airline": r["Reporting_Airline"], "DOT_ID_Reporting_Airline": 19805,
        "IATA_CODE_Reporting_Airline": r["Reporting_Airline"],
        "Tail_Number": r["Tail_Number"],
        "Flight_Number_Reporting_Airline": r["Flight_Number_Reporting_Airline"],
        "OriginAirportID": 14747, "Origin": r["Origin"], "OriginCityName": "Seattle, WA",
        "Dest": r["Dest"], "CRSDepTime": r["CRSDepTime"].zfill(4), "DepTime": r["DepTime"],
        "DepDelay": decimal(r["DepDelay"]) and decimal(r["DepDelay"]) + "0",
        "DepDelayMinutes": r["DepDelay"] and max(0, float(r["DepDelay"])),
        "ArrDelay": decimal(r["ArrDelay"]) and decimal(r["ArrDelay"]) + "0",
        "Cancelled": f"{flag(r['Cancelled']):.2f}", "Diverted": f"{flag(r['Diverted']):.2f}",
        "Distance": decimal(r["Distance"]) and decimal(r["Distance"]) + "0",
        **{f"Div{n}Airport": "" for n in range(90)},
    } for r in rows]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("readme.html", "<p>")
        file.writestr("On_Time_2008_1.csv", as_csv(table, trailing=",", quoting=csv.QUOTE_NONNUMERIC))
    return out.getvalue()


def download_page(rows):
    """BTS, the download page: FL_DATE with a clock of twelve hours."""
    return as_csv([{
        "FL_DATE": f"{day(r).month}/{day(r).day}/{day(r).year} 12:00:00 AM",
        "OP_UNIQUE_CARRIER": r["Reporting_Airline"],
        "OP_CARRIER_FL_NUM": r["Flight_Number_Reporting_Airline"],
        "ORIGIN": r["Origin"], "DEST": r["Dest"], "CRS_DEP_TIME": r["CRSDepTime"].zfill(4),
        "DEP_DELAY": r["DepDelay"], "ARR_DELAY": r["ArrDelay"],
        "CANCELLED": f"{flag(r['Cancelled']):.2f}", "DIVERTED": f"{flag(r['Diverted']):.2f}",
        "DISTANCE": r["Distance"],
    } for r in rows], trailing=",", quoting=csv.QUOTE_NONNUMERIC)


def kaggle_2015(rows):
    return as_csv([{
        "YEAR": day(r).year, "MONTH": day(r).month, "DAY": day(r).day,
        "DAY_OF_WEEK": day(r).isoweekday(), "AIRLINE": r["Reporting_Airline"],
        "FLIGHT_NUMBER": r["Flight_Number_Reporting_Airline"], "TAIL_NUMBER": r["Tail_Number"],
        "ORIGIN_AIRPORT": r["Origin"], "DESTINATION_AIRPORT": r["Dest"],
        "SCHEDULED_DEPARTURE": r["CRSDepTime"].zfill(4), "DEPARTURE_TIME": r["DepTime"],
        "DEPARTURE_DELAY": r["DepDelay"], "DISTANCE": r["Distance"],
        "ARRIVAL_DELAY": r["ArrDelay"], "DIVERTED": int(flag(r["Diverted"])),
        "CANCELLED": int(flag(r["Cancelled"])), "CANCELLATION_REASON": "",
    } for r in rows])


def kaggle_2009_2018(rows):
    return as_csv([{
        "FL_DATE": r["FlightDate"], "OP_CARRIER": r["Reporting_Airline"],
        "OP_CARRIER_FL_NUM": r["Flight_Number_Reporting_Airline"], "ORIGIN": r["Origin"],
        "DEST": r["Dest"], "CRS_DEP_TIME": int(r["CRSDepTime"]), "DEP_TIME": decimal(r["DepTime"]),
        "DEP_DELAY": decimal(r["DepDelay"]), "ARR_DELAY": decimal(r["ArrDelay"]),
        "CANCELLED": decimal(str(int(flag(r["Cancelled"])))),
        "DIVERTED": decimal(str(int(flag(r["Diverted"])))), "DISTANCE": decimal(r["Distance"]),
        "Unnamed: 27": "",
    } for r in rows])


def kaggle_flight_status(rows):
    """The airline that sold the flight and the one that flew it; a blank in a column's name."""
    return as_csv([{
        "FlightDate": r["FlightDate"], "Airline": "Some Airline Inc.", "Origin": r["Origin"],
        "Dest": r["Dest"], "Cancelled": flag(r["Cancelled"]), "Diverted": flag(r["Diverted"]),
        "CRSDepTime": int(r["CRSDepTime"]), "DepDelay": decimal(r["DepDelay"]),
        "Distance": decimal(r["Distance"]), "Year": day(r).year, "Month": day(r).month,
        "DayofMonth": day(r).day, "Marketing_Airline_Network": "ZZ",
        "IATA_Code_Marketing_Airline": "ZZ", "Flight_Number_Marketing_Airline": 1,
        "Operating_Airline ": r["Reporting_Airline"],
        "Flight_Number_Operating_Airline": r["Flight_Number_Reporting_Airline"],
        "ArrDelay": decimal(r["ArrDelay"]),
    } for r in rows])


def data_expo(rows):
    """ASA Data Expo, hflights: R's NA, the date in three columns."""
    na = lambda text: text or "NA"
    return as_csv([{
        "Year": day(r).year, "Month": day(r).month, "DayofMonth": day(r).day,
        "DayOfWeek": day(r).isoweekday(), "DepTime": na(r["DepTime"]),
        "CRSDepTime": int(r["CRSDepTime"]), "UniqueCarrier": r["Reporting_Airline"],
        "FlightNum": r["Flight_Number_Reporting_Airline"], "TailNum": na(r["Tail_Number"]),
        "ArrDelay": na(r["ArrDelay"]), "DepDelay": na(r["DepDelay"]), "Origin": r["Origin"],
        "Dest": r["Dest"], "Distance": r["Distance"], "Cancelled": int(flag(r["Cancelled"])),
        "Diverted": int(flag(r["Diverted"])),
    } for r in rows])


def nycflights13(rows):
    """Without columns for cancelled and diverted flights: they have no delays."""
    na = lambda text: text or "NA"
    return as_csv([{
        "year": day(r).year, "month": day(r).month, "day": day(r).day,
        "dep_time": na(r["DepTime"]), "sched_dep_time": int(r["CRSDepTime"]),
        "dep_delay": na(r["DepDelay"]), "arr_delay": na(r["ArrDelay"]),
        "carrier": r["Reporting_Airline"], "flight": r["Flight_Number_Reporting_Airline"],
        "tailnum": na(r["Tail_Number"]), "origin": r["Origin"], "dest": r["Dest"],
        "distance": r["Distance"], "hour": int(r["CRSDepTime"]) // 100,
        "minute": int(r["CRSDepTime"]) % 100, "time_hour": r["FlightDate"] + " 05:00:00",
    } for r in rows])


def excel_in_europe(rows):
    return "\ufeff".encode() + as_csv([{
        "FlightDate": day(r).strftime("%d.%m.%Y"), "Carrier": r["Reporting_Airline"],
        "FlightNum": r["Flight_Number_Reporting_Airline"], "Origin": r["Origin"],
        "Dest": r["Dest"],
        "CRSDepTime": f"{r['CRSDepTime'].zfill(4)[:2]}:{r['CRSDepTime'].zfill(4)[2:]}",
        "DepDelay": decimal(r["DepDelay"]).replace(".", ","), "ArrDelay": r["ArrDelay"],
        "Distance": decimal(r["Distance"]).replace(".", ","),
        "Cancelled": int(flag(r["Cancelled"])), "Diverted": int(flag(r["Diverted"])),
    } for r in rows], separator=";", end="\r\n", header="sep=;")


def lower_case_utf16(rows):
    names = ["FlightDate", "Reporting_Airline", "Origin", "Dest", "CRSDepTime", "DepDelay",
             "ArrDelay", "Distance", "Cancelled", "Diverted", "Flight_Number_Reporting_Airline"]
    table = [{name.lower(): row[name] for name in names} for row in rows]
    return as_csv(table, separator="\t").decode().encode("utf-16")


def json_objects(rows):
    """By pandas: what is missing is NaN, numbers have a fraction."""
    number = lambda text: float(text) if text else float("nan")
    return [{
        "FlightDate": r["FlightDate"], "Carrier": r["Reporting_Airline"],
        "FlightNum": r["Flight_Number_Reporting_Airline"], "Origin": r["Origin"],
        "Dest": r["Dest"], "CRSDepTime": int(r["CRSDepTime"]), "DepDelay": number(r["DepDelay"]),
        "ArrDelay": number(r["ArrDelay"]), "Distance": number(r["Distance"]),
        "Cancelled": flag(r["Cancelled"]), "Diverted": flag(r["Diverted"]),
    } for r in rows]


def json_lines(rows):
    return "".join(json.dumps(row) + "\n" for row in json_objects(rows)).encode()


def json_array(rows):
    return json.dumps(json_objects(rows)).encode()


def json_array_for_people(rows):
    return json.dumps(json_objects(rows), indent=2).encode()


def json_texts(rows):
    """csv.DictReader and json.dumps: every number as text, what is missing as empty text."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def original_system(rows):
    """The training data of the original system: timestamps in the zone of the machine, no nulls."""
    lines = []
    for row in rows:
        hhmm = row["CRSDepTime"].zfill(4)
        date = day(row)
        midnight = datetime.datetime(date.year, date.month, date.day) - datetime.timedelta(hours=8)
        departure = midnight + datetime.timedelta(hours=int(hhmm[:2]), minutes=int(hhmm[2:]))
        stamp = lambda time: time.strftime("%Y-%m-%dT%H:%M:00.000-08:00")
        fields = {
            "ArrDelay": row["ArrDelay"] and float(row["ArrDelay"]),
            "CRSDepTime": stamp(departure), "Carrier": row["Reporting_Airline"],
            "DayOfMonth": date.day, "DayOfWeek": date.isoweekday(),
            "DayOfYear": date.timetuple().tm_yday,
            "DepDelay": row["DepDelay"] and float(row["DepDelay"]), "Dest": row["Dest"],
            "Distance": row["Distance"] and float(row["Distance"]), "FlightDate": stamp(midnight),
            "FlightNum": row["Flight_Number_Reporting_Airline"], "Origin": row["Origin"],
            "Cancelled": flag(row["Cancelled"]), "Diverted": flag(row["Diverted"]),
        }
        lines.append(json.dumps({k: v for k, v in fields.items() if v != ""}) + "\n")
    return "".join(lines).encode()


def macos_zip(rows):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("flights.csv", known(rows))
        file.writestr("__MACOSX/._flights.csv", b"\0\5\x16\7")
        file.writestr(".DS_Store", b"\0\0\0\1Bud1")
    return out.getvalue()


def any_clothes(seed):
    """A shape of its own for each seed: names, case, order, forms of values and packing."""
    def dressed(rows):
        rng = random.Random(seed)
        spell = rng.choice([str.lower, str.upper, lambda n: n.replace("_", " "), lambda n: f" {n} "])
        missing = rng.choice(["", "NA", "NaN", "None", "\\N"])
        number = rng.choice([lambda t: t, lambda t: t if t[0] == "-" else "+" + t,
                             lambda t: t + ".00", lambda t: f" {t} "])
        date = rng.choice([lambda d: d.isoformat(), lambda d: d.strftime("%Y%m%d"),
                           lambda d: d.strftime("%m/%d/%Y"), lambda d: f"{d}T00:00:00Z"])
        clock = rng.choice([lambda t: t, lambda t: t + ".0", lambda t: t.zfill(4),
                            lambda t: f"{t.zfill(4)[:2]}:{t.zfill(4)[2:]}:00"])
        carrier = rng.choice(["Carrier", "UniqueCarrier", "Op_Unique_Carrier", "Airline"])
        order = list(range(10))
        rng.shuffle(order)

        def cells(row):
            found = [
                ("Flight_Date", date(day(row))), (carrier, row["Reporting_Airline"]),
                ("Origin", row["Origin"]), ("Dest", row["Dest"]),
                ("CRS_Dep_Time", clock(row["CRSDepTime"])),
                ("Dep_Delay", number(row["DepDelay"]) if row["DepDelay"] else missing),
                ("Arr_Delay", number(row["ArrDelay"]) if row["ArrDelay"] else missing),
                ("Distance", number(row["Distance"]) if row["Distance"] else missing),
                ("Cancelled", flag(row["Cancelled"])), ("Diverted", flag(row["Diverted"])),
            ]
            found += [("Flight_Num", row["Flight_Number_Reporting_Airline"])]
            return {spell(found[i][0]): found[i][1] for i in [*order, 10]}

        table = [cells(row) for row in rows]
        if rng.random() < 0.5:
            data = as_csv(table, separator=rng.choice(",;\t|"))
        else:
            data = "".join(json.dumps(row) + "\n" for row in table).encode()
        return gzip.compress(data) if rng.random() < 0.3 else data
    return dressed


SHAPES = {
    shape.__name__: shape for shape in (
        known, prezipped, download_page, kaggle_2015, kaggle_2009_2018, kaggle_flight_status,
        data_expo, nycflights13, excel_in_europe, lower_case_utf16, json_lines, json_array,
        json_array_for_people, json_texts, original_system, macos_zip,
    )
}


if __name__ == "__main__":
    flights = read_rows(sys.argv[1])
    for name, make in SHAPES.items():
        (pathlib.Path(sys.argv[2]) / name).write_bytes(make(flights))
