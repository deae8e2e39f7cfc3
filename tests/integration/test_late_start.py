# SPDX-License-Identifier: Apache-2.0
"""Everything is started before broker and database: it waits, says for what, and then works."""

import json
import unittest

from own_servers import OwnKafka, OwnMongo, needs_java
from roles import World, run, wait_until

ROLES = ("gateway", "scorer", "serve")


@needs_java
class LateStart(unittest.TestCase):
    def doctor(self, world):
        """Whether all is well, and the findings about broker and database."""
        code, text, errors = run("doctor", "--json", "--port", "0", *world.options)
        report = json.loads(text)
        self.assertEqual(code, 0 if report["healthy"] else 1, errors)
        return report["healthy"], {check["name"]: check for check in report["checks"]}

    def await_checks(self, role, **wanted):
        """Waits until /readyz says of each named check "ok", or something with the given words."""
        def are_so():
            status, checks = role.checks()
            told = {name: checks.get(name.replace("_", " "), "") for name in wanted}
            return all(wanted[name] in told[name] for name in wanted) and (status, checks)
        return wait_until(f"{role.role}: /readyz says {wanted}", are_so)

    def test_first_the_roles_then_the_servers(self):
        """Goal: gateway, scorer and serve are started before broker and database are; /readyz, the log
        and the doctor say for which of the two they wait; with both there, flights are answered."""
        with OwnKafka() as kafka, OwnMongo() as mongo:
            world = World(kafka=kafka.bootstrap(), mongo=mongo.uri, accept_timeout="5s")
            roles = [world.process(role) for role in ROLES]
            try:
                self.follow(world, kafka, mongo, [role.begin() for role in roles])
            finally:
                for role in roles:
                    role.__exit__()

    def follow(self, world, kafka, mongo, roles):
        database = mongo.uri.split("/")[2]
        for role in roles:
            status, _ = self.await_checks(role, event_log=kafka.bootstrap(), store=database)
            self.assertEqual(status, 503)
        healthy, found = self.doctor(world)
        self.assertFalse(healthy)
        for name, place in (("kafka", kafka.bootstrap()), ("mongo", database)):
            self.assertEqual(found[name]["state"], "bad")
            self.assertIn(place, found[name]["what"])
            self.assertTrue(found[name]["advice"])
        gateway = roles[0]
        status, answer = gateway.submit()
        self.assertEqual((status, answer["status"]), (503, "ERROR"))

        kafka.start()
        for role in roles:
            status, checks = self.await_checks(role, event_log="ok", store=database)
            self.assertEqual(status, 503, checks)
        healthy, found = self.doctor(world)
        self.assertFalse(healthy)
        self.assertEqual((found["kafka"]["state"], found["mongo"]["state"]), ("good", "bad"))

        mongo.up()
        for role in roles:
            wait_until(f"{role.role} is ready", lambda role=role: role.checks()[0] == 200)
        healthy, found = self.doctor(world)
        self.assertTrue(healthy, found)
        for server in (roles[0], roles[2]):
            status, answer = server.submit()
            self.assertEqual(status, 200, answer)
            self.assertEqual(server.wait_for_outcome(answer["id"])["prediction"]["UUID"], answer["id"])
        for role in roles:
            self.assertEqual(role.stop(), 0, role.output())
            said = role.output()
            self.assertIn("waiting for the event log", said)
            self.assertIn("waiting for the store", said)


if __name__ == "__main__":
    unittest.main()
