# SPDX-License-Identifier: Apache-2.0
"""deploy/compose.yaml is what the Compose Specification calls a compose file: its own JSON schema,
from the library that Docker Compose uses, says so."""

import json
import os
import pathlib
import sys
import tempfile
import unittest

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/services"))

import ferretdb  # noqa: E402

LIBRARY = "github.com/compose-spec/compose-go/v2@v2.16.2"


def schema():
    env = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="-mod=mod")
    with tempfile.TemporaryDirectory() as folder:
        command = [ferretdb.find_go(), "mod", "download", "-json", LIBRARY]
        answer = json.loads(ferretdb.run(command, env=env, cwd=folder))
    return json.loads((pathlib.Path(answer["Dir"]) / "schema/compose-spec.json").read_text())


class ComposeFile(unittest.TestCase):
    def test_it_obeys_the_schema(self):
        """Goal: the file has no fault by the schema, which does find one that is put in."""
        rules = schema()
        judge = jsonschema.validators.validator_for(rules)(rules)
        text = (ROOT / "deploy/compose.yaml").read_text()
        self.assertEqual([e.message for e in judge.iter_errors(yaml.safe_load(text))], [])
        broken = yaml.safe_load(text.replace("restart:", "restrat:", 1))
        self.assertNotEqual(list(judge.iter_errors(broken)), [])


if __name__ == "__main__":
    unittest.main()
