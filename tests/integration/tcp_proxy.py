"""A proxy that breaks things: cuts connections at any byte, and stalls."""

import random
import socket
import threading


class TcpProxy:
    """Stands before a server that may come back at another address. Each
    connection ends after a random number of bytes of the server, with the rest
    lost; some stand still on the way."""

    def __init__(self, target, seed, most_bytes, stall_seconds=0.2):
        self.target = target  # A function: the address now, "host:port".
        self.chance = random.Random(seed)
        self.most_bytes = most_bytes
        self.stall_seconds = stall_seconds
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.closed = True
        self.listener.close()

    def _accept(self):
        while not self.closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            host, _, port = self.target().rpartition(":")
            try:
                server = socket.create_connection((host, int(port)))
            except OSError:
                client.close()
                continue
            # As many small numbers as large ones.
            left = int(self.most_bytes ** self.chance.random())
            for source, sink, limit in ((client, server, None),
                                        (server, client, left)):
                threading.Thread(target=self._pump, daemon=True,
                                 args=(source, sink, limit)).start()

    def _pump(self, source, sink, left):
        try:
            while data := source.recv(65536):
                if left is not None:
                    if len(data) >= left:
                        sink.sendall(data[:left])
                        self.cuts += 1
                        return
                    left -= len(data)
                    if self.chance.random() < 0.01:
                        threading.Event().wait(self.stall_seconds)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()
