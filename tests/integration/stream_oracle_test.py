"""Streams with many filters, cut at any byte, stalled, with restarts of the
server under them: each is, byte for byte, what the log says under its filter,
and what a client keeps of it is what the list gives."""

import concurrent.futures
import os
import random
import shutil
import tempfile
import threading
import time
import unittest

import grpc

from courant.v1 import article_pb2, change_pb2
from google.protobuf import duration_pb2

import harness
import newsroom
import stream_oracle
import wire_bytes
from harness import articles, changes, new_id
from tcp_proxy import TcpProxy

Change = change_pb2.Change
State = article_pb2.Article.State
CHANGES = int(os.environ.get("COURANT_CHANGES", 500))
FILTERS = int(os.environ.get("COURANT_FILTERS", 24))
WRITERS = 8
# Streams that are open while everything happens, and those at a time after.
LIVE = 8
AT_A_TIME = 8
RESTARTS = 2
# How a call ends whose connection or server went away.
CUT = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED,
       grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN,
       grpc.StatusCode.DEADLINE_EXCEEDED)
SUBSCRIBE = "/courant.v1.ChangeService/SubscribeChanges"
LIST_CHANGES = "/courant.v1.ChangeService/ListChanges"
LIST_ARTICLES = "/courant.v1.ArticleService/ListArticles"
# What the streams begin with that are opened after everything happened.
BATCH = 8 if CHANGES < 10_000 else 64
STARTS = [
    {"start_from": changes.EARLIEST_RETAINED, "max_batch_changes": BATCH},
    {"start_from": changes.SNAPSHOT_THEN_LIVE, "max_batch_changes": BATCH},
    {"start_from": changes.EARLIEST_RETAINED, "max_batch_changes": 3},
    {"start_from": changes.EARLIEST_RETAINED, "max_batch_changes": BATCH,
     "conflation": changes.SubscribeChangesRequest.WHILE_CATCHING_UP},
]


def metadata(audience):
    return [("courant-audience", audience)]


class Writer:
    """Does to articles of its own what the lifecycle allows, and notes what
    came of it."""

    def __init__(self, connect, oracle, seed, number):
        self.connect, self.oracle = connect, oracle
        self.chance = random.Random(seed)
        self.number, self.made = number, 0
        self.desk = newsroom.Newsroom(connect())
        self.articles = {}

    def send(self, request, actor=newsroom.KIM):
        """Until it is answered: the same request gives the same answer."""
        if not request.request_id:
            request.request_id = new_id()
        while True:
            try:
                article = self.desk.send(request, actor)
                break
            except grpc.RpcError as error:
                if error.code() not in CUT:
                    raise
                threading.Event().wait(0.05)
                self.desk = newsroom.Newsroom(self.connect())
        self.oracle.write(article)
        self.articles[article.name] = article
        return article

    def content(self):
        chance = self.chance
        return {
            "sections": [article_pb2.Section(code=code)
                         for code in stream_oracle.SECTIONS
                         if chance.random() < 0.4],
            "subjects": [article_pb2.Subject(qcode=qcode)
                         for qcode in stream_oracle.SUBJECTS
                         if chance.random() < 0.4],
            "urgency": chance.randint(0, 5),
            "headline": newsroom.text(" ".join(
                ["tide"] * chance.randint(1, 30))),
        }

    def create(self):
        article = harness.an_article(
            language=self.chance.choice(stream_oracle.LANGUAGES))
        for field, value in self.content().items():
            if isinstance(value, list):
                getattr(article, field).extend(value)
            elif isinstance(value, int):
                setattr(article, field, value)
            else:
                getattr(article, field).CopyFrom(value)
        if self.chance.random() < 0.2:
            article.embargo_until.CopyFrom(newsroom.timestamp(36000))
        self.made += 1
        self.send(articles.CreateArticleRequest(
            article=article, article_id=f"w{self.number}-{self.made}",
            initial_state=self.chance.choice([1, 2, 2])))

    def step(self):
        chance = self.chance
        if len(self.articles) < 3 or chance.random() < 0.2:
            self.create()
            return
        article = self.articles[chance.choice(sorted(self.articles))]
        state = State.Name(article.state)
        verbs = {"DRAFT": ["update", "publish"],
                 "EMBARGOED": ["update", "publish", "hold"],
                 "WITHHELD": ["release", "withdraw"],
                 "WITHDRAWN": ["restore"]}
        verb = chance.choice(verbs.get(
            state, ["update"] * 4 + ["refile", "correct", "hold", "withdraw"]))
        fields = {}
        if verb == "update":
            fields = self.content()
        elif verb in ("refile", "correct"):
            fields["corrections"] = [newsroom.correction(
                "headline", article.headline.value,
                f"ebb {chance.randrange(10**9)}")]
            fields["note_public"] = newsroom.text("put right")
        elif verb != "publish":
            fields["reason"] = "a doubt"
        self.send(newsroom.request(verb, article.name, **fields))

    def kill_some(self):
        for name in sorted(self.articles):
            state = State.Name(self.articles[name].state)
            if state == "DRAFT" or self.chance.random() > 0.1:
                continue
            self.send(newsroom.request("kill", name, reason="an order"))
            self.send(newsroom.request("kill", name, confirm=True),
                      newsroom.LEE)


