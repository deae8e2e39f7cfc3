# SPDX-License-Identifier: Apache-2.0
"""Faults of topics: they grow, are made again, lose records, refuse records."""

import time

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import (
    AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions,
)

from fault import Fault

# A reader of the former log notices within two seconds that it reads another one, and has published
# outcomes of it until then; a gateway answers in the meantime for what the former log took.
NOTICED_SECONDS = 4


class PartitionsAdded(Fault):
    """The topic of requests or of responses gets more partitions."""

    alone = "topics"

    def strike(self, world, rng):
        topic = rng.choice([world.requests, world.responses])
        if topic == world.responses:  # The first outcome may be in another partition than a repetition.
            world.history.add("excuse", what="order", since=0, until=world.history.now() + 60)
        world.administer(lambda: world.admin.create_partitions([NewPartitions(topic, 6)]))
        return topic


class RequestsMadeAgain(Fault):
    """The topic of requests is deleted and made again, at once or after a while."""

    alone = "topics"
    weight = 1

    def strike(self, world, rng):
        world.administer(lambda: world.admin.delete_topics([world.requests]))
        time.sleep(rng.choice([0, rng.uniform(0, 2)]))
        deadline = time.monotonic() + 20
        while True:
            try:
                world.create_topics(world.requests)
                break
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        now = world.history.now()
        world.history.add("excuse", what="lost", since=0, until=now + 0.5)
        world.history.add("excuse", what="doubled", since=0, until=now + NOTICED_SECONDS)


class RetentionPasses(Fault):
    """Records are removed, whether or not they were read."""

    alone = "topics"
    weight = 1

    def strike(self, world, rng):
        partition = rng.randrange(4)
        end = TopicPartition(world.requests, partition, -1)  # all that is there
        world.administer(lambda: world.admin.delete_records([end]))
        world.history.add("excuse", what="lost", since=0, until=world.history.now() + 0.2)
        return f"partition {partition}"


class DeadLettersRefuse(Fault):
    """The topic of dead letters takes no record of a usual size for a while."""

    def strike(self, world, rng):
        def configure(operation):
            entry = ConfigEntry("max.message.bytes", "100", incremental_operation=operation)
            resource = ConfigResource(
                ConfigResource.Type.TOPIC, world.letters, incremental_configs=[entry]
            )
            world.administer(lambda: world.admin.incremental_alter_configs([resource]))

        configure(AlterConfigOpType.SET)
        time.sleep(rng.uniform(1, 4))
        configure(AlterConfigOpType.DELETE)


FAULTS = [PartitionsAdded, RequestsMadeAgain, RetentionPasses, DeadLettersRefuse]
