#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures learning (R1): `flightcast train` beside XGBoost's random-forest mode, scikit-learn and,
where an environment with pyspark is named, Spark MLlib. Started by forest.py.

All learn 20 trees of depth 5 from the same flights of January and February 2008 and nine features,
three drawn for each split, on two threads, and are judged on the same flights of March. What is timed
is the work from a table in memory to the trees: binning and growing, not reading files. Runs are
interleaved and each is a process of its own, so that its processor time and memory are known.
"""

import argparse
import csv
import datetime
import gzip
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("FLIGHTCAST", str(HERE.parent / "build/release/flightcast"))
FEATURES = (
    "DepDelay", "Distance", "CRSDepMinute", "DayOfWeek", "Season", "Carrier", "Origin", "Dest", "Route",
)
CATEGORIES = 4  # the last so many
TREES, DEPTH, THREADS = 20, 5, 2
TRAIN_UNTIL = "2008-02-29"
COLUMNS = (
    "FlightDate", "Reporting_Airline", "Origin", "Dest", "CRSDepTime", "DepDelay", "ArrDelay", "Distance",
)


# ---- data

def read_flights(paths):
    """The flights with both delays, as rows of COLUMNS."""
    rows = []
    for path in paths:
        with gzip.open(path, "rt", newline="") as file:
            reader = csv.reader(file)
            header = next(reader)
            places = [header.index(column) for column in COLUMNS]
            for fields in reader:
                row = [fields[place] for place in places]
                if row[5] and row[6]:
                    rows.append(row)
    return rows


def take(rows, count):
    """`count` rows, evenly spread; repeated when there are fewer."""
    if count > len(rows):
        return [rows[i % len(rows)] for i in range(count)]
    return [rows[i * len(rows) // count] for i in range(count)]


def write_csv(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def season(day):
    since = (day.month - 1) * 2 + (1 if day.day > 15 else 0)
    return min(since, 24 - since)


def class_of(delay):
    return (delay >= -15) + (delay >= 0) + (delay >= 30)


def write_arrays(path, train, judged):
    """What the other libraries learn from: numbers, categories as codes, the most frequent first."""
    import numpy as np

    days = {}
    codes = [{} for _ in range(CATEGORIES)]
    counts = [{} for _ in range(CATEGORIES)]

    def texts(row):
        return (row[1], row[2], row[3], row[2] + "-" + row[3])

    for row in train:
        for place, text in enumerate(texts(row)):
            counts[place][text] = counts[place].get(text, 0) + 1
    for place in range(CATEGORIES):
        ordered = sorted(counts[place], key=lambda text: (-counts[place][text], text))
        codes[place] = {text: code for code, text in enumerate(ordered)}

    def features(row):
        if row[0] not in days:
            day = datetime.date.fromisoformat(row[0])
            days[row[0]] = (day.isoweekday(), season(day))
        minute = int(row[4]) // 100 * 60 + int(row[4]) % 100 if row[4] else float("nan")
        numbers = [float(row[5]), float(row[7] or "nan"), minute, *days[row[0]]]
        return numbers + [codes[i].get(t, len(codes[i])) for i, t in enumerate(texts(row))]

    def arrays(rows):
        x = np.array([features(row) for row in rows], dtype=np.float32)
        y = np.array([class_of(float(row[6])) for row in rows], dtype=np.int32)
        return x, y

    x, y = arrays(train)
    judged_x, judged_y = arrays(judged)
    np.savez(path, x=x, y=y, judged_x=judged_x, judged_y=judged_y)


# ---- learners, each in a process of its own

def learn_xgboost(x, y, threads):
    import xgboost

    start = time.perf_counter()
    data = xgboost.QuantileDMatrix(x, y, max_bin=255, nthread=threads)
    options = {
        "objective": "multi:softprob", "num_class": 4, "tree_method": "hist", "max_bin": 255,
        "num_parallel_tree": TREES, "max_depth": DEPTH, "learning_rate": 1, "subsample": 0.632,
        "colsample_bynode": 3 / len(FEATURES), "nthread": threads, "seed": 1,
    }
    model = xgboost.train(options, data, num_boost_round=1)
    taken = time.perf_counter() - start
    return taken, lambda rows: model.inplace_predict(rows)


def learn_sklearn(x, y, threads):
    from sklearn.ensemble import RandomForestClassifier

    start = time.perf_counter()
    model = RandomForestClassifier(
        n_estimators=TREES, max_depth=DEPTH, max_features=3, n_jobs=threads, random_state=1
    )
    model.fit(x, y)
    return time.perf_counter() - start, model.predict_proba


LEARNERS = {"xgboost": learn_xgboost, "sklearn": learn_sklearn}


def child(name, path, threads):
    import numpy as np

    arrays = np.load(path)
    before = resource.getrusage(resource.RUSAGE_SELF)
    taken, predict = LEARNERS[name](arrays["x"], arrays["y"], threads)
    after = resource.getrusage(resource.RUSAGE_SELF)
    shares = np.asarray(predict(arrays["judged_x"]), dtype=np.float64)
    came = arrays["judged_y"]
    print(json.dumps({
        "seconds": taken,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "megabytes": after.ru_maxrss / 1024,
        "accuracy": float((shares.argmax(1) == came).mean()),
        "log_loss": float(-np.log(np.maximum(shares[np.arange(len(came)), came], 1e-15)).mean()),
    }))


def run_child(name, folder, threads):
    command = [sys.executable, __file__, "--child", name, str(folder / "flights.npz"), str(threads)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def run_flightcast(_, folder, threads, out="model"):
    command = [
        PROGRAM, "train", "--data", folder / "flights.csv", "--out", folder / out, "--force", "--json",
        "--train-until", TRAIN_UNTIL, "--trees", TREES, "--depth", DEPTH, "--min-leaf", 1,
        "--features", ",".join(FEATURES), "--features-per-split", 3, "--category-rows-min", 1,
        "--threads", threads,
    ]
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    report = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit("flightcast train failed")
    figures = report["judgement"]["contestants"][0]
    return {
        "seconds": report["seconds"]["encode"] + report["seconds"]["grow"],
        "cpu": report["cpu_seconds"]["encode"] + report["cpu_seconds"]["grow"],
        "megabytes": usage.ru_maxrss / 1024,
        "accuracy": figures["accuracy"],
        "log_loss": figures["log_loss"],
        "rows": report["train_rows"],
    }


def run_spark(_, folder, threads):
    command = [SPARK_PYTHON, HERE / "learn_spark.py", folder / "flights.npz", threads]
    result = subprocess.run(
        [str(part) for part in command], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return json.loads(result.stdout.splitlines()[-1])


SPARK_PYTHON = os.environ.get("FLIGHTCAST_SPARK_PYTHON", "")
RUNNERS = {"flightcast": run_flightcast, "xgboost": run_child, "sklearn": run_child}


# ---- the two tables

def measure(folder, names, repeats):
    """The runs of each, taken in turn."""
    runs = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            runs[name].append(RUNNERS[name](name, folder, THREADS))
    return runs


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def print_runs(runs):
    print("| learner | seconds, median (worst) | CPU seconds | MB | accuracy | log loss | time, ours = 1 |")
    print("|---|---|---|---|---|---|---|")
    ours = median(runs["flightcast"], "seconds")
    for name, results in runs.items():
        seconds = median(results, "seconds")
        worst = max(run["seconds"] for run in results)
        print(
            f"| {name} | {seconds:.2f} ({worst:.2f}) | {median(results, 'cpu'):.2f} "
            f"| {median(results, 'megabytes'):.0f} | {results[0]['accuracy']:.4f} "
            f"| {results[0]['log_loss']:.4f} | {seconds / ours:.1f} |",
            flush=True,
        )


def judge_goal(runs):
    ours = median(runs["flightcast"], "seconds")
    goals = {"xgboost": 1, "sklearn": 10, "spark": 25}
    for name, factor in goals.items():
        if name not in runs:
            continue
        ratio = median(runs[name], "seconds") / ours
        print(f"R1: {name} takes {ratio:.1f} times as long; asked for {factor}: "
              f"{'yes' if ratio >= factor else '**no**'}")


def same_for_threads(folder):
    for threads in (1, 2):
        run_flightcast("flightcast", folder, threads, f"threads{threads}")
    for name in ("bundle.json", "forest.bin"):
        if (folder / "threads1" / name).read_bytes() != (folder / "threads2" / name).read_bytes():
            sys.exit(f"{name} differs between 1 and 2 threads")
    print("one and two threads: the same bytes")


def prepare(folder, train, judged, count, arrays):
    rows = take(train, count)
    write_csv(folder / "flights.csv", rows + judged)
    if arrays:
        write_arrays(folder / "flights.npz", rows, judged)


def parse_arguments():
    data = HERE.parent.parent / "shared" / "data"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=data,
                        help="folder with bts_2008_01.csv.gz to bts_2008_03.csv.gz")
    parser.add_argument("--rows", type=int, default=1_000_000, help="flights of R1")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--growth", default="10000,100000,1000000,2400000",
                        help="flights of the table of growth; empty for none")
    return parser.parse_known_args()[0]


def main():
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return
    arguments = parse_arguments()
    print(f"machine: {os.cpu_count()} x {processor()}, load {os.getloadavg()[0]:.1f}")
    names = ["flightcast", "xgboost", "sklearn"]
    if SPARK_PYTHON:
        RUNNERS["spark"] = run_spark
        names.append("spark")
    train = read_flights([arguments.data / f"bts_2008_0{month}.csv.gz" for month in (1, 2)])
    judged = take(read_flights([arguments.data / "bts_2008_03.csv.gz"]), 100_000)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(folder, train, judged, arguments.rows, arrays=True)
        print(f"\n{arguments.rows:,} flights, {TREES} trees, depth {DEPTH}, {len(FEATURES)} features, "
              f"{THREADS} threads; judged on {len(judged):,} later ones\n")
        runs = measure(folder, names, arguments.repeats)
        print_runs(runs)
        print()
        judge_goal(runs)
        same_for_threads(folder)
        sizes = [int(size) for size in arguments.growth.split(",") if size]
        if sizes:
            print("\n| flights | seconds | CPU seconds | ns of CPU per flight and tree | MB |")
            print("|---|---|---|---|---|")
        for size in sizes:
            prepare(folder, train, judged, size, arrays=False)
            results = measure(folder, ["flightcast"], 3)["flightcast"]
            cpu = median(results, "cpu")
            print(f"| {size:,} | {median(results, 'seconds'):.3f} | {cpu:.3f} "
                  f"| {cpu / size / TREES * 1e9:.1f} | {median(results, 'megabytes'):.0f} |", flush=True)


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


if __name__ == "__main__":
    main()
