"""Backups of a running server: whole under load, restored into an empty folder
alone, refused by the name of the file that is damaged; and what comes back with
one, and what does not: killed texts, and tokens from a future that was lost."""

import json
import os
import pathlib
import shutil
import subprocess
import threading
import time
import unittest

import grpc

from courant.v1 import change_service_pb2_grpc

import harness
import newsroom
from data_dump import words_on_disk
from harness import Server, an_article, changes, follow
from newsroom import State

# How many backups are made under load, and how many seconds from one to the
# next: 30 and 10 in the soak.
BACKUPS = int(os.environ.get("COURANT_BACKUPS", "3"))
PACE = float(os.environ.get("COURANT_BACKUP_PACE", "0"))


class BackupCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(harness.tempfile.mkdtemp(
            prefix="courant-backup-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.backups = self.folder / "backups"
        self.server = self.serve("data")

    def serve(self, name):
        """A server on the data folder `name`, started."""
        server = self.on(name)
        server.start()
        self.addCleanup(server.stop)
        self.open(server)
        return server

    def on(self, name):
        return Server(self.folder / name, f"backup.dir={self.backups}")

    def open(self, server):
        channel = server.channel()
        self.addCleanup(channel.close)
        self.desk = newsroom.Newsroom(channel)
        self.changes = change_service_pb2_grpc.ChangeServiceStub(channel)

    def backup(self):
        """Makes one and returns its number."""
        made, = self.server.json("backup", "create")
        self.assertEqual(made["state"], "SUCCEEDED")
        return made["backup"]["name"].removeprefix("backups/")

    def restore(self, number, name, *flags):
        """(exit code, the line on stdout or None, stderr)"""
        done = subprocess.run(
            [*self.on(name).command(), f"--restore-backup={number}", *flags],
            capture_output=True, text=True, timeout=harness.PATIENCE)
        line = json.loads(done.stdout)["restored"] if done.stdout else None
        return done.returncode, line, done.stderr

    def restored(self, number, name, *flags):
        code, line, said = self.restore(number, name, *flags)
        self.assertEqual(code, 0, said)
        return line

    def tail(self):
        return self.changes.GetChangeLogStatus(
            changes.GetChangeLogStatusRequest(),
            timeout=harness.PATIENCE).tail_sequence


class CommandTest(BackupCase):
    def test_create_list_verify_prune(self):
        self.assertEqual(self.server.json("backup", "list"), [])
        self.desk.create()
        for expected in ("1", "2", "3"):
            self.assertEqual(self.backup(), expected)
        listed = self.server.json("backup", "list")
        self.assertEqual([b["name"] for b in listed],
                         ["backups/1", "backups/2", "backups/3"])
        self.assertEqual(listed[0]["sequence"], "1")
        self.assertIn("backup 2  verified",
                      self.server.courant("backup", "verify", "2").stdout)
        self.assertEqual(
            self.server.courant("backup", "prune", "--keep", "1",
                                "--yes").stdout, "deleted 2\n")
        self.assertEqual([b["name"] for b in self.server.json("backup",
                                                              "list")],
                         ["backups/3"])
        page = self.server.metrics()
        self.assertIn('courant_backup_runs_total{result="made"} 3', page)
        self.assertIn("courant_backup_configured 1", page)
        took = next(float(line.split()[1]) for line in page if
                    line.startswith("courant_backup_duration_seconds"))
        self.assertGreater(took, 0)
        self.assertLess(took, harness.PATIENCE)
        for name in ("last", "verified"):
            when = next(float(line.split()[1]) for line in page if
                        line.startswith(f"courant_backup_{name}_timestamp"))
            self.assertLess(abs(when - time.time()), 600, name)
        self.assertIn("--restore-backup 3",
                      self.server.courant("backup", "restore", "3").stdout)
        offline = subprocess.run(
            [*self.server.command(), "--list-backups"], capture_output=True,
            text=True, timeout=harness.PATIENCE)
        self.assertEqual(json.loads(offline.stdout)["backup"]["name"],
                         "backups/3")

    def test_refusals(self):
        said = self.server.courant("backup", "verify", "9", check=False)
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("there is no backup 9", said.stderr)
        said = self.server.courant("backup", "verify", "x", check=False)
        self.assertIn("backups/{number}", said.stderr)
        code, _, said = self.restore(9, "new")
        self.assertEqual(code, 2, said)
        self.assertIn("there is no backup 9", said)
        self.assertFalse((self.folder / "new").exists())
        without = Server(self.folder / "without")
        without.start()
        self.addCleanup(without.stop)
        self.assertIn("courant_backup_configured 0", without.metrics())
        said = without.courant("backup", "create", check=False)
        self.assertIn("backup.dir", said.stderr)


class RestoreTest(BackupCase):
    def test_readers_of_the_lost_future_are_told(self):
        names = [self.desk.create().name for _ in range(5)]
        number = self.backup()
        lost = self.desk.create().name
        _, token, _ = follow(self.changes, 6,
                             start_from=changes.EARLIEST_RETAINED)
        _, old, _ = follow(self.changes, 3,
                           start_from=changes.EARLIEST_RETAINED,
                           max_batch_changes=3)
        self.server.kill()
        line = self.restored(number, "new")
        self.assertEqual((line["branch_sequence"], line["epoch"],
                          line["killed_again"]), (5, 2, 0))
        self.server = self.serve("new")
        with self.assertRaises(grpc.RpcError) as caught:
            follow(self.changes, 7, resume_token=token)
        info, _ = harness.details(caught.exception)
        self.assertEqual(info.reason, "HISTORY_FORKED")
        self.assertEqual(info.metadata["branch_sequence"], "5")
        self.assertEqual(self.desk.get(names[0]).revision, 1)
        with self.assertRaises(grpc.RpcError) as caught:
            self.desk.get(lost)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)
        self.desk.create()
        position, _, seen = follow(
            self.changes, 6, resume_token=info.metadata["branch_token"])
        self.assertEqual((position, len(seen)), (6, 1))
        # A token from before the branch goes on.
        position, _, _ = follow(self.changes, 6, resume_token=old)
        self.assertEqual(position, 6)

    def test_each_restore_is_a_history_of_its_own(self):
        self.desk.create()
        number = self.backup()
        self.server.kill()
        epochs = []
        for name in ("one", "two"):
            epochs.append(self.restored(number, name)["epoch"])
            self.server = self.serve(name)
            self.desk.create()
            _, token, _ = follow(self.changes, 2,
                                 start_from=changes.EARLIEST_RETAINED)
            self.server.kill()
        self.assertEqual(epochs, [2, 3])

    def write(self, number):
        """Creates so many articles; returns the token behind the last."""
        for _ in range(number):
            self.desk.create()
        return follow(self.changes, self.tail(),
                      start_from=changes.EARLIEST_RETAINED)[1]

    def forked(self, token):
        """The change up to which the reader with `token` is told that it shares
        this history; its branch_token leads to all that comes after it."""
        with self.assertRaises(grpc.RpcError) as caught:
            follow(self.changes, self.tail(), resume_token=token)
        info, _ = harness.details(caught.exception)
        self.assertEqual(info.reason, "HISTORY_FORKED")
        branch = int(info.metadata["branch_sequence"])
        position, _, seen = follow(self.changes, self.tail(),
                                   resume_token=info.metadata["branch_token"])
        self.assertEqual((position, len(seen)),
                         (self.tail(), self.tail() - branch))
        return branch

    def test_tokens_of_all_epochs_are_told_what_they_share(self):
        self.write(5)
        at_5 = self.backup()
        self.write(4)
        at_9 = self.backup()
        first = self.write(1)
        self.server.kill()
        self.assertEqual(self.restored(at_5, "two")["epoch"], 2)
        self.server = self.serve("two")
        self.assertEqual(self.forked(first), 5)
        second = self.write(3)
        at_8 = self.backup()
        self.server.kill()
        # Two restores in a row.
        self.assertEqual(self.restored(at_8, "three")["epoch"], 3)
        self.server = self.serve("three")
        third = self.write(4)
        self.assertEqual(self.forked(first), 5)
        position, _, seen = follow(self.changes, 12, resume_token=second)
        self.assertEqual((position, len(seen)), (12, 4))
        self.server.stop()
        # From a backup that knows nothing of the two epochs before.
        self.assertEqual(self.restored(at_9, "four")["epoch"], 4)
        self.server = self.serve("four")
        self.write(1)
        self.assertEqual([self.forked(token) for token in
                          (first, second, third)], [9, 5, 5])
        # Still known when it is started again.
        self.server.kill()
        self.server.start()
        self.open(self.server)
        self.assertEqual([self.forked(token) for token in
                          (first, second, third)], [9, 5, 5])

    def test_where_it_is_not_known_what_is_shared_nothing_is(self):
        self.write(5)
        at_5 = self.backup()
        self.write(4)
        at_9 = self.backup()
        self.server.kill()
        self.restored(at_5, "two")
        self.server = self.serve("two")
        second = self.write(3)
        self.server.kill()
        book = self.backups / "KILLS"
        book.write_text("".join(
            line for line in book.read_text().splitlines(keepends=True)
            if not line.startswith("branch ")))
        self.restored(at_9, "three")
        self.server = self.serve("three")
        self.assertEqual(self.forked(second), 0)

    def test_a_folder_that_is_not_empty_is_left_alone(self):
        self.desk.create()
        number = self.backup()
        self.server.stop()
        code, _, said = self.restore(number, "data")
        self.assertEqual(code, 3, said)
        self.assertIn("is not empty", said)
        self.server = self.serve("data")
        self.assertEqual(self.tail(), 1)

    def test_a_damaged_file_is_named(self):
        for _ in range(20):
            self.desk.create()
        number = self.backup()
        self.server.stop()
        table = max(self.backups.glob("shared_checksum/*.sst"),
                    key=lambda path: path.stat().st_size)
        data = bytearray(table.read_bytes())
        data[len(data) // 2] ^= 1
        table.write_bytes(data)
        code, _, said = self.restore(number, "new")
        self.assertEqual(code, 3, said)
        self.assertIn(table.name, said)
        self.assertFalse((self.folder / "new").exists())
        self.server.start()
        said = self.server.courant("backup", "verify", number, check=False)
        self.assertIn(table.name, said.stderr)

    def test_a_restore_that_was_cut_short_is_not_served(self):
        self.desk.create()
        number = self.backup()
        self.server.stop()
        self.restored(number, "new")
        (self.folder / "new" / "RESTORING").touch()
        code, said = self.on("new").refuse()
        self.assertEqual(code, 3)
        self.assertIn("cut short", said)


class KillTest(BackupCase):
    """An article that was killed after the backup."""

    def setUp(self):
        super().setUp()
        self.secret = "Brackwasser"
        article = an_article(f"{self.secret} in the harbour")
        self.killed = self.desk.create(article).name
        self.kept = self.desk.create().name
        self.number = self.backup()
        found = words_on_disk(self.folder / "data", {self.secret})
        self.assertEqual(found["table"], {self.secret})
        self.desk.kill(self.killed)

    def await_note(self):
        deadline = time.monotonic() + harness.PATIENCE
        while "\nkill " not in (self.backups / "KILLS").read_text():
            self.assertLess(time.monotonic(), deadline)

    def lose(self):
        """The data folder is gone at once."""
        self.server.kill()
        shutil.rmtree(self.folder / "data")

    def test_is_killed_again_before_anybody_reads(self):
        self.await_note()
        self.lose()
        line = self.restored(self.number, "new")
        self.assertEqual((line["killed_again"], line["verified"]["erased"]),
                         (1, 1))
        self.server = self.serve("new")
        article = self.desk.get(self.killed)
        self.assertEqual(article.state, State.KILLED)
        self.assertNotIn(self.secret, str(article))
        self.assertEqual(self.desk.get(self.kept).state, State.PUBLISHED)
        _, _, seen = follow(self.changes, self.tail(),
                            start_from=changes.EARLIEST_RETAINED)
        self.assertEqual(len(seen), 3)
        self.server.stop()
        found = words_on_disk(self.folder / "new", {self.secret})
        self.assertEqual(found, {"table": set(), "log": set(), "raw": set()})

    def test_is_noted_at_the_next_start_at_the_latest(self):
        # As if the server had died before it noted it.
        self.server.kill()
        book = self.backups / "KILLS"
        book.write_text("".join(
            line for line in book.read_text().splitlines(keepends=True)
            if not line.startswith("kill "))
            .rsplit("seen", 1)[0])
        self.server.start()
        self.assertIn("\nkill ", book.read_text())

    def test_without_the_book_a_restore_has_to_be_insisted_on(self):
        self.await_note()
        self.lose()
        book = self.backups / "KILLS"
        whole = book.read_text()
        for broken in (None, whole.replace("kill ", "kilt ", 1)):
            if broken is None:
                book.unlink()
            else:
                book.write_text(broken)
            code, _, said = self.restore(self.number, "new")
            self.assertEqual(code, 3, said)
            self.assertIn("--without-kills", said)
            self.assertFalse((self.folder / "new").exists())
        line = self.restored(self.number, "new", "--without-kills")
        self.assertEqual(line["killed_again"], 0)


class LoadTest(BackupCase):
    def test_each_backup_under_load_is_whole(self):
        stopped, problems, longest = threading.Event(), [], 0

        def write():
            desk = newsroom.Newsroom(self.server.channel())
            try:
                while not stopped.is_set():
                    desk.create(an_article("words " * 100))
            except grpc.RpcError as error:
                problems.append(error)

        writers = [threading.Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        try:
            for number in range(BACKUPS):
                begin = time.monotonic()
                acknowledged = self.tail()
                backup = self.backup()
                self.server.courant("backup", "verify", backup)
                line = self.restored(backup, f"restored{number}")
                self.assertGreaterEqual(line["verified"]["changes"],
                                        acknowledged)
                shutil.rmtree(self.folder / f"restored{number}")
                # Or there was no load.
                self.assertGreater(self.tail(), acknowledged)
                longest = max(longest, time.monotonic() - begin)
                stopped.wait(max(0, begin + PACE - time.monotonic()))
        finally:
            stopped.set()
            for writer in writers:
                writer.join()
        self.assertEqual(problems, [])
        print(f"{BACKUPS} backups under load, {self.tail()} changes, made, "
              f"verified, restored and verified within {longest:.1f} s each")


if __name__ == "__main__":
    harness.main()
