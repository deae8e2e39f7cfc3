#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares imported pipelines with the Spark that saved them: './dev prove spark'.

Each Python that is named by --spark has a pyspark of its own; random_pipelines.py makes its share of the
pipelines there. Each is then imported and asked about the same flights. It counts as

    equal      Spark's class and probabilities, bit for bit, for every flight
    refused    'import spark' says what of it cannot be taken
    wrong      anything else: taken although Spark answers otherwise, drops flights, or fails

and nothing may be wrong. A pipeline that Spark cannot fit is left out and made up for by another.
"""

import argparse
import collections
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("FLIGHTCAST", str(HERE.parent.parent / "build/release/flightcast"))
BATCH = 30
ATTEMPTS = 5  # at a batch whose Spark ends by itself, as when memory is short
SPARK_ENDED = 75  # exit code of random_pipelines.py: the same command goes on where it ended


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def make_pipelines(python, folder, seed, first, count):
    log = folder / "spark.log"
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(ATTEMPTS):
        with log.open("a") as file:
            done = subprocess.run(
                [python, str(HERE / "random_pipelines.py"), str(folder), seed, str(first), str(count)],
                stdout=file, stderr=subprocess.STDOUT,
                env=dict(os.environ, SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=python))
        if done.returncode != SPARK_ENDED:
            break
    if done.returncode != 0:
        sys.exit(f"{python} could not make the pipelines; see {log}")


def answers_of(text):
    rows = csv.DictReader(io.StringIO(text))
    return [[float(r["Prediction"]), [float(r[f"Probability{k}"]) for k in range(4)]] for r in rows]


def differs(ours, answers):
    """How the first flight that differs does; nothing when all are equal."""
    if len(ours) != len(answers):
        return f"{len(ours)} answers to {len(answers)} flights"
    for row, (mine, theirs) in enumerate(zip(ours, answers)):
        if theirs is None:
            return f"flight {row}: Spark drops it"
        if mine[0] != theirs[0] or theirs[1] is not None and mine[1] != theirs[1]:
            return f"flight {row}: {mine}, Spark {theirs}"
    return None


def judge(folder, import_python):
    """(verdict, reason) of one pipeline; the verdict is None when Spark could not fit it."""
    expected = json.loads((folder / "expected.json").read_text())
    if not (folder / "model").is_dir():
        return None, expected.get("fails", ""), expected
    with tempfile.TemporaryDirectory() as name:
        bundle = pathlib.Path(name) / "bundle"
        done = run(PROGRAM, "import", "spark", folder / "model", "--out", bundle, "--mode", "corrected",
                   *(["--python", import_python] if import_python else []))
        if done.returncode == 1 and not bundle.exists():
            reason = done.stderr.strip().replace(str(folder / "model"), "MODEL")
            looks_right = "MODEL" in reason or "the forest takes" in reason or "needs the feature" in reason
            return ("refused" if looks_right else "wrong"), reason, expected
        if done.returncode != 0:
            return "wrong", done.stderr.strip(), expected
        if "fails" in expected:
            return "wrong", f"taken although Spark fails: {expected['fails']}", expected
        done = run(PROGRAM, "predict", "--data", folder / "flights.jsonl", "--model", bundle)
    if done.returncode != 0:
        return "wrong", done.stderr.strip(), expected
    difference = differs(answers_of(done.stdout), expected["answers"])
    return ("wrong", difference, expected) if difference else ("equal", "", expected)


class Tally:
    def __init__(self):
        self.counts = collections.Counter()
        self.kinds = collections.defaultdict(collections.Counter)
        self.unfitted = 0

    def add(self, folder, verdict, reason, expected, verbose):
        if verdict is None:
            self.unfitted += 1
            return
        self.counts[expected["spark"], verdict] += 1
        for word in expected["words"].split(", "):
            self.kinds[word][verdict] += 1
        if verdict == "wrong" or verbose:
            print(f"{verdict}: {folder}\n    {expected['words']}\n    {reason}", flush=True)

    def total(self, verdict):
        return sum(n for (_, name), n in self.counts.items() if name == verdict)

    def report(self, seed):
        print(f"\nseed {seed}\n\n| Spark | pipelines | equal | refused | wrong |\n|---|---|---|---|---|")
        for spark in sorted({spark for spark, _ in self.counts}):
            row = [self.counts[spark, verdict] for verdict in ("equal", "refused", "wrong")]
            print(f"| {spark} | {sum(row)} | {row[0]} | {row[1]} | {row[2]} |")
        print("\n| with | equal | refused | wrong |\n|---|---|---|---|")
        for word, row in sorted(self.kinds.items()):
            print(f"| {word} | {row['equal']} | {row['refused']} | {row['wrong']} |")
        print(f"\n{self.unfitted} pipelines that Spark could not fit were left out")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spark", action="append", required=True, help="a Python that has pyspark")
    parser.add_argument("--import-python", default="", help="a Python that has pyarrow")
    parser.add_argument("--seed", default="", help="by default another one each time")
    parser.add_argument("--count", type=int, default=300, help="pipelines to compare, of all Sparks")
    parser.add_argument("--keep", type=pathlib.Path, help="make the pipelines here, and leave them")
    parser.add_argument("--verbose", action="store_true", help="tell of each pipeline")
    arguments = parser.parse_args()
    seed = arguments.seed or os.urandom(4).hex()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="flightcast-prove-") as name:
        top = arguments.keep or pathlib.Path(name)
        for place, python in enumerate(arguments.spark):
            wanted = (place + 1) * arguments.count // len(arguments.spark)
            first = place * 1_000_000
            while (missing := wanted - sum(tally.counts.values())) > 0:
                batch = min(missing, BATCH)
                make_pipelines(python, top / f"spark-{place}", seed, first, batch)
                for number in range(first, first + batch):
                    folder = top / f"spark-{place}" / str(number)
                    tally.add(folder, *judge(folder, arguments.import_python), arguments.verbose)
                first += batch
                print(f"{sum(tally.counts.values())} of {arguments.count} compared",
                      file=sys.stderr, flush=True)
    tally.report(seed)
    sys.exit(tally.total("wrong") > 0)


if __name__ == "__main__":
    main()
