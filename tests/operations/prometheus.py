# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus on a free port, with the project's rules, as Debian packages it."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/end_to_end"))

from server import free_port, wait_until  # noqa: E402

RULES = ROOT / "deploy/prometheus"


def find(name):
    """The path of prometheus or promtool; './dev test integration' brings them."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    path = cache / "flightcast/prometheus/usr/bin" / name
    if not path.exists():
        raise RuntimeError(f"there is no {path}; './dev test integration' brings it")
    return str(path)


def promtool(*arguments, **options):
    return subprocess.run([find("promtool"), *arguments], capture_output=True, text=True,
                          check=False, cwd=RULES, **options)


def rule_files():
    return sorted(p for p in RULES.glob("*.yml")
                  if p.name != "prometheus.yml" and not p.name.endswith("_test.yml"))


class Prometheus:
    """Scrapes `targets` (job -> "host:port") every half second, and evaluates the rules as often: those of
    the project, or `rules`. With `tls` the targets speak HTTPS, with any certificate."""

    def __init__(self, targets, rules=None, tls=False):
        self.folder = tempfile.TemporaryDirectory(prefix="flightcast-prometheus-")
        self.port = free_port()
        config = {
            "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms",
                       "evaluation_interval": "500ms"},
            "rule_files": [str(path) for path in rules or rule_files()],
            "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [place]}],
                                **({"scheme": "https", "tls_config": {"insecure_skip_verify": True}} if tls else {})}
                               for job, place in targets.items()],
        }
        path = pathlib.Path(self.folder.name) / "prometheus.json"
        path.write_text(json.dumps(config))  # JSON is YAML.
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [find("prometheus"), f"--config.file={path}",
             f"--web.listen-address=127.0.0.1:{self.port}",
             f"--storage.tsdb.path={self.folder.name}/data"],
            stdout=self.log, stderr=self.log)
        wait_until("Prometheus is ready", self._is_ready)

    def _is_ready(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise RuntimeError(self.log.read().decode(errors="replace"))
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def ask(self, path, **parameters):
        """The data of an answer of the API; what Prometheus says is wrong is raised."""
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(f"{parameters}: {error.read().decode()}") from error

    def query(self, expression):
        return self.ask("query", query=expression)["result"]

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()
