"""The listener of partners from outside: who gets in, what is there, and that
what is read is what the contract says."""

import base64
import hmac
import json
import os
import pathlib
import shutil
import tempfile
import threading
import time

import grpc

from courant.v1 import article_service_pb2_grpc, change_service_pb2_grpc
from courant.v1 import partner_pb2

import harness
import tls_desk
from harness import articles, changes
from partner_desk import OutletTest, an_article


class DoorTest(OutletTest):
    GET = "courant.v1.ArticleService/GetArticle"

    def test_only_a_right_key_opens(self):
        name = self.create(an_article()).name
        request = articles.GetArticleRequest(name=name).SerializeToString()
        self.assertIsInstance(self.raw(self.GET, request), bytes)
        secret = self.key.secret
        wrong = [[], self.bearer("nonsense"), self.bearer(secret[:-1]),
                 self.bearer(secret + "x"),
                 [("authorization", secret)],
                 [("x-api-key", secret)],
                 self.bearer() + self.bearer(),
                 [("courant-audience", "internal")],
                 [("courant-audience", "internal"),
                  ("courant-actor", "desk/kim")]]
        texts = {self.raw(self.GET, request, metadata) for metadata in wrong}
        self.assertEqual(len(texts), 1, texts)
        self.assertEqual(next(iter(texts))[0], "UNAUTHENTICATED")
        refused = [line for line in self.server.metrics()
                   if line.startswith("courant_auth_refused_total")]
        self.assertIn('courant_auth_refused_total{reason="repeated"} 1',
                      [line.replace(".0", "") for line in refused])

    def test_a_revoked_key_opens_nothing_from_the_answer_on(self):
        name = self.create(an_article()).name
        second = self.make_key()
        self.get(name)
        self.call("RevokeApiKey", name=self.key.key.name)
        with self.assertRaises(grpc.RpcError) as caught:
            self.get(name)
        self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")
        self.get(name, self.bearer(second.secret))
        self.server.stop()
        self.server.start()
        self.door = grpc.insecure_channel(self.server.partner)
        with self.assertRaises(grpc.RpcError):
            self.get(name)
        self.get(name, self.bearer(second.secret))

    def test_nothing_but_what_is_offered_is_there(self):
        for method in ("courant.v1.ArticleService/KillArticle",
                       "courant.v1.ArticleService/CreateArticle",
                       "courant.v1.PartnerService/ListPartners",
                       "courant.v1.PartnerService/CreateApiKey",
                       "courant.v1.SubscriptionService/ListSubscriptions",
                       "courant.v1.BackupService/StartBackup",
                       "courant.v1.TranslationService/ListTranslations",
                       "grpc.health.v1.Health/Check",
                       "grpc.reflection.v1alpha.ServerReflection/"
                       "ServerReflectionInfo",
                       "courant.v1.articleservice/GetArticle",
                       "courant.v1.ArticleService/getArticle",
                       "/courant.v1.ArticleService/GetArticle",
                       "courant.v1.ArticleService//GetArticle",
                       "courant.v1.ArticleService/%47etArticle"):
            self.assertEqual(self.raw(method)[0], "UNIMPLEMENTED", method)

    def test_what_the_caller_says_of_itself_elevates_nobody(self):
        draft = self.create(an_article(), published=False)
        for metadata in ([("courant-audience", "internal")],
                         [("courant-actor", "desk/kim")],
                         [("courant-audience", "internal"),
                          ("courant-audience", "public")]):
            with self.assertRaises(grpc.RpcError) as caught:
                self.get(draft.name, self.bearer() + metadata)
            self.assertEqual(caught.exception.code().name, "NOT_FOUND")

    def test_a_key_is_good_for_its_scopes(self):
        name = self.create(an_article()).name
        follower = self.make_key(
            scopes=[partner_pb2.ApiKey.FOLLOW_CHANGES])
        with self.assertRaises(grpc.RpcError) as caught:
            self.get(name, self.bearer(follower.secret))
        self.assertEqual((caught.exception.code().name,
                          harness.details(caught.exception)[0].reason),
                         ("PERMISSION_DENIED", "SCOPE_MISSING"))

    def test_other_machines_need_tls(self):
        code, log = harness.Server(
            self.folder / "other", "listeners.partner.address=0.0.0.0:0",
            "listeners.partner.allow_insecure_non_loopback=true").refuse()
        self.assertEqual(code, 2)
        self.assertIn("keys could be read on the way", log)


