"""Secrets and texts are planted, and looked for wherever they must not be: in
logs, metrics, the audit log, errors and lists for partners who may not have
them, what the system shows of the process, and secrets in the data folder."""

import base64
import re
import subprocess

import grpc

from courant.v1 import account_service_pb2, change_service_pb2
from courant.v1 import ledger_pb2, partner_service_pb2

import harness
import newsroom
from harness import articles
from newsroom import KIM, LEE, timestamp
from planter import Planter, rich_article
from tls_desk import TlsOutletTest

ACCOUNT = "courant.v1.AccountService"
ARTICLES = "courant.v1.ArticleService"
CHANGES = "courant.v1.ChangeService"
PARTNERS = "courant.v1.PartnerService"


def found(needles, places):
    """[(what, where)] of each needle in each place, all bytes."""
    return [(what, where) for where, data in places.items()
            for what, needle in needles.items() if needle in data]


def spellings(what, raw):
    """Bytes as they are, and as somebody might print them."""
    return {
        f"{what} raw": raw,
        f"{what} hex": raw.hex().encode(),
        f"{what} HEX": raw.hex().upper().encode(),
        f"{what} base64": base64.b64encode(raw).rstrip(b"="),
        f"{what} base64url": base64.urlsafe_b64encode(raw).rstrip(b"="),
    }


def key_parts(what, key):
    """A key, and the part of it that is secret."""
    secret = re.fullmatch(r"cour_[a-z0-9]+_[a-z0-9]{12}_(.{43})_\w{6}",
                          key).group(1)
    return {f"{what} whole": key.encode(), f"{what} secret": secret.encode(),
            **spellings(what, base64.urlsafe_b64decode(secret + "="))}


