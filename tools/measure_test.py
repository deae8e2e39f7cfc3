#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goal: each number of measure.py is the one that can be counted by hand in a small tree."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

MEASURE = pathlib.Path(__file__).with_name("measure.py")
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"

TREE = {
    "src/base/a.h": SPDX + """class A {
  public:
    explicit A(int size);

    // Adds one.
    void add();
    void add_two();

    void bare(
        int count
    );
    int size() const { return size_; }
    void told() override;
    A(const A&) = delete;

  private:
    void hidden();
    int size_;
};
""",
    "src/base/a.cc": SPDX + "// What this is: words of a comment.\nvoid A::add() {\n" + "    f();\n" * 49 + "}\n",
    "src/base/a_test.cc": SPDX + "// Goal: it says what it does.\nTEST(A, B) {}\n",
    "src/base/testdata/x.cc": "int main() {}\n" * 100,
    "tests/b.py": "x = 1\n" * 10,
}


def measure(files, *arguments):
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["git", "init", "-q", root], check=True)
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return subprocess.run(
            [sys.executable, MEASURE, *arguments, root], capture_output=True, text=True, check=False
        )


@unittest.skipUnless(shutil.which("ctags"), "needs universal-ctags")
class MeasureTest(unittest.TestCase):
    def value(self, files, name):
        for line in measure(files).stdout.splitlines():
            if line.startswith(name):
                return line[len(name):].split("(")[0].replace("BEYOND", "").strip()
        self.fail(f"no line '{name}'")

    def test_numbers(self):
        """Goal: files, lines, functions, comments and words are counted as the page says."""
        self.assertEqual(self.value(TREE, "files of the program"), "2")
        self.assertEqual(self.value(TREE, "files in the largest folder"), "2")
        self.assertEqual(self.value(TREE, "lines of the longest function"), "51")
        # a.h 20, a.cc 53; a_test.cc 3 and b.py 10.
        self.assertEqual(self.value(TREE, "lines of tests for one of code"), str(round(13 / 73, 2)))
        # Commented: add, add_two. Bare: the constructor, bare. The rest needs none.
        self.assertEqual(self.value(TREE, "header functions with a comment, %"), "50.0")
        # "Adds one", "What this is words of a comment", "Goal it says what it does".
        self.assertEqual(self.value(TREE, "words of comments"), "15")
        self.assertEqual(self.value(TREE, "'what' in 1,000 words of comments"), str(round(2000 / 15, 1)))
        self.assertEqual(
            self.value(TREE, "comment lines that start with What, Who, Whoever, Nobody"), "1"
        )

    def test_check(self):
        """Goal: --check fails for each number beyond its limit, and only then."""
        result = measure(TREE, "--check")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout.count("BEYOND"), 4, result.stdout)
        good = {
            "src/base/a.h": SPDX + "// Adds.\nvoid add();\n",
            "src/base/a_test.cc": SPDX + "TEST(A, B) {}\n" * 5,
        }
        result = measure(good, "--check")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        many = good | {f"src/base/b{i}.h": SPDX for i in range(30)}
        many["src/base/b_test.cc"] = SPDX * 60
        result = measure(many, "--check")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout.count("BEYOND"), 1, result.stdout)

    def test_lists(self):
        """Goal: --list names the places behind a number."""
        self.assertIn("src/base/a.h:10 bare", measure(TREE, "--list", "comments").stdout)
        self.assertIn("51 src/base/a.cc:3 add", measure(TREE, "--list", "functions").stdout)
        self.assertIn("src/base/a.cc:2 // What", measure(TREE, "--list", "words").stdout)


if __name__ == "__main__":
    unittest.main()
