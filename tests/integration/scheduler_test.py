"""What waits for a time goes out then: not early, not twice, not never, in
order; also when the server is killed meanwhile, and when its clock jumps.

How late it goes out is printed, not judged: the machine may be busy.
COURANT_DUE_ITEMS says how many items wait.
"""

import os
import random
import threading
import time

import grpc

import harness
import moved_clock
import newsroom
from harness import an_article, changes
from newsroom import Kind, State, seconds_of, timestamp

ITEMS = int(os.environ.get("COURANT_DUE_ITEMS", 120))
DAY = 86400


class Follower(threading.Thread):
    """Notes when each change came, through every crash."""

    def __init__(self, test):
        super().__init__(daemon=True)
        self.test, self.token, self.position = test, None, 0
        self.came = []  # (change, when by our clock)
        self.wrong = None
        self.stopping = threading.Event()
        self.moved = threading.Condition()

    def run(self):
        while not self.stopping.is_set():
            start = ({"resume_token": self.token} if self.token else
                     {"start_from": changes.EARLIEST_RETAINED})
            try:
                for message in self.test.changes.SubscribeChanges(
                        changes.SubscribeChangesRequest(**start),
                        timeout=harness.PATIENCE):
                    self.take(message, time.time())
                    if self.wrong or self.stopping.is_set():
                        return
            except (grpc.RpcError, ValueError):
                self.stopping.wait(0.02)

    def take(self, message, now):
        body = getattr(message, message.WhichOneof("event"))
        after = (body.resume_after_sequence if message.HasField("started")
                 else body.after_sequence)
        with self.moved:
            if after != self.position:
                self.wrong = f"at {self.position}, continues from {after}"
            elif message.WhichOneof("event") in ("batch", "progress"):
                self.came += [(c, now) for c in message.batch.changes]
                self.position = body.sequence
            self.token = body.resume_token
            self.moved.notify_all()

    def wait_for(self, enough):
        """Waits until `enough` of what came is true."""
        with self.moved:
            done = self.moved.wait_for(
                lambda: self.wrong or enough(self.came), harness.PATIENCE)
        assert done, "did not come in time"
        assert not self.wrong, self.wrong

    def finish(self):
        self.stopping.set()


