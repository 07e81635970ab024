"""Traces: what calls bring and are told, and that every line of the log and of
the audit log has one."""

import collections
import fcntl
import json
import re
import signal
import secrets
import subprocess
import tempfile
import time
import unittest
import urllib.request

import grpc

from courant.v1 import change_service_pb2_grpc
from google.rpc import error_details_pb2, status_pb2

import harness
import newsroom
from harness import articles, changes
from newsroom import KIM
from partner_desk import OutletTest, an_article

TRACE_ID = re.compile(r"[0-9a-f]{32}")
SPAN_ID = re.compile(r"[0-9a-f]{16}")
TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-0[01]")
GET = "/courant.v1.ArticleService/GetArticle"


def a_trace():
    """(id, `traceparent`) of a caller's trace."""
    trace = secrets.token_hex(16)
    return trace, f"00-{trace}-{secrets.token_hex(8)}-01"


def told(call):
    """The trace that an answer names."""
    found = [value for key, value in call.initial_metadata()
             if key == "traceparent"]
    if len(found) != 1 or not TRACEPARENT.fullmatch(found[0]):
        raise AssertionError(f"the answer has {found}")
    return TRACEPARENT.fullmatch(found[0]).groups()


def named_by(error):
    """The trace that the details of an error name."""
    for key, value in error.trailing_metadata():
        if key != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            info = error_details_pb2.RequestInfo()
            if detail.Unpack(info):
                return info.request_id
    raise AssertionError("the error names no trace")


def end(test):
    """Stops the server of a test; its log can still be read."""
    test.server.process.terminate()
    test.assertEqual(test.server.process.wait(harness.PATIENCE), 0)
    test.addCleanup(test.server.process.stdout.close)
    test.addCleanup(test.server.log.close)


