# SPDX-License-Identifier: Apache-2.0
"""The judge itself: good histories pass, and each kind of bad one is found out."""

import pathlib
import tempfile
import unittest

import checker
from history import History

AT = "2026-11-26T02:20:04.746724Z"
LATER = "2026-11-26T02:20:09.000001Z"


class Bench:
    """A history of two requests, "a" and "b", with which all is well; tests spoil it."""

    def __init__(self, exactly_once=True):
        self.history = History(exactly_once=exactly_once, has_store=True)
        self.state = self.history.state
        for offset, (name, delay) in enumerate((("a", 1.5), ("b", 2.5))):
            self.add("accepted", at=1.0 + offset, id=name, delay=delay, by="g1", durable=True)
            self.add("joined", at=2.0 + offset, client="ws", session=1, id=name)
            self.push("ws", 1, name, delay)
            self.request(offset, name, delay)
            self.outcome(offset, name, delay)
            self.store(name, delay)
            self.state["answers"].append({
                "gateway": "g1", "id": name, "outcome": "predicted", "delay": delay,
                "scored_at": AT,
            })
        self.state["processes"].append({"process": "s1", "is_ready": True, "text": ""})
        self.add("stopped", process="s1", code=0, seconds=1.0)

    def add(self, kind, **fields):
        self.history.add(kind, **fields)

    def push(self, client, session, name, delay, scored_at=AT):
        self.add("pushed", client=client, session=session, id=name, outcome="predicted",
                 delay=delay, scored_at=scored_at)

    def request(self, offset, name, delay):
        self.state["requests"].append(
            {"partition": 0, "offset": offset, "id": name, "delay": delay})

    def outcome(self, offset, name, delay, scored_at=AT, outcome="predicted", source=None):
        self.state["outcomes"].append({
            "topic": "r", "partition": 0, "offset": offset, "id": name, "outcome": outcome,
            "delay": delay, "scored_at": scored_at, "source": source,
        })

    def store(self, name, delay, scored_at="2026-11-26T02:20:04.746000"):
        self.state["stored"].append(
            {"id": name, "outcome": "predicted", "delay": delay, "scored_at": scored_at})

    def without(self, state, name):
        self.state[state] = [entry for entry in self.state[state] if entry["id"] != name]

    def without_events(self, kind, name):
        self.history.events = [
            event for event in self.history.events
            if event["kind"] != kind or event["id"] != name
        ]


