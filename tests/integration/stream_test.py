"""The change stream from outside: order, resume, filters, restart."""

import re
import threading
import time

import grpc

from courant.v1 import article_pb2, change_pb2, change_service_pb2_grpc
from google.protobuf import duration_pb2

import harness
from harness import an_article, articles, changes

Kind = change_pb2.Change


class StreamTest(harness.ServerTest):
    recorded = True

    def sections(self, *codes):
        article = an_article()
        for code in codes:
            article.sections.add(code=code)
        return article

    def test_every_change_once_and_in_order_while_others_write(self):
        writers, each = 4, 50

        def write():
            for _ in range(each):
                self.create()

        threads = [threading.Thread(target=write) for _ in range(writers)]
        for thread in threads:
            thread.start()
        position, _, seen = harness.follow(
            self.changes, writers * each,
            start_from=changes.EARLIEST_RETAINED)
        for thread in threads:
            thread.join()
        self.assertEqual(position, writers * each)
        self.assertEqual([s for s, _, _ in seen],
                         list(range(1, writers * each + 1)))

    def test_resuming_from_every_position_repeats_and_misses_nothing(self):
        for _ in range(12):
            self.create()
        token = None
        for expected in range(1, 13):
            start = ({"resume_token": token} if token else
                     {"start_from": changes.EARLIEST_RETAINED})
            _, token, seen = harness.follow(
                self.changes, expected, max_batch_changes=1, **start)
            self.assertEqual([s for s, _, _ in seen], [expected])

    def test_tokens_outlive_a_restart(self):
        for _ in range(5):
            self.create()
        _, token, _ = harness.follow(
            self.changes, 5, start_from=changes.EARLIEST_RETAINED)
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        self.connect()
        for _ in range(3):
            self.create()
        _, _, seen = harness.follow(self.changes, 8, resume_token=token)
        self.assertEqual([s for s, _, _ in seen], [6, 7, 8])

    def test_a_filter_gives_its_own_and_still_moves(self):
        self.create(self.sections("sport"))
        self.create(self.sections("politics"))
        self.create(self.sections("politics", "sport"))
        position, _, seen = harness.follow(
            self.changes, 3, filter="section=sport",
            start_from=changes.EARLIEST_RETAINED)
        self.assertEqual(position, 3)
        self.assertEqual([s for s, _, _ in seen], [1, 3])
        position, _, seen = harness.follow(
            self.changes, 3, filter="language=cy",
            start_from=changes.EARLIEST_RETAINED)
        self.assertEqual((position, seen), (3, []))

    def test_leaving_a_filter_is_told_without_the_text(self):
        article = self.create(self.sections("sport"))
        patch = article_pb2.Article(name=article.name)
        patch.sections.add(code="politics")
        self.articles.UpdateArticle(
            articles.UpdateArticleRequest(article=patch))
        answer = self.changes.ListChanges(
            changes.ListChangesRequest(filter="section=sport"))
        self.assertEqual([c.disposition for c in answer.changes],
                         [Kind.ENTERED, Kind.LEFT])
        self.assertEqual(answer.changes[1].WhichOneof("payload"), "tombstone")
        answer = self.changes.ListChanges(
            changes.ListChangesRequest(filter="section=politics"))
        self.assertEqual([c.disposition for c in answer.changes],
                         [Kind.ENTERED])

    def test_a_withdrawal_reaches_who_had_it_before_it_moved(self):
        article = self.create(self.sections("sport"))
        patch = article_pb2.Article(name=article.name)
        patch.sections.add(code="politics")
        self.articles.UpdateArticle(
            articles.UpdateArticleRequest(article=patch))
        self.articles.WithdrawArticle(articles.WithdrawArticleRequest(
            name=article.name, reason="an error"))
        for audience in ("internal", "public"):
            answer = self.changes.ListChanges(
                changes.ListChangesRequest(filter="section=sport"),
                metadata=[("courant-audience", audience)])
            self.assertEqual(
                [(c.kind, c.disposition) for c in answer.changes],
                [(Kind.PUBLISHED, Kind.ENTERED), (Kind.UPDATED, Kind.LEFT),
                 (Kind.WITHDRAWN, Kind.LEFT)])
            self.assertEqual(answer.changes[2].tombstone.state,
                             article_pb2.Article.WITHDRAWN)
        answer = self.changes.ListChanges(
            changes.ListChangesRequest(filter="section=arts"))
        self.assertEqual(len(answer.changes), 0)

    def test_a_snapshot_in_pages_goes_on_as_a_stream(self):
        for _ in range(7):
            self.create()
        page = self.changes.ListChanges(changes.ListChangesRequest(
            page_size=3, start_from=changes.SNAPSHOT_THEN_LIVE))
        self.assertEqual([c.disposition for c in page.changes],
                         [Kind.SNAPSHOT] * 3)
        self.assertFalse(page.HasField("snapshot_complete"))
        names = [c.resource for c in page.changes]
        self.create()
        stream = self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(
                resume_token=page.next_page_token), timeout=harness.PATIENCE)
        started = next(stream).started
        self.assertTrue(started.in_snapshot)
        for message in stream:
            names += [c.resource for c in message.batch.changes]
            if message.HasField("snapshot_complete"):
                break
        stream.cancel()
        self.assertEqual(sorted(set(names)), sorted(names))
        said = message.snapshot_complete
        self.assertEqual((said.sequence, said.resource_count, len(names)),
                         (8, 8, 8))
        page = self.changes.ListChanges(changes.ListChangesRequest(
            page_token=said.resume_token))
        self.assertEqual((len(page.changes), page.next_page_token), (0, ""))

    def test_pages_of_a_snapshot_end_with_its_digest(self):
        for _ in range(5):
            self.create()
        digests = []
        for size in (2, 500):
            names, page = [], None
            while page is None or page.next_page_token:
                page = self.changes.ListChanges(changes.ListChangesRequest(
                    page_size=size, start_from=changes.SNAPSHOT_THEN_LIVE,
                    page_token=page.next_page_token if page else ""))
                names += [c.resource for c in page.changes]
            self.assertEqual(len(names), 5)
            self.assertEqual(page.snapshot_complete.resource_count, 5)
            digests.append(page.snapshot_complete.digest)
        self.assertEqual(digests[0], digests[1])
        lines = self.server.courant("change", "list", "--from", "snapshot")
        self.assertEqual(len(lines.stdout.splitlines()), 5)

    def test_progress_when_nothing_happens(self):
        stream = self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(
                progress_interval=duration_pb2.Duration(seconds=1)),
            timeout=harness.PATIENCE)
        kinds = [next(stream).WhichOneof("event") for _ in range(4)]
        self.assertEqual(kinds, ["started"] + ["progress"] * 3)
        stream.cancel()

    def wait_for_calls(self, method, count):
        """Until the server has begun so many calls of `method`."""
        wanted = re.compile(r"grpc_server_started_total\{[^}]*grpc_method="
                            rf'"{method}"[^}}]*\}} {count}$')
        end = time.monotonic() + harness.PATIENCE
        while True:
            if any(wanted.match(line) for line in self.server.metrics()):
                return
            self.assertLess(time.monotonic(), end, f"no {count} {method}")
            threading.Event().wait(0.05)

    def test_a_client_that_takes_nothing_does_not_hold_up_the_end(self):
        """Nor does a long poll; both would have 10 s as calls in progress."""
        article = an_article()
        article.body[0].paragraph.text.text = "x" * 100_000
        for _ in range(30):
            self.create(article)
        # A window of 64 KiB that does not grow: a message fills it.
        channel = grpc.insecure_channel(self.server.internal, options=[
            ("grpc.http2.bdp_probe", 0)])
        stream = change_service_pb2_grpc.ChangeServiceStub(
            channel).SubscribeChanges(changes.SubscribeChangesRequest(
                start_from=changes.EARLIEST_RETAINED))
        self.assertEqual(next(stream).WhichOneof("event"), "started")
        token = self.changes.ListChanges(changes.ListChangesRequest(
            start_from=changes.LATEST)).resume_token
        poll = self.changes.ListChanges.future(changes.ListChangesRequest(
            page_token=token, wait=duration_pb2.Duration(seconds=25)))
        self.wait_for_calls("ListChanges", 2)
        begin = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(len(poll.result().changes), 0)
        stream.cancel()
        channel.close()

    def test_an_end_is_the_end(self):
        for _ in range(5):
            self.create()
        stream = self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(
                start_from=changes.EARLIEST_RETAINED, end_sequence=3),
            timeout=harness.PATIENCE)
        seen = [c.sequence for m in stream for c in m.batch.changes]
        self.assertEqual(seen, [1, 2, 3])

    def test_polling_and_streaming_share_their_tokens(self):
        for _ in range(7):
            self.create()
        page = self.changes.ListChanges(
            changes.ListChangesRequest(page_size=3))
        self.assertEqual([c.sequence for c in page.changes], [1, 2, 3])
        _, token, seen = harness.follow(
            self.changes, 7, resume_token=page.next_page_token)
        self.assertEqual([s for s, _, _ in seen], [4, 5, 6, 7])
        page = self.changes.ListChanges(
            changes.ListChangesRequest(page_token=token))
        self.assertEqual((len(page.changes), page.next_page_token), (0, ""))
        self.assertTrue(page.resume_token)

    def test_a_long_poll_ends_when_something_happens(self):
        token = self.changes.ListChanges(
            changes.ListChangesRequest()).resume_token
        timer = threading.Timer(0.5, self.create)
        timer.start()
        with harness.deadline(15, "the long poll"):
            page = self.changes.ListChanges(changes.ListChangesRequest(
                page_token=token, wait=duration_pb2.Duration(seconds=20)))
        timer.join()
        self.assertEqual([c.sequence for c in page.changes], [1])

    def test_a_stopping_server_says_where_to_go_on(self):
        self.create()
        stream = self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(), timeout=harness.PATIENCE)
        self.assertEqual(next(stream).WhichOneof("event"), "started")
        stopper = threading.Thread(target=self.server.stop)
        stopper.start()
        last = None
        with self.assertRaises(grpc.RpcError) as caught:
            for message in stream:
                last = message
        stopper.join()
        self.assertEqual(last.WhichOneof("event"), "drain")
        self.assertEqual(last.drain.after_sequence, 1)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)
        info, _ = harness.details(caught.exception)
        self.assertEqual(info.reason, "NODE_DRAINING")
        self.server.start()
        self.connect()
        self.create()
        _, _, seen = harness.follow(
            self.changes, 2, resume_token=last.drain.resume_token)
        self.assertEqual([s for s, _, _ in seen], [2])


class ProgressIntervalTest(harness.ServerTest):
    settings = ("stream.default_progress_interval=1s",)

    def test_the_configuration_says_how_often_when_the_request_does_not(self):
        stream = self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(), timeout=harness.PATIENCE)
        for kind in ("started", "progress"):
            self.assertEqual(next(stream).WhichOneof("event"), kind)
        begin = time.monotonic()
        for _ in range(3):
            self.assertEqual(next(stream).WhichOneof("event"), "progress")
        # By default they are 5 s apart.
        self.assertLess(time.monotonic() - begin, 10)
        stream.cancel()


if __name__ == "__main__":
    harness.main()
