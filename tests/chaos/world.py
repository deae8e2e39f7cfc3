# SPDX-License-Identifier: Apache-2.0
"""Topics, a database, and the processes of a round, with what may be done to them."""

import contextlib
import signal
import threading
import time
import uuid

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

import kafka
from roles import RoleProcess

SESSION_SECONDS = 3
READY_SECONDS = 60  # a bound, not an expectation
STOP_SECONDS = 40
ADMIN_SECONDS = 30
PARTITIONS = 4


class Member(RoleProcess):
    """A gateway or a scorer of the round."""

    def __init__(self, name, role, options):
        super().__init__(role, *options, "--instance-id", name)
        self.name = name
        self.held = False  # by a fault
        self.may_end = False
        self.is_up = False
        self.said_before = 0

    def begin(self):
        self.said_before = len(self.output())
        super().begin()
        self.is_up, self.may_end = True, False
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def has_spoken(self):
        """Whether its log has begun since its last start: signals are awaited before that. Words about
        its options come earlier."""
        lines = self.output()[self.said_before:].splitlines()
        return any(not line.startswith("warning:") for line in lines)

    def is_ready(self):
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False


class World:
    """Thread-safe: faults and clients of a round use it together."""

    def __init__(self, brokers, store, history, exactly_once):
        self.brokers, self.store, self.history = brokers, store, history
        self.exactly_once = exactly_once
        self.tag = uuid.uuid4().hex[:10]
        self.requests, self.responses, self.letters = (f"{kind}-{self.tag}" for kind in "qrd")
        self.arrivals, self.evaluations = f"arrivals-{self.tag}", f"evaluations-{self.tag}"
        self.database = f"chaos_{self.tag}"
        self.scorer_group = f"s-{self.tag}"
        self.members, self.lock = [], threading.Lock()
        self.last_name = 0
        self.over = threading.Event()
        self.admin = AdminClient({"bootstrap.servers": self.bootstrap(), "log_level": 0})

    def bootstrap(self):
        return self.brokers.bootstrap()

    def copies(self):
        return min(3, len(self.brokers.plan["ports"]))

    def options(self):
        return [
            "--kafka", self.brokers.bootstrap("sasl"), "--kafka-user", kafka.USER,
            "--kafka-password", kafka.PASSWORD, "--request-topic", self.requests,
            "--response-topic", self.responses, "--dead-letter-topic", self.letters,
            "--arrival-topic", self.arrivals, "--evaluation-topic", self.evaluations,
            "--scorer-group", self.scorer_group, "--archiver-group", f"a-{self.tag}",
            "--evaluator-group", f"e-{self.tag}",
            "--log-format", "text", "--no-create-topics",
            "--kafka-option", f"session.timeout.ms={SESSION_SECONDS * 1000}",
        ]

    def options_of(self, role):
        words = self.options()
        if role != "serve":  # That one has a store of its own.
            uri = self.store.uri + "?serverSelectionTimeoutMS=1000&socketTimeoutMS=2000"
            words += ["--mongo", uri, "--mongo-database", self.database]
        if self.exactly_once and role != "gateway":
            words.append("--exactly-once")
        return words

    def administer(self, ask):
        """`ask` gives a call's futures; again while a broker is away. Then a refusal says that it was
        done the first time."""
        deadline, is_again = time.monotonic() + ADMIN_SECONDS, False
        while True:
            try:
                return [future.result(20) for future in ask().values()]
            except (KafkaException, TimeoutError) as error:
                is_refusal = isinstance(error, KafkaException) and (
                    error.args[0].code() > 0 and not error.args[0].retriable()
                )
                if is_refusal and is_again:
                    return []
                if is_refusal or time.monotonic() > deadline:
                    raise
                is_again = True
                time.sleep(0.2)

    def create_topics(self, *names, partitions=PARTITIONS):
        topics = [NewTopic(name, partitions, self.copies()) for name in names]
        self.administer(lambda: self.admin.create_topics(topics))

    def open(self, gateways=2, scorers=2):
        self.create_topics(self.requests, self.responses, self.letters)
        self.create_topics(self.arrivals, self.evaluations, partitions=1)
        for _ in range(gateways):
            self.add("gateway")
        for _ in range(scorers):
            self.add("scorer")
        self.wait_until_ready(READY_SECONDS)
        threading.Thread(target=self.watch, daemon=True).start()

    def add(self, role, name=None):
        """Starts one more; without a name it gets a new one."""
        with self.lock:
            self.last_name += 1
            name = name or f"{role[0]}{self.last_name}"
        member = Member(name, role, self.options_of(role)).begin()
        with self.lock:
            self.members.append(member)
        return member

    def all(self, role=None):
        with self.lock:
            return [m for m in self.members if m.is_up and role in (None, m.role)]

    @contextlib.contextmanager
    def hold(self, rng, role=None):
        """One that no other fault has in hand; None when there is none."""
        with self.lock:
            free = [m for m in self.members if m.is_up and not m.held and not m.may_end
                    and role in (None, m.role)]
            member = rng.choice(free) if free else None
            if member:
                member.held = True
        try:
            yield member
        finally:
            if member:
                member.held = False

    def kill(self, member):
        """SIGKILL; begin() starts it again."""
        member.is_up = False
        member.kill()
        self.history.add("killed", process=member.name)

    def stop(self, member):
        """In good order; how that went is noted."""
        began = time.monotonic()
        member.is_up = False
        member.signal(signal.SIGCONT)
        member.process.terminate()
        try:
            code = member.process.wait(STOP_SECONDS)
        except Exception:  # It hangs, and that is a finding.
            code = None
            member.process.kill()
            member.process.wait()
        self.history.add(
            "stopped", process=member.name, code=code, seconds=time.monotonic() - began,
            has_spoken=member.has_spoken(),
        )

    def watch(self):
        """Starts those again that ended by themselves, as a service manager does."""
        while not self.over.wait(0.2):
            for member in self.all():
                code = member.process.poll()
                if code is None or not member.is_up:
                    continue
                if member.may_end:
                    member.is_up = False
                else:
                    self.history.add("ended", process=member.name, code=code)
                    member.begin()

    def heal(self):
        for member in self.all():
            member.signal(signal.SIGCONT)
        for role in ("gateway", "scorer"):
            if not self.all(role):
                self.add(role)

    def wait_until_ready(self, seconds):
        deadline = time.monotonic() + seconds
        while not all(member.is_ready() for member in self.all()) and time.monotonic() < deadline:
            time.sleep(0.05)

    def note_processes(self):
        found = []
        for member in self.all():
            try:
                status, _, body = member.get("/readyz")
            except OSError as error:
                status, body = 0, repr(error).encode()
            found.append({"process": member.name, "is_ready": status == 200,
                          "text": body.decode(errors="replace")[:600]})
        self.history.state["processes"] = found

    def close(self):
        self.over.set()
        members = self.all()
        threads = [threading.Thread(target=self.stop, args=(member,)) for member in members]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def save_logs(self, folder):
        for index, member in enumerate(self.members):  # Two may have one name.
            (folder / f"{index}-{member.name}.log").write_text(member.output())

    def discard(self):
        for member in self.members:
            if member.process.poll() is None:
                member.process.kill()
                member.process.wait()
            member.log.close()
        names = [self.requests, self.responses, self.letters, self.arrivals, self.evaluations]
        for future in self.admin.delete_topics(names).values():
            with contextlib.suppress(Exception):
                future.result(10)
