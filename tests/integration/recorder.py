"""Writes down what clients ask and are given, for courant_history_check.

    recorder = Recorder("history.jsonl", "what this is")
    channel = recorder.channel(grpc.insecure_channel(...))
    ...
    recorder.close()
    recorder.check()

Everything that goes through the channel to ArticleService and ChangeService is
recorded; the callers notice nothing of it. tests/history/README.md describes
the format. All channels of a history must be of one process, or at least of one
machine: what was before what is told by its monotonic clock.
"""

import hashlib
import itertools
import json
import os
import pathlib
import re
import subprocess
import threading
import time

import grpc

from courant.v1 import article_pb2, change_pb2, change_service_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

WRITES = {f"{verb}Article" for verb in (
    "Create", "Update", "Publish", "Schedule", "Unschedule", "Correct",
    "Refile", "Hold", "Release", "Withdraw", "Restore", "Kill")}
READS = {"GetArticle", "BatchGetArticles", "ListArticles",
         "ListArticleRevisions", "GetArticleRevision"}
# Words that no server changes when it puts a text in order.
PLAIN = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*")


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def words(article):
    """The digest of the headline, which stands for what a writer chose."""
    headline = article.headline.value
    return digest(headline.encode()) if PLAIN.fullmatch(headline) else None


def put(line, **fields):
    """Adds the fields that say something."""
    line.update((key, value) for key, value in fields.items() if value)
    return line


def attributes(article):
    return put(
        {"state": article_pb2.Article.State.Name(article.state)},
        sections=[s.code for s in article.sections if s.code],
        subjects=[s.qcode for s in article.subjects if s.qcode],
        language=article.language, story=article.story,
        kind=(article_pb2.Article.Kind.Name(article.kind)
              if article.kind else ""),
        source=article.provenance.source_system)


def content(line, article):
    """Adds what an article says, unless it is what is left of a killed one."""
    put(line, attrs=attributes(article))
    if article.state != article_pb2.Article.KILLED:
        put(line, words=words(article),
            digest=digest(article.SerializeToString(deterministic=True)))
    return line


def version_of_article(article):
    return content({"seq": article.change_sequence, "key": article.name,
                    "rev": article.revision}, article)


def version_of_change(change):
    line = put(
        {"seq": change.sequence, "key": change.resource,
         "rev": change.revision}, prev=change.previous_revision,
        kind=change_pb2.Change.Kind.Name(change.kind),
        disposition=(change_pb2.Change.Disposition.Name(change.disposition)
                     if change.disposition else ""),
        more=change.group_continues,
        time=change.commit_time.ToMicroseconds())
    payload = change.WhichOneof("payload")
    if payload == "article":
        content(line, change.article)
    elif payload == "tombstone" and change.tombstone.state:
        line["state"] = article_pb2.Article.State.Name(change.tombstone.state)
    elif payload == "translation":
        line["digest"] = digest(
            change.translation.SerializeToString(deterministic=True))
    return line


def token_id(token):
    return digest(token.encode()) if token else ""


def outcome(error):
    """{"code", "reason"} of a grpc.RpcError or a failed call."""
    line = {"code": error.code().name}
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        info = error_details_pb2.ErrorInfo()
        for detail in status_pb2.Status.FromString(value).details:
            if detail.Is(info.DESCRIPTOR):
                detail.Unpack(info)
        put(line, reason=info.reason)
    return line


def one_word(failed):
    return "/".join(failed.values())


def start(request, field):
    """How a stream or a list of changes begins."""
    token = getattr(request, field)
    if token:
        return {"start": "token", "token": token_id(token)}
    if (field == "resume_token"
            and request.WhichOneof("start") == "resume_after_sequence"):
        return {"start": "after", "after": request.resume_after_sequence}
    name = change_service_pb2.StartFrom.Name(request.start_from)
    if name == "SNAPSHOT_THEN_LIVE":
        return {"start": "snapshot"}
    earliest = name == "EARLIEST_RETAINED" or (
        field == "page_token" and name == "START_FROM_UNSPECIFIED")
    return {"start": "earliest" if earliest else "latest"}


