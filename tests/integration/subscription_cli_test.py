"""Durable subscriptions by the verbs of courant subscription, as a person or a
script types them, and the tail that goes on from one."""

import json
import os
import signal
import subprocess

import grpc

import harness
from harness import an_article


class SubscriptionCliTest(harness.ServerTest):
    def setUp(self):
        super().setUp()
        for _ in range(4):
            self.create()

    def verb(self, verb, *arguments, code=0):
        done = self.server.courant("subscription", verb, *arguments,
                                   check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr if code else done.stdout

    def get(self, name="site/all"):
        (one,) = self.server.json("subscription", "get", name)
        return one

    def tail(self, *arguments):
        """Sequences that a tail of the subscription prints."""
        return [int(each["sequence"]) for each in self.server.json(
            "change", "tail", "--subscription", "site/all", *arguments)]

    def test_its_life(self):
        line = self.verb("create", "site/all", "--from", "earliest",
                         "--filter", "language = en", "--window", "100")
        self.assertEqual(
            line.split()[:5],
            ["partners/site/subscriptions/all", "at", "0", "4", "behind"])
        self.assertEqual(self.get()["filter"], 'language="en"')
        self.verb("create", "archive/all")
        listed = self.verb("list")
        self.assertEqual([row.split()[0] for row in listed.splitlines()],
                         ["NAME", "archive/all", "site/all"])
        self.assertEqual(len(self.verb("list", "site").splitlines()), 2)
        self.verb("update", "site/all", "--window", "7", "--hold", "72h")
        self.assertEqual(self.get()["maxOutstandingChanges"], 7)
        self.assertIn("holds   history for 72h", self.verb("get", "site/all"))
        self.assertIn("--keep-position", self.verb(
            "update", "site/all", "--filter", "language=ko", code=2))
        self.verb("update", "site/all", "--filter", "language=ko",
                  "--keep-position")
        self.assertIn("--yes", self.verb("delete", "site/all", code=2))
        self.verb("delete", "site/all", "--yes")
        self.assertIn("RESOURCE_NOT_FOUND",
                      self.verb("get", "site/all", code=1))

    def test_the_cursor_moves_by_commit_and_seek(self):
        self.verb("create", "site/all", "--from", "earliest")
        page = json.loads(self.server.courant(
            "subscription", "get", "site/all", "-o", "json").stdout)
        token = self.verb("seek", "site/all", "--to", "latest") and (
            self.get()["committedToken"])
        self.verb("seek", "site/all", "--to", "earliest")
        self.assertEqual(self.get().get("committedSequence", "0"), "0")
        self.assertIn("at 4", self.verb("commit", "site/all", "--to", token))
        self.assertIn("at 4", self.verb("commit", "site/all", "--to",
                                        page["committedToken"]))
        self.assertIn("at 0", self.verb("seek", "site/all", "--time",
                                        "2001-01-01"))
        self.assertIn("RESUME_TOKEN_INVALID", self.verb(
            "commit", "site/all", "--to", "nonsense", code=1))
        self.verb("seek", "site/all", code=2)

    def test_putting_aside(self):
        self.verb("create", "site/all", "--from", "earliest")
        for sequence in ("3", "changes/1"):
            self.verb("park", "site/all", "--change", sequence, "--reason",
                      "No title", "--actor", "site/loader")
        rows = self.verb("parked", "site/all").splitlines()
        self.assertEqual([row.split()[0] for row in rows],
                         ["CHANGE", "changes/1", "changes/3"])
        self.assertIn("site/loader", rows[1])
        self.assertEqual(len(self.verb("replay", "site/all").splitlines()), 2)
        left = self.verb("replay", "site/all", "--done", "1").splitlines()
        self.assertEqual([line.split()[1] for line in left], ["3"])

    def test_a_tail_goes_on_where_it_was(self):
        self.verb("create", "site/all", "--from", "earliest")
        self.assertEqual(self.tail("--count", "3"), [1, 2, 3])
        self.assertEqual(self.get()["committedSequence"], "3")
        self.create()
        self.assertEqual(self.tail("--count", "2"), [4, 5])
        self.assertIn("seek", self.server.courant(
            "change", "tail", "--subscription", "site/all", "--from",
            "earliest", check=False).stderr)

    def create_on_a_fresh_connection(self):
        """The port is the old one, and so may be the connection at first."""
        request_id = harness.new_id()
        while True:
            try:
                return self.create(an_article("After the restart"),
                                   request_id=request_id)
            except grpc.RpcError as error:
                self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE)

    def test_a_tail_outlives_a_restart_of_the_server(self):
        port = self.server.internal.rsplit(":", 1)[1]
        self.verb("create", "site/all", "--from", "earliest")
        tail = subprocess.Popen(
            [str(harness.BIN / "courant"), "change", "tail", "--subscription",
             "site/all", "-o", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=dict(os.environ, COURANT_ADDRESS=self.server.internal))
        self.addCleanup(tail.stdout.close)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)

        def read(count):
            return [int(json.loads(tail.stdout.readline())["sequence"])
                    for _ in range(count)]

        self.assertEqual(read(4), [1, 2, 3, 4])
        self.server.kill()
        self.server.settings = (
            f"listeners.internal.address=127.0.0.1:{port}",)
        self.server.start()
        self.connect()
        self.create_on_a_fresh_connection()
        self.assertEqual(read(1), [5])
        tail.send_signal(signal.SIGINT)
        self.assertEqual(tail.wait(harness.PATIENCE), 0)
        self.assertEqual(self.get()["committedSequence"], "5")


if __name__ == "__main__":
    harness.main()
