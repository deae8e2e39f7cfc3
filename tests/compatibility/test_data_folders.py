# SPDX-License-Identifier: Apache-2.0
"""Data folders that earlier versions wrote: this one starts on them and goes on."""

import json
import pathlib
import sqlite3
import tempfile
import unittest

import written
from written import LONG_AGO, TOPICS, VERSIONS, e2e


class DataFolders(unittest.TestCase):
    @staticmethod
    def each(name):
        """A copy of that folder of each version, and what was noted of it."""
        for version in VERSIONS:
            with tempfile.TemporaryDirectory() as folder:
                yield version, written.unpack(version, name, folder), written.read(version, f"{name}.json")

    def check_topics(self, folder, noted):
        for topic in TOPICS:
            now = written.tail(topic, "--data-dir", folder)
            self.assertEqual([{name: record[name] for name in then} for record, then in
                              zip(now, noted["topics"][topic])], noted["topics"][topic])
            self.assertEqual(len(now), len(noted["topics"][topic]))
        now = written.lags("--data-dir", folder)
        self.assertEqual([{name: lag[name] for name in then} for lag, then in zip(now, noted["lag"])],
                         noted["lag"])

    def server(self, version, folder):
        return e2e.Server("--model", str(version / "trained"), *LONG_AGO, data_dir=folder)

    def test_looked_at(self):
        """Goal: records and positions are shown as they were shown then, and doctor is content."""
        for name in ("stopped", "killed"):
            for version, folder, noted in self.each(name):
                self.check_topics(folder, noted)
                written.program("doctor", "--data-dir", folder, "--port", e2e.free_port(), "--model",
                                version / "trained")

    def test_old_outcomes_are_answered(self):
        """Goal: polls, the JSON API and late joins get the bytes of then, also after a restart."""
        for version, folder, noted in self.each("stopped"):
            with self.server(version, folder) as server:
                written.check_clients(self, server, noted["clients"])
                self.assertEqual(server.stop(), 0, server.output())
                server.start()
                written.check_clients(self, server, noted["clients"])

    def test_positions_go_on(self):
        """Goal: nothing is scored or stored again; a new request is the next of each topic."""
        for version, folder, noted in self.each("stopped"):
            stored = self.stored(folder)
            with self.server(version, folder) as server:
                asked = server.submit()[1]["id"]
                server.wait_for_outcome(asked)
                self.assertEqual(server.stop(), 0, server.output())
            for topic, more in zip(TOPICS, (1, 1, 0)):
                then = noted["topics"][topic]
                now = written.tail(topic, "--data-dir", folder)
                self.assertEqual(len(now), len(then) + more, topic)
                if more:
                    self.assertEqual((now[-1]["key"], now[-1]["offset"]), (asked, len(then)))
            self.assertEqual(self.stored(folder), stored + 1)
            # What only looks at requests, as challengers do, may end before the last of them.
            lags = written.lags("--data-dir", folder)
            groups = ("flightcast-scorer", "flightcast-archiver")
            self.assertEqual({lag["lag"] for lag in lags if lag["group"] in groups}, {0})

    @staticmethod
    def stored(folder):
        database = sqlite3.connect(pathlib.Path(folder, "flightcast.db"))
        count = database.execute("SELECT count(*) FROM outcome").fetchone()[0]
        database.close()
        return count

    def test_the_secret_stays(self):
        """Goal: a submission repeated under its Idempotency-Key gets the id that it got then."""
        for version, folder, noted in self.each("stopped"):
            repeated = [sent for sent in noted["sent"] if "Idempotency-Key" in sent.get("headers", {})]
            self.assertGreater(len(repeated), 1)
            with self.server(version, folder) as server:
                for sent in repeated:
                    status, _, body = server.request(
                        "POST", "/api/v1/predictions", json.dumps(sent["json"]),
                        {"Content-Type": "application/json", **sent["headers"]},
                    )
                    self.assertEqual(status, 202, body)
                    self.assertEqual(json.loads(body)["id"], sent["id"])
                    # What was stored first stays.
                    polled = server.get(f"{e2e.SUBMIT}/response/{sent['id']}")[2].decode()
                    self.assertEqual(polled, noted["clients"][sent["id"]]["poll"])

    def test_after_a_kill(self):
        """Goal: what was accepted before a kill gets its outcome: the one on the topic where there is
        one, a new one where none is."""
        for version, folder, noted in self.each("killed"):
            published = {}
            for record in noted["topics"][TOPICS[1]]:
                published.setdefault(record["key"], json.loads(record["value"]))
            ids = {sent["id"] for sent in noted["sent"]}
            self.assertLess(set(published), ids, "some are not answered yet")
            with self.server(version, folder) as server:
                for request_id in ids:
                    server.wait_for_outcome(request_id)
                    payload = json.loads(written.pushed(server, request_id)[1].removeprefix("42"))[1]
                    self.assertEqual(payload, published.get(request_id, payload))
                self.assertEqual(server.stop(), 0, server.output())
            answered = written.tail(TOPICS[1], "--data-dir", folder)
            self.assertEqual(len(answered), len(noted["topics"][TOPICS[0]]), "each is answered once")


if __name__ == "__main__":
    unittest.main()
