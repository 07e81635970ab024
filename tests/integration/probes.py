"""Everything that a caller can be told, by every call of the contract: what
the test of leaks looks through.

A probe sends one request and gives what came back as bytes, errors with their
details too. `sent` are the words that it sent itself, and may get back.
"""

import base64
import binascii
import collections
import subprocess
import threading
import urllib.error
import urllib.request

import grpc

# Its messages are asked for by name.
from courant.v1 import account_service_pb2  # noqa: F401
from courant.v1 import backup_service_pb2  # noqa: F401
from courant.v1 import partner_service_pb2  # noqa: F401
from courant.v1 import subscription_service_pb2  # noqa: F401
from courant.v1 import translation_service_pb2  # noqa: F401
from google.protobuf import descriptor_pb2, symbol_database

import harness
from harness import articles, changes

ARTICLES = "courant.v1.ArticleService"
CHANGES = "courant.v1.ChangeService"

# Where a probe looked, what came back, the words that it sent.
Seen = collections.namedtuple("Seen", "path data sent", defaults=((),))

# `message` is None for a refusal, of which `code` and `details` tell.
Answer = collections.namedtuple("Answer", "message data code details",
                                defaults=(None, ""))


def contract():
    """{"service/method": (request class, response class, is stream)} of every
    RPC in the protos, also of those that were added after this was written."""
    files = descriptor_pb2.FileDescriptorSet.FromString(subprocess.run(
        ["protoc", f"-I{harness.ROOT / 'proto'}",
         "--descriptor_set_out=/dev/stdout",
         *(str(path) for path in sorted(
             (harness.ROOT / "proto").glob("courant/v1/*.proto")))],
        capture_output=True, check=True).stdout)
    known = symbol_database.Default()
    return {
        f"{file.package}.{service.name}/{method.name}": (
            known.GetSymbol(method.input_type.lstrip(".")),
            known.GetSymbol(method.output_type.lstrip(".")),
            method.server_streaming)
        for file in files.file for service in file.service
        for method in service.method}


# All calls are in one trace: an error names its own, and must not differ in
# anything else.
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def refusal_bytes(error):
    return b"\n".join([error.details().encode()] + [
        value if isinstance(value, bytes) else value.encode()
        for _, value in error.trailing_metadata() or ()])


def opened(token):
    """What a token holds: it is signed, not encrypted."""
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return b""


class Caller:
    """Calls a server as an audience does; None says nothing of it."""

    def __init__(self, server, audience=None):
        self.server = server
        self.audience = audience
        self.metadata = [("traceparent", TRACEPARENT)]
        if audience:
            self.metadata.append(("courant-audience", audience))
        self.channel = server.channel()
        self.contract = contract()

    def close(self):
        self.channel.close()

    def call(self, method, request):
        _, response, _ = self.contract[method]
        try:
            data = self.channel.unary_unary(f"/{method}")(
                request.SerializeToString(), metadata=self.metadata,
                timeout=harness.PATIENCE)
        except grpc.RpcError as error:
            return Answer(None, refusal_bytes(error), error.code(),
                          error.details())
        message = response.FromString(data)
        for field, value in message.ListFields():
            if field.name.endswith("token"):
                data += opened(value)
        return Answer(message, data)

    def stream(self, request, timeout=harness.PATIENCE):
        """The messages of SubscribeChanges."""
        return self.channel.unary_stream(
            f"/{CHANGES}/SubscribeChanges",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=changes.SubscribeChangesResponse.FromString)(
                request, metadata=self.metadata, timeout=timeout)

    def courant(self, *words):
        """What the command prints, on both streams."""
        flags = ["--audience", self.audience] if self.audience else []
        done = self.server.courant(*words, *flags, check=False,
                                   traceparent=TRACEPARENT)
        return (done.stdout + done.stderr).encode()


class Follower(threading.Thread):
    """A live stream from now on; keeps its messages."""

    def __init__(self, caller):
        super().__init__(daemon=True)
        self.changed = threading.Condition()
        self.messages = []
        self.position = None
        # As long as the test; each wait has an end of its own.
        self.stream = caller.stream(changes.SubscribeChangesRequest(),
                                    timeout=None)
        self.start()
        self.wait(lambda: self.position is not None)

    def run(self):
        try:
            for message in self.stream:
                body = getattr(message, message.WhichOneof("event"))
                with self.changed:
                    self.messages.append(message)
                    self.position = (
                        body.resume_after_sequence
                        if message.HasField("started") else body.sequence)
                    self.changed.notify_all()
        except grpc.RpcError:
            pass  # It was stopped, or the server was.

    def wait(self, what):
        with self.changed:
            if not self.changed.wait_for(what, harness.PATIENCE):
                raise AssertionError(f"the stream is at {self.position}")

    def changes(self):
        with self.changed:
            return [change for message in self.messages
                    for change in message.batch.changes]

    def stop(self):
        self.stream.cancel()
        self.join(harness.PATIENCE)


