"""Durable subscriptions from outside: the cursor survives what a cursor is for,
one stream at a time, the window, seeking, and what is put aside."""

import os
import signal
import subprocess
import sys
import time

import grpc

from google.protobuf import duration_pb2, field_mask_pb2, timestamp_pb2

import harness
import subscriber
from harness import an_article, articles, changes, new_id
from subscriber import SITE, Stream, Subscription, service

# A client that commits each change after it has printed it, until it is killed.
CLIENT = """
import sys, time
import harness, subscriber
from subscriber import service
import grpc
channel = grpc.insecure_channel(sys.argv[1])
stub = subscriber.subscription_service_pb2_grpc.SubscriptionServiceStub(channel)
stream = subscriber.Stream(channel, sys.argv[2], max_batch_changes=1)
while True:
    kind, body = stream.next()
    if kind != "batch":
        continue
    print("did", body.changes[0].sequence, flush=True)
    answer = stub.CommitCursor(service.CommitCursorRequest(
        name=sys.argv[2], resume_token=body.resume_token,
        session_id=stream.session))
    print("committed", answer.committed_sequence, flush=True)
"""


class CursorTest(subscriber.SubscriberTest):
    def test_a_stream_begins_where_somebody_said_that_they_were_done(self):
        made = self.make()
        for _ in range(6):
            self.create()
        first = self.stream(made.name, max_batch_changes=1)
        first.read(3)
        self.assertEqual(self.commit(made.name, first.token, first.session), 3)
        first.read(5)
        second = self.stream(made.name)
        self.assertEqual(second.read(6), [4, 5, 6])
        self.assertEqual(second.started.canonical_filter, "")
        self.assertEqual(len(second.session), 32)

    def test_a_commit_that_was_answered_survives_kill_9_of_the_server(self):
        made = self.make()
        for _ in range(5):
            self.create()
        for wanted in (2, 4, 5):
            stream = self.stream(made.name, max_batch_changes=1)
            stream.read(wanted)
            self.commit(made.name, stream.token, stream.session)
            self.restart()
            now = self.get(made.name)
            self.assertEqual(now.committed_sequence, wanted)
            self.assertEqual((now.uid, now.etag), (made.uid, made.etag))
            # The session survives as well: what came too late may come again.
            self.assertEqual(
                self.commit(made.name, stream.token, stream.session), wanted)

    def test_what_was_sent_and_not_committed_comes_again_after_kill_9(self):
        made = self.make()
        for _ in range(4):
            self.create()
        stream = self.stream(made.name)
        self.assertEqual(stream.read(4), [1, 2, 3, 4])
        self.restart()
        self.assertEqual(self.get(made.name).committed_sequence, 0)
        self.assertEqual(self.stream(made.name).read(4), [1, 2, 3, 4])

    def test_a_client_that_is_killed_misses_nothing(self):
        made = self.make()
        for _ in range(40):
            self.create()
        done, last_committed = [], 0
        for lines in (3, 11, 24):
            client = subprocess.Popen(
                [sys.executable, "-B", "-c", CLIENT, self.server.internal,
                 made.name], stdout=subprocess.PIPE, text=True,
                cwd=os.path.dirname(os.path.abspath(__file__)))
            said = [client.stdout.readline().split() for _ in range(lines)]
            client.send_signal(signal.SIGKILL)
            said += [line.split() for line in client.stdout if line]
            client.wait()
            client.stdout.close()
            for verb, number in said:
                if verb == "did":
                    # The first of a run may be what was done and not committed.
                    self.assertIn(int(number),
                                  (len(done) + 1, last_committed + 1))
                    done = [*range(1, int(number) + 1)]
                else:
                    last_committed = int(number)
            cursor = self.get(made.name).committed_sequence
            self.assertGreaterEqual(cursor, last_committed)
            self.assertLessEqual(cursor, len(done))
            last_committed = cursor
        rest = self.stream(made.name)
        self.assertEqual(rest.read(40), [*range(last_committed + 1, 41)])

    def test_a_commit_only_moves_forward(self):
        made = self.make()
        for _ in range(5):
            self.create()
        stream = self.stream(made.name, max_batch_changes=1)
        tokens = {}
        while stream.position < 5:
            stream.next()
            tokens[stream.position] = stream.token
        for sequence, cursor in ((3, 3), (1, 3), (3, 3), (5, 5), (2, 5)):
            self.assertEqual(
                self.commit(made.name, tokens[sequence], stream.session),
                cursor)
        self.assertEqual(self.get(made.name).committed_sequence, 5)

    def test_the_filter_is_the_subscriptions(self):
        made = self.make(filter="section = sport OR  section=science")
        self.assertEqual(made.filter,
                         'section=("sport" OR "science")')
        for code in ("sport", "politics", "science", "politics"):
            article = an_article()
            article.sections.add(code=code)
            self.create(article)
        stream = self.stream(made.name)
        self.assertEqual(stream.read(4), [1, 3])
        # Progress moves the cursor past what does not match.
        self.assertEqual(self.commit(made.name, stream.token, stream.session),
                         4)
        self.assertEqual(self.get(made.name).lag_changes, 0)

    def test_polling_goes_on_with_the_same_tokens(self):
        made = self.make(filter="language=en")
        for _ in range(6):
            self.create()
        page = self.changes.ListChanges(changes.ListChangesRequest(
            page_token=self.get(made.name).committed_token, page_size=2,
            filter=made.filter))
        self.assertEqual([c.sequence for c in page.changes], [1, 2])
        self.assertEqual(self.commit(made.name, page.resume_token), 2)
        stream = self.stream(made.name)
        self.assertEqual(stream.read(6), [3, 4, 5, 6])
        # While a stream is open, who has no session cannot commit.
        self.refused("SESSION_FENCED", self.commit, made.name,
                     page.resume_token)

    def test_how_far_behind_it_is(self):
        for _ in range(3):
            self.create()
        made = self.make()
        self.assertEqual((made.committed_sequence, made.lag_changes), (0, 3))
        self.assertGreater(made.lag_time.ToNanoseconds(), 0)
        latest = self.make("latest", start_from=changes.LATEST)
        self.assertEqual((latest.committed_sequence, latest.lag_changes),
                         (3, 0))
        self.assertEqual(latest.lag_time.ToNanoseconds(), 0)
        lines = self.server.metrics()
        self.assertIn("courant_subscriptions 2", lines)
        self.assertIn(
            'courant_subscription_cursor_lag_changes{subscription='
            f'"{made.name}"}} 3', lines)


