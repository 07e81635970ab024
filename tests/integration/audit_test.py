"""The audit log: who did what, chained, through crashes and a full disk, and
checked by `courant audit verify`."""

import json
import os
import pathlib
import shutil
import subprocess
import time
import unittest

import grpc

from courant.v1 import change_service_pb2_grpc

import harness
import newsroom
from harness import articles, changes
from newsroom import KIM, LEE
from partner_desk import OutletTest, an_article


def verify(*files, head=None, check=True):
    """(exit code, what is seen or the error) of `courant audit verify`."""
    done = subprocess.run(
        [str(harness.BIN / "courant"), "audit", "verify", "-o", "json",
         *([f"--head={head}"] if head else []), *map(str, files)],
        capture_output=True, text=True, timeout=harness.PATIENCE)
    if not check:
        return done.returncode, done.stderr
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


def files_of(log):
    """The files of the log, the oldest first."""
    return [*sorted(log.parent.glob(log.name + ".*")), log]


def until(what):
    """Goes round until something has come, but not for ever."""
    end = time.monotonic() + harness.PATIENCE
    while time.monotonic() < end:
        yield
    raise AssertionError(f"there is not: {what}")


def records(log):
    """All but a line that is being written."""
    return [json.loads(line) for file in files_of(log)
            for line in file.read_text().splitlines(keepends=True)
            if line.endswith("\n")]


class AuditBase(OutletTest):
    """A server with an outlet, and its audit log."""

    def setUp(self):
        super().setUp()
        self.log = self.folder / "data.audit.jsonl"

    def connect(self):
        super().connect()
        self.desk = newsroom.Newsroom(self.channel)

    def restart(self):
        self.channel.close()
        self.server.start()
        self.connect()

    def written(self, **wanted):
        """Waits until there is such a record, and returns the newest."""
        for _ in until(f"a record {wanted}"):
            for record in reversed(records(self.log)):
                if all(record.get(k) == v for k, v in wanted.items()):
                    return record
        raise AssertionError


