"""Drills with partners: the reference clients pass, and who is careless in one
way is told in which."""

import json
import pathlib
import re
import signal
import subprocess

import harness
import trial
from partner_desk import an_article

HERE = pathlib.Path(__file__).resolve().parent
STEPS = ["new", "update", "refile", "correction", "hold", "release",
         "pre-notice", "embargo lift", "withdraw", "kill", "revoke",
         "give back"]
NOTICES = ["correction", "hold", "withdraw", "kill"]
# Long enough for a good client on a busy machine, and what a careless one costs
# the test.
PATIENCE, SHORT = "60s", "5s"


class DrillTest(trial.TrialTest):
    def setUp(self):
        super().setUp()
        screen = self.onboard("daily", "--key-file", self.key_file())
        self.python, self.node = self.commands(screen)

    def drill(self, *arguments, timeout=PATIENCE, code=0, name="daily"):
        """The steps that were missed, each with what was said."""
        done = self.server.courant(
            "partner", "drill", name, "--timeout", timeout, "-o", "json",
            *arguments, check=False, timeout=600)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        steps = [json.loads(line) for line in done.stdout.splitlines()]
        self.said = done.stderr
        if steps:
            self.assertEqual([step["step"] for step in steps], STEPS)
        return {step["step"]: step["words"] for step in steps
                if not step["passed"]}

    def careless(self, how):
        script = HERE / "careless_outlet.py"
        client = self.start(self.python.replace(
            "clients/python/follow.py", f"{script} {how}"))
        client.wait_for("started")
        return client

    def states(self):
        """How the articles of drills are left."""
        listed = self.server.json("article", "list")
        return {article["state"] for article in listed
                if article["name"].startswith("articles/drill-")}

    def check_passes(self, command):
        client = self.start(command)
        client.wait_for("complete")
        self.assertEqual(self.drill(), {})
        self.assertEqual(self.states(), {"WITHDRAWN", "KILLED"})
        # Again, a month later, it is not the same articles.
        self.assertEqual(self.drill(), {})
        client.wait_for("applied", kind="KILLED")
        self.assertEqual(client.stop(), 0)
        took = self.server.courant("partner", "deliveries", "daily").stdout
        self.assertEqual(len(set(re.findall(r"drill-[0-9a-f-]{36}", took))), 2)

    def test_the_client_in_python_passes_and_keeps_nothing(self):
        self.check_passes(self.python)
        # The last notice is of the end of the drill, after the last step.
        client = self.start(self.python)
        client.wait_for("started")
        self.create(self.sandboxed())
        client.wait_for("change", kind="PUBLISHED")
        self.assertEqual(len(self.mirror()), 1, self.mirror())

    def test_the_client_in_node_passes(self):
        self.check_passes(self.node)

    def sandboxed(self):
        article = an_article()
        article.sections.add(code="sandbox-daily")
        return article

    def test_who_ignores_kills(self):
        self.careless("ignores-kills")
        self.assertEqual(self.drill(timeout=SHORT, code=1),
                         {"kill": "was sent the notice, and said nothing to "
                                  "it"})
        self.assertIn("1 of 12 steps were missed: kill", self.said)

    def test_who_never_acknowledges(self):
        self.careless("never-acknowledges")
        self.assertEqual(list(self.drill(timeout=SHORT, code=1)), NOTICES)

    def test_who_does_not_say_that_it_is_done(self):
        self.careless("only-acknowledges")
        missed = self.drill(timeout=SHORT, code=1)
        self.assertEqual(list(missed), NOTICES)
        self.assertEqual(len(set(missed.values())), 1)
        self.assertIn("did not say it is done", missed["kill"])

    def test_who_reads_nothing(self):
        # What is sent counts as taken; that nobody read it shows by notices.
        self.careless("reads-nothing")
        self.assertEqual(list(self.drill(timeout=SHORT, code=1)), NOTICES)

    def test_who_is_not_there(self):
        missed = self.drill(timeout="1s", code=1)
        self.assertEqual(list(missed), STEPS)
        self.assertEqual(self.states(), {"WITHDRAWN", "KILLED"})

    def test_cut_short_it_leaves_nothing_behind(self):
        drill = subprocess.Popen(
            [harness.BIN / "courant", "partner", "drill", "daily", "--address",
             self.server.internal, "--timeout", "1h"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(drill.kill)
        # It waits for the first step, which nobody does.
        while not self.states():
            self.assertIsNone(drill.poll())
        drill.send_signal(signal.SIGINT)
        said = drill.communicate(timeout=harness.PATIENCE)
        self.assertEqual((drill.returncode, said[0]), (1, ""), said)
        self.assertIn("stopped", said[1])
        self.assertEqual(self.states(), {"WITHDRAWN"})

    def test_what_another_left_behind_is_cleared_away(self):
        # As a drill leaves it that is killed between revoking and giving back.
        article = self.sandboxed()
        self.create(article, article_id="drill-killed-1")
        self.create(article, article_id="mine")
        self.server.courant(
            "partner", "suspend", "daily/sandbox/sandbox", "--reason",
            "An exercise: a drill with a partner.", "--yes")
        self.start(self.python).wait_for("complete")
        self.assertEqual(self.drill(), {})
        (mine,) = self.server.json("article", "get", "mine")
        self.assertEqual((self.states(), mine["state"]),
                         ({"WITHDRAWN", "KILLED"}, "PUBLISHED"))

    def test_who_is_not_cleared_gets_no_pre_notice(self):
        self.server.courant("partner", "create", "daily", "--update",
                            "--embargo", "not-cleared")
        self.start(self.python).wait_for("complete")
        self.assertEqual(self.drill(), {})
        took = self.server.courant("partner", "deliveries", "daily").stdout
        self.assertNotIn("METADATA", took)

    def test_who_may_have_nothing_is_not_drilled_with(self):
        for name in "daily/sandbox/sandbox", "daily":
            self.server.courant("partner", "suspend", name, "--reason",
                                "Unpaid.", "--yes")
            tail = self.tail()
            self.drill(timeout="1s", code=1)
            self.assertIn(f"courant partner resume {name}", self.said)
            self.assertEqual(self.tail(), tail)

    def test_reaches_no_other(self):
        verb = self.server.courant
        for name, filter in ("sport", 'section="sport"'), ("all", ""):
            verb("partner", "product", name, "--called", name, "--filter",
                 filter)
        verb("partner", "create", "weekly", "--called", "Weekly")
        verb("partner", "contract", "weekly/2026", "--called", "2026")
        verb("partner", "grant", "weekly/2026/sport", "--product", "sport",
             "--use", "web")
        verb("partner", "grant", "weekly/2026/all", "--product", "all",
             "--use", "web")
        self.drill(timeout="1s", code=1)
        self.assertIn("products/all would have the articles", self.said)
        self.assertEqual(self.states(), set())
        # As it says.
        (words,) = re.findall("courant partner product all .*", self.said)
        verb("partner", "product", "all", "--update", "--filter",
             re.search("'(.*)'", words).group(1))
        self.onboard("other", "--key-file", self.key_file("other"))
        self.start(self.python).wait_for("complete")
        self.assertEqual(self.drill(), {})
        for name in "weekly", "other":
            for what in "deliveries", "notices":
                self.assertEqual(self.server.json("partner", what, name), [])
        # A partner in earnest is asked for by its name, and says so.
        self.drill(timeout="1s", code=1, name="weekly")
        self.assertIn("onboard weekly", self.said)
        self.assertIn("--real", self.onboard("weekly", code=1))
        self.onboard("weekly", "--real", "--key-file", self.key_file("weekly"))
        self.drill(timeout="1s", code=1, name="weekly")
        self.assertIn("partner in earnest", self.said)


if __name__ == "__main__":
    harness.main()
