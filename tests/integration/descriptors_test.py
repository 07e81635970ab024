"""A server that runs out of file descriptors, and one that has enough.

gRPC's own listener never accepts again after that (CVE-2023-4785): see
services/edge/acceptor.h.

COURANT_EXHAUSTIONS says how many times."""

import os
import resource
import socket
import time
import unittest

import harness
from partner_desk import OutletTest, an_article
from raw_http2 import PATIENCE

EXHAUSTIONS = int(os.environ.get("COURANT_EXHAUSTIONS", "20"))
LIMIT = 256
# More than there are descriptors for.
CONNECTIONS = LIMIT + 100


class DescriptorTest(OutletTest):
    def setUp(self):
        super().setUp()
        self.name = self.create(an_article()).name
        resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE,
                         (LIMIT, LIMIT))

    def exhaust(self, address):
        """Opens so many that some are refused, and ends all: the seconds until
        the port serves a new one."""
        host, port = address.rsplit(":", 1)
        opened = [socket.create_connection((host, int(port)), PATIENCE)
                  for _ in range(CONNECTIONS)]
        # Served or turned away: nobody waits. Some of those of the last time may
        # have ended meanwhile, so it is not always the last ones.
        for connection in opened:
            self.turned_away += connection.recv(1) == b""
        for connection in opened:
            connection.close()
        begin = time.monotonic()
        while True:
            with socket.create_connection((host, int(port)),
                                          PATIENCE) as again:
                # The server speaks first: SETTINGS.
                try:
                    again.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                                  b"\0\0\0\4\0\0\0\0\0")
                    if again.recv(9):
                        return time.monotonic() - begin
                except ConnectionError:
                    pass

    def exhausted(self, address):
        self.turned_away = 0
        times = sorted(self.exhaust(address) for _ in range(EXHAUSTIONS))
        self.assertGreaterEqual(self.turned_away, EXHAUSTIONS)
        print(f"{EXHAUSTIONS} times without descriptors: accepts again after "
              f"{times[len(times) // 2] * 1000:.1f} ms, "
              f"{times[-1] * 1000:.1f} ms at most, "
              f"{sum(took <= 0.1 for took in times)} of them within 100 ms")
        self.assertLess(times[-1], 10)

    def test_the_port_accepts_again(self):
        self.exhausted(self.server.partner)
        # The house, and the database, had some left all the time.
        self.get(self.name)
        self.create(an_article())

    def test_so_does_that_of_the_house(self):
        self.exhausted(self.server.internal)
        self.create(an_article())
        self.get(self.name)


if __name__ == "__main__":
    harness.main()
