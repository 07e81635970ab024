"""The door to the open internet: what a partner does goes through it as if it
were not there, and what is sent to harm courantd is cut by it, or reaches
courantd in a measure in which it harms nobody."""

import re
import subprocess
import time
import unittest

from courant.v1 import article_service_pb2_grpc
from courant.v1 import change_service_pb2_grpc
from google.protobuf import duration_pb2

import acceptance
import harness
import raw_http2 as http2
from edge_desk import CONFIG, PATH, EdgeTest
from harness import articles, changes
from partner_desk import an_article

GET = "courant.v1.ArticleService/GetArticle"
FOLLOW = "courant.v1.ChangeService/SubscribeChanges"
# `timeout client` of haproxy.cfg: a stream may be silent for longer.
QUIET = 30


class PageTest(unittest.TestCase):
    def test_courantd_is_told_here_what_the_page_says(self):
        said = CONFIG.with_name("README.md").read_text()
        for setting in EdgeTest.settings:
            section, key, value = re.split("[.=]", setting)
            self.assertRegex(said, rf"(?m)^{section}:\n(  .*\n)*"
                                   rf"  {key}: {value}\b")


class PartnerTest(EdgeTest):
    """Somebody who means well."""

    def test_an_article_is_read_and_a_stream_goes_on(self):
        name = self.create(an_article()).name
        self.assertEqual(self.get(name).name, name)
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        stream = stub.SubscribeChanges(
            changes.SubscribeChangesRequest(
                start_from=changes.EARLIEST_RETAINED,
                filter='section="nothing-of-it"',
                progress_interval=duration_pb2.Duration(seconds=60)),
            metadata=self.bearer(), timeout=3 * harness.PATIENCE)
        begin = time.monotonic()
        kinds = []
        for message in stream:
            kinds.append(message.WhichOneof("event"))
            # The first one tells that it is at the end; the next one has waited.
            if kinds.count("progress") == 2:
                break
        self.assertGreater(time.monotonic() - begin, QUIET)
        stream.cancel()

    def test_connections_are_not_shared(self):
        name = self.create(an_article()).name
        doors = [self.open_door() for _ in range(5)]
        for door in doors * 10:
            stub = article_service_pb2_grpc.ArticleServiceStub(door)
            stub.GetArticle(articles.GetArticleRequest(name=name),
                            metadata=self.bearer(), timeout=harness.PATIENCE)
        opened = self.wire("courant_connections_accepted_total", '"partner"')
        print(f"50 calls on 5 connections made {opened:.0f} to courantd")
        self.assertEqual(opened, 5)
        for door in doors:
            door.close()

    def test_what_is_no_call_is_not_passed_on(self):
        not_found = b"\x8d"  # 404, as HPACK has it.
        for path, status in (("/courant.v1.ArticleService/GetArticle", b"415"),
                             ("/", not_found), ("/console", not_found),
                             ("/grpc.health.v1.Health/Check", not_found)):
            connection = http2.Connection(self.address, self.authority)
            connection.acknowledge()
            connection.send(http2.frame(
                http2.HEADERS, http2.END_HEADERS | http2.END_STREAM, 1,
                http2.headers([(":method", "POST"), (":scheme", "https"),
                               (":path", path), (":authority", "wire")])))
            while (got := connection.read_frame())[0] != http2.HEADERS:
                pass
            self.assertIn(status, got[3][:6], path)
            connection.close()

    def test_the_configuration_is_one_without_a_warning(self):
        environment = {"PATH": PATH, "EDGE_CERTIFICATE":
                       str(self.keys / "both")}
        done = subprocess.run(["haproxy", "-c", "-q", "-f", CONFIG], text=True,
                              capture_output=True, env=environment)
        # Its user is made by its package, which is not installed here.
        said = [line for line in done.stderr.splitlines()
                if "[WARNING]" in line or "[ALERT]" in line]
        self.assertEqual([line for line in said
                          if "haproxy'" not in line and "Fatal errors" not in
                          line and "Error(s) found" not in line], [])


