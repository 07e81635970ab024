"""Subscribers that do not read: what becomes of them, and of the others."""

import os
import signal
import subprocess
import sys
import threading
import time

import grpc

from courant.v1 import change_service_pb2_grpc

import harness
from harness import an_article, changes

# Opens a stream from the beginning, takes its first message, and then nothing.
CLIENT = """
import sys, threading
import grpc
from courant.v1 import change_service_pb2_grpc
from harness import changes
channel = grpc.insecure_channel(
    sys.argv[1], options=[("grpc.http2.bdp_probe", 0)])
stream = change_service_pb2_grpc.ChangeServiceStub(channel).SubscribeChanges(
    changes.SubscribeChangesRequest(start_from=changes.EARLIEST_RETAINED))
next(stream)
print("open", flush=True)
threading.Event().wait(600)
"""


class SlowCase(harness.ServerTest):
    """A log that no window takes at once, and clients that leave it there."""

    def setUp(self):
        super().setUp()
        article = an_article()
        article.body[0].paragraph.text.text = "x" * 100_000
        for _ in range(40):
            self.create(article)

    def open_streams(self):
        for line in self.server.metrics():
            if line.startswith("courant_subscriptions_active "):
                return int(float(line.split()[1]))

    def wait_for_streams(self, wanted):
        end = time.monotonic() + harness.PATIENCE
        while self.open_streams() != wanted:
            self.assertLess(time.monotonic(), end, "streams are left")
            threading.Event().wait(0.1)

    def stalled_stream(self):
        # A window of 64 KiB that does not grow: a message fills it.
        channel = grpc.insecure_channel(self.server.internal, options=[
            ("grpc.http2.bdp_probe", 0), ("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(channel.close)
        return change_service_pb2_grpc.ChangeServiceStub(
            channel).SubscribeChanges(changes.SubscribeChangesRequest(
                start_from=changes.EARLIEST_RETAINED),
                timeout=harness.PATIENCE)


class StalledTest(SlowCase):
    settings = ("stream.stall_timeout=1s",)

    def test_who_reads_after_all_is_told_where_to_go_on(self):
        stream = self.stalled_stream()
        self.assertEqual(next(stream).WhichOneof("event"), "started")
        # Its time is over after a second; it has five more to read.
        threading.Event().wait(2)
        seen = []
        with self.assertRaises(grpc.RpcError) as caught:
            for message in stream:
                seen += [c.sequence for c in message.batch.changes]
        error = caught.exception
        self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        info, _ = harness.details(error)
        self.assertEqual(info.reason, "SUBSCRIBER_STALLED")
        self.assertLess(len(seen), 40)
        position, _, rest = harness.follow(
            self.changes, 40, resume_token=info.metadata["resume_token"])
        self.assertEqual(seen + [s for s, _, _ in rest], [*range(1, 41)])

    def test_who_reads_nothing_at_all_is_noticed(self):
        client = subprocess.Popen(
            [sys.executable, "-B", "-c", CLIENT, self.server.internal],
            stdout=subprocess.PIPE, text=True,
            cwd=os.path.dirname(os.path.abspath(__file__)))
        self.addCleanup(client.stdout.close)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        self.assertEqual(client.stdout.readline(), "open\n")
        # As one whose machine is gone: nothing comes from it, not even an end.
        client.send_signal(signal.SIGSTOP)
        self.wait_for_streams(1)
        self.wait_for_streams(0)


class SlowReaderTest(SlowCase):
    settings = ("stream.stall_timeout=3s",)

    def test_who_reads_slowly_is_not_cut_and_holds_nobody_up(self):
        slow = self.stalled_stream()
        seen = []
        for message in slow:
            # All in all longer than the time that it has for one message.
            threading.Event().wait(0.6)
            seen += [c.sequence for c in message.batch.changes]
            if len(seen) >= 24:
                break
        self.assertEqual(seen, [*range(1, len(seen) + 1)])
        position, _, fast = harness.follow(
            self.changes, 40, start_from=changes.EARLIEST_RETAINED)
        self.assertEqual(len(fast), 40)
        slow.cancel()


if __name__ == "__main__":
    harness.main()
