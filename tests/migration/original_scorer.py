# SPDX-License-Identifier: Apache-2.0
"""A scorer that treats Kafka and MongoDB as the original's Spark job does: responses without a key,
as Spark prints them, without our fields; documents are inserted under an _id that MongoDB's client
makes. The class follows from the delay alone. Written to the contract, for tests only.

usage: original_scorer.py KAFKA MONGO store-first|publish-first

Prints "ready" once it reads, then the UUID of each request that it has answered.
"""

import datetime
import json
import sys

import kafka
import pymongo

REQUEST, RESPONSE = "flight-delay-ml-request", "flight-delay-ml-response"


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


def main(brokers, mongo, order):
    documents = pymongo.MongoClient(mongo)["agile_data_science"].flight_delay_ml_response
    producer = kafka.KafkaProducer(bootstrap_servers=brokers, api_version=(0, 10))
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=brokers, api_version=(0, 10), auto_offset_reset="latest"
    )
    partitions = [kafka.TopicPartition(REQUEST, p) for p in consumer.partitions_for_topic(REQUEST)]
    consumer.assign(partitions)
    consumer.seek_to_end(*partitions)
    for partition in partitions:
        consumer.position(partition)
    print("ready", flush=True)
    for record in consumer:
        fields = answer(json.loads(record.value))
        steps = [
            lambda: documents.insert_one(dict(fields)),
            lambda: producer.send(RESPONSE, record_of(fields)).get(),
        ]
        for step in steps if order == "store-first" else reversed(steps):
            step()
        print(fields["UUID"], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