class TraceTest(OutletTest):
    settings = ("log.calls=all", "partners.acknowledge_within=1s")

    def connect(self):
        super().connect()
        self.desk = newsroom.Newsroom(self.channel)

    def lines(self):
        """Those of the log, each of which is one object."""
        return [json.loads(line) for line in
                self.server.log_text().splitlines()]

    def audit(self):
        path = self.folder / "data.audit.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def line(self, **wanted):
        """Waits for such a line, and returns it."""
        end = time.monotonic() + harness.PATIENCE
        while time.monotonic() < end:
            for line in self.lines():
                if all(line.get(k) == v for k, v in wanted.items()):
                    return line
        raise AssertionError(f"there is no line {wanted}")

    def ask(self, channel, name, metadata):
        """A call of GetArticle, answered or not."""
        return channel.unary_unary(GET)(
            articles.GetArticleRequest(name=name).SerializeToString(),
            metadata=metadata, timeout=harness.PATIENCE)

    def refused(self, channel, metadata, name="articles/nothing-here"):
        with self.assertRaises(grpc.RpcError) as caught:
            self.ask(channel, name, metadata)
        return caught.exception

    def test_every_line_of_a_day_has_a_trace(self):
        # Calls of all kinds, at both doors, by both tools.
        name = self.desk.create(an_article("A day")).name
        self.desk.do("update", name, KIM, byline="Kim")
        trace, parent = a_trace()
        self.refused(self.channel, [("traceparent", parent)])
        inside = self.line(event="call", trace_id=trace)
        self.assertEqual(inside["parent_span_id"], parent.split("-")[2])
        self.assertEqual(
            (inside["listener"], inside["method"], inside["code"],
             inside["reason"], inside["actor"]),
            ("internal", GET[1:], "NotFound", "RESOURCE_NOT_FOUND", "unknown"))
        self.assertGreater(inside["dur_s"], 0)
        trace, parent = a_trace()
        error = self.refused(self.door,
                             self.bearer() + [("traceparent", parent)])
        self.assertEqual(named_by(error), trace)
        outside = self.line(event="call", trace_id=trace)
        self.assertEqual(outside["principal"], "partners/daily")
        self.assertEqual(told(error), (trace, outside["span_id"]))
        # Who shows nothing is nobody.
        trace, parent = a_trace()
        self.refused(self.door, [("traceparent", parent)])
        stranger = self.line(event="call", trace_id=trace)
        self.assertEqual(stranger["code"], "Unauthenticated")
        self.assertNotIn("principal", stranger)
        # A stream, which ends with its client.
        trace, parent = a_trace()
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        stream = stub.SubscribeChanges(
            changes.SubscribeChangesRequest(),
            metadata=self.bearer() + [("traceparent", parent)],
            timeout=harness.PATIENCE)
        next(stream)
        self.assertEqual(told(stream)[0], trace)
        stream.cancel()
        left = self.line(event="call", trace_id=trace)
        self.assertEqual(left["code"], "Canceled")
        self.assertGreaterEqual(left["messages"], 1)
        # A write; its record in the audit log is of the same trace.
        trace, parent = a_trace()
        self.articles.KillArticle(
            articles.KillArticleRequest(name=name, reason="an order"),
            metadata=[("courant-actor", KIM), ("traceparent", parent)],
            timeout=harness.PATIENCE)
        self.line(event="call", trace_id=trace)
        self.check_background()
        end(self)
        self.check_lines()
        self.check_records(trace)

    def check_background(self):
        """What nobody called for: a notice that is overdue."""
        name = self.desk.create(an_article("Overdue")).name
        self.get(name)
        self.articles.WithdrawArticle(
            articles.WithdrawArticleRequest(name=name, reason="wrong"),
            metadata=[("courant-actor", KIM)], timeout=harness.PATIENCE)
        self.line(event="notice_overdue")
        self.server.process.send_signal(signal.SIGHUP)
        self.line(event="config_reloaded")

    def check_lines(self):
        lines = self.lines()
        for line in lines:
            self.assertRegex(line["trace_id"], TRACE_ID)
            self.assertTrue(TRACE_ID.fullmatch(line["trace_id"]), line)
            self.assertTrue(SPAN_ID.fullmatch(line["span_id"]), line)
        events = collections.Counter(line["event"] for line in lines)
        self.assertEqual((events["ready"], events["stopping"],
                          events["stopped"]), (1, 1, 1))
        # The process is one trace, each call and each notice another.
        process = {line["trace_id"] for line in lines
                   if line["event"] in ("ready", "stopping", "stopped")}
        self.assertEqual(len(process), 1)
        calls = [line for line in lines if line["event"] == "call"]
        self.assertGreater(len(calls), 10)
        spans = {line["span_id"] for line in calls}
        self.assertEqual(len(spans), len(calls))
        self.assertFalse(process & {line["trace_id"] for line in calls})
        self.process, = process
        self.overdue = [line["trace_id"] for line in lines
                        if line["event"] == "notice_overdue"]

    def check_records(self, kill):
        records = self.audit()
        for record in records:
            self.assertTrue(TRACE_ID.fullmatch(record["trace_id"]), record)
        killed = [r for r in records if r["trace_id"] == kill]
        self.assertEqual([r["method"].rpartition("/")[2] for r in killed],
                         ["KillArticle"])
        self.assertEqual({r["trace_id"] for r in records
                          if r["event"] in ("started", "config_reloaded",
                                            "stopped")},
                         {self.process})
        self.assertEqual([r["trace_id"] for r in records
                          if r["event"] == "notice_overdue"], self.overdue)
        self.server.courant("audit", "verify",
                            self.folder / "data.audit.jsonl")

    def test_a_hostile_traceparent_is_none(self):
        good = a_trace()[1]
        hostile = [
            '00-0af7651916cd43dd8448eb21","event":"forged-b7ad6b7169203331-01',
            good + ' {"event":"forged"}', " " * 55, good.upper(), "x" * 4000,
            good.replace("-", "\\n"), "00-" + "0" * 32 + "-" + "0" * 16 + "-00",
            f"{good},{good}", "ff" + good[2:]]
        seen = set()
        for value in hostile:
            for door, metadata in ((self.channel, []),
                                   (self.door, self.bearer())):
                error = self.refused(door,
                                     metadata + [("traceparent", value)])
                trace, span = told(error)
                self.assertNotIn(trace, value)
                self.assertNotIn(trace, seen)
                self.assertEqual(named_by(error), trace)
                seen.add(trace)
                line = self.line(event="call", span_id=span)
                self.assertNotIn("parent_span_id", line)
        # Two of them are none, too.
        error = self.refused(self.channel, [("traceparent", good)] * 2)
        self.assertNotIn(told(error)[0], good)
        # Nor has anything else that a caller sends a line of its own.
        actor = 'kim"}\n{"event":"forged","trace_id":"x"}'
        error = self.refused(self.channel,
                             [("courant-actor-bin", actor.encode())])
        self.assertEqual(
            self.line(event="call", trace_id=told(error)[0])["actor"], actor)
        self.assertEqual({line["event"] for line in self.lines()},
                         {"ready", "call"})
        self.assertNotIn(self.key.secret, self.server.log_text())

    def test_the_tool_names_the_trace_and_the_log_knows_it(self):
        done = self.server.courant("article", "get", "nothing-here", "--trace",
                                   check=False)
        self.assertEqual(done.returncode, 1)
        first, *rest = done.stderr.splitlines()
        trace = first.removeprefix("trace: ")
        self.assertTrue(TRACE_ID.fullmatch(trace), done.stderr)
        self.assertIn(f"  trace: {trace}", rest)
        line = self.line(event="call", trace_id=trace)
        self.assertEqual((line["method"], line["code"]), (GET[1:], "NotFound"))

    def test_pages_are_in_a_trace(self):
        trace, parent = a_trace()
        for path in ("/healthz", "/metrics", "/console"):
            asked = urllib.request.Request(f"http://{self.server.ops}{path}",
                                           headers={"traceparent": parent})
            with urllib.request.urlopen(asked,
                                        timeout=harness.PATIENCE) as answer:
                said = TRACEPARENT.fullmatch(answer.headers["traceparent"])
                self.assertEqual(said.group(1), trace)
                self.assertNotEqual(said.group(0), parent)