class FencingTest(subscriber.SubscriberTest):
    def test_a_newer_stream_ends_the_older_and_its_commits(self):
        made = self.make()
        for _ in range(3):
            self.create()
        older = self.stream(made.name)
        older.read(3)
        newer = self.stream(made.name)
        error = older.end()
        self.assertEqual(error.code(), grpc.StatusCode.ABORTED)
        self.assertEqual(harness.details(error)[0].reason, "SESSION_FENCED")
        info = self.refused("SESSION_FENCED", self.commit, made.name,
                            older.token, older.session)
        self.assertIn("session_begin_time", info.metadata)
        self.assertEqual(self.get(made.name).committed_sequence, 0)
        newer.read(3)
        self.assertEqual(self.commit(made.name, newer.token, newer.session), 3)
        self.assertTrue(self.get(made.name).stream_open)

    def test_a_restart_does_not_bring_an_older_session_back(self):
        made = self.make()
        self.create()
        older = self.stream(made.name)
        older.read(1)
        newer = self.stream(made.name)
        self.restart()
        self.refused("SESSION_FENCED", self.commit, made.name, older.token,
                     older.session)
        self.assertEqual(self.commit(made.name, older.token, newer.session), 1)

    def test_of_many_at_once_one_is_left(self):
        made = self.make()
        self.create()
        streams = [self.stream(made.name) for _ in range(20)]
        can = []
        for stream in streams:
            try:
                self.commit(made.name, stream.started.resume_token,
                            stream.session)
                can.append(stream)
            except grpc.RpcError:
                self.assertEqual(stream.end().code(),
                                 grpc.StatusCode.ABORTED)
        self.assertEqual(can, streams[-1:])

    def test_a_subscription_that_goes_takes_its_stream_with_it(self):
        made = self.make()
        stream = self.stream(made.name)
        self.subscriptions.DeleteSubscription(
            service.DeleteSubscriptionRequest(name=made.name, etag=made.etag))
        self.assertEqual(stream.end().code(), grpc.StatusCode.NOT_FOUND)
        self.refused("RESOURCE_NOT_FOUND", self.get, made.name)
        again = self.make()
        self.assertNotEqual(again.uid, made.uid)
        self.refused("SESSION_FENCED", self.commit, made.name, stream.token,
                     stream.session)


