#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Log lines from a real server, by a real rsyslog, into a real search server (OpenSearch): the request that
failed is found by its trace.

    FLIGHTCAST=build/release/flightcast tools/prove_logs/prove.py
"""

import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/services"), str(ROOT / "tests/end_to_end")]

import kafka_kit  # noqa: E402
from process import cache_folder, free_port, say  # noqa: E402
from server import Server, wait_until  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
LOGS = ROOT / "deploy/logs"
OPENSEARCH = "2.19.2"
PARTS = (("org.opensearch", "opensearch", OPENSEARCH),
         ("org.opensearch.plugin", "transport-netty4-client", OPENSEARCH),
         ("org.apache.logging.log4j", "log4j-core", "2.21.0"))
RSYSLOG = ("rsyslog", "rsyslog-elasticsearch", "libestr0", "libfastjson4", "liblognorm5")
LIBRARIES = "usr/lib/x86_64-linux-gnu"
TRACE = "0af7651916cd43dd8448eb211c80319c"


def jars():
    folder = cache_folder() / f"opensearch-{OPENSEARCH}"
    if not folder.exists():
        say("fetch OpenSearch (once)")
        with tempfile.TemporaryDirectory() as work:
            kafka_kit.fetch_jars(PARTS, pathlib.Path(work), folder)
    return folder


def rsyslog():
    """Debian's, unpacked: installed, it would take this machine's log."""
    folder = cache_folder() / "rsyslog"
    if not folder.exists():
        say("fetch rsyslog (once)")
        with tempfile.TemporaryDirectory(dir=cache_folder()) as work:
            subprocess.run(["apt-get", "-q", "download", *RSYSLOG], cwd=work, check=True, capture_output=True)
            for package in pathlib.Path(work).glob("*.deb"):
                subprocess.run(["dpkg", "-x", package, pathlib.Path(work) / "root"], check=True)
            shutil.move(pathlib.Path(work) / "root", folder)
    return folder


class Search:
    def __init__(self, folder):
        self.port = free_port()
        self.log = open(folder / "search.log", "wb")
        (folder / "home").mkdir()
        self.process = subprocess.Popen(
            ["java", "-Xmx512m", "-Djava.security.manager=allow", "-cp", f"{jars()}/*",
             HERE / "Search.java", folder / "home", str(self.port)], stdout=self.log, stderr=self.log)

    def ask(self, path, body=None, method=None):
        """The answer, or None while there is no server or no index."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise SystemExit(f"FAILED: {path}: {error.read().decode()}") from error
        except OSError:
            if self.process.poll() is not None:
                raise SystemExit(f"FAILED: the search server ended; see {self.log.name}") from None
        return None

    def find(self, query):
        answer = self.ask("flightcast-logs-*/_search?size=1000&ignore_unavailable=true", {"query": query})
        return [hit["_source"] for hit in answer["hits"]["hits"]] if answer else []


def ship(folder, log, port):
    """rsyslog with the configuration that users get, its places replaced."""
    root = rsyslog()
    text = (LOGS / "rsyslog.conf").read_text()
    for old, new in (("/var/log/flightcast/flightcast.log", str(log)), ('serverport="9200"', f'serverport="{port}"'),
                     ("/var/log/flightcast/refused.json", str(folder / "refused.json")),
                     ('server="127.0.0.1"', 'server="127.0.0.1" healthchecktimeout="20000"')):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "rsyslog.conf").write_text(f'global(workDirectory="{folder}")\n' + text)
    env = dict(os.environ, LD_LIBRARY_PATH=str(root / LIBRARIES))
    return subprocess.Popen([root / "usr/sbin/rsyslogd", "-n", "-f", folder / "rsyslog.conf", "-i", folder / "pid",
                             "-M", root / LIBRARIES / "rsyslog"], env=env)


def put_bad_request(data_dir, request_id):
    """A record that another program might have written: cut off, with a trace."""
    headers = b"".join(len(part).to_bytes(4, "little") + part for part in
                       (b"traceparent", f"00-{TRACE}-b7ad6b7169203331-01".encode()))
    with sqlite3.connect(pathlib.Path(data_dir) / "flightcast.db") as database:
        topic, = database.execute("SELECT id FROM topic WHERE name = 'flight-delay-ml-request'").fetchone()
        table = f"log_{topic}_0"
        database.execute(f"INSERT INTO {table} SELECT max(at) + 1, ?, ?, ?, ? FROM {table}",
                         (int(time.time() * 1000), request_id, json.dumps({"UUID": request_id})[:-1], headers))
    database.close()


def serve(folder, log):
    """A server that takes flights, and one that finds a record it cannot score; the ids of both."""
    data, bad = folder / "data", str(uuid.uuid4())
    with open(log, "ab") as lines:
        with Server("--log-format", "ecs", data_dir=str(data)) as server:
            taken = server.submit()[1]["id"]
            server.wait_for_outcome(taken)
            server.stop()
            lines.write(server.output().encode())
        put_bad_request(data, bad)
        with Server("--log-format", "ecs", data_dir=str(data)) as server:
            wait_until("the failure is told", lambda: bad in server.output())
            server.stop()
            lines.write(server.output().encode())
    return bad


def expect(text, is_so):
    if not is_so:
        raise SystemExit(f"FAILED: {text}")
    say(f"{text}: yes")


def prove(folder):
    search = Search(folder)
    log = folder / "flightcast.log"
    shipper = None
    try:
        bad = serve(folder, log)
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
        log.write_text("".join(json.dumps(line) + "\n" for line in lines))
        wait_until("the search server answers", lambda: search.ask(""), seconds=180, pause=0.5)
        search.ask("_index_template/flightcast-logs", json.loads((LOGS / "index-template.json").read_text()), "PUT")
        shipper = ship(folder, log, search.port)
        found = wait_until("the failing request is found by its trace",
                           lambda: search.find({"term": {"trace.id": TRACE}}), seconds=120, pause=0.5)
        expect("one line has the trace", len(found) == 1)
        line = found[0]
        say(json.dumps(line))
        expect("it names the request and its fault",
               line["flightcast.request"] == bad and line["error.type"] and line["error.message"])
        everything = wait_until("all lines are there", lambda: (
            hits := search.find({"match_all": {}})) and len(hits) == len(lines) and hits, seconds=60, pause=0.5)
        expect(f"all {len(lines)} lines were shipped", len(everything) == len(lines))
        expect("none was refused", not (folder / "refused.json").exists() or not (folder / "refused.json").read_text())
        by_level = search.find({"bool": {"filter": [{"term": {"log.level": "warning"}}, {"exists": {"field": "error.type"}}]}})
        expect("failures are found by level and type", len(by_level) == 1)
    finally:
        for process in (shipper, search.process):
            if process:
                process.terminate()
                process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for everything, instead of one that is removed")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True)
        return prove(arguments.keep.resolve())
    with tempfile.TemporaryDirectory(prefix="flightcast-logs-") as folder:
        return prove(pathlib.Path(folder))


if __name__ == "__main__":
    main()
