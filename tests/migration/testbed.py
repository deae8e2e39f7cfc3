# SPDX-License-Identifier: Apache-2.0
"""Kafka 3.9 and a server that speaks MongoDB's protocol, as the original's deployment has them: with
its topics, its route and nothing else."""

import json
import subprocess
import unittest

import kafka
import kits
import pymongo
from kafka.admin import KafkaAdminClient, NewTopic
from processes import PROGRAM

REQUEST, RESPONSE = "flight-delay-ml-request", "flight-delay-ml-response"
# Of their own, so that no archiver copies two thousand responses into a store without an index.
TRIAL = ASKED, ANSWERED_BY_SPARK, ANSWERED_BY_US = "trial-request", "trial-spark", "trial-ours"
FORM = {"DepDelay": "5", "Carrier": "AA", "FlightDate": "2016-12-25", "Origin": "ATL", "Dest": "SFO"}


def has_command(name):
    return subprocess.run([PROGRAM, name, "--help"], capture_output=True).returncode == 0


needs_roles = unittest.skipUnless(
    has_command("scorer") and has_command("gateway"), "this build has no roles apart"
)


class Topic:
    """The values of a topic by UUID as they come, read from its beginning; the first one counts."""

    def __init__(self, brokers, name):
        self.values = {}
        self.consumer = kafka.KafkaConsumer(
            name, bootstrap_servers=brokers, auto_offset_reset="earliest", group_id=None
        )

    def value(self, request_id):
        """The value for this UUID as text; None while there is none."""
        if request_id not in self.values:
            for batch in self.consumer.poll(timeout_ms=200).values():
                for record in batch:
                    value = record.value.decode()
                    self.values.setdefault(json.loads(value).get("UUID"), value)
        return self.values.get(request_id)


class OriginalDeployment(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = kits.Services("3.9.2")
        cls.addClassCleanup(cls.services.down)
        cls.kafka, cls.mongo = cls.services.kafka, cls.services.mongo
        admin = KafkaAdminClient(bootstrap_servers=cls.kafka)
        admin.create_topics([NewTopic(name, 1, 1) for name in (REQUEST, RESPONSE, *TRIAL)])
        admin.close()
        client = pymongo.MongoClient(cls.mongo)
        cls.addClassCleanup(client.close)
        database = client["agile_data_science"]
        database.origin_dest_distances.insert_one({"Origin": "ATL", "Dest": "SFO", "Distance": 2139.0})
        cls.documents = database.flight_delay_ml_response

    def setUp(self):
        self.responses = Topic(self.kafka, RESPONSE)
        self.addCleanup(self.responses.consumer.close)
