# SPDX-License-Identifier: Apache-2.0
"""Writes a folder of saved models as Spark ML 2, 3 or 4 writes them; needs pyarrow.

usage: spark_folder.py FOLDER SPARK_VERSION [flat|pipeline]

The model is small: DepDelay <= 10.5 in one tree; Carrier_index among {1, 2} of 5, then DayOfWeek <= 5,
in the other.
"""

import json
import pathlib
import struct
import sys
import zlib

import pyarrow as pa
import pyarrow.parquet

FEATURES = ["DepDelay", "DayOfWeek", "Carrier_index"]
ROWS = [  # tree, id, left, right, feature, categories, split, stats
    (0, 0, 1, 2, 0, -1, [10.5], [1.0, 3.0, 6.0, 4.0]),
    (0, 1, -1, -1, -1, -1, [], [1.0, 2.0, 0.0, 1.0]),
    (0, 2, -1, -1, -1, -1, [], [0.0, 1.0, 6.0, 3.0]),
    (1, 0, 1, 4, 2, 5, [1.0, 2.0], [1.0, 4.0, 4.0, 1.0]),
    (1, 1, 2, 3, 1, -1, [5.0], [0.0, 3.0, 3.0, 0.0]),
    (1, 2, -1, -1, -1, -1, [], [0.0, 0.0, 3.0, 0.0]),
    (1, 3, -1, -1, -1, -1, [], [0.0, 3.0, 0.0, 0.0]),
    (1, 4, -1, -1, -1, -1, [], [1.0, 1.0, 1.0, 1.0]),
]


def write(path, data):
    """A file and its checksum beside it, as Hadoop's local file system keeps them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    sums = (zlib.crc32(data[at : at + 512]) for at in range(0, len(data), 512))
    crc = b"crc\0" + struct.pack(">i", 512) + b"".join(struct.pack(">I", s) for s in sums)
    (path.parent / f".{path.name}.crc").write_bytes(crc)
    (path.parent / "_SUCCESS").touch()


def write_table(folder, rows, schema, parts=1):
    for part in range(parts):
        sink = pa.BufferOutputStream()
        table = pa.Table.from_pylist(rows[part::parts], schema=schema)
        pa.parquet.write_table(table, sink, compression="snappy")
        name = f"part-{part:05}-0e2f-c000.snappy.parquet"
        write(folder / name, sink.getvalue().to_pybytes())


class Writer:
    def __init__(self, folder, version):
        self.folder = pathlib.Path(folder)
        self.version = version
        self.is_v2 = version.startswith("2.")

    def metadata(self, name, kind, params, **more):
        about = {
            "class": f"org.apache.spark.ml.{kind}", "timestamp": 1767118536006,
            "sparkVersion": self.version, "uid": kind, "paramMap": params, **more,
        }
        if not self.is_v2:
            about["defaultParamMap"] = {} if "Forest" in kind else {"handleInvalid": "error"}
        file = "part-00000-98b0-c000.txt" if self.version.startswith("4.") else "part-00000"
        write(self.folder / name / "metadata" / file, (json.dumps(about) + "\n").encode())

    def bucketizer(self, name):
        splits = ["-Inf", -15.0, 0.0, 30.0, "Inf"]
        params = {"splits": splits, "inputCol": "ArrDelay", "outputCol": "ArrDelayBucket"}
        self.metadata(name, "feature.Bucketizer", params)

    def indexer(self, name):
        params = {"inputCol": "Carrier", "outputCol": "Carrier_index"}
        self.metadata(name, "feature.StringIndexerModel", params)
        labels = ["WN", "DL", "AA", "UA"]
        if self.is_v2:
            schema = pa.schema([("labels", pa.list_(pa.string()))])
            write_table(self.folder / name / "data", [{"labels": labels}], schema)
        else:
            schema = pa.schema([("labelsArray", pa.list_(pa.list_(pa.string())))])
            write_table(self.folder / name / "data", [{"labelsArray": [labels]}], schema)

    def assembler(self, name):
        params = {"inputCols": FEATURES, "outputCol": "Features_vec"}
        self.metadata(name, "feature.VectorAssembler", params)

    def forest(self, name):
        kind = "classification.RandomForestClassificationModel"
        counts = {"numFeatures": len(FEATURES), "numClasses": 4, "numTrees": 2}
        params = {"featuresCol": "Features_vec", "labelCol": "ArrDelayBucket"}
        self.metadata(name, kind, params, **counts)
        trees = [{"treeID": tree, "metadata": "{}", "weights": 1.0} for tree in (1, 0)]
        fields = [("treeID", pa.int32()), ("metadata", pa.string()), ("weights", pa.float64())]
        write_table(self.folder / name / "treesMetadata", trees, pa.schema(fields))
        nodes = [self.node(row) for row in ROWS]
        write_table(self.folder / name / "data", nodes, self.node_schema(), parts=2)

    def node(self, row):
        tree, node, left, right, feature, categories, split, stats = row
        data = {
            "id": node, "prediction": 1.0, "impurity": 0.5, "impurityStats": stats, "gain": 0.1,
            "leftChild": left, "rightChild": right,
            "split": {
                "featureIndex": feature, "leftCategoriesOrThreshold": split,
                "numCategories": categories,
            },
        }
        if not self.is_v2:
            data["rawCount"] = 10
        return {"treeID": tree, "nodeData": data}

    def node_schema(self):
        doubles = pa.list_(pa.float64())
        split = pa.struct([
            ("featureIndex", pa.int32()), ("leftCategoriesOrThreshold", doubles),
            ("numCategories", pa.int32()),
        ])
        fields = [
            ("id", pa.int32()), ("prediction", pa.float64()), ("impurity", pa.float64()),
            ("impurityStats", doubles), ("rawCount", pa.int64()), ("gain", pa.float64()),
            ("leftChild", pa.int32()), ("rightChild", pa.int32()), ("split", split),
        ]
        if self.is_v2:  # rawCount came with Spark 3.
            del fields[4]
        return pa.schema([("treeID", pa.int32()), ("nodeData", pa.struct(fields))])


def main(folder, version, layout="flat"):
    writer = Writer(folder, version)
    if layout == "pipeline":
        uids = ["b", "s", "a", "r"]
        writer.metadata("", "PipelineModel", {"stageUids": uids})
        names = [f"stages/{i}_{uid}" for i, uid in enumerate(uids)]
    else:
        names = [
            "arrival_bucketizer_2.0.bin", "string_indexer_model_Carrier.bin",
            "numeric_vector_assembler.bin", "spark_random_forest_classifier.flight_delays.5.0.bin",
        ]
    for write_part, name in zip(
        (writer.bucketizer, writer.indexer, writer.assembler, writer.forest), names
    ):
        write_part(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
