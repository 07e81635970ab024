"""HAProxy in front of the partner listener, for the tests that need it."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import urllib.request

import grpc

import harness
import tls_desk
from partner_desk import OutletTest

CONFIG = harness.ROOT / "deploy/haproxy/haproxy.cfg"
PATH = f"{harness.ROOT}/build/tools/bin:{os.environ['PATH']}"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class EdgeTest(OutletTest):
    """A courantd as deploy/haproxy/README.md wants it, and HAProxy before it.
    What an outlet does goes through `door`, and that through HAProxy."""

    # As in README.md there.
    settings = ("partners.max_connections_per_address=10000",
                "partners.max_cuts_per_minute=0")

    def setUp(self):
        super().setUp()
        self.keys = pathlib.Path(tempfile.mkdtemp(prefix="courant-edge-"))
        self.addCleanup(shutil.rmtree, self.keys, ignore_errors=True)
        tls_desk.vouch_for_itself(self.keys / "certificate", self.keys / "key")
        self.authority = (self.keys / "certificate").read_text()
        (self.keys / "both").write_text(
            self.authority + (self.keys / "key").read_text())
        self.start_edge()
        self.door = self.open_door()
        self.addCleanup(self.door.close)

    def start_edge(self):
        self.address = f"127.0.0.1:{free_port()}"
        self.edge_metrics = f"127.0.0.1:{free_port()}"
        self.edge = subprocess.Popen(
            ["haproxy", "-db", "-f", CONFIG], stderr=subprocess.PIPE,
            text=True, env=dict(
                os.environ, PATH=PATH, EDGE_AS_WE_ARE="1",
                EDGE_BIND=self.address, EDGE_WIRE=self.server.partner,
                EDGE_CERTIFICATE=str(self.keys / "both"),
                EDGE_METRICS=self.edge_metrics))
        self.addCleanup(self.stop_edge)

    def stop_edge(self):
        self.edge.kill()
        self.edge.wait(harness.PATIENCE)
        self.edge.stderr.close()

    def open_door(self):
        """A connection of its own."""
        channel = grpc.secure_channel(
            self.address,
            grpc.ssl_channel_credentials(self.authority.encode()),
            options=[("grpc.ssl_target_name_override", "wire"),
                     ("grpc.use_local_subchannel_pool", 1)])
        grpc.channel_ready_future(channel).result(harness.PATIENCE)
        return channel

    def requests_denied(self):
        """How many HAProxy kept to itself."""
        with urllib.request.urlopen(f"http://{self.edge_metrics}/metrics",
                                    timeout=harness.PATIENCE) as page:
            return sum(float(value) for value in re.findall(
                r'haproxy_frontend_requests_denied_total\{proxy="partners"\} '
                r'(\S+)', page.read().decode()))

    def wire(self, name, label=""):
        """The sum of a metric of courantd, over what has that label."""
        return sum(float(line.split()[-1]) for line in self.server.metrics()
                   if re.match(name + r"[ {]", line) and label in line)
