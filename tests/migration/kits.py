# SPDX-License-Identifier: Apache-2.0
"""What the proofs of a migration need beside our program, fetched once and kept in the cache: a
Python with Spark and with clients as the original system has them, and Spark's Kafka connector."""

import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPARK_VERSION = "3.5.3"
# kafka-python as the original system has it: later ones no longer speak protocol 0.10.
PACKAGES = [f"pyspark=={SPARK_VERSION}", "numpy==1.26.4", "kafka-python==2.0.2", "pymongo==4.10.1"]
CONNECTOR = ("org.apache.spark", "spark-sql-kafka-0-10_2.12", SPARK_VERSION)
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "flightcast"


def python():
    """The path of a Python that has PACKAGES."""
    folder = cache_folder() / "original-venv"
    stamp = folder / "_".join(PACKAGES)
    if not stamp.exists():
        say(f"install {' '.join(PACKAGES)} (once, 320 MB)")
        run([sys.executable, "-m", "venv", "--clear", folder])
        run([folder / "bin/pip", "install", "-q", "--disable-pip-version-check", *PACKAGES])
        stamp.touch()
    return folder / "bin/python"


def connector_jars():
    """The jars of Spark's Kafka connector, as spark.jars takes them."""
    folder = cache_folder() / f"spark-kafka-{SPARK_VERSION}"
    if not folder.exists():
        say(f"fetch the Kafka connector of Spark {SPARK_VERSION} (once)")
        with tempfile.TemporaryDirectory(prefix="flightcast-connector-") as work:
            fetch_connector(pathlib.Path(work), folder)
    return ",".join(str(jar) for jar in sorted(folder.glob("*.jar")))


def spark_environment():
    """Only this machine's own addresses, whatever its name resolves to."""
    return dict(os.environ, SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=str(python()))


def fetch_connector(work, folder):
    group, artifact, version = CONNECTOR
    (work / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>flightcast</groupId><artifactId>connector</artifactId><version>1</version>"
        f"<dependencies><dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></dependency></dependencies></project>"
    )
    run(
        ["mvn", "--batch-mode", "--quiet", "--strict-checksums",
         f"-Dmaven.repo.local={cache_folder() / 'maven'}", f"{PLUGIN}:copy-dependencies",
         "-DincludeScope=runtime", f"-DoutputDirectory={work / 'jars'}"],
        cwd=work,
    )
    complete = folder.with_suffix(f".{os.getpid()}")
    shutil.copytree(work / "jars", complete)
    complete.replace(folder)


class Services:
    """A Kafka of that release and a server that speaks MongoDB's protocol, in a folder of their
    own; `kafka` and `mongo` say where they are."""

    def __init__(self, release):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flightcast-migration-"))
        self.kafka = self.up("kafka", "FLIGHTCAST_TEST_KAFKA", "--release", release)
        self.mongo = self.up("mongo", "FLIGHTCAST_TEST_MONGO")

    # Not by import: our kafka.py and the client's package have one name.
    def command(self, name, action, *options):
        tool = ROOT / f"tools/services/{name}.py"
        return [sys.executable, tool, action, "--folder", self.folder / name, *options]

    def up(self, name, variable, *options):
        text = run(self.command(name, "up", *options)).stdout
        lines = dict(line.removeprefix("export ").split("=", 1) for line in text.splitlines())
        return shlex.split(lines[variable])[0]

    def down(self):
        for name in ("kafka", "mongo"):
            run(self.command(name, "down"))
        shutil.rmtree(self.folder, ignore_errors=True)


def run(command, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **options
    )
    if done.returncode != 0:
        raise SystemExit(f"'{command[0]}' failed:\n{done.stdout}{done.stderr}")
    return done


if __name__ == "__main__":
    print(python())
    print(connector_jars())
