"""What a source does reaches its translations, and nothing else does: what is
out of date, what is stopped, what waits; and who is told of it."""

import grpc

import harness
import translation_desk
from harness import changes
from newsroom import Kind, State, correction, text, timestamp
from probes import CHANGES, Caller, contract
from translation_desk import (SourceChange, freshness, reworded,
                              service, state, token_of, words)

HOUR = 3600
SERVICE = "courant.v1.TranslationService"


def kinds(came):
    return [Kind.Name(change.kind) for change in came]


class FreshnessTest(translation_desk.DeskTest):
    def setUp(self):
        super().setUp()
        self.original = self.source(
            "It began on Monday. It goes on in the old harbour.",
            "Nobody left.")
        self.made = self.desk.make(self.original.name, "ko")
        self.name = self.made.name

    def edit(self, paragraph, was, now):
        current = self.newsroom.get(self.original.name)
        return self.newsroom.do("update", current.name,
                                body=reworded(current, paragraph, was, now))

    def test_what_is_out_of_date_and_what_repairs_it(self):
        desk, name = self.desk, self.name
        begin = self.tail()
        self.edit(1, "goes on", "ended")
        self.assertEqual(kinds(self.since(begin)),
                         ["UPDATED", "TRANSLATION_STALE"])
        stale = desk.get(name)
        self.assertEqual(freshness(stale), "OUTDATED")
        self.edit(2, "Nobody left.", "Nobody left!")
        two = desk.diff(name)
        self.assertEqual(
            [(SourceChange.Kind.Name(c.kind), list(c.segments),
              SourceChange.Impact.Name(c.impact), c.revision)
             for c in two.changes],
            [("EDITED", ["body/p1.2"], "NORMAL", 2),
             ("PUNCTUATION", ["body/p2.1"], "MINOR", 3)])
        change = two.changes[0]
        spans = [(change.was[s.was_start:s.was_end],
                  change.now[s.now_start:s.now_end]) for s in change.spans]
        self.assertEqual(spans, [("goes on", "ended")])
        self.assertEqual((two.bound_revision, two.source_revision), (1, 3))
        one = desk.diff(name, 2)
        self.assertEqual([list(c.segments) for c in one.changes],
                         [["body/p1.2"]])
        self.refused("FIELD_INVALID", desk.diff, name, 4)
        # Nobody confirms what they have not read.
        self.refused("FIELD_INVALID", desk.do, "Confirm", name,
                     source_revision=2)
        before = desk.get(name)
        confirmed = desk.do("Confirm", name, source_revision=3)
        self.assertEqual((freshness(confirmed), confirmed.source_revision,
                          state(confirmed)), ("CURRENT", 3, "COMPLETED"))
        self.assertEqual(words(confirmed.content), words(before.content))
        self.assertEqual({s.state for s in confirmed.content.segments}, {3})

    def test_what_people_wrote_is_kept(self):
        desk, name = self.desk, self.name
        desk.request(self.original.name, "ko")  # again, with its texts
        token = token_of(desk.do("Claim", name))
        desk.write(name, token, {"body/p2.1": "새로 쓴 글."})
        self.edit(1, "It goes on in the old harbour.",
                  "It ended in the old harbour. All went home.")
        # Under her hands; the token is needed, and goes on.
        self.refused("SESSION_FENCED", desk.do, "Rebase", name)
        rebased = desk.do("Rebase", name, fencing_token=token)
        self.assertEqual(state(rebased), "TRANSLATING")
        written = words(rebased.content)
        self.assertEqual(written["body/p2.1"], "새로 쓴 글.")
        self.assertEqual(written["body/p1.1"], "[ko] It began on Monday.")
        missing = [s.id for s in rebased.content.segments if s.state == 1]
        self.assertEqual(len(missing), 2, rebased.content)
        self.assertNotIn("body/p2.1", missing)
        desk.write(name, token, {s: "글." for s in missing})
        desk.do("Submit", name, fencing_token=token)
        # Added and removed: that is not confirmed, but taken in.
        self.edit(2, "Nobody left.", "Nobody left. Some stayed for the night.")
        info = self.refused("INCOMPLETE", desk.do, "Confirm", name,
                            source_revision=3)
        self.assertEqual(info.metadata["count"], "1")

    def test_detached(self):
        detached = self.desk.do("Detach", self.name)
        self.assertEqual(detached.kind, 2)
        killed_words = self.edit(1, "goes on", "ended")
        self.assertEqual(freshness(self.desk.get(self.name)), "DETACHED")
        self.newsroom.do("hold", killed_words.name, reason="a doubt")
        self.assertEqual(freshness(self.desk.get(self.name)),
                         "SOURCE_WITHHELD")
        self.assertEqual(State.Name(self.newsroom.get(
            self.made.article).state), "WITHHELD")

    def test_the_list_of_what_is_out_of_date(self):
        other = self.source()
        self.desk.request(other.name, "ko")
        self.desk.request(self.original.name, "fr")
        self.edit(1, "goes on", "ended")

        def found(**fields):
            return sorted(t.name for t in self.desk.list(page_size=1, **fields))

        stale = [translation_desk.Freshness.OUTDATED]
        self.assertEqual(found(freshness=stale), [
            f"{self.original.name}/translations/fr", self.name])
        self.assertEqual(found(freshness=stale, languages=["ko"]), [self.name])
        self.assertEqual(found(story=other.story),
                         [f"{other.name}/translations/ko"])
        self.assertEqual(len(found(parent=self.original.name)), 2)

    def test_a_translation_that_is_corrected_alone(self):
        spanish = self.desk.make(self.made.article, "es")
        before = self.newsroom.get_bytes(self.original.name)
        self.newsroom.do("correct", self.made.article, corrections=[
            correction("body/p2", "Nobody", "Somebody")],
            note_public=text("Somebody did."))
        self.assertEqual(freshness(self.desk.get(spanish.name)),
                         "OUTDATED_CRITICAL")
        self.assertEqual(freshness(self.desk.get(self.name)), "CURRENT")
        self.assertEqual(self.newsroom.get_bytes(self.original.name), before)
        # No cycles, however long.
        for article, language in ((self.made.article, "en"),
                                  (spanish.article, "en"),
                                  (spanish.article, "ko")):
            self.refused("FIELD_INVALID", self.desk.request, article, language)


