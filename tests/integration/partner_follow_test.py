"""What a partner follows and knows of itself at its listener, and the whole path
there by the command."""

import grpc

from courant.v1 import account_service_pb2, account_service_pb2_grpc
from courant.v1 import article_service_pb2_grpc, change_service_pb2_grpc
from courant.v1 import partner_pb2

import harness
from harness import articles, changes
from partner_desk import OutletTest, an_article


class FollowTest(OutletTest):
    """Changes against the contract."""

    def changes_seen(self, **request):
        """[(sequence, disposition, has an article)] up to the tail."""
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        tail = self.tail()
        seen, position = [], -1
        stream = stub.SubscribeChanges(
            changes.SubscribeChangesRequest(**request),
            metadata=self.bearer(), timeout=harness.PATIENCE)
        for message in stream:
            if message.HasField("notices"):
                continue  # See ledger_test.
            body = getattr(message, message.WhichOneof("event"))
            position = (body.resume_after_sequence
                        if message.HasField("started") else body.sequence)
            seen += [(change.sequence,
                      change.DESCRIPTOR.enum_types_by_name["Disposition"]
                      .values_by_number[change.disposition].name,
                      change.HasField("article"))
                     for change in message.batch.changes]
            if message.HasField("snapshot_complete"):
                self.assertEqual(body.resource_count, len(seen))
            elif position < tail or "start_from" in request:
                continue
            break
        stream.cancel()
        return seen

    def test_changes_are_told_by_the_rights_as_of_each(self):
        first = self.create(an_article("One"))
        suspended = self.call("SuspendPartner", name="partners/daily",
                              reason="Unpaid.")
        self.create(an_article("Two"))
        self.call("ResumePartner", name="partners/daily")
        third = self.create(an_article("Three"))
        self.assertLess(first.change_sequence, suspended.change_sequence)
        expected = [(first.change_sequence, "ENTERED", True),
                    (third.change_sequence, "ENTERED", True)]
        lost = [(suspended.change_sequence, "LEFT", False)]
        self.assertEqual(self.changes_seen(resume_after_sequence=0),
                         expected[:1] + lost + expected[1:])
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        page = stub.ListChanges(changes.ListChangesRequest(),
                                metadata=self.bearer(),
                                timeout=harness.PATIENCE)
        self.assertEqual([c.sequence for c in page.changes],
                         [first.change_sequence])  # See partner_rights_test.
        # What it may not have by now is taken back, not given once more.
        again = self.call("SuspendPartner", name="partners/daily",
                          reason="Unpaid.")
        self.create(an_article("Four"))
        left = [(sequence, "LEFT", False) for sequence, _, _ in expected]
        self.assertEqual(
            self.changes_seen(resume_after_sequence=0),
            left[:1] + lost + left[1:]
            + [(again.change_sequence, "LEFT", False)] * 3)
        for sequence in range(1, self.tail() + 2):
            with self.subTest(sequence):
                request = changes.GetChangeRequest(name=f"changes/{sequence}")
                if sequence in [s for s, _, _ in expected]:
                    change = stub.GetChange(request, metadata=self.bearer(),
                                            timeout=harness.PATIENCE)
                    self.assertFalse(change.HasField("article"))
                    continue
                with self.assertRaises(grpc.RpcError) as caught:
                    stub.GetChange(request, metadata=self.bearer(),
                                   timeout=harness.PATIENCE)
                self.assertEqual(caught.exception.code().name, "NOT_FOUND")

    def test_a_snapshot_has_what_may_be_had_now(self):
        kept = self.create(an_article("Kept"))
        self.create(harness.an_article("Not cleared"))
        self.create(an_article("Draft"), published=False)
        self.assertEqual(
            self.changes_seen(start_from=changes.SNAPSHOT_THEN_LIVE),
            [(kept.change_sequence, "SNAPSHOT", True)])

    def test_a_stream_ends_with_its_key(self):
        second = self.make_key()
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        streams = [stub.SubscribeChanges(
            changes.SubscribeChangesRequest(), timeout=harness.PATIENCE,
            metadata=self.bearer(key)) for key in (None, second.secret)]
        for stream in streams:
            self.assertTrue(next(stream).HasField("started"))
        self.call("RevokeApiKey", name=self.key.key.name)
        made = self.create(an_article())
        with self.assertRaises(grpc.RpcError) as caught:
            for message in streams[0]:
                self.assertFalse(message.HasField("batch"), message)
        self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")
        for message in streams[1]:
            if message.HasField("batch"):
                break
        self.assertEqual(message.batch.changes[0].resource, made.name)
        streams[1].cancel()

    def test_a_stop_is_told_to_who_may_have_a_copy(self):
        made = self.create(an_article())
        self.articles.HoldArticle(
            articles.HoldArticleRequest(name=made.name, reason="Wait."),
            timeout=harness.PATIENCE)
        self.assertEqual(
            self.changes_seen(resume_after_sequence=made.change_sequence),
            [(made.change_sequence + 1, "LEFT", False)])

    def test_an_embargo_is_a_notice_and_then_the_text(self):
        self.update("Partner", partner_pb2.Partner(
            name="partners/daily",
            embargo_clearance=partner_pb2.Partner.PRE_NOTICE),
            "embargo_clearance")
        article = an_article("The minister resigns")
        article.embargo_until.GetCurrentTime()
        article.embargo_until.seconds += 3
        made = self.create(article)
        self.assertEqual(self.changes_seen(resume_after_sequence=0),
                         [(made.change_sequence, "ENTERED", True)])
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        told = []
        for message in stub.SubscribeChanges(
                changes.SubscribeChangesRequest(resume_after_sequence=0),
                metadata=self.bearer(), timeout=harness.PATIENCE):
            told += message.batch.changes
            if len(told) == 2:
                break
        notice, text = told
        self.assertNotIn(b"minister", notice.SerializeToString())
        self.assertEqual(text.article.headline.value, "The minister resigns")
        self.assertGreaterEqual(text.commit_time.ToNanoseconds(),
                                made.embargo_until.ToNanoseconds())


