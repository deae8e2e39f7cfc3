#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goal: each rule of tidy.py finds its fault and leaves what is right alone."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TIDY = pathlib.Path(__file__).with_name("tidy.py")
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"

GOOD = {
    "src/base/module.cmake": "fc_module(base)\n",
    "src/base/a.h": SPDX,
    "src/flight/module.cmake": "fc_module(flight USES base LINKS x TEST_USES store_testing)\n",
    "src/flight/b.cc": SPDX + '#include "base/a.h"\n#include <vector>\n',
    "src/flight/b_test.cc": SPDX + '#include <gtest/gtest.h>\n#include "store/c.h"\n'
    "// Goal: it works.\nTEST(B, Works) {}\n",
    "tests/test_d.py": "# " + SPDX[3:] + 'class D:\n    def test_d(self):\n        """Goal: it works."""\n',
    "src/store/module.cmake": "fc_module(store USES flight)\n",
    "src/store/c.h": SPDX + '#include "base/a.h"\n',  # by way of flight
    "src/base/limits.h": SPDX + "constexpr std::size_t kRowsMax = 3;\n",
    "docs/limits.md": "| `kRowsMax` | 3 | refused |\n",
    "docs/x.md": "[code](../src/base/a.h#top) [web](https://example.org)\n",
    "src/flight/testdata/record.json": '{"path": "/ro' + 'ot/x"}\n',
}

LINKED = "| `base/` |\n| [`flight/`](src/flight/README.md) |\n| `store/` |\n"

# One "what" in comments is left from before.
COUNTS = """{"'what' in comments": 1}"""

OPTIONS = {
    "src/app/options/module.cmake": "fc_module(app/options)\n",
    "src/app/serve/module.cmake": "fc_module(app/serve USES app/options)\n",
    "src/app/options/options.h": SPDX + "struct ServeOptions {\n    std::string host;\n    int port = 1;\n};\n",
}

# What is added to GOOD, and a part of what tidy.py must say about it.
BAD = [
    ({"src/base/d.cc": SPDX + '#include "flight/b.h"\n'}, "src/base/d.cc:2: base does not say"),
    ({"src/flight/d.cc": SPDX + '#include "store/c.h"\n'}, "src/flight/d.cc:2: flight does not say"),
    ({"src/flight/d.cc": SPDX + "#include <boost/beast/http.hpp>\n"}, "may not be included here"),
    ({"src/flight/d.h": SPDX + "#include <gtest/gtest.h>\n"}, "may not be included here"),
    ({"src/flight/d.h": SPDX + "#include <CLI/CLI.hpp>\n"}, "may not be included here"),
    ({"src/lost/d.h": SPDX}, "without module.cmake"),
    ({"src/flight/d.h": "#pragma once\n"}, "src/flight/d.h:1: no SPDX"),
    ({"src/flight/d.cc": SPDX + "\n" * 501}, "more than 500"),
    ({"src/flight/d_test.cc": SPDX + "\n" * 801}, "more than 800"),
    ({"src/flight/d.cc": SPDX + "// TO" + "DO: later\n"}, "src/flight/d.cc:2: 'TO" + "DO'"),
    ({"docs/y.md": "Look in /ro" + "ot/data.\n"}, "a path of one machine"),
    ({"docs/y.md": "[gone](gone.md)\n"}, "'gone.md' does not exist"),
    ({"src/flight/d_test.cc": SPDX + "TEST(D, Works) {}\n"}, "does not say its goal"),
    ({"tests/test_e.py": "# " + SPDX[3:] + "class E:\n    def test_e(self):\n        pass\n"},
     "tests/test_e.py:3: the test does not say its goal"),
    ({"docs/limits.md": "| `kRowsMin` |\n"}, "src/base/limits.h:2: docs/limits.md does not say"),
    ({"src/flight/README.md": "# flight\n"}, "ARCHITECTURE.md does not link it"),
    ({"ARCHITECTURE.md": LINKED, "src/flight/README.md": "| read first | for |\n|---|---|\n| `b.cc`, `gone.h` | nothing |\n"},
     "src/flight/README.md:3: `gone.h` is not in src/flight/"),
    ({"ARCHITECTURE.md": LINKED + "| `flight/day/` |\n| `flight/hour/` |\n",
      "src/flight/README.md": "| folder | for |\n|---|---|\n| `day/` | days |\n",
      "src/flight/day/module.cmake": "fc_module(flight/day)\n",
      "src/flight/hour/module.cmake": "fc_module(flight/hour)\n"},
     "src/flight/README.md:3: the table lacks `hour/`"),
    ({"src/flight/d.h": SPDX + "// What it is.\n", "tools/prose.json": COUNTS},
     "comment lines that start with What, Who, Whoever or Nobody: 1, and 0 is the most"),
    ({"src/flight/d.h": SPDX + "// That which is what it is, and what not.\n", "tools/prose.json": COUNTS},
     "'what' in comments: 2, and 1 is the most"),
    ({"src/flight/d.cc": SPDX + 'f("\'x\' is none");\n', "tools/prose.json": COUNTS},
     "in messages: 1, and 0 is the most"),
    ({"docs/y.md": "Nobody knows.\n", "tools/prose.json": COUNTS}, "in docs: 1, and 0 is the most"),
    (OPTIONS | {"src/app/serve/a.cc": SPDX + "f(options.host, other.port);\n"},
     "src/app/options/options.h:4: no command reads port"),
    ({"CONTRIBUTING.md": "Look at `flight/b.cc`, `store/name_test.cc` and\n`flight/gone.h`.\n"},
     "CONTRIBUTING.md:2: `flight/gone.h` does not exist"),
    ({"src/flight/d.h": SPDX + "class Histogram {};\n"}, "src/flight/d.h:2: Histogram: a Histogram is"),
    ({"src/flight/d.h": SPDX + "class ForestScorer {};\n"}, "ForestScorer: a scorer turns"),
    ({"ARCHITECTURE.md": "| `base/` |\n| `flight/` |\n"}, "lacks `store/`"),
    ({"src/CMakeLists.txt": "set(modules\n    base\n    store\n)\n"}, "the list of modules lacks flight"),
    ({"ARCHITECTURE.md": "| `base/` |\n| `flight/` |\n| `store/` |\n| `no/` |\n"}, "`no/` is no folder"),
]


