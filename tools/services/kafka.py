#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One to three real Kafka brokers on the loopback interface, without containers.

    kafka.py up [--brokers N] [--release R] [--folder F] [--port P]
    kafka.py down | status [--folder F]

`up` prints lines to export; `down` ends the brokers and deletes what they kept. Tests that stop and
kill brokers use `Cluster` directly, in a folder of their own.
"""

import argparse
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import uuid

import kafka_kit
import process
from process import ServiceError

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build/services/kafka"
USER, PASSWORD = "flightcast", "flightcast-secret"
JVM = ["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"]
LISTENERS = ("plain", "controller", "sasl", "tls")
READY = "Kafka Server started"
START_SECONDS = 300  # a bound, not an expectation: a busy machine is slow

# What small machines and impatient tests need. Topics are never made by chance.
PROPERTIES = """
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=PLAIN://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},\
SASL://127.0.0.1:{sasl},TLS://127.0.0.1:{tls}
advertised.listeners=PLAIN://127.0.0.1:{plain},SASL://127.0.0.1:{sasl},TLS://127.0.0.1:{tls}
listener.security.protocol.map=PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL
inter.broker.listener.name=PLAIN
sasl.enabled.mechanisms=PLAIN
listener.name.sasl.plain.sasl.jaas.config={jaas}
listener.name.tls.plain.sasl.jaas.config={jaas}
ssl.keystore.type=PEM
ssl.keystore.location={folder}/../server.pem
log.dirs={folder}/data
auto.create.topics.enable=false
default.replication.factor={copies}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={copies}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={in_sync}
transaction.state.log.num.partitions=4
log.cleaner.dedupe.buffer.size=8388608
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""
JAAS = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    f'user_{USER}="{PASSWORD}";'
)

LOG4J1 = """
log4j.rootLogger=WARN, out
log4j.logger.kafka.server.KafkaRaftServer=INFO
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=[%d] %p %m (%c)%n
"""
LOG4J2 = """
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=info
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
"""


