#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges the default way of training on later flights, beside scikit-learn's and XGBoost's best on
the same features and, where an environment with pyspark is named, the original system's way. Started
by forest.py.

Each learns from the same days and answers the same later flights. The others get what our forest
gets: departure delay, distance, carrier, and the shrunk mean of the minutes lost at both airports.
scikit-learn's forest has as many trees and as small leaves as is good for it, XGBoost boosts until its
log loss on the last tenth of the training days rises. The original's way is 20 trees of depth 5 on its
own features, the days of week, month and year among them; "imported" is the very model that the original
system came with, which learned from days of all 2015. Ranges are 95 % intervals from drawing whole days.
"""

import argparse
import csv
import datetime
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("FLIGHTCAST", str(HERE.parent / "build/release/flightcast"))
SPARK_PYTHON = os.environ.get("FLIGHTCAST_SPARK_PYTHON", "")
BTS_2008 = [f"bts_2008_0{month}.csv.gz" for month in (1, 2, 3, 4)]
# Name: files, last day to learn from, first and last day to judge on.
SETS = {
    "april-2015": (["flights_2015.csv.gz"], "2015-03-31", "2015-04-01", "2015-04-30"),
    "march-2008": (BTS_2008[:3], "2008-02-29", "2008-03-01", "2008-03-31"),
    "autumn-2015": (["flights_2015.csv.gz"], "2015-09-30", "2015-10-01", "2015-12-31"),
    "april-2008": (BTS_2008, "2008-03-31", "2008-04-01", "2008-04-30"),
}
DEVELOPMENT = ("april-2015", "march-2008")  # the others are looked at once, at the very end
SHRINK = 100


def class_of(delay):
    return (delay >= -15).astype(int) + (delay >= 0) + (delay >= 30)


class Flights:
    """Columns of the flights with both delays between two days."""

    def __init__(self, paths, first, last):
        rows = []
        for path in paths:
            with gzip.open(path, "rt", newline="") as file:
                reader = csv.reader(file)
                header = next(reader)
                at = [header.index(name) for name in (
                    "FlightDate", "Reporting_Airline", "Origin", "Dest", "DepDelay", "ArrDelay",
                    "Distance")]
                for fields in reader:
                    row = [fields[i] for i in at]
                    if first <= row[0] <= last and row[4] and row[5]:
                        rows.append(row)
        self.day = np.array([row[0] for row in rows])
        self.text = {name: np.array([row[i] for row in rows])
                     for i, name in ((1, "Carrier"), (2, "Origin"), (3, "Dest"))}
        self.text["Route"] = np.char.add(np.char.add(self.text["Origin"], "-"), self.text["Dest"])
        self.dep_delay, self.arr_delay, self.distance = (
            np.array([float(row[i] or "nan") for row in rows], dtype=np.float32) for i in (4, 5, 6))
        self.came = class_of(self.arr_delay)


def code(train, judged):
    """The texts as numbers, the most frequent first; unknown ones have the next number."""
    texts, counts = np.unique(train, return_counts=True)
    rank = np.empty(len(texts), dtype=int)
    rank[np.lexsort((texts, -counts))] = np.arange(len(texts))

    def look_up(values):
        place = np.searchsorted(texts, values).clip(max=len(texts) - 1)
        return np.where(texts[place] == values, rank[place], len(texts))

    return look_up(train), look_up(judged)


def minutes_lost(train, judged, name):
    codes, judged_codes = code(train.text[name], judged.text[name])
    lost = (train.arr_delay - train.dep_delay).astype(float)
    size = codes.max() + 2
    sums = np.bincount(codes, lost, size)
    rows = np.bincount(codes, minlength=size)
    means = (sums + SHRINK * lost.mean()) / (rows + SHRINK)
    return means[codes], means[judged_codes]


def our_features(train, judged):
    columns = [(train.dep_delay, judged.dep_delay), (train.distance, judged.distance),
               code(train.text["Carrier"], judged.text["Carrier"]),
               minutes_lost(train, judged, "Origin"), minutes_lost(train, judged, "Dest")]
    return [np.column_stack(side).astype(np.float32) for side in zip(*columns)]


def original_features(train, judged):
    def calendar(flights):
        days = {day: datetime.date.fromisoformat(day) for day in np.unique(flights.day)}
        table = {day: (date.day, date.isoweekday(), date.timetuple().tm_yday)
                 for day, date in days.items()}
        return np.array([table[day] for day in flights.day])

    codes = [code(train.text[name], judged.text[name])
             for name in ("Carrier", "Origin", "Dest", "Route")]
    sides = []
    for i, side in enumerate((train, judged)):
        sides.append(np.column_stack(
            [side.dep_delay, side.distance, calendar(side), *[pair[i] for pair in codes]]
        ).astype(np.float32))
    return sides


# ---- each gives the class shares of the judged flights

def answer_sklearn(train, judged):
    from sklearn.ensemble import RandomForestClassifier

    x, judged_x = our_features(train, judged)
    model = RandomForestClassifier(
        n_estimators=150, min_samples_leaf=100, max_features=3, n_jobs=2, random_state=1)
    return model.fit(x, train.came).predict_proba(judged_x)


def answer_xgboost(train, judged):
    import xgboost

    x, judged_x = our_features(train, judged)
    days = np.unique(train.day)
    late = train.day >= days[len(days) * 9 // 10]
    options = {"objective": "multi:softprob", "num_class": 4, "tree_method": "hist", "eta": 0.1,
               "max_depth": 6, "min_child_weight": 50, "subsample": 0.8, "colsample_bynode": 0.8,
               "nthread": 2, "seed": 1}
    fit = xgboost.DMatrix(x[~late], train.came[~late])
    watch = xgboost.DMatrix(x[late], train.came[late])
    tried = xgboost.train(options, fit, 1_000, evals=[(watch, "late")], early_stopping_rounds=20,
                          verbose_eval=False)
    model = xgboost.train(options, xgboost.DMatrix(x, train.came), tried.best_iteration + 1)
    return model.inplace_predict(judged_x)


def answer_original(train, judged):
    x, judged_x = original_features(train, judged)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        np.savez(folder / "flights.npz", x=x, y=train.came, judged_x=judged_x, judged_y=judged.came)
        subprocess.run(
            [SPARK_PYTHON, str(HERE / "learn_spark.py"), str(folder / "flights.npz"), "2",
             str(folder / "shares.npy")], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        return np.load(folder / "shares.npy")


def judge(shares, judged):
    shares = np.asarray(shares, dtype=float)
    loss = -np.log(np.maximum(shares[np.arange(len(shares)), judged.came], 1e-15))
    answer = shares.argmax(1)
    f1 = []
    for c in range(4):
        both = ((answer == c) & (judged.came == c)).sum()
        f1.append(2 * both / max(1, (answer == c).sum() + (judged.came == c).sum()))
    error = 0
    for c in range(4):
        excess = shares[:, c] - (judged.came == c)
        bins = np.minimum((shares[:, c] * 15).astype(int), 14)
        error += np.abs(np.bincount(bins, excess, 15)).sum() / len(shares) / 4
    days = np.unique(judged.day)
    return {
        "log_loss": loss.mean(), "accuracy": (answer == judged.came).mean(), "macro_f1": np.mean(f1),
        "recall_class_0": (answer[judged.came == 0] == 0).mean(), "calibration_error": error,
        "daily": [loss[judged.day == day].mean() for day in days],
        "daily_accuracy": [(answer == judged.came)[judged.day == day].mean() for day in days],
    }


def judge_ours(paths, until, first, last, keep):
    with tempfile.TemporaryDirectory() as name:
        out = keep or pathlib.Path(name) / "model"
        done = subprocess.run(
            [PROGRAM, "train", "--data", *map(str, paths), "--out", str(out), "--force", "--json",
             "--train-until", until, "--validate-from", first, "--validate-until", last],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    judgement = json.loads(done.stdout)["judgement"]
    rows = [day["rows"] for day in judgement["days"]]
    return boards_of(judgement), np.array(rows)


def boards_of(judgement):
    return {one["name"]: one | {"daily": one["daily_log_loss"]} for one in judgement["contestants"]}


def judge_imported(saved, paths, first, last):
    """The board of the original system's own model; nothing when it is not there."""
    if not saved.exists():
        return {}
    with tempfile.TemporaryDirectory() as name:
        for command in (
            ["import", "spark", saved, "--out", f"{name}/model", "--mode", "as-deployed"],
            ["evaluate", "--model", f"{name}/model", "--data", *paths, "--from", first, "--until", last,
             "--all-days", "--json"],
        ):
            done = subprocess.run([PROGRAM, *map(str, command)], capture_output=True, text=True)
            if done.returncode != 0:
                print(f"without the imported model: {done.stderr.strip()}", file=sys.stderr)
                return {}
    report = json.loads(done.stdout)
    return {"imported": next(iter(boards_of(report.get("judgement", report)).values()))}