class Recorder:
    """A history that is being written. Thread-safe."""

    def __init__(self, path, name, complete=False):
        """`complete`: every change is asked for through channels of this, and
        every token comes from there."""
        self.path = pathlib.Path(path)
        self.file = open(self.path, "w", encoding="utf-8")
        self.lock = threading.Lock()
        self.operations = itertools.count(1)
        self.streams = set()
        self.write("begin", format=1, name=name, complete=complete)

    def write(self, kind, **fields):
        """A line; its time is taken under the lock, so that none goes back."""
        with self.lock:
            if self.file.closed:
                return
            line = {"k": kind, "t": time.monotonic_ns(), **fields}
            self.file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def channel(self, channel):
        return grpc.intercept_channel(channel, Interceptor(self))

    def fault(self, name):
        self.write("fault", name=name)

    def final(self, tail):
        """From here on nothing is written to the server and nothing fails."""
        self.write("final", tail=tail)

    def close(self):
        for stream in list(self.streams):
            stream.end({"cut": True})
        with self.lock:
            self.file.close()

    def check(self):
        """(whether nothing was found, what the checker said)."""
        checker = pathlib.Path(os.environ["COURANT_BIN"])
        done = subprocess.run(
            [checker / "courant_history_check", self.path],
            capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or " lines, " not in done.stdout:
            raise AssertionError(f"the checker ended with {done.returncode}: "
                                 f"{done.stdout}{done.stderr}")
        return done.returncode == 0, done.stdout


class Interceptor(grpc.UnaryUnaryClientInterceptor,
                  grpc.UnaryStreamClientInterceptor):
    """Between a stub and its channel."""

    def __init__(self, recorder):
        self.recorder = recorder

    def intercept_unary_unary(self, continuation, details, request):
        method = details.method.rpartition("/")[2]
        outside = ("courant-audience", "public") in (details.metadata or ())
        if method == "ListChanges" and isinstance(request, Message):
            return self.list_changes(continuation, details, request, outside)
        if method not in WRITES | READS or not isinstance(request, Message):
            return continuation(details, request)
        operation = next(self.recorder.operations)
        self.recorder.write(
            "call", **put({"op": operation, "method": method},
                          outside=outside, **self.describe(method, request)))
        call = continuation(details, request)
        call.add_done_callback(
            lambda done: self.answered(operation, method, request, done))
        return call

    def describe(self, method, request):
        """What a request says that a checker can compare with."""
        validate_only = getattr(request, "validate_only", False)
        article = getattr(request, "article", None)
        name = getattr(request, "name", "") or (article.name if article else "")
        fields = {"writes": method in WRITES and not validate_only,
                  "key": name.partition("/revisions/")[0]}
        if method == "CreateArticle":
            fields["key"] = (f"articles/{request.article_id}"
                             if request.article_id else "")
        mask = getattr(request, "update_mask", None)
        if method in ("CreateArticle", "UpdateArticle") and (
                not mask or not mask.paths or "headline" in mask.paths):
            fields["words"] = words(article)
        fields["request_id"] = getattr(request, "request_id", "")
        fields["filter"] = getattr(request, "filter", "")
        fields["page"] = token_id(getattr(request, "page_token", ""))
        fields["min"] = getattr(request, "min_change_sequence", 0)
        return fields

    def answered(self, operation, method, request, call):
        error = call.exception()
        if error is not None:
            self.recorder.write("error", op=operation, **outcome(call))
            return
        answer = call.result()
        articles = [answer]
        if hasattr(answer, "articles"):
            articles = answer.articles
        elif hasattr(answer, "revisions"):
            articles = answer.revisions
        if getattr(request, "validate_only", False):
            articles = []
        self.recorder.write("answer", **put(
            {"op": operation},
            versions=[version_of_article(article) for article in articles],
            next=token_id(getattr(answer, "next_page_token", ""))))

    def list_changes(self, continuation, details, request, outside):
        operation = next(self.recorder.operations)
        self.recorder.write("open", **put(
            {"op": operation, **start(request, "page_token")},
            filter=request.filter, outside=outside))

        def answered(call):
            if call.exception() is not None:
                self.recorder.write("end", op=operation,
                                    code=one_word(outcome(call)))
                return
            page = call.result()
            self.recorder.write(
                "page", op=operation, token=token_id(page.resume_token),
                at_tail=not page.next_page_token,
                changes=[version_of_change(c) for c in page.changes])
            self.recorder.write("end", op=operation)

        call = continuation(details, request)
        call.add_done_callback(answered)
        return call

    def intercept_unary_stream(self, continuation, details, request):
        if (not details.method.endswith("/SubscribeChanges")
                or not isinstance(request, Message)):
            return continuation(details, request)
        operation = next(self.recorder.operations)
        outside = ("courant-audience", "public") in (details.metadata or ())
        self.recorder.write("open", **put(
            {"op": operation, **start(request, "resume_token")},
            filter=request.filter, outside=outside, end=request.end_sequence,
            conflated=bool(getattr(request, "conflation", 0))))
        return RecordedStream(self.recorder, operation,
                              continuation(details, request))


class RecordedStream:
    """A stream that is as before, and is written down."""

    def __init__(self, recorder, operation, call):
        self.recorder, self.operation, self.call = recorder, operation, call
        self.lock = threading.Lock()
        self.ended = False
        recorder.streams.add(self)

    def __iter__(self):
        return self

    def __next__(self):
        try:
            message = next(self.call)
        except StopIteration:
            self.end({})
            raise
        except grpc.RpcError as error:
            self.end({"code": one_word(outcome(error))})
            raise
        kind = message.WhichOneof("event")
        with self.lock:
            if not self.ended:
                self.recorder.write(kind, op=self.operation,
                                    **self.describe(kind, message))
        return message

    def __getattr__(self, name):
        return getattr(self.call, name)

    def cancel(self):
        self.end({"cut": True})
        return self.call.cancel()

    def end(self, fields):
        with self.lock:
            if self.ended:
                return
            self.ended = True
            self.recorder.write("end", op=self.operation, **fields)
        self.recorder.streams.discard(self)

    @staticmethod
    def describe(kind, message):
        body = getattr(message, kind)
        line = {"token": token_id(body.resume_token)}
        if kind == "started":
            return put({**line, "seq": body.resume_after_sequence},
                       log=body.log_id, epoch=body.epoch,
                       canonical=body.canonical_filter,
                       in_snapshot=getattr(body, "in_snapshot", False),
                       tail=body.tail_sequence)
        if kind == "batch":
            return {**line, "after": body.after_sequence, "seq": body.sequence,
                    "changes": [version_of_change(c) for c in body.changes]}
        if kind == "progress":
            return put({**line, "after": body.after_sequence,
                        "seq": body.sequence}, tail=body.tail_sequence)
        if kind == "drain":
            return {**line, "seq": body.after_sequence}
        return put({**line, "after": body.after_sequence,
                    "seq": body.sequence},
                   count=getattr(body, "resource_count", 0))