class Follower:
    """One subscriber behind a proxy of its own. Comes back from its last token
    until it is where it is to be."""

    def __init__(self, target, seed, audience, text, matches, most_bytes,
                 **start):
        self.proxy = TcpProxy(target, seed, most_bytes)
        self.audience, self.text, self.matches = audience, text, matches
        self.request = changes.SubscribeChangesRequest(
            filter=text, progress_interval=duration_pb2.Duration(seconds=1),
            **start)
        self.snapshot = (self.request.start_from ==
                         changes.SNAPSHOT_THEN_LIVE)
        self.position = None
        self.complete = None
        self.given = []  # (sequence, bytes) of what is no initial state.
        self.mirror = stream_oracle.Mirror()
        self.in_snapshot = set()

    def is_at(self, sequence):
        return (self.position is not None and self.position >= sequence
                and not (self.snapshot and self.complete is None))

    def follow(self, until):
        """Until the position is `until()`, which may become less."""
        end = time.monotonic() + 60 * harness.PATIENCE
        while not self.is_at(until()):
            if time.monotonic() > end:
                raise AssertionError(
                    f"stands at {self.position} under {self.text}")
            channel = grpc.insecure_channel(self.proxy.address, options=[
                ("grpc.use_local_subchannel_pool", 1)])
            try:
                stream = channel.unary_stream(SUBSCRIBE)(
                    self.request.SerializeToString(),
                    metadata=metadata(self.audience),
                    timeout=harness.PATIENCE)
                for message in stream:
                    self.take(message)
                    if self.is_at(until()):
                        break
                stream.cancel()
            except grpc.RpcError as error:
                if error.code() not in CUT:
                    raise
                threading.Event().wait(0.01)
            finally:
                channel.close()

    def close(self):
        self.proxy.close()

    def take(self, message):
        response = changes.SubscribeChangesResponse
        (number, body, _), = wire_bytes.fields(message)
        if number == response.BATCH_FIELD_NUMBER:
            self.take_batch(body)
            return
        said = response.FromString(message)
        kind = said.WhichOneof("event")
        body = getattr(said, kind)
        if kind == "started":
            if self.position is None:
                self.position = body.resume_after_sequence
            after, sequence = body.resume_after_sequence, self.position
        elif kind == "drain":
            after, sequence = body.after_sequence, self.position
        else:
            after, sequence = body.after_sequence, body.sequence
        if kind == "snapshot_complete":
            self.complete = (body, len(self.mirror.articles),
                             self.mirror.digest())
        self.move(after, sequence, body.resume_token)

    def take_batch(self, body):
        after = sequence = 0
        token, given = b"", []
        for number, value, _ in wire_bytes.fields(body):
            if number == 1:
                after = value
            elif number == 2:
                sequence = value
            elif number == 3:
                token = value
            else:
                given.append(value)
        self.move(after, sequence, token.decode())
        for change in given:
            self.mirror.apply(change)
            number = wire_bytes.last(change, 2)
            if wire_bytes.last(change, 5) == Change.SNAPSHOT:
                name = wire_bytes.last(change, 6)
                if name in self.in_snapshot:
                    raise AssertionError(f"{name} came twice")
                self.in_snapshot.add(name)
            else:
                self.given.append((number, change))

    def move(self, after, sequence, token):
        if after != self.position:
            raise AssertionError(f"a gap: at {self.position}, continues from "
                                 f"{after}, under {self.text}")
        self.position = sequence
        self.request.resume_token = token


class StreamOracleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.mkdtemp(prefix="courant-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.server = harness.Server(f"{folder}/data")
        self.server.start()
        self.addCleanup(self.server.stop)
        self.seed = int(os.environ.get("COURANT_SEED",
                                       time.time_ns() % 10**9))
        print(f"seed {self.seed} (COURANT_SEED)", flush=True)
        self.chance = random.Random(self.seed)
        self.oracle = stream_oracle.Oracle()
        self.cuts = 0
        self.done = False

    def connect(self):
        return grpc.insecure_channel(self.server.internal, options=[
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.max_receive_message_length", 64 << 20)])

    def tail(self):
        return newsroom.Newsroom(self.connect()).status().tail_sequence

    def dump(self, audience):
        """The whole log without a filter: {sequence: bytes}."""
        call = self.connect().unary_unary(LIST_CHANGES)
        found, token = {}, ""
        while True:
            page = call(changes.ListChangesRequest(
                page_size=500, page_token=token).SerializeToString(),
                metadata=metadata(audience), timeout=harness.PATIENCE)
            token = ""
            for number, value, _ in wire_bytes.fields(page):
                if number == 1:
                    found[wire_bytes.last(value, 2)] = value
                elif number == 2:
                    token = value.decode()
            if not token:
                return found

    def list(self, audience, text):
        """What may be used of what ListArticles gives: {name: bytes}."""
        call = self.connect().unary_unary(LIST_ARTICLES)
        found, token = {}, ""
        while True:
            page = call(articles.ListArticlesRequest(
                page_size=500, page_token=token, filter=text)
                .SerializeToString(), metadata=metadata(audience),
                timeout=harness.PATIENCE)
            token = ""
            for number, value, _ in wire_bytes.fields(page):
                if number == 2:
                    token = value.decode()
                elif stream_oracle.may_be_used(value):
                    found[wire_bytes.last(value, 1).decode()] = value
            if not token:
                return found

    def follower(self, number, most_bytes, **start):
        text, matches = (("", lambda a: True) if number < 2 else
                         stream_oracle.some_filter(self.chance))
        audience = ("internal", "public")[number % 2]
        return Follower(lambda: self.server.internal, self.seed + number,
                        audience, text, matches, most_bytes, **start)

    def write(self):
        """Everything but kills, by several at a time, with restarts."""
        writers = [Writer(self.connect, self.oracle, self.seed + i, i)
                   for i in range(WRITERS)]

        def run(writer):
            for _ in range(CHANGES // WRITERS):
                writer.step()

        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            runs = [pool.submit(run, writer) for writer in writers]
            for number in range(RESTARTS):
                wanted = CHANGES * (number + 1) // (RESTARTS + 1)
                while (len(self.oracle.written) < wanted
                       and not all(r.done() for r in runs)):
                    concurrent.futures.wait(runs, 0.02)
                self.server.kill() if number % 2 else self.server.stop()
                self.server.start()
            for done in runs:
                done.result()
        return writers

    def check(self, follower, dumps, kinds):
        expected = [
            (sequence, stream_oracle.as_given(
                dumps[follower.audience][sequence], disposition))
            for sequence, disposition in self.oracle.dispositions(
                follower.audience, kinds, follower.matches)]
        given = [s for s, _ in follower.given]
        self.assertEqual(given, [s for s, _ in expected], follower.text)
        for mine, theirs in zip(follower.given, expected):
            self.assertEqual(mine, theirs, follower.text)

    def check_mirror(self, follower):
        self.assertEqual(follower.mirror.articles,
                         self.list(follower.audience, follower.text),
                         follower.text)

    def kinds(self, dumps):
        return {sequence: wire_bytes.last(change, 4, 0)
                for sequence, change in dumps["internal"].items()}

    def dumps(self):
        return {audience: self.dump(audience)
                for audience in ("internal", "public")}

    def test_every_stream_is_the_log_under_its_filter(self):
        # Far more than a message has, so that some come through.
        most_bytes = 1 << (18 if CHANGES < 10_000 else 22)
        live = [self.follower(i, most_bytes, **STARTS[0])
                for i in range(LIVE)]
        end = [float("inf")]
        with concurrent.futures.ThreadPoolExecutor(LIVE) as pool:
            runs = [pool.submit(f.follow, lambda: end[0]) for f in live]
            try:
                writers = self.write()
            finally:
                end[0] = self.tail()
            for done in runs:
                done.result()
        self.assertEqual(sorted(self.oracle.written),
                         list(range(1, end[0] + 1)))
        dumps = self.dumps()
        kinds = self.kinds(dumps)
        for follower in live:
            self.check(follower, dumps, kinds)
            self.check_mirror(follower)

        for writer in writers:
            writer.kill_some()
        tail, dumps = self.tail(), self.dumps()
        kinds = self.kinds(dumps)
        self.assertIn(Change.KILLED, kinds.values())

        def replay(follower):
            follower.follow(lambda: tail)
            return follower

        replays = [self.follower(i, most_bytes, **STARTS[i // 2 % 4])
                   for i in range(FILTERS)]
        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            for follower in pool.map(replay, replays):
                self.check_mirror(follower)
                if follower.snapshot:
                    said, count, digest = follower.complete
                    self.assertEqual((said.resource_count, said.digest),
                                     (count, digest), follower.text)
                elif not follower.request.conflation:
                    self.check(follower, dumps, kinds)
                self.cuts += follower.proxy.cuts
                follower.close()
        for follower in live:
            follower.follow(lambda: tail)
            self.check_mirror(follower)
            self.cuts += follower.proxy.cuts
            follower.close()
        print(f"{tail} changes, {FILTERS} filters, {self.cuts} cuts, "
              f"{RESTARTS} restarts", flush=True)
        self.assertGreater(self.cuts, 0)


if __name__ == "__main__":
    harness.main()
