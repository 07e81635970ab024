"""The whole life of an article by the verbs of courant article, as an editor
or a script types them."""

import harness

KIM, LEE = "desk/kim", "desk/이"


class VerbsTest(harness.ServerTest):
    def verb(self, verb, *arguments, actor=KIM, code=0):
        """Runs courant article VERB tide ...; returns what it printed."""
        done = self.server.courant(
            "article", verb, "tide", *arguments, "--actor", actor,
            check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr if code else done.stdout

    def state(self):
        (article,) = self.server.json("article", "get", "tide")
        return article["state"]

    def kinds(self):
        return [change["kind"] for change in self.server.json("change", "list")]

    def history(self):
        """The events and details, without number, time and actor."""
        text = self.server.courant("article", "history", "tide").stdout
        lines = []
        for line in text.splitlines()[1:]:
            detail = line.startswith("      ")
            lines.append(line.strip() if detail
                         else line.split(maxsplit=3)[3])
        return lines

    def draft(self):
        self.server.courant(
            "article", "create", "--id", "tide", "--language", "ko",
            "--headline", "물때 바뀐다", "--body", "첫째.\n\n부패라고 했다.",
            "--copyright", "© The Courier", "--alias", "desk=1", "--actor",
            KIM)

    def test_from_a_draft_to_a_kill(self):
        self.draft()
        self.assertIn("SCHEDULED", self.verb("schedule", "--at", "+2h"))
        self.assertIn("DRAFT", self.verb("unschedule"))
        self.assertIn("EMBARGOED", self.verb("publish", "--embargo", "+1h"))
        self.assertIn("PUBLISHED", self.verb("publish"))
        self.assertIn("CORRECTED", self.verb(
            "correct", "--where", "body", "--was", "부패", "--now", "붕괴",
            "--note", "장관의 말은 붕괴였다.", actor=LEE))
        self.verb("refile", "--where", "headline", "--was", "바뀐다", "--now",
                  "바뀌다")
        self.verb("hold", "--reason", "A doubt.", "--contact", "desk@c.example",
                  "--yes")
        self.verb("release", "--reason", "No doubt.")
        self.verb("withdraw", "--reason", "Not ours.", "--action", "review",
                  "--yes")
        self.verb("restore", "--reason", "Ours.")
        self.verb("kill", "--reason", "A court order.", "--yes")
        told = self.history()
        for expected in (
                'body/p2: "부패" -> "붕괴"', "note: 장관의 말은 붕괴였다.",
                "put on hold", "reason: A doubt.", "contact: desk@c.example",
                "released from hold", "note: No doubt.", "withdrawn",
                "subscribers: have a person look at it", "restored",
                "asked for a kill", "reason: A court order."):
            self.assertIn(expected, told)
        self.assertIn("another person",
                      self.verb("kill", "--confirm", "--yes", code=1))
        self.assertIn("KILLED", self.verb("kill", "--confirm", "--yes",
                                          actor=LEE))
        self.assertEqual(
            self.history(),
            ["erased by the kill"] * 12 +
            ["killed, for ever",
             f"{KIM} had asked for it, {LEE} confirmed",
             "reason: A court order.", "subscribers: remove every copy"])
        self.assertEqual(
            self.kinds(),
            ["DRAFTED", "SCHEDULED", "UNSCHEDULED", "PRE_NOTICED",
             "EMBARGO_RELEASED", "CORRECTED", "REFILED", "HELD",
             "HOLD_RELEASED", "WITHDRAWN", "RESTORED", "KILL_REQUESTED",
             "KILLED"])
        printed = self.server.courant("change", "list").stdout
        for words in ("부패", "붕괴", "물때"):
            self.assertNotIn(words, printed)
        self.assertIn("nothing can be done", self.verb("hold", "--reason", "x",
                                                       "--yes", code=1))

    def test_what_stops_readers_is_not_done_unasked(self):
        self.draft()
        self.verb("publish")
        for verb in (("hold", "--reason", "r"), ("withdraw", "--reason", "r"),
                     ("kill", "--reason", "r"), ("kill", "--confirm")):
            self.assertIn("--yes", self.verb(*verb, code=2))
        self.assertEqual(self.state(), "PUBLISHED")

    def test_a_refusal_says_what_is_allowed(self):
        self.draft()
        refusal = self.verb("hold", "--reason", "r", "--yes", code=1)
        self.assertIn("[ILLEGAL_TRANSITION]", refusal)
        commands = [line.split() for line in refusal.splitlines()
                    if line.startswith("    courant ")]
        self.assertEqual([c[2] for c in commands],
                         ["update", "schedule", "publish"])
        # What is printed can be pasted.
        self.server.courant(*commands[-1][1:])
        self.assertEqual(self.state(), "PUBLISHED")


if __name__ == "__main__":
    harness.main()
