"""Resuming, many times over, with the checker of histories as the judge: from
every position of a log, and at random while others write.

COURANT_POSITIONS is how many changes the log has that is resumed from
everywhere, COURANT_RESUMES how often somebody resumes under load.
"""

import collections
import os
import random
import threading

import harness
from harness import articles, changes
from wire_load import FILTERS, Load, Stubs

SEED = int(os.environ.get("COURANT_SEED", random.randrange(10**9)))
POSITIONS = int(os.environ.get("COURANT_POSITIONS", 10_000))
RESUMES = int(os.environ.get("COURANT_RESUMES", 10_000))

# A log of this many changes is made by so many calls at a time.
AT_A_TIME = 64
# Tokens of one filter that somebody may come back with.
KEPT_TOKENS = 500


class EveryPositionTest(harness.ServerTest):
    recorded = True
    complete_record = True
    threads = 3

    def test_resuming_from_every_position(self):
        self.make_changes(POSITIONS)
        self.recorder.final(POSITIONS)
        stream = self.changes.SubscribeChanges(changes.SubscribeChangesRequest(
            start_from=changes.EARLIEST_RETAINED, max_batch_changes=1,
            end_sequence=POSITIONS))
        tokens = [getattr(message, message.WhichOneof("event")).resume_token
                  for message in stream]
        self.assertEqual(len(tokens), POSITIONS + 1)
        def resume(first):
            stubs = Stubs(self.server, self.recorder)
            for position in range(first, POSITIONS, self.threads):
                stream = stubs.changes.SubscribeChanges(
                    changes.SubscribeChangesRequest(
                        resume_token=tokens[position],
                        end_sequence=position + 1))
                for _ in stream:
                    pass
            stubs.channel.close()

        run_all(self, [(resume, first) for first in range(self.threads)])
        print(f"{POSITIONS} positions resumed from", flush=True)

    def make_changes(self, count):
        """New articles, many at a time."""
        pending = collections.deque()
        for n in range(count):
            if len(pending) >= AT_A_TIME:
                pending.popleft().result(harness.PATIENCE)
            pending.append(self.articles.CreateArticle.future(
                articles.CreateArticleRequest(
                    article=harness.an_article(f"Ferry number {n}"),
                    article_id=f"ferry-{n}",
                    initial_state=articles.CreateArticleRequest.PUBLISHED),
                timeout=harness.PATIENCE))
        for call in pending:
            call.result(harness.PATIENCE)


class UnderLoadTest(harness.ServerTest):
    recorded = True
    complete_record = True

    def test_random_resumes(self):
        print(f"seed {SEED}", flush=True)
        load = Load(self.server, self.recorder, SEED, writers=1,
                    filters=FILTERS[:3])
        left = RESUMES
        lock = threading.Lock()

        def resume(number):
            nonlocal left
            chance = random.Random(f"{SEED} resume {number}")
            filter = FILTERS[number % len(FILTERS)]
            stubs = Stubs(self.server, self.recorder)
            tokens = []
            while True:
                with lock:
                    if left <= 0:
                        return
                    left -= 1
                start = (
                    {"resume_token": chance.choice(tokens)} if tokens
                    else {"start_from": changes.EARLIEST_RETAINED})
                stream = stubs.changes.SubscribeChanges(
                    changes.SubscribeChangesRequest(
                        filter=filter, max_batch_changes=chance.randrange(1, 4),
                        **start), timeout=harness.PATIENCE)
                wanted = chance.randrange(1, 4)
                for message in stream:
                    body = getattr(message, message.WhichOneof("event"))
                    if len(tokens) < KEPT_TOKENS:
                        tokens.append(body.resume_token)
                    else:
                        tokens[chance.randrange(KEPT_TOKENS)] = (
                            body.resume_token)
                    wanted -= 1
                    # What follows a Progress is seconds away.
                    if wanted <= 0 or message.HasField("progress"):
                        break
                stream.cancel()

        def write():
            chance = random.Random(f"{SEED} write")
            while left > 0:
                load.writer(chance)
                load.pause.wait(0.05)

        load.steps = 5
        run_all(self, [(write,)] + [(resume, n) for n in range(3)])
        tail = self.tail()
        load.target = tail
        self.recorder.final(tail)
        load.look_at_all()
        print(f"{RESUMES} resumes under load, of {tail} changes", flush=True)


def run_all(test, works):
    """Runs each (function, arguments...) in a thread; fails if one does."""
    failed = []

    def run(function, *arguments):
        try:
            function(*arguments)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    test.assertEqual(failed, [])


if __name__ == "__main__":
    harness.main()
