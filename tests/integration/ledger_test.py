"""What partners got, what they have to be told, and what they said to it: over
their listener and through the house, with restarts."""

import threading
import time
import unittest

import grpc

from courant.v1 import account_service_pb2, account_service_pb2_grpc
from courant.v1 import article_pb2, article_service_pb2_grpc
from courant.v1 import change_pb2, change_service_pb2_grpc
from courant.v1 import ledger_pb2
from courant.v1 import partner_service_pb2 as service

import harness
import newsroom
from harness import articles, changes
from partner_desk import Access, OutletTest, an_article

Notice = ledger_pb2.Notice
Delivery = ledger_pb2.Delivery
Kind = change_pb2.Change


class LedgerTest(OutletTest):
    """One outlet, partners/daily; others are made where they are needed."""

    def another(self, partner, **fields):
        """Another outlet with the same rights; returns its key."""
        self.partner(partner, **fields)
        self.contract(partner)
        self.grant(contract=f"partners/{partner}/contracts/2026")
        return self.make_key(partner)

    def account(self):
        return account_service_pb2_grpc.AccountServiceStub(self.door)

    def notices(self, secret=None, **fields):
        return list(self.account().ListNotices(
            ledger_pb2.ListNoticesRequest(**fields),
            metadata=self.bearer(secret), timeout=harness.PATIENCE).notices)

    def acknowledge(self, name, state=Notice.ACKNOWLEDGED, secret=None,
                    **fields):
        return self.account().AcknowledgeNotice(
            account_service_pb2.AcknowledgeNoticeRequest(
                name=name, state=state, **fields),
            metadata=self.bearer(secret), timeout=harness.PATIENCE)

    def refusal(self, call):
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        info, wrong = harness.details(caught.exception)
        return caught.exception.code().name, info.reason, wrong

    def exposures(self, article):
        pages, token = {}, ""
        while True:
            page = self.stub.ListExposures(
                service.ListExposuresRequest(
                    article=article, page_size=2, page_token=token),
                timeout=harness.PATIENCE)
            for exposure in page.exposures:
                self.assertNotIn(exposure.partner, pages)
                pages[exposure.partner] = exposure
            token = page.next_page_token
            if not token:
                return pages

    def deliveries(self, partner="daily"):
        """[(article, revision, channel, decision)], oldest first."""
        found, token = [], ""
        while True:
            page = self.stub.ListDeliveries(
                ledger_pb2.ListDeliveriesRequest(
                    parent=f"partners/{partner}", page_size=2,
                    page_token=token), timeout=harness.PATIENCE)
            found += [(d.article, d.revision, d.channel, d.decision)
                      for d in page.deliveries]
            token = page.next_page_token
            if not token:
                return found

    def stream(self, secret=None, **request):
        request = request or {"resume_after_sequence": 0}
        return change_service_pb2_grpc.ChangeServiceStub(
            self.door).SubscribeChanges(
                changes.SubscribeChangesRequest(**request),
                metadata=self.bearer(secret), timeout=harness.PATIENCE)

    def until(self, stream, wanted):
        """Messages up to the first of which `wanted` is true."""
        seen = []
        for message in stream:
            seen.append(message)
            if wanted(message):
                return seen
        self.fail("the stream ended")

    def correct(self, article, was="One", now="Two"):
        return self.articles.CorrectArticle(
            articles.CorrectArticleRequest(
                name=article.name,
                corrections=[newsroom.correction("headline", was, now)],
                note_editors=article_pb2.Text(value="A wrong word.")),
            timeout=harness.PATIENCE)

    def hold(self, article):
        return self.articles.HoldArticle(
            articles.HoldArticleRequest(name=article.name, reason="Wait."),
            timeout=harness.PATIENCE)

    def kill(self, article, reason="A court."):
        self.articles.KillArticle(
            articles.KillArticleRequest(name=article.name, reason=reason),
            timeout=harness.PATIENCE,
            metadata=[("courant-actor", "desk/kim")])
        return self.articles.KillArticle(
            articles.KillArticleRequest(name=article.name, confirm=True),
            timeout=harness.PATIENCE,
            metadata=[("courant-actor", "desk/lee")])

    def test_every_way_to_a_text_is_written_down_once(self):
        # Rights count from when they are given: first those, then the text.
        keys = [self.another(f"p{number}") for number in range(10)]
        made = self.create(an_article("One"))
        door = article_service_pb2_grpc.ArticleServiceStub(self.door)
        wire = change_service_pb2_grpc.ChangeServiceStub(self.door)
        name = f"{made.name}/revisions/1"
        ways = [
            (Delivery.READ, lambda: self.get(made.name)),
            (Delivery.READ, lambda: self.listed()),
            (Delivery.READ, lambda: door.BatchGetArticles(
                articles.BatchGetArticlesRequest(names=[made.name]),
                metadata=self.bearer(), timeout=harness.PATIENCE)),
            (Delivery.READ, lambda: door.GetArticleRevision(
                articles.GetArticleRevisionRequest(name=name),
                metadata=self.bearer(), timeout=harness.PATIENCE)),
            (Delivery.READ, lambda: door.ListArticleRevisions(
                articles.ListArticleRevisionsRequest(name=made.name),
                metadata=self.bearer(), timeout=harness.PATIENCE)),
            (Delivery.POLL, lambda: wire.ListChanges(
                changes.ListChangesRequest(), metadata=self.bearer(),
                timeout=harness.PATIENCE)),
            (Delivery.POLL, lambda: wire.ListChanges(
                changes.ListChangesRequest(
                    start_from=changes.SNAPSHOT_THEN_LIVE),
                metadata=self.bearer(), timeout=harness.PATIENCE)),
            (Delivery.POLL, lambda: wire.GetChange(
                changes.GetChangeRequest(
                    name=f"changes/{made.change_sequence}"),
                metadata=self.bearer(), timeout=harness.PATIENCE)),
            (Delivery.STREAM, lambda: self.until(
                self.stream(), lambda m: m.batch.changes)),
            (Delivery.STREAM, lambda: self.until(
                self.stream(start_from=changes.SNAPSHOT_THEN_LIVE),
                lambda m: m.batch.changes)),
        ]
        for number, (channel, way) in enumerate(ways):
            self.key = keys[number]
            for _ in range(2):
                with self.subTest(number):
                    way()
                    self.assertEqual(
                        self.deliveries(f"p{number}"),
                        [(made.name, 1, channel, Access.FULL)])
        self.assertEqual(number, len(keys) - 1)

    def test_what_is_not_given_is_not_written_down(self):
        self.create(harness.an_article("Not cleared"))
        draft = self.create(an_article("Draft"), published=False)
        self.listed()
        with self.assertRaises(grpc.RpcError):
            self.get(draft.name)
        self.until(self.stream(), lambda m: m.HasField("progress"))
        self.assertEqual(self.deliveries(), [])

    def test_who_has_it_is_told_of_its_correction(self):
        silent = self.another("silent").secret
        made = self.create(an_article("One"))
        self.get(made.name)
        corrected = self.correct(made)
        [notice] = self.notices()
        self.assertEqual(
            (notice.name, notice.article, notice.revision, notice.kind,
             notice.held_revision),
            (f"partners/daily/notices/{corrected.change_sequence}", made.name,
             2, Kind.CORRECTED, 1))
        self.assertEqual(
            [(c.where, c.was, c.now) for c in notice.corrections],
            [("headline", "One", "Two")])
        # Who may have it is told as well, though it never came.
        [other] = self.notices(silent)
        self.assertEqual(other.held_revision, 0)
        exposures = self.exposures(made.name)
        self.assertEqual({name: (e.revision, e.at_risk, e.open_notices)
                          for name, e in exposures.items()},
                         {"partners/daily": (1, True, 1),
                          "partners/silent": (0, False, 1)})
        said = self.acknowledge(notice.name, Notice.APPLIED,
                                url="https://daily.example/a")
        self.assertEqual(said.state, Notice.APPLIED)
        self.assertEqual(said.acknowledged_by, self.key.key.name)
        exposure = self.exposures(made.name)["partners/daily"]
        self.assertEqual((exposure.at_risk, exposure.open_notices,
                          exposure.notice.url),
                         (False, 0, "https://daily.example/a"))
        self.assertEqual(self.notices(open_only=True), [])

    def test_a_kill_is_told_to_who_has_nothing_any_more(self):
        made = self.create(an_article("A secret headline"))
        self.get(made.name)
        never = self.another("never").secret
        self.call("SuspendPartner", name="partners/daily", reason="Unpaid.")
        self.call("SuspendPartner", name="partners/never", reason="Unpaid.")
        killed = self.kill(made)
        [notice] = self.notices()
        self.assertEqual(
            (notice.kind, notice.action, notice.reason, notice.held_revision),
            (Kind.KILLED, article_pb2.Tombstone.REMOVE, "A court.", 1))
        self.assertNotIn(b"secret headline", notice.SerializeToString())
        self.assertEqual(self.notices(never), [])
        exposures = self.exposures(made.name)
        self.assertEqual(list(exposures), ["partners/daily"])
        self.assertTrue(exposures["partners/daily"].at_risk)
        self.assertEqual(exposures["partners/daily"].notice.kind, Kind.KILLED)
        self.assertGreater(killed.change_sequence, made.change_sequence)

    def test_one_that_was_down_is_told_first_and_again_until_it_says(self):
        made = [self.create(an_article(f"One {n}")) for n in range(3)]
        for article in made:
            self.get(article.name)
        for n in range(150):
            self.create(an_article(f"More {n}"))
        killed = self.kill(made[0])
        corrected = self.correct(made[1], "One 1", "Two 1")
        for _ in range(2):
            messages = self.until(self.stream(),
                                  lambda m: m.HasField("batch"))
            self.assertEqual([m.WhichOneof("event") for m in messages],
                             ["started", "notices", "batch"])
            self.assertEqual(
                [n.name for n in messages[1].notices.notices],
                [f"partners/daily/notices/{c.change_sequence}"
                 for c in (killed, corrected)])
        self.acknowledge(messages[1].notices.notices[0].name)
        messages = self.until(self.stream(), lambda m: m.HasField("batch"))
        self.assertEqual([n.kind for n in messages[1].notices.notices],
                         [Kind.CORRECTED])
        self.acknowledge(messages[1].notices.notices[0].name, Notice.REFUSED,
                         comment="우리는 고치지 않는다")
        messages = self.until(self.stream(), lambda m: m.HasField("batch"))
        self.assertEqual([m.WhichOneof("event") for m in messages],
                         ["started", "batch"])

    def test_who_follows_is_told_as_it_happens(self):
        made = self.create(an_article("One"))
        streams = [self.stream(), self.stream()]
        for stream in streams:
            self.until(stream, lambda m: m.HasField("progress"))
        corrected = self.correct(made)
        for stream in streams:
            seen = []
            while not {"batch", "notices"} <= set(seen):
                seen.append(next(stream).WhichOneof("event"))
            self.assertEqual(seen.count("notices"), 1)
            stream.cancel()
        [notice] = self.notices()
        self.assertEqual(notice.state, Notice.DELIVERED)
        self.assertGreaterEqual(notice.deliver_time.ToNanoseconds(),
                                corrected.revision_create_time.ToNanoseconds())

    def test_a_hold_that_is_released_asks_nothing_any_more(self):
        made = self.create(an_article("One"))
        self.get(made.name)
        self.hold(made)
        self.assertEqual([n.state for n in self.notices()], [Notice.DELIVERED])
        released = self.articles.ReleaseArticle(
            articles.ReleaseArticleRequest(name=made.name),
            timeout=harness.PATIENCE)
        [notice] = self.notices()
        self.assertEqual((notice.state, notice.superseded_by),
                         (Notice.SUPERSEDED, released.change_sequence))
        self.assertEqual(self.notices(open_only=True), [])

    def test_what_is_wrong_with_an_answer_is_said(self):
        made = self.create(an_article("One"))
        self.get(made.name)
        name = f"partners/daily/notices/{self.correct(made).change_sequence}"
        other = self.another("other").secret
        for expected, arguments in [
                (("INVALID_ARGUMENT", "FIELD_INVALID", ["state"]),
                 {"name": name, "state": Notice.PENDING}),
                (("INVALID_ARGUMENT", "FIELD_INVALID", ["url"]),
                 {"name": name, "state": Notice.APPLIED, "url": "ftp://x"}),
                (("INVALID_ARGUMENT", "FIELD_INVALID", ["url"]),
                 {"name": name, "url": "https://daily.example/"}),
                (("INVALID_ARGUMENT", "FIELD_TOO_LONG", ["url"]),
                 {"name": name, "state": Notice.APPLIED,
                  "url": "https://" + "x" * 2000}),
                (("INVALID_ARGUMENT", "FIELD_REQUIRED", ["comment"]),
                 {"name": name, "state": Notice.REFUSED}),
                (("INVALID_ARGUMENT", "FIELD_INVALID", ["name"]),
                 {"name": "notices/1"}),
                (("NOT_FOUND", "RESOURCE_NOT_FOUND", []),
                 {"name": "partners/daily/notices/1"}),
                (("NOT_FOUND", "RESOURCE_NOT_FOUND", []),
                 {"name": name, "secret": other}),
        ]:
            with self.subTest(expected=expected, **arguments):
                self.assertEqual(
                    self.refusal(lambda: self.acknowledge(**arguments)),
                    expected)
        self.assertEqual(
            self.refusal(lambda: self.notices(parent="partners/other")),
            ("INVALID_ARGUMENT", "FIELD_INVALID", ["parent"]))
        # Nothing of this has said anything.
        self.assertEqual([n.state for n in self.notices()], [Notice.DELIVERED])

    def test_the_book_outlives_the_server(self):
        made = self.create(an_article("One"))
        self.get(made.name)
        self.correct(made)
        [notice] = self.notices()
        self.acknowledge(notice.name)
        killed = self.kill(made)
        for kill_first in (False, True):
            (self.server.kill if kill_first else self.server.stop)()
            self.start_again()
            exposure = self.exposures(made.name)["partners/daily"]
            self.assertEqual((exposure.revision, exposure.at_risk,
                              exposure.notice.kind),
                             (1, True, Kind.KILLED))
            self.assertEqual(
                [(n.name, n.state) for n in self.notices(open_only=True)],
                [(f"partners/daily/notices/{killed.change_sequence}",
                  Notice.DELIVERED)])

    def start_again(self):
        self.door.close()
        self.server.start()
        self.connect()
        self.door = grpc.insecure_channel(self.server.partner)
        self.addCleanup(self.door.close)

    def test_one_that_says_nothing_is_overdue(self):
        self.server.stop()
        self.server.settings = ("partners.acknowledge_within=1s",)
        self.start_again()
        made = self.create(an_article("One"))
        self.get(made.name)
        self.correct(made)
        line = 'courant_notices_overdue_total{kind="CORRECTED"} 1'
        end = time.monotonic() + harness.PATIENCE
        while line not in (page := self.server.metrics()):
            self.assertLess(time.monotonic(), end, page)
        self.assertIn('courant_notices_open{kind="CORRECTED"} 1', page)
        [notice] = self.notices()
        self.assertTrue(notice.HasField("escalate_time"))
        self.assertIn("notice_overdue", self.server.log_text())

    def test_no_text_leaves_that_no_notice_follows(self):
        """Readers and corrections at the same time: whoever was given a
        revision is told of each correction after it."""
        made = self.create(an_article("Word 0"))
        secrets = [self.another(f"reader{n}").secret for n in range(4)]
        stop = threading.Event()
        held = [set() for _ in secrets]

        def read(number):
            while not stop.is_set():
                held[number].add(
                    self.get(made.name, self.bearer(secrets[number])).revision)

        readers = [threading.Thread(target=read, args=[n])
                   for n in range(len(secrets))]
        for reader in readers:
            reader.start()
        corrected = [made]
        for n in range(20):
            corrected.append(self.correct(made, f"Word {n}", f"Word {n + 1}"))
        stop.set()
        for reader in readers:
            reader.join()
        for number, secret in enumerate(secrets):
            rows = {row[1] for row in self.deliveries(f"reader{number}")}
            self.assertLessEqual(held[number], rows)
            told = {n.revision for n in self.notices(secret)}
            self.assertLessEqual(
                {a.revision for a in corrected
                 if a.revision > min(held[number])}, told)


if __name__ == "__main__":
    unittest.main()
