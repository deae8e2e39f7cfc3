# SPDX-License-Identifier: Apache-2.0
"""What /metrics says of a server that has done a little work."""

import contextlib
import re
import socket
import time
import unittest

from server import ROOT, START_SECONDS, Server, SocketIoClient

ROW = re.compile(r"^\| `(\w+)` \| (counter|gauge|histogram) \| (?:`(\w+)`: )?([^|]*)\|(?! only with)", re.MULTILINE)
SERIES = re.compile(r'^(\w+?)(?:_bucket|_sum|_count)?(?:{(\w+)="([^"]*)".*})? (\S+)$', re.MULTILINE)


def promised():
    """(name, label value or None) of each series that docs/metrics.md lists, without those that
    only some options bring."""
    for name, _, label, values in ROW.findall((ROOT / "docs/metrics.md").read_text()):
        for value in re.findall(r"`(\w+)`", values) if label else [None]:
            yield name, value


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        client = SocketIoClient(cls.server)
        _, accepted = cls.server.submit()
        cls.server.submit(DepDelay="nan")
        cls.server.wait_for_outcome(accepted["id"])
        client.join(accepted["id"])
        assert client.next_event()[0] == "joined"
        assert client.next_event()[0] == "prediction_ready"
        client.close()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_every_series_is_fed(self):
        """Goal: each metric and label that docs/metrics.md promises is there."""
        wanted = set(promised())
        self.assertGreater(len(wanted), 30)
        with Server() as judged:
            judged.judge_some()
            told = judged.get("/metrics")[2].decode()
        of_models = {(n, None) for n, *_ in SERIES.findall(told) if n.startswith("flightcast_model_")}
        deadline = time.monotonic() + START_SECONDS  # Some are measured once a second.
        while time.monotonic() < deadline:
            text = self.server.get("/metrics")[2].decode()
            found = SERIES.findall(text)
            missing = wanted - {(n, v or None) for n, _, v, _ in found} - {(n, None) for n, *_ in found}
            missing -= of_models
            if not missing:
                return
            time.sleep(0.05)
        self.fail(f"nothing feeds {sorted(missing)}")

    def test_numbers(self):
        """Goal: what was done is counted where it belongs."""
        lines = self.server.get("/metrics")[2].decode().splitlines()
        for line in ('flightcast_requests_total{status="accepted"} 1',
                     'flightcast_requests_total{status="invalid"} 1',
                     'flightcast_pushes_total{event="prediction_ready"} 1',
                     'flightcast_stage_seconds_count{stage="accept"} 1',
                     'flightcast_stage_seconds_count{stage="total"} 1',
                     'flightcast_dropped_total{what="waiters"} 0'):
            self.assertIn(line, [seen for seen in lines if seen.startswith(line.split("{")[0])])
        values = {series: float(value) for series, value in
                  (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}
        by_class = [n for series, n in values.items() if series.startswith("flightcast_outcomes_")]
        self.assertEqual(sum(by_class), 1)
        self.assertGreater(values['flightcast_http_responses_total{code="2xx"}'], 0)
        self.assertGreater(values['flightcast_http_responses_total{code="4xx"}'], 0)
        # Who asks /readyz while the server starts is answered 503, and nobody else.
        self.assertEqual(values['flightcast_http_responses_total{code="5xx"}'],
                         self.server.refused_while_starting)

    def test_full_server_counts_what_it_refuses(self):
        """Goal: a connection beyond --connections-max is answered 503 and counted."""
        with Server("--connections-max", "1") as server:
            waiting = self.first_client(server)  # Its connection stays open.
            self.assertEqual(server.get("/livez")[0], 503)
            waiting.connection.request("GET", "/metrics")
            text = waiting.connection.getresponse().read().decode()
            dropped = re.findall(r'flightcast_dropped_total{what="connections"} (\S+)', text)
            self.assertGreaterEqual(float(dropped[0]), 1)
            waiting.close()

    def test_too_few_files(self):
        """Goal: too low a limit of open files is said at start; silent connections that use it up give way
        to one that asks."""
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(Server(files_max=130))
            server.wait_for_line("fewer files may be open than --connections-max needs")
            for _ in range(100):
                stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            status, _, body = server.get("/metrics")
            self.assertEqual(status, 200)
            (line,) = [line for line in body.decode().splitlines()
                       if line.startswith('flightcast_dropped_total{what="half_open"}')]
            self.assertGreaterEqual(float(line.split()[-1]), 70)
            self.assertEqual(server.submit()[0], 200)

    @staticmethod
    def first_client(server):
        """The one before it may be closed but not yet gone."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return SocketIoClient(server)
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise


if __name__ == "__main__":
    unittest.main()
