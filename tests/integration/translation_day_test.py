"""A day at the desk: many articles in three languages, many people, leases
that run out, sources that are corrected, and a server that dies in between.
Nothing is lost, nobody is overwritten, and the list of what is out of date is
exactly what it must be.

COURANT_DESK_ARTICLES and COURANT_DESK_PEOPLE say how large the desk is.
"""

import collections
import os
import random
import threading
import time

import grpc

import harness
import moved_clock
import translation_desk
from newsroom import Kind, correction, text
from translation_desk import (freshness, reworded, source_words, state,
                              token_of, words)

ARTICLES = int(os.environ.get("COURANT_DESK_ARTICLES", 20))
PEOPLE = int(os.environ.get("COURANT_DESK_PEOPLE", 6))
LANGUAGES = ("en", "es", "fr")
LEASE = 300
CORRECTED = 0.05
RESTARTS = 3

# What a person learns of in the ordinary course of work.
USUAL = {"LEASE_HELD", "SESSION_FENCED", "RESOURCE_NOT_FOUND", "INCOMPLETE",
         "ILLEGAL_TRANSITION", "SECOND_PERSON_REQUIRED", "ETAG_MISMATCH"}

Save = collections.namedtuple("Save", "sequence name segment author said")


class Person(threading.Thread):
    """Takes what comes next, writes, goes away in the middle now and then,
    reviews what others did, and publishes."""

    def __init__(self, test, number, chance):
        super().__init__(daemon=True)
        self.test, self.chance = test, chance
        self.actor = f"translator/{number}"
        self.saves, self.wrong = [], None
        self.last, self.left = None, None

    def run(self):
        try:
            while not self.test.done.is_set():
                if not (self.translate() | self.review() | self.publish()):
                    self.test.done.wait(0.05)
        except Exception as error:  # Told by who joins.
            self.wrong = error

    def ask(self, call, *arguments, **fields):
        """The answer, or None when the desk said no. Goes on with the same
        request over restarts of the server."""
        fields["request_id"] = harness.new_id()
        end = time.monotonic() + harness.PATIENCE
        while True:
            try:
                return getattr(self.test.desk, call)(*arguments, **fields)
            except grpc.RpcError as error:
                info, _ = harness.details(error)
                if info.reason in USUAL:
                    return None
                # A deadline: its clock may have gone on by hours meanwhile.
                if (error.code() not in (grpc.StatusCode.UNAVAILABLE,
                                         grpc.StatusCode.CANCELLED,
                                         grpc.StatusCode.DEADLINE_EXCEEDED,
                                         grpc.StatusCode.UNKNOWN)
                        or time.monotonic() > end):
                    raise
                self.test.up.wait(harness.PATIENCE)
            except ValueError:  # The channel was closed under it.
                self.test.up.wait(harness.PATIENCE)

    def translate(self):
        task = self.ask("next", *LANGUAGES, actor=self.actor,
                        lease_seconds=LEASE)
        if task is None:
            return False
        name, token = task.name, token_of(task)
        content = self.test.read(name)
        for segment in content.segments:
            if segment.state >= 2:
                continue
            if self.chance.random() < 0.02:
                self.left = (name, token, segment.id)
                return True  # Went home; somebody takes it when it runs out.
            if not self.write(name, token, segment.id):
                return True  # Somebody else has it.
            if self.left and self.chance.random() < 0.2:
                self.write(*self.left)  # Comes back to it, as if nothing was.
                self.left = None
        self.ask("do", "Submit", name, self.actor, fencing_token=token)
        return True

    def write(self, name, token, segment):
        said = f"{self.actor} {self.chance.random()}"
        saved = self.ask("write", name, token, {segment: said}, self.actor)
        if saved is None:
            return False
        self.saves.append(Save(saved.change_sequence, name, segment,
                               self.actor, said))
        return True

    def review(self):
        task = self.ask("next", *LANGUAGES, actor=self.actor, role=2,
                        lease_seconds=LEASE)
        if task is None:
            return False
        token = token_of(task)
        if self.chance.random() < 0.05:
            self.ask("do", "Reject", task.name, self.actor,
                     fencing_token=token,
                     comments=[{"text": "again", "segment": "headline.1"}])
        elif self.chance.random() < 0.98:
            done = self.ask("do", "Approve", task.name, self.actor,
                            fencing_token=token)
            self.last = task.name if done is not None else None
        return True

    def publish(self):
        if self.last is None:
            return False
        name, self.last = self.last, None
        self.ask("publish", name, actor=self.actor,
                 override_reason="it goes out with the next one")
        return True