def interval(values):
    return np.percentile(values, [2.5, 97.5])


def report(name, boards, rows):
    """A row for each; how far the forest's log loss is below, in percent, days drawn again."""
    rng = np.random.default_rng(1)
    draws = rng.integers(len(rows), size=(2_000, len(rows)))
    ours = np.array(boards["forest"]["daily"])
    print(f"\n{name}: {rows.sum():,} flights of {len(rows)} days\n")
    print("| | log loss | accuracy | macro F1 | recall of class 0 | calibration error "
          "| forest's log loss is below it by |")
    print("|---|---|---|---|---|---|---|")

    def ranged(board, name, daily):
        if "intervals" in board:
            low, high = board["intervals"][name]
        else:
            low, high = interval((np.array(board[daily])[draws] * rows[draws]).sum(1) / rows[draws].sum(1))
        return f"{board[name]:.4f} ({low:.3f} to {high:.3f})"

    for title, board in boards.items():
        theirs = np.array(board["daily"])
        sums = [(daily[draws] * rows[draws]).sum(1) for daily in (ours, theirs)]
        low, high = interval(100 * (1 - sums[0] / sums[1]))
        below = 100 * (1 - boards["forest"]["log_loss"] / board["log_loss"])
        print(f"| {title} | {ranged(board, 'log_loss', 'daily')} "
              f"| {ranged(board, 'accuracy', 'daily_accuracy')} | {board['macro_f1']:.4f} "
              f"| {board['recall_class_0']:.3f} | {board['calibration_error']:.4f} "
              f"| {below:.1f} % ({low:.1f} to {high:.1f}) |", flush=True)


