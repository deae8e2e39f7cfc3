# SPDX-License-Identifier: Apache-2.0
"""One file, one reading: the same flights in every shape that people have, and in random clothes,
through `train`, `evaluate`, `predict` and `serve`."""

import csv
import io
import json
import pathlib
import re
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from flight_shapes import SHAPES, any_clothes, read_rows
from server import PROGRAM, ROOT, SUBMIT, Server
from test_import import PYTHON

SHARED = ROOT.parent / "shared/data/bts_2008_01.csv.gz"
EVERY_COLUMN = ("DepDelay,Distance,CRSDepMinute,DayOfWeek,Season,Carrier,OriginMinutesLost,"
                "DestMinutesLost")
SERVED = 40  # rows that a server is asked about


def run(*arguments, stdin=None):
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, timeout=600, check=False
    )


class Shapes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-shapes-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, data):
        """All files have one name, since a model tells from which it was learned."""
        (self.folder / name).mkdir()
        (self.folder / name / "flights").write_bytes(data)
        return self.folder / name / "flights"

    def train(self, data, stdin=None):
        out = self.folder / "model"
        done = run("train", "--data", data, "--out", out, "--force", "--trees", 5, "--min-leaf", 20,
                   "--features", EVERY_COLUMN, "--bad-rows-max", 0, stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return [(out / name).read_bytes() for name in ("forest.bin", "bundle.json")]

    def figures(self, data, model):
        done = run("evaluate", "--data", data, "--model", model, "--all-days", "--json")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stdout)

    def predict(self, data, model):
        done = run("predict", "--data", data, "--model", model, "--bad-rows-max", 0)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return [
            {name: value for name, value in row.items() if name not in ("File", "Line")}
            for row in csv.DictReader(io.StringIO(done.stdout.decode()))
        ]

    def assert_all_alike(self, rows, shapes):
        plain = self.write("plain", SHAPES["known"](rows))
        model = self.train(plain)
        kept = self.folder / "kept"
        (self.folder / "model").rename(kept)
        figures = self.figures(plain, kept)
        predictions = self.predict(plain, kept)
        self.assertEqual(len(predictions), len(rows))
        for name, make in shapes.items():
            with self.subTest(name):
                data = self.write(name, make(rows))
                self.assertEqual(self.train(data), model, "train")
                self.assertEqual(self.figures(data, kept), figures, "evaluate")
                self.assertEqual(self.predict(data, kept), predictions, "predict")
        return kept

    def test_every_shape_is_read_as_it_is(self):
        """Goal: each gives the model of the known form byte for byte, the same figures and the same
        predictions, without a bad row."""
        self.assert_all_alike(read_rows(), SHAPES)

    def test_random_clothes(self):
        """Goal: the same for files that nobody has yet."""
        seed = time.time_ns() % 1_000_000
        print(f"seeds {seed} to {seed + 3}")
        self.assert_all_alike(read_rows(), {f"{n}": any_clothes(n) for n in range(seed, seed + 4)})

    @unittest.skipUnless(SHARED.exists(), "no shared/data/bts_2008_01.csv.gz beside the source folder")
    def test_shapes_of_a_month(self):
        """Goal: the same for flights of a whole month."""
        rows = read_rows(SHARED, every=30)
        wanted = ("kaggle_2015", "data_expo", "nycflights13", "download_page", "json_array")
        self.assert_all_alike(rows, {name: SHAPES[name] for name in wanted})

    @unittest.skipUnless(PYTHON, "no Python with pyarrow here; './dev import-tools' makes one")
    def test_parquet(self):
        """Goal: a Parquet file is read through pyarrow: dates, timestamps, flags, categories and nulls."""
        rows = read_rows(every=3)
        model = self.train(self.write("plain", SHAPES["known"](rows)))
        lines = self.write("lines", SHAPES["json_lines"](rows))
        parquet = self.write("parquet", b"")
        script = """
import datetime, json, sys, pyarrow as pa, pyarrow.parquet as pq
rows = [json.loads(line) for line in open(sys.argv[1])]
for row in rows:
    row["FlightDate"] = datetime.datetime.fromisoformat(row["FlightDate"])
    for name in ("DepDelay", "ArrDelay", "Distance"):
        row[name] = None if row[name] != row[name] else row[name]
table = pa.Table.from_pylist(rows)
carrier = table.column("Carrier").dictionary_encode()
table = table.set_column(table.schema.get_field_index("Carrier"), "Carrier", carrier)
pq.write_table(table.append_column("Lists", [[[1]] * len(rows)]), sys.argv[2])
"""
        subprocess.run([PYTHON, "-c", script, lines, parquet], check=True)
        self.assertEqual(self.train(parquet), model)
        read = self.redirected(("predict",), parquet)
        named = run("predict", "--data", parquet)
        self.assertEqual(read.stdout.replace(b"\n-,", b"\nflights,"), named.stdout)
        piped = run("predict", "--data", "-", stdin=parquet.read_bytes())
        self.assertEqual((piped.returncode, piped.stdout), (1, b""))
        self.assertIn(b"is a Parquet file, which cannot be read from a pipe", piped.stderr)

    def test_standard_input(self):
        """Goal: '-' is a file as any other, for each command."""
        rows = read_rows(every=4)
        data = SHAPES["nycflights13"](rows)
        file = self.write("file", data)
        model = self.train(file)[0]
        self.assertEqual(self.train("-", stdin=data)[0], model)
        from_pipe = run("predict", "--data", "-", "--model", self.folder / "model", stdin=data)
        self.assertEqual(from_pipe.returncode, 0)
        self.assertEqual(len(from_pipe.stdout.splitlines()), len(rows) + 1)
        piped = run("evaluate", "--data", "-", "--all-days", "--json",
                    "--model", self.folder / "model", stdin=data)
        self.assertEqual(json.loads(piped.stdout), self.figures(file, self.folder / "model"))

    def test_zip_on_standard_input(self):
        """Goal: each command reads a zip archive that is its standard input itself (`- < x.zip`), and
        refuses one on a pipe, which cannot be read from its end, in words."""
        file = self.write("file", SHAPES["macos_zip"](read_rows(every=4)))
        self.train(file)
        model = ("--model", self.folder / "model")
        commands = [
            ("train", "--out", self.folder / "other", "--force", "--trees", 5),
            ("evaluate", "--all-days", "--json", *model),
            ("predict", *model),
        ]
        for command in commands:
            with self.subTest(command[0]):
                named = run(*command, "--data", file)
                read = self.redirected(command, file)
                self.assertEqual((named.returncode, read.returncode), (0, 0), read.stderr)
                said = read.stdout.replace(b"\n-,", b"\nflights,").replace(b"-: ", bytes(file) + b": ")
                # Both leave the features of the last hours out, each for its reason.
                reason = re.compile(rb"(last hours are left out): [^\n]*")
                self.assertEqual(reason.sub(rb"\1", said), reason.sub(rb"\1", named.stdout))
                piped = run(*command, "--data", "-", stdin=file.read_bytes())
                self.assertEqual(piped.returncode, 1)
                self.assertEqual(piped.stdout, b"")
                self.assertIn(b"is a zip archive, which cannot be read from a pipe; name the file",
                              piped.stderr)

    @staticmethod
    def redirected(command, file):
        """The command with the file as its standard input: `command --data - < file`."""
        with open(file, "rb") as opened:
            return subprocess.run([PROGRAM, *map(str, command), "--data", "-"], stdin=opened,
                                  capture_output=True, timeout=600, check=False)

    def test_predict_in_any_shape_is_what_serve_answers(self):
        """Goal: a model gives each flight the same bits from a file of any shape and from a form."""
        rows = [{**row, "Distance": ""} for row in read_rows(every=6)]  # both look it up
        trained = self.write("trained", SHAPES["known"](read_rows()))
        self.train(trained)
        model = self.folder / "model"
        asked = rows[:SERVED]
        with Server("--model", str(model)) as server:
            served = [self.serve(server, row) for row in asked]
        for name in ("known", "kaggle_2015", "data_expo", "original_system", "json_texts"):
            with self.subTest(name):
                ours = self.predict(self.write(name, SHAPES[name](rows)), model)
                for row, answer in zip(ours, served):
                    probabilities = [float(row[f"Probability{c}"]) for c in range(4)]
                    self.assertEqual(probabilities, answer["Probabilities"])

    @staticmethod
    def serve(server, row):
        form = {
            "DepDelay": row["DepDelay"], "Carrier": row["Reporting_Airline"],
            "FlightDate": row["FlightDate"], "Origin": row["Origin"], "Dest": row["Dest"],
            "CRSDepTime": row["CRSDepTime"].zfill(4),
        }
        address = f"http://127.0.0.1:{server.port}{SUBMIT}"
        with urllib.request.urlopen(address, urllib.parse.urlencode(form).encode()) as answer:
            ident = json.load(answer)["id"]
        return server.wait_for_outcome(ident)["prediction"]


