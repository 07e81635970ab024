"""What the unit denies, the server does not need: under strace, it asks the
system for nothing that the unit's filters would refuse.

The filters are only systemd's to set; this is what can be seen without it.
"""

import pathlib
import re
import subprocess
import tempfile
import threading
import time
import unittest

import acceptance
from harness import PATIENCE, ROOT, Server
from unit_file import UnitFile

UNIT = UnitFile(ROOT / "deploy/systemd/courantd.service")
CALL = re.compile(r"\d+ +(\w+)\((.*)")


class TracedServer(Server):
    def __init__(self, data_dir, trace, *settings):
        super().__init__(data_dir, *settings)
        self.trace = trace

    def command(self):
        # As the grandchild, so that the process is the server's.
        return ["strace", "--daemonize", "-f", "-q", "--seccomp-bpf", "-o",
                str(self.trace), *super().command()]

    def calls(self):
        """(name, the rest) of each, when all has been written down."""
        last = re.compile(rf"^{self.process.pid} +\+\+\+ ", re.MULTILINE)
        deadline = time.monotonic() + PATIENCE
        while not last.search(text := self.trace.read_text()):
            if time.monotonic() > deadline:
                raise AssertionError("the trace has no end")
            threading.Event().wait(0.05)
        return [match.groups() for match in map(CALL.match, text.splitlines())
                if match]


def expand(word):
    """The system calls of a set such as @system-service."""
    if not word.startswith("@"):
        return {word}
    said = subprocess.run(
        ["systemd-analyze", "--no-pager", "syscall-filter", word], check=True,
        text=True, stdout=subprocess.PIPE).stdout
    words = [line.strip() for line in said.splitlines()[1:]]
    return set().union(*(expand(word) for word in words
                         if word and not word.startswith("#")))


def allowed():
    calls = set()
    for line in UNIT.all("SystemCallFilter"):
        sets = set().union(*map(expand, line.removeprefix("~").split()))
        calls = calls - sets if line.startswith("~") else calls | sets
    return calls


class CallsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="courant-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def some_of_everything(self):
        server = TracedServer(self.folder / "data", self.folder / "trace",
                              f"backup.dir={self.folder / 'backup'}")
        server.start()
        self.addCleanup(server.stop)
        samples = sorted((ROOT / "deploy/samples").glob("*.jsonl"))
        server.courant("import", "--yes", "--actor", "desk/lee", *samples)
        server.courant("change", "tail", "--from", "earliest", "--count", "3")
        server.courant("partner", "onboard", "daily", "--yes",
                       "--partner-address", server.partner)
        server.courant("backup", "create")
        server.page("/metrics")
        server.page("/console")
        self.assertEqual(server.stop(), 0)
        return server.calls()

    def test_what_is_denied_is_not_needed(self):
        calls = self.some_of_everything()
        names = {name for name, _ in calls}
        self.assertIn("fdatasync", names)
        self.assertEqual(names - allowed(), set())
        families = {rest.split(",")[0] for name, rest in calls
                    if name == "socket"}
        self.assertIn("AF_INET", families)
        self.assertLessEqual(families,
                             set(UNIT.words("RestrictAddressFamilies")))
        self.assertEqual(UNIT.one("MemoryDenyWriteExecute"), "yes")
        self.assertEqual([rest for name, rest in calls
                          if name in ("mmap", "mprotect")
                          and "PROT_WRITE" in rest and "PROT_EXEC" in rest],
                         [])


if __name__ == "__main__":
    acceptance.main()
