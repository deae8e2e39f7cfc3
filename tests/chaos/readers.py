# SPDX-License-Identifier: Apache-2.0
"""Reads the last state of a round: topics as a reader of committed records, store, HTTP."""

import concurrent.futures
import json
import time
import uuid

import pymongo
from confluent_kafka import Consumer, TopicPartition

READ_SECONDS = 15  # a bound, not an expectation


def read_topic(world, topic):
    """All committed records of it, in the order of each partition."""
    consumer = Consumer({
        "bootstrap.servers": world.bootstrap(), "group.id": uuid.uuid4().hex, "log_level": 0,
        "enable.auto.commit": False, "isolation.level": "read_committed",
        "auto.offset.reset": "earliest", "enable.partition.eof": True, "fetch.wait.max.ms": 20,
    })
    try:
        partitions = consumer.list_topics(topic, timeout=READ_SECONDS).topics[topic].partitions
        consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        records, left = [], set(partitions)
        deadline = time.monotonic() + READ_SECONDS
        while left and time.monotonic() < deadline:
            for message in consumer.consume(1_000, 0.1):
                if message.error() is None:
                    records.append(message)
                elif message.error().name() == "_PARTITION_EOF":
                    left.discard(message.partition())
        if left:
            raise TimeoutError(f"topic {topic} cannot be read to its end, at partitions {left}")
        return records
    finally:
        consumer.close()


def parsed(value):
    try:
        found = json.loads(value)
        return found if isinstance(found, dict) else {}
    except (TypeError, ValueError):
        return {}


def uuid_in(text):
    try:
        return str(uuid.UUID(text))
    except (AttributeError, TypeError, ValueError):
        return None


def requests(world):
    found = []
    for message in read_topic(world, world.requests):
        value = parsed(message.value())
        found.append({
            "partition": message.partition(), "offset": message.offset(),
            "id": uuid_in(value.get("UUID")), "delay": value.get("DepDelay"),
        })
    return found


def outcomes(world):
    found = []
    for topic, outcome in ((world.responses, "predicted"), (world.letters, "failed")):
        for message in read_topic(world, topic):
            value = parsed(message.value())
            source = [value.get("Partition"), value.get("Offset")] if outcome == "failed" else None
            found.append({
                "topic": topic, "partition": message.partition(), "offset": message.offset(),
                "id": uuid_in(value.get("UUID")), "outcome": outcome,
                "delay": value.get("DepDelay"), "scored_at": value.get("ScoredAt"), "source": source,
            })
    return found


def stored(world):
    found = []
    with pymongo.MongoClient(world.store.uri, serverSelectionTimeoutMS=5_000) as client:
        database = client[world.database]
        for name, outcome in (
            ("flight_delay_ml_response", "predicted"), ("flight_delay_ml_failure", "failed")
        ):
            for document in database[name].find():
                scored_at = document.get("ScoredAt")
                found.append({
                    "id": uuid_in(document.get("UUID")), "outcome": outcome,
                    "delay": document.get("DepDelay"),
                    "scored_at": scored_at and scored_at.isoformat(),
                })
    return found


def answers(world, ids):
    """The JSON API's word on each, asked of all gateways in turn."""
    gateways = world.all("gateway")

    def ask(numbered):
        number, request_id = numbered
        gateway = gateways[number % len(gateways)]
        answer = gateway.outcome(request_id)
        prediction = answer.get("prediction") or {}
        return {
            "gateway": gateway.name, "id": request_id, "outcome": answer["status"],
            "delay": prediction.get("DepDelay"), "scored_at": prediction.get("ScoredAt"),
        }

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(ask, enumerate(ids)))


def read_all(world):
    """Replaces the history's last state."""
    state = world.history.state
    state["requests"], state["outcomes"], state["stored"] = (
        requests(world), outcomes(world), stored(world)
    )
    world.note_processes()
    known = sorted({entry["id"] for entry in state["requests"] if entry["id"]})
    state["answers"] = answers(world, known)
