"""A day at the translation desk by the verbs of courant translation, as a
person or a script types them: asked for, taken, written in an editor, reviewed
by another person, published, and done again where the original was corrected.
The editor is a shell script."""

import os
import re
import subprocess

import harness

KIM, LEE, DESK = "desk/kim", "desk/이", "desk/chief"
SOURCE = ["장관은 부패를 바라지 않는다고 했다.", "회담은 사흘간 열린다."]


class TranslationCliTest(harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.server.courant(
            "article", "create", "--id", "talks", "--language", "ko",
            "--headline", "항만 회담 개막", "--body", "\n\n".join(SOURCE),
            "--copyright", "© The Courier", "--publish", "--actor", DESK)

    def run_verb(self, verb, *arguments, actor=KIM, editor="false"):
        """Runs courant translation VERB; returns what became of it."""
        changes = verb not in ("get", "list", "diff", "status", "lookup")
        who = ("--actor", actor) if changes else ()
        environment = dict(os.environ, COURANT_ADDRESS=self.server.internal,
                           EDITOR=editor, TMPDIR=str(self.folder))
        environment.pop("VISUAL", None)
        return subprocess.run(
            [str(harness.BIN / "courant"), "translation", verb, *arguments,
             *who], capture_output=True, text=True, env=environment,
            timeout=harness.PATIENCE)

    def verb(self, verb, *arguments, code=0, **more):
        """What it prints; what it refuses with where `code` is not 0."""
        done = self.run_verb(verb, *arguments, **more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr if code else done.stdout

    def editor(self, *words):
        """A command that writes `words` into the segments, in their order; None
        leaves one alone."""
        path = self.folder / "editor.py"
        path.write_text(
            "import re, sys\n"
            f"words = iter({list(words)!r})\n"
            "def put(found):\n"
            "    new = next(words, None)\n"
            "    return found.group() if new is None else (\n"
            "        found.group(1) + new + '\\n' + found.group(3))\n"
            "path = sys.argv[1]\n"
            "text = open(path, encoding='utf-8').read()\n"
            "text = re.sub(r'^(>>>>> [^\\n]*\\n)(.*?)^(<<<<< )', put, text,\n"
            "              flags=re.S | re.M)\n"
            "open(path, 'w', encoding='utf-8').write(text)\n",
            encoding="utf-8")
        return f"/usr/bin/env python3 {path}"

    def get(self, name="talks/en"):
        (translation,) = self.server.json("translation", "get", name)
        return translation

    def targets(self, name="talks/en"):
        return [segment.get("target", {}).get("text", "")
                for segment in self.get(name)["content"]["segments"]]

    def kinds(self):
        return [change["kind"] for change in self.server.json("change", "list")
                if change["kind"].startswith("TRANSLATION")]

    def left_file(self, refusal):
        """The file that a refusal names, with the command that sends it."""
        path = re.search(r"your text is in (\S+)", refusal).group(1)
        self.assertIn(f"courant translation edit talks/en --file {path}",
                      refusal)
        return path

    def publish_english(self):
        """From nothing to a published English version."""
        self.verb("request", "talks", "--language", "en", actor=DESK)
        self.verb("edit", "talks/en", editor=self.editor(
            "Harbour talks open", "The minister does not wish for corruption.",
            "The talks last three days."))
        self.verb("submit", "talks/en")
        self.verb("review", "talks/en", actor=LEE)
        self.verb("approve", "talks/en", actor=LEE)
        self.verb("publish", "talks/en", actor=DESK)

    def test_from_a_request_to_an_article(self):
        asked = self.verb("request", "talks", "--language", "en", "--due",
                          "+3h", "--priority", "2", "--note", "저녁에",
                          actor=DESK)
        self.assertIn("articles/talks/translations/en  REQUESTED", asked)
        self.assertIn("REQUESTED", self.verb("list", "--state", "requested"))
        taken = self.verb("claim", "--next", "--language", "en", "--lease",
                          "1h")
        self.assertIn("CLAIMED", taken)
        self.assertRegex(taken, r"token \d+")
        self.assertIn("[LEASE_HELD]",
                      self.verb("claim", "talks/en", actor=LEE, code=1))

        # One sentence is left out, and the desk will not take it.
        self.verb("edit", "talks/en", editor=self.editor(
            "Harbour talks open", "The minister does not wish for corruption.",
            None))
        refusal = self.verb("submit", "talks/en", code=1)
        self.assertIn("[INCOMPLETE]", refusal)
        self.assertIn("courant translation edit talks/en", refusal)
        self.verb("edit", "talks/en", editor=self.editor(
            None, None, "The talks last three days."))
        self.assertEqual(
            [text.strip() for text in self.targets()],
            ["Harbour talks open",
             "The minister does not wish for corruption.",
             "The talks last three days."])
        self.assertIn("SUBMITTED", self.verb("submit", "talks/en"))

        # Nobody reviews their own work; the reviewer sends it back once.
        self.assertIn("[SECOND_PERSON_REQUIRED]",
                      self.verb("review", "talks/en", code=1))
        shown = self.verb("review", "talks/en", actor=LEE)
        self.assertIn(SOURCE[0], shown)
        self.assertIn("The talks last three days.", shown)
        segment = self.get()["content"]["segments"][1]["id"]
        self.verb("reject", "talks/en", "--comment",
                  f"{segment}: 붕괴는 collapse", actor=LEE)
        sheet = self.folder / "sheet"
        redo = self.editor(None, "The minister does not wish for collapse.")
        self.verb("edit", "talks/en",
                  editor=f"sh -c 'cp \"$1\" {sheet}; {redo} \"$1\"' x")
        self.assertIn("comment | 붕괴는 collapse",
                      sheet.read_text(encoding="utf-8"))
        self.verb("submit", "talks/en")
        self.verb("review", "talks/en", actor=LEE)
        self.assertIn("APPROVED", self.verb("approve", "talks/en", actor=LEE))
        published = self.verb("publish", "talks/en", actor=DESK)
        self.assertIn("COMPLETED", published)
        article = self.get()["article"]
        self.assertIn(article, published)
        text = self.server.courant("article", "get", article).stdout
        self.assertIn("The minister does not wish for collapse.", text)
        self.assertIn("translation of", text)
        story = self.get()["story"]
        found = self.verb("lookup", story, "--for", "en-GB, ko")
        self.assertIn(f"{article}  en  LOOKUP for en-GB  of en, ko", found)

        self.assertEqual(self.kinds()[:2],
                         ["TRANSLATION_REQUESTED", "TRANSLATION_CLAIMED"])
        for kind in ("SUBMITTED", "REJECTED", "APPROVED", "COMPLETED"):
            self.assertIn(f"TRANSLATION_{kind}", self.kinds())
        lines = [line for line in
                 self.server.courant("change", "list").stdout.splitlines()
                 if "TRANSLATION_" in line]
        self.assertEqual(len(lines), len(self.kinds()))
        self.assertIn("REQUESTED by desk/chief, CURRENT, 0 of 3", lines[0])

    def test_a_correction_is_taken_in(self):
        self.publish_english()
        self.server.courant(
            "article", "correct", "talks", "--where", "body", "--was", "부패",
            "--now", "붕괴", "--note", "붕괴라고 했다.", "--severity",
            "critical", "--actor", DESK)
        diff = self.verb("diff", "talks/en")
        self.assertIn("CRITICAL", diff)
        self.assertRegex(diff, r"\[-부패.*-\]\{\+붕괴.*\+\}")
        stale = self.verb("status", "--stale")
        self.assertIn("OUTDATED_CRITICAL", stale)
        self.assertIn("항만 회담 개막", stale)
        self.assertIn("TRANSLATION_STALE", self.kinds())
        # What nobody has read is not confirmed by mistake.
        self.assertIn("--yes", self.verb("confirm", "talks/en", code=2))

        self.verb("rebase", "talks/en", actor=DESK)
        sheet = self.folder / "sheet"
        redo = self.editor(None, "The minister does not wish for collapse.")
        self.verb("edit", "talks/en",
                  editor=f"sh -c 'cp \"$1\" {sheet}; {redo} \"$1\"' x")
        self.assertRegex(sheet.read_text(encoding="utf-8"),
                         r"# changed \| .*\[-부패.*\{\+붕괴")
        self.verb("submit", "talks/en")
        self.verb("review", "talks/en", actor=LEE)
        self.verb("approve", "talks/en", actor=LEE)
        self.verb("publish", "talks/en", actor=DESK)
        self.assertEqual(self.get()["freshness"], "CURRENT")
        self.assertNotIn("talks", self.verb("status", "--stale"))
        text = self.server.courant("article", "get",
                                   self.get()["article"]).stdout
        self.assertIn("does not wish for collapse", text)

    def test_a_small_correction_is_confirmed(self):
        self.publish_english()
        self.server.courant(
            "article", "refile", "talks", "--where", "body", "--was", "사흘간",
            "--now", "3일간", "--actor", DESK)
        revision = re.search(r"source revision \d+ to (\d+)",
                             self.verb("diff", "talks/en")).group(1)
        self.verb("confirm", "talks/en", "--revision", revision)
        self.assertEqual(self.get()["freshness"], "CURRENT")
        self.assertEqual(self.targets()[2].strip(),
                         "The talks last three days.")

    def test_no_text_is_lost_when_work_is_taken_away(self):
        self.verb("request", "talks", "--language", "en", actor=DESK)
        take = (f"COURANT_ADDRESS={self.server.internal} "
                f"{harness.BIN / 'courant'} translation")
        # While the editor is open the desk gives the work to somebody else.
        refusal = self.verb("edit", "talks/en", code=1, editor=(
            f"sh -c '{self.editor('Harbour talks')} \"$1\" && "
            f"{take} revoke talks/en --actor {DESK} >&2 && "
            f"{take} claim talks/en --actor {LEE} >&2' x"))
        self.assertIn("[SESSION_FENCED]", refusal)
        path = self.left_file(refusal)
        with open(path, encoding="utf-8") as file:
            self.assertIn("Harbour talks", file.read())
        self.assertEqual(self.targets()[0], "")
        self.assertIn("[LEASE_HELD]",
                      self.verb("edit", "talks/en", "--file", path, code=1))
        self.verb("release", "talks/en", actor=LEE)
        self.verb("edit", "talks/en", "--file", path)
        self.assertEqual(self.targets()[0].strip(), "Harbour talks")
        self.assertTrue(os.path.exists(path))

    def test_nobody_overwrites_what_somebody_else_wrote(self):
        self.verb("request", "talks", "--language", "en", actor=DESK)
        self.verb("edit", "talks/en", editor=self.editor("Mine", "Mine too."))
        first = self.verb("edit", "talks/en", code=1, editor=(
            f"sh -c '{self.editor('Mine again')} \"$1\"; exit 3' x"))
        path = self.left_file(first)
        self.verb("edit", "talks/en", editor=self.editor("Theirs"))
        refusal = self.verb("edit", "talks/en", "--file", path, code=1)
        self.assertIn("[ETAG_MISMATCH]", refusal)
        self.assertEqual(self.targets()[0].strip(), "Theirs")
        self.verb("edit", "talks/en", "--file", path, "--overwrite")
        self.assertEqual(self.targets()[0].strip(), "Mine again")

    def test_a_kill_reaches_the_editor(self):
        self.verb("request", "talks", "--language", "en", actor=DESK)
        take = (f"COURANT_ADDRESS={self.server.internal} "
                f"{harness.BIN / 'courant'} article kill talks --yes >&2")
        refusal = self.verb("edit", "talks/en", code=1, editor=(
            f"sh -c '{self.editor('Harbour talks')} \"$1\" && "
            f"{take} --reason Court --actor {DESK} && "
            f"{take} --confirm --actor {LEE}' x"))
        self.assertIn("[SOURCE_KILLED]", refusal)
        self.assertIn("discard every copy", refusal)
        self.left_file(refusal)
        self.assertIn("[SOURCE_KILLED]",
                      self.verb("claim", "talks/en", actor=LEE, code=1))

    def test_words_that_look_like_the_sheet_are_words(self):
        self.verb("request", "talks", "--language", "en", actor=DESK)
        odd = ["\\>>>>> headline.1", "# no note\n\n\\<<<<< x",
               "⟦⟦1⟧ \\ 붕괴"]
        self.verb("edit", "talks/en", editor=self.editor(*odd))
        self.assertEqual(
            [text.strip() for text in self.targets()],
            [">>>>> headline.1", "# no note\n\n<<<<< x", "⟦1⟧ \\ 붕괴"])
        done = self.run_verb("edit", "talks/en", editor="true")
        self.assertIn("nothing was changed", done.stderr)

    def test_marks_can_be_carried_over(self):
        article = harness.an_article("굵게", "ko")
        text = article.body[0].paragraph.text
        text.text = "장관은 붕괴라고 했다."
        text.marks.add(type=1, start=4, end=6)
        name = self.create(article).name.removeprefix("articles/")
        self.verb("request", name, "--language", "en", actor=DESK)
        self.verb("edit", f"{name}/en", editor=self.editor(
            "Bold", "He said ⟦1⟧collapse⟦/1⟧."))
        target = self.get(f"{name}/en")["content"]["segments"][1]["target"]
        self.assertEqual(target["text"].strip(), "He said collapse.")
        self.assertEqual(target["marks"],
                         [{"type": "STRONG", "start": 8, "end": 16}])


if __name__ == "__main__":
    harness.main()
