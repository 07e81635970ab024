"""Makes the golden data folder of a format version: what a courantd of that
version leaves on the disk, and what it said of it.

    COURANT_BIN=FOLDER PYTHONPATH=STUBS:tests/integration \\
        make_data.py VERSION

COURANT_BIN has a courantd that writes data of VERSION: for an old one, build the
last commit of it (data/README.md says which). The stubs are today's; no call is
made that the old program has not. Leaves data/vVERSION.tar.gz and
data/vVERSION.json beside this file. Needed once for each version, when it is
new: what was made then is kept for ever.
"""

import base64
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

import grpc

from courant.v1 import (ledger_pb2, partner_pb2, partner_service_pb2,
                        partner_service_pb2_grpc, subscription_pb2,
                        subscription_service_pb2,
                        subscription_service_pb2_grpc)

import harness
import newsroom
import subscriber
import translation_desk
from harness import articles, changes

DATA = pathlib.Path(__file__).resolve().parent / "data"
partners = partner_service_pb2


class OldServer(harness.Server):
    """One that may not have today's listeners."""

    def start(self):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            self.command(), stdout=subprocess.PIPE, stderr=self.log,
            text=True, env={**os.environ, **(self.environment or {})})
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(self.log_text())
        ready = json.loads(line)["ready"]
        self.internal, self.partner = ready["internal"], ready.get("partner")


def an_article(headline, language, words):
    article = harness.an_article(headline, language)
    article.body[0].paragraph.text.text = words
    article.rights.status = article.rights.CLEARED
    return article


def write_news(channel):
    """Every kind of thing that all versions have."""
    room = newsroom.Newsroom(channel)
    tide = room.create(an_article(
        "20일 대조기… 항만청 “저지대 침수 주의”", "ko",
        "항만청은 20일 새벽 부두가 붕괴될 수 있다고 말했다. 배는 뜨지 않는다."))
    desk = translation_desk.Desk(channel)
    desk.make(tide.name, "en")
    ferry = room.create(an_article("Ferries stop at noon", "en",
                                   "The harbour office stops them at noon."),
                        published=False)
    room.do("publish", ferry.name)
    room.do("correct", ferry.name,
            corrections=[newsroom.correction("headline", "noon", "one")],
            note_editors=newsroom.text("The harbour office says one."))
    room.do("hold", ferry.name, reason="The hour is being checked.")
    room.do("release", ferry.name, reason="One is right.")
    lost = room.create(an_article("Never again", "ko", "사라질 글이다."))
    room.do("update", lost.name, headline=newsroom.text("Never more"))
    room.kill(lost.name)
    return tide, ferry


def follow_news(channel):
    """A durable subscription with a cursor, and a change put aside."""
    stub = subscription_service_pb2_grpc.SubscriptionServiceStub(channel)
    service = subscription_service_pb2
    made = stub.CreateSubscription(service.CreateSubscriptionRequest(
        parent=subscriber.SITE, subscription_id="all",
        subscription=subscription_pb2.Subscription(),
        start_from=changes.EARLIEST_RETAINED))
    stream = subscriber.Stream(channel, made.name, max_batch_changes=1)
    stream.read(2)
    stub.ParkChange(service.ParkChangeRequest(
        name=made.name, change="changes/3", reason="a figure is missing"))
    stub.CommitCursor(service.CommitCursorRequest(
        name=made.name, resume_token=stream.token, session_id=stream.session))
    stream.close()
    return made.name


def give_rights(channel):
    """A partner that may have everything on the web; returns its key."""
    stub = partner_service_pb2_grpc.PartnerServiceStub(channel)
    stub.CreatePartner(partners.CreatePartnerRequest(
        partner_id="daily", partner={"display_name": "데일리 신문"}))
    stub.CreateContract(partners.CreateContractRequest(
        parent="partners/daily", contract_id="2026",
        contract={"display_name": "계약"}))
    stub.CreateProduct(partners.CreateProductRequest(
        product_id="all", product={"display_name": "All"}))
    stub.CreateGrant(partners.CreateGrantRequest(
        parent="partners/daily/contracts/2026", grant_id="web",
        grant={"product": "products/all", "uses": [partner_pb2.Grant.WEB]}))
    return stub.CreateApiKey(partners.CreateApiKeyRequest(
        parent="partners/daily", key={"display_name": "Site"})).secret


def deliver(server, secret, names):
    """What the partner reads is written down, and a correction calls it."""
    with grpc.insecure_channel(server.partner) as door:
        stub = harness.article_service_pb2_grpc.ArticleServiceStub(door)
        for name in names:
            stub.GetArticle(articles.GetArticleRequest(name=name), metadata=[
                ("authorization", f"Bearer {secret}")],
                timeout=harness.PATIENCE)
    with server.channel() as channel:
        newsroom.Newsroom(channel).do(
            "correct", names[0], note_editors=newsroom.text("Two."),
            corrections=[newsroom.correction("headline", "one", "two")])


