"""A server with a configuration file that a test writes again; shared by the
tests of SIGHUP."""

import json
import re
import signal
import threading
import time

import harness

RELOADS = "courant_config_reloads_total"
GOOD = "courant_config_last_reload_successful"
SINCE = "courant_config_last_reload_success_timestamp_seconds"


class Reloads:
    """What such a test can do; for a harness.ServerTest."""

    first = ""  # What the server is started with.

    def flags(self):
        self.file = self.folder / "courant.yaml"
        self.file.write_text(self.first)
        return (f"--config={self.file}",)

    def metric(self, name):
        for line in self.server.metrics():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise AssertionError(f"{name} is not measured")

    def reloads(self, result):
        return self.metric(f'{RELOADS}{{result="{result}"}}')

    def until(self, reached, what):
        end = time.monotonic() + harness.PATIENCE
        while not reached():
            self.assertLess(time.monotonic(), end, what)
            threading.Event().wait(0.01)

    def hang_up(self, result="success"):
        """Has it read the file again; returns when it has, as `result`."""
        before = self.reloads(result)
        self.server.process.send_signal(signal.SIGHUP)
        self.until(lambda: self.reloads(result) > before, f"no {result}")

    def reload(self, text, result="success"):
        self.file.write_text(text)
        self.hang_up(result)

    def lines(self, event):
        # gRPC has lines of its own.
        return [line for line in map(json.loads, filter(
            lambda text: text.startswith("{"),
            self.server.log_text().splitlines())) if line["event"] == event]

    def faults(self):
        return [line["why"] for line in self.lines("config_refused")]

    def stays_refused(self, text, *faults):
        """Nothing is taken over, and each of `faults` is a line of the log."""
        known = len(self.faults())
        hashed = self.hashed()
        self.reload(text, "failure")
        self.assertEqual(self.metric(GOOD), 0)
        self.assertEqual(self.hashed(), hashed)
        said = self.faults()[known:]
        self.assertEqual(len(said), len(faults), said)
        for line, fault in zip(said, faults):
            self.assertIn(f"{self.file}:{fault}", line)

    def hashed(self):
        return re.search(r'courant_config_hash_info{sha256="([0-9a-f]{16})"} 1',
                         self.server.page("/metrics")).group(1)