def run_tidy(files):
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["git", "init", "-q", root], check=True)
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, TIDY, root], capture_output=True, text=True, check=False)


class TidyTest(unittest.TestCase):
    def test_good_files_pass(self):
        """Goal: files that follow the rules are not reported."""
        used = {"src/app/serve/a.cc": SPDX + "f(options.host, options_.port);\n"}
        result = run_tidy(GOOD | OPTIONS | used)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_an_issue_number_makes_a_note_acceptable(self):
        """Goal: work that has an issue may be mentioned."""
        result = run_tidy(GOOD | {"src/flight/d.cc": SPDX + "// TO" + "DO(#12): later\n"})
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_words_of_the_glossary_have_their_place(self):
        """Goal: the word's own thing, a declaration and a use are not taken for a second meaning."""
        files = {
            "src/flight/d.h": SPDX + "struct Outcome {};\nclass Scorer;\nWriteOutcome use(Histogram);\n",
            "src/telemetry/module.cmake": "fc_module(telemetry)\n",
            "src/telemetry/d.h": SPDX + "class Histogram {};\n",
        }
        result = run_tidy(GOOD | files)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_counts_may_only_fall(self):
        """Goal: --tighten lowers a count to the one of today, and never raises it."""
        with tempfile.TemporaryDirectory() as root:
            subprocess.run(["git", "init", "-q", root], check=True)
            code, counts = pathlib.Path(root, "src/base/a.h"), pathlib.Path(root, "tools/prose.json")
            for file, text in ((code, "// Says what it does.\n" * 2), (counts, "{\"'what' in comments\": 5}")):
                file.parent.mkdir(parents=True)
                file.write_text(text, encoding="utf-8")
            for written, expected in ((2, 2), (3, 2), (1, 1)):
                code.write_text("// Says what it does.\n" * written, encoding="utf-8")
                subprocess.run([sys.executable, TIDY, "--tighten", root], check=True)
                self.assertEqual(json.loads(counts.read_text())["'what' in comments"], expected)

    def test_prose_is_not_looked_for_in_code(self):
        """Goal: names, test texts and tables may say what a comment should not."""
        files = {
            "src/flight/d.cc": SPDX + "int what = nobody;  // The answer.\n",
            "src/flight/d_test.cc": SPDX + 'const char* text = "nobody is none";\n',
            "docs/y.md": "| field | what |\n",
            "tools/prose.json": "{}",
        }
        result = run_tidy(GOOD | files)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_each_fault_is_found(self):
        """Goal: each fault alone is found, and named with its place."""
        for files, expected in BAD:
            with self.subTest(expected=expected):
                result = run_tidy(GOOD | files)
                self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
                self.assertIn(expected, result.stdout)
                self.assertIn("tidy: 1 findings", result.stdout)


if __name__ == "__main__":
    unittest.main()