class StopTest(translation_desk.DeskTest):
    def test_held_until_an_editor_decides(self):
        original = self.source()
        done = self.desk.make(original.name, "ko")
        pivot = self.desk.make(done.article, "ja")
        open_work = self.desk.request(original.name, "fr").name
        token = token_of(self.desk.do("Claim", open_work))
        self.desk.write(open_work, token, {"headline.1": "Paroles"})
        begin = self.tail()
        self.newsroom.do("hold", original.name, reason="a doubt")
        came = self.since(begin)
        self.assertEqual([c.group_continues for c in came],
                         [True] * (len(came) - 1) + [False])
        self.assertEqual(kinds(came).count("HELD"), 3)
        self.assertEqual(kinds(came).count("TRANSLATION_CANCELLED"), 1)
        for article in (done.article, pivot.article):
            self.assertEqual(self.state_of(article), "WITHHELD")
            _, info, _ = self.newsroom.refusal(
                self.newsroom.do, "release", article)
            self.assertEqual(info.reason, "SOURCE_STOPPED")
        self.refused("SOURCE_STOPPED", self.desk.write, open_work, token,
                     {"headline.1": "Discours"})
        self.refused("SOURCE_STOPPED", self.desk.request, original.name, "de")
        self.refused("SOURCE_STOPPED", self.desk.publish, done.name)
        self.assertEqual(state(self.desk.get(open_work)), "CANCELLED")
        self.newsroom.do("release", original.name)
        # Nothing goes out by itself.
        self.assertEqual(self.state_of(done.article), "WITHHELD")
        self.assertEqual(freshness(self.desk.get(done.name)), "CURRENT")
        # Not the third before the second.
        _, info, _ = self.newsroom.refusal(self.newsroom.do, "release",
                                           pivot.article)
        self.assertEqual(info.reason, "SOURCE_STOPPED")
        self.newsroom.do("release", done.article)
        self.newsroom.do("release", pivot.article)
        self.assertEqual(self.state_of(pivot.article), "PUBLISHED")
        # And the text that was being written is still there.
        self.desk.request(original.name, "fr")
        self.assertEqual(
            words(self.desk.get(open_work).content)["headline.1"], "Paroles")
        self.refused("SESSION_FENCED", self.desk.write, open_work, token,
                     {"headline.1": "Discours"})

    def state_of(self, name):
        return State.Name(self.newsroom.get(name).state)

    def approved(self, article, language):
        name = self.desk.request(article, language).name
        self.desk.translate(name)
        self.desk.review(name)
        return name

    def test_a_schedule_ends_with_its_source(self):
        original = self.source()
        name = self.approved(original.name, "ko")
        (made,) = self.desk.publish(name, schedule_time=timestamp(HOUR))
        self.assertEqual(self.state_of(made.article), "SCHEDULED")
        self.newsroom.do("withdraw", original.name, reason="not ours")
        self.assertEqual(self.state_of(made.article), "DRAFT")
        self.assertEqual(freshness(self.desk.get(name)), "SOURCE_WITHDRAWN")

    def test_no_translation_is_out_before_its_source(self):
        article = translation_desk.an_original(["One. Two."], "Head", "ko")
        until = timestamp(2 * HOUR)
        article.embargo_until.CopyFrom(until)
        original = self.newsroom.create(article)
        name = self.approved(original.name, "en")
        for fields in ({"schedule_time": timestamp(HOUR)},
                       {"embargo_until": timestamp(HOUR)}):
            info = self.refused("SOURCE_EMBARGOED", self.desk.publish, name,
                                **fields)
            self.assertEqual(info.metadata["source"], original.name)
        (made,) = self.desk.publish(name)
        result = self.newsroom.get(made.article)
        self.assertEqual(State.Name(result.state), "EMBARGOED")
        self.assertEqual(result.embargo_until.seconds, until.seconds)
        # Moved later: both are, in one commit.
        later, begin = timestamp(3 * HOUR), self.tail()
        self.newsroom.do("update", original.name, embargo_until=later)
        self.assertEqual(kinds(self.since(begin)),
                         ["EMBARGO_CHANGED", "EMBARGO_CHANGED"])
        self.assertEqual(
            self.newsroom.get(made.article).embargo_until.seconds,
            later.seconds)
        _, info, _ = self.newsroom.refusal(self.newsroom.do, "publish",
                                           made.article)
        self.assertEqual(info.reason, "SOURCE_EMBARGOED")
        # Lifted early: the translation waits for somebody to decide.
        self.newsroom.do("publish", original.name)
        self.assertEqual(self.state_of(original.name), "PUBLISHED")
        self.assertEqual(self.state_of(made.article), "EMBARGOED")
        self.newsroom.do("publish", made.article)
        self.assertEqual(self.state_of(made.article), "PUBLISHED")


