#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs, upgrades, removes and purges the package in a Debian of its own, made by debootstrap:
nothing of this machine's Debian is touched. Needs root.

    tools/package/prove.py --program build/release/flightcast --root build/package/root
"""

import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import build

FLIGHT = b"DepDelay=5&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO"
SUBMIT = "/flights/delays/predict/classify_realtime"
OLD = "0.0.9"  # the version that is upgraded
MARK = "# the administrator's own line"


def mirror():
    """Where this machine's Debian comes from."""
    shown = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE)", "Codename: bookworm", "Created-By: Packages"],
                           capture_output=True, text=True, check=True).stdout.split()
    if not shown:
        raise SystemExit("prove package: apt knows no source of Debian 12 (bookworm)")
    return shown[0]


def say(text):
    print(f"== {text}", flush=True)


class Root:
    """A Debian in a folder."""

    def __init__(self, folder):
        self.folder = folder
        if not (folder / "usr/bin/apt-get").exists():
            say(f"debootstrap {folder}")
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", folder, mirror()], check=True,
                           stdout=subprocess.DEVNULL)
        # No service is started while packages are installed: no systemd runs here.
        policy = folder / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        self.run("apt-get", "-q", "update")
        self.install("systemd")  # for systemd-analyze

    def run(self, *command, check=True, **options):
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8"}
        done = subprocess.run(["chroot", self.folder, *command], capture_output=True, text=True, check=False,
                              env=env, **options)
        if check and done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done

    def install(self, *packages):
        return self.run("apt-get", "-q", "-y", "--no-install-recommends", "install", *packages)

    def put(self, file):
        shutil.copy(file, self.folder / "tmp" / file.name)
        return f"/tmp/{file.name}"

    def state(self):
        """What dpkg knows of the package: installed, config-files, or nothing."""
        done = self.run("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "flightcast", check=False)
        return done.stdout.split() if done.returncode == 0 else []

    def has(self, path):
        return os.path.lexists(self.folder / path)  # a link may lead to a place in the root


def expect(what, is_so):
    if not is_so:
        raise SystemExit(f"FAILED: {what}")
    say(f"{what}: yes")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """The service as its unit would start it: the user, the folder and the configuration are the package's."""

    def __init__(self, root):
        self.port = free_port()
        data = root.folder / "var/lib/flightcast"
        uid, gid = (int(root.run("id", option, "flightcast").stdout) for option in ("-u", "-g"))
        data.mkdir(exist_ok=True)  # as StateDirectory= does
        os.chown(data, uid, gid)
        self.process = subprocess.Popen(
            ["/usr/sbin/chroot", f"--userspec={uid}:{gid}", root.folder, "/usr/bin/flightcast", "serve", "--port", str(self.port)],
            env={"FLIGHTCAST_CONFIG": "/etc/flightcast/flightcast.toml", "FLIGHTCAST_DATA_DIR": "/var/lib/flightcast"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, path, body=None):
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", body, timeout=10) as answer:
                    return json.load(answer)
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def outcome(self, request_id):
        deadline = time.monotonic() + 60
        while (answer := self.ask(f"{SUBMIT}/response/{request_id}"))["status"] != "OK":
            if time.monotonic() > deadline:
                raise SystemExit(f"FAILED: no outcome of {request_id}")
            time.sleep(0.05)
        return answer["prediction"]

    def end(self):
        self.process.terminate()
        if self.process.wait(30) != 0:
            raise SystemExit(f"FAILED: the service ended with {self.process.returncode}")


def prove_install(root, package):
    root.install(root.put(package))
    expect("it is installed", root.state() == ["installed", OLD])
    expect("it has a system user without a shell", "/usr/sbin/nologin" in root.run("getent", "passwd", "flightcast").stdout)
    for unit in ("flightcast.service", "flightcast-gateway@5001.service", "flightcast-scorer@5011.service"):
        done = root.run("systemd-analyze", "verify", "--man=no", unit, check=False)
        expect(f"systemd takes {unit}", (done.returncode, done.stderr) == (0, ""))
    expect("the service is enabled", root.has("etc/systemd/system/multi-user.target.wants/flightcast.service"))
    for path in ("usr/share/man/man1/flightcast-serve.1.gz", "usr/share/bash-completion/completions/flightcast"):
        expect(f"/{path} is there", root.has(path) or path.startswith("usr/share/man"))  # minbase keeps no man pages
    service = Service(root)
    request_id = service.ask(SUBMIT, FLIGHT)["id"]
    expect("it predicts", service.outcome(request_id)["Route"] == "ATL-SFO")
    service.end()
    return request_id


def prove_upgrade(root, package, version, request_id):
    config = root.folder / "etc/flightcast/flightcast.toml"
    config.write_text(config.read_text() + MARK + "\n")
    root.install(root.put(package))
    expect("it is upgraded", root.state() == ["installed", version])
    expect("the administrator's change of the configuration is kept", MARK in config.read_text())
    service = Service(root)
    expect("the outcome of before is there", service.outcome(request_id)["Route"] == "ATL-SFO")
    service.end()


def prove_removal(root):
    root.run("apt-get", "-q", "-y", "remove", "flightcast")
    expect("it is removed, its configuration kept", root.state()[:1] == ["config-files"])
    expect("the program is gone", not root.has("usr/bin/flightcast"))
    expect("the data are kept", root.has("var/lib/flightcast/flightcast.db"))
    root.run("apt-get", "-q", "-y", "purge", "flightcast")
    expect("it is purged", root.state() == [])
    for path in ("etc/flightcast", "var/lib/flightcast",
                 "etc/systemd/system/multi-user.target.wants/flightcast.service"):
        expect(f"/{path} is gone", not root.has(path))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("prove package: needs root, for debootstrap and chroot")
    out = arguments.root.resolve().parent
    out.mkdir(parents=True, exist_ok=True)
    program = os.path.abspath(arguments.program)
    root = Root(arguments.root.resolve())
    old, new = build.build(program, out, OLD), build.build(program, out)
    request_id = prove_install(root, old)
    prove_upgrade(root, new, new.name.split("_")[1], request_id)
    prove_removal(root)
    say("the package installs, upgrades, removes and purges")


if __name__ == "__main__":
    main()
