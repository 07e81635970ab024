"""A kill under load: many partners follow, some are dead, some read slowly. All
that live have it, the ledger lists exactly those that have not confirmed, and
who was dead is told first when it returns.

COURANT_SUBSCRIBERS says how many follow."""

import asyncio
import itertools
import os
import unittest

import grpc

from courant.v1 import account_service_pb2, account_service_pb2_grpc
from courant.v1 import change_pb2, change_service_pb2_grpc
from courant.v1 import ledger_pb2

import harness
from harness import articles, changes
from partner_desk import OutletTest, an_article

SUBSCRIBERS = int(os.environ.get("COURANT_SUBSCRIBERS", "60"))
DEAD, SLOW = max(1, SUBSCRIBERS // 100), max(1, SUBSCRIBERS // 20)
Kind = change_pb2.Change


class Follower:
    """One partner with one stream. Confirms what it is told at once."""

    def __init__(self, name, secret):
        self.name = name
        self.metadata = [("authorization", f"Bearer {secret}")]
        self.token, self.kinds, self.events = "", [], []
        self.reads = asyncio.Event()
        self.reads.set()
        self.confirmed = asyncio.Event()

    async def follow(self, channel, article, got):
        start = ({"resume_token": self.token} if self.token else
                 {"start_from": changes.LATEST})
        stream = change_service_pb2_grpc.ChangeServiceStub(
            channel).SubscribeChanges(
                changes.SubscribeChangesRequest(**start),
                metadata=self.metadata, timeout=harness.PATIENCE)
        account = account_service_pb2_grpc.AccountServiceStub(channel)
        async for message in stream:
            await self.reads.wait()
            event = message.WhichOneof("event")
            self.events.append(event)
            for notice in message.notices.notices:
                await account.AcknowledgeNotice(
                    account_service_pb2.AcknowledgeNoticeRequest(
                        name=notice.name, state=ledger_pb2.Notice.APPLIED),
                    metadata=self.metadata, timeout=harness.PATIENCE)
            if event == "notices":
                self.confirmed.set()
                continue
            self.token = getattr(message, event).resume_token
            self.kinds += [change.kind for change in message.batch.changes
                           if change.resource == article]
            if event == "started" or self.kinds:
                got(self)


class KillUnderLoadTest(OutletTest):
    settings = ("partners.call_burst=100000",)

    def setUp(self):
        super().setUp()
        self.followers = []
        for number in range(SUBSCRIBERS):
            name = f"p{number}"
            self.partner(name)
            self.contract(name)
            self.grant(contract=f"partners/{name}/contracts/2026")
            self.followers.append((name, self.make_key(name).secret))

    def unconfirmed(self):
        """Partners that have said nothing to a kill."""
        names, token = set(), ""
        while True:
            page = self.stub.ListNotices(
                ledger_pb2.ListNoticesRequest(
                    parent="partners/-", open_only=True, page_size=500,
                    page_token=token), timeout=harness.PATIENCE)
            names |= {notice.name.split("/")[1] for notice in page.notices
                      if notice.kind == Kind.KILLED}
            token = page.next_page_token
            if not token:
                return names

    def test_a_kill_reaches_all_that_live(self):
        asyncio.run(self.run_all())

    async def run_all(self):
        # Never undone: see drain_test.
        grpc.aio.init_grpc_aio()
        made = self.create(an_article("Talks open"))
        everybody = [Follower(*one) for one in self.followers]
        dead, slow = everybody[:DEAD], everybody[DEAD:DEAD + SLOW]
        live = everybody[DEAD + SLOW:]
        # Channels of their own, a hundred streams on each.
        channels = [grpc.aio.insecure_channel(
            self.server.partner,
            options=[("grpc.use_local_subchannel_pool", 1)])
            for _ in range((SUBSCRIBERS + 89) // 90)]
        waiting = {follower: asyncio.Event() for follower in everybody}

        def got(follower):
            waiting[follower].set()

        tasks = {follower: asyncio.create_task(
            follower.follow(channel, made.name, got))
            for follower, channel in zip(everybody,
                                         itertools.cycle(channels))}
        await self.all(waiting)
        # All of them get it.
        for event in waiting.values():
            event.clear()
        await self.blocking(
            self.articles.UpdateArticle, articles.UpdateArticleRequest(
                article=self.headed(made.name, "Talks go on"),
                update_mask={"paths": ["headline"]}))
        await self.all(waiting)
        for follower in dead:
            tasks[follower].cancel()
        for follower in slow:
            follower.reads.clear()
        load = asyncio.create_task(self.load())
        await self.kill(made.name)
        # The house's own partner follows nothing, and is told all the same.
        await self.all({f: f.confirmed for f in live})
        names = {f.name for f in (*dead, *slow)} | {"daily"}
        self.assertEqual(await self.blocking(self.unconfirmed), names)
        for follower in slow:
            follower.reads.set()
        await self.all({f: f.confirmed for f in slow})
        names -= {f.name for f in slow}
        self.assertEqual(await self.blocking(self.unconfirmed), names)
        for follower in (*live, *slow):
            while Kind.KILLED not in follower.kinds:
                await asyncio.sleep(0)
            self.assertEqual(follower.kinds, [Kind.UPDATED, Kind.KILLED])
        load.cancel()
        # Who was dead returns.
        for follower in dead:
            follower.events.clear()
            tasks[follower] = asyncio.create_task(
                follower.follow(channels[0], made.name, got))
        await self.all({f: f.confirmed for f in dead})
        for follower in dead:
            self.assertEqual(follower.events[:2], ["started", "notices"])
        self.assertEqual(await self.blocking(self.unconfirmed), {"daily"})
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        for channel in channels:
            await channel.close()

    @staticmethod
    def headed(name, headline):
        article = an_article(headline)
        article.name = name
        return article

    async def blocking(self, call, *arguments):
        return await asyncio.get_running_loop().run_in_executor(
            None, lambda: call(*arguments))

    async def all(self, events):
        """Waits for each; names who is missing when that takes too long."""
        try:
            await asyncio.wait_for(asyncio.gather(
                *(event.wait() for event in events.values())),
                harness.PATIENCE)
        except asyncio.TimeoutError:
            self.fail("nothing came to " + ", ".join(
                f.name for f, event in events.items() if not event.is_set()))

    async def load(self):
        """Other articles, as fast as the desk is."""
        for number in itertools.count():
            await self.blocking(self.create, an_article(f"More {number}"))

    async def kill(self, name):
        for actor, fields in (("kim", {"reason": "A court."}),
                              ("lee", {"confirm": True})):
            await self.blocking(
                lambda actor=actor, fields=fields: self.articles.KillArticle(
                    articles.KillArticleRequest(name=name, **fields),
                    metadata=[("courant-actor", f"desk/{actor}")],
                    timeout=harness.PATIENCE))


if __name__ == "__main__":
    unittest.main()