class DayTest(moved_clock.MovedClockTest, translation_desk.DeskTest):
    def setUp(self):
        super().setUp()
        seed = int(os.environ.get("COURANT_SEED", time.time_ns() % 10**9))
        print(f"seed {seed} (COURANT_SEED)", flush=True)
        self.chance = random.Random(seed)
        self.done, self.up = threading.Event(), threading.Event()
        self.up.set()

    def read(self, name):
        while True:
            try:
                return self.desk.get(name).content
            except (grpc.RpcError, ValueError):
                if not self.up.wait(harness.PATIENCE):
                    raise

    # --- the day -------------------------------------------------------------

    def open_desk(self):
        self.originals = {}
        for number in range(ARTICLES):
            made = self.source(
                *(f"Paragraph {number} {p} was said on Monday in the harbour. "
                  f"Then the second one of {p} was said." for p in range(2)),
                headline=f"Headline of number {number}", language="ko")
            self.originals[made.name] = made
            for language in LANGUAGES:
                self.desk.request(made.name, language,
                                  priority=self.chance.randrange(10))

    def disturb(self, begin):
        """Corrects sources, lets leases run out, kills the server, while the
        people work. Until all that was asked for is published."""
        names = list(self.originals)
        corrected = self.chance.sample(
            names, max(1, round(CORRECTED * len(names))))
        total = len(names) * len(LANGUAGES)
        restarts, offset = 0, 0
        while True:
            share = self.finished() / total
            self.assertLess(time.monotonic() - begin, 10 * harness.PATIENCE,
                            "the desk does not come to an end")
            # Each at its own time of the day, by how much is done.
            while corrected and share >= 0.9 - len(corrected) / len(names):
                self.correct(corrected.pop())
            if restarts < RESTARTS and share >= (restarts + 1) / (
                    RESTARTS + 1):
                self.up.clear()
                self.restart()
                self.up.set()
                restarts += 1
            if (not corrected and restarts == RESTARTS
                    and self.finished() == total):
                return restarts
            offset += LEASE // 4
            self.set_offset(offset)  # Some leases run out.
            self.done.wait(0.2)

    def finished(self):
        return sum(state(t) in ("COMPLETED", "APPROVED")
                   for t in self.desk.list(page_size=1000))

    def correct(self, name):
        original = self.newsroom.get(name)
        kind = self.chance.randrange(3)
        if kind == 0:
            self.newsroom.do("correct", name, note_public=text("The day."),
                             corrections=[correction("body/p1", "Monday",
                                                     "Sunday")])
        elif kind == 1:
            self.newsroom.do("update", name, body=reworded(
                original, 2, "harbour", "market"))
        else:
            self.newsroom.do("refile", name, note_public=text("A comma."),
                             corrections=[correction("body/p1", "was said.",
                                                     "was said!")])
        # The desk takes it into some of them.
        for language in LANGUAGES:
            if self.chance.random() < 0.5:
                try:
                    self.desk.do("Rebase", f"{name}/translations/{language}",
                                 "desk/kim")
                except grpc.RpcError as error:
                    info, _ = harness.details(error)
                    self.assertEqual(info.reason, "SESSION_FENCED")

    def test_a_day_at_the_desk(self):
        self.open_desk()
        people = [Person(self, number, random.Random(self.chance.random()))
                  for number in range(PEOPLE)]
        begin = time.monotonic()
        for person in people:
            person.start()
        try:
            restarts = self.disturb(begin)
        finally:
            self.done.set()
            for person in people:
                person.join(2 * harness.PATIENCE)
        for person in people:
            self.assertFalse(person.is_alive())
            if person.wrong:
                raise person.wrong
        took = time.monotonic() - begin
        saves = [save for person in people for save in person.saves]
        self.check_log(saves)
        self.check_saves(saves)
        stale = self.check_stale()
        print(f"{ARTICLES} articles x {len(LANGUAGES)} languages, "
              f"{PEOPLE} people, {len(saves)} saves, {restarts} restarts, "
              f"{self.takeovers} leases taken over, {stale} out of date, "
              f"{took:.1f} s", flush=True)

    # --- what must be true ---------------------------------------------------

    def check_log(self, saves):
        """Every write was by who held the newest lease then; what was accepted
        is in the log as it was said; and nobody's words were changed but by a
        write."""
        expected = {save.sequence: save for save in saves}
        self.assertEqual(len(expected), len(saves))
        newest, texts = {}, {}
        self.takeovers = 0
        for change in self.newsroom.log():
            if change.WhichOneof("payload") != "translation":
                continue
            name, kind = change.resource, Kind.Name(change.kind)
            lease = change.translation.task.lease
            if kind == "TRANSLATION_CLAIMED":
                before = newest.get(name)
                if before and before[0] < lease.fencing_token and before[2]:
                    self.takeovers += 1
                self.assertGreaterEqual(lease.fencing_token,
                                        before[0] if before else 1)
                newest[name] = (lease.fencing_token, lease.holder, True)
            elif lease.fencing_token == 0 and name in newest:
                newest[name] = (*newest[name][:2], False)
            save = expected.pop(change.sequence, None)
            if save:
                self.assertEqual((name, change.actor, True),
                                 (save.name, newest[name][1],
                                  newest[name][2]))
                self.assertEqual(
                    words(change.translation.content)[save.segment],
                    save.said)
                texts.setdefault(name, {})[save.segment] = save.said
            elif change.translation.HasField("content"):
                self.assertEqual(
                    {k: v for k, v in words(change.translation.content).items()
                     if v}, texts.get(name, {}), kind)
        self.assertEqual(expected, {}, "accepted, and not in the log")

    def check_saves(self, saves):
        """The last accepted words of each segment are there, and published."""
        last = {}
        for save in sorted(saves):
            last.setdefault(save.name, {})[save.segment] = save
        for translation in self.desk.list(page_size=1000):
            self.assertIn(state(translation), ("COMPLETED", "APPROVED"))
            content = self.desk.get(translation.name).content
            mine = last[translation.name]
            self.assertEqual(set(mine), {s.id for s in content.segments})
            for segment in content.segments:
                self.assertEqual((segment.author, segment.target.text),
                                 (mine[segment.id].author,
                                  mine[segment.id].said))
            if state(translation) == "COMPLETED":
                article = self.newsroom.get(translation.article)
                self.assertEqual(article.headline.value,
                                 mine["headline.1"].said)

    def check_stale(self):
        """The list against a comparison of our own: sentence by sentence, of
        what it is bound to and what the source says."""
        expected = {}
        for name in self.originals:
            head = self.newsroom.get(name)
            for language in LANGUAGES:
                translation = self.desk.get(f"{name}/translations/{language}")
                expected[translation.name] = self.due(head, translation)
        found = {translation.name: freshness(translation)
                 for translation in self.desk.list(page_size=7)}
        self.assertEqual(found, expected)
        levels = ("CURRENT", "OUTDATED_MINOR", "OUTDATED",
                  "OUTDATED_CRITICAL")
        for level in levels:
            listed = {t.name for t in self.desk.list(
                page_size=7,
                freshness=[translation_desk.Freshness.Value(level)])}
            self.assertEqual(listed, {name for name, has in expected.items()
                                      if has == level}, level)
        return sum(has != "CURRENT" for has in expected.values())

    def due(self, head, translation):
        """What a reader of both would say."""
        says = "".join(source_words(translation.content).values())
        now = head.headline.value + "".join(
            block.paragraph.text.text for block in head.body)
        if says == now:
            return "CURRENT"
        if "Sunday" in now:
            return "OUTDATED_CRITICAL"
        return "OUTDATED" if "market" in now else "OUTDATED_MINOR"


