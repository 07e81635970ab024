"""The container image: it starts without any right, serves, is restarted and
replaced by another version without losing anything, and leaves its volume alone
when it goes.

Needs root, podman and runc, and no registry. All that podman keeps lies in a
folder of the test's own: images of this machine are neither used nor changed.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import textwrap
import time
import unittest

import yaml

import acceptance
import own_mounts

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["COURANT_BIN"])
TOOLS = ROOT / "build/tools/bin"
PATIENCE = 120
MEGABYTE = 1_000_000
USER = 65532

# As README.md of deploy/container says, but for the network: containers here
# have none, and courantd is asked from inside.
HARDENED = ("--read-only", "--read-only-tmpfs=false", "--cap-drop=all",
            "--security-opt=no-new-privileges", "--pids-limit=512")
# What a machine with cgroups of the first version and low limits takes.
HERE = ("--network=none", "--ulimit=nofile=1024:1024",
        "--ulimit=nproc=1024:1024")


class Podman:
    """podman with a store of its own."""

    def __init__(self, folder):
        self.options = ["--root", f"{folder}/root", "--runroot",
                        f"{folder}/run", "--tmpdir", f"{folder}/tmp",
                        "--storage-driver", "vfs", "--runtime", "runc",
                        "--cgroup-manager", "cgroupfs",
                        "--events-backend", "none", "--log-level", "fatal"]
        self.environment = dict(
            os.environ, PATH=f"{TOOLS}:{os.environ['PATH']}",
            TMPDIR=str(folder))
        self.environment["PODMAN"] = " ".join(["podman", *self.options])

    def run(self, *arguments, check=True):
        done = subprocess.run(["podman", *self.options, *arguments],
                              capture_output=True, text=True,
                              env=self.environment, timeout=PATIENCE)
        if check and done.returncode != 0:
            raise AssertionError(f"podman {arguments} ended with "
                                 f"{done.returncode}: {done.stderr}")
        return done

    def inspect(self, kind, name):
        return json.loads(self.run(kind, "inspect", name).stdout)[0]

    def names(self, *arguments):
        return self.run(*arguments).stdout.split()

    def build(self, programs, image):
        subprocess.run([ROOT / "deploy/container/build.sh", programs, image],
                       check=True, env=self.environment, timeout=PATIENCE,
                       stdout=subprocess.DEVNULL)


class PageTest(unittest.TestCase):
    """What deploy/container/README.md shows fits together."""

    def test_what_is_configured_is_mounted_and_published(self):
        text = (ROOT / "deploy/container/README.md").read_text()
        run, = re.findall(r"```sh\n(podman run .*?)```", text, re.DOTALL)
        shown = textwrap.dedent(re.search(
            r"^ *```yaml\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)[1])
        listeners = yaml.safe_load(shown)["listeners"]
        published = re.findall(r"--publish (?:127\.0\.0\.1:)?(\d+):(\d+)", run)
        self.assertEqual({f"0.0.0.0:{inside}" for _, inside in published},
                         {each["address"] for each in listeners.values()})
        mounted = re.findall(r"--volume [^:\s]+:([^:\s]+)", run)
        for file in listeners["partner"]["tls"].values():
            self.assertIn(str(pathlib.PurePath(file).parent), mounted)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
            config.write(shown)
            config.flush()
            checked = subprocess.run(
                [BIN / "courantd", "--config", config.name, "--check-config"],
                capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)


@unittest.skipUnless(os.geteuid() == 0 and own_mounts.possible(),
                     own_mounts.WHY_NOT)
class ContainerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-ship-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.podman = Podman(cls.folder)
        cls.addClassCleanup(cls.podman.run, "rm", "--all", "--force",
                            "--time", "0", check=False)
        cls.podman.build(BIN, "localhost/courant:this")

    def start(self, image, name, volume, *command):
        """Starts it and waits until its own check says that it is healthy."""
        self.podman.run("run", "--detach", "--name", name, *HARDENED, *HERE,
                        f"--volume={volume}:/var/lib/courant", image, *command)
        self.addCleanup(self.podman.run, "rm", "--force", "--time", "0", name,
                        check=False)
        self.healthy(name)

    def healthy(self, name):
        end = time.monotonic() + PATIENCE
        while self.podman.run("healthcheck", "run", name,
                              check=False).returncode != 0:
            state = self.podman.inspect("container", name)["State"]
            if state["Status"] == "exited" or time.monotonic() > end:
                self.fail(f"{name} is not healthy: {state}\n" +
                          self.podman.run("logs", name).stderr)

    def courant(self, name, *arguments):
        return self.podman.run("exec", name, "courant", *arguments).stdout

    def write(self, name, article):
        self.courant(name, "article", "create", "--id", article, "--headline",
                     "Ferries run again", "--language", "en", "--body",
                     "The harbour reopened at noon.", "--copyright",
                     "The Courier", "--yes")
        self.courant(name, "article", "publish", article, "--yes")

    def follow(self, name, count):
        """Names of all that a follower gets, from the first change on."""
        lines = self.courant(name, "change", "tail", "--from", "earliest",
                             "--count", str(count), "-o", "json").splitlines()
        return [json.loads(line)["resource"] for line in lines]

    def stop(self, name):
        """As `podman stop`: the exit code."""
        self.podman.run("stop", "--time", "60", name)
        return self.podman.inspect("container", name)["State"]["ExitCode"]

    def test_life(self):
        self.start("localhost/courant:this", "first", "life")
        self.write("first", "one")
        self.assertIn("The harbour reopened at noon.",
                      self.courant("first", "article", "get", "one"))
        self.assertEqual(self.follow("first", 2), ["articles/one"] * 2)

        # A restart.
        self.assertEqual(self.stop("first"), 0)
        self.podman.run("start", "first")
        self.healthy("first")
        self.assertEqual(self.follow("first", 2), ["articles/one"] * 2)
        self.write("first", "two")
        identity = self.status("first")
        self.podman.run("rm", "--time", "60", "--force", "first")

        # Another version of the image takes the volume over.
        self.make_next_version()
        self.start("localhost/courant:next", "second", "life")
        self.assertEqual(self.status("second"), identity)
        self.write("second", "three")
        self.assertEqual(self.follow("second", 6),
                         [f"articles/{name}" for name in
                          ("one", "one", "two", "two", "three", "three")])

        # Removed: the volume alone is left, and it verifies.
        self.podman.run("rm", "--time", "60", "--force", "second")
        self.podman.run("rmi", "localhost/courant:next")
        self.assertEqual(self.podman.names("ps", "--all", "--quiet"), [])
        self.assertIn("life", self.podman.names("volume", "ls", "--quiet"))
        verified = json.loads(self.podman.run(
            "run", "--rm", *HARDENED, *HERE, "--volume=life:/var/lib/courant",
            "localhost/courant:this", "--verify").stdout)["verified"]
        self.assertEqual(verified["last_sequence"], 6)

    def make_next_version(self):
        """The image as another one. Its programs are the same: what a program
        does with the format of another version on disk, tests/golden asks."""
        recipe = self.folder / "next"
        recipe.write_text("FROM localhost/courant:this\n"
                          "LABEL org.opencontainers.image.version=next\n")
        self.podman.run("build", "--quiet", "--format", "docker", "--file",
                        str(recipe), "--tag", "localhost/courant:next",
                        str(ROOT / "deploy/container"))

    def status(self, name):
        """What must be as it was before."""
        status = json.loads(self.courant(name, "status", "-o", "json"))
        return status["logId"], status["epoch"], status["tailSequence"]

    def test_it_has_no_rights(self):
        self.start("localhost/courant:this", "bare", "bare")
        state = self.podman.inspect("container", "bare")
        with open(f"/proc/{state['State']['Pid']}/status") as file:
            seen = dict(line.rstrip().split(":\t", 1) for line in file)
        self.assertEqual(seen["Uid"].split(), [str(USER)] * 4)
        self.assertEqual(seen["Gid"].split(), [str(USER)] * 4)
        self.assertEqual(seen["NoNewPrivs"], "1")
        self.assertEqual(seen["Seccomp"], "2", "no filter of system calls")
        for which in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"):
            self.assertEqual(int(seen[which], 16), 0, which)
        # Nothing to write on but the volume, which nobody else reads.
        volume = self.podman.inspect("volume", "bare")["Mountpoint"]
        owner = os.stat(volume)
        self.assertEqual((owner.st_uid, owner.st_gid, owner.st_mode & 0o777),
                         (USER, USER, 0o700))
        refused = self.podman.run(
            "run", "--rm", *HARDENED, *HERE, "localhost/courant:this",
            "--data-dir=/tmp/data", check=False)
        self.assertIn("ead-only", refused.stderr)

    def test_what_is_in_it(self):
        image = self.podman.inspect("image", "localhost/courant:this")
        config = image["Config"]
        self.assertEqual(config["User"], f"{USER}:{USER}")
        self.assertEqual(config["StopSignal"], "SIGTERM")
        self.assertEqual([*config["Volumes"]], ["/var/lib/courant"])
        self.assertEqual(image["HealthCheck" if "HealthCheck" in image else
                               "Healthcheck"]["Test"],
                         ["CMD", "/usr/bin/courant", "health"])
        version = subprocess.run([BIN / "courantd", "--version"], check=True,
                                 capture_output=True, text=True).stdout.strip()
        self.assertEqual(
            config["Labels"]["org.opencontainers.image.version"], version)
        print(f"the image has {image['Size'] / MEGABYTE:.1f} MB")
        self.assertLess(image["Size"], 110 * MEGABYTE)

        mounted = pathlib.Path(self.podman.run(
            "image", "mount", "localhost/courant:this").stdout.strip())
        self.addCleanup(self.podman.run, "image", "unmount", "--all")
        programs = [path.name for folder in ("bin", "sbin")
                    for path in (mounted / "usr" / folder).glob("*")]
        self.assertEqual(sorted(programs), ["courant", "courantd"])
        for path in mounted.rglob("*"):
            if path.is_symlink() or "dev" in path.parts:
                continue
            special = path.stat().st_mode & 0o6000
            self.assertEqual(special, 0, f"{path} runs as somebody else")
        # Whoever looks for known holes finds the packages with their versions.
        packages = (mounted / "var/lib/dpkg/status.d").iterdir()
        versions = {path.name: path.read_text() for path in packages}
        for package in ("libgrpc29", "librocksdb7.8", "libssl3", "libc6"):
            self.assertIn("\nVersion: ", versions[package])

    def test_the_same_programs_make_the_same_image(self):
        self.podman.build(BIN, "localhost/courant:again")
        self.assertEqual(
            *(self.podman.inspect("image", f"localhost/courant:{tag}")["Id"]
              for tag in ("this", "again")))

    def test_a_server_that_is_stuck_is_not_healthy(self):
        self.start("localhost/courant:this", "stuck", "stuck")
        state = self.podman.inspect("container", "stuck")["State"]
        os.kill(state["Pid"], signal.SIGSTOP)
        try:
            checked = self.podman.run("healthcheck", "run", "stuck",
                                      check=False)
        finally:
            os.kill(state["Pid"], signal.SIGCONT)
        self.assertNotEqual(checked.returncode, 0)
        self.healthy("stuck")


if __name__ == "__main__":
    acceptance.main()