class Checker(unittest.TestCase):
    def setUp(self):
        self.bench = Bench()

    def verdicts(self, bench=None):
        return [finding.verdict for finding in checker.check((bench or self.bench).history)]

    def assert_only(self, verdict):
        found = self.verdicts()
        self.assertEqual(set(found), {verdict}, checker.check(self.bench.history))

    def test_good(self):
        """Goal: nothing is found where nothing is wrong, also after the history was kept in a file."""
        self.assertEqual(self.verdicts(), [])
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "history.json"
            self.bench.history.save(path)
            self.assertEqual(checker.check(History.load(path)), [])

    def test_lost_request(self):
        """Goal: an accepted request that is in no topic is lost, unless only a leader had taken it or
        the fault itself removed it."""
        for state in ("requests", "outcomes", "stored", "answers"):
            self.bench.without(state, "a")
        self.bench.without_events("pushed", "a")
        self.bench.without_events("joined", "a")
        self.assert_only("lost")
        self.bench.add("excuse", what="lost", since=1.5, until=9.0)
        self.assert_only("lost")
        self.bench.add("excuse", what="lost", since=0.0, until=1.0)
        self.assertEqual(self.verdicts(), [])

    def test_promise_of_a_leader_alone(self):
        """Goal: a request that only its leader had taken may be missing, but not go without an outcome
        once it stands in the topic."""
        self.bench.add("accepted", at=1.0, id="c", delay=3.5, by="original", durable=False)
        self.assertEqual(self.verdicts(), [])
        self.bench.request(2, "c", 3.5)
        self.assert_only("lost")

    def test_lost_outcome(self):
        """Goal: an outcome that misses on the topics, in the store or over HTTP is lost, each alone."""
        for state in ("outcomes", "stored"):
            bench = self.bench = Bench()
            bench.without(state, "a")
            self.assert_only("lost")
        self.bench = Bench()
        self.bench.state["answers"][0]["outcome"] = "pending"
        self.bench.state["answers"][0]["delay"] = None
        self.assert_only("lost")

    def test_bad_record_without_dead_letter(self):
        """Goal: a record without an id needs a dead letter that names its own place."""
        self.bench.request(7, None, None)
        self.bench.outcome(5, None, None, None, "failed", source=[0, 6])
        self.assert_only("lost")
        self.bench.outcome(6, None, None, None, "failed", source=[0, 7])
        self.assertEqual(self.verdicts(), [])

    def test_doubled(self):
        """Goal: a second outcome for a reader of committed records is one too many with exactly once
        alone, unless the request stands there twice, too."""
        self.bench.outcome(9, "a", 1.5, LATER)
        self.assert_only("doubled")
        self.assertEqual(checker.repeated(self.bench.history), 1)
        self.bench.request(9, "a", 1.5)
        self.assertEqual(self.verdicts(), [])
        relaxed = Bench(exactly_once=False)
        relaxed.outcome(9, "a", 1.5, LATER)
        self.assertEqual(self.verdicts(relaxed), [])

    def test_doubled_document(self):
        """Goal: two documents are one too many in either mode."""
        for exactly_once in (True, False):
            self.bench = Bench(exactly_once)
            self.bench.store("a", 1.5)
            self.assert_only("doubled")

    def test_misdelivered(self):
        """Goal: an outcome without a join, and the outcome of another flight, are misdelivered."""
        self.bench.push("polling", 1, "a", 1.5)
        self.assert_only("misdelivered")
        for state in ("outcomes", "stored", "answers"):
            self.bench = Bench()
            self.bench.state[state][0]["delay"] = 2.5
            self.assert_only("misdelivered")
        self.bench = Bench()
        self.bench.without_events("pushed", "a")
        self.bench.push("ws", 1, "a", 2.5)
        self.assert_only("misdelivered")

    def test_an_old_session(self):
        """Goal: a join of another session of the same client does not count."""
        self.bench.push("ws", 2, "a", 1.5)
        self.assert_only("misdelivered")

    def test_pushed_twice(self):
        """Goal: one join gets one push; a join of the next session gets another one."""
        self.bench.push("ws", 1, "a", 1.5)
        self.assert_only("pushed twice")
        self.bench = Bench()
        self.bench.add("joined", client="ws", session=2, id="a")
        self.bench.push("ws", 2, "a", 1.5)
        self.assertEqual(self.verdicts(), [])

    def test_differs(self):
        """Goal: without transactions an outcome may come again, but all readers have the first one."""
        relaxed = self.bench = Bench(exactly_once=False)
        relaxed.outcome(9, "a", 1.5, LATER)
        self.assertEqual(self.verdicts(), [])
        relaxed.state["stored"][0]["scored_at"] = LATER
        self.assert_only("differs")
        relaxed.add("excuse", what="order", since=0.0, until=9.0)
        self.assertEqual(self.verdicts(), [])

    def test_a_prediction_goes_before_a_failure(self):
        """Goal: the first outcome is the first prediction, whatever failure stands before it."""
        self.bench.request(5, "a", 1.5)
        self.bench.outcome(-1, "a", None, None, "failed", source=[0, 0])
        self.assertEqual(self.verdicts(), [])
        self.bench.state["answers"][0].update(outcome="failed", scored_at=None, delay=None)
        self.assert_only("differs")

    def test_still_waiting(self):
        """Goal: a session that lasts and did not get what it joined is stuck; one that broke is not."""
        self.bench.without_events("pushed", "b")
        self.assert_only("stuck")
        self.bench.add("disconnected", client="ws", session=1)
        self.assertEqual(self.verdicts(), [])

    def test_processes(self):
        """Goal: a process that is not ready, ended by itself, ended with an error, too late or not at
        all is stuck."""
        spoilers = [
            lambda bench: bench.state["processes"][0].update(is_ready=False),
            lambda bench: bench.add("ended", process="s1", code=1),
            lambda bench: bench.add("stopped", process="s1", code=1, seconds=1.0),
            lambda bench: bench.add("stopped", process="s1", code=0, seconds=checker.STOP_SECONDS + 1),
            lambda bench: bench.add("stopped", process="s1", code=None, seconds=40.0),
        ]
        for spoil in spoilers:
            self.bench = Bench()
            spoil(self.bench)
            self.assert_only("stuck")

    def test_ended_before_it_began(self):
        """Goal: SIGTERM may end a process that has not begun its log, and no other."""
        for has_spoken, code, is_found in ((False, -15, False), (True, -15, True), (False, -11, True)):
            self.bench = Bench()
            self.bench.add("stopped", process="s1", code=code, seconds=0.0, has_spoken=has_spoken)
            self.assertEqual(self.verdicts(), ["stuck"] if is_found else [])

    def test_timestamps(self):
        """Goal: a timestamp in milliseconds, with or without zeros at its end, equals that of a record."""
        for text, same in (
            ("2026-11-26T02:20:10.700Z", "2026-11-26T02:20:10.7"),
            ("2026-11-26T02:20:10.000123Z", "2026-11-26T02:20:10"),
            ("2026-11-26T02:20:04.746724Z", "2026-11-26T02:20:04.746000"),
        ):
            self.assertEqual(checker.milliseconds(text), checker.milliseconds(same))
        self.assertNotEqual(checker.milliseconds(AT), checker.milliseconds(LATER))


if __name__ == "__main__":
    unittest.main()
