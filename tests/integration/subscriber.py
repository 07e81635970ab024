"""A client of durable subscriptions, for tests: checks that messages join, and
keeps what it was given."""

import grpc

from courant.v1 import subscription_pb2, subscription_service_pb2
from courant.v1 import subscription_service_pb2_grpc

import harness
from harness import changes

Subscription = subscription_pb2.Subscription
service = subscription_service_pb2

SITE = "partners/site"


class Stream:
    """One stream on one subscription."""

    def __init__(self, channel, name, **request):
        stub = harness.change_service_pb2_grpc.ChangeServiceStub(channel)
        self.call = stub.SubscribeChanges(
            changes.SubscribeChangesRequest(subscription=name, **request),
            timeout=harness.PATIENCE)
        self.started = next(self.call).started
        self.position = self.started.resume_after_sequence
        self.token = self.started.resume_token
        self.session = self.started.session_id
        self.seen = []  # Sequences.

    def next(self):
        """The next message, as (what it is, its body)."""
        message = next(self.call)
        kind = message.WhichOneof("event")
        body = getattr(message, kind)
        if kind != "drain":
            assert body.after_sequence == self.position, "a gap or a repeat"
            self.position = body.sequence
        self.token = body.resume_token
        if kind == "batch":
            self.seen += [c.sequence for c in body.changes]
        return kind, body

    def read(self, until):
        """Reads up to the change `until`; returns the sequences so far."""
        while self.position < until:
            self.next()
        return self.seen

    def end(self):
        """Reads to the end, and returns the error that it is."""
        try:
            while True:
                self.next()
        except grpc.RpcError as error:
            return error

    def close(self):
        self.call.cancel()


class SubscriberTest(harness.ServerTest):
    """A test with a server, and one subscription when it wants one."""

    def connect(self):
        super().connect()
        self.subscriptions = (
            subscription_service_pb2_grpc.SubscriptionServiceStub(
                self.channel))

    def make(self, subscription_id="all", **fields):
        start = {key: fields.pop(key) for key in
                 ("resume_token", "start_from", "start_time", "request_id")
                 if key in fields}
        start = start or {"start_from": changes.EARLIEST_RETAINED}
        return self.subscriptions.CreateSubscription(
            service.CreateSubscriptionRequest(
                parent=SITE, subscription_id=subscription_id,
                subscription=Subscription(**fields), **start))

    def get(self, name):
        return self.subscriptions.GetSubscription(
            service.GetSubscriptionRequest(name=name))

    def stream(self, name, **request):
        stream = Stream(self.channel, name, **request)
        self.addCleanup(stream.close)
        return stream

    def commit(self, name, token, session=""):
        return self.subscriptions.CommitCursor(service.CommitCursorRequest(
            name=name, resume_token=token,
            session_id=session)).committed_sequence

    def refused(self, reason, call, *arguments, **named):
        """Calls, and returns the ErrorInfo of the refusal for `reason`."""
        with self.assertRaises(grpc.RpcError) as caught:
            call(*arguments, **named)
        info, self.fields = harness.details(caught.exception)
        self.assertEqual(info.reason, reason, caught.exception.details())
        return info

    def restart(self):
        self.server.kill()
        self.server.start()
        self.connect()