class Cluster:
    """The brokers of one folder, numbered from 1; known by `cluster.json` in it."""

    def __init__(self, folder=FOLDER):
        self.folder = pathlib.Path(folder).resolve()
        self.plan_file = self.folder / "cluster.json"
        self.plan = json.loads(self.plan_file.read_text()) if self.plan_file.exists() else None

    def create(self, brokers=1, release=kafka_kit.DEFAULT_VERSION, port=0, settings=()):
        """Lays out a new cluster; `settings` are further lines of server.properties."""
        self.folder.mkdir(parents=True, exist_ok=True)
        free = iter(process.free_ports(brokers * len(LISTENERS)))
        ports = [{name: next(free) for name in LISTENERS} for _ in range(brokers)]
        if port:
            for node, chosen in enumerate(ports):
                chosen["plain"] = port + node
        make_certificates(self.folder)
        self.plan = {"release": release, "ports": ports, "id": new_cluster_id()}
        for node in self.nodes():
            self.lay_out(node, settings)
        self.plan_file.write_text(json.dumps(self.plan, indent=1) + "\n")
        return self

    def lay_out(self, node, settings):
        folder, ports = self.node_folder(node), self.plan["ports"]
        folder.mkdir(exist_ok=True)
        brokers = len(ports)
        text = PROPERTIES.format(
            node=node, folder=folder, jaas=JAAS, copies=min(3, brokers),
            in_sync=2 if brokers >= 3 else 1, **ports[node - 1],
            voters=",".join(
                f"{n}@127.0.0.1:{ports[n - 1]['controller']}" for n in self.nodes()
            ),
        )
        properties = folder / "server.properties"
        properties.write_text(text + "".join(f"{line}\n" for line in settings))
        (folder / "log4j.properties").write_text(LOG4J1)
        (folder / "log4j2.properties").write_text(LOG4J2)
        # Logging set up, or the tool's own messages would go to files beside the jars.
        done = subprocess.run(
            kafka_kit.command(
                self.plan["release"], "kafka.tools.StorageTool", "format",
                "-t", self.plan["id"], "-c", properties, options=self.jvm(node),
            ),
            capture_output=True, text=True, check=False,
        )
        if done.returncode != 0:
            raise ServiceError(f"Kafka could not format its folder:\n{done.stdout}{done.stderr}")

    def jvm(self, node):
        folder = self.node_folder(node)
        return [
            *JVM,
            f"-Dlog4j.configuration=file:{folder}/log4j.properties",
            f"-Dlog4j2.configurationFile={folder}/log4j2.properties",
        ]

    def nodes(self):
        return range(1, len(self.plan["ports"]) + 1)

    def node_folder(self, node):
        return self.folder / f"node{node}"

    def bootstrap(self, listener="plain"):
        return ",".join(f"127.0.0.1:{ports[listener]}" for ports in self.plan["ports"])

    def start(self, *nodes):
        """Starts the named brokers, or all; together, since a majority must vote."""
        waiting = []
        for node in nodes or self.nodes():
            folder = self.node_folder(node)
            if process.pid_of(folder) is not None:
                continue
            seen = said_ready(folder)
            command = kafka_kit.command(
                self.plan["release"], "kafka.Kafka", folder / "server.properties",
                options=self.jvm(node),
            )
            waiting.append((folder, seen, command))
        ready = [lambda f=folder, s=seen: said_ready(f) > s for folder, seen, _ in waiting]
        for index, (folder, _, command) in enumerate(waiting):
            last = index == len(waiting) - 1
            is_ready = (lambda: all(r() for r in ready)) if last else lambda: True
            process.start(folder, command, is_ready, patience_s=START_SECONDS)
        return self

    def pid(self, node):
        return process.pid_of(self.node_folder(node))

    def signal(self, node, number):
        """SIGKILL, SIGSTOP, SIGCONT: what a fault test does to a broker."""
        os.kill(self.pid(node), number)

    def kill(self, node):
        pid = self.pid(node)
        self.signal(node, signal.SIGKILL)
        while not process.is_zombie(pid):
            pass

    def stop(self):
        if self.plan is None:
            return False
        # Each alone would wait for the others to take its partitions over.
        for node in self.nodes():
            if (pid := self.pid(node)) is not None:
                os.kill(pid, signal.SIGTERM)
        return any([process.stop(self.node_folder(node)) for node in self.nodes()])

    def delete(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def exports(self):
        return {
            "FLIGHTCAST_TEST_KAFKA": self.bootstrap(),
            "FLIGHTCAST_TEST_KAFKA_SASL": self.bootstrap("sasl"),
            "FLIGHTCAST_TEST_KAFKA_TLS": self.bootstrap("tls"),
            "FLIGHTCAST_TEST_KAFKA_CA": str(self.folder / "ca.pem"),
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.delete()


def said_ready(folder):
    try:
        return (folder / "log").read_text(errors="replace").count(READY)
    except OSError:
        return 0


def new_cluster_id():
    """As Kafka makes them: one with a dash in front would be taken for an option."""
    text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return new_cluster_id() if text.startswith("-") else text


def make_certificates(folder):
    """ca.pem, and server.pem with a key and a certificate for 127.0.0.1 that the CA signed."""
    def openssl(*arguments):
        done = subprocess.run(
            ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ServiceError(f"openssl {arguments[0]} failed:\n{done.stderr}")

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=flightcast test CA")
    openssl(
        "req", "-x509", *key, "-keyout", "server.key", "-out", "server.crt",
        "-subj", "/CN=localhost", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "-addext", "basicConstraints=critical,CA:FALSE",
    )
    parts = [(folder / name).read_text() for name in ("server.key", "server.crt", "ca.pem")]
    (folder / "server.pem").write_text("".join(parts))


def up(arguments):
    cluster = Cluster(arguments.folder)
    wanted = (arguments.brokers, arguments.release)
    if cluster.plan and (len(cluster.plan["ports"]), cluster.plan["release"]) != wanted:
        raise ServiceError(
            f"another cluster is in {cluster.folder}: 'services down' first, or name another folder"
        )
    if cluster.plan is None:
        cluster.create(arguments.brokers, arguments.release, arguments.port)
    cluster.start()
    for name, value in cluster.exports().items():
        print(f"export {name}={value}")


def down(arguments):
    cluster = Cluster(arguments.folder)
    known = cluster.plan is not None
    cluster.delete()
    process.say("Kafka: ended and deleted" if known else "Kafka: there was none")


def status(arguments):
    cluster = Cluster(arguments.folder)
    if cluster.plan is None:
        print("Kafka: none")
        return
    for node in cluster.nodes():
        pid = cluster.pid(node)
        what = f"pid {pid}, {process.resident_mb(pid)} MB" if pid else "not running"
        ports = cluster.plan["ports"][node - 1]
        print(f"Kafka {cluster.plan['release']} node {node}: 127.0.0.1:{ports['plain']}, {what}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("action", choices=("up", "down", "status"))
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--release", choices=tuple(kafka_kit.LOGGERS), default=kafka_kit.DEFAULT_VERSION)
    parser.add_argument("--folder", default=FOLDER, help="where the brokers keep their files")
    parser.add_argument("--port", type=int, default=0, help="of the first broker; 0 chooses one")
    arguments = parser.parse_args()
    try:
        {"up": up, "down": down, "status": status}[arguments.action](arguments)
    except ServiceError as error:
        sys.exit(f"kafka: {error}")


if __name__ == "__main__":
    main()
