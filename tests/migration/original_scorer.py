# SPDX-License-Identifier: Apache-2.0
"""A scorer that treats Kafka and MongoDB as the original's Spark job does: two queries of its own, one
that inserts documents under an _id that MongoDB's client makes, one that publishes responses without
a key, as Spark prints them, without our fields. Each reads what is there, works on it for a while,
writes all of it and then notes how far it is in its checkpoint; without a checkpoint it begins at the
end. What it has in hand when it is stopped is not written. The class follows from the delay alone.
Written to the contract, for tests only.

usage: original_scorer.py KAFKA MONGO store-first|publish-first [--checkpoints FOLDER] [--batch SECONDS]

A batch takes SECONDS (0.05), four times as long in the query that comes second. Prints "ready" once
both queries read, then the UUID of each request that it has answered on Kafka.
"""

import argparse
import datetime
import json
import pathlib
import threading
import time

import kafka
import pymongo

REQUEST, RESPONSE = "flight-delay-ml-request", "flight-delay-ml-response"
SLOWER = 4


def predicted(delay):
    """0 .. 3 as a double."""
    return float(sum(delay >= bound for bound in (-15, 0, 30)))


def answer(request):
    """The response's fields in their order; absent ones are None."""
    names = ("Origin", "DayOfWeek", "DayOfYear", "DayOfMonth", "Dest", "DepDelay")
    fields = {name: request.get(name) for name in names}
    fields["Timestamp"] = datetime.datetime.fromisoformat(request["Timestamp"])
    fields["FlightDate"] = datetime.datetime.fromisoformat(request["FlightDate"][:10])
    fields.update({name: request.get(name) for name in ("Carrier", "UUID", "Distance")})
    fields["Route"] = f"{request['Origin']}-{request['Dest']}"
    fields["Prediction"] = predicted(request["DepDelay"] or 0.0)
    return fields


def record_of(fields):
    shown = {name: value for name, value in fields.items() if value is not None}
    shown["Timestamp"] = fields["Timestamp"].isoformat(timespec="milliseconds") + "Z"
    shown["FlightDate"] = fields["FlightDate"].date().isoformat()
    return json.dumps(shown, separators=(",", ":"), ensure_ascii=False).encode()


class Query:
    """One of the two: micro-batches from the requests to `write`."""

    def __init__(self, brokers, checkpoint, seconds, write):
        self.checkpoint, self.seconds, self.write = checkpoint, seconds, write
        self.consumer = kafka.KafkaConsumer(
            bootstrap_servers=brokers, api_version=(0, 10), enable_auto_commit=False
        )
        partitions = [kafka.TopicPartition(REQUEST, p) for p in
                      self.consumer.partitions_for_topic(REQUEST)]
        self.consumer.assign(partitions)
        self.consumer.seek_to_end(*partitions)
        if checkpoint and checkpoint.exists():
            for number, offset in json.loads(checkpoint.read_text()).items():
                self.consumer.seek(kafka.TopicPartition(REQUEST, int(number)), offset)
        self.positions = {p.partition: self.consumer.position(p) for p in partitions}
        self.note_positions()

    def note_positions(self):
        if self.checkpoint:
            written = self.checkpoint.with_suffix(".new")
            written.write_text(json.dumps(self.positions))
            written.replace(self.checkpoint)

    def run(self):
        while True:
            polled = self.consumer.poll(timeout_ms=100)
            records = [record for batch in polled.values() for record in batch]
            if not records:
                continue
            time.sleep(self.seconds)
            self.write([answer(json.loads(record.value)) for record in records])
            for record in records:
                self.positions[record.partition] = record.offset + 1
            self.note_positions()


def main(options):
    documents = pymongo.MongoClient(options.mongo)["agile_data_science"].flight_delay_ml_response
    producer = kafka.KafkaProducer(bootstrap_servers=options.kafka, api_version=(0, 10))

    def store(answers):
        documents.insert_many(answers)

    def publish(answers):
        for sent in [producer.send(RESPONSE, record_of(fields)) for fields in answers]:
            sent.get()
        for fields in answers:
            print(fields["UUID"], flush=True)

    queries = []
    for name, write in (("store", store), ("publish", publish)):
        seconds = options.batch * (1 if options.order == f"{name}-first" else SLOWER)
        checkpoint = options.checkpoints and options.checkpoints / f"{name}.json"
        queries.append(Query(options.kafka, checkpoint, seconds, write))
    print("ready", flush=True)
    threads = [threading.Thread(target=query.run, daemon=True) for query in queries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kafka")
    parser.add_argument("mongo")
    parser.add_argument("order", choices=("store-first", "publish-first"))
    parser.add_argument("--checkpoints", type=pathlib.Path)
    parser.add_argument("--batch", type=float, default=0.05)
    main(parser.parse_args())