class WindowTest(subscriber.SubscriberTest):
    def test_so_many_changes_are_sent_and_not_committed(self):
        made = self.make(max_outstanding_changes=5)
        for _ in range(12):
            self.create()
        stream = self.stream(
            made.name, progress_interval=duration_pb2.Duration(seconds=1))
        self.assertEqual(stream.read(5), [1, 2, 3, 4, 5])
        # It says that it is there, and where, and nothing else.
        for _ in range(2):
            kind, body = stream.next()
            self.assertEqual((kind, body.sequence), ("progress", 5))
            self.assertEqual(body.state, changes.Progress.CATCHING_UP)
        self.commit(made.name, stream.token, stream.session)
        self.assertEqual(stream.read(10), [*range(1, 11)])
        self.assertEqual(stream.next()[0], "progress")
        self.commit(made.name, stream.token, stream.session)
        self.assertEqual(stream.read(12), [*range(1, 13)])

    def test_so_many_bytes_are_sent_and_not_committed(self):
        made = self.make(max_outstanding_bytes=10_000)
        article = an_article()
        article.body[0].paragraph.text.text = "x" * 4000
        for _ in range(8):
            self.create(article)
        stream = self.stream(
            made.name, progress_interval=duration_pb2.Duration(seconds=1))
        while stream.next()[0] == "batch":
            pass
        first = len(stream.seen)
        self.assertIn(first, (2, 3))
        self.commit(made.name, stream.token, stream.session)
        stream.next()
        self.assertGreater(len(stream.seen), first)


class SeekTest(subscriber.SubscriberTest):
    def setUp(self):
        super().setUp()
        self.made = self.make()
        for _ in range(6):
            self.create()

    def seek(self, **target):
        return self.subscriptions.SeekSubscription(
            service.SeekSubscriptionRequest(name=self.made.name, **target))

    def test_to_both_ends_and_to_a_token(self):
        self.assertEqual(self.seek(start_from=changes.LATEST)
                         .committed_sequence, 6)
        stream = self.stream(self.made.name)
        self.create()
        self.assertEqual(stream.read(7), [7])
        self.assertEqual(self.seek(start_from=changes.EARLIEST_RETAINED)
                         .committed_sequence, 0)
        page = self.changes.ListChanges(
            changes.ListChangesRequest(page_size=4))
        self.assertEqual(self.seek(resume_token=page.resume_token)
                         .committed_sequence, 4)
        self.assertEqual(self.stream(self.made.name).read(7), [5, 6, 7])

    def test_to_a_snapshot_and_on_from_its_middle(self):
        self.create()
        names = sorted(article.name for article in self.articles.ListArticles(
            articles.ListArticlesRequest()).articles)
        self.seek(start_from=changes.SNAPSHOT_THEN_LIVE)
        had = []
        while True:
            stream = self.stream(self.made.name, max_batch_changes=2)
            kind, body = stream.next()
            if kind == "snapshot_complete":
                break
            had += [change.article.name for change in body.changes]
            # All at one sequence, and each further than the one before.
            self.commit(self.made.name, stream.token, stream.session)
            self.restart()
        self.assertEqual(had, names)
        self.assertEqual(body.resource_count, len(names))
        self.commit(self.made.name, stream.token, stream.session)
        # A part of it is behind the whole.
        self.assertEqual(self.get(self.made.name).committed_token, stream.token)

    def test_to_a_time(self):
        times = [c.commit_time for c in self.changes.ListChanges(
            changes.ListChangesRequest()).changes]
        for i, commit_time in enumerate(times):
            self.assertEqual(self.seek(time=commit_time).committed_sequence, i)
            later = timestamp_pb2.Timestamp()
            later.FromNanoseconds(commit_time.ToNanoseconds() + 1000)
            self.assertEqual(self.seek(time=later).committed_sequence, i + 1)
        self.assertEqual(
            self.seek(time=timestamp_pb2.Timestamp(seconds=1))
            .committed_sequence, 0)

    def test_it_ends_the_stream_and_its_commits(self):
        stream = self.stream(self.made.name)
        stream.read(6)
        self.seek(start_from=changes.EARLIEST_RETAINED)
        self.assertEqual(stream.end().code(), grpc.StatusCode.ABORTED)
        self.refused("SESSION_FENCED", self.commit, self.made.name,
                     stream.token, stream.session)
        self.restart()
        self.assertEqual(self.stream(self.made.name).read(6), [*range(1, 7)])


