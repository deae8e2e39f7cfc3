# SPDX-License-Identifier: Apache-2.0
"""What docs/migration.md promises of the moments when a part is replaced: pages that join late, and
going forward, back and forward again while people ask. Behind the original's web server; run.py runs
it and fetches what it needs."""

import collections
import json
import subprocess
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import kafka
from processes import PROGRAM, OriginalScorer, OriginalWeb, OurScorer, Page, wait_for
from testbed import FORM, RESPONSE, OriginalDeployment, needs_roles

PUSHES, PAGES = 300, 10
PER_SECOND = 2
ASKED_BETWEEN = 8  # requests from one step to the next


class People(threading.Thread):
    """Pages that ask twice a second until stopped, each joining as soon as it has its id."""

    def __init__(self, web):
        super().__init__(daemon=True)
        self.web, self.asked, self.lost = web, 0, []
        self.changed = threading.Condition()
        self.ended = threading.Event()
        self.ids = {}  # by their number

    def run(self):
        with ThreadPoolExecutor(64) as pool:
            while not self.ended.wait(1 / PER_SECOND):
                pool.submit(self.ask, self.asked)
                with self.changed:
                    self.asked += 1
                    self.changed.notify_all()

    def ask(self, number):
        page = Page(self.web)
        request_id, pushed = page.ask(FORM)
        page.close()
        self.ids[number] = request_id
        if pushed is None:
            self.lost.append(request_id)

    def wait_for_more(self, count=ASKED_BETWEEN):
        """Until so many more have asked; how many there are then."""
        with self.changed:
            goal = self.asked + count
            self.changed.wait_for(lambda: self.asked >= goal)
            return self.asked

    def end(self):
        self.ended.set()
        self.join()


@needs_roles
class Pages(OriginalDeployment):
    def pushes(self, web, late, count):
        """So many pages that join `late` seconds after the answer: what each was pushed."""
        def ask_some(number):
            page = Page(web)
            pushed = [page.ask(FORM, late) for _ in range(number)]
            page.close()
            return pushed

        with ThreadPoolExecutor(PAGES) as pages:
            found = list(pages.map(ask_some, [count // PAGES] * PAGES))
        return [push for some in found for push in some]

    def test_late_joins_lose_nothing(self):
        """Goal: 300 pushes to pages that join at once, 20 ms and 100 ms after the answer of their POST:
        none is lost, though the original drops what comes before a join."""
        with OriginalWeb(self.kafka, self.mongo) as web, \
                OurScorer(self.kafka, None, "--scorer-group", "pages"):
            for late in (0, 0.02, 0.1):
                with self.subTest(late=late):
                    before = web.dropped()
                    for request_id, pushed in self.pushes(web, late, PUSHES):
                        self.assertIsNotNone(pushed, f"{request_id} was lost")
                        self.assertEqual(pushed["UUID"], request_id)
                    self.assertEqual(web.dropped(), before)

    def test_without_the_wait_they_are_lost(self):
        """Goal: the stand-in loses what the original loses, so that the test above can fail."""
        with OriginalWeb(self.kafka, self.mongo) as web, \
                OurScorer(self.kafka, None, "--scorer-group", "hasty", "--answer-delay", "1ms"):
            page = Page(web)
            request_id, pushed = page.ask(FORM, late=5.0)
            page.close()
            self.assertIsNone(pushed, request_id)
            self.assertGreater(web.dropped(), 0)


@needs_roles
class ThereAndBack(OriginalDeployment):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As docs/migration.md says before its first step.
        subprocess.run([PROGRAM, "topics", "init", "--kafka", cls.kafka, "--partitions", "1"],
                       check=True, stdout=subprocess.DEVNULL)

    def spark(self, order):
        """A new container: its checkpoints went with the old one."""
        return OriginalScorer(self.kafka, self.mongo, order, "--batch", "0.7")

    def seek(self):
        """What `topics seek --to unanswered` says."""
        def run():
            done = subprocess.run(
                [PROGRAM, "topics", "seek", "--kafka", self.kafka, "--to", "unanswered"],
                capture_output=True, text=True, check=False,
            )
            # A group that is new to a new cluster has no coordinator for a moment.
            if "oordinator" in done.stderr or "members first" in done.stderr:
                return None
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout

        return wait_for("the group to be moved", run)

    def published(self):
        """All records of the response topic."""
        consumer = kafka.KafkaConsumer(
            RESPONSE, bootstrap_servers=self.kafka, auto_offset_reset="earliest", group_id=None,
            consumer_timeout_ms=3_000,
        )
        found = list(consumer)
        consumer.close()
        return found

    def wait_for_an_answer_of_sparks(self, spark):
        wait_for("an answer of Spark's", lambda: spark.output().count("\n") > 1)

    def forward_back_and_forward(self, people, order):
        """Takes the steps of docs/migration.md; the numbers of those who asked while both ran."""
        with self.spark(order):
            people.start()  # Spark begins at the end: what was asked before it, it never answers.
            people.wait_for_more()
        self.assertNotIn("answered again", self.seek())
        with OurScorer(self.kafka, self.mongo) as ours:
            people.wait_for_more()
            both_from = people.asked
            with self.spark(order) as spark:
                self.wait_for_an_answer_of_sparks(spark)
                ours.stop()
                both_until = people.asked
                people.wait_for_more()
        self.assertNotIn("answered again", self.seek())
        with OurScorer(self.kafka, self.mongo):
            people.wait_for_more()
            people.end()
        return range(both_from - 2, both_until + 2)  # Those under way when it was looked.

    def test_nothing_is_lost(self):
        """Goal: forward, back and forward again at 2 requests a second, in whichever order the
        original's two queries work: every request is pushed, answered and stored; twice only those
        that were asked while both ran."""
        for order in ("store-first", "publish-first"):
            with self.subTest(order), OriginalWeb(self.kafka, self.mongo) as web:
                people = People(web)
                both = self.forward_back_and_forward(people, order)
                self.assertEqual(people.lost, [])
                self.assertEqual(sorted(people.ids), list(range(people.asked)))
                self.check_outcomes(people, both)

    def check_outcomes(self, people, both):
        answered = collections.Counter(json.loads(record.value)["UUID"] for record in self.published())
        for number, request_id in people.ids.items():
            stored = self.documents.count_documents({"UUID": request_id})
            for what, count in (("answered", answered[request_id]), ("stored", stored)):
                self.assertGreaterEqual(count, 1, f"request {number} is not {what}")
                self.assertLessEqual(count, 2 if number in both else 1, f"request {number} is {what}")


if __name__ == "__main__":
    unittest.main()
