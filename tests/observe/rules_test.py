"""The rules of Prometheus, without one: whether promtool likes them, each alert
is tested both ways and explained, and all that they and the reference speak of
is measured."""

import os
import re
import subprocess
import unittest

import measured
from measured import PROMETHEUS

RULES = re.sub(r"^ *#.*\n", "", (PROMETHEUS / "courant.rules.yml").read_text(),
               flags=re.MULTILINE)
TEST_FILES = sorted(PROMETHEUS.glob("*_test.yml"))
TESTS = "".join(file.read_text() for file in TEST_FILES)
RUNBOOK = (PROMETHEUS / "runbook.md").read_text()
ALERTS = re.findall(r"^ +- alert: (\w+)$", RULES, re.MULTILINE)


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)],
                          capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


class RulesTest(unittest.TestCase):
    def test_promtool_takes_the_configuration_and_the_rules(self):
        for arguments in (("check", "config", PROMETHEUS / "prometheus.yml"),
                          ("check", "rules", PROMETHEUS / "courant.rules.yml")):
            code, said = promtool(*arguments)
            self.assertEqual(code, 0, said)

    def test_every_alert_fires_and_is_silent_when_it_should(self):
        self.assertEqual(len(TEST_FILES), 2)
        code, said = promtool("test", "rules", *TEST_FILES)
        self.assertEqual(code, 0, said)

    def test_every_alert_is_tested_both_ways(self):
        cases = re.split(r"^      - alertname: ", TESTS, flags=re.MULTILINE)
        silent, firing = set(), set()
        for case in cases[1:]:
            name = case.split("\n", 1)[0]
            (silent if "exp_alerts: []" in case else firing).add(name)
        self.assertGreater(len(ALERTS), 30)
        self.assertEqual(sorted(set(ALERTS)), sorted(ALERTS))
        self.assertEqual(silent, set(ALERTS))
        self.assertEqual(firing, set(ALERTS))

    def test_every_promise_is_tested_with_every_alert_about_it(self):
        promises = set(re.findall(r"^ +slo: (\w+)$", RULES, re.MULTILINE))
        burns = {name for name in ALERTS if "BudgetBurns" in name}
        self.assertGreaterEqual(len(promises), 4)
        self.assertGreaterEqual(len(burns), 3)
        fired = set()
        for case in re.split(r"^      - alertname: ", TESTS, flags=re.MULTILINE):
            fired |= {(case.split("\n", 1)[0], promise) for promise in
                      re.findall(r"^ +slo: (\w+)$", case, re.MULTILINE)}
        self.assertEqual(fired, {(b, p) for b in burns for p in promises})

    def test_every_alert_says_what_to_do(self):
        sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", RUNBOOK,
                                   re.MULTILINE | re.DOTALL))
        self.assertEqual(sorted(sections), sorted(ALERTS))
        for name, words in sections.items():
            for part in ("**Means**", "**Impact**", "**Do**"):
                self.assertIn(part, words, name)
            self.assertIn(f"runbook.md#{name.lower()}\n", RULES + "\n")

    def test_rules_speak_of_what_is_measured(self):
        known = measured.metrics()
        for name in measured.named_in(RULES):
            self.assertTrue(measured.is_measured(name, known), name)
        recorded = set(re.findall(r"record: (\S+)", RULES))
        self.assertLessEqual(set(measured.RECORDED.findall(RULES)), recorded)

    def test_the_reference_is_what_the_program_says(self):
        page = PROMETHEUS / "metrics.md"
        said = measured.page(measured.metrics())
        if os.environ.get("COURANT_UPDATE_GOLDEN"):
            page.write_text(said)
        self.assertEqual(page.read_text(), said,
                         "COURANT_UPDATE_GOLDEN=1 writes it anew")


if __name__ == "__main__":
    unittest.main()
