"""The console in a real browser, over a newspaper at work: at the width of a
phone and of a desk, light and dark. Pictures stay in build/console."""

import json
import pathlib
import subprocess
import unittest
import urllib.error
import urllib.request

import harness
import load
import translation_desk
from measured import ROOT

HERE = pathlib.Path(__file__).resolve().parent
PICTURES = ROOT / "build" / "console"
# What every answer of the ops listener forbids a browser.
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
           "Referrer-Policy": "no-referrer",
           "Cross-Origin-Resource-Policy": "same-origin"}


class ConsoleTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        _, cls.server, cls.load = load.at_work(cls.addClassCleanup, seed=7)

    def answer(self, path, method="GET"):
        request = urllib.request.Request(f"http://{self.server.ops}{path}",
                                         method=method)
        return urllib.request.urlopen(request, timeout=harness.PATIENCE)

    def test_a_browser_finds_nothing_wrong_with_it(self):
        PICTURES.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["node", HERE / "browser" / "look.mjs", self.server.ops, PICTURES],
            capture_output=True, text=True, timeout=400)
        self.assertEqual(self.load.failures, [])
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual(said["wrong"], [])
        self.assertGreaterEqual(said["leastContrast"], 4.5)
        for name in ("390-light", "390-dark", "1440-light", "1440-dark"):
            self.assertGreater(
                (PICTURES / f"console-{name}.png").stat().st_size, 10_000)

    def test_a_browser_may_run_nothing_but_what_this_server_gives(self):
        for path in ("/console", "/console/console.js", "/console/console.css",
                     "/console/icon.svg", "/console/chart.js",
                     "/console/state"):
            with self.answer(path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertIn("frame-ancestors 'none'", policy)
                self.assertNotIn("unsafe", policy)
                for name, value in HEADERS.items():
                    self.assertEqual(answer.headers[name], value, path)
                self.assertLess(len(answer.read()), 1 << 20)
        page = self.server.page("/console")
        self.assertNotIn("<style", page)
        self.assertNotIn("style=", page)
        self.assertNotRegex(page, r"<script(?![^>]* src=\"/console/)")
        self.assertNotRegex(page, r"(?i)\son[a-z]+=|https?://")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.answer("/console/state", "POST")
        self.assertEqual(caught.exception.code, 405)

    def test_the_state_names_nothing_that_is_not_public(self):
        newsroom = self.load.newsroom
        draft = newsroom.create(harness.an_article("A draft 초안"), False)
        self.load.desk.request(draft.name, "ko")
        newsroom.do("update", draft.name, body=translation_desk.reworded(
            draft, 1, "Monday", "Tuesday"))
        behind = [t.source_article for t in self.load.desk.list(
            freshness=[translation_desk.Freshness.Value("OUTDATED"),
                       translation_desk.Freshness.Value("OUTDATED_MINOR")])]
        self.assertIn(draft.name, behind)
        secret = harness.an_article("Under embargo 엠바고")
        secret.embargo_until.CopyFrom(load.timestamp(3600))
        later = newsroom.create(secret)
        gone = newsroom.create(harness.an_article("A killed headline"))
        newsroom.kill(gone.name)
        out = newsroom.create(harness.an_article("It is out 나왔다"))
        for _ in range(50):  # It is as of a second ago at most.
            text = self.server.page("/console/state")
            if out.name in text:
                break
            self.load.over.wait(0.1)
        state = json.loads(text)
        rows = {c["sequence"]: c for c in state["changes"]}
        self.assertIn("It is out 나왔다",
                      [c.get("headline") for c in rows.values()])
        for hidden in ("A draft", "Under embargo", "A killed headline",
                       draft.name, later.name):
            self.assertNotIn(hidden, text)
        killed = [c for c in rows.values()
                  if c["resource"] == gone.name and c["kind"] == "KILLED"]
        self.assertEqual(len(killed), 1)
        self.assertNotIn("headline", killed[0])
        self.assertLessEqual(len(rows), 50)
        self.assertEqual(sorted(rows, reverse=True), list(rows))


if __name__ == "__main__":
    unittest.main()
