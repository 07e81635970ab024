"""The life of the package on a bare Debian: installed, started as its unit
says, used, upgraded, removed, purged, and what is left each time.

systemd does not run here. What its package scripts would ask of it is seen by a
`systemctl` of ours; that the unit is one, by units_test.py.
"""

import json
import pathlib
import subprocess
import tempfile
import unittest

import acceptance
import bare_system
import deb
from service import PATIENCE, Service

STATE = "/var/lib/courant"
CONFIGURATION = {"/etc/courant", "/etc/courant/courant.yaml"}
USERS = {"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"}
OPS = "http://127.0.0.1:7490"

# Enables what it is told to, as a new system does, and notes what it is asked.
SYSTEMCTL = """#!/bin/sh
echo "$*" >>/run/systemctl.log
wants=/etc/systemd/system/multi-user.target.wants
for unit; do :; done
case "$*" in
  *" preset "*) ln -sf "/lib/systemd/system/$unit" "$wants/" ;;
  *" is-enabled "*) [ -e "$wants/$unit" ] && echo enabled ;;
esac
"""

READ = "import sys, urllib.request as u; " \
       "sys.stdout.write(u.urlopen(sys.argv[1], timeout=60).read().decode())"


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="courant-ship-",
                                                 dir=deb.BUILD)
        cls.addClassCleanup(cls.folder.cleanup)
        made = pathlib.Path(cls.folder.name)
        for name in ("old", "new", "system"):
            (made / name).mkdir()
        cls.old = deb.make(made / "old")
        cls.new = deb.make(made / "new", version="99.0")
        cls.system = bare_system.BareSystem(made / "system")
        cls.addClassCleanup(cls.system.close)
        cls.system.apt("update")

    # --- Help -----------------------------------------------------------------

    def start(self):
        service = Service(self.system, "courantd.service")
        self.addCleanup(service.close)
        service.wait_for("READY=1")
        return service

    def in_network(self, *command):
        done = subprocess.run([*self.system.in_network, *command], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def courant(self, *arguments):
        """The command of the package, as anybody on that system may run it."""
        return self.in_network(
            "chroot", str(self.system.root), "setpriv", "--reuid", "nobody",
            "--clear-groups", "/usr/bin/courant", *arguments)

    def page(self, path):
        return self.in_network("/usr/bin/python3", "-c", READ, OPS + path)

    def headlines(self):
        lines = self.courant("article", "list", "-o", "json").splitlines()
        return sorted(json.loads(line)["headline"]["value"]
                      for line in lines)

    def write(self, headline):
        self.courant("article", "create", "--headline", headline, "--language",
                     "en", "--body", "The harbour reopened at noon.",
                     "--actor", "desk/lee", "--yes")

    def state_of_package(self):
        return self.system.run(
            "dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}",
            "courant")

    def assert_left(self, before, expected, may_change=frozenset()):
        """Since `before`, nothing is new but `expected` and what is in STATE,
        nothing is gone, and only `may_change` is not as it was."""
        now = self.system.files()
        new = {path for path in now.keys() - before.keys()
               if path != STATE and not path.startswith(STATE + "/")}
        self.assertEqual(new, set(expected))
        self.assertEqual(before.keys() - now.keys(), set())
        changed = {path for path in before.keys() & now.keys()
                   if before[path] != now[path]}
        self.assertLessEqual(changed, set(may_change))

    def assert_private(self):
        """All data are their owner's alone, whatever has been written."""
        owner = self.system.run("id", "-u", "courant").strip()
        data = {path: what for path, what in self.system.files().items()
                if path == STATE or path.startswith(STATE + "/")}
        self.assertIn(STATE + "/data/WATERMARK", data)
        self.assertIn(STATE + "/audit.jsonl", data)
        for path, what in data.items():
            self.assertEqual(str(what[1]), owner, path)
            if path == STATE:
                self.assertEqual(what[0], "drwx------", path)
            self.assertEqual(what[0][4:], "------", path)

    # --- The life of it -------------------------------------------------------

    def test_life(self):
        bare = self.system.files()
        self.system.install(self.old)
        version = self.old.name.split("_")[1]
        self.assertEqual(self.state_of_package(), f"installed {version}")
        self.check_installed()
        self.check_it_serves()
        self.check_upgrade()
        self.check_removal(bare)
        self.check_purge(bare)
        self.check_what_systemd_is_asked(bare)

    def check_installed(self):
        files = self.system.files()
        user = self.system.run("getent", "passwd", "courant").strip().split(":")
        self.assertEqual(user[5:], [STATE, "/usr/sbin/nologin"])
        self.assertEqual(files[STATE][:3],
                         ("drwx------", int(user[2]), int(user[3])))
        self.assertEqual(files["/etc/courant/courant.yaml"][:3],
                         ("-rw-r--r--", 0, 0))
        self.assertEqual(self.system.run("dpkg", "--verify", "courant"), "")
        for path in self.system.run("dpkg", "-L", "courant").splitlines():
            if path in ("/.", "/lib"):
                continue  # Of the system.
            what = (self.system.root / path.lstrip("/")).lstat()
            self.assertEqual((what.st_uid, what.st_gid), (0, 0), path)
            self.assertEqual(what.st_mode & 0o022, 0, path)

    def check_it_serves(self):
        service = self.start()
        status = service.status()
        self.assertEqual(status["Name"], "courantd")
        self.assertEqual(int(status["CapBnd"], 16), 0)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertNotIn("0", status["Uid"].split())
        self.write("Ferries run again")
        self.assertIn("Ferries run again",
                      self.courant("change", "tail", "--from", "earliest",
                                   "--count", "1"))
        self.assertEqual(self.headlines(), ["Ferries run again"])
        self.assertEqual(self.page("/readyz"), "ready\n")
        metrics = self.page("/metrics").splitlines()
        self.assertIn("courant_log_tail_sequence 1", metrics)
        limits = pathlib.Path(f"/proc/{service.process.pid}/limits")
        files, = [line.split()[3:5] for line in limits.read_text().splitlines()
                  if line.startswith("Max open files")]
        self.assertEqual(files, [str(service.max_files())] * 2)
        # What the unit asks of the program, it gives.
        if service.unit.all("WatchdogSec"):
            service.wait_for("WATCHDOG=1")
        if service.unit.all("ExecReload"):
            service.reload()
        self.assertEqual(service.stop(), 0)
        self.assert_private()

    def check_upgrade(self):
        # What the operator has changed stays, without a question.
        configuration = self.system.root / "etc/courant/courant.yaml"
        changed = configuration.read_text() + "log:\n  level: warning\n"
        configuration.write_text(changed)
        running = self.start()
        self.system.install(self.new)
        self.assertEqual(self.state_of_package(), "installed 99.0-1")
        # The old program serves until it is told otherwise.
        self.assertEqual(self.headlines(), ["Ferries run again"])
        self.assertEqual(running.stop(), 0)
        self.assertEqual(configuration.read_text(), changed)
        service = self.start()
        self.assertEqual(self.headlines(), ["Ferries run again"])
        self.write("Fog stops ferries")
        self.assertEqual(service.stop(), 0)
        self.assertNotIn('"info"', service_log(self.system))

    def check_removal(self, bare):
        self.system.apt("remove", "courant")
        self.system.apt("autoremove", "--purge")
        self.assert_left(bare, CONFIGURATION, may_change=USERS)
        self.assertTrue(self.state_of_package().startswith("config-files"))

    def check_purge(self, bare):
        said = self.system.apt("purge", "courant")
        self.assertIn(f"the data stay in {STATE}", said)
        self.assert_left(bare, [], may_change=USERS)
        self.assert_private()
        # They are what a new installation serves.
        self.system.install(self.new)
        service = self.start()
        self.assertEqual(self.headlines(),
                         ["Ferries run again", "Fog stops ferries"])
        self.assertEqual(service.stop(), 0)

    def check_what_systemd_is_asked(self, bare):
        """With data deleted by who may, nothing is left of anything."""
        systemctl = self.system.root / "usr/bin/systemctl"
        systemctl.write_text(SYSTEMCTL)
        systemctl.chmod(0o755)
        (self.system.root / "run/systemd/system").mkdir(parents=True)
        log = self.system.root / "run/systemctl.log"
        wants = self.system.root / "etc/systemd/system/multi-user.target.wants"

        def asked():
            """The verbs that matter, each with its units."""
            said = [line.split() for line in log.read_text().splitlines()]
            log.unlink()
            return [[word for word in words if not word.startswith("-")]
                    for words in said
                    if {"start", "restart", "stop"} & set(words)]

        self.system.apt("purge", "courant")
        log.unlink()
        self.system.install(self.old)
        self.assertTrue((wants / "courantd.service").is_symlink())
        # Nothing of ours but the service.
        self.assertEqual([unit.name for unit in
                          wants.parent.glob("*.wants/courant*")],
                         ["courantd.service"])
        self.assertEqual(asked(), [["start", "courantd.service"]])
        self.system.install(self.new)
        self.assertEqual(asked(), [["restart", "courantd.service"]])
        self.system.run("rm", "-r", STATE)
        self.system.apt("purge", "courant")
        stop, = asked()
        self.assertEqual((stop[0], len(stop)), ("stop", 6))
        self.assertEqual(set(stop[1:]), {
            "courantd.service", "courantd-internal.socket",
            "courantd-partner.socket", "courantd-ops.socket",
            "courant-backup.timer"})
        self.system.apt("autoremove", "--purge")
        systemctl.unlink()
        self.assertFalse((self.system.root / "var/lib/courant").exists())
        self.assert_left(bare, [])


def service_log(system):
    return (system.root / "run/courantd.log").read_text()


if __name__ == "__main__":
    bare_system.alone()
    acceptance.main()