class SchedulerTest(harness.ServerTest):
    def connect(self):
        super().connect()
        self.desk = newsroom.Newsroom(self.channel)

    def setUp(self):
        super().setUp()
        seed = int(os.environ.get("COURANT_SEED", time.time_ns() % 10**9))
        print(f"seed {seed} (COURANT_SEED)", flush=True)
        self.chance = random.Random(seed)
        self.follower = Follower(self)
        self.addCleanup(self.follower.finish)
        self.waiting = {}  # name: (due, kind)

    def make(self, kind, due):
        """An item for which something of a kind will happen at a time."""
        article = an_article()
        stamp = timestamp(due - time.time())
        if kind == "EMBARGO_RELEASED":
            article.embargo_until.CopyFrom(stamp)
        elif kind == "EXPIRED":
            article.expires_at.CopyFrom(stamp)
        made = self.desk.create(article, published=kind != "PUBLISHED")
        if kind == "PUBLISHED":
            self.desk.do("schedule", made.name, schedule_time=stamp)
        self.waiting[made.name] = (seconds_of(stamp), kind)
        return made.name

    def make_many(self, within):
        """Items that are due within so many seconds, once all are made."""
        count = ITEMS
        # Enough time to make them: measured on the first.
        begin = time.monotonic()
        for _ in range(5):
            self.make("PUBLISHED", time.time() + 600 + within)
        each = (time.monotonic() - begin) / 5
        first = time.time() + 1 + 2 * each * count
        for number in range(count):
            self.make(("PUBLISHED", "EMBARGO_RELEASED", "EXPIRED")[number % 3],
                      first + self.chance.uniform(0, within))
        for name, (due, _) in list(self.waiting.items()):
            if due > first + within + 1:
                self.desk.do("unschedule", name)
                del self.waiting[name]
        self.follower.start()
        return first

    def due_changes(self, came):
        return [(c, now) for c, now in came if c.actor == "system/scheduler"]

    def check_all_came(self):
        self.follower.wait_for(
            lambda came: len(self.due_changes(came)) >= len(self.waiting))
        came = self.due_changes(self.follower.came)
        # Once each: as many as there are, and no name twice.
        self.assertEqual({c.resource: Kind.Name(c.kind) for c, _ in came},
                         {name: kind
                          for name, (_, kind) in self.waiting.items()})
        self.assertEqual(len(came), len(self.waiting))
        # In order of (time, id), whatever happened in between.
        self.assertEqual(
            [c.resource for c, _ in came],
            sorted(self.waiting, key=lambda n: (self.waiting[n][0], n)))
        for change, now in came:
            due, kind = self.waiting[change.resource]
            self.assertGreaterEqual(now, due, change.resource)
            self.assertGreaterEqual(seconds_of(change.commit_time), due)
            state = State.Name(self.desk.get(change.resource).state)
            self.assertEqual(
                state, "EXPIRED" if kind == "EXPIRED" else "PUBLISHED")
        return sorted(now - self.waiting[c.resource][0] for c, now in came)

    def test_on_time(self):
        self.make_many(within=4)
        late = self.check_all_came()
        print(f"{len(late)} items, late by {late[len(late) // 2]:.3f} s at "
              f"the median, {late[len(late) * 99 // 100]:.3f} s at p99, "
              f"{late[-1]:.3f} s at most", flush=True)

    def test_through_kills(self):
        self.make_many(within=10)
        end = max(due for due, _ in self.waiting.values())
        kills = 0
        while time.time() < end:
            self.server.kill()
            self.server.start()
            self.connect()
            kills += 1
            threading.Event().wait(self.chance.uniform(0.1, 1.5))
        self.check_all_came()
        print(f"{len(self.waiting)} items, {kills} kills", flush=True)

    def test_embargoed_is_not_lifted_twice(self):
        name = self.make("EMBARGO_RELEASED", time.time() + 3600)
        self.desk.do("publish", name)
        self.desk.do("hold", name, reason="a doubt")
        released = self.desk.do("release", name)
        self.assertEqual(State.Name(released.state), "PUBLISHED")