class TlsTest(OutletTest):
    """The same door over TLS, as other machines use it."""

    pause = threading.Event()

    def make(self, name):
        """A certificate that is its own authority, and its key."""
        tls_desk.vouch_for_itself(self.keys / f"{name}certificate",
                                  self.keys / f"{name}key")

    def put(self, old, new):
        os.replace(self.keys / old, self.keys / new)

    def wait_for(self, line):
        with harness.deadline(20, line):
            while line not in self.server.page("/metrics"):
                self.pause.wait(0.05)

    def trust(self):
        """A channel that trusts the certificate as it is in the file."""
        door = grpc.secure_channel(
            self.server.partner.replace("0.0.0.0", "127.0.0.1"),
            grpc.ssl_channel_credentials(
                (self.keys / "certificate").read_bytes()),
            options=[("grpc.ssl_target_name_override", "wire"),
                     ("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(door.close)
        return door

    def setUp(self):
        self.keys = pathlib.Path(tempfile.mkdtemp(prefix="courant-tls-"))
        self.addCleanup(shutil.rmtree, self.keys)
        self.make("")
        self.settings = (
            "listeners.partner.address=0.0.0.0:0",
            f"listeners.partner.tls.certificate_file={self.keys}/certificate",
            f"listeners.partner.tls.key_file={self.keys}/key")
        super().setUp()
        self.door = self.trust()

    def test_a_key_opens_it(self):
        name = self.create(an_article()).name
        self.assertEqual(self.get(name).name, name)
        with self.assertRaises(grpc.RpcError) as caught:
            self.get(name, [])
        self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")

    def test_a_new_certificate_needs_no_restart(self):
        name = self.create(an_article()).name
        first = self.door
        self.get(name)
        total = 'courant_tls_reload_total{listener="partner",result="%s"} 1'
        self.make("new-")
        self.put("new-key", "key")
        # Half of it is nothing.
        self.wait_for(total % "failure")
        self.door = self.trust()
        self.get(name)
        self.put("new-certificate", "certificate")
        self.wait_for(total % "success")
        self.door = self.trust()
        self.get(name)
        # Who was there before notices nothing.
        self.door = first
        self.get(name)
        log = [json.loads(line)
               for line in self.server.log_text().splitlines()]
        refused, = [line for line in log
                    if line["event"] == "tls_reload_refused"]
        self.assertEqual(refused["level"], "error")
        self.assertIn("is not the key of the first certificate",
                      refused["why"])
        self.assertIn("tls_reloaded", [line["event"] for line in log])

    def test_files_that_are_wrong_are_a_refusal_to_start(self):
        (self.keys / "key").chmod(0o644)
        code, log = harness.Server(self.folder / "other",
                                   *self.settings).refuse()
        self.assertEqual(code, 2)
        self.assertIn(f"tls.key_file: {self.keys}/key: ", log)
        self.assertIn("chmod o=", log)


class ReadTest(OutletTest):
    """Reads against the contract."""

    def denied(self, name):
        """The refusal, which must be that of what never was."""
        refusals = []
        for asked in (name, "articles/01jaaaaaaaaaaaaaaaaaaaaaaa"):
            with self.assertRaises(grpc.RpcError) as caught:
                self.get(asked)
            error = caught.exception
            info, _ = harness.details(error)
            refusals.append((error.code().name, info.reason,
                             error.details().replace(asked, "X")))
        self.assertEqual(*refusals)
        self.assertEqual(refusals[0][:2], ("NOT_FOUND", "RESOURCE_NOT_FOUND"))

    def test_the_path_of_an_outlet(self):
        name = self.create(an_article()).name
        got = self.get(name)
        self.assertEqual(got.headline.value, "Talks on the harbour begin")
        self.assertEqual(got.actor, "")
        self.assertEqual(self.listed(), [name])
        self.call("SuspendPartner", name="partners/daily", reason="Unpaid.")
        self.denied(name)
        self.assertEqual(self.listed(), [])
        self.call("ResumePartner", name="partners/daily")
        self.get(name)

    def test_what_no_grant_has_is_absent(self):
        self.product("sport", filter='section="sport"')
        grant = self.call("GetGrant",
                          name="partners/daily/contracts/2026/grants/g")
        grant.product = "products/sport"
        self.update("Grant", grant, "product")
        names = []
        for number in range(30):
            article = an_article(f"Story {number}")
            article.sections.add(
                code="sport" if number % 3 == 0 else "politics")
            names.append(self.create(article).name)
        sport, politics = names[::3], [n for i, n in enumerate(names) if i % 3]
        for size in (0, 1, 4):
            self.assertEqual(self.listed(page_size=size), sport[::-1])
        self.assertEqual(self.listed(filter='section="politics"'), [])
        self.assertEqual(self.listed(filter='section!="sport"'), [])
        for name in politics[:3]:
            self.denied(name)
        stub = article_service_pb2_grpc.ArticleServiceStub(self.door)
        for call, request in (
                (stub.GetArticleRevision, articles.GetArticleRevisionRequest(
                    name=f"{politics[0]}/revisions/1")),
                (stub.ListArticleRevisions,
                 articles.ListArticleRevisionsRequest(name=politics[0])),
                (stub.BatchGetArticles, articles.BatchGetArticlesRequest(
                    names=[sport[0], politics[0]]))):
            with self.assertRaises(grpc.RpcError) as caught:
                call(request, metadata=self.bearer(), timeout=harness.PATIENCE)
            self.assertEqual(caught.exception.code().name, "NOT_FOUND")

    def test_rights_that_are_not_cleared_go_to_nobody(self):
        self.denied(self.create(harness.an_article()).name)

    def test_what_is_stopped_is_absent(self):
        name = self.create(an_article()).name
        self.articles.HoldArticle(
            articles.HoldArticleRequest(name=name, reason="Wait."),
            timeout=harness.PATIENCE)
        self.denied(name)

    def test_an_embargo_shows_a_notice_to_who_is_cleared(self):
        article = an_article("The minister resigns")
        article.slugline = "harbour-talks"
        article.embargo_until.GetCurrentTime()
        article.embargo_until.seconds += 3600
        made = self.create(article)
        self.denied(made.name)
        self.assertEqual(self.listed(), [])
        self.update("Partner", partner_pb2.Partner(
            name="partners/daily",
            embargo_clearance=partner_pb2.Partner.PRE_NOTICE),
            "embargo_clearance")
        notice = self.get(made.name)
        self.assertEqual(notice.slugline, "harbour-talks")
        self.assertEqual(notice.embargo_until, made.embargo_until)
        for word in (b"minister", b"resigns", b"talks began"):
            self.assertNotIn(word, notice.SerializeToString())
        self.assertEqual(self.listed(), [made.name])


class HouseTest(OutletTest):
    """What partners do is not felt in the house, not even with one thread."""

    settings = ("limits.worker_threads=1",)
    pause = threading.Event()

    def polls(self, count, seconds):
        """Long polls of the partner, each a future."""
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        request = changes.ListChangesRequest(start_from=changes.LATEST)
        request.wait.seconds = seconds
        return [stub.ListChanges.future(request, metadata=self.bearer(),
                                        timeout=harness.PATIENCE)
                for _ in range(count)]

    def test_partners_wait_on_threads_of_their_own(self):
        name = self.create(an_article()).name
        waiting = self.polls(12, 20)
        # Of one partner two may wait; the others are answered and hold no
        # thread.
        end = time.monotonic() + 10
        while (sum(poll.done() for poll in waiting) < 10
               and time.monotonic() < end):
            self.pause.wait(0.01)
        self.assertEqual(sum(poll.done() for poll in waiting), 10)
        with harness.deadline(10, "a read of the house"):
            self.articles.BatchGetArticles(
                articles.BatchGetArticlesRequest(names=[name]),
                timeout=harness.PATIENCE)
        with harness.deadline(10, "a read of a partner"):
            self.get(name)
        self.assertEqual(sum(poll.done() for poll in waiting), 10)
        # And the house may wait still.
        request = changes.ListChangesRequest(start_from=changes.LATEST)
        request.wait.seconds = 30
        poll = self.changes.ListChanges.future(request,
                                               timeout=harness.PATIENCE)
        with self.assertRaises(grpc.FutureTimeoutError):
            poll.result(0.5)
        self.create(an_article())
        self.assertEqual(len(poll.result().changes), 1)
        for poll in waiting:
            poll.result()

    def test_a_partner_waits_for_no_change(self):
        name = self.create(an_article()).name
        stub = article_service_pb2_grpc.ArticleServiceStub(self.door)
        request = articles.GetArticleRequest(name=name,
                                             min_change_sequence=2 ** 62)
        with harness.deadline(20, "200 calls that cannot be answered"):
            calls = [stub.GetArticle.future(request, metadata=self.bearer(),
                                            timeout=harness.PATIENCE)
                     for _ in range(200)]
            for call in calls:
                self.assertIn(call.code().name,
                              ("UNAVAILABLE", "RESOURCE_EXHAUSTED"))
        self.assertIn("UNAVAILABLE", {call.code().name for call in calls})


class PepperTest(OutletTest):
    """The secret of the server: who has no keys has no use for it."""

    def setUp(self):
        super().setUp()
        self.pepper = self.folder / "data.pepper"

    def restart(self):
        self.server.stop()
        self.server.start()
        self.connect()
        self.door = grpc.insecure_channel(self.server.partner)
        self.addCleanup(self.door.close)

    def unusable(self):
        return [float(line.split()[1]) for line in self.server.metrics()
                if line.startswith("courant_auth_keys_unusable ")]

    def test_it_lies_beside_the_data_from_the_first_key_on(self):
        for folder, beside in (("one/", "one.pepper"),
                               ("two/.", "two.pepper"),
                               ("three", "three.pepper")):
            server = harness.Server(self.folder)
            server.data_dir = f"{self.folder}/{folder}"
            (self.folder / beside).with_suffix("").mkdir()
            for _ in range(2):
                server.start()
                server.courant("article", "list")
                self.assertEqual(server.stop(), 0)
            pepper = self.folder / beside
            self.assertFalse(pepper.exists())
            server.start()
            server.courant("partner", "create", "daily", "--called", "Daily")
            server.courant("partner", "key", "create", "daily", "--called",
                           "Site")
            server.stop()
            self.assertEqual(pepper.stat().st_size, 32)
            self.assertEqual(pepper.stat().st_mode & 0o777, 0o600)
            found = pepper.read_bytes()
            server.start()
            server.stop()
            self.assertEqual(pepper.read_bytes(), found)
            for path in (self.folder / beside.split(".")[0]).rglob("*"):
                if path.is_file():
                    self.assertNotIn(found, path.read_bytes())

    def test_one_that_others_may_read_is_not_used(self):
        self.pepper.chmod(0o644)
        self.restart()
        self.assertEqual(self.unusable(), [1])
        self.assertIn("chmod 600", self.server.log_text())
        self.create(an_article())

    def test_one_that_is_lost_stops_nobody_but_partners(self):
        name = self.create(an_article()).name
        self.get(name)
        self.assertEqual(self.unusable(), [0])
        copy = self.pepper.read_bytes()
        self.pepper.unlink()
        self.restart()
        self.create(an_article())
        with self.assertRaises(grpc.RpcError) as caught:
            self.get(name)
        self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")
        self.assertEqual(self.unusable(), [1])
        lines = [line for line in self.server.log_text().splitlines()
                 if "keys_unusable" in line]
        self.assertEqual(len(lines), 1)
        self.assertIn("data.pepper", lines[0])
        self.assertEqual(json.loads(lines[0])["level"], "error")
        code, reason, _ = self.refused(
            "CreateApiKey", parent="partners/daily",
            key=partner_pb2.ApiKey(display_name="Site"))
        self.assertEqual((code, reason), ("UNIMPLEMENTED", "NOT_OFFERED"))
        self.assertFalse(self.pepper.exists())
        # It is put back.
        self.pepper.touch(0o600)
        self.pepper.write_bytes(copy)
        self.restart()
        self.get(name)
        # It is lost for good.
        self.pepper.unlink()
        self.restart()
        self.call("RevokeApiKey", name=self.key.key.name)
        self.assertEqual(self.unusable(), [0])
        self.key = self.make_key()
        self.get(name)
        self.restart()
        self.get(name)
        self.assertNotIn("keys_unusable", self.server.log_text())


class CanaryTest(OutletTest):
    """A secret is in the answer that tells it, and nowhere else."""

    def files(self):
        return [path.read_bytes() for path in self.server.data_dir.rglob("*")
                if path.is_file()]

    def test_no_output_has_the_secret(self):
        _, _, key, rest = self.key.secret.split("_", 3)
        secret = rest[:43]
        pepper = (self.folder / "data.pepper").read_bytes()
        self.assertEqual(len(pepper), 32)
        # All that would let somebody in: the text but for its last letters,
        # the bytes that it stands for, and what hashes are made with.
        hidden = [secret[:40].encode(),
                  base64.urlsafe_b64decode(secret + "="), pepper,
                  pepper.hex().encode(),
                  base64.b64encode(pepper).rstrip(b"="),
                  base64.urlsafe_b64encode(pepper).rstrip(b"=")]
        stored = hmac.new(pepper, f"{key}_{secret}".encode(),
                          "sha256").digest()
        name = self.create(an_article()).name
        seen = [self.get(name).SerializeToString()]
        for wrong in ([("authorization", self.key.secret)],
                      self.bearer() + self.bearer(),
                      self.bearer(self.key.secret + "x")):
            with self.assertRaises(grpc.RpcError) as caught:
                self.get(name, wrong)
            seen.append(str(caught.exception).encode())
        seen += [self.call("ListApiKeys", parent="partners/-")
                 .SerializeToString(),
                 self.server.page("/metrics").encode(),
                 self.server.courant("change", "list", "-o", "json")
                 .stdout.encode()]
        stream = change_service_pb2_grpc.ChangeServiceStub(self.channel)
        seen.append(stream.ListChanges(
            changes.ListChangesRequest(page_size=500),
            timeout=harness.PATIENCE).SerializeToString())
        self.assertIn(self.key.key.name.encode(), seen[-1])
        self.call("RevokeApiKey", name=self.key.key.name)
        # What has just been written is there as it is; later it is compressed.
        files = self.files()
        self.assertTrue(any(stored in data for data in files),
                        "the hash is stored, so a search must find it")
        self.assertFalse(any(stored in data for data in seen))
        log = self.server.log_text()
        self.server.stop()
        seen += [log.encode(), *files, *self.files()]
        self.assertGreater(len(files), 3)
        for data in seen:
            for word in hidden:
                self.assertNotIn(word, data)


if __name__ == "__main__":
    harness.main()
