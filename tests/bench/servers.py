"""Starts what is measured, each on a loopback port and a folder of its own, and
stops it by its process, so that nothing of it stays behind.

Peers run as their own documentation says for a durable single server; what
deviates from their defaults is in their favour, and says so.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build/release/bin"
PATH = f"{ROOT}/build/tools/bin:{os.environ['PATH']}:/usr/sbin"


def program(name):
    found = shutil.which(name, path=PATH)
    if not found:
        raise SystemExit(f"{name} is not there: deploy/install-deps.sh bench")
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process of ours. `name` is what courant_bench calls such a system."""

    name = None
    process = None

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / self.name
        self.address = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        raise NotImplementedError

    def spawn(self, command, ready, **more):
        """Starts it and returns the line that says that it is ready."""
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, **more)
        lines = []
        is_ready = threading.Event()

        def read():
            # To the end, or a server that has much to say would wait for us.
            for line in self.process.stdout:
                if not is_ready.is_set():
                    lines.append(line)
                    if ready in line:
                        is_ready.set()
            is_ready.set()

        threading.Thread(target=read, daemon=True).start()
        is_ready.wait(20)
        if not lines or ready not in lines[-1]:
            self.stop()
            raise SystemExit(f"{self.name} did not start:\n{''.join(lines[-5:])}")
        return lines[-1]

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def restart(self):
        self.stop()
        self.start()

    @property
    def pid(self):
        return self.process.pid

    @property
    def side(self):
        return f"{self.name}@{self.address}"


class Courant(Server):
    name = "courant"

    def start(self):
        line = self.spawn(
            [BIN / "courantd", f"--data-dir={self.folder}",
             "--set=listeners.internal.address=127.0.0.1:0",
             "--set=listeners.partner.address=127.0.0.1:0",
             "--set=listeners.ops.address=127.0.0.1:0",
             "--set=limits.max_streams=20000"],
            '{"ready":')
        self.address = json.loads(line)["ready"]["internal"]


class Etcd(Server):
    """Syncs every write before it answers; that is its default. More room than
    the default, or it would refuse to go on after 2 GB."""

    name = "etcd"

    def start(self):
        client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self.spawn(
            [program("etcd"), "--data-dir", self.folder, "--name", "bench",
             "--listen-client-urls", client, "--advertise-client-urls", client,
             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--initial-cluster", f"bench={peer}",
             "--quota-backend-bytes", 8 << 30,
             "--logger", "zap", "--log-level", "info", "--log-outputs",
             "stderr"],
            "serving client traffic")
        self.address = client.removeprefix("http://")


class JetStream(Server):
    """Answers before it syncs: this version has no setting for more. May send
    more than the default to a client that is behind before it cuts it."""

    name = "jetstream"

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        (self.folder / "server.conf").write_text(
            f'listen: "127.0.0.1:{port}"\n'
            f'jetstream: {{store_dir: "{self.folder}/store"}}\n'
            "max_pending: 512MB\nwrite_deadline: \"60s\"\n")
        self.spawn([program("nats-server"), "-c", self.folder / "server.conf"],
                   "Server is ready")
        self.address = f"127.0.0.1:{port}"


class Redis(Server):
    """Syncs its log before it answers (appendfsync always). Never rewrites the
    log, which would cost it time that is not ours to count."""

    name = "redis"

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        # Debian has one program under several names, and it looks at its own.
        self.spawn(
            ["redis-server", "--bind", "127.0.0.1", "--port", port,
             "--dir", self.folder, "--appendonly", "yes",
             "--appendfsync", "always", "--save", "",
             "--auto-aof-rewrite-percentage", 0, "--maxclients", 20000],
            "Ready to accept connections",
            executable=program("redis-check-rdb"))
        self.address = f"127.0.0.1:{port}"


class Limit(Server):
    """A server of courant_bench: of bytes, and of nothing else."""

    def start(self):
        line = self.spawn([BIN / "courant_bench", f"serve-{self.name}"],
                          '"address"', stdin=subprocess.PIPE)
        self.address = json.loads(line)["address"]


class Echo(Limit):
    name = "echo"


class Tcp(Limit):
    name = "tcp"