class StuckTest(unittest.TestCase):
    """Nobody reads the log: calls are answered all the same."""

    CALLS = 1000

    def test_no_call_waits_for_who_reads_the_log(self):
        folder = tempfile.TemporaryDirectory(prefix="courant-test-")
        self.addCleanup(folder.cleanup)
        command = harness.Server(f"{folder.name}/data").command()
        with subprocess.Popen(command, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as server:
            self.addCleanup(server.kill)
            fcntl.fcntl(server.stderr, fcntl.F_SETPIPE_SZ, 4096)
            ready = json.loads(server.stdout.readline())["ready"]
            with grpc.insecure_channel(ready["internal"]) as channel:
                for _ in range(self.CALLS):
                    with self.assertRaises(grpc.RpcError) as caught:
                        channel.unary_unary(GET)(b"", metadata=[
                            ("courant-actor", "x" * 128)], timeout=10)
                    self.assertEqual(caught.exception.code().name,
                                     "INVALID_ARGUMENT")
            server.terminate()
            # Only now, and all of it.
            lines = [json.loads(line) for line in server.stderr]
            self.assertEqual(server.wait(harness.PATIENCE), 0)
        written = sum(line["event"] == "call" for line in lines)
        left_out = sum(line["count"] for line in lines
                       if line["event"] == "calls_left_out")
        self.assertGreaterEqual(written, 200)
        self.assertEqual(written + left_out, self.CALLS)


class QuietTest(harness.ServerTest):
    """By default calls that are answered leave no line."""

    def test_only_what_failed_has_a_line(self):
        self.changes.GetChangeLogStatus(changes.GetChangeLogStatusRequest())
        for _ in range(3):
            with self.assertRaises(grpc.RpcError):
                self.articles.GetArticle(
                    articles.GetArticleRequest(name="articles/nothing-here"))
        end(self)
        lines = [json.loads(line) for line in
                 self.server.log_text().splitlines()]
        self.assertEqual([(line["event"], line.get("code")) for line in lines
                          if line["event"] == "call"],
                         [("call", "NotFound")] * 3)


if __name__ == "__main__":
    unittest.main()
