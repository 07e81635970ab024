"""Runs a client of another language against a real server while it is fed.

    clients_test.py CLIENT --bin-dir FOLDER     CLIENT is node or python

Starts courantd on an empty folder, starts the client, and imports while the
client reads: real news when COURANT_DATA names it, our sample wire otherwise.
The client must print every change exactly once and in order; each message must
continue where the one before ended; and a token from the middle must give
exactly the rest. A client that is not installed is a failure: `npm ci` in
tests/clients/node, and deploy/install-deps.sh test.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# Seconds. Nothing below takes more than a few, but sanitizers make it slow.
DEADLINE = 240

OPTIONS = None  # Set by main().


def feed():
    """The file that is imported, and how many changes that makes."""
    data = os.environ.get("COURANT_DATA")
    if data is None:
        samples = ROOT / "deploy/samples/sample-wire.jsonl"
        return samples, len(samples.read_text().splitlines())
    return pathlib.Path(data) / "wikinews/wikinews_2019.csv", 171


def python_stubs(folder):
    """Makes the stubs of tail.py's header."""
    plugin = shutil.which("grpc_python_plugin")
    protos = sorted((ROOT / "proto/courant/v1").glob("*.proto"))
    subprocess.run(["protoc", f"-I{ROOT / 'proto'}", f"--python_out={folder}",
                    f"--grpc_python_out={folder}",
                    f"--plugin=protoc-gen-grpc_python={plugin}",
                    *map(str, protos)], check=True)


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="courant-clients-")
        self.addCleanup(self.folder.cleanup)
        folder = pathlib.Path(self.folder.name)
        self.client = {
            "node": ["node", str(HERE / "node/tail.mjs")],
            "python": ["/usr/bin/python3", str(HERE / "python/tail.py"),
                       "--stubs", str(folder)],
        }[OPTIONS.client]
        if OPTIONS.client == "python":
            python_stubs(folder)
        self.start_server(folder)

    def start_server(self, folder):
        log = open(folder / "courantd.log", "w+")
        self.addCleanup(log.close)
        server = subprocess.Popen(
            [OPTIONS.bin_dir / "courantd", "--data-dir", folder / "data",
             "--set", "listeners.internal.address=127.0.0.1:0",
             "--set", "listeners.partner.address=127.0.0.1:0",
             "--set", "listeners.ops.address=127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=log, text=True)
        self.addCleanup(self.stop_server, server)
        line = server.stdout.readline()
        self.assertTrue(line, "courantd did not start: "
                        + (folder / "courantd.log").read_text())
        self.environment = dict(
            os.environ, COURANT_ADDRESS=json.loads(line)["ready"]["internal"])

    def stop_server(self, server):
        server.send_signal(signal.SIGTERM)
        with server.stdout:
            self.assertEqual(server.wait(DEADLINE), 0)

    def start_client(self, *arguments):
        errors = tempfile.TemporaryFile("w+")
        self.addCleanup(errors.close)
        client = subprocess.Popen(
            [*self.client, *arguments], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=errors)
        watchdog = threading.Timer(DEADLINE, client.kill)
        watchdog.start()
        self.addCleanup(watchdog.cancel)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        self.addCleanup(client.stdout.close)
        first_line = client.stdout.readline()
        return client, errors, first_line

    def read_to_end(self, client, errors, first_line):
        lines = [first_line, *client.stdout]
        status = client.wait()
        errors.seek(0)
        self.assertEqual(status, 0, errors.read())
        return [json.loads(line) for line in lines]

    def check(self, messages, begin, end):
        """The messages cover (begin, end], every change once, no gap."""
        self.assertEqual(messages[0]["event"], "started")
        position = begin
        for message in messages:
            self.assertEqual(message["after"], position, message)
            sequences = [change["sequence"] for change in message["changes"]]
            # Nothing is filtered out, so a batch holds what it covers.
            self.assertEqual(
                sequences, list(range(position + 1, message["sequence"] + 1)))
            position = message["sequence"]
        self.assertEqual(position, end)

    def test_sees_every_change_exactly_once_while_an_import_runs(self):
        path, changes = feed()
        self.assertTrue(path.is_file(), f"{path} is missing")
        # Has subscribed, if it works at all, before the first change is made.
        client = self.start_client("--until", str(changes))
        importer = subprocess.Popen(
            [OPTIONS.bin_dir / "courant", "import", "--yes", path],
            env=self.environment, stdout=subprocess.DEVNULL)
        messages = self.read_to_end(*client)
        self.assertEqual(importer.wait(DEADLINE), 0)
        self.check(messages, 0, changes)
        resources = {change["resource"]
                     for message in messages for change in message["changes"]}
        self.assertEqual(len(resources), changes)

        # A token gives exactly what came after it.
        batches = [m for m in messages if m["event"] == "batch"]
        for message in batches[0], batches[len(batches) // 2]:
            rest = self.read_to_end(*self.start_client(
                message["resume_token"], "--until", str(changes)))
            self.check(rest, message["sequence"], changes)


def main():
    global OPTIONS
    arguments = argparse.ArgumentParser()
    arguments.add_argument("client", choices=["node", "python"])
    arguments.add_argument("--bin-dir", type=pathlib.Path, required=True)
    OPTIONS = arguments.parse_args()
    unittest.main(argv=[sys.argv[0]])


if __name__ == "__main__":
    main()