class Refusals(unittest.TestCase):
    """What is of the user stays, what is lost is said, and what must fail fails first."""

    HEADER = "FlightDate,Carrier,Origin,Dest,DepDelay,ArrDelay,Distance\n"

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-refusals-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "flights.csv"
        self.data.write_bytes(SHAPES["known"](read_rows(every=3)))
        self.kept = self.data.read_bytes()

    def assert_fails(self, code, text, *arguments, stdin=None):
        done = run(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        self.assertIn(text, done.stderr.decode())
        return done

    def test_no_input_is_overwritten(self):
        """Goal: an output that is an input, also by a link, is refused before anything is read."""
        link = self.folder / "link"
        link.hardlink_to(self.data)
        model = self.folder / "model"
        run("train", "--data", self.data, "--out", model, "--trees", 2)
        whole = (model / "bundle.json").read_bytes()
        for arguments in (
            ("predict", "--data", self.data, "--out", self.data),
            ("predict", "--data", self.data, "--out", link),
            ("predict", "--data", self.data, "--model", model, "--out", model / "bundle.json"),
            ("train", "--data", self.data, "--out", self.folder / "m", "--html", self.data),
            ("evaluate", "--data", self.data, "--model", model, "--html", model / "forest.bin"),
        ):
            with self.subTest(arguments[0]):
                self.assert_fails(2, "would be overwritten", *arguments)
        self.assertEqual(self.data.read_bytes(), self.kept)
        self.assertEqual((model / "bundle.json").read_bytes(), whole)
        self.assertFalse((self.folder / "m").exists())

    def test_no_file_beside_the_output_is_touched(self):
        """Goal: what lies under the name of a draft stays."""
        for name in ("out.csv.partial", "out.csv.0.partial"):
            (self.folder / name).write_text("mine")
        done = run("predict", "--data", self.data, "--out", self.folder / "out.csv")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        for name in ("out.csv.partial", "out.csv.0.partial"):
            self.assertEqual((self.folder / name).read_text(), "mine")
        left = {path.name for path in self.folder.iterdir()}
        self.assertEqual(left, {"flights.csv", "out.csv", "out.csv.partial", "out.csv.0.partial"})

    def test_what_cannot_be_printed_is_a_failure(self):
        """Goal: every command that prints ends with 1 when standard output is full, and with its
        own code when the reader of a pipe has gone."""
        model = self.folder / "model"
        commands = (
            ("train", "--data", self.data, "--out", model, "--trees", 2, "--force", "--json"),
            ("evaluate", "--model", model, "--data", self.data, "--all-days"),
            ("predict", "--data", self.data), ("config",), ("--help",), ("train", "--help"),
            ("--version",),
        )
        for arguments in commands:
            with self.subTest(arguments[:2]), open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *map(str, arguments)], stdout=full,
                                      stderr=subprocess.PIPE, timeout=300, check=False)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(b"cannot write standard output", done.stderr)
        gone = subprocess.Popen([PROGRAM, "evaluate", "--model", model, "--data", self.data,
                                 "--all-days"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        gone.stdout.close()
        self.assertNotIn(b"cannot write", gone.stderr.read())
        self.assertEqual(gone.wait(), 0)
        gone.stderr.close()

    def test_what_must_fail_fails_first(self):
        """Goal: a page that cannot be written and a last file that is not there are noticed before
        the training."""
        model = self.folder / "model"
        page = self.folder / "no" / "page.html"
        self.assert_fails(1, "page.html", "train", "--data", self.data, "--out", model, "--html", page)
        self.assertFalse(model.exists())
        done = self.assert_fails(1, "absent.csv", "train", "--data", self.data,
                                 self.folder / "absent.csv", "--out", model)
        self.assertNotIn(b"growing", done.stderr)
        self.assertFalse(model.exists())

    def test_one_day_and_repeated_files(self):
        """Goal: flights of one day are refused with a word about days; one judged day has no
        interval; a file that is named again is told."""
        lines = self.kept.decode().splitlines()
        days = sorted({line[:10] for line in lines[1:]})
        model = self.folder / "model"

        def of_days(*wanted):
            path = self.folder / "some.csv"
            path.write_text("\n".join([lines[0], *(l for l in lines[1:] if l[:10] in wanted)]) + "\n")
            return path

        self.assert_fails(1, f"every flight is of one day, {days[0]}", "train", "--data",
                          of_days(days[0]), "--out", model)
        done = run("train", "--data", of_days(*days[:2]), "--out", model, "--trees", 2,
                   "--category-rows-min", 1)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn(b"flights of 1 day,", done.stdout)
        self.assertIn(b"no intervals", done.stdout)
        self.assertNotIn(b"twice", done.stderr)
        for arguments in (("train", "--out", self.folder / "m", "--trees", "2"), ("predict",)):
            done = run(*arguments, "--data", self.data, self.folder / "." / "flights.csv")
            self.assertIn(b"is named twice or more", done.stderr)

    def test_a_file_that_may_not_grow_is_told(self):
        """Goal: beyond 'ulimit -f' there is a sentence and nothing half written, no signal."""
        script = 'ulimit -f 40; exec "$0" "$@"'
        model = self.folder / "model"
        done = subprocess.run(
            ["sh", "-c", script, PROGRAM, "train", "--data", str(self.data), "--out", str(model),
             "--trees", "40", "--min-leaf", "1"], capture_output=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"cannot write", done.stderr)
        self.assertFalse(model.exists())

    def test_an_input_of_which_nothing_could_be_read_fails(self):
        """Goal: rows without a known field are no predictions, and what there is is named."""
        text = b'{"foo": 1}\n{"foo": 2}\n'
        self.assert_fails(1, "no known field: it has foo", "predict", "--data", "-", stdin=text)
        self.assert_fails(1, "no known field: it has foo", "train", "--data", "-", "--out",
                          self.folder / "m", stdin=text)
        self.assert_fails(1, "its columns are a, b; say which is which by --columns", "predict",
                          "--data", "-", stdin=b"a,b\n1,2\n")
        self.assert_fails(2, "'Wings=a' names no field", "predict", "--data", self.data,
                          "--columns", "Wings=a")


if __name__ == "__main__":
    unittest.main()
