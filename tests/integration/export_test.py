"""Export and import of everything: what comes back is the same, to the byte;
what was cut or altered is refused by its line; what was killed is in none."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import tarfile
import unittest

import grpc

from courant.v1 import change_service_pb2_grpc, partner_service_pb2
from courant.v1 import partner_service_pb2_grpc

import harness
import newsroom
from data_dump import words_on_disk
from harness import ROOT, Server, changes, follow

VERSIONS = (1, 2, 3, 4, 5)
GOLDEN = ROOT / "tests/golden/data"
# In every golden folder, and killed there.
WORDS_OF_THE_KILLED = ("Never again", "Never more", "사라질 글이다")
# What an import makes otherwise.
OWN = {"epoch", "epochs", "check"}


class ExportCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(harness.tempfile.mkdtemp(
            prefix="courant-export-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def on(self, name, *settings):
        return Server(self.folder / name, "publisher.domain=courier.example",
                      *settings)

    def golden(self, version):
        """A server that does not run, on a folder of that version."""
        with tarfile.open(GOLDEN / f"v{version}.tar.gz") as tar:
            tar.extractall(self.folder / f"golden{version}")
        return self.on(f"golden{version}/data")

    def run_on(self, server, *flags, data=None):
        return subprocess.run([*server.command(), *flags], input=data,
                              capture_output=True, timeout=harness.PATIENCE)

    def export(self, server):
        """The lines of an export, each with its line break."""
        done = self.run_on(server, "--export=-")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines(keepends=True)

    def imported(self, name, lines):
        """(server that does not run, what the import said); there is no book
        of kills."""
        server = self.on(name)
        done = self.run_on(server, "--import-export=-", "--without-kills",
                           data=b"".join(lines))
        self.assertEqual(done.returncode, 0, done.stderr)
        return server, json.loads(done.stdout)["imported"]

    def refused(self, lines):
        """What an import of these says, which must be refused."""
        server = self.on("refused")
        done = self.run_on(server, "--import-export=-", "--without-kills",
                           data=b"".join(lines))
        self.assertEqual((done.returncode, done.stdout), (3, b""))
        # Nobody takes half of it for the whole.
        if server.data_dir.exists():
            code, said = server.refuse()
            self.assertEqual(code, 3)
            self.assertIn("cut short", said)
            shutil.rmtree(server.data_dir)
        return json.loads(done.stderr.decode().splitlines()[-1])["why"]

    def header(self, lines):
        return json.loads(lines[0])["header"]

    def assert_same(self, again, lines):
        """All but the header, and what the end says of it."""
        self.assertEqual(again[1:-1], lines[1:-1])
        ends = [json.loads(of[-1]) for of in (again, lines)]
        self.assertNotEqual(*(end["end"].pop("header") for end in ends))
        self.assertEqual(*ends)


class SameTest(ExportCase):
    def test_what_comes_back_is_the_same_to_the_byte(self):
        for version in VERSIONS:
            with self.subTest(version):
                source = self.golden(version)
                lines = self.export(source)
                target, said = self.imported(f"target{version}", lines)
                self.assertEqual(said["killed_again"], 0)
                self.assertEqual(said["verified"], source.verify())
                again = self.export(target)
                self.assert_same(again, lines)
                before, after = self.header(lines), self.header(again)
                self.assertEqual({k: v for k, v in before.items()
                                  if k not in OWN},
                                 {k: v for k, v in after.items()
                                  if k not in OWN})
                self.assertEqual(int(after["epoch"]),
                                 int(before["epoch"]) + 1)
                self.assertEqual(after["epochs"],
                                 [*before.get("epochs", ()),
                                  {"epoch": after["epoch"],
                                   "parent": before["epoch"],
                                   "lastSequence": before["lastSequence"]}])
                self.assertIn(f"line {len(lines)}: does not go with the header",
                              self.refused([again[0], *lines[1:]]))
                self.assertEqual(self.told(source), self.told(target))

    def told(self, server):
        """What a server says of all that it has."""
        server.start()
        self.addCleanup(server.stop)
        with server.channel() as channel:
            room = newsroom.Newsroom(channel)
            status = room.status()
            log = room.log()
            found = {c.resource: room.get_bytes(c.resource) for c in log
                     if c.resource.count("/") == 1
                     and c.resource.startswith("articles/")}
        page = server.json("article", "list")
        server.stop()
        return (status.tail_digest, [c.SerializeToString(deterministic=True)
                                     for c in log], found, page)

    def test_it_can_be_read_without_us(self):
        lines = self.export(self.golden(4))
        whole = b"".join(lines).decode()
        self.assertIn("항만청은 20일 새벽", whole)
        self.assertIn('"kind":"CORRECTED"', whole)
        for words in WORDS_OF_THE_KILLED:
            self.assertNotIn(words, whole)
        kinds = [next(iter(json.loads(line))) for line in lines]
        self.assertEqual(kinds[0], "header")
        self.assertEqual(kinds[-1], "end")
        # All of it is readable: nothing had to be kept as bytes beside that.
        self.assertNotIn('"storedText"', whole)
        self.assertNotIn('"storedFacts"', whole)
        changes_in = [json.loads(line)["change"] for line in lines
                      if line.startswith(b'{"change"')]
        self.assertEqual([int(c["sequence"]) for c in changes_in],
                         list(range(1, len(changes_in) + 1)))
        killed = [c for c in changes_in if "erasedBy" in c]
        self.assertEqual(len(killed), 3)
        for change in killed:
            self.assertNotIn("article", change)

    def test_twice_is_the_same(self):
        source = self.golden(4)
        self.assertEqual(self.export(source), self.export(source))

    def test_an_empty_log(self):
        server = self.on("empty")
        server.start()
        server.stop()
        lines = self.export(server)
        target, said = self.imported("target", lines)
        self.assertEqual(said["verified"]["changes"], 0)
        self.assert_same(self.export(target), lines)


class RefusedTest(ExportCase):
    def setUp(self):
        super().setUp()
        self.lines = self.export(self.golden(4))

    def test_a_cut_one_wherever_it_is_cut(self):
        last = len(self.lines)
        for kept in (0, 1, 2, 7, last // 2, last - 2, last - 1):
            with self.subTest(kept):
                why = self.refused(self.lines[:kept])
                self.assertIn(f"there is no end line behind line {kept}", why)
        why = self.refused([*self.lines[:5], self.lines[5][:-1]])
        self.assertIn("no end line behind line 5", why)

    def test_an_altered_one_by_its_line_or_the_next(self):
        for index in {*range(0, len(self.lines), 6), len(self.lines) - 1}:
            line = self.lines[index]
            # In the middle, where it is still JSON as often as not.
            middle = len(line) // 2
            changed = (line[:middle]
                       + (b"0" if line[middle:middle + 1] == b"1" else b"1")
                       + line[middle + 1:])
            with self.subTest(index + 1):
                why = self.refused([*self.lines[:index], changed,
                                    *self.lines[index + 1:]])
                self.assertRegex(why, rf"line ({index + 1}|{index + 2}): ")

    def test_lines_that_are_missing_twice_or_swapped(self):
        lines = self.lines
        for name, wrong, number in (
                ("missing", [*lines[:8], *lines[9:]], 9),
                ("twice", [*lines[:8], lines[7], *lines[8:]], 9),
                ("swapped", [*lines[:8], lines[9], lines[8], *lines[10:]], 9),
                ("behind the end", [*lines, lines[-1]], len(lines) + 1),
                ("no header", lines[1:], 1)):
            with self.subTest(name):
                self.assertIn(f"line {number}: ", self.refused(wrong))

    def test_what_is_no_export(self):
        for name, data in (("empty line", b"\n"), ("words", b"hello\n"),
                           ("a list", b"[]\n"), ("no kind", b"{}\n"),
                           ("unknown", b'{"header":{"colour":1}}\n'),
                           ("deep", b'{"a":' + b"[" * 100_000 + b"\n"),
                           ("not UTF-8", b'{"header":"\xff"}\n')):
            with self.subTest(name):
                self.assertIn("line 1: ", self.refused([data]))

    def test_no_secret_is_in_a_refusal(self):
        secret = self.header(self.lines)["format"]["tokenKey"]
        broken = self.lines[0].replace(b'"epoch"', b'"epoch"x')
        done = self.run_on(self.on("refused"), "--import-export=-",
                           "--without-kills", data=broken)
        self.assertEqual(done.returncode, 3)
        self.assertNotIn(secret.encode(), done.stderr)

    def test_a_newer_one(self):
        newer = self.lines[0].replace(b'"exportVersion":1',
                                      b'"exportVersion":2')
        self.assertIn("export of version 2", self.refused([newer]))

    def test_a_folder_with_something_in_it(self):
        server = self.on("taken")
        server.data_dir.mkdir()
        (server.data_dir / "letter").write_text("keep me")
        done = self.run_on(server, "--import-export=-", "--without-kills",
                           data=b"".join(self.lines))
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"is not empty (it has letter)", done.stderr)
        self.assertEqual([p.name for p in server.data_dir.iterdir()],
                         ["letter"])


class FileTest(ExportCase):
    def test_a_new_file_for_the_owner_alone(self):
        source = self.golden(4)
        path = self.folder / "wire.jsonl"
        done = self.run_on(source, f"--export={path}")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads(done.stdout)["exported"]
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        lines = path.read_bytes().splitlines(keepends=True)
        self.assertEqual(lines, self.export(source))
        self.assertEqual(said["lines"], len(lines))
        end = json.loads(lines[-1])["end"]
        end.pop("header")
        self.assertEqual({k: int(v) for k, v in end.items()},
                         {**said, "lines": len(lines) - 1})
        # What is there is not written over.
        done = self.run_on(source, f"--export={path}")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"File exists", done.stderr)
        self.assertEqual(path.read_bytes(), b"".join(lines))
        done = self.run_on(self.on("target"), f"--import-export={path}",
                           "--without-kills")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_on(self.on("piped"), "--import-export=/dev/stdin",
                           "--without-kills", data=path.read_bytes())
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_cannot_be_read_is_named(self):
        for path in ("nowhere", str(self.folder), "/dev/zero"):
            with self.subTest(path):
                done = self.run_on(self.on("other"), f"--import-export={path}",
                                   "--without-kills")
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertIn(f"cannot read {path}: ".encode(), done.stderr)
        # One that opens, and fails when it is read.
        folder = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        done = subprocess.run([*self.on("other").command(),
                               "--import-export=-", "--without-kills"],
                              stdin=folder, capture_output=True,
                              timeout=harness.PATIENCE)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"cannot read -: Is a directory", done.stderr)
        self.assertFalse((self.folder / "other").exists())

    def test_a_disk_that_is_full_leaves_no_file(self):
        done = self.run_on(self.golden(4), "--export=/dev/full/x")
        self.assertEqual(done.returncode, 2)
        source = self.on("golden4/data")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([*source.command(), "--export=-"],
                                  stdout=full, stderr=subprocess.PIPE,
                                  timeout=harness.PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)


class LaterTest(ExportCase):
    def setUp(self):
        super().setUp()
        self.source = self.on("source", f"backup.dir={self.folder}/backups")
        self.start(self.source)
        self.first = self.room.create(harness.an_article("First"))
        self.second = self.room.create(harness.an_article("Doomed words"))
        self.source.stop()
        self.lines = self.export(self.source)

    def start(self, server):
        server.start()
        self.addCleanup(server.stop)
        channel = server.channel()
        self.addCleanup(channel.close)
        self.room = newsroom.Newsroom(channel)
        self.wire = change_service_pb2_grpc.ChangeServiceStub(channel)

    def test_no_server_may_run_on_the_folder(self):
        self.start(self.source)
        done = self.run_on(self.source, "--export=-")
        self.assertEqual((done.returncode, done.stdout), (1, b""))

    def test_readers_who_had_more_are_told(self):
        self.start(self.source)
        self.room.create(harness.an_article("After the export"))
        _, token, _ = follow(self.wire, 3,
                             start_from=changes.EARLIEST_RETAINED)
        _, old, _ = follow(self.wire, 1, max_batch_changes=1,
                           start_from=changes.EARLIEST_RETAINED)
        self.source.stop()
        target, said = self.imported("target", self.lines)
        self.assertEqual((said["branch_sequence"], said["epoch"]), (2, 2))
        self.start(target)
        self.room.create(harness.an_article("Another third"))
        with self.assertRaises(grpc.RpcError) as caught:
            follow(self.wire, 4, resume_token=token)
        info, _ = harness.details(caught.exception)
        self.assertEqual(info.reason, "HISTORY_FORKED")
        self.assertEqual(info.metadata["branch_sequence"], "2")
        # Who had no more goes on.
        self.assertEqual([s for s, _, _ in
                          follow(self.wire, 3, resume_token=old)[2]], [2, 3])

    def test_readers_of_every_epoch_are_told_after_three(self):
        self.start(self.source)
        for _ in range(2):
            self.room.create(harness.an_article("After the export"))
        _, token, _ = follow(self.wire, 4,
                             start_from=changes.EARLIEST_RETAINED)
        self.source.stop()
        # Of epoch 1 it has two changes, of epoch 2 five, of epoch 3 as many.
        first, _ = self.imported("first", self.lines)
        self.start(first)
        for _ in range(3):
            self.room.create(harness.an_article("Another way"))
        first.stop()
        second, _ = self.imported("second", self.export(first))
        third, said = self.imported("third", self.export(second))
        self.assertEqual((said["branch_sequence"], said["epoch"]), (5, 4))
        self.assertEqual(
            [tuple(int(each[key]) for key in ("epoch", "parent",
                                              "lastSequence"))
             for each in self.header(self.export(third))["epochs"]],
            [(2, 1, 2), (3, 2, 5), (4, 3, 5)])
        self.start(third)
        self.room.create(harness.an_article("Sixth"))
        with self.assertRaises(grpc.RpcError) as caught:
            follow(self.wire, 6, resume_token=token)
        info, _ = harness.details(caught.exception)
        self.assertEqual(info.reason, "HISTORY_FORKED")
        self.assertEqual(info.metadata["branch_sequence"], "2")

    def test_what_was_killed_since_is_killed_again(self):
        self.start(self.source)
        self.room.kill(self.second.name)
        self.source.stop()
        target = self.on("target", f"backup.dir={self.folder}/backups")
        done = self.run_on(target, "--import-export=-",
                           data=b"".join(self.lines))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["imported"]["killed_again"],
                         1)
        for found in words_on_disk(target.data_dir,
                                   ["Doomed words"]).values():
            self.assertEqual(found, set())
        self.assertNotIn(b"Doomed words", b"".join(self.export(target)))
        self.start(target)
        self.assertNotIn(b"Doomed", self.room.get_bytes(self.second.name))

    def test_without_the_book_of_kills_it_is_refused(self):
        (self.folder / "backups" / "KILLS").write_text("torn")
        (self.folder / "empty").mkdir()
        for name, why, settings in (
                ("torn", b"KILLS", [f"backup.dir={self.folder}/backups"]),
                ("empty", b"empty/KILLS is missing",
                 [f"backup.dir={self.folder}/empty"]),
                ("unset", b"--set backup.dir=DIR", [])):
            with self.subTest(name):
                target = self.on(f"target-{name}", *settings)
                done = self.run_on(target, "--import-export=-",
                                   data=b"".join(self.lines))
                self.assertEqual((done.returncode, done.stdout), (3, b""))
                self.assertIn(why, done.stderr)
                self.assertIn(b"import with --without-kills", done.stderr)
                self.assertFalse(target.data_dir.exists())
                done = self.run_on(target, "--import-export=-",
                                   "--without-kills",
                                   data=b"".join(self.lines))
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_secret_of_a_key_is_not_in_it(self):
        self.start(self.source)
        stub = partner_service_pb2_grpc.PartnerServiceStub(self.room.channel)
        stub.CreatePartner(partner_service_pb2.CreatePartnerRequest(
            partner_id="daily", partner={"display_name": "데일리"}))
        key = stub.CreateApiKey(partner_service_pb2.CreateApiKeyRequest(
            parent="partners/daily", key={"display_name": "Site"}))
        self.source.stop()
        whole = b"".join(self.export(self.source))
        self.assertIn(key.key.name.encode(), whole)
        self.assertNotIn(key.secret.encode(), whole)
        self.assertNotIn(key.secret[25:55].encode(), whole)

    def test_a_folder_that_is_not_there_is_not_made(self):
        done = self.run_on(self.on("nowhere"), "--export=-")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"there is no data folder", done.stderr)
        self.assertFalse((self.folder / "nowhere").exists())

    def test_a_retried_request_gives_the_answer_of_before(self):
        self.start(self.source)
        request = harness.new_id()
        made = self.room.create(harness.an_article("Once"), request_id=request)
        self.source.stop()
        target, _ = self.imported("target", self.export(self.source))
        self.start(target)
        again = self.room.create(harness.an_article("Once"),
                                 request_id=request)
        self.assertEqual((again.name, again.revision, again.etag),
                         (made.name, 1, made.etag))
        self.assertEqual(self.room.status().tail_sequence, 3)


if __name__ == "__main__":
    harness.main()
