# SPDX-License-Identifier: Apache-2.0
"""Fetches a Kafka broker from Maven Central: a folder of jars for each version, kept in the cache.

The artifact lacks the binding of its logger; without it a broker says nothing, not even that it
started.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

from process import ServiceError, cache_folder, say

# Version of Kafka: the logger's binding as group, artifact and version.
LOGGERS = {
    "4.3.1": ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.4"),
    "3.9.2": ("org.slf4j", "slf4j-reload4j", "1.7.36"),
}
DEFAULT_VERSION = "4.3.1"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


def jars(version):
    """The folder with all jars of the broker, filled when it is not there yet."""
    if version not in LOGGERS:
        raise ServiceError(f"no recipe for Kafka {version}; there are {', '.join(LOGGERS)}")
    folder = cache_folder() / f"kafka-{version}"
    if not folder.exists():
        say(f"fetch Kafka {version} (once, about 20 s)")
        with tempfile.TemporaryDirectory(prefix="flightcast-kafka-") as work:
            fetch(version, pathlib.Path(work), folder)
    return folder


def dependency(group, artifact, version):
    return (
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></dependency>"
    )


def fetch(version, work, folder):
    fetch_jars((("org.apache.kafka", "kafka_2.13", version), LOGGERS[version]), work, folder)


def fetch_jars(parts, work, folder):
    """The jars of `parts` (group, artifact, version) and of all that they need, in `folder`."""
    (work / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>flightcast</groupId><artifactId>kafka-kit</artifactId><version>1</version>"
        "<dependencies>"
        + "".join(dependency(*part) for part in parts)
        + "</dependencies></project>"
    )
    command = [
        "mvn", "--batch-mode", "--quiet", "--strict-checksums",
        f"-Dmaven.repo.local={cache_folder() / 'maven'}",
        f"{PLUGIN}:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={work / 'jars'}",
    ]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ServiceError(f"Maven could not fetch {folder.name}:\n{done.stdout}{done.stderr}")
    complete = folder.with_suffix(f".{os.getpid()}")
    shutil.copytree(work / "jars", complete)
    try:
        complete.replace(folder)
    except OSError:  # Somebody else was faster.
        shutil.rmtree(complete)


def command(version, main_class, *arguments, options=()):
    """The command line that runs a class of the broker's."""
    return ["java", *options, "-cp", f"{jars(version)}/*", main_class, *map(str, arguments)]
