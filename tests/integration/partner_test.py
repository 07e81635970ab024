"""Partners, contracts, grants and products from outside: their life, their
place on the log, and who may have what, when, by which rule."""

import grpc

from courant.v1 import article_service_pb2, change_pb2, change_service_pb2
from courant.v1 import ledger_pb2, partner_pb2

import harness
from harness import changes, new_id
from partner_desk import DAY, PartnerTest, Use, an_article, at, service

Kind = change_pb2.Change.Kind
OUTSIDE = [("courant-audience", "public")]


class LifeTest(PartnerTest):
    def test_what_is_written_is_what_is_read(self):
        partner, contract, product, grant = self.outlet()
        for kind, record in (("Partner", partner), ("Contract", contract),
                             ("Product", product), ("Grant", grant)):
            self.assertEqual(self.call(f"Get{kind}", name=record.name), record)
            self.assertEqual((record.revision, record.actor),
                             (1, "rights/kim"))
            self.assertTrue(record.HasField("create_time"))
        self.assertEqual(partner.display_name, "데일리 신문")
        self.assertEqual(partner.embargo_clearance,
                         partner_pb2.Partner.NOT_CLEARED)
        self.assertEqual(grant.effect, Use.ALLOW)
        self.assertEqual(
            [r.change_sequence for r in (partner, contract, product, grant)],
            [1, 2, 3, 4])

    def test_what_only_the_server_sets_is_ignored(self):
        made = self.call("CreatePartner", partner_id="daily", partner={
            "name": "partners/other", "display_name": "x", "revision": 7,
            "etag": "mine", "actor": "me", "change_sequence": 9,
            "suspension": {"reason": "no"}})
        self.assertEqual((made.name, made.revision, made.change_sequence),
                         ("partners/daily", 1, 1))
        self.assertFalse(made.HasField("suspension"))
        self.assertEqual(made.actor, "rights/kim")

    def test_an_update_changes_what_is_in_the_mask(self):
        self.outlet()
        first = self.call("GetGrant",
                          name="partners/daily/contracts/2026/grants/g")
        patch = partner_pb2.Grant(name=first.name, etag=first.etag,
                                  uses=[Use.PRINT], languages=["KO-kr"])
        second = self.update("Grant", patch, "languages")
        self.assertEqual((list(second.uses), list(second.languages)),
                         ([Use.WEB], ["ko-KR"]))
        self.assertEqual(second.revision, 2)
        self.assertEqual(second.create_time, first.create_time)
        self.assertEqual(
            self.refused("UpdateGrant", grant=patch,
                         update_mask={"paths": ["uses"]})[:2],
            ("ABORTED", "ETAG_MISMATCH"))
        for path in ("revision", "name", "suspension", "nonsense",
                     "product.filter"):
            self.assertEqual(
                self.refused("UpdateGrant", grant={"name": first.name},
                             update_mask={"paths": [path]})[1],
                "FIELD_MASK_INVALID", path)
        # What an update leaves must make sense as a whole.
        self.update("Grant", partner_pb2.Grant(
            name=first.name, valid_from=at(5 * DAY)), "valid_from")
        self.assertEqual(
            self.refused("UpdateGrant",
                         grant={"name": first.name, "valid_to": at(4 * DAY)},
                         update_mask={"paths": ["valid_to"]}),
            ("INVALID_ARGUMENT", "FIELD_INVALID", ["grant.valid_to"]))
        self.assertEqual(
            self.refused("UpdateGrant",
                         grant={"name": first.name, "product": "products/no"},
                         update_mask={"paths": ["product"]}),
            ("NOT_FOUND", "RESOURCE_NOT_FOUND", ["grant.product"]))

    def test_a_retry_gives_the_first_answer_also_after_a_restart(self):
        request = dict(partner_id="daily", request_id=new_id(),
                       partner=partner_pb2.Partner(display_name="Daily"))
        first = self.call("CreatePartner", **request)
        self.update("Partner", partner_pb2.Partner(
            name=first.name, display_name="Daily News"), "display_name")
        self.assertEqual(self.call("CreatePartner", **request), first)
        self.server.kill()
        self.server.start()
        self.connect()
        self.assertEqual(self.call("CreatePartner", **request), first)
        self.assertEqual(self.tail(), 2)
        self.assertEqual(
            self.refused("CreatePartner", **{**request, "partner_id": "b"})[1],
            "REQUEST_ID_REUSED")

    def test_only_validated_is_not_made(self):
        self.outlet()
        answer = self.call("CreateProduct", product_id="b", validate_only=True,
                           product={"display_name": "B",
                                    "filter": "section=a"})
        self.assertEqual((answer.filter, answer.revision),
                         ('section="a"', 0))
        answer = self.call("SuspendPartner", name="partners/daily",
                           reason="unpaid", validate_only=True)
        self.assertEqual(answer.suspension.reason, "unpaid")
        self.assertEqual(self.tail(), 4)
        self.assertEqual(self.refused("GetProduct", name="products/b")[0],
                         "NOT_FOUND")

    def test_suspended_once_and_resumed_once(self):
        for kind, record in zip(("Partner", "Contract", "Product", "Grant"),
                                self.outlet()):
            name = record.name
            self.assertEqual(self.refused(f"Resume{kind}", name=name)[1],
                             "ILLEGAL_TRANSITION")
            held = self.call(f"Suspend{kind}", name=name, reason="미납",
                             etag=record.etag)
            self.assertEqual((held.suspension.reason, held.suspension.actor),
                             ("미납", "rights/kim"))
            self.assertEqual(
                self.refused(f"Suspend{kind}", name=name, reason="x")[1],
                "ILLEGAL_TRANSITION")
            self.assertEqual(
                self.refused(f"Resume{kind}", name=name,
                             etag=record.etag)[1], "ETAG_MISMATCH")
            again = self.call(f"Resume{kind}", name=name)
            self.assertFalse(again.HasField("suspension"))
            self.assertEqual(again.revision, 3)

    def test_pages_neither_repeat_nor_miss(self):
        self.product()
        for i in range(7):
            self.partner(f"p{i}" if i % 2 else f"p-{i}")
        for partner in ("p1", "p3"):
            for i in range(5):
                self.contract(partner, f"c{i}")
                self.grant("g", f"partners/{partner}/contracts/c{i}")

        def names(kind, **fields):
            seen, token = [], ""
            while True:
                page = self.call(f"List{kind}", page_size=3, page_token=token,
                                 **fields)
                seen += [r.name for r in getattr(page, kind.lower())]
                token = page.next_page_token
                if not token:
                    return seen
        self.assertEqual(names("Partners"), [
            f"partners/{p}" for p in
            ("p-0", "p-2", "p-4", "p-6", "p1", "p3", "p5")])
        self.assertEqual(len(names("Contracts", parent="partners/-")), 10)
        self.assertEqual(
            names("Contracts", parent="partners/p3"),
            [f"partners/p3/contracts/c{i}" for i in range(5)])
        self.assertEqual(
            names("Grants", parent="partners/p1/contracts/-"),
            [f"partners/p1/contracts/c{i}/grants/g" for i in range(5)])
        self.assertEqual(names("Grants", parent="partners/p1/contracts/c2"),
                         ["partners/p1/contracts/c2/grants/g"])
        self.assertEqual(names("Products"), ["products/all"])
        token = self.call("ListPartners", page_size=3).next_page_token
        self.assertEqual(
            self.refused("ListProducts", page_token=token)[1],
            "PAGE_TOKEN_INVALID")

    def test_a_page_ends_before_a_message_is_full(self):
        for partner in ("a", "b"):
            self.partner(partner)
            for i in range(60):
                self.contract(partner, f"c{i}", terms="글" * 10_000)
        pages, token = [], ""
        while token or not pages:
            page = self.call("ListContracts", parent="partners/-",
                             page_size=500, page_token=token)
            self.assertLess(page.ByteSize(), (3 << 20) + 1000)
            pages.append([contract.name for contract in page.contracts])
            token = page.next_page_token
        self.assertEqual(len(pages), 2)
        self.assertEqual(pages[0] + pages[1], sorted(
            f"partners/{partner}/contracts/c{i}"
            for partner in "ab" for i in range(60)))

    def test_bad_input_names_the_field(self):
        self.outlet()
        day = at(DAY)
        contract = {"display_name": "x"}
        grant = {"product": "products/all", "uses": [Use.WEB]}
        for method, fields, wanted in (
                ("CreatePartner", dict(partner_id="A", partner={}),
                 "partner_id"),
                ("CreatePartner", dict(partner_id="b", partner={}),
                 "partner.display_name"),
                ("CreatePartner", dict(partner_id="b", partner={
                    "display_name": "x", "time_zone": "Mars/Olympus"}),
                 "partner.time_zone"),
                ("CreatePartner", dict(partner_id="b", partner={
                    "display_name": "x", "contacts": [{}]}),
                 "partner.contacts[0].address"),
                ("CreateContract", dict(parent="partners", contract_id="c",
                                        contract=contract), "parent"),
                ("CreateContract", dict(
                    parent="partners/daily", contract_id="c", contract={
                        **contract, "valid_from": day, "valid_to": day}),
                 "contract.valid_to"),
                ("CreateContract", dict(
                    parent="partners/daily", contract_id="c", contract={
                        **contract, "territories": ["KR", "UK"]}),
                 "contract.territories[1]"),
                ("CreateContract", dict(
                    parent="partners/daily", contract_id="c", contract={
                        **contract, "excluded_territories": ["KR", "KR"]}),
                 "contract.excluded_territories[1]"),
                ("CreateContract", dict(
                    parent="partners/daily", contract_id="c", contract={
                        **contract, "archive_days": -1}),
                 "contract.archive_days"),
                ("CreateGrant", dict(
                    parent="partners/daily/contracts/2026", grant_id="x",
                    grant={**grant, "uses": []}), "grant.uses"),
                ("CreateGrant", dict(
                    parent="partners/daily/contracts/2026", grant_id="x",
                    grant={**grant, "uses": [Use.WEB, Use.WEB]}),
                 "grant.uses[1]"),
                ("CreateGrant", dict(
                    parent="partners/daily/contracts/2026", grant_id="x",
                    grant={**grant, "languages": ["english"]}),
                 "grant.languages[0]"),
                ("CreateGrant", dict(
                    parent="partners/daily/contracts/2026", grant_id="x",
                    grant={**grant, "languages": ["ko", "KO"]}),
                 "grant.languages[1]"),
                ("CreateGrant", dict(
                    parent="partners/daily/contracts/2026", grant_id="x",
                    grant={**grant, "product": "all"}), "grant.product"),
                ("CreateProduct", dict(product_id="x", product={
                    "display_name": "x", "filter": "section="}),
                 "product.filter"),
                # It changes with corrections.
                ("CreateProduct", dict(product_id="x", product={
                    "display_name": "x",
                    "filter": "section=sport AND state=PUBLISHED"}),
                 "product.filter"),
                ("UpdateProduct", dict(
                    product={"name": "products/all", "filter": "state=KILLED"},
                    update_mask={"paths": ["filter"]}), "product.filter"),
                ("SuspendGrant", dict(name="partners/daily", reason="x"),
                 "name"),
                ("SuspendPartner", dict(name="partners/daily"), "reason"),
                ("ListGrants", dict(parent="partners/-/contracts/-"),
                 "parent"),
                ("ListGrants", dict(parent="partners/daily/x/contracts/-"),
                 "parent"),
                ("ListPartners", dict(page_size=-1), "page_size"),
                ("ExplainAccess", dict(partner="daily"), "partner"),
                ("ExplainAccess", dict(
                    partner="partners/daily", article="articles/x",
                    territory="KR"), "use"),
                ("ExplainAccess", dict(
                    partner="partners/daily", article="articles/x",
                    use=Use.WEB, territory="kr"), "territory"),
        ):
            code, _, wrong = self.refused(method, **fields)
            self.assertEqual((code, wrong), ("INVALID_ARGUMENT", [wanted]),
                             f"{method} {fields}")
        self.assertEqual(self.tail(), 4)

    def test_what_is_taken_missing_or_full(self):
        self.outlet()
        self.assertEqual(
            self.refused("CreatePartner", partner_id="daily",
                         partner={"display_name": "x"})[1],
            "RESOURCE_EXISTS")
        for method, fields in (
                ("CreateContract", dict(parent="partners/no", contract_id="c",
                                        contract={"display_name": "x"})),
                ("CreateGrant", dict(
                    parent="partners/daily/contracts/no", grant_id="g",
                    grant={"product": "products/all", "uses": [Use.WEB]})),
                ("CreateGrant", dict(
                    parent="partners/daily/contracts/2026", grant_id="h",
                    grant={"product": "products/no", "uses": [Use.WEB]})),
                ("GetPartner", dict(name="partners/no")),
                ("UpdateProduct", dict(product={"name": "products/no"},
                                       update_mask={"paths": ["filter"]}))):
            self.assertEqual(self.refused(method, **fields)[1],
                             "RESOURCE_NOT_FOUND", method)
        for i in range(99):
            self.contract(name=f"c{i}")
        with self.assertRaises(grpc.RpcError) as caught:
            self.contract(name="more")
        self.assertEqual(harness.details(caught.exception)[0].reason,
                         "LIMIT_REACHED")
        self.assertIn("partners/daily has 100 contracts already",
                      caught.exception.details())

    def test_outside_there_is_no_such_service(self):
        for method in self.stub.__dict__:
            # Some are of AccountService as well.
            name = method + "Request"
            request = getattr(service, name, None) or getattr(ledger_pb2, name)
            with self.assertRaises(grpc.RpcError) as caught:
                getattr(self.stub, method)(
                    request(), timeout=harness.PATIENCE, metadata=OUTSIDE)
            self.assertEqual(harness.details(caught.exception)[0].reason,
                             "NOT_CLEARED", method)