class OneSentenceTest(translation_desk.DeskTest):
    def test_one_sentence_of_a_hundred(self):
        sentences = [f"The sentence of number {n} was said in the harbour."
                     for n in range(99)]
        paragraphs = [" ".join(sentences[n:n + 9]) for n in range(0, 99, 9)]
        plain = self.source(*paragraphs, headline="A long one")
        original = self.source(*paragraphs, headline="A long one")
        made = self.desk.make(original.name, "ko")
        self.assertEqual(len(self.desk.get(made.name).content.segments), 100)
        took = {plain.name: [], original.name: []}
        for number in range(20):
            for name in took:  # In turns, on the same machine.
                current = self.newsroom.get(name)
                was = "harbour" if number % 2 == 0 else "market"
                now = "market" if number % 2 == 0 else "harbour"
                begin = time.monotonic()
                self.newsroom.do(
                    "correct", name, note_public=text("The place."),
                    corrections=[correction(
                        "body/p5", f"number 40 was said in the {was}",
                        f"number 40 was said in the {now}")])
                took[name].append(time.monotonic() - begin)
            if number == 0:
                stale = self.desk.get(made.name)
        median = {name: sorted(times)[len(times) // 2] * 1000
                  for name, times in took.items()}
        print(f"a correction of 100 segments: {median[plain.name]:.1f} ms, "
              f"with a translation {median[original.name]:.1f} ms", flush=True)
        (change,) = stale.source_changes
        self.assertEqual(list(change.segments), ["body/p5.5"])
        # There and back: what it is bound to is what the source says again.
        self.assertEqual(freshness(self.desk.get(made.name)), "CURRENT")
        self.newsroom.do("correct", original.name, note_public=text("x"),
                         corrections=[correction("body/p5", "number 40",
                                                 "number 41")])
        rebased = self.desk.do("Rebase", made.name)
        self.assertEqual([s.id for s in rebased.content.segments
                          if s.state == 1], ["body/p5.5"])
        self.assertEqual(rebased.completeness.translated, 99)


if __name__ == "__main__":
    harness.main()
