"""Sockets that somebody else holds: over restarts, nobody who connects is
refused, and none of them is taken that may not be used."""

import pathlib
import shutil
import socket
import tempfile
import threading
import unittest
import urllib.request

import grpc

from courant.v1 import change_service_pb2_grpc

import activated
import harness
import raw_http2 as http2
from harness import changes

RESTARTS = 5


def call(address):
    """One call on a connection of its own."""
    with grpc.insecure_channel(address, options=[
            ("grpc.use_local_subchannel_pool", 1)]) as channel:
        change_service_pb2_grpc.ChangeServiceStub(channel).GetChangeLogStatus(
            changes.GetChangeLogStatusRequest(), timeout=harness.PATIENCE)


def greet(address):
    """A partner that connects and is greeted."""
    connection = http2.Connection(address)
    assert connection.read_frame()[0] == http2.SETTINGS
    connection.close()


def read_page(address):
    with urllib.request.urlopen(f"http://{address}/healthz",
                                timeout=harness.PATIENCE) as page:
        assert page.read() == b"ok\n"


class Clients:
    """They connect without a pause, each on its own thread, until told to end;
    what went wrong is in `errors`."""

    def __init__(self, *visits):
        self.errors, self.served = [], [0] * len(visits)
        self.over = threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(number, *visit))
            for number, visit in enumerate(visits)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def run(self, number, visit, address):
        while not self.over.is_set():
            try:
                visit(address)
                self.served[number] += 1
            except Exception as error:  # pylint: disable=broad-except
                self.errors.append(f"{visit.__name__}: {error}")

    def await_more(self):
        """Until each was served once more."""
        before = list(self.served)
        with harness.deadline(harness.PATIENCE, "being served"):
            while not all(now > then
                          for now, then in zip(self.served, before)):
                if self.over.wait(0.01):
                    return


class ActivationTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def server(self, sockets, *settings, **more):
        server = activated.ActivatedServer(self.folder / "data", sockets,
                                           *settings, **more)
        for each in sockets.values():
            self.addCleanup(each.close)
        self.addCleanup(server.close)
        self.addCleanup(server.stop)
        return server


class RestartTest(ActivationTest):
    def setUp(self):
        super().setUp()
        self.sockets = {name: activated.listening()
                        for name in ("ops", "internal", "partner")}
        self.held = self.server(self.sockets)

    def address(self, name):
        host, port = self.sockets[name].getsockname()
        return f"{host}:{port}"

    def clients(self):
        return Clients(*[(call, self.address("internal"))] * 3,
                       (greet, self.address("partner")),
                       (read_page, self.address("ops")))

    def test_nobody_is_refused_over_restarts(self):
        # The first to connect come before there is a server.
        with self.clients() as clients:
            for _ in range(RESTARTS):
                self.held.start()
                self.assertEqual(self.held.internal, self.address("internal"))
                self.assertEqual(self.held.partner, self.address("partner"))
                self.assertEqual(self.held.ops, self.address("ops"))
                clients.await_more()
                self.assertEqual(self.held.stop(), 0)
            self.held.start()
            clients.await_more()
        self.assertEqual(clients.errors, [])
        print(f"{sum(clients.served)} connections over {RESTARTS} restarts")

    def test_who_waits_is_served_after_a_kill(self):
        with self.clients() as clients:
            self.held.start()
            clients.await_more()
            self.held.kill()
            # Each may have been cut in the middle of what it did, once.
            self.held.start()
            clients.await_more()
        self.assertLessEqual(len(clients.errors), len(clients.served))
        self.assertNotIn("refused", " ".join(clients.errors).lower())


class RefusedTest(ActivationTest):
    def refused(self, sockets, *settings, **environment):
        server = self.server(sockets, *settings, environment=environment)
        code, said = server.refuse()
        self.assertEqual(code, 2, said)
        return said

    def test_what_is_no_socket_of_a_listener(self):
        self.assertIn('"wire" of the service manager is for no listener',
                      self.refused({"wire": activated.listening()}))
        self.assertIn("FileDescriptorName= internal, partner, ops",
                      self.refused({"unknown": activated.listening()}))
        self.assertIn('"internal" of the service manager is not a TCP socket',
                      self.refused({"internal": socket.socket(
                          socket.AF_INET, socket.SOCK_DGRAM)}))
        self.assertIn("is not a TCP socket",
                      self.refused({"ops": socket.socket(socket.AF_UNIX)}))
        self.assertIn('"partner" of the service manager does not listen',
                      self.refused({"partner": socket.socket()}))
        self.assertIn("is there twice", self.refused(
            {"ops": activated.listening(), "partner": activated.listening()},
            LISTEN_FDNAMES="ops:ops"))
        self.assertIn("LISTEN_FDNAMES has 2 names", self.refused(
            {"ops": activated.listening()}, LISTEN_FDNAMES="ops:partner"))
        self.assertIn("which is not a number", self.refused(
            {"ops": activated.listening()}, LISTEN_FDS="many"))

    def test_the_address_that_counts_is_that_of_the_socket(self):
        for name in ("internal", "partner", "ops"):
            said = self.refused({name: activated.listening("0.0.0.0")})
            self.assertIn(f"FileDescriptorName={name}: listeners.{name}."
                          "address", said)
            self.assertIn("can be reached from other machines", said)
        # Whoever accepts that for an address accepts it for a socket.
        server = self.server(
            {"internal": activated.listening("0.0.0.0")},
            "listeners.internal.allow_insecure_non_loopback=true")
        server.start()
        self.assertTrue(server.internal.startswith("0.0.0.0:"))

    def test_what_is_for_another_process_is_nobodys(self):
        held = activated.listening()
        server = self.server({"internal": held},
                             environment={"LISTEN_PID": "1"})
        server.start()
        self.assertNotEqual(server.internal.split(":")[1],
                            str(held.getsockname()[1]))


if __name__ == "__main__":
    harness.main()