class AttackTest(EdgeTest):
    """Somebody who does not."""

    def setUp(self):
        super().setUp()
        self.name = self.create(an_article()).name
        self.get(self.name)
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        self.stream = iter(stub.SubscribeChanges(
            changes.SubscribeChangesRequest(start_from=changes.LATEST),
            metadata=self.bearer(), timeout=3 * harness.PATIENCE))
        self.assertEqual(next(self.stream).WhichOneof("event"), "started")
        self.request = http2.message(articles.GetArticleRequest(
            name=self.name).SerializeToString())

    def attack(self, pieces):
        """From another address, until it is cut or all is sent."""
        connection = http2.Connection(self.address, self.authority,
                                      source="127.0.0.2")
        sent = 0
        for piece in pieces:
            if not connection.send(piece):
                break
            sent += 1
        connection.close()
        return sent

    def unharmed(self, what, sent, of):
        """The partner goes on: on its stream, on its connection, and on a new
        one. Nobody's connection was cut by courantd for what came through."""
        name = self.create(an_article("After the attack")).name
        for message in self.stream:
            if message.WhichOneof("event") == "batch":
                self.assertEqual(message.batch.changes[0].resource, name)
                break
        self.get(name)
        self.door.close()
        self.door = self.open_door()
        self.get(name)
        refused = self.wire('courant_connections_refused_total')
        print(f"edge: {what}: {sent} of {of} sent, "
              f"{self.requests_denied():.0f} requests denied there, "
              f"{self.calls():.0f} calls reached courantd")
        self.assertEqual(refused, 0)
        self.assertIsNone(self.edge.poll())
        self.assertIsNone(self.server.process.poll())

    def calls(self):
        return self.wire("grpc_server_started_total")

    def stream_of(self, number, block, body=b""):
        return (http2.frame(http2.HEADERS, http2.END_HEADERS, number, block)
                + (http2.frame(http2.DATA, http2.END_STREAM, number, body)
                   if body else b""))

    def block(self, method=GET, metadata=()):
        return http2.headers(http2.call_headers(method, metadata))

    def test_a_continuation_flood(self):
        block = http2.headers([("x", "y" * 16000)])
        pieces = [http2.frame(http2.HEADERS, 0, 1, self.block())] + [
            http2.frame(http2.CONTINUATION, 0, 1, block)] * 1500
        sent = self.attack(pieces)
        self.assertLess(sent, 1500)
        self.unharmed("continuation flood", sent, len(pieces))

    def resets(self, metadata=()):
        block, reset = self.block(metadata=metadata), (8).to_bytes(4, "big")
        return [self.stream_of(number, block, self.request)
                + http2.frame(http2.RST_STREAM, 0, number, reset)
                for number in range(1, 20001, 2)]

    def test_rapid_reset(self):
        before = self.calls()
        pieces = self.resets()
        sent = self.attack(pieces)
        self.assertLess(self.calls() - before, 1000)
        self.unharmed("rapid reset", sent, len(pieces))

    def test_rapid_reset_of_a_partner(self):
        before = self.calls()
        pieces = self.resets(self.bearer(self.make_key().secret))
        sent = self.attack(pieces)
        self.assertLess(self.calls() - before, 1000)
        self.unharmed("rapid reset with a good key", sent, len(pieces))

    def test_streams_without_a_request(self):
        before = self.calls()
        pieces = [self.stream_of(number, self.block())
                  for number in range(1, 10001, 2)]
        sent = self.attack(pieces)
        self.assertEqual(self.calls(), before)
        self.unharmed("streams without a request", sent, len(pieces))

    def test_many_requests_with_a_wrong_key(self):
        pieces = [self.stream_of(number, self.block(), self.request)
                  for number in range(1, 10001, 2)]
        sent = self.attack(pieces)
        self.unharmed("5,000 calls without a key", sent, len(pieces))

    def test_a_large_request(self):
        """Again and again: what would have courantd shut out an address."""
        body = http2.frame(http2.DATA, 0, 1, bytes(16000))
        before = self.calls()
        for _ in range(30):
            sent = self.attack([self.stream_of(1, self.block())] + [body] * 64)
        self.assertEqual(self.calls(), before)
        self.unharmed("30 requests of 1 MB", sent, 65)

    def test_large_headers(self):
        for _ in range(30):
            sent = self.attack([self.stream_of(
                1, self.block(metadata=[(f"x-{i}", "y" * 1500)
                                       for i in range(8)]), self.request)])
        self.unharmed("headers of 12 kB", sent, 1)

    def test_metadata_with_a_fault(self):
        """By which a shared connection would break for everybody."""
        block = self.block(metadata=[("x-bin", "no base64!")])
        for _ in range(10):
            sent = self.attack([self.stream_of(1, block, self.request)])
        self.unharmed("a bad -bin header", sent, 1)

    def test_connections_that_say_nothing(self):
        idle = []
        try:
            for _ in range(200):
                idle.append(http2.Connection(self.address, self.authority,
                                             source="127.0.0.2"))
        except OSError:
            pass  # Closed as it came.
        self.assertLessEqual(len(idle), 64)
        self.unharmed("idle connections", len(idle), 200)
        for connection in idle:
            connection.close()


if __name__ == "__main__":
    acceptance.main()
