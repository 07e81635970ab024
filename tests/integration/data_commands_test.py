"""courant verify and courant backup restore with --data-dir: what is done to a data
folder on this host, while no server runs on it and none is asked."""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

import harness
import newsroom
from harness import BIN, Server

ARTICLES = 20


class DataCommandTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(harness.tempfile.mkdtemp(
            prefix="courant-data-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        self.backups = self.folder / "backups"
        self.server = Server(self.data, f"backup.dir={self.backups}")
        self.server.start()
        self.addCleanup(self.server.stop)
        with self.server.channel() as channel:
            desk = newsroom.Newsroom(channel)
            self.names = [desk.create().name for _ in range(ARTICLES)]
        # Which also moves the changes from the log of the database to tables.
        made, = self.server.json("backup", "create")
        self.backup = made["backup"]["name"].removeprefix("backups/")

    def say(self, code, *words, program=BIN / "courant", path=None):
        """Runs the tool where no server can be asked: (stdout, stderr)."""
        done = subprocess.run(
            [str(program), *map(str, words)], capture_output=True, text=True,
            timeout=harness.PATIENCE,
            env={**os.environ, "COURANT_ADDRESS": "127.0.0.1:1",
                 "PATH": os.environ["PATH"] if path is None else str(path)})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def restore(self, code, name, *words):
        return self.say(code, "backup", "restore", self.backup, "--data-dir",
                        self.folder / name, *words)


class VerifyTest(DataCommandTest):
    def test_a_whole_log(self):
        self.server.stop()
        said, _ = self.say(0, "verify", "--data-dir", self.data)
        self.assertEqual(json.loads(said)["verified"]["changes"], ARTICLES)
        config = self.folder / "courant.yaml"
        config.write_text(f"data_dir: {self.data}\n")
        self.assertEqual(self.say(0, "verify", "--config", config)[0], said)

    def test_a_damaged_file_is_named(self):
        self.server.stop()
        table = max((self.data / "db").glob("*.sst"),
                    key=lambda path: path.stat().st_size)
        data = bytearray(table.read_bytes())
        data[len(data) // 2] ^= 1
        table.write_bytes(data)
        said, log = self.say(3, "verify", "--data-dir", self.data)
        self.assertEqual(said, "")
        self.assertIn(table.name, log)

    def test_a_folder_that_is_not_there_is_not_made(self):
        slip = self.folder / "dta"
        _, log = self.say(2, "verify", "--data-dir", slip)
        self.assertIn(f"there is no data folder in {slip}", log)
        self.assertFalse(slip.exists())
        slip.mkdir()
        self.say(2, "verify", "--data-dir", slip)
        self.assertEqual(list(slip.iterdir()), [])
        # What is left of one is no slip: it is refused as damaged.
        self.server.stop()
        shutil.rmtree(self.data / "db")
        self.say(3, "verify", "--data-dir", self.data)

    def test_a_folder_in_use_is_left_alone(self):
        _, log = self.say(1, "verify", "--data-dir", self.data)
        self.assertIn("verify_refused", log)
        self.server.courant("article", "get", self.names[0])


class RestoreTest(DataCommandTest):
    def test_without_a_server(self):
        self.server.stop()
        said, _ = self.restore(0, "new", "--backup-dir", self.backups)
        restored = json.loads(said)["restored"]
        self.assertEqual((restored["branch_sequence"], restored["epoch"]),
                         (ARTICLES, 2))
        self.say(0, "verify", "--data-dir", self.folder / "new")
        self.server = Server(self.folder / "new")
        self.server.start()
        self.addCleanup(self.server.stop)
        self.server.courant("article", "get", self.names[0])

    def test_refusals_come_through(self):
        self.server.stop()
        _, log = self.restore(3, "data", "--backup-dir", self.backups)
        self.assertIn("is not empty", log)
        _, log = self.restore(2, "new")
        self.assertIn("backup.dir", log)
        (self.backups / "KILLS").unlink()
        _, log = self.restore(3, "new", "--backup-dir", self.backups)
        self.assertIn("--without-kills", log)
        self.restore(0, "new", "--backup-dir", self.backups,
                     "--without-kills")

    def test_the_configuration_names_the_folders(self):
        self.server.stop()
        config = self.folder / "courant.yaml"
        config.write_text(f"data_dir: {self.folder / 'new'}\n"
                          f"backup:\n  dir: {self.backups}\n")
        self.say(0, "backup", "restore", f"backups/{self.backup}", "--config",
                 config)
        self.say(0, "verify", "--config", config)


class ProgramTest(DataCommandTest):
    """Which courantd it is."""

    def test_beside_the_tool_then_on_the_path_or_said(self):
        self.server.stop()
        alone = self.folder / "alone"
        alone.mkdir()
        tool = alone / "courant"
        shutil.copy(BIN / "courant", tool)
        words = ("verify", "--data-dir", self.data)
        _, error = self.say(1, *words, program=tool, path=alone)
        self.assertIn(f"there is no courantd, neither {alone}/courantd nor",
                      error)
        self.say(0, *words, program=tool, path=BIN)
        beside = alone / "courantd"
        beside.write_text("#!/bin/sh\necho \"$@\"; exit 7\n")
        beside.chmod(0o700)
        said, _ = self.say(7, *words, program=tool, path=BIN)
        self.assertEqual(said, f"--data-dir={self.data} --verify\n")
        beside.chmod(0o600)
        _, error = self.say(1, *words, program=tool, path=BIN)
        self.assertIn("courantd cannot be started", error)


if __name__ == "__main__":
    harness.main()