def some_time_ago(folder):
    """The environment of a server that lives so long ago that its history is
    let go today."""
    offset = folder / "offset"
    offset.write_text(f"{-40 * 24 * 60 * 60:+d}\n")
    return {"LD_PRELOAD": str(harness.BIN / "courant_moved_clock.so"),
            "COURANT_CLOCK_OFFSET_FILE": str(offset)}


def commit_all(channel):
    """The subscription has everything so far."""
    service = subscription_service_pb2
    token = harness.change_service_pb2_grpc.ChangeServiceStub(
        channel).ListChanges(changes.ListChangesRequest(
            start_from=changes.LATEST)).resume_token
    subscription_service_pb2_grpc.SubscriptionServiceStub(
        channel).CommitCursor(service.CommitCursorRequest(
            name=f"{subscriber.SITE}/subscriptions/all", resume_token=token))


def let_history_go(server, name):
    """What is older than 30 days, on a server that lives today, where something
    happens: the day before the newest change is kept."""
    server.stop()
    server.environment = None
    server.start()
    with server.channel() as channel:
        newsroom.Newsroom(channel).do("update", name, kicker=newsroom.text(
            "Today"))
    server.stop()
    server.settings += ("storage.retention=720h",)
    server.start()
    with server.channel() as channel:
        room = newsroom.Newsroom(channel)
        end = time.monotonic() + harness.PATIENCE
        while room.status().floor_sequence == 1:
            assert time.monotonic() < end
            threading.Event().wait(0.1)


def say(server, version):
    """What the server says of its data, as it has to be said ever after."""
    with server.channel() as channel:
        room = newsroom.Newsroom(channel)
        status, log = room.status(), room.log()
        # Rights are read under names of their own.
        mine = sorted({c.resource for c in log
                       if c.resource.startswith("articles/")
                       and c.resource.count("/") == 1})
        said = {
            "version": version,
            "log_id": status.log_id,
            "tail_sequence": status.tail_sequence,
            "tail_digest": status.tail_digest.hex(),
            "changes": [[c.sequence, newsroom.Kind.Name(c.kind), c.resource,
                         c.revision, c.commit_time.ToJsonString()]
                        for c in log],
            "articles": {},
        }
        for name in mine:
            try:
                said["articles"][name] = base64.b64encode(
                    room.get_bytes(name)).decode()
            except grpc.RpcError as error:
                said["articles"][name] = error.code().name
        if version >= 2:
            stub = subscription_service_pb2_grpc.SubscriptionServiceStub(
                channel)
            service = subscription_service_pb2
            name = f"{subscriber.SITE}/subscriptions/all"
            said["committed_sequence"] = stub.GetSubscription(
                service.GetSubscriptionRequest(name=name)).committed_sequence
        if version >= 4:
            stub = partner_service_pb2_grpc.PartnerServiceStub(channel)
            said["deliveries"] = [
                [d.article, d.revision] for d in stub.ListDeliveries(
                    ledger_pb2.ListDeliveriesRequest(
                        parent="partners/daily")).deliveries]
        return said


def pack(folder, path):
    """Without what RocksDB writes for people, which is most of it."""
    def wanted(member):
        if pathlib.Path(member.name).name.startswith(("LOG", "OPTIONS",
                                                      "LOCK")):
            return None
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member
    with gzip.GzipFile(path, "wb", mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w") as tar:
            tar.add(folder, arcname="data", filter=wanted)


def main():
    version = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="courant-golden-") as made:
        folder = pathlib.Path(made) / "data"
        server = OldServer(folder, "publisher.domain=courier.example")
        if version >= 5:
            server.environment = some_time_ago(pathlib.Path(made))
        server.start()
        with server.channel() as channel:
            tide, ferry = write_news(channel)
            if version >= 2:
                follow_news(channel)
        # From here on some is in tables and some in the log.
        server.kill()
        server.start()
        with server.channel() as channel:
            if version >= 3:
                secret = give_rights(channel)
            room = newsroom.Newsroom(channel)
            room.do("update", tide.name, headline=newsroom.text("20일 대조기"))
        if version >= 4:
            deliver(server, secret, [ferry.name, tide.name])
        if version >= 5:
            with server.channel() as channel:
                commit_all(channel)
            let_history_go(server, tide.name)
        said = say(server, version)
        server.stop()
        DATA.mkdir(exist_ok=True)
        pack(folder, DATA / f"v{version}.tar.gz")
        (DATA / f"v{version}.json").write_text(
            json.dumps(said, indent=1, ensure_ascii=False) + "\n")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
