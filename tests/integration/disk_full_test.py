"""A disk that is full is a state in which everything can be read, and out of
which the server comes by itself: a small disk of its own, a foreign file that
takes what is left, writers that go on, partners that follow."""

import os
import pathlib
import random
import shutil
import subprocess
import threading
import time

import grpc

from courant.v1 import change_service_pb2_grpc

import harness
import own_mounts
from harness import Server, articles, changes
from partner_desk import OutletTest, an_article

# Rounds in which the disk is filled and freed: 200 in the soak.
ROUNDS = int(os.environ.get("COURANT_ROUNDS", "3"))
SEED = int(os.environ.get("COURANT_SEED", random.randrange(10**9)))
DISK_MIB = 256
MIB = 1 << 20
WRITERS = 4
PER_ROUND = 30  # Articles of each writer at most, so that they fit.
HEALS_WITHIN = 10


class DiskFullTest(OutletTest):
    settings = ("storage.reserved_bytes=32MiB",
                "storage.write_buffer_bytes=4MiB",
                "storage.max_wal_bytes=8MiB", "storage.block_cache_bytes=8MiB")

    def setUp(self):
        # Where the harness makes its folder.
        self.disk = pathlib.Path(harness.tempfile.mkdtemp(
            prefix="courant-disk-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m",
                        "tmpfs", str(self.disk)], check=True)
        self.addCleanup(shutil.rmtree, self.disk, ignore_errors=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)])
        before = harness.tempfile.tempdir
        harness.tempfile.tempdir = str(self.disk)
        self.addCleanup(setattr, harness.tempfile, "tempdir", before)
        super().setUp()
        self.random = random.Random(SEED)
        self.acknowledged, self.lock = [], threading.Lock()
        self.refused = threading.Event()
        self.longest = 0.0

    def free(self):
        stat = os.statvfs(self.disk)
        return stat.f_bavail * stat.f_frsize

    def fill(self, rest=None, name="foreign"):
        """A foreign file takes all but a rest, a random one unless it is said,
        at once or in steps."""
        if rest is None:
            rest = self.random.choice([0, 0, 4096, MIB, 16 * MIB])
        with open(self.disk / name, "wb") as file:
            size = 0
            while (room := self.free() - rest) > 0:
                step = min(room, self.random.choice([room, 8 * MIB]))
                try:
                    os.posix_fallocate(file.fileno(), size, step)
                except OSError:
                    continue  # Somebody else took a little of it.
                size += step

    def write(self, stub, budget):
        """Writes until the budget is used up, each article until it is taken."""
        while budget.acquire(blocking=False):
            request = articles.CreateArticleRequest(
                article=an_article("words " * 100),
                request_id=harness.new_id(),
                initial_state=articles.CreateArticleRequest.PUBLISHED)
            while True:
                try:
                    made = stub.CreateArticle(request,
                                              timeout=harness.PATIENCE)
                    break
                except grpc.RpcError as error:
                    info, _ = harness.details(error)
                    if info.reason != "STORAGE_FULL":
                        self.problems.append(error)
                        return
                    self.refused.set()
                    self.go_on.wait(0.1)
            with self.lock:
                self.acknowledged.append(made.name)

    def follow_as_partner(self):
        """Takes all that a partner is given; ends when the stream does."""
        self.given = []
        stream = change_service_pb2_grpc.ChangeServiceStub(
            self.door).SubscribeChanges(
                changes.SubscribeChangesRequest(
                    start_from=changes.EARLIEST_RETAINED),
                metadata=self.bearer())
        self.addCleanup(stream.cancel)

        def take():
            try:
                for message in stream:
                    if message.HasField("batch"):
                        with self.lock:
                            self.given += [c.resource
                                           for c in message.batch.changes]
            except grpc.RpcError as error:
                self.stream_end = error
        self.stream_end = None
        thread = threading.Thread(target=take, daemon=True)
        thread.start()

    def one_round(self, stubs):
        self.refused.clear()
        self.go_on = threading.Event()
        budget = threading.Semaphore(PER_ROUND * WRITERS)
        writers = [threading.Thread(target=self.write, args=(stub, budget))
                   for stub in stubs]
        for writer in writers:
            writer.start()
        self.fill()
        # One that is surely refused.
        probe = threading.Semaphore(1)
        writers.append(threading.Thread(target=self.write,
                                        args=(stubs[0], probe)))
        writers[-1].start()
        if not self.refused.wait(harness.PATIENCE):
            raise AssertionError(f"nothing was refused: {self.problems}")
        # Everything can be read meanwhile, and streams go on.
        name = self.random.choice(self.acknowledged)
        self.articles.GetArticle(articles.GetArticleRequest(name=name),
                                 timeout=harness.PATIENCE)
        message = next(iter(self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(
                start_from=changes.EARLIEST_RETAINED),
            timeout=harness.PATIENCE)))
        self.assertTrue(message.HasField("started"))
        self.assertEqual(self.server.page("/readyz"), "ready\n")
        self.assertIn("courant_storage_full 1", self.server.metrics())
        (self.disk / "foreign").unlink()
        begin = time.monotonic()
        self.write_until_it_is_taken()
        self.longest = max(self.longest, time.monotonic() - begin)
        self.go_on.set()
        for writer in writers:
            writer.join(harness.PATIENCE)
            self.assertFalse(writer.is_alive())
        self.assertEqual(self.problems, [])

    def write_until_it_is_taken(self):
        begin = time.monotonic()
        while True:
            try:
                return self.create(an_article()).name
            except grpc.RpcError as error:
                self.assertEqual(harness.details(error)[0].reason,
                                 "STORAGE_FULL")
            self.assertLess(time.monotonic() - begin, harness.PATIENCE)

    def await_ballast(self):
        deadline = time.monotonic() + harness.PATIENCE
        while not (self.server.data_dir / "BALLAST").exists():
            self.assertLess(time.monotonic(), deadline)
            threading.Event().wait(0.1)

    def test_it_starts_on_a_disk_without_a_byte_left(self):
        print(f"seed {SEED}")
        # What is in the write-ahead log alone has to find room.
        article, names = an_article(), []
        for _ in range(200):
            article.body[0].paragraph.text.text = (
                self.random.randbytes(8000).hex())
            names.append(self.create(article).name)
        self.await_ballast()
        self.fill(rest=0)
        self.server.kill()
        # What it had open and was deleted has left a little.
        self.fill(rest=0, name="more")
        self.assertEqual(self.free(), 0)
        self.server.start()
        self.connect()
        self.assertEqual(self.server.page("/readyz"), "ready\n")
        self.assertIn("courant_storage_full 1", self.server.metrics())
        self.assertFalse((self.server.data_dir / "BALLAST").exists())
        for name in names:
            self.articles.GetArticle(articles.GetArticleRequest(name=name),
                                     timeout=harness.PATIENCE)
        with self.assertRaises(grpc.RpcError) as caught:
            self.create(an_article())
        self.assertEqual(harness.details(caught.exception)[0].reason,
                         "STORAGE_FULL")
        # As it is, it can be started again, and ends well.
        self.server.kill()
        self.server.start()
        self.connect()
        (self.disk / "foreign").unlink()
        (self.disk / "more").unlink()
        names.append(self.write_until_it_is_taken())
        self.await_ballast()
        self.server.stop()
        seen = Server(self.server.data_dir, *self.settings).verify()
        # With the outlet: its contract, product, grant and key.
        self.assertEqual(seen["articles"], len(names) + 5)

    def test_it_heals_by_itself(self):
        print(f"seed {SEED}")
        self.problems = []
        self.follow_as_partner()
        self.acknowledged.append(self.create(an_article()).name)
        stubs = [self.articles] * WRITERS
        for _ in range(ROUNDS):
            self.one_round(stubs)
        self.assertIsNone(self.server.process.poll())
        for name in self.acknowledged:
            self.articles.GetArticle(articles.GetArticleRequest(name=name),
                                     timeout=harness.PATIENCE)
        self.assertEqual(len(set(self.acknowledged)), len(self.acknowledged))
        deadline = time.monotonic() + harness.PATIENCE
        missing = set(self.acknowledged)
        while missing:
            self.assertIsNone(self.stream_end)
            self.assertLess(time.monotonic(), deadline)
            with self.lock:
                missing -= set(self.given)
        self.assertEqual(len(self.given), len(set(self.given)))
        self.assertIsNone(self.stream_end)
        print(f"{ROUNDS} rounds, {len(self.acknowledged)} writes, writes "
              f"resumed within {self.longest:.1f} s")
        self.assertLess(self.longest, HEALS_WITHIN)
        self.server.kill()
        seen = Server(self.server.data_dir, *self.settings).verify()
        self.assertGreaterEqual(seen["articles"], len(self.acknowledged))


if __name__ == "__main__":
    own_mounts.begin()
    harness.main()