class ClockTest(moved_clock.MovedClockTest):
    """A server whose clock we move."""

    def connect(self):
        super().connect()
        self.desk = newsroom.Newsroom(self.channel)

    def schedule(self, ahead):
        name = self.desk.create(published=False).name
        self.desk.do("schedule", name,
                     schedule_time=timestamp(self.offset + ahead))
        return name

    def embargo(self, ahead):
        article = an_article()
        article.embargo_until.CopyFrom(timestamp(self.offset + ahead))
        return self.desk.create(article).name

    def state(self, name):
        return State.Name(self.desk.get(name).state)

    def pass_over(self):
        """Returns when the scheduler has looked at the clock as it is now: it
        has published something that was due later than what is asked about."""
        name = self.schedule(0.3)
        end = time.monotonic() + harness.PATIENCE
        token = ""
        while self.state(name) != "PUBLISHED":
            self.assertLess(time.monotonic(), end, "the scheduler stands still")
            page = self.changes.ListChanges(changes.ListChangesRequest(
                page_token=token, start_from=changes.LATEST,
                wait={"seconds": 1}))
            token = page.resume_token

    def polls(self):
        """How many have come so far."""
        return sum(float(line.split()[-1]) for line in self.server.metrics()
                   if line.startswith("grpc_server_msg_received_total{")
                   and "ListChanges" in line)

    def test_a_poll_waits_as_long_as_it_says(self):
        token = self.changes.ListChanges(changes.ListChangesRequest(
            start_from=changes.LATEST)).resume_token
        for offset in (-DAY, DAY, 0):
            before = self.polls()
            began = time.monotonic()
            call = self.changes.ListChanges.future(changes.ListChangesRequest(
                page_token=token, wait={"seconds": 2}))
            while self.polls() == before:
                self.assertLess(time.monotonic() - began, harness.PATIENCE)
            self.set_offset(offset)
            page = call.result(timeout=harness.PATIENCE)
            took = time.monotonic() - began
            self.assertEqual(len(page.changes), 0)
            self.assertGreater(took, 1.5, offset)
            self.assertLess(took, 10, offset)

    def metric(self, series):
        return next(float(line.split()[-1]) for line in self.server.metrics()
                    if line.startswith(series + " "))

    def await_metric(self, series, value):
        end = time.monotonic() + harness.PATIENCE
        while self.metric(series) != value:
            self.assertLess(time.monotonic(), end, series)
            threading.Event().wait(0.1)

    def test_an_operator_sees_what_waits_and_that_the_clock_was_set(self):
        steps = "courant_clock_steps_total"
        seconds = "courant_clock_step_seconds_total"
        self.schedule(3600)
        self.embargo(7200)
        self.embargo(7300)
        for kind, count in (("publish", 1), ("embargo", 2), ("expiry", 0)):
            self.await_metric(f'courant_schedule_waiting{{kind="{kind}"}}', count)
        due = self.metric('courant_schedule_next_timestamp_seconds'
                          '{kind="embargo"}')
        self.assertLess(abs(due - time.time() - 7200), 60)
        self.assertEqual(self.metric(f'{steps}{{direction="forward"}}'), 0)
        # The clock is looked at whenever streams are, by which the tail is told.
        for tail in (5, 6):
            self.desk.create()
            self.await_metric("courant_log_tail_sequence", tail)
        self.set_offset(DAY)
        self.await_metric(f'{steps}{{direction="forward"}}', 1)
        self.assertLess(abs(self.metric(f'{seconds}{{direction="forward"}}')
                            - DAY), 2)
        self.pass_over()
        self.await_metric('courant_schedule_waiting{kind="embargo"}', 0)
        self.assertEqual(self.metric("courant_schedule_overdue_seconds"), 0)
        self.set_offset(0)
        self.await_metric(f'{steps}{{direction="back"}}', 1)
        self.assertEqual(self.metric(f'{steps}{{direction="forward"}}'), 1)

    def test_clock_that_jumps(self):
        hour = [self.schedule(3600), self.embargo(3600)]
        tomorrow = [self.schedule(DAY + 7200), self.embargo(DAY + 7200)]

        def states(names):
            return {self.state(name) for name in names}

        waiting = {"SCHEDULED", "EMBARGOED"}
        for offset in (0, 1, -1, -DAY, 60):
            self.set_offset(offset)
            self.pass_over()
            self.assertEqual(states(hour), waiting, offset)
        self.set_offset(DAY)
        self.pass_over()
        self.assertEqual(states(hour), {"PUBLISHED"})
        self.assertEqual(states(tomorrow), waiting)
        # Back: what was done stays done, and what waits goes on waiting.
        for offset in (DAY - 1, 0, -DAY):
            self.set_offset(offset)
            self.pass_over()
            self.assertEqual(states(hour), {"PUBLISHED"}, offset)
            self.assertEqual(states(tomorrow), waiting, offset)
        self.server.kill()
        self.set_offset(2 * DAY)
        self.server.start()
        self.connect()
        self.pass_over()
        self.assertEqual(states(hour + tomorrow), {"PUBLISHED"})
        log = self.desk.log()
        for name in hour + tomorrow:
            mine = [c for c in log if c.resource == name]
            released = [c for c in mine if Kind.Name(c.kind) in (
                "PUBLISHED", "EMBARGO_RELEASED")]
            self.assertEqual(len(released), 1, name)
        times = [c.commit_time.ToNanoseconds() for c in log]
        self.assertEqual(times, sorted(times))


if __name__ == "__main__":
    harness.main()