class AuditTest(AuditBase):
    def test_a_day_is_in_the_log_and_no_text_of_it(self):
        name = self.desk.create(an_article("Canary of a day")).name
        self.desk.do("update", name, KIM, byline="Canary Kim")
        self.desk.do("kill", name, KIM, reason="canary reason")
        self.desk.do("kill", name, LEE, confirm=True)
        # A kill was on the disk before it was answered.
        last = records(self.log)[-1]
        self.assertEqual(
            (last["method"], last["who"], last["resource"], last["code"]),
            ("courant.v1.ArticleService/KillArticle", LEE, name, "OK"))
        self.assertGreater(last["revision"], 1)
        self.assertTrue(last["peer"].startswith("ipv4:127.0.0.1:"))
        self.assertTrue(last["time"].endswith("+00:00"))
        # So is all about partners: the key of setUp.
        made = self.written(
            method="courant.v1.PartnerService/CreateApiKey")
        self.assertEqual((made["resource"], made["who"]),
                         (self.key.key.name, "rights/kim"))
        # At the door of partners: a read leaves nothing, a stream two lines, a
        # wrong key one.
        public = self.desk.create(an_article()).name
        before = len(records(self.log))
        self.get(public)
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        stream = stub.SubscribeChanges(changes.SubscribeChangesRequest(),
                                       metadata=self.bearer(),
                                       timeout=harness.PATIENCE)
        next(stream)
        opened = self.written(event="stream_opened")
        self.assertEqual((opened["who"], opened["key"]),
                         ("partners/daily", self.key.key.name))
        stream.cancel()
        self.assertEqual(self.written(event="stream_closed")["code"],
                         "Canceled")
        self.refuse_logins()
        # Who is outside is denied what is for the house.
        with self.assertRaises(grpc.RpcError):
            self.articles.KillArticle(
                articles.KillArticleRequest(name=public),
                metadata=[("courant-audience", "public")],
                timeout=harness.PATIENCE)
        self.assertEqual(self.written(event="denied")["reason"], "NOT_CLEARED")
        self.server.stop()
        seen = [(r["event"], r.get("method", "").rpartition("/")[2])
                for r in records(self.log)[before:]]
        self.assertNotIn(("call", "GetArticle"), seen)
        self.assertEqual(seen[-1], ("stopped", ""))
        self.assertNotIn("anary", self.log.read_text())
        self.assertEqual(self.log.stat().st_mode & 0o777, 0o600)
        self.check_mutations()

    def refuse_logins(self):
        secret = self.key.secret
        for shown in ("no key", secret[:-10] + "-" + secret[-9:], "x" * 7000):
            self.raw("courant.v1.AccountService/GetAccount",
                     metadata=self.bearer(shown))
        for _ in until("three refused logins"):
            found = [r for r in records(self.log)
                     if r["event"] == "login_refused"]
            if len(found) == 3:
                break
        self.assertEqual({(r["reason"], r.get("key"), r.get("who"))
                          for r in found}, {("malformed", None, None)})
        self.raw("courant.v1.AccountService/GetAccount", metadata=[])
        self.written(event="login_refused", reason="missing")
        # One that was good: whose it was is said, to the house.
        self.call("RevokeApiKey", name=self.key.key.name)
        self.raw("courant.v1.AccountService/GetAccount")
        self.written(event="login_refused", reason="unknown",
                     key=self.key.key.name.rpartition("/")[2])

    def check_mutations(self):
        """`verify` names the line of whatever is done to the file."""
        lines = self.log.read_text().splitlines(keepends=True)
        seen = verify(self.log)
        self.assertEqual((seen["records"], seen["firstNumber"], seen["torn"]),
                         (len(lines), 1, 0))
        self.assertEqual(verify(self.log, head=seen["lastHash"])["afterHead"],
                         0)
        mutant = self.folder / "mutant"
        for what, line, text in (
                ("dropped", 3, lines[:2] + lines[3:]),
                ("edited", 3, [*lines[:2], lines[2].replace("OK", "NO"),
                               *lines[3:]]),
                ("swapped", 3, [*lines[:2], lines[3], lines[2], *lines[4:]]),
                ("twice", 4, [*lines[:3], lines[2], *lines[3:]]),
                ("cut", len(lines), [*lines[:-1], lines[-1][:-20]]),
                ("spliced", 5, [*lines[:4], *lines[6:]])):
            mutant.write_text("".join(text))
            code, said = verify(mutant, check=False)
            self.assertEqual(code, 1, what)
            self.assertIn(f"{mutant}:{line}: ", said, what)
        for given, code, what in (
                ([self.folder], 1, "cannot read"),
                ([self.folder / "none"], 1, "cannot read"),
                ([mutant, "--head", "abc"], 2, "64 digits"), ([], 2, "FILE")):
            self.assertEqual(verify(*given, check=False)[0], code)
            self.assertIn(what, verify(*given, check=False)[1])
        mutant.write_text("".join(lines[:-2]))
        verify(mutant)
        code, said = verify(mutant, head=seen["lastHash"], check=False)
        self.assertEqual(code, 1)
        self.assertIn("cut off", said)

    def test_after_kill_9_the_chain_goes_on(self):
        kills = []
        for _ in range(5):
            for _ in range(5):
                name = self.desk.create(an_article()).name
                self.desk.do("withdraw", name, KIM, reason="an error")
                kills.append(name)
            self.server.kill()
            # What a crash of the machine may leave besides.
            with self.log.open("a") as file:
                file.write('{"n":99,"time":"20')
            self.restart()
        self.desk.create(an_article())
        self.server.stop()
        seen = verify(self.log)
        self.assertEqual(seen["torn"], 5)
        # What must be there was there before the answer.
        text = self.log.read_text().splitlines()
        withdrawn = [json.loads(line)["resource"] for line in text
                     if line.endswith("}") and "WithdrawArticle" in line]
        self.assertEqual(withdrawn, kills)
        self.assertEqual(sum('"event":"started"' in line for line in text), 6)



