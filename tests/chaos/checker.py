# SPDX-License-Identifier: Apache-2.0
"""Judges the history of a round (history.py): a pure function, without clocks and servers.

| verdict | says |
|---|---|
| lost | a request that was accepted, or stands in its topic, has no outcome on the topics, in the store, or over HTTP |
| doubled | exactly once: more outcomes than requests for a reader of committed records; always: two documents |
| misdelivered | a client got an outcome that it did not join, or the outcome of another flight |
| pushed twice | a client's session got an outcome more often than it joined |
| differs | two readers do not have the same first outcome |
| stuck | a client still waits, a process is not ready, ended by itself, or did not end when told to |
"""

import collections
import dataclasses
import itertools
import signal

STOP_SECONDS = 20  # the drain of 10 s, and the last words to brokers that may be away


@dataclasses.dataclass(frozen=True)
class Finding:
    verdict: str
    text: str

    def __str__(self):
        return f"{self.verdict}: {self.text}"


def check(history):
    """All that is wrong with it."""
    return list(itertools.chain.from_iterable(look(history) for look in LOOKS))


def missing(history):
    """The part of the findings that time may still mend."""
    return [*lost(history), *waiting(history), *unready(history)]


class Excuses:
    def __init__(self, history):
        self.spans = history.of("excuse")

    def __call__(self, what, at):
        return any(span["what"] == what and span["since"] <= at <= span["until"] for span in self.spans)


def ids_of(entries):
    return collections.Counter(entry["id"] for entry in entries if entry["id"])


def lost(history):
    return [
        *lost_requests(history), *lost_outcomes(history), *lost_bad_records(history),
        *unstored(history), *unanswered(history),
    ]


def lost_requests(history):
    """Accepted, but neither in the topic nor answered."""
    excused = Excuses(history)
    there = ids_of(history.state["requests"]) | ids_of(history.state["outcomes"])
    for event in history.of("accepted"):
        if event["durable"] and event["id"] not in there and not excused("lost", event["at"]):
            yield Finding("lost", f"{event['id']} was accepted by {event['by']} and is in no topic")


def lost_outcomes(history):
    answered = ids_of(history.state["outcomes"])
    for entry in history.state["requests"]:
        if entry["id"] and entry["id"] not in answered:
            place = f"[{entry['partition']}] {entry['offset']}"
            yield Finding("lost", f"the request {entry['id']} at {place} has no outcome")


def lost_bad_records(history):
    """Records without an id get a dead letter that names their place."""
    sources = {tuple(entry["source"]) for entry in history.state["outcomes"] if entry["source"]}
    for entry in history.state["requests"]:
        place = (entry["partition"], entry["offset"])
        if not entry["id"] and place not in sources:
            yield Finding("lost", f"the record without id at {place} has no dead letter")


def unstored(history):
    if not history.facts.get("has_store"):
        return
    stored = ids_of(history.state["stored"])
    for request_id in ids_of(history.state["outcomes"]):
        if request_id not in stored:
            yield Finding("lost", f"the outcome of {request_id} is not in the store")


def unanswered(history):
    for entry in history.state["answers"]:
        if entry["outcome"] == "pending":
            yield Finding("lost", f"{entry['gateway']} says that {entry['id']} is pending")


def doubled(history):
    for request_id, count in ids_of(history.state["stored"]).items():
        if count > 1:
            yield Finding("doubled", f"the store has {request_id} {count} times")
    if not history.facts.get("exactly_once"):
        return
    excused = Excuses(history)
    accepted = {event["id"]: event["at"] for event in history.of("accepted")}
    asked = ids_of(history.state["requests"])
    for request_id, count in ids_of(history.state["outcomes"]).items():
        if count > max(asked[request_id], 1) and not excused("doubled", accepted.get(request_id, -1)):
            yield Finding("doubled", f"the topics have {count} outcomes of {request_id}")


def repeated(history):
    """How many outcomes came again: without transactions that is allowed after a crash."""
    asked = ids_of(history.state["requests"])
    return sum(
        max(count - max(asked[request_id], 1), 0)
        for request_id, count in ids_of(history.state["outcomes"]).items()
    )