class LookupTest(translation_desk.DeskTest):
    def test_the_version_for_a_reader(self):
        available = {
            "harbour": ["ko", "en", "zh-Hant", "pt-PT"],
            "summit": ["zh", "sr"],
        }
        for story, tags in available.items():
            for tag in tags:
                article = harness.an_article(f"{story} {tag}", tag)
                article.story = f"stories/{story}"
                self.newsroom.create(article)
        # A draft is no version.
        draft = harness.an_article("fr", "fr")
        draft.story = "stories/harbour"
        self.newsroom.create(draft, published=False)
        for story, ranges, expected in (
                ("harbour", ["zh-TW"], ("zh-Hant", "NEAR")),
                ("harbour", ["zh-Hant-TW"], ("zh-Hant", "LOOKUP")),
                ("harbour", ["ko"], ("ko", "EXACT")),
                ("harbour", ["KO-kr"], ("ko", "LOOKUP")),
                ("harbour", ["en-GB"], ("en", "LOOKUP")),
                ("harbour", ["pt-BR"], ("pt-PT", "NEAR")),
                ("harbour", ["fr", "en"], ("en", "EXACT")),
                ("harbour", ["fr", "*"], ("pt-PT", "ANY")),
                ("harbour", ["fr"], None),
                ("summit", ["zh-TW"], None),
                ("summit", ["sr-Latn"], None),
                ("summit", ["sr-Cyrl"], ("sr", "LOOKUP"))):
            with self.subTest(story=story, ranges=ranges):
                name = f"stories/{story}"
                if expected:
                    found = self.desk.lookup(name, *ranges)
                    rule = service.LanguageVersion.Rule.Name(found.rule)
                    if expected[1] != "ANY":  # Whichever is the original.
                        self.assertEqual((found.language, rule), expected)
                        self.assertIn(found.language_range.lower(),
                                      [r.lower() for r in ranges])
                    self.assertEqual(rule, expected[1])
                    self.assertEqual(list(found.available),
                                     sorted(available[story]))
                    self.assertEqual(
                        self.newsroom.get(found.article).language,
                        found.language)
                else:
                    info = self.refused("RESOURCE_NOT_FOUND",
                                        self.desk.lookup, name, *ranges)
                    self.assertEqual(info.metadata["available"],
                                     ",".join(sorted(available[story])))
        for wanted in ("zh-TW", "sr-Latn"):
            served = self.desk.lookup("stories/summit", wanted,
                                      allow_script_fallback=True)
            self.assertEqual(served.language, wanted[:2])


