"""A client of HTTP/2 by the frame, for tests that send what no client sends.

Frames are made here and not by a library, which would keep to the rules."""

import socket
import ssl
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
WINDOW_UPDATE, CONTINUATION = 8, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
PATIENCE = 60


def frame(kind, flags=0, stream=0, payload=b""):
    return (struct.pack(">I", len(payload))[1:] + bytes([kind, flags])
            + struct.pack(">I", stream) + payload)


def integer(value, bits, first=0):
    """A number in HPACK, in a byte of which `bits` are its own."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = [first | most], value - most
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes(out + [value])


def text(value):
    value = value.encode() if isinstance(value, str) else value
    return integer(len(value), 7) + value


def headers(pairs, index=False):
    """A block: names and values as they are; `index` has the server keep
    them."""
    first = 0x40 if index else 0x00
    return b"".join(bytes([first]) + text(name) + text(value)
                    for name, value in pairs)


def call_headers(method, metadata=(), encoding=None):
    pairs = [(":method", "POST"), (":scheme", "http"),
             (":path", f"/{method}"), (":authority", "wire"),
             ("content-type", "application/grpc"), ("te", "trailers")]
    if encoding:
        pairs.append(("grpc-encoding", encoding))
    return pairs + list(metadata)


def message(request=b"", compressed=False):
    """A request of gRPC, as DATA has it."""
    return bytes([compressed]) + struct.pack(">I", len(request)) + request


class Connection:
    """One connection. Sends what it is told; reads only when it is told."""

    def __init__(self, address, tls=None, preface=True, source=None):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection(
            (host, int(port)), PATIENCE, source and (source, 0))
        if tls:
            context = ssl.create_default_context(cadata=tls)
            context.check_hostname = False
            context.set_alpn_protocols(["h2"])
            self.socket = context.wrap_socket(self.socket)
        self.buffer = b""
        if preface:
            self.send(PREFACE + frame(SETTINGS))

    def send(self, data):
        """False: the connection was cut."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def read_frame(self):
        """(kind, flags, stream, payload), or None when it was cut."""
        while True:
            size = int.from_bytes(self.buffer[:3], "big")
            if len(self.buffer) >= 9 + size:
                break
            try:
                more = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not more:
                return None
            self.buffer += more
        kind, flags = self.buffer[3], self.buffer[4]
        stream = int.from_bytes(self.buffer[5:9], "big") & 0x7fffffff
        payload, self.buffer = (self.buffer[9:9 + size],
                                self.buffer[9 + size:])
        return kind, flags, stream, payload

    def acknowledge(self):
        """What an honest client does first."""
        while True:
            kind, flags, _, _ = self.read_frame()
            if kind == SETTINGS and not flags & ACK:
                return self.send(frame(SETTINGS, ACK))

    def wait_until_cut(self):
        """Reads until the server ends it; a timeout is an error."""
        while self.read_frame() is not None:
            pass

    def close(self):
        self.socket.close()