class OverdueTest(AuditBase):
    settings = ("partners.acknowledge_within=1s",)

    def test_a_notice_that_is_overdue_is_an_event(self):
        name = self.desk.create(an_article()).name
        self.get(name)
        stopped = self.desk.do("withdraw", name, KIM, reason="an error")
        event = self.written(event="notice_overdue")
        self.assertEqual(
            (event["who"], event["resource"], event["reason"]),
            ("partners/daily",
             f"partners/daily/notices/{stopped.change_sequence}",
             "WITHDRAWN"))
        self.server.stop()
        self.assertEqual(sum(r["event"] == "notice_overdue"
                             for r in records(self.log)), 1)


class RotationTest(AuditBase):
    settings = ("audit.max_file_bytes=64KiB",)

    def test_full_files_stay_and_the_chain_goes_through_them(self):
        while len(files_of(self.log)) < 3:
            for _ in range(50):
                self.create()
            self.written(event="call")
        self.server.stop()
        verify(*files_of(self.log))
        code, said = verify(*reversed(files_of(self.log)), check=False)
        self.assertEqual(code, 1)
        self.assertIn("wrong order", said)


class FullDiskCase(unittest.TestCase):
    """A server whose audit log is on a disk of its own, 256 KiB of it."""

    def start(self, *flags):
        folder = pathlib.Path(subprocess.check_output(
            ["mktemp", "-d", "/tmp/courant-test-XXXXXX"], text=True).strip())
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        (folder / "disk").mkdir()
        server = harness.Server(
            folder / "data", f"audit.file={folder}/disk/audit.jsonl")
        inside = server.command

        def command():
            return ["unshare", "--user", "--map-root-user", "--mount", "sh",
                    "-c", f"mount -t tmpfs -o size=256k none {folder}/disk && "
                    'exec "$@"', "sh", *inside()]
        if subprocess.run(["unshare", "--user", "--map-root-user", "--mount",
                           "true"], check=False).returncode != 0:
            self.skipTest("no mount of one's own is allowed here")
        server.command = command
        server.start(*flags)
        self.addCleanup(server.stop)
        self.server = server
        # What the server sees.
        self.disk = pathlib.Path(
            f"/proc/{server.process.pid}/root{folder}/disk")
        channel = server.channel()
        self.addCleanup(channel.close)
        self.desk = newsroom.Newsroom(channel)

    def fill(self):
        with (self.disk / "other").open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass

    def go_on_until_it_fails(self):
        self.fill()
        for _ in until("a failure"):
            # The last page of the file has room for some more.
            self.desk.create(an_article())
            if "courant_audit_failing 1" in self.server.metrics():
                return

    def heal(self):
        os.unlink(self.disk / "other")
        for _ in until("an end of it"):
            if "courant_audit_failing 0" in self.server.metrics():
                return


class FullDiskTest(FullDiskCase):
    def test_everything_goes_on_and_is_written_afterwards(self):
        self.start("--set=audit.on_failure=continue")
        name = self.desk.create(an_article()).name
        self.go_on_until_it_fails()
        self.desk.do("withdraw", name, KIM, reason="an error")
        self.assertIn("audit_stuck", self.server.log_text())
        self.heal()
        self.desk.do("restore", name, KIM, reason="no error")
        log = self.disk / "audit.jsonl"
        self.assertIn("WithdrawArticle", log.read_text())
        self.assertEqual(verify(log)["torn"], 0)

    def test_what_must_be_written_is_refused(self):
        self.start("--set=audit.on_failure=refuse")
        name = self.desk.create(an_article()).name
        self.go_on_until_it_fails()
        code, info, _ = self.desk.refusal(
            self.desk.do, "withdraw", name, KIM, reason="an error")
        self.assertEqual((code.name, info.reason),
                         ("RESOURCE_EXHAUSTED", "STORAGE_FULL"))
        # An edit is none of that.
        self.desk.do("update", name, KIM, byline="Kim")
        self.heal()
        self.desk.do("withdraw", name, KIM, reason="an error")
        verify(self.disk / "audit.jsonl")


if __name__ == "__main__":
    harness.main()
