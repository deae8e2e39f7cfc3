# SPDX-License-Identifier: Apache-2.0
"""One part at a time: what docs/migration.md promises, with a real Kafka 3.9, a server that speaks
MongoDB's protocol and a real Spark job. run.py runs it and fetches what it needs."""

import datetime
import json
import subprocess
import sys
import unittest

import bson
import kafka
import kits
from processes import HERE, OriginalScorer, OriginalWeb, OurGateway, OurScorer, Page, wait_for
from sent_flights import make_requests, value_of
from server import SocketIoClient
from testbed import (
    ANSWERED_BY_SPARK, ANSWERED_BY_US, ASKED, FORM, OriginalDeployment, Topic, needs_roles,
)

SEED = kits.ROOT.parent / "shared/data/seed_models"
TYPES = {  # of a document, in its order
    "_id": bson.ObjectId, "Origin": str, "DayOfWeek": int, "DayOfYear": int, "DayOfMonth": int,
    "Dest": str, "DepDelay": float, "Timestamp": datetime.datetime, "FlightDate": datetime.datetime,
    "Carrier": str, "UUID": str, "Distance": float, "Route": str, "Prediction": float,
}


class OneAtATime(OriginalDeployment):
    def submit(self, web, **changes):
        status, body = web.submit(**{**FORM, **changes})
        self.assertEqual(status, 200, body)
        accepted = json.loads(body)
        self.assertEqual(accepted["status"], "OK")
        return accepted["id"]

    def response(self, request_id):
        return wait_for(f"a response to {request_id}", lambda: self.responses.value(request_id))

    def stored(self, request_id):
        return wait_for(
            f"a document of {request_id}", lambda: self.documents.find_one({"UUID": request_id})
        )

    def check_bytes(self, request_id, prediction):
        """The response has the original's bytes; what differs by request is taken from it."""
        value = self.response(request_id)
        asked = json.loads(value)["Timestamp"]
        self.assertRegex(asked, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(
            value,
            '{"Origin":"ATL","DayOfWeek":6,"DayOfYear":360,"DayOfMonth":25,"Dest":"SFO",'
            f'"DepDelay":5.0,"Timestamp":"{asked}","FlightDate":"2016-12-25","Carrier":"AA",'
            f'"UUID":"{request_id}","Distance":2139.0,"Route":"ATL-SFO","Prediction":{prediction}}}',
        )

    def check_document(self, request_id):
        document = self.stored(request_id)
        self.assertEqual({name: type(value) for name, value in document.items()}, TYPES)
        self.assertEqual(list(document), list(TYPES))
        self.assertEqual(document["FlightDate"], datetime.datetime(2016, 12, 25))

    def check_poll(self, web, request_id):
        polled = json.loads(wait_for("the polling answer", lambda: self.polled_ok(web, request_id)))
        self.assertEqual(list(polled), ["status", "id", "prediction"])
        self.assertEqual(list(polled["prediction"]), list(TYPES))
        self.assertEqual(polled["prediction"]["Prediction"], 2.0)

    @staticmethod
    def polled_ok(web, request_id):
        body = web.poll(request_id)
        return body if '"OK"' in body else None

    def test_0_both_originals(self):
        """Goal: what stands in for the original does what the contract says of it."""
        for order in ("store-first", "publish-first"):
            with OriginalWeb(self.kafka, self.mongo) as web:
                with self.subTest(order), OriginalScorer(self.kafka, self.mongo, order):
                    for _ in range(3):
                        self.check_original_web(web)

    def check_original_web(self, web):
        page = Page(web)
        request_id, pushed = page.ask(FORM)
        page.close()
        self.check_bytes(request_id, "2.0")
        self.assertEqual(pushed, json.loads(self.response(request_id)))
        self.check_document(request_id)
        self.check_poll(web, request_id)

    @needs_roles
    def test_a_our_scorer_behind_the_original_web_server(self):
        """Goal: response bytes and document types are the contract's, for rooms and for polling."""
        with OriginalWeb(self.kafka, self.mongo) as web, OurScorer(self.kafka, self.mongo):
            for _ in range(20):
                self.check_original_web(web)

    @needs_roles
    def test_b_our_gateway_before_the_original_scorer(self):
        """Goal: in whichever order it stores and answers, rooms, late joins, polling and a restart
        of the gateway all give its answer."""
        for order in ("store-first", "publish-first"):
            with self.subTest(order), OriginalScorer(self.kafka, self.mongo, order):
                with OurGateway(self.kafka, self.mongo) as web:
                    early, late = self.submit(web), self.submit(web)
                    self.check_room(web, early)
                    self.check_poll(web, late)
                    self.check_room(web, late)
                    across = self.submit(web)
                    web.stop()
                self.response(across)
                with OurGateway(self.kafka, self.mongo) as web:
                    self.check_room(web, across)
                    self.check_poll(web, across)

    def check_room(self, web, request_id):
        client = SocketIoClient(web)
        client.join(request_id)
        self.assertEqual(client.next_event(), ["joined", {"room": request_id}])
        name, pushed = client.next_event()
        self.assertEqual(name, "prediction_ready")
        self.assertEqual(pushed, json.loads(self.response(request_id)))
        client.close()

    @needs_roles
    @unittest.skipUnless(SEED.is_dir(), "no shared/data/seed_models beside the source folder")
    def test_c_the_same_answers_as_spark(self):
        """Goal: a real Spark job and our scorer answer 2,000 requests with the same bytes."""
        requests = make_requests(2_000)
        options = ("--request-topic", ASKED, "--response-topic", ANSWERED_BY_US)
        with OurScorer(self.kafka, None, "--scorer-group", "trial", *options):
            producer = kafka.KafkaProducer(bootstrap_servers=self.kafka, acks=1)
            for fields in requests:
                producer.send(ASKED, value_of(fields))
            producer.close()
            spark_answers = self.answers_of_spark()
            self.responses = Topic(self.kafka, ANSWERED_BY_US)
            self.addCleanup(self.responses.consumer.close)
            for fields in requests:
                self.assertEqual(self.response(fields["UUID"]), spark_answers[fields["UUID"]], fields)

    def answers_of_spark(self):
        subprocess.run(
            [sys.executable, HERE / "spark_job.py", self.kafka, SEED, ASKED, ANSWERED_BY_SPARK,
             self.services.folder / "checkpoints", kits.connector_jars()],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=kits.spark_environment(),
        )
        consumer = kafka.KafkaConsumer(
            ANSWERED_BY_SPARK, bootstrap_servers=self.kafka, auto_offset_reset="earliest",
            group_id=None, consumer_timeout_ms=10_000,
        )
        values = [record.value.decode() for record in consumer]
        return {json.loads(value).get("UUID"): value for value in values}

    @needs_roles
    def test_d_both_ours_and_back_again(self):
        """Goal: our two roles work together, and the originals take over again behind them."""
        with OurGateway(self.kafka, self.mongo) as web, OurScorer(self.kafka, self.mongo):
            ours = self.submit(web)
            self.check_room(web, ours)
            self.check_bytes(ours, "2.0")
            self.check_document(ours)
        with OriginalWeb(self.kafka, self.mongo) as web:
            with OriginalScorer(self.kafka, self.mongo, "store-first"):
                self.check_poll(web, self.submit(web))
            self.check_poll(web, ours)


if __name__ == "__main__":
    unittest.main()
