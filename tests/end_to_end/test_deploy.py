# SPDX-License-Identifier: Apache-2.0
"""What deploy/ says about the program is true of it: commands, options, metrics, libraries."""

import json
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

import yaml

from server import PROGRAM, ROOT, Server

DEPLOY = ROOT / "deploy"
UNITS = ("flightcast.service", "flightcast-gateway@.service", "flightcast-scorer@.service")
VARIABLE = re.compile(r"\bFLIGHTCAST_[A-Z_]+")
METRIC = re.compile(r"\b(?:flightcast|process)_\w+")
# Not of the program: names of the compose file itself.
COMPOSE_ONLY = {"FLIGHTCAST_IMAGE", "FLIGHTCAST_CONTAINERS"}


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)


def option_variables():
    names = json.loads(run("config", "--json").stdout)
    return {"FLIGHTCAST_" + name.upper().replace("-", "_") for name in names}


def load(path):
    return yaml.safe_load((DEPLOY / path).read_text())


class CommandsTest(unittest.TestCase):
    def check_command(self, words):
        """The command's words before its flags are a command, and it has each flag."""
        flags = [word.split("=")[0] for word in words if word.startswith("--")]
        path = []
        for word in words:
            if not re.fullmatch(r"[a-z]+", word):
                break
            path.append(word)
        answer = run(*path, "--help")
        self.assertEqual(answer.returncode, 0, (words, answer.stderr))
        self.assertIn(" ".join(["flightcast", *path, "["]), answer.stdout, "no such command")
        known = set(re.findall(r"--[a-z-]+", answer.stdout))
        self.assertLessEqual(set(flags), known, words)

    def test_compose(self):
        """Goal: each flightcast command of the compose file exists, with all flags that it is given."""
        for name, service in load("compose.yaml")["services"].items():
            if "FLIGHTCAST_IMAGE" in service["image"]:
                with self.subTest(name):
                    self.check_command(service["command"])

    def test_dockerfile(self):
        """Goal: the image starts a command that exists, with all flags that it is given."""
        words = re.findall(r"^CMD (\[.*\])$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
        self.assertEqual(len(words), 1)
        self.check_command(json.loads(words[0]))

    def test_unit(self):
        """Goal: systemd starts the program where packages put it, with flags that exist."""
        for unit in UNITS:
            text = (DEPLOY / unit).read_text()
            program, *words = shlex.split(re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)[1])
            self.assertEqual(program, "/usr/bin/flightcast")
            self.check_command(words)

    def test_variables(self):
        """Goal: each FLIGHTCAST_ variable in deploy/ is that of an option."""
        known = option_variables() | COMPOSE_ONLY | {"FLIGHTCAST_CONFIG"}
        for path in ("compose.yaml", "Dockerfile", "README.md", *UNITS):
            used = {name for name in VARIABLE.findall((DEPLOY / path).read_text())
                    if not name.endswith("_")}  # "FLIGHTCAST_..."
            self.assertLessEqual(used, known, path)


