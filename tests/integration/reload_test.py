"""SIGHUP: the configuration is read again, and all of it is taken over or
nothing."""

import os
import pathlib
import pty
import re
import signal
import socket
import subprocess
import threading
import time

import grpc

import audit_test
import harness
import reloads
from harness import articles, changes
from reloads import GOOD, SINCE

class ReloadTest(reloads.Reloads, harness.ServerTest):
    first = "log:\n  level: info\n"

    def test_what_is_good_is_taken_over_and_told(self):
        self.assertEqual((self.metric(GOOD), self.reloads("success"),
                          self.reloads("failure")), (1, 0, 0))
        began, hashed = self.metric(SINCE), self.hashed()
        self.reload("log:\n  level: info\npartners:\n  call_burst: 7\n"
                    "stream:\n  stall_timeout: 45s\n")
        self.assertEqual([line["changed"]
                          for line in self.lines("config_reloaded")],
                         ["stream.stall_timeout: 30s -> 45s, "
                          "partners.call_burst: 1000 -> 7"])
        self.assertGreater(self.metric(SINCE), began)
        changed = self.hashed()
        self.assertNotEqual(changed, hashed)
        # What is taken out of the file has its default again.
        self.reload(self.first)
        self.assertEqual(self.lines("config_reloaded")[1]["changed"],
                         "stream.stall_timeout: 45s -> 30s, "
                         "partners.call_burst: 7 -> 1000")
        self.assertEqual(self.hashed(), hashed)
        self.assertEqual((self.metric(GOOD), self.reloads("success")), (1, 2))

    def test_every_fault_is_told_and_nothing_is_taken_over(self):
        fine = "log:\n  level: debug\n"
        self.stays_refused(fine + "partners:\n  call_burst: 0\n",
                           "4:3: partners.call_burst: ")
        self.stays_refused(fine + "limit:\n  max_streams: 7\n",
                           "3:1: there is no key \"limit\"; did you mean "
                           "\"limits\"?")
        self.stays_refused(fine + "limits:\n  worker_threads: 7\n",
                           "4:3: limits.worker_threads: has changed, and needs "
                           "a restart; the server runs with 64")
        self.stays_refused(
            "log:\n  level: loud\nstream:\n  stall_timeout: 5\n"
            "limits:\n  max_streams: 7\n",
            "2:3: log.level: ", "4:3: stream.stall_timeout: ")
        self.stays_refused("log: [", "2:1: not YAML", "1:1: log: ")
        self.file.unlink()
        self.hang_up("failure")
        self.assertIn(f"{self.file}: cannot be read", self.faults()[-1])
        # It goes on as before, and so does what it was told by then.
        self.assertEqual(self.lines("config_reloaded"), [])
        self.create()
        self.reload(self.first)
        self.assertEqual(self.metric(GOOD), 1)
        self.assertEqual(self.lines("config_reloaded")[0]["changed"], "")

    def test_the_environment_and_the_flags_still_win(self):
        self.server.stop()
        self.server.environment = {"COURANTD_PARTNERS_CALL_BURST": "5"}
        self.server.settings = (*self.server.settings, "log.level=warning")
        self.server.start(*self.flags())
        self.reload("log:\n  level: info\npartners:\n  call_burst: 7\n"
                    "  max_streams: 3\n")
        # The flag says that this is not worth a line.
        self.assertEqual(self.lines("config_reloaded"), [])

        def audited():
            return [record["reason"] for record in audit_test.records(
                self.folder / "data.audit.jsonl")
                if record["event"] == "config_reloaded"]
        self.until(audited, "not audited")
        self.assertEqual(audited(), ["partners.max_streams"])

    def test_the_level_of_the_log_changes_while_it_runs(self):
        self.reload("log:\n  level: error\n")
        # Told by the old level, which lets it be told.
        self.assertEqual(self.lines("config_reloaded")[0]["changed"],
                         "log.level: info -> error")
        self.hang_up()
        self.assertEqual(len(self.lines("config_reloaded")), 1)
        self.reload("log:\n  level: info\n")
        self.hang_up()
        self.assertEqual([line["changed"]
                          for line in self.lines("config_reloaded")],
                         ["log.level: info -> error",
                          "log.level: error -> info", ""])

    def test_lines_are_counted_by_their_level(self):
        def written():
            return {level: self.metric(
                f'courant_log_lines_total{{level="{level}"}}')
                for level in ("debug", "info", "warning", "error")}
        # It is ready, and told so.
        self.until(lambda: written()["info"] == 1, "not ready")
        self.reload("log:\n  level: infos\nlimit: 3\n", "failure")
        self.until(lambda: written()["error"] == 2, str(written()))
        self.assertEqual(written(), {"debug": 0, "info": 1, "warning": 0,
                                     "error": 2})

    def test_secrets_do_not_get_into_the_log(self):
        pepper = (self.server.data_dir.parent / "data.pepper")
        pepper.write_bytes(b"canary-pepper-of-exactly-32-byte")
        self.stays_refused(
            "auth:\n  pepper: canary-value\n", "2:3: there is no key ")
        self.stays_refused("canary-value\n", "")
        self.stays_refused("auth: {pepper_file: 'x', pepper: canary-value\n",
                           "3:1: not YAML", "1:26: there is no key ")
        self.reload("log:\n  level: debug\n")
        self.assertNotIn("canary", self.server.log_text())

    def test_twenty_in_a_row_under_load_and_no_call_fails(self):
        stop, failed, done = threading.Event(), [], []

        def call(what):
            while not stop.is_set():
                try:
                    what()
                    done.append(1)
                except grpc.RpcError as error:
                    failed.append(error)

        callers = [threading.Thread(target=call, args=(what,)) for what in (
            self.create, self.create,
            lambda: self.articles.ListArticles(
                articles.ListArticlesRequest(page_size=1),
                timeout=harness.PATIENCE),
            lambda: harness.follow(self.changes, 1,
                                   start_from=changes.EARLIEST_RETAINED))]
        self.create()
        for caller in callers:
            caller.start()
        try:
            for number in range(20):
                self.reload("limits:\n  max_streams: "
                            f"{1000 + number}\npartners:\n  max_connections: "
                            f"{2000 + number}\n")
                # And some of which only the last counts.
                for _ in range(5):
                    self.server.process.send_signal(signal.SIGHUP)
        finally:
            stop.set()
            for caller in callers:
                caller.join(harness.PATIENCE)
        self.assertEqual(failed, [])
        self.assertGreater(len(done), 20)
        self.assertEqual(self.reloads("failure"), 0)
        self.assertEqual(self.metric(GOOD), 1)


