# SPDX-License-Identifier: Apache-2.0
"""Faults of gateways and scorers: they die, hang, restart, join, share a name."""

import signal
import time

from fault import Fault
from world import SESSION_SECONDS

TRANSACTION_SECONDS = 10


class Killed(Fault):
    """SIGKILL, and back under its name, at once or after the session."""

    weight = 8

    def strike(self, world, rng):
        with world.hold(rng) as member:
            if not member:
                return "none free"
            world.kill(member)
            time.sleep(rng.choice([0, rng.uniform(0, 1.5), SESSION_SECONDS + 1]))
            member.begin()
            return member.name


class KilledForGood(Fault):
    """SIGKILL, and another one with another name takes over."""

    weight = 3

    def strike(self, world, rng):
        with world.hold(rng, "scorer") as member:
            if not member:
                return "none free"
            world.kill(member)
            time.sleep(rng.uniform(0, 2))
            return f"{member.name}, then {world.add('scorer').name}"


class KilledAgainAndAgain(Fault):
    """SIGKILL some times in a row, at any moment of its start."""

    weight = 3

    def strike(self, world, rng):
        with world.hold(rng) as member:
            if not member:
                return "none free"
            for _ in range(4):
                world.kill(member)
                member.begin()
                time.sleep(rng.uniform(0, 1))
            return member.name


class Paused(Fault):
    """SIGSTOP for less than the session."""

    weight = 3
    seconds = (0.3, 0.8 * SESSION_SECONDS)

    def strike(self, world, rng):
        with world.hold(rng) as member:
            if not member:
                return "none free"
            member.signal(signal.SIGSTOP)
            time.sleep(rng.uniform(*self.seconds))
            member.signal(signal.SIGCONT)
            return member.name


class PausedLong(Paused):
    """SIGSTOP for more than the session."""

    seconds = (SESSION_SECONDS + 0.5, SESSION_SECONDS + 3)


class PausedVeryLong(Paused):
    """SIGSTOP for more than a transaction may last."""

    weight = 1
    alone = "long"
    seconds = (TRANSACTION_SECONDS, TRANSACTION_SECONDS + 2)


class Stopped(Fault):
    """SIGTERM, and back under its name or another one."""

    weight = 3

    def strike(self, world, rng):
        with world.hold(rng) as member:
            if not member:
                return "none free"
            world.stop(member)
            time.sleep(rng.uniform(0, 1))
            member.begin()
            return member.name


class RollingRestart(Fault):
    """All scorers are stopped and started, one after the other."""

    alone = "roll"

    def strike(self, world, rng):
        for _ in range(len(world.all("scorer"))):
            with world.hold(rng, "scorer") as member:
                if not member:
                    return "none free"
                world.stop(member)
                member.begin()
                time.sleep(rng.uniform(0, 1))
        return ""


class Joins(Fault):
    """One more scorer, for some seconds."""

    def strike(self, world, rng):
        fresh = world.add("scorer")
        fresh.held = True
        time.sleep(rng.uniform(0, 4))
        world.stop(fresh)
        return fresh.name


class JoinsDuringAPause(Fault):
    """One more scorer while another one hangs."""

    def strike(self, world, rng):
        with world.hold(rng, "scorer") as member:
            if not member:
                return "none free"
            member.signal(signal.SIGSTOP)
            time.sleep(rng.uniform(0, 1))
            world.add("scorer")
            time.sleep(rng.uniform(0, SESSION_SECONDS + 2))
            member.signal(signal.SIGCONT)
            return member.name


class KilledInAHandOver(Fault):
    """A scorer dies in the moment in which another one joins, and is back under its name at once."""

    weight = 3

    def strike(self, world, rng):
        with world.hold(rng, "scorer") as member:
            if not member:
                return "none free"
            world.add("scorer")
            time.sleep(rng.uniform(0, 1.5))
            world.kill(member)
            member.begin()
            return member.name


class TwoUnderOneName(Fault):
    """A second scorer under the name of one that runs: the older one ends; or the newer one, where a broker that hung
    takes a request of the older one for the later."""

    alone = "name"

    def strike(self, world, rng):
        with world.hold(rng, "scorer") as member:
            if not member:
                return "none free"
            member.may_end = True
            world.add("scorer", member.name).may_end = True
            time.sleep(rng.uniform(0, 3))
            return member.name


FAULTS = [
    Killed, KilledForGood, KilledAgainAndAgain, Paused, PausedLong, PausedVeryLong, Stopped,
    RollingRestart, Joins, JoinsDuringAPause, KilledInAHandOver, TwoUnderOneName,
]