class LogTest(PartnerTest):
    def list_changes(self, metadata=(), **fields):
        page = self.changes.ListChanges(
            change_service_pb2.ListChangesRequest(
                start_from=changes.EARLIEST_RETAINED, **fields),
            metadata=metadata, timeout=harness.PATIENCE)
        return list(page.changes)

    def test_each_change_of_rights_is_one_change_of_the_log(self):
        partner, contract, product, grant = self.outlet()
        self.create(an_article())
        held = self.call("SuspendGrant", name=grant.name, reason="unpaid")
        self.call("ResumeGrant", name=grant.name)
        seen = self.list_changes()
        self.assertEqual(
            [(Kind.Name(c.kind), c.WhichOneof("payload")) for c in seen],
            [("RIGHTS_UPDATED", "partner"), ("RIGHTS_UPDATED", "contract"),
             ("RIGHTS_UPDATED", "product"), ("RIGHTS_UPDATED", "grant"),
             ("PUBLISHED", "article"), ("RIGHTS_SUSPENDED", "grant"),
             ("RIGHTS_RESUMED", "grant")])
        self.assertEqual(seen[0].partner, partner)
        self.assertEqual(seen[1].contract, contract)
        self.assertEqual(seen[2].product, product)
        self.assertEqual(seen[3].grant, grant)
        self.assertEqual(seen[5].grant, held)
        self.assertEqual((seen[5].resource, seen[5].previous_revision),
                         (grant.name, 1))
        self.assertEqual(
            self.changes.GetChange(changes.GetChangeRequest(
                name="changes/6")).grant, held)

    def test_outside_and_under_a_filter_there_is_no_trace(self):
        self.outlet()
        made = self.create(an_article())
        seen = self.list_changes(OUTSIDE)
        self.assertEqual([c.resource for c in seen], [made.name])
        with self.assertRaises(grpc.RpcError) as caught:
            self.changes.GetChange(changes.GetChangeRequest(name="changes/1"),
                                   metadata=OUTSIDE)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)
        # Not even where nothing is asked for that they have not.
        for text in ("kind=TEXT", 'section!="sport"', "NOT language:ko"):
            self.assertEqual(
                [c.resource for c in self.list_changes(filter=text)],
                [made.name], text)
        listed = self.articles.ListArticles(
            article_service_pb2.ListArticlesRequest())
        self.assertEqual([a.name for a in listed.articles], [made.name])

    def test_a_snapshot_has_articles_alone_and_then_the_rights(self):
        self.outlet()
        made = self.create(an_article())
        stream = self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(
                start_from=changes.SNAPSHOT_THEN_LIVE),
            timeout=harness.PATIENCE)
        held = None
        seen = []
        for message in stream:
            event = message.WhichOneof("event")
            if event == "batch":
                seen += [c.resource for c in message.batch.changes]
            elif event == "snapshot_complete":
                held = message.snapshot_complete
                self.call("SuspendPartner", name="partners/daily",
                          reason="unpaid")
            if len(seen) == 2:
                break
        stream.cancel()
        self.assertEqual(held.resource_count, 1)
        self.assertEqual(seen, [made.name, "partners/daily"])

    def test_the_log_with_rights_is_whole(self):
        self.outlet()
        self.create(an_article())
        self.server.stop()
        self.assertEqual(self.server.verify()["changes"], 5)
        self.server.start()


