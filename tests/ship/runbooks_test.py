"""Every page of deploy/runbooks, rehearsed: a server is brought into the state that
the page is about, what the page says to paste is pasted, and the state is over."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import grpc

import acceptance
import harness
import own_mounts
import tls_desk
from harness import BIN, ROOT
from rehearsal import (PAGES, SECTIONS, STOP, RehearsalTest, blocks, commands,
                       page, to_be_set)

MIB = 1 << 20


class PagesTest(unittest.TestCase):
    def test_all_have_the_same_parts_and_are_listed_and_rehearsed(self):
        names = {path.stem for path in PAGES.glob("*.md")} - {"README"}
        listed = re.findall(r"\]\(([a-z-]+)\.md\)",
                            (PAGES / "README.md").read_text())
        self.assertEqual(sorted(listed), sorted(names))
        for name in names:
            self.assertEqual(tuple(page(name)), SECTIONS, name)
            self.assertTrue(commands(page(name)["Diagnosis"]), name)
            self.assertTrue(commands(page(name)["Mitigation"]), name)
        here = pathlib.Path(__file__).read_text()
        for name in names:
            self.assertIn(f'self.diagnose("{name}"', here)
            self.assertRegex(here, rf'self\.(mitigate|steps)\("{name}"')

    def test_they_say_which_variables_have_to_be_set(self):
        always = set(re.findall(r"^export ([A-Z_]+)=",
                                (PAGES / "README.md").read_text(),
                                flags=re.MULTILINE))
        for path in PAGES.glob("*.md"):
            text = path.read_text()
            used = set(re.findall(r"\$\{?([A-Z_]+)", commands(text)))
            self.assertLessEqual(used, always | to_be_set(text), path.name)

    def test_a_block_stops_at_what_fails(self):
        """Also where it is pasted into a shell that does not."""
        for path in PAGES.glob("*.md"):
            for block in blocks(path.read_text()):
                lines = block.splitlines()
                # What is set once is for the shell of who pastes it.
                if len(lines) > 1 and path.name != "README.md":
                    self.assertEqual((lines[0], lines[-1]),
                                     ("sh -eu <<'END'", "END"),
                                     f"{path.name}: {block}")
                    self.assertNotIn("END", lines[1:-1])

    def test_alerts_lead_to_pages(self):
        alerts = (ROOT / "deploy/prometheus/runbook.md").read_text()
        links = re.findall(r"\(\.\./runbooks/([a-z-]+)\.md\)", alerts)
        self.assertTrue(links)
        for name in links:
            self.assertTrue((PAGES / f"{name}.md").exists(), name)

    def test_alerts_and_keys_that_they_name_are_there(self):
        rules = (ROOT / "deploy/prometheus/courant.rules.yml").read_text()
        alerts = set(re.findall(r"- alert: (\w+)", rules))
        listed = subprocess.run([BIN / "courantd", "--list-metrics"],
                                check=True, capture_output=True,
                                text=True).stdout
        metrics = {line.split("\t")[0] for line in listed.splitlines()}
        for path in PAGES.glob("*.md"):
            text = path.read_text()
            self.assertLessEqual(set(re.findall(r"\bCourant[A-Z]\w+", text)),
                                 alerts, path.name)
            for wanted in re.findall(r"'\^courant_\(?([\w|]+)", text):
                for one in wanted.rstrip("_").split("|"):
                    self.assertTrue(any(
                        metric.startswith(f"courant_{one}")
                        for metric in metrics), f"{path.name}: {one}")


class RestoreTest(RehearsalTest):
    sockets = ("courantd-partner.socket",)

    def test_restore(self):
        key = self.make_partner("daily")
        self.write("kept")
        (made,) = self.courant("backup", "create")
        self.write("lost")
        number = made["backup"]["name"].removeprefix("backups/")
        self.assertIn(f'"backups/{number}"', self.diagnose("restore"))
        said = self.mitigate("restore", BACKUP=number)
        self.assertIn("serving", said)
        self.assertEqual(self.held(), list(self.sockets))
        self.assertEqual(self.courant("status")[0]["epoch"], "2")
        # Its key is as good as before.
        self.assertEqual(self.read_as(key, "kept"), "OK")
        self.assertEqual(self.read_as(key, "lost"), "NOT_FOUND")
        self.assertEqual(len(self.courant("backup", "list")), 2)

    def test_corruption(self):
        for number in range(30):
            self.write(f"a{number}")
        (made,) = self.courant("backup", "create")
        self.shell(STOP)
        tables = sorted((self.data / "db").glob("*.sst")) + sorted(
            (self.data / "db").glob("*.log"))
        worst = max(tables, key=lambda path: path.stat().st_size)
        content = bytearray(worst.read_bytes())
        middle = len(content.rstrip(b"\0")) // 2
        for at in range(middle, middle + 64):
            content[at] ^= 0xff
        worst.write_bytes(content)
        # Of a service that failed, systemd still holds the sockets.
        self.shell(f"systemctl start {' '.join(self.sockets)}")
        said = self.diagnose("corruption")
        self.assertIn("refused, with 3", said)
        self.mitigate("corruption")
        self.assertTrue(pathlib.Path(f"{self.data}.damaged/db").is_dir())
        self.mitigate("restore", BACKUP=made["backup"]["name"].removeprefix(
            "backups/"))
        self.assertEqual(self.tail(), 30)
        self.assertEqual(self.held(), list(self.sockets))

    def test_rollback(self):
        """To the same version, from a folder of its own: there is no other one.
        It lies there as a package has it; see contents_test."""
        old = self.folder / "old/usr/bin"
        old.mkdir(parents=True)
        for name in ("courantd", "courant"):
            shutil.copy(BIN / name, old / name)
        self.write("kept")
        self.assertIn('version="', self.diagnose("rollback"))
        programs = self.folder / "bin"
        said = self.mitigate("rollback", OLD=old, PROGRAMS=programs)
        self.assertIn("serving", said)
        self.assertEqual(self.held(), list(self.sockets))
        for name in ("courantd", "courant"):
            self.assertFalse((programs / name).is_symlink(), name)
            self.assertTrue(os.access(programs / name, os.X_OK), name)
        self.assertEqual(self.tail(), 1)
        self.assertFalse(pathlib.Path(f"{self.data}.tried").exists())


@unittest.skipUnless(own_mounts.possible(), own_mounts.WHY_NOT)
class DiskFullTest(RehearsalTest):
    more_config = ("storage: {reserved_bytes: 32MiB, write_buffer_bytes: 4MiB, "
                   "max_wal_bytes: 8MiB, block_cache_bytes: 8MiB}\n")

    def setUp(self):
        disk = pathlib.Path(harness.tempfile.mkdtemp(prefix="courant-disk-"))
        self.addCleanup(disk.rmdir)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs",
                        str(disk)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)])
        before = harness.tempfile.tempdir
        harness.tempfile.tempdir = str(disk)
        self.addCleanup(setattr, harness.tempfile, "tempdir", before)
        super().setUp()
        self.disk = disk

    def test_disk_full(self):
        self.write("before")
        self.courant("backup", "create")
        self.courant("backup", "create")
        elsewhere = self.disk.with_suffix(".moved")
        self.addCleanup(elsewhere.unlink, missing_ok=True)
        foreign = self.folder / "video.mp4"
        with open(foreign, "wb") as file:
            stat = os.statvfs(self.disk)
            os.posix_fallocate(file.fileno(), 0,
                               stat.f_bavail * stat.f_frsize - 16 * MIB)
        with self.assertRaises(grpc.RpcError) as refused:
            for number in range(1000):
                self.write(f"full{number}")
        self.assertIn("STORAGE_FULL", harness.details(refused.exception)[0]
                      .reason)
        said = self.diagnose("disk-full")
        self.assertIn("courant_storage_full 1", said)
        self.assertIn("video.mp4", said)
        self.mitigate("disk-full", FOREIGN=foreign, ELSEWHERE=elsewhere)
        self.write("after")
        self.assertIn("courant_storage_full 0", self.shell(
            'curl -fsS "$OPS/metrics"').splitlines())
        self.assertEqual(len(self.courant("backup", "list")), 1)


class PartnersTest(RehearsalTest):
    def test_key_leak(self):
        leaked = self.make_partner("daily")
        self.write("one")
        self.follow_as(leaked, until=self.tail())
        self.assertEqual(self.read_as(leaked, "one"), "OK")
        number = leaked.split("_")[2]
        # Streams are on record within a tenth of a second.
        self.shell('until grep -q stream_opened "$AUDIT"; do :; done')
        said = self.diagnose("key-leak", PARTNER="daily", KEY=number)
        self.assertIn("stream_opened", said)
        self.assertIn("articles/one", said)
        said = self.mitigate("key-leak", PARTNER="daily", KEY=number)
        (new,) = re.findall(r"cour_live_\w{12}_[\w-]+", said)
        self.assertEqual(self.read_as(leaked, "one"), "UNAUTHENTICATED")
        self.assertEqual(self.read_as(new, "one"), "OK")

    def test_partner_flood(self):
        key, other = self.make_partner("daily"), self.make_partner("other")
        self.write("one")
        for _ in range(20):
            self.follow_as(key, until=self.tail())
        said = self.diagnose("partner-flood", PARTNER="daily")
        self.assertRegex(said, r'\d+ "who":"partners/daily"')
        self.assertRegex(said, r"\d+ daily\n")
        less, stop, go_on = self.steps("partner-flood")
        self.shell(less, PARTNER="daily")
        self.assertIn("RESOURCE_EXHAUSTED",
                      {self.read_as(key, "one") for _ in range(10)})
        self.assertEqual(self.read_as(other, "one"), "OK")
        self.shell(stop, PARTNER="daily")
        self.assertNotEqual(self.read_as(key, "one"), "OK")
        self.shell(go_on, PARTNER="daily")
        # What it may have fills again, a hundred times as fast as before.
        with harness.deadline(harness.PATIENCE, "the quota to fill"):
            while self.read_as(key, "one") != "OK":
                pass

    def test_embargo_accident(self):
        key = self.make_partner("daily")
        self.write("early")
        self.follow_as(key, until=self.tail())
        said = self.diagnose("embargo-accident", ARTICLE="early")
        self.assertIn("daily", said)
        said = self.mitigate("embargo-accident", ARTICLE="early")
        self.assertIn("HELD", said)
        self.assertIn("daily", said)
        self.assertNotEqual(self.read_as(key, "early"), "OK")

    def test_slow_outlet(self):
        key = self.make_partner("daily")
        self.courant("subscription", "create", "daily/all", "--from",
                     "earliest", "--yes")
        for number in range(20):
            self.write(f"a{number}")
        self.follow_as(key, until=self.tail())
        self.courant("article", "hold", "a3", "--reason", "Wrong figures.",
                     "--yes")
        names = {"PARTNER": "daily", "SUBSCRIPTION": "daily/all"}
        said = self.diagnose("slow-outlet", **names)
        self.assertIn('courant_subscription_cursor_lag_changes{subscription='
                      '"partners/daily/subscriptions/all"}', said)
        self.assertIn("articles/a3", said)
        said = self.mitigate("slow-outlet", **names)
        self.assertIn("Night", said)
        self.assertIn("0 behind", said)


class CertificateTest(RehearsalTest):
    def setUp(self):
        self.keys = pathlib.Path(harness.tempfile.mkdtemp(
            prefix="courant-keys-"))
        self.addCleanup(harness.shutil.rmtree, self.keys)
        self.issue("now")
        self.issue("next")
        self.more_config = (f"    tls: {{certificate_file: {self.keys}/now.pem, "
                            f"key_file: {self.keys}/now.key}}\n")
        super().setUp()

    def issue(self, name):
        tls_desk.vouch_for_itself(self.keys / f"{name}.pem",
                                  self.keys / f"{name}.key")

    def test_certificate_expiry(self):
        names = {"CERTIFICATE": self.keys / "now.pem",
                 "CERTIFICATE_KEY": self.keys / "now.key",
                 "NEW_CERTIFICATE": self.keys / "next.pem",
                 "NEW_KEY": self.keys / "next.key",
                 "PARTNER_ADDRESS": self.partner}
        # As for a service that is in the group of its key.
        names["CERTIFICATE_KEY"].chmod(0o640)
        said = self.diagnose("certificate-expiry", **names)
        self.assertIn("courant_tls_certificate_expiry_seconds", said)
        hashes = re.findall(r"= ([0-9a-f]{64})", said)
        self.assertEqual(len(hashes), 2)
        self.assertEqual(hashes[0], hashes[1])
        said = self.mitigate("certificate-expiry", **names)
        self.assertIn('courant_tls_reload_total{listener="partner",'
                      'result="success"} 1', said)
        self.assertIn("in force", said)
        self.assertEqual(names["CERTIFICATE_KEY"].stat().st_mode & 0o777,
                         0o640)


class ClockTest(RehearsalTest):
    CLOCK = BIN / "courant_moved_clock.so"

    def setUp(self):
        # The loader would warn, and go on with the clock that is right.
        self.assertTrue(self.CLOCK.exists(), f"{self.CLOCK} is not built: it "
                        "is the target courant_moved_clock")
        super().setUp()
        self.shell("systemctl stop courantd")
        self.offset = self.folder / "offset"
        self.move(0)
        (self.folder / "environment").write_text(
            f"LD_PRELOAD={self.CLOCK} "
            f"COURANT_CLOCK_OFFSET_FILE={self.offset}")
        self.shell("systemctl start courantd")

    def move(self, seconds):
        new = self.offset.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self.offset)

    def test_clock_step(self):
        for name, ahead in (("soon", "+1h"), ("later", "+72h")):
            self.courant("article", "create", "--id", name, "--headline", "H",
                         "--language", "en", "--body", "B", "--copyright", "C",
                         "--yes")
            self.courant("article", "schedule", name, "--at", ahead, "--yes")
        self.move(2 * 60 * 60)
        self.shell('until courant article get soon -o json | grep -q '
                   '\'"PUBLISHED"\'; do sleep 0.1; done')
        said = self.diagnose("clock-step")
        self.assertIn("articles/later", said)
        self.assertRegex(said, r"PUBLISHED .*articles/soon")
        self.move(0)
        said = self.mitigate("clock-step")
        self.assertIn("articles/later", said)
        self.assertNotIn("articles/soon", said)


if __name__ == "__main__":
    own_mounts.begin()
    acceptance.main()