class ParkTest(subscriber.SubscriberTest):
    def park(self, sequence, reason="cannot be read"):
        return self.subscriptions.ParkChange(service.ParkChangeRequest(
            name=self.made.name, change=f"changes/{sequence}", reason=reason),
            metadata=(("courant-actor", "site/loader"),))

    def listed(self, **request):
        return self.subscriptions.ListParkedChanges(
            service.ListParkedChangesRequest(parent=self.made.name, **request))

    def replay(self, **request):
        return self.subscriptions.ReplayParkedChanges(
            service.ReplayParkedChangesRequest(name=self.made.name, **request))

    def setUp(self):
        super().setUp()
        self.made = self.make(filter="language=en")
        for _ in range(8):
            self.create()
        self.create(an_article("붕괴", "ko"))

    def test_it_is_kept_until_somebody_says_that_it_is_done(self):
        for sequence in (7, 2, 5):
            self.park(sequence)
        self.restart()
        parked = self.listed().parked_changes
        self.assertEqual([p.change for p in parked],
                         ["changes/2", "changes/5", "changes/7"])
        self.assertEqual((parked[0].reason, parked[0].actor),
                         ("cannot be read", "site/loader"))
        page = self.replay(page_size=2)
        self.assertEqual([c.sequence for c in page.changes], [2, 5])
        self.assertEqual(page.changes[0].article.language, "en")
        page = self.replay(page_size=2, page_token=page.next_page_token)
        self.assertEqual([c.sequence for c in page.changes], [7])
        self.assertEqual(page.next_page_token, "")
        # Nothing is lost by an answer that did not arrive.
        page = self.replay(done=["changes/2", "changes/7", "changes/3"])
        self.assertEqual([c.sequence for c in page.changes], [5])
        self.assertEqual(self.get(self.made.name).parked_changes, 1)
        self.restart()
        self.assertEqual([c.sequence for c in self.replay().changes], [5])

    def test_the_stream_is_as_it_was(self):
        self.park(3)
        self.park(3, "another reason")
        self.assertEqual(self.get(self.made.name).parked_changes, 1)
        self.assertEqual(self.listed().parked_changes[0].reason,
                         "another reason")
        self.assertEqual(self.get(self.made.name).committed_sequence, 0)
        self.assertEqual(self.stream(self.made.name).read(9), [*range(1, 9)])

    def test_only_what_is_in_the_subscription(self):
        for sequence in (9, 10, 1000):
            self.refused("RESOURCE_NOT_FOUND", self.park, sequence)

    def test_pages_of_what_is_parked(self):
        for sequence in range(1, 8):
            self.park(sequence)
        names, token = [], ""
        while True:
            page = self.listed(page_size=3, page_token=token)
            names += [p.change for p in page.parked_changes]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(names, [f"changes/{i}" for i in range(1, 8)])


