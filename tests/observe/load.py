"""A small newspaper at work, so that a picture of its wire is alive: editors,
translators, three partners and an archive, at a pace that a person can watch.

Everything that a dashboard shows happens in it: what goes well, and of what goes
wrong the things that a server survives. One seed gives one course of events.
"""

import pathlib
import random
import shutil
import tempfile
import threading

import grpc

from courant.v1 import article_service_pb2_grpc, account_service_pb2
from courant.v1 import account_service_pb2_grpc, change_service_pb2_grpc
from courant.v1 import ledger_pb2, partner_pb2, partner_service_pb2
from courant.v1 import partner_service_pb2_grpc, subscription_service_pb2
from courant.v1 import subscription_service_pb2_grpc

import harness
import newsroom
import tls_desk
import translation_desk
from harness import articles, changes
from newsroom import KIM, correction, text, timestamp

PARTNERS = {"daily": "데일리 신문", "herald": "The Herald", "tower": "Tower Radio"}
CERTIFICATE = "wire.pem"
SECTIONS = ("politics", "local", "sport", "culture")
# Invented, like all that is in them.
HEADLINES = {
    "en": ("Ferries run again after the storm", "Harbour talks go on",
           "Council votes on the tram", "<b>Markets</b> & \"prices\" rise",
           "Lighthouse keeper wins regatta"),
    "ko": ("폭풍이 지나고 여객선 운항 재개", "항만 협상 사흘째 이어져",
           "시의회, 전차 노선안 표결", "등대 축제에 시민 만여 명 모여"),
}


