# SPDX-License-Identifier: Apache-2.0
"""Faults of brokers and of the store: they die, hang, refuse."""

import resource
import time

from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, ResourcePatternType, ResourceType,
)

import kafka
import process
from fault import Fault

ENDS_SECONDS = 5  # for a broker to notice


class BrokerKilled(Fault):
    """SIGKILL, and it is started again."""

    alone = "broker"

    def strike(self, world, rng):
        node = rng.choice(list(world.brokers.nodes()))
        world.brokers.kill(node)
        time.sleep(rng.uniform(0, 1))
        world.brokers.start(node)
        return str(node)


class BrokerHangs(Fault):
    """SIGSTOP, for less or more than the sessions of members."""

    alone = "broker"
    least, most = 0.5, 5

    def strike(self, world, rng):
        node = rng.choice(list(world.brokers.nodes()))
        seconds = rng.uniform(self.least, self.most)
        world.brokers.hang(node)
        time.sleep(seconds)
        world.brokers.go_on(node)
        return f"{node}, {seconds:.1f} s"


class BrokerHangsLong(BrokerHangs):
    """For longer than members wait for answers, so that they ask again; by its name alone (--faults)."""

    weight = 0
    least, most = 12, 20


class BrokerWithoutDisk(Fault):
    """Its disk is full: it ends by itself, and is started again once there is room."""

    alone = "broker"
    weight = 1

    def strike(self, world, rng):
        node = rng.choice(list(world.brokers.nodes()))
        pid = world.brokers.pid(node)
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, most))
        deadline = time.monotonic() + ENDS_SECONDS
        while not process.is_zombie(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        ended = process.is_zombie(pid)
        if not ended:
            world.brokers.kill(node)
        world.brokers.start(node)
        return f"{node}, {'ended by itself' if ended else 'killed'}"


class StoreKilled(Fault):
    """SIGKILL, and it is started again."""

    alone = "store"

    def strike(self, world, rng):
        world.store.kill()
        time.sleep(rng.uniform(0, 4))
        world.store.up()


class StoreHangs(Fault):
    """SIGSTOP: connections stay open, and nothing is answered."""

    alone = "store"

    def strike(self, world, rng):
        world.store.hang()
        time.sleep(rng.uniform(0.5, 5))
        world.store.go_on()


class StoreWithoutRoom(Fault):
    """Its disk is full: it refuses what is written, until there is room again."""

    alone = "store"
    needs_disk = True

    def strike(self, world, rng):
        world.store.fill_disk()
        time.sleep(rng.uniform(1, 5))
        world.store.make_room()


class RightsTaken(Fault):
    """A right that the processes need is denied for a while."""

    alone = "rights"

    def strike(self, world, rng):
        topic, group = ResourceType.TOPIC, ResourceType.GROUP
        kind, name, operation = rng.choice([
            (topic, world.requests, AclOperation.READ), (topic, world.requests, AclOperation.WRITE),
            (topic, world.responses, AclOperation.READ), (topic, world.responses, AclOperation.WRITE),
            (group, world.scorer_group, AclOperation.READ),
        ])
        user = f"User:{kafka.USER}"
        common = (kind, name, ResourcePatternType.LITERAL, user, "*", operation)
        denied = AclBinding(*common, AclPermissionType.DENY)
        world.administer(lambda: world.admin.create_acls([denied]))
        time.sleep(rng.uniform(1, 4))
        again = [AclBindingFilter(*common, AclPermissionType.DENY)]
        world.administer(lambda: world.admin.delete_acls(again))
        return f"{operation.name} of {name}"


FAULTS = [BrokerKilled, BrokerHangs, BrokerHangsLong, BrokerWithoutDisk, StoreKilled, StoreHangs,
          StoreWithoutRoom, RightsTaken]
