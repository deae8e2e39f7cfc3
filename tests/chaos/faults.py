# SPDX-License-Identifier: Apache-2.0
"""Faults: each a small class, listed in FAULTS. `strike` does it and mends it again, within some
seconds, and uses no chance but its `rng`. Where a fault itself loses or repeats something, it adds an
excuse to the history (history.py)."""

import time

import fault_records
import fault_processes
import fault_servers
import fault_topics

FAULTS = [
    *fault_processes.FAULTS, *fault_servers.FAULTS, *fault_topics.FAULTS, *fault_records.FAULTS,
]


def by_name(name):
    return next(fault for fault in FAULTS if fault.__name__ == name)


def choose(rng, count, brokers, store):
    """So many faults, those of one kind of servers only once."""
    able = [
        fault for fault in FAULTS
        if len(brokers.nodes()) >= fault.brokers and (store.has_disk or not fault.needs_disk)
    ]
    chosen, kinds = [], set()
    while len(chosen) < count:
        fault = rng.choices(able, [f.weight for f in able])[0]
        if fault.alone and fault.alone in kinds:
            continue
        if fault.alone:
            kinds.add(fault.alone)
        chosen.append(fault)
    return chosen


def strike(fault, world, rng):
    """Runs one, and notes when."""
    world.history.add("fault", name=fault.__name__, phase="begins", text="")
    began = time.monotonic()
    text = fault().strike(world, rng) or ""
    world.history.add(
        "fault", name=fault.__name__, phase="ends", text=f"{text} {time.monotonic() - began:.1f} s"
    )