class AccountTest(OutletTest):
    def test_a_partner_knows_itself(self):
        self.update("Contract", partner_pb2.Contract(
            name="partners/daily/contracts/2026", territories=["KR"],
            archive_days=30), "territories", "archive_days")
        stub = account_service_pb2_grpc.AccountServiceStub(self.door)

        def account():
            return stub.GetAccount(account_service_pb2.GetAccountRequest(),
                                   metadata=self.bearer(),
                                   timeout=harness.PATIENCE)

        mine = account()
        self.assertEqual((mine.partner, mine.display_name, mine.key),
                         ("partners/daily", "데일리 신문", self.key.key.name))
        self.assertEqual([key.name for key in mine.keys], [mine.key])
        self.assertNotIn(b"rights/kim", mine.SerializeToString())
        self.assertEqual(
            mine.entitlements[0].words,
            'May use "All" (all articles) for WEB, in KR, articles of the last '
            "30 days.")
        self.assertTrue(mine.entitlements[0].in_force)
        self.call("SuspendContract", name="partners/daily/contracts/2026",
                  reason="Unpaid.")
        self.assertFalse(account().entitlements[0].in_force)
        self.call("SuspendPartner", name="partners/daily", reason="Unpaid.")
        self.assertTrue(account().suspended)
        self.assertNotIn(b"Unpaid", account().SerializeToString())

    def test_the_house_has_none(self):
        stub = account_service_pb2_grpc.AccountServiceStub(self.channel)
        for metadata, code in (((), "UNIMPLEMENTED"),
                               ((("courant-audience", "public"),),
                                "PERMISSION_DENIED")):
            with self.assertRaises(grpc.RpcError) as caught:
                stub.GetAccount(account_service_pb2.GetAccountRequest(),
                                metadata=metadata, timeout=harness.PATIENCE)
            self.assertEqual(caught.exception.code().name, code)


class CommandTest(harness.ServerTest):
    """The whole path by the command: partner, product, contract, grant, key."""

    def verb(self, *words, code=0):
        done = self.server.courant("partner", *words, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def test_from_nothing_to_a_read_and_to_a_suspension(self):
        self.verb("create", "daily", "--called", "데일리 신문")
        self.verb("product", "all", "--called", "All")
        self.verb("contract", "daily/2026", "--called", "2026")
        self.verb("grant", "daily/2026/all", "--product", "all", "--use",
                  "web")
        out, err = self.verb("key", "create", "daily", "--called", "Site",
                             "--scope", "articles")
        line, secret = out.splitlines()
        name = line.split()[0]
        self.assertIn("Site  articles  live", line)
        self.assertIn("shown this once", err)
        article = self.create(an_article())
        door = grpc.insecure_channel(self.server.partner)
        self.addCleanup(door.close)
        stub = article_service_pb2_grpc.ArticleServiceStub(door)

        def read():
            return stub.GetArticle(
                articles.GetArticleRequest(name=article.name),
                metadata=[("authorization", f"Bearer {secret}")],
                timeout=harness.PATIENCE)

        def refusal():
            with self.assertRaises(grpc.RpcError) as caught:
                read()
            return caught.exception.code().name

        self.assertEqual(read().headline, article.headline)
        self.verb("suspend", "daily", "--reason", "Unpaid.", "--yes")
        self.assertEqual(refusal(), "NOT_FOUND")
        self.verb("resume", "daily", "--yes")
        self.assertEqual(read().headline, article.headline)
        self.assertIn("live", self.verb("key", "list", "daily")[0])
        self.assertNotIn(secret, self.verb("key", "list", "daily")[0])
        # Nobody can be asked here.
        self.verb("key", "revoke", name, code=2)
        self.assertIn("revoked", self.verb("key", "revoke", name, "--yes")[0])
        self.assertEqual(refusal(), "UNAUTHENTICATED")

    def test_a_repeat_shows_no_secret(self):
        self.verb("create", "daily", "--called", "Daily")
        words = ("key", "create", "daily", "--called", "Site", "--request-id",
                 harness.new_id())
        self.assertIn("cour_live_", self.verb(*words)[0])
        out, err = self.verb(*words)
        self.assertNotIn("cour_live_", out)
        self.assertIn("made before", err)
        self.verb("key", "create", "daily", "--called", "Two")
        self.assertIn("revoke the one", self.verb(
            "key", "create", "daily", "--called", "Three", code=1)[1])
        for words in (("key", "create"), ("key", "make", "daily"),
                      ("key", "revoke", "daily"), ("key", "list", "a", "b")):
            self.verb(*words, code=2)


if __name__ == "__main__":
    harness.main()
