#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures scoring (I1, I2): one row and many, beside XGBoost and scikit-learn. Started by forest.py.

I2: `flightcast train` learns 20 trees of depth 5 from numbers alone; the very same trees are handed to
XGBoost, with the leaves of one class (so XGBoost adds one number where ours adds four), and both score
the same rows on one thread, in turn. I1: one row through the original Spark model, when its saved parts
are among the data, and through scikit-learn's predict_proba with as many trees as deep. What is timed is
scoring alone, from feature rows in memory to probabilities. Medians of the repeats, and the worst.
"""

import argparse
import csv
import gzip
import json
import os
import pathlib
import platform
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.environ.get("FLIGHTCAST", str(HERE.parent / "build/release/flightcast"))
BENCH = pathlib.Path(PROGRAM).parent / "src/forest_walk_bench"
FEATURES = "DepDelay,Distance,CarrierMinutesLost,OriginMinutesLost,DestMinutesLost"
TREES, DEPTH, ROWS = 20, 5, 100_000
MANY, ONE = "many rows, flightcast", "one row, flightcast"
XGBOOST_MANY = "many rows, XGBoost, the same trees"
SKLEARN_ONE = "one row, scikit-learn's predict_proba"
ORIGINAL = "one row, the original Spark model"
BUNDLED = "one row, the bundled model (80 trees, depth 20)"


# ---- the subject: a forest, rows for it, and XGBoost's copy of it

def train(data, out):
    subprocess.run(
        [PROGRAM, "train", "--data", data, "--out", out, "--features", FEATURES,
         "--trees", str(TREES), "--depth", str(DEPTH), "--seed", "1"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    return json.loads((out / "bundle.json").read_text())


def feature_rows(data, bundle):
    """The rows that the model sees for the flights of `data`."""
    keys = {"CarrierMinutesLost": "Reporting_Airline", "OriginMinutesLost": "Origin", "DestMinutesLost": "Dest"}
    tables = {e["feature"]: (dict(zip(e["keys"], e["values"])), e["unknown"]) for e in bundle["encodings"]}
    rows = []
    with gzip.open(data, "rt", newline="") as file:
        for flight in csv.DictReader(file):
            if not flight["DepDelay"] or not flight["Distance"]:
                continue
            row = [float(flight["DepDelay"]), float(flight["Distance"])]
            for feature in FEATURES.split(",")[2:]:
                table, unknown = tables[feature]
                row.append(table.get(flight[keys[feature]], unknown))
            rows.append(row)
            if len(rows) == 4 * ROWS:
                break
    chance = np.random.default_rng(1)
    return chance.permutation(np.array(rows, dtype=np.float32))[:ROWS]


class Forest:
    """forest.bin, as src/forest/README.md lays it out."""

    def __init__(self, path):
        data = path.read_bytes()
        _, _, _, trees, nodes, leaves, _ = struct.unpack("<8sIIIIII", data[:32])
        at = 32
        self.roots = np.frombuffer(data, "<u4", trees, at)
        at += 4 * trees
        self.nodes = np.frombuffer(data, "<u4", 2 * nodes, at).reshape(-1, 2)
        at += 8 * nodes
        self.leaves = np.frombuffer(data, "<u2", 4 * leaves, at).reshape(-1, 4)

    def tree(self, root):
        """The nodes of one tree: (left, right, feature, threshold or class-0 share, missing left)."""
        numbers, order = {root: 0}, [root]
        for node in order:
            child = int(self.nodes[node, 1]) & 0xFFFFFF
            for kid in (child, child + 1) if child else ():
                numbers[kid] = len(order)
                order.append(kid)
        rows = []
        for node in order:
            payload, link = (int(x) for x in self.nodes[node])
            child = link & 0xFFFFFF
            if child == 0:
                rows.append((-1, -1, 0, float(self.leaves[payload, 0]) / 65535, True))
                continue
            threshold = np.array([payload], dtype="<u4").view("<f4")[0]
            # XGBoost sends what is below to the left, we what is not above.
            beyond = float(np.nextafter(threshold, np.float32(np.inf)))
            feature = (link >> 24) & 127
            rows.append((numbers[child], numbers[child + 1], feature, beyond, not link >> 31))
        return rows


def to_xgboost(forest, width):
    """A booster with the same trees: a model of one small tree, its trees replaced."""
    import xgboost

    chance = np.random.default_rng(2)
    tiny = xgboost.train(
        {"objective": "reg:squarederror", "base_score": 0.0, "max_depth": 1, "nthread": 1},
        xgboost.DMatrix(chance.random((50, width)), label=chance.random(50)),
        num_boost_round=1,
    )
    model = json.loads(bytes(tiny.save_raw("json")))
    gbtree = model["learner"]["gradient_booster"]["model"]
    trees = []
    for number, root in enumerate(forest.roots):
        left, right, features, values, missing = zip(*forest.tree(int(root)))
        count = len(left)
        parents = [2147483647] * count
        for node, (a, b) in enumerate(zip(left, right)):
            if a >= 0:
                parents[a] = parents[b] = node
        trees.append({
            "base_weights": [v if a < 0 else 0.0 for a, v in zip(left, values)],
            "categories": [], "categories_nodes": [], "categories_segments": [], "categories_sizes": [],
            "default_left": [int(m) for m in missing], "id": number,
            "left_children": list(left), "right_children": list(right), "parents": parents,
            "loss_changes": [0.0] * count, "sum_hessian": [1.0] * count,
            "split_conditions": list(values), "split_indices": list(features), "split_type": [0] * count,
            "tree_param": {**gbtree["trees"][0]["tree_param"], "num_nodes": str(count)},
        })
    gbtree["trees"] = trees
    gbtree["tree_info"] = [0] * len(trees)
    gbtree["gbtree_model_param"]["num_trees"] = str(len(trees))
    gbtree["gbtree_model_param"]["num_parallel_tree"] = str(len(trees))
    gbtree["iteration_indptr"] = [0, len(trees)]
    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(bytearray(json.dumps(model).encode()))
    booster.set_param({"nthread": 1})
    return booster


# ---- measuring

def ours(name, environment):
    """Nanoseconds per row of one benchmark of src/forest/walk/forest_bench.cc; nothing where it cannot run."""
    ran = subprocess.run(
        [BENCH, f"--benchmark_filter=^{name}$", "--benchmark_format=json", "--benchmark_min_time=0.3"],
        check=True, capture_output=True, env={**os.environ, **environment},
    )
    measured = json.loads(ran.stdout)["benchmarks"][0]
    return None if measured.get("error_occurred") else 1e9 / measured["items_per_second"]


def timed(work, calls):
    """Nanoseconds of processor time per call."""
    start = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - start) / calls * 1e9


def scikit_learn(rows, labels):
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(TREES, max_depth=DEPTH, n_jobs=1, random_state=1)
    return forest.fit(rows[:20_000], labels[:20_000])


def median_of(figures, what):
    return statistics.median(figures[what][0])


def print_table(figures):
    print("| what | ns per row, median | worst | of ours |")
    print("|---|---|---|---|")
    for what, (values, reference) in figures.items():
        median = statistics.median(values)
        ratio = "" if reference is None else f"{median / median_of(figures, reference):,.1f}x"
        print(f"| {what} | {median:,.0f} | {max(values):,.0f} | {ratio} |")


def judge_goals(figures):
    def say(goal, what, value, asked, met):
        print(f"{goal}: {what} {value}; asked for {asked}: {'yes' if met else '**no**'}")

    print()
    if ORIGINAL in figures:
        taken = median_of(figures, ORIGINAL)
        say("I1", "the original model, one row, ns:", f"{taken:.0f}", 250, taken <= 250)
    ratio = median_of(figures, SKLEARN_ONE) / median_of(figures, ONE)
    say("I1", "scikit-learn takes longer by", f"{ratio:,.0f} times", "1,000", ratio >= 1000)
    per_tree = median_of(figures, MANY) / TREES
    say("I2", "ns per row and tree:", f"{per_tree:.1f}", 5, per_tree <= 5)
    ratio = median_of(figures, XGBOOST_MANY) / median_of(figures, MANY)
    say("I2", "XGBoost takes longer by", f"{ratio:.1f} times", 3, ratio >= 3)


def import_original(saved, out):
    """A bundle of the original system's model; nothing when it is not there or cannot be read."""
    if not saved.exists():
        return None
    command = [PROGRAM, "import", "spark", saved, "--out", out, "--mode", "as-deployed"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return out
    print(f"without the original model: {done.stderr.strip()}", file=sys.stderr)
    return None


def measure(options, folder):
    data = options.data / "bts_2008_01.csv.gz"
    bundle = train(data, folder / "model")
    rows = feature_rows(data, bundle)
    rows.tofile(folder / "rows.f32")
    forest = Forest(folder / "model/forest.bin")
    booster = to_xgboost(forest, rows.shape[1])
    check_same(booster, forest, rows)
    sklearn_forest = scikit_learn(rows, (rows[:, 0] // 15).clip(-1, 2))
    model = {"FLIGHTCAST_BENCH_MODEL": str(folder / "model"), "FLIGHTCAST_BENCH_ROWS": str(folder / "rows.f32")}
    original = import_original(options.data / "seed_models", folder / "original")
    figures = {}

    def add(what, value, reference=None):
        if value is not None:
            figures.setdefault(what, ([], reference))[0].append(value)

    best = "avx2" if ours("one_row/avx2", model) else "portable"
    for _ in range(options.repeats):
        add(MANY, ours(f"many_rows/{best}", model))
        add(XGBOOST_MANY, timed(lambda: booster.inplace_predict(rows), 3) / len(rows), MANY)
        add("many rows, flightcast, portable", ours("many_rows/portable", model), MANY)
        add(ONE, ours(f"one_row/{best}", model))
        add("one row, flightcast, portable", ours("one_row/portable", model), ONE)
        add("one row, flightcast, plain walk", ours("plain_walk", model), ONE)
        add(SKLEARN_ONE, timed(lambda: sklearn_forest.predict_proba(rows[:1]), 100), ONE)
        if original:
            subject = {"FLIGHTCAST_BENCH_MODEL": str(original)}
            add(ORIGINAL, ours(f"one_row/{best}", subject))
            add("one row, the same, plain walk", ours("plain_walk", subject), ORIGINAL)
        add(BUNDLED, ours(f"one_row/{best}", {}))
        add("one row, the same, explained", ours("explain", {}), BUNDLED)
        add("many rows, the bundled model", ours(f"many_rows/{best}", {}))
    print_table(figures)
    judge_goals(figures)


def check_same(booster, forest, rows):
    """Both libraries answer from the same trees: the shares of class 0 agree on every row."""
    theirs = booster.inplace_predict(rows[:1_000])
    for row, share in zip(rows[:1_000], theirs):
        total = 0.0
        for root in forest.roots:
            node = int(root)
            while int(forest.nodes[node, 1]) & 0xFFFFFF:
                payload, link = (int(x) for x in forest.nodes[node])
                threshold = np.array([payload], dtype="<u4").view("<f4")[0]
                node = (link & 0xFFFFFF) + int(row[(link >> 24) & 127] > threshold)
            total += float(forest.leaves[int(forest.nodes[node, 0]), 0]) / 65535
        if abs(total - float(share)) > 1e-4:
            sys.exit(f"XGBoost's copy of the forest answers {share}, ours {total}: not the same trees")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=HERE.parents[1] / "shared/data",
                        help="folder with bts_2008_01.csv.gz and, perhaps, seed_models")
    parser.add_argument("--repeats", type=int, default=5)
    options, _ = parser.parse_known_args()
    if not options.data.exists():
        sys.exit(f"{options.data} is not there; name a folder of flights with --data")
    print(f"\nscoring on one thread, {TREES} trees of depth {DEPTH} ({platform.machine()}, "
          f"load {os.getloadavg()[0]:.1f})\n")
    with tempfile.TemporaryDirectory(prefix="flightcast-bench-") as folder:
        measure(options, pathlib.Path(folder))


if __name__ == "__main__":
    main()
