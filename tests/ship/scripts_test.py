"""What packing and unpacking run, without a package: `./dev package` asks the
same moment of all its steps, and a purge gets by with any folder of data."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import acceptance

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
import own_mounts  # noqa: E402

NOTE = '#!/bin/sh\necho "${0##*/} ${SOURCE_DATE_EPOCH:-none}" >>"$NOTES"\n'
MOMENT = "1700000000"


class ScriptsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="courant-scripts-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        self.notes = self.folder / "notes"
        self.notes.touch()
        self.environment = {
            **os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}",
            "NOTES": str(self.notes), "COURANT_INSTALL": "no"}
        self.environment.pop("SOURCE_DATE_EPOCH", None)

    def stand_in(self, *names):
        """Programs that do nothing but note that they were run, and when."""
        for name in names:
            (self.tools / name).write_text(NOTE)
            (self.tools / name).chmod(0o755)

    def run_in(self, folder, *command, **more):
        return subprocess.run(
            [str(word) for word in command], cwd=folder, check=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**self.environment, **more}).stdout

    # --- ./dev package --------------------------------------------------------

    def test_all_steps_of_a_package_have_the_moment_of_the_commit(self):
        checkout = self.folder / "checkout"
        (checkout / "build/release").mkdir(parents=True)
        (checkout / "dev").write_text((ROOT / "dev").read_text())
        when = {"GIT_AUTHOR_DATE": f"{MOMENT} +0000",
                "GIT_COMMITTER_DATE": f"{MOMENT} +0000"}
        self.run_in(checkout, "git", "init", "-q")
        self.run_in(checkout, "git", "-c", "user.name=N", "-c",
                    "user.email=n@example.org", "commit", "-q",
                    "--allow-empty", "-m", "One", **when)
        self.stand_in("cmake", "cpack")
        self.run_in(checkout, "sh", "dev", "package")
        # Configured, built, packed.
        self.assertEqual(self.notes.read_text().splitlines(),
                         [f"cmake {MOMENT}", f"cmake {MOMENT}",
                          f"cpack {MOMENT}"])

    # --- purge ----------------------------------------------------------------

    def purge(self, state):
        self.stand_in("deb-systemd-helper", "systemctl", "getent", "userdel")
        script = (ROOT / "deploy/debian/postrm").read_text()
        line = "\nstate=/var/lib/courant\n"
        self.assertEqual(script.count(line), 1)
        copy = self.folder / "postrm"
        copy.write_text(script.replace(line, f"\nstate={state}\n"))
        return self.run_in(self.folder, "sh", copy, "purge")

    def test_data_stay(self):
        state = self.folder / "state"
        (state / "data").mkdir(parents=True)
        self.assertIn(f"the data stay in {state}", self.purge(state))
        self.assertTrue((state / "data").is_dir())
        self.assertNotIn("userdel", self.notes.read_text())

    def test_a_folder_elsewhere_stops_no_purge(self):
        (self.folder / "disk").mkdir()
        state = self.folder / "state"
        state.symlink_to("disk")
        self.assertIn(f"the data stay in {state}", self.purge(state))
        self.assertTrue(state.is_symlink())
        self.assertNotIn("userdel", self.notes.read_text())

    def test_without_data_their_owner_goes(self):
        state = self.folder / "state"
        state.mkdir()
        self.assertEqual(self.purge(state), "")
        self.assertFalse(state.exists())
        self.assertIn("userdel", self.notes.read_text())


class OwnMountsTest(unittest.TestCase):
    """When the other tests may make mounts in a chroot."""

    PRIVATE = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
    SHARED = "30 27 0:21 / /srv rw shared:7 master:2 - tmpfs a_shared:b rw\n"

    def test_shared_mounts_are_seen(self):
        shared = own_mounts.may_be_shared
        self.assertFalse(shared(["27", "27"], self.PRIVATE))
        self.assertFalse(shared(["27"], "", self.SHARED + self.PRIVATE))
        self.assertTrue(shared(["27", "30"], self.PRIVATE + self.SHARED))

    def test_what_is_not_listed_may_be(self):
        self.assertTrue(own_mounts.may_be_shared(["31"], self.PRIVATE))

    def test_the_root_of_this_process_has_a_number(self):
        self.assertGreater(int(own_mounts.mount_of("/")), 0)


if __name__ == "__main__":
    acceptance.main()
