# SPDX-License-Identifier: Apache-2.0
"""'flightcast import spark': saved models of Spark 2, 3 and 4 become bundles that serve."""

import csv
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest

from server import PROGRAM, ROOT, Server

SEED = ROOT.parent / "shared/data/seed_models"
TESTDATA = ROOT / "src/features/testdata"
FOREST = "spark_random_forest_classifier.flight_delays.5.0.bin"


def find_python():
    """A Python with pyarrow: the one that './dev import-tools' made, or the system's."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    for python in (cache / "flightcast/import-venv/bin/python", "python3"):
        try:
            if not subprocess.run([python, "-c", "import pyarrow"], capture_output=True).returncode:
                return str(python)
        except OSError:
            pass
    return None


PYTHON = find_python()


@unittest.skipUnless(PYTHON, "no Python with pyarrow here; './dev import-tools' makes one")
class ImportSpark(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-import-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def make(self, name="models", version="3.5.3", layout="flat"):
        script = pathlib.Path(__file__).parent / "spark_folder.py"
        subprocess.run([PYTHON, script, self.folder / name, version, layout], check=True)
        return self.folder / name

    def run_import(self, source, out="bundle", mode="as-deployed", options=("--python", PYTHON)):
        command = [PROGRAM, "import", "spark", source, "--out", self.folder / out, "--mode", mode]
        return subprocess.run([*command, *options], capture_output=True, text=True)

    def import_json(self, source, **options):
        done = self.run_import(source, options=("--python", PYTHON, "--json", "--force"), **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_refused(self, source, *words, code=1, **options):
        done = self.run_import(source, **options)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_every_layout_gives_the_same_model(self):
        """Goal: Spark 2's, 3's and 4's and a pipeline's folders are read to the same bytes."""
        versions = set()
        for name, version, layout in (
            ("a", "2.1.0", "flat"), ("b", "2.4.8", "flat"), ("c", "3.5.3", "flat"),
            ("d", "3.0.1", "pipeline"), ("deep/models", "3.3.0", "flat"), ("e", "4.0.0", "pipeline"),
        ):
            self.make(name, version, layout)
            done = self.import_json(self.folder / name.split("/")[0])
            self.assertEqual((done["saved_by_spark"], done["trees"], done["nodes"]), (version, 2, 8))
            versions.add(done["model"])
        self.assertEqual(len(versions), 1)
        corrected = self.import_json(self.folder / "a", mode="corrected")
        self.assertNotIn(corrected["model"], versions)

    @unittest.skipUnless(SEED.is_dir(), "no shared/data/seed_models beside the source folder")
    def test_the_original_model_gives_the_bundles_of_the_golden_tests(self):
        """Goal: what the golden tests score is what an import makes today."""
        for mode in ("as-deployed", "corrected"):
            done = self.run_import(
                SEED, out=mode, mode=mode, options=("--python", PYTHON, "--name", "seed")
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            for name in ("bundle.json", "spark_forest.bin"):
                self.assertEqual(
                    (self.folder / mode / name).read_bytes(),
                    (TESTDATA / f"seed-{mode}" / name).read_bytes(), f"{mode} {name}",
                )

    def test_pipelines_of_real_sparks(self):
        """Goal: models that Spark 3.5 and 4 saved answer with Spark's class and its 64 bits."""
        archives = sorted((pathlib.Path(__file__).parent / "testdata/spark").glob("*.tar.gz"))
        self.assertEqual(len(archives), 5)
        for archive in archives:
            with self.subTest(archive.name):
                source = self.folder / archive.name
                with tarfile.open(archive) as file:
                    file.extractall(source)
                done = self.run_import(source / "model", out=archive.stem, mode="corrected")
                self.assertEqual(done.returncode, 0, done.stderr)
                predicted = subprocess.run(
                    [PROGRAM, "predict", "--data", source / "flights.jsonl",
                     "--model", self.folder / archive.stem], capture_output=True, text=True)
                self.assertEqual(predicted.returncode, 0, predicted.stderr)
                answers = [
                    [float(row["Prediction"]), [float(row[f"Probability{k}"]) for k in range(4)]]
                    for row in csv.DictReader(predicted.stdout.splitlines())
                ]
                expected = json.loads((source / "expected.json").read_text())
                self.assertEqual(answers, expected["answers"], expected["words"])

    def test_damage_is_named(self):
        """Goal: cut, changed and missing files are refused, each by its path."""
        source = self.make()
        parquet = next((source / FOREST / "data").glob("part-*"))
        whole = parquet.read_bytes()
        parquet.write_bytes(whole[: len(whole) // 2])
        self.assert_refused(source, parquet.name, "damaged or cut off (its checksum is wrong)")
        crc = parquet.parent / f".{parquet.name}.crc"
        crc.unlink()  # Copies often lack them; then parquet itself must notice.
        self.assert_refused(source, parquet.name, "damaged or cut off (")
        parquet.write_bytes(whole)
        self.assertEqual(self.run_import(source).returncode, 0)
        shutil.rmtree(source / FOREST / "treesMetadata")
        self.assert_refused(source, "treesMetadata is missing", out="other")
        (source / FOREST / "metadata/part-00000").write_text('{"class": "org.apa')
        self.assert_refused(source, "metadata/part-00000", "checksum", out="other")

    def test_what_is_no_forest_pipeline_is_told(self):
        """Goal: each part that is absent or foreign is named, with what was found."""
        source = self.make()
        moved = self.folder / "moved"
        for part, words in (
            (FOREST, "is no pipeline of a random forest classifier: it holds Bucketizer"),
            ("arrival_bucketizer_2.0.bin", "lacks the part of the kind Bucketizer"),
            ("numeric_vector_assembler.bin", "lacks the part of the kind VectorAssembler"),
            ("string_indexer_model_Carrier.bin", "StringIndexerModel that gives Carrier_index"),
        ):
            (source / part).rename(moved)
            self.assert_refused(source, words)
            moved.rename(source / part)
        self.assert_refused(self.make("new", "5.0.0"), "saved by Spark 5.0.0; models of Spark 2, 3 and 4")
        self.assert_refused(ROOT / "docs", "holds no saved Spark models")
        self.assert_refused(self.folder / "absent", "there is no folder")

    def test_wrong_usage(self):
        """Goal: a full --out, a bad mode and a Python that is none say what to do."""
        source = self.make()
        self.assertEqual(self.run_import(source).returncode, 0)
        self.assert_refused(source, "exists already", "--force", code=2)
        self.assert_refused(source, "--mode", code=2, out="b", mode="repaired")
        self.assert_refused(source, "cannot run /no/python", out="b", options=("--python", "/no/python"))


class ServeImported(unittest.TestCase):
    def test_the_default_form_is_class_2(self):
        """Goal: the original's model answers as it did there, and says who answers."""
        with Server("--model", str(TESTDATA / "seed-as-deployed")) as server:
            status, accepted = server.submit()
            self.assertEqual(status, 200)
            prediction = server.wait_for_outcome(accepted["id"])["prediction"]
        self.assertEqual(prediction["Prediction"], 2.0)
        self.assertEqual(
            prediction["Probabilities"],
            [0.14690703794610324, 0.369718640702208, 0.4351008521007165, 0.0482734692509724],
        )
        self.assertTrue(prediction["Model"].startswith("seed@"))


if __name__ == "__main__":
    unittest.main()