class ComposeTest(unittest.TestCase):
    def setUp(self):
        self.file = load("compose.yaml")
        self.services = self.file["services"]

    def test_names_exist(self):
        """Goal: secrets, volumes and files that services name are there."""
        for name, service in self.services.items():
            for secret in service.get("secrets", []):
                self.assertIn(secret, self.file["secrets"], name)
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                if source.startswith("."):
                    self.assertTrue((DEPLOY / source).exists(), volume)
                elif not source.startswith("/"):  # else the host's own
                    self.assertIn(source, self.file["volumes"], name)
            for variable in ("FLIGHTCAST_MONGO_PASSWORD_FILE", "FLIGHTCAST_SECRET_FILE"):
                path = service.get("environment", {}).get(variable)
                if path:
                    self.assertIn(path.removeprefix("/run/secrets/"), service["secrets"], name)

    def test_waits_for_what_can_be_waited_for(self):
        """Goal: a service waits only for what has a health check, or for what ends and may be
        tried again."""
        for name, service in self.services.items():
            if isinstance(service.get("depends_on"), list):
                continue  # Started before, no more.
            for needed, how in service.get("depends_on", {}).items():
                other = self.services[needed]
                if how["condition"] == "service_healthy":
                    own_image = "flightcast" in other["image"]  # It has a health check of its own.
                    self.assertTrue("healthcheck" in other or own_image, (name, needed))
                    self.assertFalse(other.get("healthcheck", {}).get("disable", False))
                else:
                    self.assertEqual(how["condition"], "service_completed_successfully")
                    self.assertEqual(other["restart"], "on-failure", needed)

    def test_everything_is_bounded(self):
        """Goal: each service has bounds of CPU, memory and log, comes back after a failure, and
        nothing is timed by sleeping."""
        for name, service in self.services.items():
            limits = service["deploy"]["resources"]["limits"]
            self.assertEqual(set(limits), {"cpus", "memory"}, name)
            self.assertIn(service["restart"], ("unless-stopped", "on-failure"), name)
            self.assertIn("logging", service, name)
        text = (DEPLOY / "compose.yaml").read_text()
        self.assertNotRegex(text, r"(?m)^[^#]*\bsleep\b")

    def test_only_this_machine_is_served(self):
        """Goal: no port is open to other machines unless somebody decides so."""
        for name, service in self.services.items():
            for port in service.get("ports", []):
                self.assertTrue(port.startswith("127.0.0.1:"), (name, port))

    def test_kafka_listeners(self):
        """Goal: the addresses that Kafka tells its clients are those that the file opens."""
        settings = self.services["kafka"]["environment"]
        listeners = dict(e.split("://") for e in settings["KAFKA_LISTENERS"].split(","))
        advertised = dict(e.split("://") for e in settings["KAFKA_ADVERTISED_LISTENERS"].split(","))
        protocols = dict(
            e.split(":") for e in settings["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")
        )
        self.assertEqual(set(listeners), set(protocols))
        self.assertEqual(set(listeners) - set(advertised), {settings["KAFKA_CONTROLLER_LISTENER_NAMES"]})
        for name, place in advertised.items():
            self.assertTrue(place.endswith(listeners[name]), name)
        inside = advertised[settings["KAFKA_INTER_BROKER_LISTENER_NAME"]]
        self.assertEqual(self.services["gateway"]["environment"]["FLIGHTCAST_KAFKA"], inside)
        outside = advertised["OUTSIDE"].split(":")[1]
        self.assertIn(f"127.0.0.1:{outside}:{outside}", self.services["kafka"]["ports"])


class ImageTest(unittest.TestCase):
    @unittest.skipUnless(shutil.which("dpkg"), "the libraries' packages are Debian's")
    def test_libraries_are_there(self):
        """Goal: every library that the program links itself is of a package that the image installs."""
        dynamic = subprocess.run(
            ["readelf", "-d", PROGRAM], capture_output=True, text=True, check=True
        ).stdout
        names = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
        if any(re.search(r"lib[alt]san\.so", name) for name in names):
            self.skipTest("built with a sanitizer, it links what the image need not have")
        owners = subprocess.run(
            ["dpkg", "-S", *(f"*/{name}" for name in names)],
            capture_output=True, text=True, check=False,
        ).stdout
        packages = {line.split(":")[0] for line in owners.splitlines() if "-dev:" not in line}
        packages = {p for p in packages if not re.search(r"-cross$|-i386$|lib(x?32|n32)", p)}
        self.assertGreater(len(packages), 5)
        text = (DEPLOY / "Dockerfile").read_text()
        installed = set(re.findall(r"^        ([a-z0-9.+-]+) \\$", text, re.MULTILINE))
        always = {"libc6", "libgcc-s1", "libstdc++6"}
        self.assertLessEqual(packages - always, installed)

    def test_runs_as_nobody(self):
        """Goal: by number, so that whoever runs the image can tell without looking into it that it
        is not root."""
        last_stage = (DEPLOY / "Dockerfile").read_text().split("\nFROM ")[-1]
        user = re.search(r"(?m)^USER (\d+)$", last_stage)[1]
        self.assertIn(f"useradd --system --uid {user} ", last_stage)
        self.assertNotEqual(user, "0")

    def test_health_check(self):
        """Goal: ready.sh tells a ready server from none and from another program's."""
        script = ["bash", str(DEPLOY / "ready.sh")]
        with Server() as server:
            self.assertEqual(subprocess.run([*script, str(server.port)], check=False).returncode, 0)
            server.stop()
            done = subprocess.run([*script, str(server.port)], capture_output=True, check=False)
            self.assertNotEqual(done.returncode, 0)


