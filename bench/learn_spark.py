#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Spark MLlib's random forest for forest_learning.py, in an environment that has pyspark and Java.

usage: learn_spark.py FLIGHTS.npz THREADS [SHARES.npy]     prints one JSON object; writes the answers

As the original system trains it: string indexers for the categories, so many bins that each category
has one, everything else at its default. What is timed is fit() on the cached, assembled table.
"""

import json
import pathlib
import resource
import sys
import time

import numpy as np
from pyspark.ml import Pipeline
from pyspark.ml.classification import RandomForestClassifier
from pyspark.ml.feature import StringIndexer, VectorAssembler
from pyspark.sql import SparkSession

NUMBERS, TEXTS = 5, 4
TREES, DEPTH = 20, 5


def write_csv(folder, name, x, y):
    path = folder / f"spark_{name}.csv"
    np.savetxt(path, np.column_stack([x, y]), fmt="%g", delimiter=",")
    return str(path)


def main():
    path = pathlib.Path(sys.argv[1])
    arrays = np.load(path)
    spark = (
        SparkSession.builder.master(f"local[{sys.argv[2]}]")
        .config("spark.driver.memory", "4g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    names = [f"f{i}" for i in range(NUMBERS + TEXTS)]
    schema = ", ".join(f"{name} double" for name in [*names, "label"])

    def table(name, x, y):
        return spark.read.schema(schema).csv(write_csv(path.parent, name, x, y)).na.fill(0)

    train = table("train", arrays["x"], arrays["y"])
    judged = table("judged", arrays["judged_x"], arrays["judged_y"])
    texts = names[NUMBERS:]
    prepare = Pipeline(stages=[
        StringIndexer(inputCols=texts, outputCols=[f"{t}_index" for t in texts], handleInvalid="keep"),
        VectorAssembler(
            inputCols=names[:NUMBERS] + [f"{t}_index" for t in texts], outputCol="features"
        ),
    ]).fit(train)
    assembled = prepare.transform(train).select("features", "label").cache()
    assembled.count()
    bins = int(max(arrays["x"][:, NUMBERS:].max(axis=0))) + 3
    start = time.perf_counter()
    model = RandomForestClassifier(numTrees=TREES, maxDepth=DEPTH, maxBins=bins, seed=1).fit(assembled)
    taken = time.perf_counter() - start
    rows = model.transform(prepare.transform(judged)).select("label", "probability").collect()
    shares = np.array([row.probability.toArray() for row in rows])
    came = np.array([int(row.label) for row in rows])
    if len(sys.argv) > 3:
        np.save(sys.argv[3], shares)
    spark.stop()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({
        "seconds": taken,
        "cpu": usage.ru_utime + usage.ru_stime,
        "megabytes": usage.ru_maxrss / 1024,
        "accuracy": float((shares.argmax(1) == came).mean()),
        "log_loss": float(-np.log(np.maximum(shares[np.arange(len(came)), came], 1e-15)).mean()),
    }))


if __name__ == "__main__":
    main()
