"""The work of a translation desk, over RPC: from the request to what is
published."""

from courant.v1 import article_pb2, translation_pb2

import translation_desk
from harness import changes
from newsroom import KIM, Kind, State, correction, text, timestamp
from probes import Caller
from translation_desk import (HAN, OH, SourceChange, an_original, freshness,
                              reworded, service, state, token_of, words)

SENTENCES = ["headline.1", "body/p1.1", "body/p1.2"]


def kinds(changes):
    return [Kind.Name(change.kind) for change in changes]


class WorkTest(translation_desk.DeskTest):
    def setUp(self):
        super().setUp()
        self.original = self.source()

    def test_from_the_request_to_the_article(self):
        desk, begin = self.desk, self.tail()
        made = desk.request(self.original.name, "ko", note="soon")
        name = made.name
        self.assertEqual(name, f"{self.original.name}/translations/ko")
        self.assertEqual((state(made), freshness(made), made.revision),
                         ("REQUESTED", "CURRENT", 1))
        self.assertEqual([s.id for s in made.content.source_segments],
                         SENTENCES)
        claimed = desk.do("Claim", name)
        token = token_of(claimed)
        self.assertEqual((state(claimed), claimed.task.lease.holder),
                         ("CLAIMED", HAN))
        longer = desk.do("Renew", name, fencing_token=token,
                         lease_seconds=7200)
        self.assertEqual(token_of(longer), token)
        self.assertGreater(longer.task.lease.expire_time.seconds,
                           claimed.task.lease.expire_time.seconds + 5000)
        saved = desk.write(name, token, {"headline.1": "회담 개막"})
        self.assertEqual(state(saved), "TRANSLATING")
        self.assertEqual(saved.completeness.translated, 1)
        info = self.refused("INCOMPLETE", desk.do, "Submit", name,
                            fencing_token=token)
        self.assertEqual(info.metadata["segments"], "body/p1.1,body/p1.2")
        desk.write(name, token, {"body/p1.1": "회담은 월요일에 시작됐다.",
                                 "body/p1.2": "계속된다."})
        submitted = desk.do("Submit", name, fencing_token=token)
        self.assertEqual(state(submitted), "SUBMITTED")
        self.assertFalse(submitted.task.HasField("lease"))
        self.refused("SESSION_FENCED", desk.write, name, token,
                     {"headline.1": "늦었다"})
        self.check_review(name)
        (published,) = desk.publish(name)
        self.assertEqual(state(published), "COMPLETED")
        article = self.newsroom.get(published.article)
        self.assertEqual(article.headline.value, "회담 개막!")
        self.assertEqual(article.body[0].paragraph.text.text,
                         "회담은 월요일에 시작됐다. 계속된다.")
        self.assertEqual((article.language, article.translation_of.article,
                          article.translation_of.revision),
                         ("ko", self.original.name, 1))
        self.assertEqual(kinds(self.since(begin)), [
            "TRANSLATION_REQUESTED", "TRANSLATION_CLAIMED",
            "TRANSLATION_UPDATED", "TRANSLATION_UPDATED",
            "TRANSLATION_UPDATED", "TRANSLATION_SUBMITTED",
            "TRANSLATION_CLAIMED", "TRANSLATION_REJECTED",
            "TRANSLATION_CLAIMED", "TRANSLATION_UPDATED",
            "TRANSLATION_SUBMITTED", "TRANSLATION_CLAIMED",
            "TRANSLATION_APPROVED", "PUBLISHED", "TRANSLATION_COMPLETED"])
        self.check_update(name, article)

    def check_review(self, name):
        """Rejected with a comment, written again, and approved."""
        desk = self.desk
        self.refused("SECOND_PERSON_REQUIRED", desk.do, "Claim", name, HAN)
        claimed = desk.do("Claim", name, OH)
        self.assertEqual(state(claimed), "IN_REVIEW")
        rejected = desk.do("Reject", name, OH, fencing_token=token_of(claimed),
                           comments=[{"segment": "headline.1",
                                      "text": "too dull"}])
        self.assertEqual((state(rejected), rejected.task.preferred_assignee),
                         ("REQUESTED", HAN))
        self.assertEqual(rejected.task.comments[0].text, "too dull")
        again = desk.do("Claim", name)
        content = desk.get(name).content
        self.assertEqual([s.state for s in content.segments], [1, 2, 2])
        self.assertEqual(words(content)["headline.1"], "회담 개막")
        desk.write(name, token_of(again), {"headline.1": "회담 개막!"})
        desk.do("Submit", name, fencing_token=token_of(again))
        approved = desk.review(name)
        self.assertEqual(state(approved), "APPROVED")
        self.assertEqual((approved.task.translator, approved.task.reviewer),
                         (HAN, OH))
        self.assertEqual(approved.completeness.reviewed, 3)

    def check_update(self, name, article):
        """The source is corrected: the same article gets a correction."""
        desk = self.desk
        self.newsroom.do("correct", self.original.name, corrections=[
            correction("body/p1", "Monday", "Sunday")],
            note_public=text("The day was wrong."))
        stale = desk.get(name)
        self.assertEqual(freshness(stale), "OUTDATED_CRITICAL")
        self.assertEqual([list(c.segments) for c in stale.source_changes],
                         [["body/p1.1"]])
        rebased = desk.do("Rebase", name)
        self.assertEqual((state(rebased), freshness(rebased)),
                         ("REQUESTED", "CURRENT"))
        todo = [s.id for s in rebased.content.segments if s.state == 1]
        self.assertEqual(todo, ["body/p1.1"])
        self.assertIn("Monday", rebased.content.segments[1].previous_source)
        claimed = desk.do("Claim", name)
        desk.write(name, token_of(claimed),
                   {"body/p1.1": "회담은 일요일에 시작됐다."})
        desk.do("Submit", name, fencing_token=token_of(claimed))
        desk.review(name)
        begin = self.tail()
        (published,) = desk.publish(name)
        self.assertEqual(published.article, article.name)
        self.assertEqual(kinds(self.since(begin)),
                         ["CORRECTED", "TRANSLATION_COMPLETED"])
        after = self.newsroom.get(article.name)
        self.assertEqual(after.revision, article.revision + 1)
        self.assertEqual(after.translation_of.revision, 2)
        self.assertIn("일요일", after.body[0].paragraph.text.text)

    def test_the_order_of_the_queue(self):
        asked = {}
        for what, fields in {
                "last": {"priority": 9}, "old": {}, "young": {},
                "later": {"due_time": timestamp(7200)},
                "soon": {"due_time": timestamp(3600)},
                "first": {"priority": 1}}.items():
            name = self.desk.request(self.source().name, "ko", **fields).name
            asked[name] = what
        self.desk.request(self.source().name, "fr", priority=1)
        people = [HAN, OH] * 3
        taken = [self.desk.next("ko", actor=who) for who in people]
        self.assertEqual([asked[t.name] for t in taken],
                         ["first", "soon", "later", "old", "young", "last"])
        self.assertEqual([t.task.lease.holder for t in taken], people)
        self.refused("RESOURCE_NOT_FOUND", self.desk.next, "ko", actor=HAN)
        self.refused("RESOURCE_NOT_FOUND", self.desk.next, "fr",
                     source_languages=["ko"])
        french = self.desk.next("fr", source_languages=["en"])
        self.assertEqual(french.language, "fr")
        # What was rejected comes first for who wrote it, but for nobody else.
        name = next(n for n, what in asked.items() if what == "last")
        self.desk.do("Release", name, OH, fencing_token=token_of(taken[-1]))
        self.desk.translate(name)
        self.refused("RESOURCE_NOT_FOUND", self.desk.next, "ko", actor=HAN,
                     role=2)
        review = self.desk.next("ko", actor=OH, role=2)
        self.assertEqual(review.name, name)
        self.desk.do("Reject", name, OH, fencing_token=token_of(review),
                     comments=[{"text": "no"}])
        other = self.desk.request(self.source().name, "ko", priority=1).name
        self.assertEqual(self.desk.next("ko", actor=HAN).name, name)
        self.assertEqual(self.desk.next("ko", actor=OH).name, other)

    def test_work_waits_behind_what_many_hold(self):
        article = self.source().name
        for number in range(201):
            name = self.desk.request(article, "ko", translation_id=f"k{number}",
                                     priority=1).name
            self.desk.do("Claim", name, OH)
        waits = self.desk.request(self.original.name, "ko").name
        self.assertEqual(self.desk.next("ko").name, waits)

    def test_who_holds_the_work(self):
        name = self.desk.request(self.original.name, "ko").name
        claimed = self.desk.do("Claim", name)
        info = self.refused("LEASE_HELD", self.desk.do, "Claim", name, OH)
        self.assertEqual(info.metadata["holder"], HAN)
        self.assertTrue(info.metadata["expire_time"])
        again = self.desk.do("Claim", name)
        self.assertEqual(token_of(again), token_of(claimed))
        # Somebody else's token is nobody's.
        self.refused("SESSION_FENCED", self.desk.write, name,
                     token_of(claimed), {"headline.1": "x"}, actor=OH)
        self.desk.write(name, token_of(claimed), {"headline.1": "머리"})
        self.desk.do("Revoke", name, "desk/kim")
        self.refused("ILLEGAL_TRANSITION", self.desk.do, "Revoke", name)
        for verb in ("Renew", "Release", "Submit"):
            self.refused("SESSION_FENCED", self.desk.do, verb, name,
                         fencing_token=token_of(claimed))
        other = self.desk.do("Claim", name, OH)
        self.assertGreater(token_of(other), token_of(claimed))
        self.assertEqual(words(self.desk.get(name).content)["headline.1"],
                         "머리")
        released = self.desk.do("Release", name, OH,
                                fencing_token=token_of(other))
        self.assertEqual(state(released), "REQUESTED")

    def test_joined_and_divided_again(self):
        name = self.desk.request(self.original.name, "ko").name
        token = token_of(self.desk.do("Claim", name))
        update = service.SegmentUpdate
        joined = self.desk.write(name, token, {"": update(
            segment="body/p1.1", sources=["body/p1.1", "body/p1.2"],
            target={"text": "월요일에 시작된 회담은 계속된다."})})
        self.assertEqual(
            [(s.id, list(s.sources)) for s in joined.content.segments],
            [("headline.1", ["headline.1"]),
             ("body/p1.1", ["body/p1.1", "body/p1.2"])])
        self.refused("FIELD_INVALID", self.desk.write, name, token,
                     {"body/p1.2": "x"})
        parted = self.desk.write(name, token, {"": update(
            segment="body/p1.1", sources=["body/p1.1"],
            target={"text": "회담은 월요일에 시작됐다."})})
        self.assertEqual([(s.id, s.target.text, s.state)
                          for s in parted.content.segments[1:]],
                         [("body/p1.1", "회담은 월요일에 시작됐다.", 2),
                          ("body/p1.2", "", 1)])
        # An old version is refused, with the one that is there.
        seen = parted.content.segments[1].version
        self.desk.write(name, token, {"body/p1.1": "다른 글."})
        info = self.refused("ETAG_MISMATCH", self.desk.write, name, token, {
            "": update(segment="body/p1.1", version=seen,
                       target={"text": "또 다른 글."})})
        self.assertEqual(info.metadata["segment"], "body/p1.1")

    def test_a_retry_gets_the_same_answer(self):
        desk = self.desk
        calls = []

        def twice(call, *arguments, **fields):
            fields["request_id"] = translation_desk.harness.new_id()
            first = call(*arguments, **fields)
            calls.append((call.__name__, arguments, fields, first))
            return first

        names = []
        for language in ("ko", "fr", "es"):
            name = twice(desk.request, self.original.name, language).name
            names.append(name)
            claimed = twice(desk.do, "Claim", name)
            token = token_of(claimed)
            twice(desk.write, name, token, {s: f"{language} {s}"
                                            for s in SENTENCES})
            twice(desk.do, "Submit", name, fencing_token=token)
            claimed = twice(desk.do, "Claim", name, OH)
            twice(desk.do, "Approve", name, OH,
                  fencing_token=token_of(claimed))
        published = twice(desk.publish, *names)
        self.assertEqual([p.name for p in published], names)
        twice(desk.do, "Rebase", names[0])
        for again in range(2):
            tail = self.tail()
            for method, arguments, fields, first in calls:
                self.assertEqual(
                    getattr(self.desk, method)(*arguments, **fields), first,
                    (method, arguments))
            self.assertEqual(self.tail(), tail)
            self.restart()
        _, arguments, fields, _ = calls[-2]
        self.refused("REQUEST_ID_REUSED", self.desk.publish, names[0],
                     request_id=fields["request_id"])

    def test_several_languages_together_or_not_at_all(self):
        names = [self.desk.request(self.original.name, language).name
                 for language in ("ko", "fr", "es")]
        for name in names:
            self.desk.translate(name)
        for name in names[:2]:
            self.desk.review(name)
        self.refused("ILLEGAL_TRANSITION", self.desk.publish, *names)
        for name in names:
            self.assertFalse(self.desk.get(name).article)
        self.desk.review(names[2])
        begin = self.tail()
        self.desk.publish(*names)
        came = self.since(begin)
        self.assertEqual(kinds(came), ["PUBLISHED"] * 3
                         + ["TRANSLATION_COMPLETED"] * 3)
        self.assertEqual([c.group_continues for c in came],
                         [True] * 5 + [False])
        self.assertEqual(len({c.commit_time.ToNanoseconds() for c in came}), 1)

    def test_the_headline_first_and_the_whole_later(self):
        """An outlet has the headline and decks at once, and knows that it is a
        part; then the whole, as the next revision of the same article."""
        original = an_original(["The talks began on Monday."], "Talks begin",
                               "en")
        original.decks.add(value="Both sides hope")
        original = self.newsroom.create(original)
        scopes, extents = translation_pb2.Translation, article_pb2.TranslationOf
        outlet = Caller(self.server, "public")
        self.addCleanup(outlet.close)
        begin = self.tail()

        def told():
            """What the outlet is told of the translation."""
            found = []
            for message in outlet.stream(changes.SubscribeChangesRequest(
                    start_from=changes.EARLIEST_RETAINED,
                    end_sequence=self.tail())):
                found += [c for c in message.batch.changes
                          if c.sequence > begin]
            return [(Kind.Name(c.kind), c.article.revision,
                     c.article.translation_of.extent,
                     c.article.headline.value,
                     [d.value for d in c.article.decks], len(c.article.body))
                    for c in found]

        made = self.desk.make(original.name, "ko", {
            "Talks begin": "회담 개막", "Both sides hope": "양측 기대"},
            scope=scopes.HEADLINE_AND_DECKS)
        part = ("PUBLISHED", 1, extents.HEADLINE_AND_DECKS, "회담 개막",
                ["양측 기대"], 0)
        self.assertEqual(told(), [part])
        # Less than that is another translation.
        self.refused("FIELD_INVALID", self.desk.request, original.name, "ko",
                     scope=scopes.HEADLINE)
        more = self.desk.request(original.name, "ko", scope=scopes.FULL)
        self.assertEqual((more.name, more.completeness.required,
                          more.completeness.translated), (made.name, 3, 2))
        self.desk.translate(made.name,
                            {"The talks began on Monday.": "월요일에 시작됐다."})
        self.desk.review(made.name)
        (whole,) = self.desk.publish(made.name)
        self.assertEqual(whole.article, made.article)
        self.assertEqual(told(), [part, (
            "UPDATED", 2, extents.EXTENT_UNSPECIFIED, "회담 개막",
            ["양측 기대"], 1)])

    def test_only_asked_what_would_be_made(self):
        before = self.tail()
        would_be = self.desk.request(self.original.name, "ko",
                                     validate_only=True)
        self.assertEqual([s.id for s in would_be.content.source_segments],
                         SENTENCES)
        self.assertEqual(self.tail(), before)
        self.refused("RESOURCE_NOT_FOUND", self.desk.get, would_be.name)


if __name__ == "__main__":
    translation_desk.harness.main()
