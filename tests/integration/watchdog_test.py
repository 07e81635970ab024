"""The service manager is told that all is well while it is, and only then."""

import os
import resource
import socket
import time
import unittest

import harness
import tls_desk

# Half of it passes between two checks.
TIMEOUT = 2.0


class Manager:
    """The end of a service manager at which it is told things."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(harness.PATIENCE)

    def hear(self):
        return self.socket.recv(4096).decode()

    def await_word(self, word):
        while self.hear() != word:
            pass

    def is_silent_for(self, seconds):
        """Whether nothing comes for so long, within which the watchdog would
        have been fed more than once."""
        self.socket.settimeout(seconds)
        try:
            self.hear()
            return False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(harness.PATIENCE)

    def drain(self):
        """Forgets what was said before."""
        self.socket.setblocking(False)
        try:
            while True:
                self.hear()
        except BlockingIOError:
            self.socket.settimeout(harness.PATIENCE)


class WatchdogTest(harness.ServerTest):
    def setUp(self):
        pass

    def begin(self, *settings, **environment):
        self.settings = settings
        path = f"/tmp/courant-manager-{os.getpid()}"
        self.manager = Manager(path)
        self.addCleanup(os.unlink, path)
        self.addCleanup(self.manager.socket.close)
        self.environment = {"NOTIFY_SOCKET": path,
                            "WATCHDOG_USEC": str(int(TIMEOUT * 1e6)),
                            **environment}
        super().setUp()

    def last_ok(self):
        name = "courant_watchdog_last_ok_timestamp_seconds "
        return float(next(line for line in self.server.metrics()
                          if line.startswith(name)).split()[1])

    def await_trouble(self, word):
        with harness.deadline(harness.PATIENCE, f"being told of {word}"):
            while word not in self.server.log_text():
                pass

    def test_it_is_fed_while_all_is_well(self):
        begin = time.time()
        self.begin()
        self.manager.await_word("READY=1")
        for _ in range(3):
            self.manager.await_word("WATCHDOG=1")
        self.assertGreaterEqual(self.last_ok(), begin)
        self.assertNotIn("watchdog_missed", self.server.log_text())
        self.assertEqual(self.server.stop(), 0)
        self.manager.await_word("STOPPING=1")

    @unittest.skipIf(os.environ.get("COURANT_SANITIZE"),
                     "a sanitizer looks at memory through a pipe")
    def test_not_when_the_listener_takes_nobody(self):
        # Without descriptors, as after a spike of connections: the process
        # lives, and nobody gets in.
        self.begin()
        self.manager.await_word("WATCHDOG=1")
        soft, hard = resource.prlimit(self.server.process.pid,
                                      resource.RLIMIT_NOFILE)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE,
                         (1, hard))
        self.await_trouble("watchdog_missed")
        self.manager.drain()
        self.assertTrue(self.manager.is_silent_for(2 * TIMEOUT))
        resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE,
                         (soft, hard))
        self.manager.await_word("WATCHDOG=1")
        self.await_trouble("watchdog_well_again")

    def test_nobody_is_told_who_does_not_watch(self):
        self.begin(WATCHDOG_PID="1")
        self.manager.await_word("READY=1")
        self.assertTrue(self.manager.is_silent_for(TIMEOUT))
        # It looks all the same.
        self.assertGreater(self.last_ok(), 0)

    def test_a_listener_with_certificates(self):
        for more in ((), ("client_ca_file",)):
            with self.subTest(more=more):
                self.serve_with_certificates(more)

    def serve_with_certificates(self, more):
        keys = self.make_keys()
        tls = "listeners.internal.tls"
        self.begin(f"{tls}.certificate_file={keys}/wire",
                   f"{tls}.key_file={keys}/wire.key",
                   *[f"{tls}.{key}={keys}/authority" for key in more])
        for _ in range(2):
            self.manager.await_word("WATCHDOG=1")
        self.assertNotIn("watchdog_missed", self.server.log_text())
        self.doCleanups()

    def make_keys(self):
        """A certificate for no name of this machine, which vouches for nobody,
        and an authority that does not vouch for it."""
        keys = self.enterContext(harness.tempfile.TemporaryDirectory())
        for name in ("wire", "authority"):
            tls_desk.vouch_for_itself(f"{keys}/{name}", f"{keys}/{name}.key",
                                      f"{name}.example")
        return keys


if __name__ == "__main__":
    harness.main()
