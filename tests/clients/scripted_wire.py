"""A partner listener that says what a test tells it to, also what no server
would, and remembers what it was asked."""

import concurrent.futures
import threading
import time

import grpc


class ScriptedWire:
    """Serves one stream after the other, each from a list of messages.

    A message is bytes, or a function of the context of the call, which may end
    it. When a list is over the stream stays open; when there is none left,
    streams are refused.
    """

    def __init__(self, api, streams, answers=()):
        self.api, self.streams = api, list(streams)
        self.answers = list(answers)  # What ends the first calls on notices.
        # (time, request) of each stream; (name, state) of what was said.
        self.asked, self.said = [], []
        self.over = threading.Event()
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
        self.server.add_generic_rpc_handlers([
            grpc.method_handlers_generic_handler(
                "courant.v1.ChangeService", {
                    "SubscribeChanges": grpc.unary_stream_rpc_method_handler(
                        self.follow,
                        api.changes.SubscribeChangesRequest.FromString)}),
            grpc.method_handlers_generic_handler(
                "courant.v1.AccountService", {
                    "AcknowledgeNotice": grpc.unary_unary_rpc_method_handler(
                        self.acknowledge,
                        api.account.AcknowledgeNoticeRequest.FromString)})])
        port = self.server.add_insecure_port("127.0.0.1:0")
        self.address = f"127.0.0.1:{port}"
        self.server.start()

    def follow(self, request, context):
        self.asked.append((time.monotonic(), request))
        if not self.streams:
            context.abort(grpc.StatusCode.UNAVAILABLE, "nothing more")
        for message in self.streams.pop(0):
            yield message(context) if callable(message) else message
        gone = threading.Event()
        context.add_callback(gone.set)
        while context.is_active() and not self.over.is_set():
            gone.wait(0.1)

    def acknowledge(self, request, context):
        self.said.append((request.name, request.state))
        if self.answers:
            self.answers.pop(0)(context)
        return self.api.ledger.Notice(name=request.name).SerializeToString()

    def stop(self):
        self.over.set()
        self.server.stop(None).wait()
