"""How long it takes to be ready again after a kill under load, with data.

COURANT_MEBIBYTES of data (24), a kill then and KILLS - 1 more, with less and
less in the write-ahead log."""

import base64
import os
import random
import threading

import grpc

import harness
from harness import an_article, articles
from courant.v1 import article_service_pb2_grpc

MEBIBYTES = int(os.environ.get("COURANT_MEBIBYTES", "24"))
SEED = int(os.environ.get("COURANT_SEED", "1"))
KILLS = 5
WRITERS = 12
# Text of an article: some paragraphs.
TEXT_BYTES = 6 << 10
# Near the default of storage.max_wal_bytes, and in little near what there is.
FULL_LOG = min(MEBIBYTES * 3 // 4, 56) << 20
# What is promised with 1 GiB, on a machine that does nothing else. Not a matter
# of the test in little, which may run beside anything and under a sanitizer.
READY_WITHIN = 3 if MEBIBYTES >= 1024 else harness.PATIENCE


def health(address, service=""):
    """What grpc.health.v1 answers: 1 is SERVING, 2 is not."""
    request = bytes([0x0a, len(service)]) + service.encode()
    with grpc.insecure_channel(address) as channel:
        answer = channel.unary_unary("/grpc.health.v1.Health/Check")(
            request if service else b"", timeout=harness.PATIENCE)
    return answer[1] if answer else 0


class ReadyTest(harness.ServerTest):
    settings = ("storage.reserved_bytes=0",)

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.acknowledged = 0

    def size(self, ending):
        """Bytes of the files of the database with that ending."""
        total = 0
        for path in (self.server.data_dir / "db").glob(f"*.{ending}"):
            try:
                total += path.stat().st_size
            except FileNotFoundError:
                pass  # It is not needed any more.
        return total

    def sizes(self):
        """Of all of it, and of the write-ahead log."""
        log = self.size("log")
        return self.size("sst") + log, log

    def write_until_killed(self, seed):
        """Creates articles that do not compress, as text of many sources does
        not, until nobody answers."""
        noise = random.Random(seed)
        stub = article_service_pb2_grpc.ArticleServiceStub(
            self.server.channel())
        article = an_article()
        try:
            while True:
                article.body[0].paragraph.text.text = base64.b64encode(
                    noise.randbytes(TEXT_BYTES * 3 // 4)).decode()
                stub.CreateArticle(
                    articles.CreateArticleRequest(
                        article=article,
                        initial_state=articles.CreateArticleRequest.PUBLISHED),
                    timeout=harness.PATIENCE)
                self.acknowledged += 1
        except grpc.RpcError:
            pass

    def load_until(self, is_enough):
        writers = [threading.Thread(target=self.write_until_killed,
                                    args=(self.random.random(),))
                   for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        pause = threading.Event()
        while not is_enough():
            pause.wait(0.05)
        self.server.kill()
        for writer in writers:
            writer.join()

    def test_it_is_ready_soon_after_a_kill(self):
        print(f"seed {SEED}")
        took = []
        for kill in range(KILLS):
            wanted = (MEBIBYTES << 20) if kill == 0 else 0
            # Of the log as much is to be read as there can be, and then less.
            least = FULL_LOG >> kill
            self.load_until(lambda total=wanted, log=least: all(
                now >= then
                for now, then in zip(self.sizes(), (total, log))))
            size, log = self.sizes()
            with harness.deadline(READY_WITHIN, "being ready"):
                seconds = self.server.start()
                self.assertEqual(health(self.server.internal), 1)
            self.connect()
            self.assertGreaterEqual(self.tail(), self.acknowledged)
            took.append(seconds)
            print(f"{size >> 20} MiB, {log >> 20} MiB of it in the log: "
                  f"{seconds:.2f} s")
        print(f"{KILLS} times ready after a kill, in {max(took):.2f} s at most, "
              f"{self.acknowledged} articles")


if __name__ == "__main__":
    harness.main()
