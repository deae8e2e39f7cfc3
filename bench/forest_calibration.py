#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tries whether calibration helps on later flights (docs/model.md). Started by forest.py.

A forest that has not seen the last month of the training days answers it; a temperature, a slope and an
offset for each class (Platt) and isotonic regression are fitted to those answers. Each is then put behind
the forest that learned from all training days, and judged on the days after them.
"""

import argparse
import csv
import io
import os
import pathlib
import subprocess
import tempfile

import numpy as np

from forest_quality import HERE, PROGRAM, SETS, Flights, judge

# Of a development set: the last day that the forest learns from, the first of the month that it answers.
MONTHS = {"april-2015": ("2015-02-28", "2015-03-01"), "march-2008": ("2008-01-31", "2008-02-01")}
SHARE_MIN = 1e-6


def answers(flights, paths, until):
    """What the forest that learned until then says of `flights`."""
    with tempfile.TemporaryDirectory() as name:
        model = os.path.join(name, "model")
        subprocess.run(
            [PROGRAM, "train", "--data", *map(str, paths), "--out", model, "--train-until", until],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["FlightDate", "Carrier", "Origin", "Dest", "DepDelay", "Distance"])
        columns = [flights.text[key] for key in ("Carrier", "Origin", "Dest")]
        writer.writerows(zip(flights.day, *columns, flights.dep_delay, flights.distance))
        done = subprocess.run([PROGRAM, "predict", "--model", model, "--data", "-"], check=True,
                              input=text.getvalue().encode(), capture_output=True)
    rows = csv.DictReader(io.StringIO(done.stdout.decode()))
    return np.array([[float(row[f"Probability{c}"]) for c in range(4)] for row in rows])


def logs(shares):
    return np.log(np.maximum(shares, SHARE_MIN))


def softmax(scores):
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def fit(correct, start, shares, came):
    """`correct(shares, parameters)` with those parameters that lower the log loss most."""
    from scipy.optimize import minimize

    def loss(parameters):
        corrected = correct(shares, parameters)[np.arange(len(came)), came]
        return -logs(corrected).mean()

    best = minimize(loss, start, method="L-BFGS-B", options={"maxiter": 60}).x
    return lambda later: correct(later, best)


def fit_isotonic(shares, came):
    from sklearn.isotonic import IsotonicRegression

    curves = [IsotonicRegression(out_of_bounds="clip", y_min=1e-4).fit(shares[:, c], came == c)
              for c in range(4)]

    def correct(later):
        raw = np.column_stack([curve.predict(later[:, c]) for c, curve in enumerate(curves)])
        return raw / raw.sum(1, keepdims=True)

    return correct


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=HERE.parent.parent / "shared" / "data")
    arguments, _ = parser.parse_known_args()
    for name, (until, first) in MONTHS.items():
        files, last, judged_first, judged_last = SETS[name]
        paths = [arguments.data / file for file in files]
        held_out, judged = Flights(paths, first, last), Flights(paths, judged_first, judged_last)
        shares, came = answers(held_out, paths, until), held_out.came
        ways = {
            "none": lambda later: later,
            "a temperature": fit(lambda s, p: softmax(logs(s) * p), [1.0], shares, came),
            "slope and offset per class": fit(
                lambda s, p: softmax(logs(s) * p[:4] + p[4:]), [1.0] * 4 + [0.0] * 4, shares, came),
            "isotonic per class": fit_isotonic(shares, came),
        }
        later = answers(judged, paths, last)
        print(f"\n{name}\n\n| | log loss | macro F1 | recall of class 0 | calibration error |")
        print("|---|---|---|---|---|")
        for title, correct in ways.items():
            board = judge(correct(later), judged)
            print(f"| {title} | {board['log_loss']:.4f} | {board['macro_f1']:.4f} "
                  f"| {board['recall_class_0']:.3f} | {board['calibration_error']:.4f} |", flush=True)


if __name__ == "__main__":
    main()
