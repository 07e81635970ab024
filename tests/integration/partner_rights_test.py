"""What a partner that follows is told when it may have less or more."""

import grpc

from courant.v1 import article_pb2, change_service_pb2_grpc, partner_pb2

import harness
from harness import changes
from mirror import Mirror
from partner_desk import OutletTest, an_article

GRANT = "partners/daily/contracts/2026/grants/g"


class RightsTest(OutletTest):
    def setUp(self):
        super().setUp()
        self.follow = change_service_pb2_grpc.ChangeServiceStub(self.door)

    def write(self, headline, section):
        article = an_article(headline)
        article.sections.add(code=section)
        return self.create(article)

    def stream(self, mirror, until, **request):
        """Applies messages until `until(kind)`; each is checked."""
        if mirror.token:
            request["resume_token"] = mirror.token
        call = self.follow.SubscribeChanges(
            changes.SubscribeChangesRequest(**request),
            metadata=self.bearer(), timeout=harness.PATIENCE)
        for message in call:
            if until(mirror.apply(message)):
                break
        call.cancel()
        return mirror

    def to_tail(self, mirror, **request):
        tail = self.tail()
        return self.stream(
            mirror, lambda kind: kind not in ("started", "notices")
            and mirror.position >= tail and not self.in_rights(mirror),
            **request)

    def in_rights(self, mirror):
        """Something was revoked, and not yet that this is all."""
        return mirror.revoking > 0

    def by_cuts(self, **start):
        """The same, cut after each message."""
        mirror, tail = Mirror(), self.tail()
        while (mirror.position is None or mirror.position < tail
               or self.in_rights(mirror)):
            seen = []
            self.stream(mirror, lambda kind: seen.append(kind) or
                        kind not in ("started", "notices"),
                        max_batch_changes=1,
                        **({} if mirror.token else start))
        return mirror

    def by_pages(self, page_size=1, **start):
        mirror, tail, token = Mirror(), self.tail(), ""
        while True:
            page = self.follow.ListChanges(
                changes.ListChangesRequest(
                    page_token=token, page_size=page_size,
                    **({} if token else start)),
                metadata=self.bearer(), timeout=harness.PATIENCE)
            mirror.page(page)
            token = page.next_page_token
            if not token:
                self.assertEqual(self.tail(), tail)
                return mirror

    def narrowed(self):
        """Two articles in each of two sections, one of them changed since the
        right to one section was taken away. (articles, that change)"""
        made = [self.write(f"{section} {n}", section)
                for n in range(2) for section in ("sport", "city")]
        taken = self.update("Product", partner_pb2.Product(
            name="products/all", filter='section="city"'), "filter")
        self.articles.UpdateArticle(
            harness.articles.UpdateArticleRequest(
                article=self.headed(made[0].name, "sport 0 again"),
                update_mask={"paths": ["headline"]}),
            timeout=harness.PATIENCE)
        return made, taken.change_sequence

    def headed(self, name, headline):
        article = article_pb2.Article(name=name)
        article.headline.value = headline
        return article

    def test_what_is_taken_away_has_left(self):
        made, taken = self.narrowed()
        seen = self.to_tail(Mirror(), resume_after_sequence=0)
        self.assertEqual(
            [told for told in seen.told if told[2] == "RIGHTS_REVOKED"],
            [(taken, name, "RIGHTS_REVOKED", "LEFT")
             for name in sorted((made[0].name, made[2].name))])
        self.assertEqual(len(seen.rights), 1)
        self.assertEqual((seen.rights[0].sequence,
                          seen.rights[0].revoked_count,
                          seen.rights[0].granted_count), (taken, 2, 0))
        self.assertEqual(set(seen.held), {made[1].name, made[3].name})
        self.assertEqual(set(seen.held), set(self.listed()))

    def test_cuts_and_pages_tell_the_same(self):
        self.narrowed()
        whole = self.to_tail(Mirror(), resume_after_sequence=0)
        for way in (self.by_cuts(resume_after_sequence=0),
                    self.by_pages(), self.by_pages(page_size=3)):
            self.assertEqual(way.told, whole.told)
            self.assertEqual(
                [(r.sequence, r.revoked_count, r.granted_count)
                 for r in way.rights],
                [(r.sequence, r.revoked_count, r.granted_count)
                 for r in whole.rights])

    def test_a_live_stream_is_told_at_once(self):
        made = [self.write(f"city {n}", "city") for n in range(3)]
        mirror = Mirror()
        call = self.follow.SubscribeChanges(
            changes.SubscribeChangesRequest(resume_after_sequence=0),
            metadata=self.bearer(), timeout=harness.PATIENCE)

        def read(until):
            for message in call:
                if until(mirror.apply(message)):
                    return

        read(lambda kind: len(mirror.held) == 3)
        self.call("SuspendGrant", name=GRANT, reason="Unpaid.")
        read(lambda kind: kind == "rights")
        self.assertEqual(mirror.held, {})
        self.assertEqual(mirror.rights[-1].revoked_count, 3)
        self.write("city 3", "city")  # Not for it.
        self.call("ResumeGrant", name=GRANT)
        read(lambda kind: kind == "rights")
        self.assertEqual(mirror.rights[-1].granted_count, 4)
        last = self.write("city 4", "city")
        read(lambda kind: last.name in mirror.held)
        self.assertEqual(set(mirror.held), {last.name})
        # What it may have again: by a second stream, which goes on.
        backfill = Mirror()
        self.stream(backfill, lambda kind: kind == "snapshot_complete",
                    resume_token=mirror.rights[-1].backfill_token)
        self.assertEqual(set(backfill.held), set(self.listed()))
        self.assertEqual(backfill.complete.resource_count, 5)
        self.assertTrue({m.name for m in made} < set(backfill.held))
        after = self.write("city 5", "city")
        self.to_tail(backfill)
        self.assertIn(after.name, backfill.held)
        call.cancel()

    def test_a_stream_with_an_end_there_tells_all_of_it(self):
        _, taken = self.narrowed()
        for batch in (0, 1):
            mirror = Mirror()
            for message in self.follow.SubscribeChanges(
                    changes.SubscribeChangesRequest(
                        resume_after_sequence=0, end_sequence=taken,
                        max_batch_changes=batch),
                    metadata=self.bearer(), timeout=harness.PATIENCE):
                mirror.apply(message)
            self.assertEqual(mirror.position, taken)
            self.assertEqual([r.revoked_count for r in mirror.rights], [2])

    def test_conflated_it_comes_to_the_same(self):
        self.narrowed()
        mirror = self.to_tail(
            Mirror(), resume_after_sequence=0,
            conflation=changes.SubscribeChangesRequest.WHILE_CATCHING_UP)
        self.assertEqual([r.revoked_count for r in mirror.rights], [2])
        self.assertEqual(set(mirror.held), set(self.listed()))

    def test_who_goes_on_by_a_number_is_told_all_of_it(self):
        made, taken = self.narrowed()
        mirror = Mirror()
        mirror.held = {article.name: 1 for article in made}
        self.to_tail(mirror, resume_after_sequence=taken)
        self.assertEqual(set(mirror.held), set(self.listed()))

    def test_a_key_that_is_gone_is_told_nothing_of_it(self):
        self.narrowed()
        mirror = Mirror()
        self.stream(mirror, lambda kind: mirror.revoking == 1,
                    resume_after_sequence=0, max_batch_changes=1)
        call = self.follow.SubscribeChanges(
            changes.SubscribeChangesRequest(resume_token=mirror.token,
                                            max_batch_changes=1),
            metadata=self.bearer(), timeout=harness.PATIENCE)
        self.call("RevokeApiKey", name=self.key.key.name)
        with self.assertRaises(grpc.RpcError) as caught:
            list(call)
        self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")

    def test_a_change_that_makes_no_difference_is_not_told(self):
        self.write("city", "city")
        self.update("Product", partner_pb2.Product(
            name="products/all", display_name="Everything"), "display_name")
        self.product("another")
        seen = self.to_tail(Mirror(), resume_after_sequence=0)
        self.assertEqual(seen.rights, [])
        self.assertEqual(len(seen.told), 1)

    def test_in_the_middle_of_a_snapshot(self):
        made = sorted((self.write(f"{section} {n}", section) for n in range(3)
                       for section in ("sport", "city")), key=lambda a: a.name)
        for stop in range(1, 6):
            with self.subTest(stop):
                self.update("Product", partner_pb2.Product(
                    name="products/all", filter=""), "filter")
                mirror, token = Mirror(), ""
                while mirror.complete is None:
                    page = self.follow.ListChanges(
                        changes.ListChangesRequest(
                            page_token=token, page_size=1,
                            start_from=changes.SNAPSHOT_THEN_LIVE
                            if not token else 0),
                        metadata=self.bearer(), timeout=harness.PATIENCE)
                    mirror.page(page)
                    token = page.next_page_token or page.resume_token
                    if len(mirror.told) == stop and not mirror.rights:
                        held = set(mirror.held)
                        self.update("Product", partner_pb2.Product(
                            name="products/all", filter='section="city"'),
                            "filter")
                        stop = 0
                self.assertEqual(set(mirror.held), set(self.listed()))
                self.assertEqual(mirror.complete.resource_count, 3)
                revoked = [told[1] for told in mirror.told
                           if told[2] == "RIGHTS_REVOKED"]
                self.assertEqual(revoked, [a.name for a in made
                                           if a.name in held and
                                           a.sections[0].code == "sport"])

    def test_a_token_from_the_middle_is_good_for_its_reader_alone(self):
        self.narrowed()
        mirror = Mirror()
        self.stream(mirror, lambda kind: mirror.revoking == 1,
                    resume_after_sequence=0, max_batch_changes=1)
        # To the house it is a place in the log like any other.
        stub = change_service_pb2_grpc.ChangeServiceStub(self.channel)
        page = stub.ListChanges(changes.ListChangesRequest(
            page_token=mirror.token), timeout=harness.PATIENCE)
        self.assertEqual([c.sequence for c in page.changes],
                         list(range(mirror.position + 1, self.tail() + 1)))
        self.assertFalse(page.HasField("rights"))
        # Another partner has lost nothing there.
        self.partner("weekly")
        other = self.make_key("weekly").secret
        page = self.follow.ListChanges(
            changes.ListChangesRequest(page_token=mirror.token),
            metadata=self.bearer(other), timeout=harness.PATIENCE)
        self.assertEqual(list(page.changes), [])
        self.assertFalse(page.HasField("rights"))


if __name__ == "__main__":
    harness.main()
