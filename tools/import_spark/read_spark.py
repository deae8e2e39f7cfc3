# SPDX-License-Identifier: Apache-2.0
"""Reads a folder of saved Spark ML models and prints what is in it, as one JSON object.

usage: python -c "$(cat read_spark.py)" FOLDER

'flightcast import spark' carries this text and runs it: parquet is read by pyarrow, and all that is
decided about the models is decided by the program. The output is either {"error": "..."} or

    {"in_order": ..., "parts": [{"folder": ..., "metadata": {...}, "labels": [[...]], "trees": [...],
    "nodes": [...]}]}

with one part for each saved model: its metadata as Spark wrote it, the lists of labels of a string
indexer, and of a forest the weights of the trees and the nodes (below). A pipeline, also one inside
another, stands before its stages, which follow in their order; a search (CrossValidatorModel and
TrainValidationSplitModel) before its best model. "in_order" is true when FOLDER is one saved model, so
that the order of all parts is known. A node is

    [tree, id, left child, right child, feature, categories, [left categories or threshold], [stats]]

Thresholds, stats and weights are doubles, given as their 64 bits, a signed integer: no digit is lost on
the way.
"""

import sys

if sys.path and sys.path[0] == "":
    del sys.path[0]  # A json.py in the current folder is not meant.

import json
import pathlib
import struct
import zlib

DEPTH_MAX = 3  # of plain folders: FOLDER/x, FOLDER/models/x
NESTED_MAX = 16  # pipelines within pipelines


class Failure(Exception):
    """What a user can do something about."""


def bits(number):
    return struct.unpack("<q", struct.pack("<d", number))[0]


def check_crc(path):
    """Compares a file with the .crc beside it, as Hadoop does; older copies may have left it out."""
    crc_path = path.parent / f".{path.name}.crc"
    if not crc_path.exists():
        return
    crc = crc_path.read_bytes()
    if len(crc) < 8 or crc[:3] != b"crc":
        raise Failure(f"{crc_path} is no checksum file; copy the folder again")
    step = struct.unpack(">i", crc[4:8])[0]
    data = path.read_bytes()
    expected = b"".join(
        struct.pack(">I", zlib.crc32(data[at : at + step])) for at in range(0, len(data), step)
    ) if step > 0 else None
    if expected != crc[8:]:
        raise Failure(
            f"{path} is damaged or cut off (its checksum is wrong); copy the folder again"
        )


def part_files(folder, suffix):
    files = sorted(p for p in folder.glob("part-*") if p.name.endswith(suffix))
    if not files:
        raise Failure(f"{folder} has no file part-*{suffix}; copy the folder again")
    for path in files:
        check_crc(path)
    return files


def read_metadata(folder):
    for path in part_files(folder / "metadata", ""):
        text = path.read_text(encoding="utf-8")
        if not text.strip():
            continue
        try:
            metadata = json.loads(text, parse_constant=str)
        except ValueError as error:
            raise Failure(f"{path} is no JSON, or is cut off: {error}") from error
        if isinstance(metadata, dict) and "class" in metadata and "sparkVersion" in metadata:
            return metadata
        raise Failure(f"{path} is not the metadata of a saved Spark model")
    raise Failure(f"{folder / 'metadata'} is empty; copy the folder again")


def read_rows(folder):
    import pyarrow
    import pyarrow.parquet

    if not folder.is_dir():
        raise Failure(f"{folder} is missing; copy the folder again")
    rows = []
    for path in part_files(folder, ".parquet"):
        try:
            rows += pyarrow.parquet.ParquetFile(path).read().to_pylist()
        except (pyarrow.ArrowException, OSError) as error:
            raise Failure(
                f"{path} is damaged or cut off ({str(error).splitlines()[0]}); copy the folder again"
            ) from error
    return rows


def column(row, folder, *names):
    for name in names:
        if not isinstance(row, dict) or row.get(name) is None:
            raise Failure(f"{folder} has no column {'.'.join(names)}: another layout than Spark 2, 3 and 4 write")
        row = row[name]
    return row


def read_labels(folder):
    """Spark 3 and 4 save a list of lists, one for each column; Spark 2 one list."""
    rows = read_rows(folder / "data")
    if len(rows) != 1:
        raise Failure(f"{folder / 'data'} has {len(rows)} rows, not one list of labels")
    if "labelsArray" in rows[0]:
        return column(rows[0], folder / "data", "labelsArray")
    return [column(rows[0], folder / "data", "labels")]


