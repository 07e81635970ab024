"""Outlets that try the wire out: made by `courant partner onboard`, and run as
its screen says, word by word."""

import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import tempfile
import threading

import harness
from harness import ROOT


class Client:
    """A client in a process of its own, by the command line that was pasted."""

    def __init__(self, command, folder):
        self.errors = open(folder / "client.err", "w+")
        # `exec`: what is stopped is the client, not a shell around it.
        self.process = subprocess.Popen(
            ["sh", "-c", f"exec {command}"], cwd=folder, text=True,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
            stdout=subprocess.PIPE, stderr=self.errors)
        self.lines, self.seen = queue.Queue(), set()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
        self.lines.put(None)

    def next_line(self, what):
        line = self.lines.get(timeout=harness.PATIENCE)
        if line is None:
            self.process.wait(harness.PATIENCE)
            self.errors.seek(0)
            raise AssertionError(f"the client ended with "
                                 f"{self.process.returncode} before {what}: "
                                 f"{self.errors.read()}")
        self.seen.add(line["event"])
        return line

    def wait_for(self, event, **facts):
        """The next line of that event which says that; passes over others."""
        while True:
            line = self.next_line(event)
            if line["event"] == event and facts.items() <= line.items():
                return line

    def stop(self, how=signal.SIGTERM):
        """Ends it. Returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(harness.PATIENCE)
        self.process.stdout.close()
        self.errors.close()
        return code


class Authority:
    """Whoever vouches for a server on this machine, and what it issued."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-tls-"))
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", "/CN=authority", "-keyout", "ca.key",
                     "-out", "ca")
        (self.folder / "san").write_text("subjectAltName=IP:127.0.0.1\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=wire",
                     "-keyout", "wire.key", "-out", "request")
        self.openssl("x509", "-req", "-in", "request", "-CA", "ca", "-CAkey",
                     "ca.key", "-CAcreateserial", "-days", "2", "-extfile",
                     "san", "-out", "wire")

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *arguments], cwd=self.folder,
                              check=True, capture_output=True,
                              text=True).stdout

    def fingerprint(self):
        return self.openssl("x509", "-in", "ca", "-noout", "-fingerprint",
                            "-sha256").strip().partition("=")[2]

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class TrialTest(harness.ServerTest):
    """A test with a partner that tries the wire out."""

    settings = ("auth.environment=test",)

    def setUp(self):
        super().setUp()
        # A checkout, as far as clients need one: what they leave stays here.
        (self.folder / "clients").symlink_to(ROOT / "clients")

    def onboard(self, name="daily", *arguments, code=0):
        done = self.server.courant(
            "partner", "onboard", name, "--partner-address",
            self.server.partner, *arguments, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr if code else done.stdout

    def key_file(self, name="daily"):
        return self.folder / f"{name}.key"

    def commands(self, screen):
        """The command lines of the screen: those that are set off."""
        return [line.strip() for line in screen.splitlines()
                if line.startswith("  ") and line.strip()[:4] in
                ("/usr", "node", "(uma")]

    def start(self, command):
        client = Client(command, self.folder)
        self.addCleanup(client.stop)
        return client

    def mirror(self, name="daily"):
        """{article: revision} of what the client keeps."""
        return {f"articles/{path.stem}":
                json.loads(path.read_text())["revision"]
                for path in pathlib.Path(
                    self.folder / f"{name}-mirror/articles").glob("*.json")}