class ResourceTest(subscriber.SubscriberTest):
    def test_a_retry_gives_the_first_answer_also_after_a_restart(self):
        request_id = new_id()
        first = self.make(request_id=request_id, max_outstanding_changes=7)
        self.restart()
        self.assertEqual(
            first, self.make(request_id=request_id, max_outstanding_changes=7))
        self.refused("REQUEST_ID_REUSED", self.make, request_id=request_id,
                     max_outstanding_changes=8)
        self.refused("RESOURCE_EXISTS", self.make)
        delete = service.DeleteSubscriptionRequest(
            name=first.name, request_id=new_id())
        for _ in range(2):
            self.subscriptions.DeleteSubscription(delete)

    def test_an_update_needs_the_newest_etag(self):
        made = self.make()
        update = service.UpdateSubscriptionRequest(
            subscription=Subscription(name=made.name, etag=made.etag,
                                      max_outstanding_changes=9),
            update_mask=field_mask_pb2.FieldMask(
                paths=["max_outstanding_changes"]))
        after = self.subscriptions.UpdateSubscription(update)
        self.assertEqual(after.max_outstanding_changes, 9)
        self.assertNotEqual(after.etag, made.etag)
        info = self.refused("ETAG_MISMATCH",
                            self.subscriptions.UpdateSubscription, update)
        self.assertEqual(info.metadata["current_etag"], after.etag)

    def test_another_filter_needs_a_word_about_the_cursor(self):
        made = self.make(filter="language=en")
        for _ in range(3):
            self.create()
        stream = self.stream(made.name)
        stream.read(3)
        self.commit(made.name, stream.token, stream.session)
        update = service.UpdateSubscriptionRequest(
            subscription=Subscription(name=made.name, filter="language=ko"),
            update_mask=field_mask_pb2.FieldMask(paths=["filter"]))
        self.refused("FIELD_REQUIRED", self.subscriptions.UpdateSubscription,
                     update)
        self.assertEqual(self.fields, ["filter_transition"])
        update.filter_transition = update.KEEP_POSITION
        after = self.subscriptions.UpdateSubscription(update)
        self.assertEqual((after.filter, after.committed_sequence),
                         ('language="ko"', 3))
        self.assertEqual(stream.end().code(), grpc.StatusCode.ABORTED)
        self.create()
        self.create(an_article("붕괴", "ko"))
        self.assertEqual(self.stream(made.name).read(5), [5])
        self.refused("FILTER_MISMATCH", self.commit, made.name, stream.token,
                     self.stream(made.name).session)

    def test_pages_of_all_partners(self):
        for i in range(5):
            self.make(f"s{i}")
        self.subscriptions.CreateSubscription(
            service.CreateSubscriptionRequest(parent="partners/archive",
                                              subscription_id="s0"))
        def names(parent):
            found, token = [], ""
            while True:
                page = self.subscriptions.ListSubscriptions(
                    service.ListSubscriptionsRequest(
                        parent=parent, page_size=2, page_token=token))
                found += [s.name for s in page.subscriptions]
                token = page.next_page_token
                if not token:
                    return found
        site = [f"{SITE}/subscriptions/s{i}" for i in range(5)]
        self.assertEqual(names(SITE), site)
        self.assertEqual(names("partners/-"),
                         ["partners/archive/subscriptions/s0", *site])

    def test_what_is_wrong_is_named(self):
        made = self.make()
        name = made.name
        s, r = self.subscriptions, "FIELD_INVALID"
        create, required = s.CreateSubscription, "FIELD_REQUIRED"
        C, U = service.CreateSubscriptionRequest, service.UpdateSubscriptionRequest
        mask = field_mask_pb2.FieldMask
        rows = [
            (create, C(subscription_id="a"), required, "parent"),
            (create, C(parent="site", subscription_id="a"), r, "parent"),
            (create, C(parent="partners/A", subscription_id="a"), r, "parent"),
            (create, C(parent=SITE), required, "subscription_id"),
            (create, C(parent=SITE, subscription_id="A b"), r,
             "subscription_id"),
            (create, C(parent=SITE, subscription_id="a" * 65), r,
             "subscription_id"),
            (create, C(parent=SITE, subscription_id="b", request_id="x"), r,
             "request_id"),
            (create, C(parent=SITE, subscription_id="b", start_from=99), r,
             "start_from"),
            (create, C(parent=SITE, subscription_id="b", resume_token="x"),
             "RESUME_TOKEN_INVALID", "resume_token"),
            (create, C(parent=SITE, subscription_id="b",
                       subscription=Subscription(filter="=")),
             "FILTER_INVALID", "filter"),
            *((create, C(parent=SITE, subscription_id="b",
                         subscription=Subscription(**{field: value})), r,
               "subscription." + field)
              for field, value in (
                  ("max_outstanding_changes", -1),
                  ("max_outstanding_changes", 100_001),
                  ("max_outstanding_bytes", -1),
                  ("max_outstanding_bytes", (1 << 30) + 1),
                  ("retention_hold", duration_pb2.Duration(seconds=-1)),
                  ("retention_hold",
                   duration_pb2.Duration(seconds=401 * 86400)))),
            (s.GetSubscription, service.GetSubscriptionRequest(), required,
             "name"),
            (s.GetSubscription, service.GetSubscriptionRequest(name="a/b"), r,
             "name"),
            (s.ListSubscriptions, service.ListSubscriptionsRequest(), required,
             "parent"),
            (s.ListSubscriptions, service.ListSubscriptionsRequest(
                parent=SITE, page_size=-1), r, "page_size"),
            (s.ListSubscriptions, service.ListSubscriptionsRequest(
                parent=SITE, page_token="x"), "PAGE_TOKEN_INVALID",
             "page_token"),
            (s.UpdateSubscription, U(subscription=Subscription(name=name)),
             required, "update_mask"),
            (s.UpdateSubscription, U(
                subscription=Subscription(name=name),
                update_mask=mask(paths=["uid"])), "FIELD_MASK_INVALID",
             "update_mask"),
            (s.CommitCursor, service.CommitCursorRequest(name=name), required,
             "resume_token"),
            (s.CommitCursor, service.CommitCursorRequest(
                name=name, resume_token="x"), "RESUME_TOKEN_INVALID",
             "resume_token"),
            (s.SeekSubscription, service.SeekSubscriptionRequest(name=name),
             required, "target"),
            (s.SeekSubscription, service.SeekSubscriptionRequest(
                name=name, time=timestamp_pb2.Timestamp(nanos=-1)), r,
             "time.nanos"),
            (s.ParkChange, service.ParkChangeRequest(name=name, reason="r"),
             required, "change"),
            (s.ParkChange, service.ParkChangeRequest(
                name=name, change="changes/0", reason="r"), r, "change"),
            (s.ParkChange, service.ParkChangeRequest(
                name=name, change="changes/1"), required, "reason"),
            (s.ReplayParkedChanges, service.ReplayParkedChangesRequest(
                name=name, done=["changes/1", "x"]), r, "done[1]"),
            (s.ReplayParkedChanges, service.ReplayParkedChangesRequest(
                name=name, page_size=-1), r, "page_size"),
        ]
        for call, request, reason, field in rows:
            with self.subTest(request=str(request)):
                self.refused(reason, call, request)
                self.assertEqual(self.fields, [field])
        self.assertEqual(made, self.get(name))

    def test_a_stream_takes_no_filter_or_start_of_its_own(self):
        made = self.make()
        for extra in ({"filter": "language=en"},
                      {"start_from": changes.LATEST},
                      {"resume_after_sequence": 0},
                      {"resume_token": made.committed_token}):
            self.refused("FIELDS_CONFLICT", Stream, self.channel, made.name,
                         **extra)
            self.assertEqual(self.fields, ["subscription"])
        self.refused("FIELD_INVALID", Stream, self.channel, "nothing")
        self.refused("RESOURCE_NOT_FOUND", Stream, self.channel,
                     SITE + "/subscriptions/nobody")

    def test_it_is_nothing_for_callers_outside(self):
        made = self.make()
        outside = (("courant-audience", "public"),)
        self.refused("NOT_CLEARED", self.subscriptions.GetSubscription,
                     service.GetSubscriptionRequest(name=made.name),
                     metadata=outside)
        with self.assertRaises(grpc.RpcError) as caught:
            next(self.changes.SubscribeChanges(
                changes.SubscribeChangesRequest(subscription=made.name),
                metadata=outside))
        self.assertEqual(harness.details(caught.exception)[0].reason,
                         "NOT_CLEARED")
        self.assertFalse(self.get(made.name).stream_open)


if __name__ == "__main__":
    harness.main()
