# SPDX-License-Identifier: Apache-2.0
"""What /metrics says of a server that has done a little work."""

import re
import time
import unittest

from server import ROOT, START_SECONDS, Server, SocketIoClient

ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (?:`(\w+)`: )?([^|]*)\|", re.MULTILINE)
SERIES = re.compile(r'^(\w+?)(?:_bucket|_sum|_count)?(?:{(\w+)="([^"]*)".*})? (\S+)$', re.MULTILINE)


def promised():
    """(name, label value or None) of each series that docs/metrics.md lists."""
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
        deadline = time.monotonic() + START_SECONDS  # Some are measured once a second.
        while time.monotonic() < deadline:
            text = self.server.get("/metrics")[2].decode()
            found = SERIES.findall(text)
            missing = wanted - {(n, v or None) for n, _, v, _ in found} - {(n, None) for n, *_ in found}
            if not missing:
                return
        self.fail(f"nothing feeds {sorted(missing)}")

    def test_numbers(self):
        """Goal: what was done is counted where it belongs."""
        text = self.server.get("/metrics")[2].decode()
        for line in ('flightcast_requests_total{status="accepted"} 1',
                     'flightcast_requests_total{status="invalid"} 1',
                     'flightcast_http_responses_total{code="5xx"} 0',
                     'flightcast_pushes_total{event="prediction_ready"} 1',
                     'flightcast_stage_seconds_count{stage="accept"} 1',
                     'flightcast_stage_seconds_count{stage="total"} 1',
                     'flightcast_dropped_total{what="waiters"} 0'):
            self.assertIn(line + "\n", text)
        by_class = re.findall(r'flightcast_outcomes_total{class="\w+"} (\d+)', text)
        self.assertEqual(sum(map(int, by_class)), 1)
        self.assertRegex(text, r'flightcast_http_responses_total{code="2xx"} [1-9]')
        self.assertRegex(text, r'flightcast_http_responses_total{code="4xx"} [1-9]')

    def test_full_server_counts_what_it_refuses(self):
        """Goal: a connection beyond --connections-max is answered 503 and counted."""
        with Server("--connections-max", "1") as server:
            waiting = SocketIoClient(server)  # Its connection stays open.
            self.assertEqual(server.get("/livez")[0], 503)
            waiting.connection.request("GET", "/metrics")
            text = waiting.connection.getresponse().read().decode()
            self.assertRegex(text, r'flightcast_dropped_total{what="connections"} [1-9]')
            waiting.close()


if __name__ == "__main__":
    unittest.main()
