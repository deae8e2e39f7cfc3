#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Traces of a real server in a real collector of OpenTelemetry: one request, from its POST to its
evaluation, is found by the trace that its client began; a collector that dies is done without.

    FLIGHTCAST=build/release/flightcast tools/prove_traces/prove.py
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/services"), str(ROOT / "tests/end_to_end")]

from ferretdb import find_go  # noqa: E402
from process import cache_folder, free_port, say  # noqa: E402
from server import FORM, Server, SocketIoClient, wait_until  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = ("main.go", "go.mod", "go.sum")
TRACE = "0af7651916cd43dd8448eb211c80319c"
SPANS = {"accept", "log", "score", "publish", "push", "archive"}
BUILD_SECONDS = 1800
CONFIG = """\
receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:{port}
exporters:
  debug:
    verbosity: detailed
service:
  telemetry:
    metrics:
      level: none
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [debug]
"""


def collector_program():
    """The collector of main.go with the versions of go.mod, built once."""
    sources = b"".join((HERE / name).read_bytes() for name in SOURCES)
    version = re.search(r"collector/otelcol (\S+)", sources.decode())[1]
    program = cache_folder() / f"otel-collector-{version}-{hashlib.sha256(sources).hexdigest()[:8]}"
    if not program.exists():
        say(f"build the collector {version} (once)")
        with tempfile.TemporaryDirectory() as work:
            for file in SOURCES:
                shutil.copy(HERE / file, work)
            subprocess.run([find_go(), "build", "-o", "collector", "."], cwd=work, check=True,
                           timeout=BUILD_SECONDS, env={**os.environ, "CGO_ENABLED": "0"})
            shutil.move(pathlib.Path(work) / "collector", program)
    return program


class Collector:
    def __init__(self, program, folder):
        self.port = free_port()
        self.file = pathlib.Path(folder, "collector.yaml")
        self.file.write_text(CONFIG.format(port=self.port))
        self.program = program
        self.output = pathlib.Path(folder, "collector.log")
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.program, f"--config=file:{self.file}"], stdout=self.output.open("ab"),
            stderr=subprocess.STDOUT
        )
        wait_until("the collector is ready",
                   lambda: self.text().count("Everything is ready") or self.process.poll() is not None)
        if self.process.poll() is not None:
            raise RuntimeError(self.text())

    def text(self):
        return self.output.read_text(errors="replace")

    def spans(self):
        """Each span that the collector printed: its fields by name."""
        blocks = re.split(r"^Span #\d+$", self.text(), flags=re.MULTILINE)[1:]
        return [dict(re.findall(r"^ +(Trace ID|Parent ID|ID|Name|Kind) +: (.*)$", block, re.MULTILINE)) |
                {"text": block} for block in blocks]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def one_judged(server, headers):
    body = server.request(
        "POST", "/api/v1/predictions", json.dumps({**FORM, "DepDelay": 5}),
        {"Content-Type": "application/json", **headers}
    )[2]
    request = json.loads(body)["id"]
    client = SocketIoClient(server)
    client.join(request)
    assert [client.next_event()[0] for _ in range(2)] == ["joined", "prediction_ready"]
    client.close()
    status = server.request(
        "POST", f"/api/v1/predictions/{request}/arrival", json.dumps({"ArrDelay": 12}),
        {"Content-Type": "application/json"}
    )[0]
    assert status == 202, status


def prove(collector):
    with Server("--otlp-endpoint", f"http://127.0.0.1:{collector.port}") as server:
        one_judged(server, {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
        wait_until("the collector has every span", lambda: SPANS | {"evaluate"} <= {
            span["Name"] for span in collector.spans()
        })
        spans = {span["Name"]: span for span in collector.spans() if span["Trace ID"] == TRACE}
        assert spans.keys() == SPANS, spans.keys()
        assert spans["accept"]["Parent ID"] == "b7ad6b7169203331"
        assert spans["publish"]["Parent ID"] == spans["score"]["ID"]
        for name in ("log", "score", "push", "archive"):
            assert spans[name]["Parent ID"] == spans["accept"]["ID"], name
        evaluate = next(span for span in collector.spans() if span["Name"] == "evaluate")
        assert evaluate["Trace ID"] != TRACE and TRACE in evaluate["text"], "the link to the request"
        say(f"one trace: {', '.join(sorted(spans))}; the evaluation links to it")

        collector.kill()
        one_judged(server, {})
        server.wait_for_line("the collector takes no traces; predictions go on")
        seen = len(collector.spans())
        collector.output.write_text("")
        collector.start()
        wait_until("spans come again", lambda: one_judged(server, {}) or collector.spans(), pause=1)
        say(f"a collector that died after {seen} spans was done without, and used again")


def main():
    program = collector_program()
    with tempfile.TemporaryDirectory(prefix="flightcast-traces-") as folder:
        collector = Collector(program, folder)
        try:
            prove(collector)
        finally:
            if collector.process.poll() is None:
                collector.kill()


if __name__ == "__main__":
    main()