class CanaryTest(TlsOutletTest):
    """A server with all that has secrets, at its most talkative."""

    settings = ("log.level=debug",)

    def setUp(self):
        super().setUp()
        self.uncleared = {}
        # A connection that shows no certificate of a partner.
        self.connect_as("DNS:nobody")
        self.keys_made = {"daily": self.key.secret}

    def connect(self):
        super().connect()
        self.desk = newsroom.Newsroom(self.channel)

    def ask(self, channel, method, request, metadata):
        """All that a caller sees of a call, in bytes."""
        try:
            seen = list(channel.unary_stream(f"/{method}")(
                request.SerializeToString(), metadata=metadata,
                timeout=harness.PATIENCE))
        except grpc.RpcError as error:
            seen = [error.code().name.encode(), error.details().encode(),
                    *(value if isinstance(value, bytes) else value.encode()
                      for _, value in error.trailing_metadata() or ())]
        return b"\n".join(seen)

    def as_partner(self, key, method, request):
        where = f"{method} for {key} #{len(self.uncleared)}"
        self.uncleared[where] = self.ask(
            self.door, method, request,
            [("authorization", f"Bearer {self.keys_made[key]}")])

    # --- what is planted -----------------------------------------------------

    def plant(self):
        """An article under embargo, one that was killed, and their words."""
        self.planter = Planter()
        embargoed = rich_article(self.planter)
        embargoed.rights.status = embargoed.rights.CLEARED
        embargoed.embargo_until.CopyFrom(timestamp(3600))
        embargoed = self.desk.create(embargoed, article_id="embargoed").name
        killed = rich_article(self.planter)
        killed.rights.status = killed.rights.CLEARED
        killed.embargo_until.CopyFrom(timestamp(3600))
        killed = self.desk.create(killed, article_id="killed").name
        self.desk.do("kill", killed, KIM, reason=self.planter.word("reason"))
        self.desk.do("kill", killed, LEE, confirm=True)
        # Refusals, which quote what they refuse to who sent it, and to no log.
        self.desk.refusal(self.desk.create, rich_article(self.planter),
                          article_id="embargoed")
        self.desk.refusal(self.desk.do, "update", embargoed,
                          etag=self.planter.word("etag"),
                          byline=self.planter.word("byline"))
        return embargoed, killed

    def plant_keys(self):
        """Keys that are good, wrong and revoked, in right and wrong places."""
        self.partner("other")
        other = self.make_key("other")
        self.keys_made["other"] = other.secret
        revoked = self.make_key("other")
        self.keys_made["revoked"] = revoked.secret
        self.call("RevokeApiKey", name=revoked.key.name)
        good = self.key.secret
        flipped = good[:25] + ("A" if good[25] != "A" else "B") + good[26:]
        self.keys_made["slip"] = flipped
        # In the house, where somebody may paste one.
        for call in (
                lambda: self.call("RevokeApiKey", name=good),
                lambda: self.call("GetPartner", name=f"partners/{good}"),
                lambda: self.call("ListApiKeys", parent="partners/daily",
                                  page_token=good),
                lambda: self.desk.do("hold", "articles/none", good,
                                     reason="x"),
                lambda: self.desk.do("hold", "articles/none", KIM, reason="x",
                                     request_id=good),
                lambda: self.desk.do("hold", f"articles/{good}", KIM,
                                     reason="x")):
            with self.assertRaises(grpc.RpcError):
                call()
        # At the door, in another header, and twice.
        for metadata in ([("authorization", good)],
                         [("x-api-key", good)],
                         [("courant-actor", good)],
                         [("authorization", f"Bearer {good}")] * 2):
            self.ask(self.door, f"{ACCOUNT}/GetAccount",
                     account_service_pb2.GetAccountRequest(), metadata)

    def secrets(self):
        pepper = (self.folder / "data.pepper").read_bytes()
        needles = spellings("pepper", pepper)
        for name, key in self.keys_made.items():
            needles |= key_parts(f"key {name}", key)
        for file in ("wire.key", "ca.key"):
            text = (self.keys / file).read_text().splitlines()
            needles |= {f"{file} line {i}": line.encode()
                        for i, line in enumerate(text) if "---" not in line}
            # The number itself, within the DER of a P-256 key (PKCS #8).
            der = base64.b64decode("".join(t for t in text if "---" not in t))
            at = der.index(b"\x04\x20", 30) + 2
            needles |= spellings(file, der[at:at + 32])
        return needles

    # --- where it is looked for ----------------------------------------------

    def probe_uncleared(self, names):
        """What partners who may not have it are told of it."""
        for key in self.keys_made:
            self.as_partner(key, f"{ACCOUNT}/GetAccount",
                            account_service_pb2.GetAccountRequest())
            for method in ("ListDeliveries", "ListNotices"):
                self.as_partner(key, f"{ACCOUNT}/{method}",
                                getattr(ledger_pb2, f"{method}Request")())
            self.as_partner(key, f"{ARTICLES}/ListArticles",
                            articles.ListArticlesRequest())
            self.as_partner(key, f"{CHANGES}/ListChanges",
                            change_service_pb2.ListChangesRequest())
            self.as_partner(key, f"{CHANGES}/SubscribeChanges",
                            change_service_pb2.SubscribeChangesRequest(
                                start_from=2, end_sequence=self.tail()))
            for name in names:
                self.as_partner(key, f"{ARTICLES}/GetArticle",
                                articles.GetArticleRequest(name=name))
                self.as_partner(key, f"{ARTICLES}/GetArticleRevision",
                                articles.GetArticleRevisionRequest(
                                    name=f"{name}/revisions/1"))
                self.as_partner(key, f"{ARTICLES}/ListArticleRevisions",
                                articles.ListArticleRevisionsRequest(
                                    name=name))
                self.as_partner(key, f"{ARTICLES}/KillArticle",
                                articles.KillArticleRequest(name=name))
                # Of the house alone: not even there.
                self.as_partner(key, f"{PARTNERS}/ListExposures",
                                partner_service_pb2.ListExposuresRequest(
                                    article=name))

    def told(self):
        """All that the server says to whoever looks after it."""
        process = f"/proc/{self.server.process.pid}"
        listed = subprocess.run(["ps", "-ww", "-ef"], capture_output=True,
                                check=True).stdout
        places = {"metrics": self.server.page("/metrics").encode(),
                  "ready": self.server.page("/readyz").encode(), "ps": listed}
        for what in ("cmdline", "environ", "comm"):
            with open(f"{process}/{what}", "rb") as file:
                places[what] = file.read()
        return places

    def files(self):
        """What it leaves when it has stopped."""
        self.server.process.send_signal(15)
        self.server.process.wait(harness.PATIENCE)
        places = {"log": self.server.log_text().encode(),
                  "stdout": self.server.process.stdout.read().encode()}
        for file in self.folder.glob("data.audit.jsonl*"):
            places[f"audit {file.name}"] = file.read_bytes()
        return places

    def data(self):
        return {f"data {file.name}": file.read_bytes()
                for file in (self.folder / "data").rglob("*")
                if file.is_file()}

    def test_nothing_that_was_planted_is_where_it_must_not_be(self):
        embargoed, killed = self.plant()
        self.plant_keys()
        self.probe_uncleared((embargoed, killed))
        words = {word: word.encode() for word in self.planter.words}
        # The same question is answered where there is no embargo.
        other = Planter()
        public = rich_article(other)
        public.rights.status = public.rights.CLEARED
        answer = self.ask(self.door, f"{ARTICLES}/GetArticle",
                          articles.GetArticleRequest(
                              name=self.desk.create(public).name),
                          self.bearer())
        self.assertGreater(
            len(found({word: word.encode() for word in other.words},
                      {"": answer})), 40)
        secrets = self.secrets()
        self.assertGreater(len(words), 100)
        self.assertGreater(len(secrets), 40)

        told = self.told()
        told |= self.files()
        self.assertIn(b'"event":"login_refused"', told["audit data.audit.jsonl"])
        self.assertEqual(found(words | secrets, told), [])
        self.assertEqual(found(words | secrets, self.uncleared), [])
        data = self.data()
        self.assertGreater(sum(map(len, data.values())), 10000)
        self.assertEqual(found(secrets, data), [])

        # So that this test can fail: each kind is found where it belongs.
        kinds = {what.split()[0] for what, _ in found(secrets, {
            "pepper": (self.folder / "data.pepper").read_bytes(),
            "tls": b"".join((self.keys / name).read_bytes()
                            for name in ("wire.key", "ca.key")),
            "key": "".join(self.keys_made.values()).encode()})}
        self.assertEqual(kinds, {"pepper", "wire.key", "ca.key", "key"})
        self.assertNotEqual(found(words, data), [])


if __name__ == "__main__":
    harness.main()