class ExplainTest(PartnerTest):
    def test_the_answer_changes_at_one_change(self):
        self.outlet()
        name = self.create(an_article()).name
        self.assertEqual(self.decided(name), ("FULL", ["GRANTED"]))
        answer = self.explain(name)
        self.assertEqual((answer.sequence, answer.article_revision), (5, 1))
        self.assertEqual(
            (answer.rules[0].name, answer.rules[0].revision),
            ("partners/daily/contracts/2026/grants/g", 1))
        steps = [
            (lambda: self.call("SuspendContract", reason="x",
                               name="partners/daily/contracts/2026"),
             ("DENY", ["NO_GRANT"])),
            (lambda: self.call("SuspendPartner", reason="x",
                               name="partners/daily"),
             ("DENY", ["PARTNER_SUSPENDED"])),
            (lambda: self.call("ResumeContract",
                               name="partners/daily/contracts/2026"),
             ("DENY", ["PARTNER_SUSPENDED"])),
            (lambda: self.call("ResumePartner", name="partners/daily"),
             ("FULL", ["GRANTED"])),
            (lambda: self.update("Product", partner_pb2.Product(
                name="products/all", filter="section=sport"), "filter"),
             ("DENY", ["NO_GRANT"])),
        ]
        expected = {5: ("FULL", ["GRANTED"])}
        for step, wanted in steps:
            expected[step().change_sequence] = wanted
            self.assertEqual(self.decided(name), wanted)
        # Each is still so for its own time, also after a restart.
        self.server.kill()
        self.server.start()
        self.connect()
        for sequence, wanted in expected.items():
            time = self.changes.GetChange(changes.GetChangeRequest(
                name=f"changes/{sequence}")).commit_time
            self.assertEqual(self.decided(name, time), wanted, sequence)
            self.assertEqual(self.explain(name, time).sequence, sequence)
            before = type(time)()
            before.FromMicroseconds(time.ToMicroseconds() - 1)
            self.assertEqual(self.explain(name, before).sequence,
                             sequence - 1)

    def test_before_there_was_anything(self):
        name = self.create(an_article()).name
        self.outlet()
        first = self.changes.GetChange(
            changes.GetChangeRequest(name="changes/1")).commit_time
        self.assertEqual(self.decided(name, first),
                         ("DENY", ["NO_SUCH_PARTNER"]))
        self.assertEqual(self.decided(name, at(0)),
                         ("DENY", ["NO_SUCH_ARTICLE", "NO_SUCH_PARTNER"]))
        self.assertEqual(self.explain(name, at(0)).sequence, 0)
        for fields in (dict(article="articles/no"),
                       dict(article=name, partner="partners/no")):
            with self.assertRaises(grpc.RpcError) as caught:
                self.explain(**fields)
            self.assertEqual(harness.details(caught.exception)[0].reason,
                             "RESOURCE_NOT_FOUND")

    def test_times_to_come(self):
        self.partner()
        self.product()
        now = self.create(an_article("first")).publish_time.seconds
        self.contract(valid_to=at(now + 30 * DAY), archive_days=7)
        self.grant()
        article = an_article("second")
        article.expires_at.seconds = now + 3 * DAY
        name = self.create(article).name
        self.assertEqual(self.decided(name, at(now + 2 * DAY)),
                         ("FULL", ["GRANTED"]))
        self.assertEqual(self.decided(name, at(now + 3 * DAY)),
                         ("DENY", ["EXPIRED"]))
        other = self.create(an_article("third")).name
        self.assertEqual(self.decided(other, at(now + 6 * DAY)),
                         ("FULL", ["GRANTED"]))
        late = self.explain(other, at(now + 30 * DAY))
        self.assertEqual(
            {(r.name, partner_pb2.AccessRule.Reason.Name(r.reason))
             for r in late.obstacles},
            {("partners/daily/contracts/2026", "CONTRACT_NOT_IN_FORCE"),
             ("partners/daily/contracts/2026", "TOO_OLD")})

    def test_an_embargo_is_a_notice_to_the_cleared(self):
        self.outlet()
        draft = self.create(an_article(), published=False)
        self.assertEqual(self.decided(draft.name), ("DENY", ["NOT_OUT"]))
        until = draft.create_time.seconds + DAY
        self.articles.PublishArticle(
            article_service_pb2.PublishArticleRequest(
                name=draft.name, embargo_until=at(until)))
        self.assertEqual(self.decided(draft.name),
                         ("DENY", ["UNDER_EMBARGO"]))
        self.update("Partner", partner_pb2.Partner(
            name="partners/daily",
            embargo_clearance=partner_pb2.Partner.PRE_NOTICE),
            "embargo_clearance")
        self.assertEqual(self.decided(draft.name, at(until - 1)),
                         ("METADATA", ["PRE_NOTICE_ONLY", "GRANTED"]))
        self.assertEqual(self.decided(draft.name, at(until)),
                         ("FULL", ["GRANTED"]))

    def test_what_was_killed_is_denied_and_what_was_is_known(self):
        self.outlet()
        made = self.create(an_article())
        for actor, fields in (("desk/kim", {"reason": "Court order."}),
                              ("desk/lee", {"confirm": True})):
            self.articles.KillArticle(
                article_service_pb2.KillArticleRequest(
                    name=made.name, **fields),
                metadata=[("courant-actor", actor)])
        self.assertEqual(self.decided(made.name),
                         ("DENY", ["STOPPED"]))
        self.assertEqual(self.decided(made.name, made.publish_time),
                         ("FULL", ["GRANTED"]))

    def test_rights_that_are_unknown_or_say_no(self):
        self.outlet()
        self.grant("ai", uses=[Use.AI_TRAINING])
        for status in ("STATUS_UNSPECIFIED", "UNKNOWN", "RESTRICTED"):
            unknown = an_article(status)
            unknown.rights.status = unknown.rights.Status.Value(status)
            self.assertEqual(self.decided(self.create(unknown).name),
                             ("DENY", ["RIGHTS_UNKNOWN"]), status)
        closed = an_article("closed")
        closed.rights.data_mining = closed.rights.PROHIBITED_TRAINING
        name = self.create(closed).name
        self.assertEqual(self.decided(name), ("FULL", ["GRANTED"]))
        self.assertEqual(self.decided(name, use=Use.AI_TRAINING),
                         ("DENY", ["DATA_MINING_PROHIBITED"]))

    def test_the_stricter_of_two_contracts(self):
        self.outlet()
        name = self.create(an_article()).name
        self.contract(name="strict", excluded_territories=["JP"])
        self.grant("g", "partners/daily/contracts/strict")
        self.assertEqual(self.decided(name, territory="JP"),
                         ("DENY", ["TERRITORY_EXCLUDED"]))
        self.assertEqual(self.decided(name, territory="US"),
                         ("FULL", ["GRANTED", "GRANTED"]))
        self.grant("block", "partners/daily/contracts/strict", uses=[],
                   effect=Use.BLOCK, territories=["US"])
        self.assertEqual(self.decided(name, territory="US"),
                         ("DENY", ["BLOCKED"]))


if __name__ == "__main__":
    harness.main()