def misdelivered(history):
    joined = {(e["client"], e["session"], e["id"]) for e in history.of("joined")}
    delays = {event["id"]: event["delay"] for event in history.of("accepted")}
    for event in history.of("pushed"):
        if (event["client"], event["session"], event["id"]) not in joined:
            yield Finding("misdelivered", f"{event['client']} got {event['id']} without a join")
    places = [("a push to " + e["client"], e) for e in history.of("pushed")]
    places += [("the topic", e) for e in history.state["outcomes"]]
    places += [("the store", e) for e in history.state["stored"]]
    places += [(e["gateway"], e) for e in history.state["answers"]]
    for place, entry in places:
        expected = delays.get(entry["id"])
        if None not in (expected, entry["delay"]) and entry["delay"] != expected:
            yield Finding(
                "misdelivered",
                f"{place} has the delay {entry['delay']} for {entry['id']} instead of {expected}",
            )


def pushed_twice(history):
    keys = ("client", "session", "id")
    joins, pushes = (
        collections.Counter(tuple(event[key] for key in keys) for event in history.of(kind))
        for kind in ("joined", "pushed")
    )
    for key, count in pushes.items():
        if count > joins[key] > 0:
            yield Finding("pushed twice", f"{key[0]} got {key[2]} {count} times")


def differs(history):
    """Every reader has the first outcome of a request, a prediction before a failure. The store has
    milliseconds."""
    first = {}
    order = sorted(
        history.state["outcomes"],
        key=lambda e: (e["outcome"] != "predicted", e["partition"], e["offset"]),
    )
    for entry in order:
        first.setdefault(entry["id"], entry)
    excused = Excuses(history)
    accepted = {event["id"]: event["at"] for event in history.of("accepted")}
    places = [("a push to " + e["client"], e) for e in history.of("pushed")]
    places += [("the store", e) for e in history.state["stored"]]
    places += [(e["gateway"], e) for e in history.state["answers"]]
    for place, entry in places:
        known = first.get(entry["id"])
        if known is None or entry["outcome"] == "pending":
            continue
        if excused("order", accepted.get(entry["id"], -1)):
            continue
        ours, theirs = (
            (e["outcome"], milliseconds(e["scored_at"])) for e in (known, entry)
        )
        if ours != theirs:
            yield Finding("differs", f"{place} has {theirs} for {entry['id']}, the topic {ours}")


def milliseconds(scored_at):
    """A timestamp cut to milliseconds, without the zeros and the Z at its end."""
    whole, _, fraction = (scored_at or "").rstrip("Z").partition(".")
    return f"{whole}.{fraction[:3]}".rstrip("0").rstrip(".") if fraction else whole


def waiting(history):
    """A session that lasts until the end has all that it joined."""
    gone = {(event["client"], event["session"]) for event in history.of("disconnected")}
    got = {(e["client"], e["session"], e["id"]) for e in history.of("pushed")}
    excused = Excuses(history)
    known = ids_of(history.state["outcomes"])
    accepted = {event["id"]: event["at"] for event in history.of("accepted")}
    for event in history.of("joined"):
        key = (event["client"], event["session"], event["id"])
        if key[:2] in gone or key in got:
            continue
        if event["id"] in known or not excused("lost", accepted.get(event["id"], event["at"])):
            yield Finding("stuck", f"{event['client']} still waits for {event['id']}")


def unready(history):
    for entry in history.state["processes"]:
        if not entry["is_ready"]:
            yield Finding("stuck", f"{entry['process']} is not ready: {entry['text']}")


def ended(history):
    excused = Excuses(history)
    for event in history.of("ended"):
        if not excused("ended " + event["process"], event["at"]):
            yield Finding("stuck", f"{event['process']} ended by itself with {event['code']}")
    for event in history.of("stopped"):
        if event["code"] == -signal.SIGTERM and not event.get("has_spoken", True):
            continue  # It had not begun to await signals, nor any work.
        if event["code"] != 0 or event["seconds"] > STOP_SECONDS:
            yield Finding(
                "stuck", f"{event['process']} ended with {event['code']} after {event['seconds']:.1f} s"
            )


LOOKS = (lost, doubled, misdelivered, pushed_twice, differs, waiting, unready, ended)
