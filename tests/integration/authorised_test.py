"""Rights that change at random under many open streams: nobody is told a text
after the change that took the right to it, nobody misses one that he may have,
and what everybody keeps in the end is what he may have (check C8).

COURANT_STREAMS says how many streams, COURANT_STEPS how many steps,
COURANT_SEED which."""

import asyncio
import itertools
import os
import random
import time

import grpc

from courant.v1 import article_pb2, article_service_pb2_grpc, change_pb2
from courant.v1 import change_service_pb2_grpc, partner_pb2

import harness
from harness import articles, changes
from mirror import Mirror
from partner_desk import PartnerTest, Use, an_article

STREAMS = int(os.environ.get("COURANT_STREAMS", "60"))
STEPS = int(os.environ.get("COURANT_STEPS", "150"))
PARTNERS = max(4, min(40, STREAMS // 15))
SECTIONS = ["city", "sport", "world", "arts"]
Kind = change_pb2.Change
# As gRPC allows on one connection, and some for polls.
ON_ONE_CHANNEL = 90


class Rights:
    """Who may have which section as of each change of the log, made anew from
    what the log says: shares nothing with the server."""

    def __init__(self, log):
        self.states = []  # (sequence, {partner: sections})
        suspended, products, grants = {}, {}, {}
        for change in log:
            payload = change.WhichOneof("payload")
            if payload == "product":
                products[change.resource] = change.product.filter
            elif payload == "grant":
                grants[change.resource] = change.grant
            elif payload not in ("partner", "contract"):
                continue
            if payload != "product":
                suspended[change.resource] = getattr(
                    change, payload).HasField("suspension")
            may = {}
            for name, grant in grants.items():
                _, partner, _, contract, _, _ = name.split("/")
                above = (f"partners/{partner}",
                         f"partners/{partner}/contracts/{contract}", name)
                if not any(suspended[one] for one in above):
                    section = products[grant.product].split('"')[1]
                    may.setdefault(partner, set()).add(section)
            self.states.append((change.sequence, may))

    def may(self, partner, sections, sequence):
        """Whether by what holds as of the change `sequence`."""
        state = {}
        for since, may in self.states:
            if since > sequence:
                break
            state = may
        return bool(state.get(partner, set()) & sections)

    def may_ever_since(self, partner, sections, sequence):
        return self.may(partner, sections, sequence) or any(
            may.get(partner, set()) & sections
            for since, may in self.states if since > sequence)

    def may_always_since(self, partner, sections, sequence):
        return self.may(partner, sections, sequence) and all(
            may.get(partner, set()) & sections
            for since, may in self.states if since > sequence)


class Outlet:
    """One stream of a partner, with the mirror that it keeps."""

    def __init__(self, partner, secret, chance):
        self.partner = partner
        self.metadata = [("authorization", f"Bearer {secret}")]
        self.chance = chance
        self.mirror = Mirror()
        self.backfill = None    # The mirror that will take its place.
        self.texts = []         # (sequence, name, since when it may be had)
        self.covered = []       # (after, up to): told change by change.
        self.cuts = 0

    def reading(self):
        return self.backfill or self.mirror

    async def follow(self, channel, done):
        """Until `done` is set and the position in it is reached."""
        stub = change_service_pb2_grpc.ChangeServiceStub(channel)
        token = ""
        while not self.is_done(done):
            start = ({"resume_token": token} if token else
                     {"start_from": changes.SNAPSHOT_THEN_LIVE})
            call = stub.SubscribeChanges(
                changes.SubscribeChangesRequest(
                    **start, max_batch_changes=self.chance.choice((0, 1, 5))),
                metadata=self.metadata, timeout=10 * harness.PATIENCE)
            token = await self.read(call, done)
            call.cancel()

    async def read(self, call, done):
        """Applies messages until it cuts the stream, has to begin with another
        token, or is done. Returns the token to go on with."""
        cut_after = self.chance.randint(1, 40)
        snapshot = False
        async for message in call:
            before = self.reading().position
            kind = self.reading().apply(message)
            body = getattr(message, kind)
            if kind == "started":
                snapshot = body.in_snapshot
            self.note(message, kind, before, snapshot)
            if kind == "snapshot_complete":
                snapshot = False
                if self.backfill is not None:
                    self.mirror, self.backfill = self.backfill, None
            if kind == "rights" and body.backfill_token:
                self.backfill = Mirror()
                return body.backfill_token
            cut_after -= 1
            if self.is_done(done) or (cut_after <= 0 and kind != "started"
                                      and not done.is_set()):
                self.cuts += 1
                break
        return self.reading().token

    def note(self, message, kind, before, snapshot):
        if kind == "notices":
            return
        if not snapshot and kind != "started":
            self.covered.append((before, self.reading().position))
        # In a snapshot it is by the rights of some moment behind the position
        # that the message goes on from.
        self.texts += [(change.sequence, change.resource,
                        before if change.disposition == Kind.SNAPSHOT
                        else None)
                       for change in message.batch.changes
                       if change.HasField("article")]

    def is_done(self, done):
        mirror = self.mirror
        return (done.is_set() and self.backfill is None
                and mirror.position is not None and not mirror.revoking
                and mirror.complete is not None
                and mirror.position >= done.at)


class AuthorisedTest(PartnerTest):
    settings = ("partners.call_burst=100000",
                "partners.calls_per_second=100000")

    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("COURANT_SEED",
                                       time.time_ns() % 10**9))
        print(f"seed {self.seed} (COURANT_SEED)", flush=True)
        self.chance = random.Random(self.seed)
        for section in SECTIONS:
            self.product(section, filter=f'section="{section}"')
        self.secrets, self.grants = {}, []
        for number in range(PARTNERS):
            name = f"p{number}"
            self.partner(name)
            self.contract(name)
            for section in SECTIONS:
                self.grants.append(self.grant(
                    section, f"partners/{name}/contracts/2026",
                    product=f"products/{section}").name)
            self.secrets[name] = self.call(
                "CreateApiKey", parent=f"partners/{name}",
                key=partner_pb2.ApiKey(display_name="Site")).secret
        self.made, self.suspended = [], set()

    # What happens.

    def sections(self):
        return self.chance.sample(SECTIONS, self.chance.choice((1, 1, 1, 2)))

    def write(self):
        article = an_article(f"News {len(self.made)}")
        for section in self.sections():
            article.sections.add(code=section)
        self.made.append(self.create(article).name)

    def move(self):
        article = article_pb2.Article(name=self.chance.choice(self.made))
        for section in self.sections():
            article.sections.add(code=section)
        self.articles.UpdateArticle(
            articles.UpdateArticleRequest(
                article=article, update_mask={"paths": ["sections"]}),
            timeout=harness.PATIENCE)

    def turn(self, kind, name):
        """Suspends it, or lets it go on."""
        if name in self.suspended:
            self.suspended.remove(name)
            self.call(f"Resume{kind}", name=name)
        else:
            self.suspended.add(name)
            self.call(f"Suspend{kind}", name=name, reason="Unpaid.")

    def change_product(self):
        name = self.chance.choice(SECTIONS)
        self.update("Product", partner_pb2.Product(
            name=f"products/{name}",
            filter=f'section="{self.chance.choice(SECTIONS)}"'), "filter")

    def step(self, calm):
        """One of these. In a calm no rights change, and nobody may miss
        anything."""
        what = self.chance.random() * (0.7 if calm else 1)
        if what < 0.5 or len(self.made) < 5:
            self.write()
        elif what < 0.7:
            self.move()
        elif what < 0.9:
            self.turn("Grant", self.chance.choice(self.grants))
        elif what < 0.95:
            self.turn("Partner",
                      f"partners/p{self.chance.randrange(PARTNERS)}")
        else:
            self.change_product()

    # What must hold.

    def test_nobody_is_told_more_or_less(self):
        asyncio.run(self.run_all())

    async def run_all(self):
        grpc.aio.init_grpc_aio()  # Never undone: see drain_test.
        names = itertools.cycle(self.secrets)
        outlets = [Outlet(name, self.secrets[name],
                          random.Random(self.chance.random()))
                   for name in itertools.islice(names, STREAMS)]
        channels = [grpc.aio.insecure_channel(
            self.server.partner,
            options=[("grpc.use_local_subchannel_pool", 1)])
            for _ in range(-(-STREAMS // ON_ONE_CHANNEL))]
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        tasks = [asyncio.create_task(outlet.follow(channel, done))
                 for outlet, channel in zip(outlets,
                                            itertools.cycle(channels))]
        for step in range(STEPS):
            await loop.run_in_executor(None, self.step, step % 10 > 7
                                       or step > 0.7 * STEPS)
        done.at = await loop.run_in_executor(None, self.tail)
        done.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 10 * harness.PATIENCE)
        for channel in channels:
            await channel.close()
        await loop.run_in_executor(None, self.check, outlets)

    def check(self, outlets):
        log = list(self.newsroom_log())
        rights = Rights(log)
        sections = {c.sequence: {s.code for s in c.article.sections}
                    for c in log if c.HasField("article")}
        names = {c.sequence: c.resource for c in log}
        # From each revision on, where its article was: what may not be had any
        # more as it is now goes to nobody who is behind.
        later, places = {}, {}
        for sequence in sorted(sections, reverse=True):
            seen = later.setdefault(names[sequence], [])
            seen.append(sections[sequence])
            places[sequence] = list(seen)
        held = {name: self.held_by(name) for name in self.secrets}
        texts = revoked = required = 0
        for outlet in outlets:
            partner = outlet.partner
            told = set()
            for sequence, name, since in outlet.texts:
                self.assertEqual(names[sequence], name)
                may = (rights.may(partner, sections[sequence], sequence)
                       if since is None else rights.may_ever_since(
                           partner, sections[sequence], since))
                self.assertTrue(may, (partner, sequence, since))
                told.add(sequence)
                texts += 1
            for after, upto in outlet.covered:
                for sequence in range(after + 1, upto + 1):
                    if sequence in sections and all(
                            rights.may_always_since(partner, place, sequence)
                            for place in places[sequence]):
                        self.assertIn(sequence, told, partner)
                        required += 1
            self.assertEqual(outlet.mirror.held, held[partner], partner)
            revoked += sum(r.revoked_count for r in outlet.mirror.rights)
        print(f"{len(outlets)} streams of {PARTNERS} partners, "
              f"{len(log)} changes, {texts} texts told, {required} had to be, "
              f"{revoked} revoked in the last mirrors, "
              f"{sum(o.cuts for o in outlets)} cuts", flush=True)
        self.assertGreater(required, 0)

    def newsroom_log(self):
        stub = change_service_pb2_grpc.ChangeServiceStub(self.channel)
        token = ""
        while True:
            page = stub.ListChanges(
                changes.ListChangesRequest(page_token=token, page_size=500),
                timeout=harness.PATIENCE)
            yield from page.changes
            token = page.next_page_token
            if not token:
                return

    def held_by(self, partner):
        """{name: revision} of what the partner may have now."""
        held, token = {}, ""
        with grpc.insecure_channel(self.server.partner) as door:
            stub = article_service_pb2_grpc.ArticleServiceStub(door)
            while True:
                page = stub.ListArticles(
                    articles.ListArticlesRequest(page_token=token,
                                                 page_size=500),
                    metadata=[("authorization",
                               f"Bearer {self.secrets[partner]}")],
                    timeout=harness.PATIENCE)
                held |= {a.name: a.revision for a in page.articles}
                token = page.next_page_token
                if not token:
                    return held


if __name__ == "__main__":
    harness.main()
