# SPDX-License-Identifier: Apache-2.0
"""Alert rules and dashboards, on a real Prometheus that scrapes a real server."""

import functools
import json
import re
import subprocess
import unittest

import yaml
from prometheus import ROOT, RULES, Prometheus, promtool, rule_files
from server import PROGRAM, Server, wait_until

METRIC = re.compile(r"\b(?:flightcast|process)_\w+")
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
METRICS_PAGE = (ROOT / "docs/metrics.md").read_text()
FLIGHTS = ROOT / "tests/end_to_end/testdata/flights_2008_01.csv.gz"
JUDGED_MIN = 100
DASHBOARDS = sorted((ROOT / "deploy/grafana").glob("*.json"))


@functools.cache
def load(path):
    return yaml.load(path.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@functools.cache
def rules():
    return [rule for path in rule_files() for group in load(path)["groups"] for rule in group["rules"]]


@functools.cache
def alerts():
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def cases():
    """(series, alerts that fire at one of its moments or are asked for, those quiet at another)."""
    for path in sorted(RULES.glob("*_test.yml")):
        of_file = {rule["alert"] for name in load(path)["rule_files"]
                   for group in load(RULES / name)["groups"] for rule in group["rules"]
                   if "alert" in rule}
        for case in load(path)["tests"]:
            looks = [{re.search('alertname="(\\w+)"', sample["labels"])[1]
                      for sample in look["exp_samples"]}
                     for look in case.get("promql_expr_test", [])]
            fires = set().union(*looks)
            quiet = set().union(*(of_file - look for look in looks)) if looks else set()
            yield [series["series"] for series in case["input_series"] or []], fires, quiet


def base_name(series):
    return re.sub(r"_(bucket|count|sum)$", "", series)


class Rules(unittest.TestCase):
    def test_promtool_takes_them(self):
        """Goal: rules and configuration are valid, and a fault in one would be found."""
        for arguments in (["check", "rules", *map(str, rule_files())],
                          ["check", "config", "prometheus.yml"]):
            done = promtool(*arguments)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        broken = promtool("check", "rules", input="groups: [{name: a, rules: [{alert: A, expr: '1 +'}]}]")
        self.assertNotEqual(broken.returncode, 0)

    def test_cases(self):
        """Goal: each alert fires when it should, and only then."""
        done = promtool("test", "rules", *(str(p) for p in sorted(RULES.glob("*_test.yml"))))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_alert_has_cases(self):
        """Goal: for each alert a case in which it fires, one with its series in which it is quiet,
        and one in which its series are missing."""
        names = set(alerts())
        self.assertGreaterEqual(len(names), 20)
        fires, quiet, without = set(), set(), set()
        for series, firing, silent in cases():
            present = {base_name(name.split("{")[0]) for name in series}
            fires |= firing
            for alert in silent:
                used = {base_name(name) for name in self.metrics_of(alerts()[alert]["expr"])}
                (quiet if used & present else without).add(alert)
                if not used - {"up"}:  # About targets alone: a target without series is the case.
                    without.add(alert)
        self.assertEqual(names - fires, set(), "they fire in no case")
        self.assertEqual(names - quiet, {"FlightcastNoTarget"} - quiet, "they are quiet in no case")
        self.assertEqual(names - without, set(), "no case has their series missing")

    def metrics_of(self, expression):
        """The program's metrics that an expression rests on, also by recorded ratios."""
        recorded = {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}
        for name, of_name in recorded.items():
            expression = expression.replace(name, of_name)
        return set(METRIC.findall(expression)) | ({"up"} if re.search(r"\bup\{", expression) else set())

    def test_every_alert_is_in_the_runbook(self):
        """Goal: each alert has a section with the effect on users, the first look and the cure."""
        sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
        self.assertEqual(set(sections), set(alerts()))
        for name, text in sections.items():
            for part in ("Users notice", "First look", "Cure"):
                self.assertRegex(text, rf"- \*\*{part}\*\*: \S", name)
            self.assertEqual(alerts()[name]["annotations"]["runbook"],
                             f"docs/runbook.md#{name.lower()}")
        for link in re.findall(r"\]\(#(\w+)\)", RUNBOOK):
            self.assertIn(link, {name.lower() for name in sections})

    def test_severities(self):
        """Goal: an alert either wakes a person or waits for the morning."""
        for name, rule in alerts().items():
            self.assertIn(rule["labels"]["severity"], ("critical", "warning"), name)

    def test_every_metric_is_looked_at(self):
        """Goal: each metric stands on a panel or in an alert, or docs/metrics.md says why not."""
        used = set()
        for rule in rules():
            used |= set(METRIC.findall(rule["expr"]))
        for path in DASHBOARDS:
            used |= set(METRIC.findall(path.read_text()))
        used = {base_name(name) for name in used}
        listed = re.search(r"^## On no panel\n(.*?)(?=^##|\Z)", METRICS_PAGE, re.MULTILINE | re.DOTALL)
        excused = set(re.findall(r"^- `(\w+)`: \S", listed[1], re.MULTILINE)) if listed else set()
        known = set(re.findall(r"^\| `(\w+)` \| (?:counter|gauge|histogram) \|", METRICS_PAGE, re.MULTILINE))
        self.assertGreater(len(known), 30)
        self.assertEqual(known - used, excused)


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--accept-event-time").start()
        cls.replay()
        cls.prometheus = Prometheus({"flightcast-gateway": f"127.0.0.1:{cls.server.port}"})
        wait_until("the replay was scraped twice",
                   lambda: cls.prometheus.query("sum(rate(flightcast_outcomes_total[1h])) >= 0"))

    @classmethod
    def replay(cls):
        """Flights are asked about and land, as `flightcast replay` plays them."""
        subprocess.run([PROGRAM, "replay", "--data", FLIGHTS, "--speed", "max", "--data-dir", cls.server.data_dir,
                        "--url", f"http://127.0.0.1:{cls.server.port}"], check=True, capture_output=True, timeout=300)
        wait_until("flights are judged", lambda: cls.server.performance("?window=30d")["judged"] > JUDGED_MIN)

    @classmethod
    def tearDownClass(cls):
        cls.prometheus.end()
        cls.server.__exit__()

    def test_metrics_are_well_formed(self):
        """Goal: promtool finds nothing wrong with the names, texts and types of a real /metrics."""
        text = self.server.get("/metrics")[2].decode()
        done = promtool("check", "metrics", input=text)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        self.assertNotEqual(promtool("check", "metrics", input="bad_total 1\n").stderr, "")

    def test_rules_are_loaded(self):
        """Goal: a real Prometheus loads every rule and evaluates it without an error; on a server
        that is well, none fires or waits to."""
        def loaded():
            groups = self.prometheus.ask("rules")["groups"]
            all_rules = [rule for group in groups for rule in group["rules"]]
            done = all(rule["health"] == "ok" for rule in all_rules)
            wrong = {rule["name"]: rule["lastError"] for rule in all_rules if rule.get("lastError")}
            self.assertEqual(wrong, {})
            return all_rules if done else None
        found = wait_until("all rules were evaluated", loaded, seconds=90)
        self.assertEqual(len(found), len(rules()))
        self.assertEqual([r["name"] for r in found if r.get("state", "inactive") != "inactive"], [])

    def test_panels(self):
        """Goal: every expression of every panel is taken, and shows something after a replay."""
        def empty_here(panel):  # There is neither --tls-cert nor --kafka.
            return panel["title"].startswith(("Certificate ends in", "Kafka: "))
        self.assertGreaterEqual(len(DASHBOARDS), 3)
        for path in DASHBOARDS:
            for panel in json.loads(path.read_text())["panels"]:
                for target in panel["targets"]:
                    expression = target["expr"].replace("$__rate_interval", "1h")
                    with self.subTest(dashboard=path.name, panel=panel["title"], expr=expression):
                        shown = self.prometheus.query(expression)
                        self.assertEqual(bool(shown), not empty_here(panel))

    def test_a_dead_server_is_noticed(self):
        """Goal: the alert of a process that is gone begins to wait with the first scrape that fails."""
        with Server() as server:
            prometheus = Prometheus({"flightcast-scorer": f"127.0.0.1:{server.port}"})
            try:
                wait_until("it is scraped", lambda: prometheus.query("up == 1"))
                server.stop()
                wait_until("the alert is active", lambda: "FlightcastDown" in {
                    alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["alerts"]})
            finally:
                prometheus.end()


if __name__ == "__main__":
    unittest.main()