def split_values(split, folder):
    """The categories that go left as whole numbers, or the threshold as its bits."""
    values = column(split, folder, "leftCategoriesOrThreshold")
    if column(split, folder, "numCategories") < 0:
        return [bits(v) for v in values]
    if not all(v.is_integer() for v in values):
        raise Failure(f"{folder} has a category that is no whole number; copy the folder again")
    return [int(v) for v in values]


def read_node(row, folder):
    node = column(row, folder, "nodeData")
    split = column(node, folder, "split")
    return [
        column(row, folder, "treeID"),
        *(column(node, folder, name) for name in ("id", "leftChild", "rightChild")),
        column(split, folder, "featureIndex"),
        column(split, folder, "numCategories"),
        split_values(split, folder),
        [bits(v) for v in column(node, folder, "impurityStats")],
    ]


def read_trees(folder):
    """Their numbers and weights. Spark 4.3 saves the columns without their names."""
    rows = read_rows(folder)
    is_named = not all(isinstance(row, dict) and "_1" in row for row in rows)
    number, weight = ("treeID", "weights") if is_named else ("_1", "_3")
    return sorted((column(row, folder, number), bits(column(row, folder, weight))) for row in rows)


def read_forest(folder):
    trees = read_trees(folder / "treesMetadata")
    nodes = sorted(
        (read_node(row, folder / "data") for row in read_rows(folder / "data")),
        key=lambda node: node[:2],
    )
    return trees, nodes


def read_part(folder, name, metadata):
    part = {"folder": name, "metadata": metadata}
    kind = metadata["class"].rpartition(".")[2]
    if kind == "StringIndexerModel":
        part["labels"] = read_labels(folder)
    elif kind == "RandomForestClassificationModel":
        part["trees"], part["nodes"] = read_forest(folder)
    return part


def is_saved_model(folder):
    return (folder / "metadata").is_dir()


def stage_folders(folder, metadata):
    """Those of a saved pipeline, which names its stages in their order; other folders do not count."""
    uids = metadata.get("paramMap", {}).get("stageUids")
    if not isinstance(uids, list):
        raise Failure(f"{folder / 'metadata'} does not name the stages of the pipeline")
    digits = len(str(len(uids)))
    return [folder / "stages" / f"{index:0{digits}}_{uid}" for index, uid in enumerate(uids)]


def inner_folders(folder, metadata):
    """The models that a saved model consists of, in their order."""
    kind = metadata["class"].rpartition(".")[2]
    if kind == "PipelineModel":
        return stage_folders(folder, metadata)
    if kind in ("CrossValidatorModel", "TrainValidationSplitModel"):
        return [folder / "bestModel"]
    return []


def read_model(folder, top, nested=0):
    if nested > NESTED_MAX:
        raise Failure(f"{folder} is nested deeper than {NESTED_MAX} pipelines")
    if not is_saved_model(folder):
        raise Failure(f"{folder} is missing or no saved model; copy the folder again")
    metadata = read_metadata(folder)
    yield read_part(folder, str(folder.relative_to(top)) if folder != top else top.name, metadata)
    for inner in inner_folders(folder, metadata):
        yield from read_model(inner, top, nested + 1)


def find_models(folder, depth=0):
    if is_saved_model(folder):
        yield folder
    elif depth < DEPTH_MAX:
        for child in sorted(p for p in folder.iterdir() if p.is_dir()):
            yield from find_models(child, depth + 1)


def read_folder(folder):
    if not folder.is_dir():
        raise Failure(f"there is no folder {folder}")
    models = list(find_models(folder))
    if not models:
        raise Failure(
            f"{folder} holds no saved Spark models; name the folder that has"
            " spark_random_forest_classifier... and the other parts in it, or a saved PipelineModel"
        )
    return {
        "in_order": len(models) == 1,
        "parts": [part for model in models for part in read_model(model, folder)],
    }


def main(argv):
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return {
            "error": f"{sys.executable} has no pyarrow, which reads parquet files; run './dev"
            " import-tools', or 'pip install pyarrow' for a Python of yours and name it with --python"
        }
    try:
        return read_folder(pathlib.Path(argv[1]))
    except Failure as failure:
        return {"error": str(failure)}
    except OSError as error:
        return {"error": f"cannot read {error.filename}: {error.strerror}"}


if __name__ == "__main__":
    json.dump(main(sys.argv), sys.stdout, separators=(",", ":"), ensure_ascii=True)
