"""At most one person can write, whatever the clocks say, and what they wrote
stays when their lease runs out."""

import os
import random
import threading
import time

import grpc

import harness
import moved_clock
import translation_desk
from newsroom import Kind
from translation_desk import HAN, OH, token_of, words

LEASE = 300  # The shortest there is.
STEPS = int(os.environ.get("COURANT_STEPS", 60))


class LeaseTest(moved_clock.MovedClockTest, translation_desk.DeskTest):
    def setUp(self):
        super().setUp()
        self.original = self.source("One. Two. Three.", "Four. Five.")
        self.name = self.desk.request(self.original.name, "ko").name

    def claim(self, actor):
        return token_of(self.desk.do("Claim", self.name, actor,
                                     lease_seconds=LEASE))

    def test_a_lease_that_ran_out_is_taken_with_its_texts(self):
        token = self.claim(HAN)
        self.desk.write(self.name, token, {"body/p1.1": "하나."})
        self.set_offset(LEASE - 30)
        self.refused("LEASE_HELD", self.desk.do, "Claim", self.name, OH)
        self.refused("RESOURCE_NOT_FOUND", self.desk.next, "ko", actor=OH)
        self.set_offset(LEASE + 30)
        # It holds until somebody else takes it.
        self.desk.write(self.name, token, {"body/p1.2": "둘."})
        taken = self.desk.next("ko", actor=OH)
        self.assertEqual((taken.name, taken.task.lease.holder),
                         (self.name, OH))
        self.assertGreater(token_of(taken), token)
        info = self.refused("SESSION_FENCED", self.desk.write, self.name,
                            token, {"body/p1.3": "셋."})
        self.assertEqual(info.metadata["holder"], OH)
        for verb in ("Renew", "Release", "Submit"):
            self.refused("SESSION_FENCED", self.desk.do, verb, self.name,
                         fencing_token=token)
        kept = words(self.desk.get(self.name).content)
        self.assertEqual((kept["body/p1.1"], kept["body/p1.2"]),
                         ("하나.", "둘."))
        # The clock goes back: the lease that ran out does not come back.
        self.set_offset(0)
        self.refused("SESSION_FENCED", self.desk.write, self.name, token,
                     {"body/p1.3": "셋."})
        self.refused("LEASE_HELD", self.desk.do, "Claim", self.name, HAN)
        self.desk.write(self.name, token_of(taken), {"body/p1.3": "셋."}, OH)
        self.server.kill()
        self.set_offset(-86400)
        self.server.start()
        self.connect()
        self.refused("SESSION_FENCED", self.desk.write, self.name, token,
                     {"body/p1.3": "삼."})
        again = self.desk.do("Claim", self.name, OH, lease_seconds=LEASE)
        self.assertEqual(token_of(again), token_of(taken))

    def test_two_claimers_while_the_clock_steps(self):
        """Each takes, pauses for as long as the other likes, and writes with
        what it believes to hold."""
        seed = int(os.environ.get("COURANT_SEED", time.time_ns() % 10**9))
        print(f"seed {seed} (COURANT_SEED)", flush=True)
        segments = [s.id for s in self.desk.get(self.name).content.segments]
        accepted, wrong = [], []
        steady = threading.Barrier(3)

        def person(actor, chance):
            token, desk = None, translation_desk.Desk(self.channel)
            for step in range(STEPS):
                steady.wait(harness.PATIENCE)  # The clock has been stepped.
                try:
                    # A pause: some steps later it believes in an old token.
                    if token is None or chance.random() < 0.5:
                        token = token_of(desk.do(
                            "Claim", self.name, actor, lease_seconds=LEASE))
                    for _ in range(2):
                        said = f"{actor} {step} {chance.random()}"
                        segment = chance.choice(segments)
                        answer = desk.write(self.name, token, {segment: said},
                                            actor)
                        accepted.append((answer.change_sequence, token, actor,
                                         segment, said))
                except grpc.RpcError as error:
                    info, _ = harness.details(error)
                    if info.reason not in ("LEASE_HELD", "SESSION_FENCED"):
                        wrong.append(info.reason or str(error))
                steady.wait(harness.PATIENCE)

        chance = random.Random(seed)
        people = [threading.Thread(target=person, args=(
            actor, random.Random(chance.random())), daemon=True)
            for actor in (HAN, OH)]
        for one in people:
            one.start()
        for _ in range(STEPS):
            self.set_offset(chance.choice(
                [0, 1, -1, LEASE + 1, -LEASE, 2 * LEASE, 86400, -86400]))
            steady.wait(harness.PATIENCE)
            steady.wait(harness.PATIENCE)
        for one in people:
            one.join(harness.PATIENCE)
        self.assertEqual(wrong, [])
        self.check_writers(accepted)
        self.check_texts(accepted)

    def check_writers(self, accepted):
        """Every write carries the newest token at its place in the log."""
        by_sequence = {a[0]: a for a in accepted}
        self.assertEqual(len(by_sequence), len(accepted))
        newest, holder, writers = 0, None, set()
        for change in self.newsroom.log():
            if change.resource != self.name:
                continue
            lease = change.translation.task.lease
            if Kind.Name(change.kind) == "TRANSLATION_CLAIMED":
                self.assertGreaterEqual(lease.fencing_token, newest)
                if lease.fencing_token == newest:
                    self.assertEqual(lease.holder, holder)
                newest, holder = lease.fencing_token, lease.holder
            elif Kind.Name(change.kind) == "TRANSLATION_UPDATED":
                _, token, actor, _, _ = by_sequence.pop(change.sequence)
                self.assertEqual((token, actor), (newest, holder))
                self.assertEqual(change.actor, holder)
                writers.add((actor, token))
        self.assertEqual(by_sequence, {})
        print(f"{len(accepted)} writes with {len(writers)} leases", flush=True)
        self.assertGreater(len(writers), 3)
        self.assertEqual({actor for actor, _ in writers}, {HAN, OH})

    def check_texts(self, accepted):
        """The last accepted words of each segment are there."""
        last = {}
        for _, _, actor, segment, said in sorted(accepted):
            last[segment] = (actor, said)
        for segment in self.desk.get(self.name).content.segments:
            if segment.id in last:
                self.assertEqual((segment.author, segment.target.text),
                                 last[segment.id])


if __name__ == "__main__":
    harness.main()
