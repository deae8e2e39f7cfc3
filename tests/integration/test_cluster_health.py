# SPDX-License-Identifier: Apache-2.0
"""What doctor and /readyz say of a real Kafka: addresses that nobody reaches, partitions that nobody
reads. Missing rights are in test_security.py."""

import json
import subprocess
import unittest

from own_servers import OwnKafka, needs_java
from roles import RoleProcess, World, e2e, needs_kafka, wait_until

NOWHERE = "no-such-host.invalid"


def examine(*options):
    """The findings of `flightcast doctor`, in their order."""
    done = subprocess.run(
        [e2e.PROGRAM, "doctor", "--json", "--port", "0", *options],
        capture_output=True, text=True, check=False,
    )
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["healthy"] else 1), done
    return report["checks"]


def named(checks, name):
    return [check for check in checks if check["name"] == name]


def readers_of(group, checks):
    """What was found about the members of one group."""
    (found,) = (check for check in named(checks, "readers") if f"'{group}'" in check["what"])
    return found


@needs_java
class Addresses(unittest.TestCase):
    def test_an_address_that_nobody_reaches(self):
        """Goal: a broker that can be asked at one address and advertises another, where nobody reaches
        it, is named with that address: by doctor, and by /readyz of a role that cannot begin."""
        with OwnKafka(settings=[f"advertised.listeners=PLAIN://{NOWHERE}:9092"]) as cluster:
            cluster.start()
            checks = examine("--kafka", cluster.bootstrap())
            (found,) = named(checks, "broker")
            self.assertEqual(found["state"], "bad")
            self.assertIn(f"broker 1 advertises {NOWHERE}:9092", found["what"])
            self.assertIn("advertised.listeners", found["advice"])
            gateway = RoleProcess("gateway", "--kafka", cluster.bootstrap(), "--accept-timeout", "5s",
                                  "--log-level", "warning").begin()
            self.addCleanup(gateway.__exit__)
            wait_until("it names the address", lambda: NOWHERE in gateway.checks()[1].get(
                "broker addresses", ""))


@needs_kafka
class Readers(unittest.TestCase):
    def test_partitions_that_nobody_reads(self):
        """Goal: doctor says how many members read how many partitions, or which nobody reads; a gateway
        notes those, goes on serving, and says so when somebody reads them."""
        world = World("--partitions", "3", mongo="")
        options = [*world.kafka, "--scorer-group", world.scorers]
        with world.process("gateway") as gateway:
            found = readers_of(world.scorers, examine(*options))
            self.assertIn(f"no member of group '{world.scorers}'", found["what"])
            other = World("--scorer-group", world.scorers, mongo="")
            with other.process("scorer") as scorer:
                found = readers_of(world.scorers, examine(*options))
                self.assertEqual(found["state"], "warning")
                self.assertIn(f"reads 0, 1 and 2 of '{world.requests}'", found["what"])
                wait_until("the gateway notes it", lambda: f"0, 1 and 2 of '{world.requests}'" in
                           gateway.checks()[1]["readers"])
                self.assertEqual(gateway.checks()[0], 200)
                self.assertEqual(scorer.stop(), 0)
            with world.process("scorer"):
                wanted = f"1 member of group '{world.scorers}' for 3 partitions"
                wait_until("doctor sees it", lambda: wanted in [
                    check["what"] for check in examine(*options)])
                wait_until("all is well", lambda: gateway.checks()[1]["readers"] == "ok")


if __name__ == "__main__":
    unittest.main()