class SignalTest(reloads.Reloads, harness.ServerTest):
    """When SIGHUP comes, and from whom."""

    def test_before_it_is_ready_it_does_no_harm(self):
        self.server.stop()
        for pause in (0, 0.001, 0.003, 0.01, 0.03):
            process = subprocess.Popen(
                self.server.command() + [f"--config={self.file}"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            # As a service manager that knows of the program: from when it runs.
            while pathlib.Path(f"/proc/{process.pid}/comm").read_text() != (
                    "courantd\n"):
                pass
            self.until(lambda: self.blocks_hang_up(process.pid), "never")
            threading.Event().wait(pause)
            process.send_signal(signal.SIGHUP)
            self.assertIn('"ready"', process.stdout.readline())
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=harness.PATIENCE)
            self.assertEqual(process.returncode, 0, log)
            self.assertIn("config_reloaded", log)

    @staticmethod
    def blocks_hang_up(pid):
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        blocked = int(re.search(r"SigBlk:\t(\w+)", status).group(1), 16)
        return blocked >> (signal.SIGHUP - 1) & 1

    def test_while_it_stops_it_does_no_harm(self):
        stream = self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(resume_after_sequence=0),
            timeout=harness.PATIENCE)
        next(stream)
        self.server.process.send_signal(signal.SIGTERM)
        for _ in range(50):
            self.server.process.send_signal(signal.SIGHUP)
        self.assertEqual(self.server.process.wait(harness.PATIENCE), 0)
        text = self.server.log_text()
        self.server.process.stdout.close()
        self.addCleanup(self.server.log.close)
        self.assertNotIn("config_", text[text.index("stopping"):])

    def test_a_terminal_that_closes_ends_it(self):
        self.server.stop()
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            ["setsid", "--ctty", *self.server.command()], stdin=theirs,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        os.close(theirs)
        self.assertIn('"ready"', process.stdout.readline())
        os.close(ours)
        _, log = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 0, log)
        self.assertIn('"signal":"Hangup"', log)

    def test_the_service_manager_is_told(self):
        self.server.stop()
        path = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(harness.PATIENCE)
            self.server.environment = {"NOTIFY_SOCKET": path}
            self.server.start(*self.flags())

            def told():
                return dict(line.split("=", 1) for line in
                            manager.recv(4096).decode().splitlines())

            self.assertEqual(told(), {"READY": "1"})
            for text, status in (("", "serving"),
                                 ("nothing: 1\n", "serving; the conf")):
                before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
                self.reload(text, "success" if not text else "failure")
                reloading = told()
                self.assertEqual(reloading["RELOADING"], "1")
                self.assertLessEqual(before,
                                     int(reloading["MONOTONIC_USEC"]))
                self.assertLessEqual(
                    int(reloading["MONOTONIC_USEC"]),
                    time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000)
                ready = told()
                self.assertEqual(ready["READY"], "1")
                self.assertTrue(ready["STATUS"].startswith(status), ready)
            self.server.stop()
            self.assertEqual(told(), {"STOPPING": "1"})


if __name__ == "__main__":
    harness.main()
