"""What the server says of itself, state by state."""

import shutil
import tempfile
import threading

import grpc

import harness
from ready_test import health

NOT_SERVING = 2
SERVING = 1
SERVICES = ("", "courant.v1.ArticleService", "courant.v1.ChangeService",
            "courant.v1.SubscriptionService", "courant.v1.TranslationService",
            "courant.v1.PartnerService", "courant.v1.AccountService",
            "courant.v1.BackupService")


class HealthTest(harness.ServerTest):
    def watch(self, service):
        """All that grpc.health.v1 says of it, from now to the end."""
        request = bytes([0x0a, len(service)]) + service.encode()
        return self.channel.unary_stream("/grpc.health.v1.Health/Watch")(
            request if service else b"", timeout=harness.PATIENCE)

    def test_serving(self):
        for service in (*SERVICES, "liveness"):
            self.assertEqual(health(self.server.internal, service), SERVING)
        with self.assertRaises(grpc.RpcError) as caught:
            health(self.server.internal, "courant.v1.NoService")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)
        self.assertEqual(self.server.page("/readyz"), "ready\n")
        self.assertEqual(self.server.page("/healthz"), "ok\n")

    def test_draining(self):
        watched = {service: self.watch(service) for service in SERVICES}
        for answers in watched.values():
            self.assertEqual(next(answers)[1], SERVING)
        stopping = threading.Thread(target=self.server.stop)
        stopping.start()
        for service, answers in watched.items():
            self.assertEqual(next(answers)[1], NOT_SERVING, service)
            answers.cancel()
        stopping.join()


class FullTest(HealthTest):
    """A full disk is for writers, not for balancers."""

    RESERVED = 1 << 40  # The most that the key takes.

    def setUp(self):
        if shutil.disk_usage(tempfile.gettempdir()).free > self.RESERVED:
            # Too large to be full: then the one in memory.
            self.addCleanup(setattr, tempfile, "tempdir", tempfile.tempdir)
            tempfile.tempdir = "/dev/shm"
        super().setUp()
        # A new folder could not begin on such a disk.
        self.server.stop()
        self.server.settings = (f"storage.reserved_bytes={self.RESERVED}",)
        self.server.start()
        self.connect()
        with self.assertRaises(grpc.RpcError) as caught:
            self.create()
        self.assertEqual(harness.details(caught.exception)[0].reason,
                         "STORAGE_FULL")


if __name__ == "__main__":
    harness.main()
