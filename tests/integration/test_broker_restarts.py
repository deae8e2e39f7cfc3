# SPDX-License-Identifier: Apache-2.0
"""The only broker dies and comes back, again and again."""

import time
import unittest

from own_servers import OwnKafka, needs_java
from roles import World, load, wait_until

SCORERS = 4
RESTARTS = 4


@needs_java
class BrokerRestarts(unittest.TestCase):
    def test_everybody_outlives_the_broker(self):
        """Goal: while the broker is killed and started again several times, the gateway and scorers,
        which all ask for their lag meanwhile, go on running; then they work again."""
        with OwnKafka() as kafka:
            kafka.start()
            world = World(kafka=kafka.bootstrap(), mongo="", accept_timeout="5s")
            with world.process("gateway") as gateway:
                scorers = [world.process("scorer").begin() for _ in range(SCORERS)]
                try:
                    for scorer in scorers:
                        wait_until("a scorer is ready", lambda scorer=scorer: scorer.checks()[0] == 200)
                    for outage in range(RESTARTS):
                        kafka.kill(1)
                        time.sleep(1 + 4 * outage)  # Any time must do; what went wrong took a while.
                        kafka.start(1)
                        for process in (gateway, *scorers):
                            # It raises when the process has ended.
                            wait_until("it is ready", lambda process=process: process.checks()[0] == 200)
                    code, _, said = load(gateway, "--rate", "20", "--duration", "3s")
                    self.assertEqual(code, 0, said)
                finally:
                    for scorer in scorers:
                        scorer.__exit__()


if __name__ == "__main__":
    unittest.main()
