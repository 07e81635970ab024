"""Places where a test has the server err: each of them is tried, and a release
knows none of them.

COURANT_FAILPOINTS_BUILT says whether this build has them.
"""

import os
import re
import tempfile
import unittest

import harness
import history_test

NAME = re.compile(r'COURANT_FAILPOINT\(\s*"([a-z_.]+)"\s*\)')
BUILT = os.environ.get("COURANT_FAILPOINTS_BUILT") == "1"
# What reads them, and what it reads.
MACHINERY = ("FailpointFires", "COURANT_FAILPOINTS")


def in_sources():
    return {
        name for folder in ("storage", "services")
        for path in sorted((harness.ROOT / folder).rglob("*.cc"))
        for name in NAME.findall(path.read_text(encoding="utf-8"))}


class FailpointsTest(unittest.TestCase):
    def test_each_is_tried(self):
        self.assertEqual(
            in_sources() - {"storage.exit"}, set(history_test.PLANTED))

    def test_the_server_has_all_of_them_or_none(self):
        server = (harness.BIN / "courantd").read_bytes()
        words = sorted(in_sources()) + list(MACHINERY)
        there = [word for word in words if word.encode() in server]
        self.assertEqual(there, words if BUILT else [])

    def test_what_is_malformed_is_refused(self):
        if not BUILT:
            return
        for text in ("stream.skip_change", "a=0", "a=x"):
            with tempfile.TemporaryDirectory() as folder:
                code, said = harness.Server(folder, environment={
                    "COURANT_FAILPOINTS": text}).refuse()
            self.assertEqual(code, 2)
            self.assertIn("COURANT_FAILPOINTS", said)


if __name__ == "__main__":
    harness.main()
