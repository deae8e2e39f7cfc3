# SPDX-License-Identifier: Apache-2.0
"""What earlier versions wrote (README.md), and how it is asked for."""

import json
import pathlib
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "end_to_end"))

import server as e2e  # noqa: E402

VERSIONS = sorted(path for path in (HERE / "testdata").iterdir() if path.is_dir())
TOPICS = ("flight-delay-ml-request", "flight-delay-ml-response", "flight-delay-ml-dead-letter")
LONG_AGO = ("--log-retention", "3650d")  # What was written stays, whenever the tests run.


def read(version, name):
    return json.loads((version / name).read_text())


def lines(version, name):
    return [json.loads(line) for line in (version / name).read_text().splitlines()]


def unpack(version, name, folder):
    """A copy of a data folder that may be changed."""
    with tarfile.open(version / f"{name}.tar.xz") as archive:
        archive.extractall(folder)
    return str(folder)


def program(*arguments):
    done = subprocess.run(
        [e2e.PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def lags(*options):
    return json.loads(program("topics", "lag", "--json", *options))


def tail(topic, *options):
    text = program("topics", "tail", "--json", "--topic", topic, "--from-beginning", "--no-follow",
                   *options)
    return [json.loads(line) for line in text.splitlines()]


def pushed(server, request_id):
    """The packets that a client gets that joins now."""
    client = e2e.SocketIoClient(server)
    client.join(request_id)
    packets = client.next_packet(), client.next_packet()
    client.close()
    return packets


def check_clients(test, server, seen):
    """What was seen of each request then is seen now, byte for byte."""
    for request_id, then in seen.items():
        with test.subTest(request_id):
            test.assertEqual(pushed(server, request_id), (then["joined"], then["pushed"]))
            polled = server.get(f"{e2e.SUBMIT}/response/{request_id}")[2].decode()
            test.assertEqual(polled, then["poll"])
            answer = server.get(f"/api/v1/predictions/{request_id}")[2].decode()
            test.assertEqual(answer, then["api"])
