"""A restart under many streams: each ends with a token and its own time to come
back, and goes on from there as if nothing had been."""

import asyncio
import os
import signal
import subprocess
import threading
import time

import grpc

from courant.v1 import change_service_pb2_grpc

import harness
import raw_http2 as http2
from harness import an_article, articles, changes

STREAMS = int(os.environ.get("COURANT_STREAMS", "500"))
# Within which all of them have ended, and the server with them.
ENDED_WITHIN = 30
CONNECTIONS = 10


class Follower:
    """One client: keeps its place, and everything that it was given."""

    def __init__(self, number):
        # A third wants everything, a third its own, a third nothing.
        self.filter = ("", "section=sport", "language=cy")[number % 3]
        self.position, self.token = None, None
        self.seen, self.waits, self.starts = [], [], 0

    async def follow(self, stub, until):
        """Reads until the change `until`, or until the server says goodbye."""
        start = ({"resume_token": self.token} if self.token else
                 {"start_from": changes.EARLIEST_RETAINED})
        drained = False
        call = stub.SubscribeChanges(changes.SubscribeChangesRequest(
            filter=self.filter, **start), timeout=harness.PATIENCE)
        try:
            async for message in call:
                kind = message.WhichOneof("event")
                body = getattr(message, kind)
                if kind == "started":
                    self.starts += 1
                    if self.position is None:
                        self.position = body.resume_after_sequence
                    assert body.resume_after_sequence == self.position
                elif kind == "drain":
                    assert body.after_sequence == self.position
                    self.waits.append(body.reconnect_after.ToMilliseconds())
                    drained = True
                else:
                    assert body.after_sequence == self.position, "a gap"
                    self.position = body.sequence
                    if kind == "batch":
                        self.seen += [c.sequence for c in body.changes]
                self.token = body.resume_token
                if until and self.position >= until:
                    call.cancel()
                    return
        except grpc.aio.AioRpcError as error:
            assert drained and error.code() == grpc.StatusCode.UNAVAILABLE, (
                f"ended with {error.code()} {error.details()}")


class DrainTest(harness.ServerTest):
    def write(self, count):
        for i in range(count):
            article = an_article()
            article.sections.add(code=("sport", "politics")[i % 2])
            self.create(article)

    async def all_follow(self, followers, until, meanwhile):
        """All of them, on a few connections, while `meanwhile` runs."""
        # Never undone: gRPC's end, when its last channel goes, waits for a
        # thread that may be waiting for this one.
        grpc.aio.init_grpc_aio()
        channels = [grpc.aio.insecure_channel(self.server.internal, options=[
            ("grpc.use_local_subchannel_pool", 1)])
            for _ in range(CONNECTIONS)]
        stubs = [change_service_pb2_grpc.ChangeServiceStub(channel)
                 for channel in channels]
        thread = threading.Thread(target=meanwhile)
        thread.start()
        await asyncio.gather(*(
            each.follow(stubs[i % CONNECTIONS], until)
            for i, each in enumerate(followers)))
        await asyncio.get_running_loop().run_in_executor(None, thread.join)
        for channel in channels:
            await channel.close()

    def test_many_streams_over_a_restart(self):
        self.write(20)
        followers = [Follower(i) for i in range(STREAMS)]

        def write_and_stop():
            # Some are at the tail by then, some in the middle, some not open.
            while self.changes.GetChangeLogStatus(
                    changes.GetChangeLogStatusRequest()).open_streams < STREAMS:
                pass
            self.write(10)
            begin = time.monotonic()
            with harness.deadline(ENDED_WITHIN, "ending"):
                self.code = self.server.stop()
            self.took = time.monotonic() - begin

        asyncio.run(self.all_follow(followers, None, write_and_stop))
        self.assertEqual(self.code, 0)
        waits = [wait for each in followers for wait in each.waits]
        self.assertEqual(len(waits), STREAMS)
        print(f"{STREAMS} streams ended with a token, the server after "
              f"{self.took:.1f} s")
        self.assertTrue(all(0 <= wait <= 5000 for wait in waits))
        # Each at its own time: no second takes more than half of them.
        seconds = [sum(1 for wait in waits if wait // 1000 == second)
                   for second in range(5)]
        self.assertLess(max(seconds), STREAMS / 2)

        self.server.start()
        self.connect()
        tail = self.tail() + 10
        asyncio.run(self.all_follow(followers, tail, lambda: self.write(10)))
        everything = [*range(1, tail + 1)]
        sport = [c.sequence for c in self.changes.ListChanges(
            changes.ListChangesRequest(filter="section=sport",
                                       page_size=500)).changes]
        self.assertEqual(len(sport), tail // 2)
        for each in followers:
            wanted = {"": everything, "section=sport": sport,
                      "language=cy": []}[each.filter]
            self.assertEqual(each.seen, wanted)
            self.assertEqual(each.starts, 2)


class SecondSignalTest(harness.ServerTest):
    GET = "courant.v1.ArticleService/GetArticle"

    def test_it_waits_for_nobody(self):
        # A call that never says what it wants, for which a stop waits 10 s.
        connection = http2.Connection(self.server.internal)
        self.addCleanup(connection.close)
        connection.acknowledge()
        connection.send(http2.frame(
            http2.HEADERS, http2.END_HEADERS, 1,
            http2.headers(http2.call_headers(self.GET))))
        self.create()
        self.server.process.send_signal(signal.SIGTERM)
        with harness.deadline(harness.PATIENCE, "stopping"):
            while '"stopping"' not in self.server.log_text():
                pass
        # What comes with the first is the first: timeout(1) sends it twice.
        self.server.process.send_signal(signal.SIGTERM)
        with self.assertRaises(subprocess.TimeoutExpired):
            self.server.process.wait(0.5)
        with harness.deadline(8, "stopping at once"):
            self.assertEqual(self.server.stop(), 0)
        # Clean: all that was answered is there.
        self.assertEqual(self.server.verify()["changes"], 1)


if __name__ == "__main__":
    harness.main()