def at_work(add_cleanup, seed):
    """(folder, server, load), at work until what `add_cleanup` was given runs:
    a folder that is theirs, a server in it, and this newspaper."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-test-"))
    add_cleanup(shutil.rmtree, folder, ignore_errors=True)
    server = harness.Server(folder / "data", "partners.acknowledge_within=2s",
                            *equip(folder))
    server.start()
    add_cleanup(server.stop)
    load = Load(server, folder, seed=seed, steps_per_second=8).start()
    add_cleanup(load.stop)
    return folder, server, load


def equip(folder):
    """Settings for a folder of backups, and a certificate for partners."""
    certificate, key = folder / CERTIFICATE, folder / "wire.key"
    tls_desk.vouch_for_itself(certificate, key, days=90)
    return (f"backup.dir={folder / 'backups'}",
            f"listeners.partner.tls.certificate_file={certificate}",
            f"listeners.partner.tls.key_file={key}")


class Load:
    """`steps_per_second` of the editors; 0 is as fast as it goes. The server was
    equipped with what is in `folder`."""

    def __init__(self, server, folder, seed=1, steps_per_second=4):
        self.server, self.random = server, random.Random(seed)
        self.trusted = grpc.ssl_channel_credentials(
            (folder / CERTIFICATE).read_bytes())
        self.pause = 1 / steps_per_second if steps_per_second else 0
        self.over = threading.Event()
        self.failures = []  # What ended a thread.
        self.steps = self.refusals = 0
        self.channel = server.channel()
        self.newsroom = newsroom.Newsroom(self.channel)
        self.desk = translation_desk.Desk(self.channel)
        self.names = []
        self.secrets = {}
        self.threads = []

    # --- Its life ---------------------------------------------------------------

    def start(self):
        for partner, display_name in PARTNERS.items():
            self.secrets[partner] = self.make_partner(partner, display_name)
        for name in ("site", "search"):
            self.subscribe("tower", name)
        self.archive = self.subscribe("tower", "archive")
        self.leave_translations()
        self.back_up()
        self.begin(self.edit)
        self.begin(self.follow, "daily", True)
        self.begin(self.follow, "herald", False)
        self.begin(self.poll, "tower")
        self.begin(self.keep)
        return self

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(harness.PATIENCE)
        self.channel.close()

    def begin(self, work, *arguments):
        def run():
            try:
                work(*arguments)
            except Exception as error:  # pylint: disable=broad-except
                if not self.over.is_set():
                    self.failures.append(f"{work.__name__}: {error!r}")
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.threads.append(thread)

    # --- What operators do --------------------------------------------------------

    def make_partner(self, name, display_name):
        """One that may have everything on the web. Returns its key."""
        stub = partner_service_pb2_grpc.PartnerServiceStub(self.channel)
        def call(method, **fields):
            return getattr(stub, method)(
                getattr(partner_service_pb2, method + "Request")(**fields),
                timeout=harness.PATIENCE,
                metadata=[("courant-actor", "rights/kim")])
        if not self.secrets:
            call("CreateProduct", product_id="all",
                 product=partner_pb2.Product(display_name="All"))
        parent = f"partners/{name}"
        call("CreatePartner", partner_id=name,
             partner=partner_pb2.Partner(display_name=display_name))
        call("CreateContract", parent=parent, contract_id="2026",
             contract=partner_pb2.Contract(display_name="2026"))
        call("CreateGrant", parent=f"{parent}/contracts/2026", grant_id="web",
             grant=partner_pb2.Grant(product="products/all",
                                     uses=[partner_pb2.Grant.WEB]))
        return call("CreateApiKey", parent=parent, key=partner_pb2.ApiKey(
            display_name="Site")).secret

    def back_up(self):
        """One backup, read again and found whole."""
        made, = self.server.json("backup", "create")
        self.server.courant("backup", "verify",
                            made["backup"]["name"].removeprefix("backups/"))

    def subscribe(self, partner, name):
        stub = subscription_service_pb2_grpc.SubscriptionServiceStub(
            self.channel)
        return stub.CreateSubscription(
            subscription_service_pb2.CreateSubscriptionRequest(
                parent=f"partners/{partner}", subscription_id=name),
            timeout=harness.PATIENCE).name

    # --- What editors do ----------------------------------------------------------

    def leave_translations(self):
        """Two that wait for somebody to the end: their sources are gone."""
        for verb in ("hold", "withdraw"):
            name = self.newsroom.create(self.article("en"), True).name
            self.desk.make(name, "ko")
            self.newsroom.do(verb, name, reason="a doubt")

    def edit(self):
        while not self.over.wait(self.pause):
            self.steps += 1
            if len(self.names) < 4 or self.random.random() < 0.4:
                self.write()
            else:
                self.touch(self.random.choice(self.names))

    def article(self, language):
        article = harness.an_article(
            self.random.choice(HEADLINES[language]), language)
        article.rights.status = article.rights.CLEARED
        article.sections.add(code=self.random.choice(SECTIONS))
        return article

    def write(self):
        published = self.random.random() < 0.8
        language = self.random.choice(("en", "en", "ko"))
        article, request_id = self.article(language), harness.new_id()
        # Now and then somebody asks again, since no answer came.
        for _ in range(2 if self.random.random() < 0.1 else 1):
            made = self.newsroom.create(article, published,
                                        request_id=request_id)
        if published:
            self.names.append(made.name)
        else:
            self.newsroom.do("schedule", made.name, schedule_time=timestamp(1))
        del self.names[:-40]

    def touch(self, name):
        verb = self.random.choice(("correct", "correct", "hold", "kill",
                                   "translate", "translate", "read", "wrong"))
        try:
            getattr(self, verb)(name)
        except grpc.RpcError as error:
            # An editor is told so now and then: it has a translation, is killed.
            if error.code() not in (grpc.StatusCode.FAILED_PRECONDITION,
                                    grpc.StatusCode.ALREADY_EXISTS):
                raise
            self.refusals += 1

    def correct(self, name):
        article = self.newsroom.get(name)
        words = self.random.choice(("Monday", "Tuesday", "Thursday"))
        body = article.body
        was = body[0].paragraph.text.text
        now = f"The talks began on {words}."
        if was == now:
            return
        body[0].paragraph.text.text = now
        self.newsroom.do("correct", name, article={"body": body},
                         update_mask={"paths": ["body"]},
                         note_public=text("A day was wrong."),
                         corrections=[correction("body", was, now)])

    def hold(self, name):
        self.newsroom.do("hold", name, reason="a doubt")
        self.newsroom.do("release", name, reason="no doubt any more")

    def kill(self, name):
        self.names.remove(name)
        self.newsroom.kill(name)

    def translate(self, name):
        article = self.newsroom.get(name)
        language = "ko" if article.language == "en" else "en"
        self.desk.make(name, language)

    def read(self, name):
        self.newsroom.get(name)
        self.newsroom.articles.ListArticles(
            articles.ListArticlesRequest(page_size=20),
            timeout=harness.PATIENCE)

    def wrong(self, name):
        """What is refused: nobody's key, no such article, no such token."""
        refused(self.newsroom.get, name + "-not")
        with self.door() as door:
            refused(article_service_pb2_grpc.ArticleServiceStub(door).GetArticle,
                    articles.GetArticleRequest(name=name),
                    metadata=bearer("nobody"), timeout=harness.PATIENCE)
            stub = change_service_pb2_grpc.ChangeServiceStub(door)
            refused(lambda: list(stub.SubscribeChanges(
                changes.SubscribeChangesRequest(resume_token="broken"),
                metadata=bearer(self.secrets["tower"]),
                timeout=harness.PATIENCE)))

    # --- What partners do ---------------------------------------------------------

    def door(self):
        return grpc.secure_channel(
            self.server.partner, self.trusted,
            options=[("grpc.ssl_target_name_override", "wire")])

    def follow(self, partner, answers):
        """A stream that leaves now and then, and comes back with its token."""
        metadata, token = bearer(self.secrets[partner]), ""
        with self.door() as door:
            stub = change_service_pb2_grpc.ChangeServiceStub(door)
            while not self.over.is_set():
                start = ({"resume_token": token} if token else
                         {"start_from": changes.EARLIEST_RETAINED})
                stream = stub.SubscribeChanges(
                    changes.SubscribeChangesRequest(
                        **start, progress_interval={"seconds": 1}),
                    metadata=metadata, timeout=8)
                token = self.take(stream, door, metadata, answers) or token

    def take(self, stream, door, metadata, answers):
        token = ""
        try:
            for message in stream:
                event = message.WhichOneof("event")
                if event == "notices":
                    if answers:
                        acknowledge(door, metadata, message.notices.notices)
                else:
                    token = getattr(message, event).resume_token
                if self.over.is_set():
                    stream.cancel()
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.DEADLINE_EXCEEDED,
                                    grpc.StatusCode.CANCELLED):
                raise
        return token

    def poll(self, partner):
        metadata, token = bearer(self.secrets[partner]), ""
        with self.door() as door:
            stub = change_service_pb2_grpc.ChangeServiceStub(door)
            while not self.over.wait(0.5):
                page = stub.ListChanges(
                    changes.ListChangesRequest(page_token=token),
                    metadata=metadata, timeout=harness.PATIENCE)
                token = page.resume_token
                if self.names:
                    refused(article_service_pb2_grpc.ArticleServiceStub(
                        door).GetArticle, articles.GetArticleRequest(
                            name=self.names[-1]),
                        metadata=metadata, timeout=harness.PATIENCE)

    def keep(self):
        """The archive: a durable subscription that commits what it has."""
        subscriptions = subscription_service_pb2_grpc.SubscriptionServiceStub(
            self.channel)
        stub = change_service_pb2_grpc.ChangeServiceStub(self.channel)
        while not self.over.is_set():
            stream = stub.SubscribeChanges(changes.SubscribeChangesRequest(
                subscription=self.archive, progress_interval={"seconds": 1}),
                timeout=8)
            session = ""
            try:
                for message in stream:
                    event = getattr(message, message.WhichOneof("event"))
                    session = getattr(event, "session_id", "") or session
                    subscriptions.CommitCursor(
                        subscription_service_pb2.CommitCursorRequest(
                            name=self.archive, session_id=session,
                            resume_token=event.resume_token),
                        timeout=harness.PATIENCE)
                    if self.over.is_set():
                        stream.cancel()
            except grpc.RpcError as error:
                if error.code() not in (grpc.StatusCode.DEADLINE_EXCEEDED,
                                        grpc.StatusCode.CANCELLED):
                    raise


def bearer(secret):
    return [("authorization", f"Bearer {secret}")]


def acknowledge(door, metadata, notices):
    stub = account_service_pb2_grpc.AccountServiceStub(door)
    for notice in notices:
        stub.AcknowledgeNotice(
            account_service_pb2.AcknowledgeNoticeRequest(
                name=notice.name, state=ledger_pb2.Notice.APPLIED),
            metadata=metadata, timeout=harness.PATIENCE)


def refused(call, *arguments, **fields):
    """A call that may be refused: what is counted is that it was asked."""
    try:
        call(*arguments, **fields)
    except grpc.RpcError:
        pass
