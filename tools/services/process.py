# SPDX-License-Identifier: Apache-2.0
"""Servers of the tests: started apart from whoever asks, known by their folder, stopped by pid.

A server's folder holds `pid`, `log` and whatever the server keeps. A pid counts only while the
command line of its process names the folder: after a crash the number may be a stranger's.
"""

import contextlib
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time


class ServiceError(Exception):
    """What went wrong, and what to do about it."""


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


PORTS_BELOW_OUTGOING = range(10_000, 32_000)  # Linux takes those of outgoing connections from 32768 on


def free_ports(count):
    """Different ports of the loopback interface without a listener, which no outgoing connection takes."""
    with contextlib.ExitStack() as held:  # Held until all are known, so that none is chosen twice.
        ports = []
        while len(ports) < count:
            listener = held.enter_context(socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                listener.bind(("127.0.0.1", random.choice(PORTS_BELOW_OUTGOING)))
                ports.append(listener.getsockname()[1])
        return ports


def free_port():
    return free_ports(1)[0]


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    folder = pathlib.Path(base) / "flightcast"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pid_of(folder):
    """The pid of the server that runs in `folder`; None when none does."""
    try:
        pid = int((folder / "pid").read_text())
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(folder) in command else None


def resident_mb(pid):
    """Its resident memory in MB; 0 when it has just gone."""
    try:
        pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def log_tail(folder, lines=15):
    try:
        text = (folder / "log").read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def start(folder, command, is_ready, patience_s=60, env=None):
    """Starts `command` and waits until `is_ready()`; the command must name `folder` somewhere."""
    with open(folder / "log", "ab") as log:
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            cwd=folder, env=env, start_new_session=True,
        )
    (folder / "pid").write_text(f"{process.pid}\n")
    deadline = time.monotonic() + patience_s
    while not is_ready():
        if process.poll() is not None:
            raise ServiceError(
                f"{command[0]} ended with {process.returncode}:\n{log_tail(folder)}"
            )
        if time.monotonic() > deadline:
            stop(folder)
            raise ServiceError(
                f"{command[0]} is not ready after {patience_s} s:\n{log_tail(folder)}"
            )
        time.sleep(0.02)


def stop(folder, patience_s=20):
    """Ends the server of `folder`, first politely; False when none runs."""
    pid = pid_of(folder)
    if pid is None:
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, signal.SIGCONT)  # One that is stopped would not hear the other.
            os.kill(pid, number)
        except ProcessLookupError:
            break
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if pid_of(folder) is None or is_zombie(pid):
                (folder / "pid").unlink(missing_ok=True)
                return True
            time.sleep(0.02)
    (folder / "pid").unlink(missing_ok=True)
    return True


def is_zombie(pid):
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return stat.rsplit(")", 1)[1].split()[0] == "Z"


def accepts(port):
    """Whether something listens on a loopback port."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0
