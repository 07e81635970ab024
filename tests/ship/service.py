"""Runs a service as its unit says, on a system without systemd.

From the unit are taken: the command line, user, mask, limit of descriptors,
working directory, what may be written to, and whether it tells when it is ready.
What only systemd can do is not done: filters of system calls, and of addresses,
cgroups, credentials, starting again.
"""

import os
import pathlib
import resource
import select
import signal
import socket
import subprocess
import time

from unit_file import UnitFile

PATIENCE = 60
NOTIFY = "run/courant-notify"

# Of what is read-only outside, the folder of the state is not.
ENTER = """set -eu
mount --make-rprivate /
mount --bind "$R" "$R"
mount --bind "$R/$STATE" "$R/$STATE"
mount --bind "$R/run" "$R/run"
mount -t tmpfs tmpfs "$R/tmp"
mount -o remount,bind,ro "$R"
umask "$MASK"
ulimit -n "$FILES"
exec chroot "$R" "$@"
"""


def bind_in(folder, name, unix_socket):
    """Binds it to that name in the folder, whose own path may be longer than
    the 107 bytes that an address has for it."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        unix_socket.bind(f"/proc/self/fd/{handle}/{name}")
    finally:
        os.close(handle)


class Service:
    """A service of a BareSystem that is running."""

    def __init__(self, system, unit):
        self.system = system
        self.unit = UnitFile(system.root / "lib/systemd/system" / unit)
        self.said = []
        path = system.root / NOTIFY
        path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        bind_in(path.parent, path.name, self.socket)
        path.chmod(0o666)
        self.log = open(system.root / "run/courantd.log", "w+b")
        self.process = subprocess.Popen(
            [*system.in_network, "unshare", "--mount", "sh", "-c", ENTER, "sh",
             *self.command()],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env={**os.environ, "R": str(system.root),
                 "STATE": self.state_folder().lstrip("/"),
                 "MASK": self.unit.one("UMask"),
                 "FILES": str(self.max_files())})

    def state_folder(self):
        return f"/var/lib/{self.unit.one('StateDirectory')}"

    def max_files(self):
        """As the unit says, or as many as this machine lets us have."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        return min(most, int(self.unit.one("LimitNOFILE")))

    def command(self):
        return ["/usr/bin/env", "-i", "-C", self.unit.one("WorkingDirectory"),
                "PATH=/usr/bin", f"NOTIFY_SOCKET=/{NOTIFY}",
                f"STATE_DIRECTORY={self.state_folder()}", *self.watchdog(),
                "setpriv",
                "--reuid", self.unit.one("User"),
                "--regid", self.unit.one("Group"), "--init-groups",
                "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs",
                *self.unit.one("ExecStart").split()]

    def watchdog(self):
        """How often it has to say that it is well, where the unit asks."""
        return [f"WATCHDOG_USEC={int(seconds.removesuffix('s')) * 1_000_000}"
                for seconds in self.unit.all("WatchdogSec")]

    def reload(self):
        """Has it read its configuration again, as the unit says how."""
        assert self.unit.one("ExecReload") == "/bin/kill -HUP $MAINPID"
        self.said = []
        self.process.send_signal(signal.SIGHUP)
        self.wait_for("RELOADING=1")
        self.wait_for("READY=1")

    def wait_for(self, word):
        """Until the service has told `word` to whoever started it."""
        deadline = time.monotonic() + PATIENCE
        while word not in self.said:
            ended = self.process.poll()
            if select.select([self.socket], [], [], 0.2)[0]:
                self.said += self.socket.recv(4096).decode().splitlines()
            elif ended is not None or time.monotonic() > deadline:
                raise AssertionError(f"no {word}: {self.said}, {ended}, "
                                     f"{self.log_text()}")

    def log_text(self):
        self.log.seek(0)
        return self.log.read().decode()

    def status(self):
        """/proc/PID/status: setpriv and chroot have become the service."""
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return dict(line.split(":\t", 1) for line in lines.splitlines())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.wait_for("STOPPING=1")
        code = self.process.wait(PATIENCE)
        self.close()
        return code

    def close(self):
        """Ends it, if it has not ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)
        self.socket.close()
        self.log.close()