class Probes:
    """All that can be asked about some articles. `filters` are expressions of
    which each may hold one of `words`."""

    def __init__(self, caller, names, filters=(), words=()):
        self.caller = caller
        self.names = names
        self.filters = ["", *filters]
        self.words = words
        self.tried = set()

    def sent_in(self, request):
        data = request.SerializeToString()
        return [word for word in self.words if word.encode() in data]

    def ask(self, method, request):
        """(path, answer) and notes that the method was tried."""
        self.tried.add(method)
        answer = self.caller.call(method, request)
        path = f"{method} {str(request)!r}"
        return Seen(path, answer.data, self.sent_in(request)), answer

    def pages(self, method, request):
        while True:
            seen, answer = self.ask(method, request)
            yield seen
            if not answer.message or not answer.message.next_page_token:
                return
            request.page_token = answer.message.next_page_token

    def articles(self):
        for name in self.names:
            yield self.ask(f"{ARTICLES}/GetArticle",
                           articles.GetArticleRequest(name=name))[0]
            for size in (1, 0):
                yield from self.pages(
                    f"{ARTICLES}/ListArticleRevisions",
                    articles.ListArticleRevisionsRequest(name=name,
                                                         page_size=size))
            for number in range(1, 15):
                yield self.ask(
                    f"{ARTICLES}/GetArticleRevision",
                    articles.GetArticleRevisionRequest(
                        name=f"{name}/revisions/{number}"))[0]
        batches = [self.names, *([name, name] for name in self.names),
                   [*self.names[-1:], *self.names[:1]]]
        for batch in batches:
            yield self.ask(f"{ARTICLES}/BatchGetArticles",
                           articles.BatchGetArticlesRequest(names=batch))[0]
        for what in self.filters:
            for size in (1, 0):
                yield from self.pages(
                    f"{ARTICLES}/ListArticles",
                    articles.ListArticlesRequest(filter=what, page_size=size))

    def changes(self):
        seen, status = self.ask(f"{CHANGES}/GetChangeLogStatus",
                                changes.GetChangeLogStatusRequest())
        yield seen
        tail = status.message.tail_sequence
        for sequence in range(1, tail + 2):
            yield self.ask(f"{CHANGES}/GetChange", changes.GetChangeRequest(
                name=f"changes/{sequence}"))[0]
        for what in self.filters:
            for size in (0,) if what else (1, 0):
                yield from self.pages(
                    f"{CHANGES}/ListChanges",
                    changes.ListChangesRequest(filter=what, page_size=size))
            yield from self.history(changes.SubscribeChangesRequest(
                filter=what, start_from=changes.EARLIEST_RETAINED,
                end_sequence=tail))
        yield from self.history(changes.SubscribeChangesRequest(
            resume_after_sequence=0, end_sequence=tail, max_batch_changes=1))

    def history(self, request):
        method = f"{CHANGES}/SubscribeChanges"
        self.tried.add(method)
        for message in self.caller.stream(request):
            body = getattr(message, message.WhichOneof("event"))
            yield Seen(f"{method} {str(request)!r}",
                       message.SerializeToString() + opened(body.resume_token),
                       self.sent_in(request))

    def other_services(self):
        """Health and reflection, which the server takes from gRPC."""
        for method, request in (
                ("grpc.health.v1.Health/Check", b""),
                ("grpc.reflection.v1alpha.ServerReflection/"
                 "ServerReflectionInfo", b"\x3a\x01*")):  # list_services
            streaming = self.caller.channel.stream_stream
            answers = streaming(f"/{method}")(
                iter([request]), metadata=self.caller.metadata,
                timeout=harness.PATIENCE)
            yield Seen(method, b"".join(answers))

    def command(self):
        told = self.caller.courant
        for form in ("text", "json"):
            out = ("-o", form)
            for words in (("article", "list"), ("change", "list"),
                          ("status",)):
                yield Seen(f"courant {words}", told(*words, *out))
            for name in self.names:
                for words in (("article", "get", name),
                              ("article", "history", name)):
                    yield Seen(f"courant {words}", told(*words, *out),
                               [w for w in self.words if w in name])
        count = sum(1 for _ in self.told())
        if count:
            yield Seen("courant change tail", told(
                "change", "tail", "--from", "earliest", "--count", count))

    def told(self):
        """All changes that this caller is told of."""
        request = changes.ListChangesRequest(page_size=500)
        while True:
            page = self.caller.call(f"{CHANGES}/ListChanges", request).message
            yield from page.changes
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def operations(self):
        """The pages of the ops listener and the log: for whoever watches."""
        for page in ("/metrics", "/healthz", "/readyz", "/", "/console",
                     "/metrics?x=y", "/nothing"):
            url = f"http://{self.caller.server.ops}{page}"
            try:
                with urllib.request.urlopen(url, timeout=30) as answer:
                    yield Seen(page, answer.read())
            except urllib.error.HTTPError as error:
                yield Seen(page, error.read() + str(error.headers).encode())
        yield Seen("log", self.caller.server.log_text().encode())

    def everything(self):
        yield from self.articles()
        yield from self.changes()
        yield from self.other_services()
        yield from self.command()


def words_in(seen, words):
    """{word: {paths}} of the words that came back and were not sent."""
    found = {}
    for path, data, sent in seen:
        for word in words:
            if word.encode() in data and word not in sent:
                found.setdefault(word, set()).add(path)
    return found