class WireTest(translation_desk.DeskTest):
    def test_the_house_is_told_and_nobody_else(self):
        original = self.source()
        begin = self.tail()
        done = self.desk.make(original.name, "ko")
        self.newsroom.do("correct", original.name, corrections=[
            correction("body/p1", "Monday", "Sunday")],
            note_public=text("Sunday"))
        tail = self.tail()
        seen = []
        for audience in (None, "public"):
            caller = Caller(self.server, audience)
            self.addCleanup(caller.close)
            told, position = [], None
            for message in caller.stream(changes.SubscribeChangesRequest(
                    start_from=changes.EARLIEST_RETAINED,
                    end_sequence=tail)):
                body = getattr(message, message.WhichOneof("event"))
                if message.HasField("started"):
                    position = body.resume_after_sequence
                    continue
                self.assertEqual(body.after_sequence, position)
                position = body.sequence
                told += message.batch.changes
            self.assertEqual(position, tail)
            seen.append(told)
        inside, outside = seen
        work = [c for c in inside if "/translations/" in c.resource]
        self.assertEqual(len(work), tail - begin - 2)
        for change in work:
            self.assertEqual(change.WhichOneof("payload"), "translation")
            self.assertEqual(change.translation.name, done.name)
            self.assertEqual(change.translation.change_sequence,
                             change.sequence)
            self.assertTrue(change.actor)
            self.assertEqual(
                change.translation.HasField("content"),
                Kind.Name(change.kind) in (
                    "TRANSLATION_REQUESTED", "TRANSLATION_UPDATED",
                    "TRANSLATION_APPROVED"), Kind.Name(change.kind))
        self.assertEqual([(c.resource, Kind.Name(c.kind)) for c in outside],
                         [(original.name, "PUBLISHED"),
                          (done.article, "PUBLISHED"),
                          (original.name, "CORRECTED")])
        for change in outside:
            self.assertNotIn(b"/translations/", change.SerializeToString())
        self.check_outside(work)

    def check_outside(self, work):
        """No way to a change of the desk, and none to its methods."""
        caller = Caller(self.server, "public")
        self.addCleanup(caller.close)
        for change in work:
            answers = [caller.call(f"{CHANGES}/GetChange",
                                   changes.GetChangeRequest(name=name))
                       for name in (change.name, "changes/999999")]
            self.assertEqual({a.code for a in answers},
                             {grpc.StatusCode.NOT_FOUND})
        methods = [m for m in contract() if m.startswith(SERVICE)]
        self.assertGreater(len(methods), 15)
        before = self.tail()
        for method in methods:
            answer = caller.call(method, contract()[method][0]())
            self.assertEqual(answer.code, grpc.StatusCode.PERMISSION_DENIED,
                             method)
            self.assertIn(b"NOT_CLEARED", answer.data)
        self.assertEqual(self.tail(), before)


if __name__ == "__main__":
    harness.main()
