# SPDX-License-Identifier: Apache-2.0
"""Three brokers, of which any one may die or hang: nothing accepted is lost."""

import os
import signal
import threading
import time
import unittest

from own_servers import OwnKafka, needs_java
from roles import World, load, wait_until

RATE = "50"
# Far more than any machine needs, far less than waiting for a broker that is away takes.
LATENCY_BACK_US = 1_000_000


@needs_java
@unittest.skipUnless(
    os.environ.get("FLIGHTCAST_TEST_BROKERS") == "3",
    "three brokers want 2 GB and some processors; FLIGHTCAST_TEST_BROKERS=3 starts them",
)
class BrokerFaults(unittest.TestCase):
    def test_one_dies_and_another_hangs(self):
        """Goal: with three copies, two of them in sync at least, a broker is killed and started again
        and another one is stopped and continued, all under load: every accepted request has exactly one
        outcome, pushed once to its owner, the log has the outcome of each, no process ends, and
        afterwards answers come as fast as before."""
        with OwnKafka(brokers=3) as kafka:
            kafka.start()
            world = World("--partitions", "4", kafka=kafka.bootstrap(), mongo="")
            with world.process("gateway") as gateway, world.process("scorer") as one, \
                    world.process("scorer") as other:
                self.faults_under_load(world, kafka, gateway)
                for process in (gateway, one, other):
                    self.assertIsNone(process.process.poll(), process.output()[-3000:])
                said = "".join(process.output() for process in (gateway, one, other))
                print(f"producers replaced: {said.count('lost count')}")

    def faults_under_load(self, world, kafka, gateway):
        results = []

        def run_load(duration):
            results.append(load(
                gateway, "--rate", RATE, "--duration", duration, "--timeout", "120s",
                "--connections", "16",
            ))

        runner = threading.Thread(target=run_load, args=("60s",))
        runner.start()
        time.sleep(10)  # When faults come, and how long they last; any time must do.
        kafka.kill(2)
        time.sleep(10)
        kafka.start(2)
        time.sleep(5)
        kafka.signal(3, signal.SIGSTOP)
        time.sleep(15)
        kafka.signal(3, signal.SIGCONT)
        runner.join()
        run_load("10s")
        for what, (code, report, said) in zip(("with faults", "afterwards"), results):
            self.assertEqual(code, 0, said + gateway.output()[-3000:])
            times, requests = report["latency_us"]["outcome"], report["requests"]
            print(said)
            print(f"{what}: accepted {requests['accepted']} of {requests['sent']}, "
                  f"refused {requests['refused']}, p50 {times['p50'] / 1e3:.1f} ms, "
                  f"p99 {times['p99'] / 1e3:.1f} ms, max {times['max'] / 1e3:.1f} ms", flush=True)
        self.assertLess(results[1][1]["latency_us"]["outcome"]["p50"], LATENCY_BACK_US)
        wait_until("every request is answered for", lambda: world.waiting() == 0)
        requests = {record["key"] for record in world.records(world.requests)}
        outcomes = world.outcomes()
        self.assertEqual(set(outcomes), requests)
        accepted = sum(report["requests"]["accepted"] for _, report, _ in results)
        self.assertGreaterEqual(len(outcomes), accepted)
        again = sum(len(records) - 1 for records in outcomes.values())
        print(f"{len(outcomes)} outcomes, {again} of them came again")


if __name__ == "__main__":
    unittest.main()
