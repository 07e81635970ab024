"""What the reference clients do when the wire says what is seldom, or never.

    reference_test.py CLIENT        CLIENT is node or python
"""

import json
import os
import pathlib
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

import grpc

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CLIENT = None  # Set by main().
PATIENCE = 60

sys.path.insert(0, str(ROOT / "clients/python"))
import wire
from scripted_wire import ScriptedWire

api = wire.load_contract()
from google.protobuf import any_pb2, duration_pb2

Message = api.changes.SubscribeChangesResponse


def started(position, token="begin", **fields):
    return Message(started={"resume_after_sequence": position,
                            "resume_token": token,
                            **fields}).SerializeToString()


def progress(after, sequence, token):
    return Message(progress={"after_sequence": after, "sequence": sequence,
                             "resume_token": token}).SerializeToString()


def batch(after, sequence, token, *changes):
    return Message(batch={"after_sequence": after, "sequence": sequence,
                          "resume_token": token,
                          "changes": changes}).SerializeToString()


def an_article(name, revision):
    return {"resource": f"articles/{name}", "revision": revision,
            "sequence": 1, "kind": "PUBLISHED", "article": {
                "name": f"articles/{name}", "revision": revision}}


def field(number, value):
    """A field as it is on the wire, below 128 bytes: for a message that this
    checkout may not have yet."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def rights(after, sequence, token, backfill=b""):
    return field(8, field(1, after) + field(2, sequence) +
                 field(3, token) + field(5, 2) + field(6, backfill))


def refusal(code, reason, wait_seconds):
    """Ends a call as a courant server does."""
    status = api.status.Status(code=code.value[0], message="no")
    for detail in (api.details.ErrorInfo(reason=reason),
                   api.details.RetryInfo(retry_delay=duration_pb2.Duration(
                       seconds=wait_seconds)),
                   api.details.RequestInfo(request_id="f" * 32)):
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)

    def refuse(context):
        context.set_trailing_metadata(
            [("grpc-status-details-bin", status.SerializeToString())])
        context.abort(code, "no")
    return refuse


class ReferenceTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="courant-reference-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_client(self, *streams, answers=()):
        """Starts the client against a wire that says this, and ends the first
        calls about notices so."""
        self.wire = ScriptedWire(api, streams, answers)
        self.addCleanup(self.wire.stop)
        program = {"python": ["/usr/bin/python3", "clients/python/follow.py"],
                   "node": ["node", "clients/node/follow.mjs"]}[CLIENT]
        client = subprocess.Popen(
            [*program, self.wire.address, "--mirror", self.folder], cwd=ROOT,
            env={**os.environ, "COURANT_KEY": "cour_test_key"},
            stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, args=(client,),
                         daemon=True).start()
        self.addCleanup(client.stdout.close)
        self.addCleanup(client.wait, PATIENCE)
        self.addCleanup(client.send_signal, signal.SIGTERM)

    def read(self, client):
        for line in client.stdout:
            self.lines.put(json.loads(line))

    def wait_for(self, event):
        while True:
            line = self.lines.get(timeout=PATIENCE)
            if line["event"] == event:
                return line

    def requests(self):
        """Where each stream was asked to begin."""
        return [request.resume_token or "a snapshot"
                for _, request in self.wire.asked]

    def waited(self):
        """Seconds between the last two streams."""
        (before, _), (after, _) = self.wire.asked[-2:]
        return after - before

    def mirror(self):
        return sorted(path.stem for path in self.folder.glob("articles/*"))

    def test_a_gap_is_seen_and_what_is_behind_it_is_not_applied(self):
        self.run_client(
            [started(4), batch(4, 5, "five", an_article("a", 1)),
             batch(6, 7, "seven", an_article("b", 1))],
            [started(5)])
        self.assertEqual(self.wait_for("gap"),
                         {"event": "gap", "at": 5, "after": 6})
        self.wait_for("started")
        self.assertEqual(self.requests(), ["a snapshot", "five"])
        self.assertEqual(self.mirror(), ["a"])

    def test_comes_back_when_the_server_that_stops_says(self):
        self.run_client(
            [started(4), Message(drain={
                "after_sequence": 4, "resume_token": "four",
                "reconnect_after": {"seconds": 2}}).SerializeToString()],
            [started(4)])
        self.wait_for("drain")
        self.wait_for("started")
        self.assertEqual(self.requests(), ["a snapshot", "four"])
        self.assertGreater(self.waited(), 1.9)

    def test_comes_back_not_before_a_refusal_says(self):
        self.run_client(
            [started(4), progress(4, 9, "nine"),
             refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED", 3)],
            [started(9)])
        self.assertEqual(self.wait_for("lost"), {
            "event": "lost", "code": "RESOURCE_EXHAUSTED",
            "reason": "QUOTA_EXCEEDED", "trace": "f" * 32})
        self.wait_for("started")
        self.assertEqual(self.requests(), ["a snapshot", "nine"])
        self.assertGreater(self.waited(), 2.9)

    def test_begins_anew_when_its_position_is_worth_nothing(self):
        self.run_client(
            [started(4), batch(4, 5, "five", an_article("a", 1),
                               an_article("b", 1)),
             refusal(grpc.StatusCode.FAILED_PRECONDITION, "HISTORY_FORKED",
                     0)],
            [started(0, in_snapshot=True),
             batch(0, 2, "two", an_article("b", 1)),
             Message(snapshot_complete={
                 "after_sequence": 2, "sequence": 2, "resume_token": "end",
                 "resource_count": 1,
                 "digest": bytes.fromhex(DIGEST_OF_B_1)}).SerializeToString()])
        self.wait_for("complete")
        # What the new snapshot has not is gone, and was there until then.
        self.assertEqual(self.mirror(), ["b"])
        self.assertEqual(self.requests(), ["a snapshot", "a snapshot"])

    def test_a_mirror_that_differs_is_told(self):
        self.run_client(
            [started(0, in_snapshot=True),
             batch(0, 2, "two", an_article("b", 2)),
             Message(snapshot_complete={
                 "after_sequence": 2, "sequence": 2, "resume_token": "end",
                 "resource_count": 1,
                 "digest": bytes.fromhex(DIGEST_OF_B_1)}).SerializeToString()])
        self.wait_for("mirror differs")

    def test_what_it_does_not_know_moves_nothing(self):
        self.run_client(
            [started(4), field(15, b"of a newer server"),
             progress(4, 6, "six"), progress(6, 8, "eight")])
        self.wait_for("started")
        self.wait_for_position("eight")
        self.assertEqual(self.requests(), ["a snapshot"])

    def test_new_rights_lead_to_what_was_there_before(self):
        knows = "rights" in Message.DESCRIPTOR.fields_by_name
        self.run_client(
            [started(4), rights(4, 6, b"six", b"backfill"),
             progress(6, 8, "eight")],
            [started(6, in_snapshot=knows)])
        if knows:
            self.assertEqual(self.wait_for("granted")["articles"], 2)
        else:
            # Of no consequence but the gap.
            self.wait_for("gap")
        self.wait_for("started")
        self.assertEqual(self.requests(),
                         ["a snapshot", "backfill" if knows else "begin"])

    def test_a_correction_is_applied_with_its_text(self):
        notice = {"name": "partners/daily/notices/6", "article": "articles/a",
                  "kind": "CORRECTED", "revision": 2}
        State = api.ledger.Notice.State
        self.run_client(
            [started(4), batch(4, 5, "five", an_article("a", 1)),
             Message(notices={"notices": [notice]}).SerializeToString(),
             # It knows before it is cut off, and is not told again.
             refusal(grpc.StatusCode.UNAVAILABLE, "NODE_DRAINING", 0)],
            [started(5), batch(5, 6, "six", an_article("a", 2))])
        self.wait_for("applied")
        self.assertEqual(self.wire.said,
                         [(notice["name"], State.Value("ACKNOWLEDGED")),
                          (notice["name"], State.Value("APPLIED"))])

    def test_nothing_is_owed_that_the_house_does_not_know(self):
        (self.folder / "position.json").write_text(json.dumps({
            "token": "four", "snapshot": 1, "owed": {
                f"partners/daily/notices/{n}": {
                    "article": "articles/a", "kind": "KILLED", "revision": 2}
                for n in (3, 4)}}))
        # The first call is refused for now, the second for ever.
        self.run_client(
            [started(4)], [started(4), progress(4, 6, "six")], answers=[
                refusal(grpc.StatusCode.UNAVAILABLE, "NODE_DRAINING", 0),
                refusal(grpc.StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND", 0)])
        self.assertEqual(self.wait_for("applied")["name"],
                         "partners/daily/notices/4")
        self.wait_for_position("six")
        self.assertEqual([name[-1] for name, _ in self.wire.said],
                         ["3", "3", "4"])

    def wait_for_position(self, token):
        """The position is said nowhere but on disk."""
        path = self.folder / "position.json"
        done = threading.Event()
        for _ in range(PATIENCE * 20):
            if path.exists() and json.loads(path.read_text())["token"] == token:
                return
            done.wait(0.05)
        self.fail(f"not at {token}: {path.read_text()}")


# SHA-256 of "articles/b@1", its first 16 bytes.
DIGEST_OF_B_1 = "dfd2523e0cd16efc7e4864b8279712d9"


def main():
    global CLIENT
    CLIENT = sys.argv.pop(1)
    unittest.main()


if __name__ == "__main__":
    main()