def judge_goals(boards):
    def say(what, value, asked, met):
        print(f"{what} {value}; asked for {asked}: {'yes' if met else '**no**'}", flush=True)

    ours = boards["forest"]["log_loss"]
    best = min(("sklearn", "xgboost"), key=lambda name: boards[name]["log_loss"] if name in boards else 9)
    print()
    if best in boards:
        above = 100 * (ours / boards[best]["log_loss"] - 1)
        say(f"log loss above the best of the others ({best}) by", f"{above:.2f} %", "1 % at most", above <= 1)
    if "original" in boards:
        below = 100 * (1 - ours / boards["original"]["log_loss"])
        say("log loss below the original's way by", f"{below:.1f} %", "7 % at least", below >= 7)
    error = boards["forest"]["calibration_error"]
    say("calibration error", f"{error:.4f}", "0.02 at most", error <= 0.02)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=HERE.parent.parent / "shared" / "data")
    parser.add_argument("--sets", default=",".join(DEVELOPMENT), help=", ".join(SETS))
    parser.add_argument("--without", default="", help="sklearn, xgboost, original or imported")
    arguments, _ = parser.parse_known_args()
    learners = {"sklearn": answer_sklearn, "xgboost": answer_xgboost, "original": answer_original}
    left_out = arguments.without.split(",") + ([] if SPARK_PYTHON else ["original"])
    for name in arguments.sets.split(","):
        files, until, first, last = SETS[name]
        paths = [arguments.data / file for file in files]
        boards, rows = judge_ours(paths, until, first, last, None)
        train, judged = Flights(paths, "0000", until), Flights(paths, first, last)
        for title, answer in learners.items():
            if title not in left_out:
                boards[title] = judge(answer(train, judged), judged)
        if "imported" not in left_out:
            boards |= judge_imported(arguments.data / "seed_models", paths, first, last)
        report(name, boards, rows)
        judge_goals(boards)


if __name__ == "__main__":
    main()
