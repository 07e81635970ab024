"""The units for systemd: that systemd reads them as they are meant, how far the
service is shut in, and that sockets and configuration name the same addresses.

Systemd is asked offline: it need not run here.
"""

import datetime
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import acceptance
from unit_file import UnitFile

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
SERVICE = DEPLOY / "systemd/courantd.service"
BACKUP = DEPLOY / "systemd/courant-backup.service"
TIMER = DEPLOY / "systemd/courant-backup.timer"
SOCKETS = sorted((DEPLOY / "systemd").glob("*.socket"))
# Of 10, in tenths: what `systemd-analyze security` calls OK ends at 3.
MOST_EXPOSED = 15


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments],
                          text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


class UnitsTest(unittest.TestCase):
    def test_systemd_understands_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            copies = []
            for unit in [SERVICE, BACKUP, TIMER, *SOCKETS]:
                copy = pathlib.Path(folder, unit.name)
                # The program need not be installed on this machine.
                copy.write_text(re.sub(r"(?m)^ExecStart=\S+",
                                       "ExecStart=/usr/bin/true",
                                       unit.read_text()))
                copies.append(str(copy))
            done = analyze("verify", "--man=no", *copies)
        ours = [line for line in done.stdout.splitlines()
                if "courant" in line]
        self.assertEqual(ours, [])

    def test_a_line_that_systemd_does_not_know_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, "courantd.service")
            copy.write_text("[Service]\nExecStart=/usr/bin/true\n"
                            "ProtectSystme=strict\n")
            self.assertIn("ProtectSystme",
                          analyze("verify", "--man=no", str(copy)).stdout)

    def test_services_are_shut_in(self):
        for service in (SERVICE, BACKUP):
            done = analyze("security", "--offline=true",
                           f"--threshold={MOST_EXPOSED}", str(service))
            print(done.stdout.strip().splitlines()[-1])
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_state_and_restarts_are_as_the_program_needs_them(self):
        unit = UnitFile(SERVICE)
        self.assertEqual(unit.one("Type"), "notify")
        # What the program answers to these, package_test asks.
        self.assertEqual(unit.one("WatchdogSec"), "30s")
        self.assertEqual(unit.one("ExecReload"), "/bin/kill -HUP $MAINPID")
        self.assertEqual(unit.one("StateDirectoryMode"), "0700")
        self.assertEqual(unit.one("UMask"), "0077")
        # Bad configuration and refused data: see README.
        self.assertEqual(unit.words("RestartPreventExitStatus"), ["2", "3"])
        # Three for each of partners.max_connections, by default 10,000.
        self.assertGreaterEqual(int(unit.one("LimitNOFILE")), 30_000)

    def test_secrets_that_are_not_there_stop_nothing(self):
        """A path would have to be there; a name alone is looked for."""
        for credential in UnitFile(SERVICE).all("LoadCredential"):
            self.assertNotIn(":", credential)

    def test_sockets_are_the_listeners_of_the_configuration(self):
        configured = (DEPLOY / "debian/courant.yaml").read_text()
        self.assertEqual(len(SOCKETS), 3)
        for path in SOCKETS:
            unit = UnitFile(path)
            listener = unit.one("FileDescriptorName")
            self.assertEqual(path.name, f"courantd-{listener}.socket")
            self.assertEqual(unit.one("Service"), "courantd.service")
            address = json.dumps(unit.one("ListenStream"))
            self.assertIn(f"  {listener}:\n    address: {address}\n",
                          configured)

    def test_sockets_let_in_whom_the_service_does(self):
        """What the service says does not count for a socket of systemd."""
        for path in [SERVICE, BACKUP, *SOCKETS]:
            unit = UnitFile(path)
            self.assertEqual(unit.words("IPAddressDeny"), ["any"], path.name)
            self.assertEqual(unit.words("IPAddressAllow"), ["localhost"],
                             path.name)

    def test_sockets_say_how_they_are_taken_into_use(self):
        """One that starts while the service is active is refused."""
        for path in SOCKETS:
            said = " ".join(path.read_text().replace("\n#", " ").split())
            self.assertIn(f"systemctl enable {path.name} && "
                          "systemctl stop courantd && "
                          f"systemctl start {path.name} courantd", said)

    def test_a_backup_is_made_every_night(self):
        timer, service = UnitFile(TIMER), UnitFile(BACKUP)
        # The timer starts the service of its name, which none but it starts.
        self.assertEqual(TIMER.stem, BACKUP.stem)
        self.assertEqual(timer.all("Unit"), [])
        self.assertEqual(timer.one("WantedBy"), "timers.target")
        self.assertEqual(service.all("WantedBy"), [])
        self.assertEqual(timer.one("Persistent"), "yes")
        done = analyze("calendar", "--iterations=2", timer.one("OnCalendar"))
        due = [datetime.datetime.fromisoformat(at) for at in re.findall(
            r"(?:Next elapse|Iteration #2|Iter\. #2): \w+ (\S+ \S+)",
            done.stdout)]
        self.assertEqual(len(due), 2, done.stdout)
        # CourantBackupStale rings after 26 hours.
        self.assertEqual(due[1] - due[0], datetime.timedelta(days=1))
        self.assertEqual(timer.one("RandomizedDelaySec"), "30min")

    def test_a_backup_that_is_not_whole_takes_no_other_one_away(self):
        made = '{"number":"8","backup":{"name":"backups/8","epoch":"1"}}'
        for fails, called in (
                ("none", ["create --output json", "verify 8",
                          "prune --keep 3 --yes"]),
                ("create", ["create --output json"]),
                ("verify", ["create --output json", "verify 8"])):
            with self.subTest(fails), tempfile.TemporaryDirectory() as folder:
                courant = pathlib.Path(folder, "courant")
                courant.write_text(f"#!/bin/sh\n[ \"$1\" = backup ] && shift\n"
                                   f"echo \"$*\" >>{folder}/called\n"
                                   f"[ $1 != {fails} ] && echo '{made}'\n")
                courant.chmod(0o755)
                done = subprocess.run(
                    [BACKUP.with_suffix("")], stdout=subprocess.DEVNULL,
                    env={"PATH": f"{folder}:/usr/bin:/bin",
                         "COURANT_BACKUPS_KEPT": "3"})
                self.assertEqual(done.returncode == 0, fails == "none")
                self.assertEqual(
                    pathlib.Path(folder, "called").read_text().splitlines(),
                    called)

    def test_the_backup_is_where_the_package_puts_it(self):
        (program,) = UnitFile(BACKUP).words("ExecStart")
        self.assertEqual(program, "/usr/libexec/courant/backup")
        recipe = (DEPLOY / "debian/CMakeLists.txt").read_text()
        self.assertIn("install(PROGRAMS ${systemd}/courant-backup DESTINATION "
                      "libexec/courant\n  RENAME backup ", recipe)
        for unit in (BACKUP, TIMER):
            self.assertIn(f"${{systemd}}/{unit.name}", recipe)


if __name__ == "__main__":
    acceptance.main()
