# SPDX-License-Identifier: Apache-2.0
"""Model bundles that earlier versions wrote give the bits that they gave then."""

import csv
import io
import unittest

import written
from written import VERSIONS


def columns(text):
    """The cells of each column, by its name."""
    rows = list(csv.reader(io.StringIO(text)))
    return {name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}


# Rows that 'predict' reads otherwise since: a number written as text is one in every form of a file.
# {bundle: {row: (column, text then, text now)}}; its answer follows.
READ_SINCE = {"spark": {7: ("DepDelay", "", "5")}}


class Bundles(unittest.TestCase):
    def test_the_same_answers(self):
        """Goal: each column that was answered then is answered now with the same text; the model is
        called the same."""
        for version in VERSIONS:
            for bundle, flights in (("trained", "flights.csv"), ("spark", "requests.jsonl")):
                with self.subTest(version.name, bundle=bundle):
                    then = columns((version / f"predicted-{bundle}.csv").read_text())
                    now = columns(written.program(
                        "predict", "--model", version / bundle, "--data", version / flights))
                    self.assertGreaterEqual(len(next(iter(then.values()))), 10)
                    for row, (column, old, new) in READ_SINCE.get(bundle, {}).items():
                        self.assertEqual((then[column][row], now[column][row]), (old, new))
                        for cells in (*then.values(), *now.values()):
                            cells[row] = ""
                    self.assertEqual({name: now[name] for name in then}, then)


if __name__ == "__main__":
    unittest.main()
