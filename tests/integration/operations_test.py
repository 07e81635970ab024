"""The ops listener, health, configuration and the command line as an operator
meets them."""

import http.client
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import threading
import urllib.error

import grpc

import harness
from harness import changes


class OperationsTest(harness.ServerTest):
    def get(self, path):
        return self.server.page(path)

    def load(self):
        for _ in range(20):
            self.create()
        harness.follow(self.changes, 20,
                       start_from=changes.EARLIEST_RETAINED)

    def test_metrics_after_a_load_please_promtool(self):
        self.load()
        page = self.get("/metrics")
        checked = subprocess.run(["promtool", "check", "metrics"], input=page,
                                 capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr),
                         (0, "", ""))
        for name in ("grpc_server_handled_total", "courant_wal_fsync_seconds",
                     "courant_group_commit_batch_size",
                     "courant_log_tail_sequence",
                     "courant_subscriptions_active",
                     "courant_subscription_lag_events",
                     "courant_rocksdb_sst_bytes",
                     "process_resident_memory_bytes", "courant_build_info"):
            self.assertIn(f"\n# TYPE {name} ", "\n" + page)
        self.assertIn('grpc_server_handled_total{grpc_code="OK",'
                      'grpc_method="CreateArticle",'
                      'grpc_service="courant.v1.ArticleService",'
                      'grpc_type="unary"} 20', page)
        self.assertLess(page.count("\n"), 5000)

    def test_health(self):
        self.assertEqual(self.get("/healthz"), "ok\n")
        self.assertEqual(self.get("/readyz"), "ready\n")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.get("/nothing")
        self.assertEqual(caught.exception.code, 404)
        check = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        self.assertEqual(check(b""), b"\x08\x01")  # SERVING

    def test_a_page_of_another_site_reads_nothing(self):
        def status(host, path):
            connection = http.client.HTTPConnection(self.server.ops, timeout=10)
            try:
                connection.request("GET", path, headers={"Host": host})
                return connection.getresponse().status
            finally:
                connection.close()
        for path in ("/metrics", "/console", "/console/state", "/readyz"):
            self.assertEqual(status(self.server.ops, path), 200)
            self.assertEqual(status("localhost:80", path), 200)
            for host in ("rebind.example.net", "courant-ops:7490"):
                self.assertEqual(status(host, path), 421)
        self.server.stop()
        self.server.settings = ("ops.hosts=courant-ops, wire.example.org",)
        self.server.start()
        for host in ("courant-ops:7490", "Wire.example.org"):
            self.assertEqual(status(host, "/metrics"), 200)
        self.assertEqual(status("rebind.example.net", "/metrics"), 421)

    def test_reflection_lists_the_services(self):
        call = self.channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        answer = b"".join(call(iter([b"\x3a\x00"]), timeout=10))
        self.assertIn(b"courant.v1.ArticleService", answer)
        self.assertIn(b"courant.v1.ChangeService", answer)

    def test_a_term_signal_ends_it_cleanly(self):
        self.load()
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        self.connect()
        self.assertEqual(self.tail(), 20)

    def core_limits(self):
        """(soft, hard) of the server, as the kernel has them."""
        text = pathlib.Path(
            f"/proc/{self.server.process.pid}/limits").read_text()
        line, = (line for line in text.splitlines()
                 if line.startswith("Max core file size"))
        return tuple(line.split()[4:6])

    def test_it_leaves_no_core_dump(self):
        before = resource.getrlimit(resource.RLIMIT_CORE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, before)
        if before[1] == 0:
            self.skipTest("none is allowed here")
        resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
        # A sanitizer forbids it too, and would hide that the server does not.
        self.server.environment = {
            name: f"{os.environ.get(name, '')}:disable_coredump=0"
            for name in ("ASAN_OPTIONS", "TSAN_OPTIONS")}
        for flags, allowed in (((), False), (("--core-dumps",), True)):
            self.server.stop()
            self.server.start(*flags)
            with self.subTest(flags=flags):
                for limit in self.core_limits():
                    self.assertEqual(limit != "0", allowed)

    def test_a_folder_is_for_one_server(self):
        other = harness.Server(self.server.data_dir)
        code, log = other.refuse()
        self.assertEqual(code, 1, log)

    def test_a_port_is_for_one_server(self):
        other = harness.Server(
            self.folder / "other",
            f"listeners.internal.address={self.server.internal}")
        code, log = other.refuse()
        self.assertEqual(code, 1, log)
        self.assertIn(self.server.internal, log)

    def test_bad_configuration_is_named(self):
        file = self.folder / "courant.yaml"
        file.write_text("limits:\n  worker_thread: 3\n")
        code, log = self.server.refuse(f"--config={file}")
        self.assertEqual(code, 2)
        self.assertIn(f"{file}:2", log)
        self.assertIn("worker_threads", log)
        code, log = harness.Server(
            self.folder / "x",
            "listeners.internal.address=0.0.0.0:0").refuse()
        self.assertEqual(code, 2)
        self.assertIn("listeners.internal", log)

    def test_log_lines_are_json_and_hold_no_text(self):
        canary = "canary 카나리아 headline"
        self.create(harness.an_article(canary))
        self.server.process.send_signal(signal.SIGTERM)
        self.server.process.wait(harness.PATIENCE)
        text = self.server.log_text()
        for line in text.splitlines():
            entry = json.loads(line)
            self.assertTrue(entry["ts"].endswith("Z"))
        self.assertNotIn("canary", text)

    def test_the_tool_follows_through_a_restart(self):
        self.create()
        address = self.server.internal
        tool = subprocess.Popen(
            [str(harness.BIN / "courant"), "change", "tail", "--from",
             "earliest", "--count", "3", "-o", "json",
             f"--address={address}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        first = json.loads(tool.stdout.readline())
        self.server.stop()
        self.server.settings = (f"listeners.internal.address={address}",)
        self.server.start()
        self.connect()
        self.create()
        self.create()
        timer = threading.Timer(harness.PATIENCE, tool.kill)
        timer.start()
        rest = [json.loads(line) for line in tool.stdout]
        timer.cancel()
        self.assertEqual(tool.wait(), 0)
        tool.stdout.close()
        self.assertEqual([int(c["sequence"]) for c in [first, *rest]],
                         [1, 2, 3])

    def test_the_tool_says_what_is_wrong(self):
        done = self.server.courant("article", "create", "--headline", "x",
                                   "--language", "english", "--body", "y",
                                   "--copyright", "z", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("article.language", done.stderr)
        self.assertEqual(
            self.server.courant("article", "fly", check=False).returncode, 2)


if __name__ == "__main__":
    harness.main()