class MonitoringTest(unittest.TestCase):
    def test_alerts_use_metrics_that_exist(self):
        """Goal: alerts are explained, and about metrics that the program has."""
        used = set()
        names = load("prometheus/prometheus.yml")["rule_files"]
        self.assertEqual(set(names), {path.name for path in (DEPLOY / "prometheus").glob("*.yml")
                                      if not re.search(r"prometheus\.yml$|_test\.yml$", path.name)})
        for name in names:
            for group in load(f"prometheus/{name}")["groups"]:
                for rule in group["rules"]:
                    used |= set(METRIC.findall(rule["expr"]))
                    if "alert" in rule:
                        self.assertEqual({"summary", "description", "runbook"},
                                         set(rule["annotations"]), rule["alert"])
        self.check_metrics(used)

    def test_dashboards_use_metrics_that_exist(self):
        """Goal: panels show metrics that the program has, and Grafana is given every dashboard."""
        compose = (DEPLOY / "compose.yaml").read_text()
        paths = sorted((DEPLOY / "grafana").glob("*.json"))
        self.assertGreaterEqual(len(paths), 3)
        for path in paths:
            self.assertIn(f"./grafana/{path.name}:", compose)
            used = set()
            for panel in json.loads(path.read_text())["panels"]:
                for target in panel["targets"]:
                    used |= set(METRIC.findall(target["expr"]))
            self.check_metrics(used)

    def check_metrics(self, used):
        documented = set(
            re.findall(r"`((?:flightcast|process)_\w+)`", (ROOT / "docs/metrics.md").read_text())
        )
        used = {re.sub(r"_(bucket|count|sum)$", "", name) for name in used}
        self.assertGreater(len(used), 5)
        self.assertLessEqual(used, documented)

    def test_scrapes_services_that_exist(self):
        """Goal: Prometheus asks services of the compose file, on their port."""
        services = load("compose.yaml")["services"]
        for job in load("prometheus/prometheus.yml")["scrape_configs"]:
            for place in job["dns_sd_configs"]:
                for name in place["names"]:
                    self.assertIn(name, services)
                    self.assertEqual(place["port"], 5001)


class LogsTest(unittest.TestCase):
    def test_shippers(self):
        """Goal: each shipper can be read, reads the file that the README names, and writes to the index
        whose template is ours."""
        paths = sorted((DEPLOY / "logs").glob("*.*"))
        for path in paths:
            text = path.read_text()
            with self.subTest(path.name):
                if path.suffix in (".yml", ".yaml"):
                    self.assertIsInstance(yaml.safe_load(text), dict)
                if path.suffix in (".json", ".ndjson"):
                    for document in text.splitlines() if path.suffix == ".ndjson" else [text]:
                        self.assertIsInstance(json.loads(document), dict)
                else:
                    self.assertIn("/var/log/flightcast/flightcast.log", text)
                self.assertIn("flightcast-logs", text)
        self.assertGreaterEqual(len(paths), 7)

    def test_template_has_the_names(self):
        """Goal: the template gives a type to each name of the schema that a line has."""
        with Server("--log-format", "ecs") as server:
            line = json.loads(server.output().splitlines()[0])
        template = json.loads((DEPLOY / "logs/index-template.json").read_text())
        self.assertGreater(len(line), 6)
        for name in [*line, "trace.id", "error.message", "error.type"]:
            place = template["template"]["mappings"]
            for part in name.split("."):
                self.assertIn(part, place["properties"], name)
                place = place["properties"][part]
            self.assertIn("type", place, name)


@unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
class UnitTest(unittest.TestCase):
    def test_systemd_takes_it(self):
        """Goal: systemd finds nothing wrong with the unit."""
        for name in UNITS:
            with tempfile.TemporaryDirectory() as folder:
                unit = pathlib.Path(folder) / name.replace("@", "@5001")
                text = (DEPLOY / name).read_text()
                unit.write_text(text.replace("/usr/bin/flightcast", PROGRAM))
                done = subprocess.run(
                    ["systemd-analyze", "verify", "--man=no", str(unit)],
                    capture_output=True, text=True, check=False,
                )
                self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
