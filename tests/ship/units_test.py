"""The units for systemd: that systemd reads them as they are meant, how far the
service is shut in, and that sockets and configuration name the same addresses.

Systemd is asked offline: it need not run here.
"""

import json
import pathlib
import subprocess
import tempfile
import unittest

import acceptance
from unit_file import UnitFile

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
SERVICE = DEPLOY / "systemd/courantd.service"
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
            for unit in [SERVICE, *SOCKETS]:
                copy = pathlib.Path(folder, unit.name)
                # The program need not be installed on this machine.
                copy.write_text(unit.read_text().replace("/usr/bin/courantd",
                                                         "/usr/bin/true"))
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

    def test_the_service_is_shut_in(self):
        done = analyze("security", "--offline=true",
                       f"--threshold={MOST_EXPOSED}", str(SERVICE))
        said = done.stdout.strip().splitlines()[-1]
        print(said)
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
        for path in [SERVICE, *SOCKETS]:
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


if __name__ == "__main__":
    acceptance.main()
