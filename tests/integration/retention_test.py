"""History is let go after the time that is set, and nothing that is needed:
a newsroom of two years, of which 30 days are kept."""

import json
import threading
import time
import unittest

import grpc

from courant.v1 import (account_service_pb2_grpc, article_service_pb2_grpc,
                        ledger_pb2)

import harness
import moved_clock
import newsroom
import partner_desk
import subscriber
from data_dump import words_on_disk
from harness import Server, articles, changes
from newsroom import Kind
from partner_desk import an_article
from translation_desk import Desk

DAY = 24 * 60 * 60
SETTING = "storage.retention=720h"
# In a text that goes, and in none that stays.
GONE = "Kormoran"


class RetentionTest(moved_clock.MovedClockTest, partner_desk.OutletTest,
                    subscriber.SubscriberTest):
    def connect(self):
        super().connect()
        self.newsroom = newsroom.Newsroom(self.channel)
        self.desk = Desk(self.channel)

    def days(self, days):
        self.set_offset(self.offset + days * DAY)

    def metric(self, series):
        return next(float(line.split()[-1]) for line in self.server.metrics()
                    if line.startswith(series + " "))

    def restart(self, *settings):
        self.assertEqual(self.server.stop(), 0)
        self.server.settings = settings
        self.server.start()
        self.connect()
        self.door = grpc.insecure_channel(self.server.partner)
        self.addCleanup(self.door.close)

    def await_let_go(self, texts):
        end = time.monotonic() + harness.PATIENCE
        series = "courant_history_texts_let_go_total"
        while (gone := self.metric(series)) < texts:
            self.assertLess(time.monotonic(), end, f"{gone} of {texts}")
            threading.Event().wait(0.1)
        # What is needed stays, however often it is looked.
        threading.Event().wait(2.5)
        self.assertEqual(self.metric(series), texts)

    def revision(self, name, number):
        """The revision; the reason when it is refused."""
        try:
            return self.articles.GetArticleRevision(
                articles.GetArticleRevisionRequest(
                    name=f"{name}/revisions/{number}"),
                timeout=harness.PATIENCE)
        except grpc.RpcError as error:
            self.assertEqual(error.code().name, "NOT_FOUND")
            return harness.details(error)[0].reason

    def kept(self, name):
        """Revisions that can be had, of those that are listed."""
        listed = self.articles.ListArticleRevisions(
            articles.ListArticleRevisionsRequest(name=name, page_size=100))
        had = []
        for outline in reversed(listed.revisions):
            number = outline.revision
            found = self.revision(name, number)
            if isinstance(found, str):
                self.assertEqual(found, "REVISION_NOT_KEPT")
                # It was there, and not a word of it is.
                self.assertEqual(outline.headline.value, "")
                self.assertEqual(len(outline.body), 0)
                self.assertEqual(outline.name, name)
                self.assertNotEqual(outline.etag, "")
                self.assertEqual(outline.language, "en")
            else:
                self.assertEqual(found.SerializeToString(),
                                 outline.SerializeToString())
                had.append(number)
        self.assertEqual([one.revision for one in reversed(listed.revisions)],
                         list(range(1, len(listed.revisions) + 1)))
        return had

    def updated(self, name, words):
        article = self.newsroom.get(name)
        article.body[0].paragraph.text.text = words
        return self.newsroom.do("update", name, body=article.body)

    def mirror(self):
        """What a client that begins now holds."""
        held, token = {}, ""
        while True:
            page = self.changes.ListChanges(changes.ListChangesRequest(
                page_token=token, page_size=500,
                start_from=changes.SNAPSHOT_THEN_LIVE))
            for change in page.changes:
                if change.HasField("article"):
                    held[change.resource] = change.article
                elif change.HasField("tombstone"):
                    held.pop(change.resource, None)
            token = page.resume_token
            if not page.next_page_token:
                return held

    def listed_articles(self):
        return {one.name: one for one in self.articles.ListArticles(
            articles.ListArticlesRequest(page_size=100)).articles}

    def refusal(self, **start):
        with self.assertRaises(grpc.RpcError) as caught:
            list(self.changes.SubscribeChanges(changes.SubscribeChangesRequest(
                end_sequence=self.tail(), **start), timeout=harness.PATIENCE))
        self.assertEqual(caught.exception.code().name, "OUT_OF_RANGE")
        info, _ = harness.details(caught.exception)
        self.assertEqual(info.reason, "RESUME_TOKEN_EXPIRED")
        return info

    def two_years(self):
        """What the newsroom has done before history is first let go."""
        self.plain = self.create(an_article("A ship sails")).name
        self.old_token = self.latest_token()
        self.updated(self.plain, "It has not come yet.")
        lost = an_article("A ship is late")
        lost.body[0].paragraph.text.text = f"It is the {GONE}."
        self.lost = self.create(lost).name
        self.updated(self.lost, "Nobody knows which one.")
        self.source = self.create(an_article("The tide rises")).name
        self.updated(self.source, "Second words of the source.")
        self.result = self.desk.make(self.source, "ko").article
        self.updated(self.source, "Third words of the source.")
        self.wrong = self.create(an_article("One comes")).name
        self.corrected = self.newsroom.do(
            "correct", self.wrong, corrections=[
                newsroom.correction("headline", "One", "Two")],
            note_editors=newsroom.text("Two come."))
        self.days(365)
        for name in (self.plain, self.lost, self.source, self.wrong):
            self.updated(name, f"Words of the second year of {name}.")
        self.days(300)
        self.held = self.make("held", start_from=changes.LATEST,
                              retention_hold={"seconds": 90 * DAY})
        self.held_at = self.held.committed_sequence
        self.updated(self.plain, "Held words.")
        self.days(60)
        self.updated(self.plain, "The newest words.")

    def told(self):
        """Notices as they are, but for when somebody was called about one that
        is overdue: with a clock that jumps, that may be any moment now."""
        told = self.notices()
        for notice in told:
            notice.ClearField("escalate_time")
        return told

    def latest_token(self):
        return self.changes.ListChanges(changes.ListChangesRequest(
            start_from=changes.LATEST)).resume_token

    def test_what_is_old_goes_and_what_is_needed_stays(self):
        self.two_years()
        before = {name: self.newsroom.get_bytes(name) for name in
                  (self.plain, self.lost, self.source, self.result,
                   self.wrong)}
        told = self.told()
        self.assertEqual(len(told), 1)
        self.assertNotEqual(len(told[0].corrections), 0)
        self.assertEqual(self.newsroom.status().floor_sequence, 1)
        translation = self.only_translation()

        self.restart(SETTING)
        self.await_let_go(self.expected())
        status = self.newsroom.status()
        # What the subscription holds begins with the change after its cursor.
        self.assertEqual(status.floor_sequence, self.held_at + 1)

        # Articles: all as they were, and of revisions what is needed.
        for name, article in before.items():
            self.assertEqual(self.newsroom.get_bytes(name), article)
        self.assertEqual(self.kept(self.plain), [3, 4, 5])
        self.assertEqual(self.kept(self.lost), [3])
        self.assertEqual(self.kept(self.source), [2, 4])
        self.assertEqual(self.kept(self.wrong), [2, 3])
        self.assertEqual(self.kept(self.result), [1])
        self.assertEqual(self.only_translation(), translation)
        self.assertEqual(self.told(), told)
        self.assertEqual(self.as_partner(self.plain, 1), "REVISION_NOT_KEPT")
        self.assertEqual(self.as_partner(self.plain, 3).revision, 3)
        self.assertEqual(self.explain(
            self.plain, newsroom.timestamp(600 * DAY)).decision,
            partner_desk.Access.FULL)

        # The log: facts of every change; texts from the floor on.
        first = self.newsroom.change(self.first_of(self.plain))
        self.assertIsNone(first.WhichOneof("payload"))
        self.assertEqual((first.kind, first.resource),
                         (Kind.PUBLISHED, self.plain))
        info = self.refusal(resume_token=self.old_token)
        self.assertEqual(info.metadata["floor_sequence"],
                         str(status.floor_sequence))
        self.refusal(resume_after_sequence=0)
        for start in ({"start_from": changes.EARLIEST_RETAINED},
                      {"resume_token": info.metadata["earliest_token"]}):
            position, _, seen = harness.follow(self.changes, self.tail(),
                                               **start)
            self.assertEqual(position, self.tail())
            self.assertEqual(seen[0][0], status.floor_sequence)
        trims = [c for c in self.newsroom.log()
                 if c.kind == Kind.HISTORY_TRIMMED]
        self.assertEqual(len(trims), 1)
        self.assertEqual(trims[0].resource, "history")
        self.assertEqual(trims[0].actor, "courantd/retention")
        self.assertEqual(trims[0].history_trim.texts, self.expected())
        self.assertEqual(
            {name: one.SerializeToString()
             for name, one in self.mirror().items()},
            {name: one.SerializeToString()
             for name, one in self.listed_articles().items()})
        stream = self.stream(self.held.name)
        self.assertEqual(stream.started.resume_after_sequence, self.held_at)
        stream.read(self.tail())

        # People see it.
        said = self.server.courant("change", "get", trims[0].sequence).stdout
        self.assertIn("old texts let go", said)
        history = json.loads(self.server.page("/console/state"))["history"]
        self.assertEqual(history["retention_hours"], 720)
        self.assertEqual(history["floor_sequence"], status.floor_sequence)
        self.assertRegex(history["kept_since"], r"^\d{4}-")

        # A translation is published again, of what it is bound to.
        self.desk.do("Rebase", translation.name)
        self.desk.translate(translation.name)
        self.desk.review(translation.name)
        self.assertEqual(self.desk.publish(translation.name)[0].article,
                         self.result)
        # A kill is of every revision, also of those that are gone.
        self.newsroom.kill(self.plain)
        for number in (1, 3, 5):
            self.assertEqual(self.revision(self.plain, number).headline.value,
                             "")
        self.assert_whole_on_disk()

    def assert_whole_on_disk(self):
        self.assertEqual(self.server.stop(), 0)
        verified = self.server.verify()
        self.assertGreaterEqual(verified["erased"], self.expected())
        found = words_on_disk(self.server.data_dir, [GONE])
        self.assertFalse(any(found.values()), found)
        # The same in an export, and after an import.
        done = self.run_on(self.server, "--export=-")
        self.assertNotIn(GONE.encode(), done)
        other = Server(self.folder / "imported", *self.server.settings)
        self.run_on(other, "--import-export=-", "--without-kills", data=done)
        self.assertEqual(other.verify()["erased"], verified["erased"])
        other.environment = self.environment
        other.start()
        self.addCleanup(other.stop)
        with other.channel() as channel:
            floor = newsroom.Newsroom(channel).status().floor_sequence
        self.assertEqual(floor, self.held_at + 1)

    def run_on(self, server, *flags, data=None):
        done = harness.subprocess.run(
            [*server.command(), *flags], input=data, capture_output=True,
            timeout=harness.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def expected(self):
        """plain 1 and 2, lost 1 and 2, source 1 and 3, wrong 1; of the translation all but
        the newest revision and the one with its texts."""
        self.of_translation = getattr(
            self, "of_translation", None) or self.count_of_translation()
        return 7 + self.of_translation

    def count_of_translation(self):
        translation = self.only_translation()
        return translation.revision - 2

    def only_translation(self):
        found = list(self.desk.list(self.source))
        self.assertEqual(len(found), 1)
        return self.desk.get(found[0].name)

    def first_of(self, name):
        return self.articles.ListArticleRevisions(
            articles.ListArticleRevisionsRequest(
                name=name, page_size=100)).revisions[-1].change_sequence

    def notices(self):
        return list(account_service_pb2_grpc.AccountServiceStub(
            self.door).ListNotices(ledger_pb2.ListNoticesRequest(),
                                   metadata=self.bearer(),
                                   timeout=harness.PATIENCE).notices)

    def as_partner(self, name, number):
        try:
            return article_service_pb2_grpc.ArticleServiceStub(
                self.door).GetArticleRevision(
                    articles.GetArticleRevisionRequest(
                        name=f"{name}/revisions/{number}"),
                    metadata=self.bearer(), timeout=harness.PATIENCE)
        except grpc.RpcError as error:
            return harness.details(error)[0].reason


class SettingTest(unittest.TestCase):
    """What the setting may be."""

    def refused(self, *settings):
        with harness.tempfile.TemporaryDirectory() as folder:
            code, said = Server(folder + "/data", *settings).refuse()
        self.assertEqual(code, 2, said)
        return said

    def test_too_short_is_refused(self):
        self.assertIn("720h", self.refused("storage.retention=719h"))
        self.assertIn("request_id.retention", self.refused(
            "storage.retention=800h", "request_id.retention=801h"))


if __name__ == "__main__":
    harness.main()
