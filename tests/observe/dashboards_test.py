"""A real Prometheus over a newspaper at work: every rule and every panel of every
dashboard has something to show, and the dashboards are in order."""

import json
import pathlib
import re
import subprocess
import sys
import time
import unittest

import harness
import load
import measured
from measured import GRAFANA
from prometheus import Prometheus

RULES = (measured.PROMETHEUS / "courant.rules.yml").read_text()
BOARDS = {path.name: json.loads(path.read_text())
          for path in sorted(GRAFANA.glob("*.json"))}
# Of one server, at most.
MOST_SERIES = 5000
# What Grafana puts in.
GIVEN = {'job="$job"': 'job="courant"', 'instance=~"$instance"': 'instance=~".+"',
         "$__rate_interval": "10s"}


def panels(board):
    return [p for p in board["panels"] if p["type"] != "row"]


def expressions():
    """(board, panel, legend) -> expression, as Grafana asks it"""
    found = {}
    for name, board in BOARDS.items():
        for panel in panels(board):
            for target in panel["targets"]:
                text = target["expr"]
                for was, now in GIVEN.items():
                    text = text.replace(was, now)
                found[name, panel["title"], target["legendFormat"]] = text
    return found


# A series that an expression asks for: a name, and what its labels have to be.
SELECTOR = re.compile(r"\b((?:courant|grpc_server|process)[_:][a-z0-9_:]+|up)\b"
                      r"(?:\{([^{}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)"')


def alternatives(operator, value):
    """What a matcher names, one by one: so that one of them that never is does
    not hide behind the others. What it leaves out has to be there too."""
    if "~" not in operator:
        return [("=", value)]
    group = re.fullmatch(r"\(([\w|]+)\)(.*)", value)
    names, rest = group.groups() if group else (value, "")
    if not re.fullmatch(r"[\w|]+", names):
        return [("=~", value)]
    return [("=~", name + rest) for name in names.split("|")]


def selectors(expression):
    """Every series of which it speaks, and each alternative for each label."""
    found = set()
    for name, inside in SELECTOR.findall(expression):
        found.add(f"{name}{{{inside}}}")
        matchers = MATCHER.findall(inside)
        for i, (label, operator, value) in enumerate(matchers):
            for how, one in alternatives(operator, value):
                changed = [*matchers[:i], (label, how, one), *matchers[i + 1:]]
                found.add(name + "{" + ",".join(
                    f'{l}{o}"{v}"' for l, o, v in changed) + "}")
    return found


class DashboardTest(unittest.TestCase):
    def test_they_are_what_the_source_makes(self):
        done = subprocess.run([sys.executable, "-B", GRAFANA / "dashboards.py",
                               "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(BOARDS), 6)

    def test_they_are_in_order(self):
        self.assertEqual(len({b["uid"] for b in BOARDS.values()}), len(BOARDS))
        for name, board in BOARDS.items():
            names = [v["name"] for v in board["templating"]["list"]]
            self.assertEqual(names, ["datasource", "job", "instance"])
            self.assertNotIn("id", board)
            ids = [p["id"] for p in board["panels"]]
            self.assertEqual(len(set(ids)), len(ids), name)
            taken = set()
            for panel in board["panels"]:
                place = panel["gridPos"]
                self.assertLessEqual(place["x"] + place["w"], 24)
                cells = {(x, y)
                         for x in range(place["x"], place["x"] + place["w"])
                         for y in range(place["y"], place["y"] + place["h"])}
                self.assertFalse(cells & taken, f"{name}: {panel['title']}")
                taken |= cells
            for panel in panels(board):
                where = f"{name}: {panel['title']}"
                self.assertTrue(panel["description"].endswith("."), where)
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"], where)
                self.assertEqual(panel["datasource"]["uid"], "${datasource}")
                for target in panel["targets"]:
                    self.check(target["expr"], where)

    def check(self, expression, where):
        # Every series is of the chosen servers; no rate has a window of its own.
        for name in re.findall(r"(?:courant|grpc_server|process)[a-z0-9_:]+"
                               r"(?=[\s{[)])", expression):
            self.assertRegex(
                expression, re.escape(name) + r'\{job="\$job", instance=~',
                where)
        for window in re.findall(r"rate\([^][]*\[([^]]+)\]", expression):
            self.assertEqual(window, "$__rate_interval", where)

    def test_they_speak_of_what_is_measured(self):
        known = measured.metrics()
        recorded = set(re.findall(r"record: (\S+)", RULES))
        spoken = set()
        for where, expression in expressions().items():
            for name in measured.named_in(expression):
                self.assertTrue(measured.is_measured(name, known),
                                f"{where}: {name}")
                spoken.add(re.sub("_(bucket|sum|count)$", "", name))
            self.assertLessEqual(
                set(measured.RECORDED.findall(expression)), recorded, where)
        spoken |= {re.sub("_(bucket|sum|count)$", "", n)
                   for n in measured.named_in(RULES)}
        # What nobody looks at need not be measured.
        self.assertEqual(set(known) - spoken, set())


class PrometheusTest(unittest.TestCase):
    def setUp(self):
        folder, self.server, self.load = load.at_work(self.addCleanup, seed=3)
        self.prometheus = Prometheus(folder / "prometheus",
                                     self.server.ops).start()
        self.addCleanup(self.prometheus.stop)

    def without_data(self, wanted):
        """Those of {key: expression} that have none after a while."""
        end = time.monotonic() + harness.PATIENCE
        missing = dict(wanted)
        while missing and time.monotonic() < end:
            self.load.over.wait(1)
            missing = {key: expression for key, expression in missing.items()
                       if not self.prometheus.values(expression)}
        return sorted(missing, key=str)

    def test_every_rule_and_panel_has_data(self):
        rules = [rule for group in self.rules() for rule in group["rules"]]
        recorded = {(rule["name"], rule.get("labels", {}).get("slo")):
                    rule["query"] for rule in rules
                    if rule["type"] == "recording"}
        self.assertEqual(len(rules), len(re.findall(
            r"^ +- (?:record|alert):", RULES, re.MULTILINE)))
        wanted = {**expressions(), **recorded}
        for name, _ in recorded:
            wanted[name] = name
        # A rule about what is not there would be silent for ever, if only one
        # value of a label is misspelled. No fault has to come for it: the server
        # has all its series from the start, those of articles after the load.
        asked = {selector for rule in rules
                 for selector in selectors(rule["query"])}
        self.assertGreater(len(asked), len(rules) / 2)
        wanted |= {(selector,): selector for selector in asked}
        # And some boards would show 0 if the load did not care for it.
        wanted |= {(expression,): expression for expression in (
            "courant_backup_verified_timestamp_seconds > 0",
            "courant_backup_last_bytes > 0",
            'courant_tls_certificate_expiry_seconds{listener="partner"} > 0')}
        self.assertEqual(self.without_data(wanted), [])
        self.assertEqual(self.load.failures, [])
        self.assertLess(self.load.refusals, self.load.steps / 3)
        # Also alerts can be evaluated; and a server that is well is not said to
        # be in any trouble that somebody would get up for but the partner that
        # does not answer.
        for rule in (rule for group in self.rules() for rule in group["rules"]):
            self.assertEqual((rule["health"], rule.get("lastError", "")),
                             ("ok", ""), rule["name"])
        firing = {alert["labels"]["alertname"]
                  for alert in self.prometheus.api("alerts")["alerts"]
                  if alert["state"] == "firing"
                  and alert["labels"]["severity"] == "page"}
        self.assertEqual(firing, set())

    def test_it_does_not_make_series_without_end(self):
        """Not many when it starts, nor after a while at work: what is in a label
        is one of a few, or the first of many."""
        def series():
            return [line for line in self.server.metrics()
                    if not line.startswith("#")]
        end = time.monotonic() + harness.PATIENCE
        while self.load.steps < 40:
            self.assertLess(time.monotonic(), end)
            self.load.over.wait(0.5)
        found = series()
        print(f"{len(found)} series after {self.load.steps} steps")
        self.assertLessEqual(len(found), MOST_SERIES)
        # No article is in a label, whatever it is of.
        ids = {name.rsplit("/", 1)[1] for name in self.load.names}
        for line in found:
            self.assertFalse([i for i in ids if i in line], line)

    def rules(self):
        """When each was evaluated."""
        end = time.monotonic() + harness.PATIENCE
        while True:
            groups = self.prometheus.api("rules")["groups"]
            if all(rule["health"] != "unknown" for group in groups
                   for rule in group["rules"]) or time.monotonic() > end:
                return groups
            self.load.over.wait(0.5)

    def test_it_sees_a_server_that_is_gone(self):
        self.assertEqual(self.without_data({"up": "up == 1"}), [])
        self.load.stop()
        self.server.stop()
        end = time.monotonic() + harness.PATIENCE
        waiting = load.threading.Event()
        while not self.prometheus.values("up == 0"):
            self.assertLess(time.monotonic(), end)
            waiting.wait(0.5)


if __name__ == "__main__":
    unittest.main()
