# SPDX-License-Identifier: Apache-2.0
"""A Spark Structured Streaming job that does what the original system's job does, by its contract:
reads requests from Kafka, looks up the string indices and then assembles the frame from before, so
that they are missing, scores with the saved model and writes responses to Kafka.

usage: spark_job.py KAFKA MODELS REQUEST_TOPIC RESPONSE_TOPIC CHECKPOINTS JARS

Answers all requests that are there, in several micro-batches, and ends.
"""

import os
import sys

from pyspark.ml.classification import RandomForestClassificationModel
from pyspark.ml.feature import StringIndexerModel, VectorAssembler
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, concat, from_json, lit, struct, to_json

SCHEMA = (
    "Origin string, FlightNum string, DayOfWeek int, DayOfYear int, DayOfMonth int, Dest string,"
    " DepDelay double, Timestamp timestamp, FlightDate date, Carrier string, UUID string,"
    " Distance double, Carrier_index double, Origin_index double, Dest_index double,"
    " Route_index double"
)
RESPONSE = [
    "Origin", "DayOfWeek", "DayOfYear", "DayOfMonth", "Dest", "DepDelay", "Timestamp", "FlightDate",
    "Carrier", "UUID", "Distance", "Route", "Prediction",
]


def session(jars):
    return (
        SparkSession.builder.master("local[2]").appName("original")
        .config("spark.jars", jars)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.session.timeZone", os.environ.get("ZONE", "UTC"))
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )


def responses(requests, models):
    flights = requests.select(from_json(col("value").cast("string"), SCHEMA).alias("flight"))
    flights = flights.select("flight.*").withColumn("Route", concat("Origin", lit("-"), "Dest"))
    for column in ("Carrier", "Origin", "Dest", "Route"):
        indexer = StringIndexerModel.load(f"{models}/string_indexer_model_{column}.bin")
        indexer.setHandleInvalid("keep").setOutputCol(f"{column}_looked_up").transform(flights)
        # The original uses the result for nothing: what is assembled below is the frame from before.
    assembler = VectorAssembler.load(f"{models}/numeric_vector_assembler.bin")
    assembled = assembler.setHandleInvalid("keep").transform(flights)
    forest = RandomForestClassificationModel.load(
        f"{models}/spark_random_forest_classifier.flight_delays.5.0.bin"
    )
    scored = forest.transform(assembled)
    return scored.select(to_json(struct(*RESPONSE)).alias("value"))


def main(kafka, models, request_topic, response_topic, checkpoints, jars):
    spark = session(jars)
    spark.sparkContext.setLogLevel("ERROR")
    requests = (
        spark.readStream.format("kafka").option("kafka.bootstrap.servers", kafka)
        .option("subscribe", request_topic).option("startingOffsets", "earliest")
        .option("maxOffsetsPerTrigger", "700").load()
    )
    query = (
        responses(requests, models).writeStream.format("kafka")
        .option("kafka.bootstrap.servers", kafka).option("topic", response_topic)
        .option("checkpointLocation", checkpoints).trigger(availableNow=True).start()
    )
    query.awaitTermination()
    print("batches", query.lastProgress["batchId"] + 1 if query.lastProgress else 0, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
