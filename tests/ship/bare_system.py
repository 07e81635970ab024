"""A bare Debian in a folder: no systemd, no Python, nothing but apt.

Made from the sources of packages of this machine, of its release, and kept in
build/ship from one run to the next; each test has a copy. Needs root, since it
is entered by chroot.
"""

import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import socket
import stat
import struct
import subprocess
import sys

import acceptance
import deb
import own_mounts

APT = pathlib.Path("/etc/apt")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# What packages and their tools keep of their own doings.
NOISE = ("dev", "proc", "sys", "run", "tmp", "archives", "var/cache",
         "var/log", "var/lib/apt", "var/lib/dpkg", "etc/ld.so.cache",
         "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-")


def alone():
    """Goes on in mounts and processes of its own: whatever happens, nothing is
    left mounted or running."""
    if os.geteuid() != 0:
        print("skipped: a bare system is entered by chroot, which takes root")
        sys.exit(acceptance.SKIPPED)
    own_mounts.begin("--pid", "--fork", "--kill-child", "--mount-proc")


def release():
    for line in pathlib.Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.strip().split("=")[1].strip('"')
    raise AssertionError("/etc/os-release names no release")


def sources():
    """The files of apt that are about the release of this machine."""
    found = []
    for path in [APT / "sources.list", *sorted((APT / "sources.list.d").glob(
            "*"))]:
        if path.suffix in (".list", ".sources") and path.exists():
            words = [word for line in path.read_text().splitlines()
                     if not line.startswith("#") for word in line.split()]
            # bookworm, and bookworm-security and -updates.
            if any(re.fullmatch(rf"{release()}(-\w+)?", word)
                   for word in words):
                found.append(str(path))
    return found


def bare_archive():
    """A tar of the system, made when there is none."""
    archive = deb.KEPT / f"bare-{release()}.tar"
    if not archive.exists():
        deb.KEPT.mkdir(parents=True, exist_ok=True)
        made = archive.with_suffix(".part.tar")
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", "",
                        str(made), *sources()], check=True)
        made.rename(archive)
    return archive


def raise_loopback():
    """Of the namespace of this process: what `ip link set lo up` does."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914,  # SIOCSIFFLAGS
                    struct.pack("16sh", b"lo", 1 | 64))


class BareSystem:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        subprocess.run(["tar", "-xf", str(bare_archive()), "-C", str(root)],
                       check=True)
        for name in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{name}", self.root / "etc" / name)
        for path in (APT / "apt.conf.d").glob("*"):
            shutil.copy(path, self.root / "etc/apt/apt.conf.d")
        self._mount("-t", "proc", "proc", at="proc")
        self._mount("--rbind", "/dev", at="dev")
        kept = deb.KEPT / "archives"
        (kept / "partial").mkdir(parents=True, exist_ok=True)
        self._mount("--bind", str(kept), at="archives")
        # A network of its own, in which every port is free.
        self._holder = subprocess.Popen(
            ["unshare", "--net", sys.executable, "-B", "-c",
             "import bare_system as b; b.raise_loopback();"
             "print(flush=True); input()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ,
                 "PYTHONPATH": os.pathsep.join(sys.path)})
        self._holder.stdout.readline()
        self.in_network = ["nsenter",
                           f"--net=/proc/{self._holder.pid}/ns/net", "--"]

    def _mount(self, *how, at):
        (self.root / at).mkdir(exist_ok=True)
        subprocess.run(["mount", *how, str(self.root / at)], check=True)

    def close(self):
        self._holder.communicate("\n")
        subprocess.run(["umount", "-R", "-l", *(
            str(self.root / at) for at in ("proc", "dev", "archives"))],
            check=True)

    def run(self, *command, check=True):
        """Runs it inside, as root, with the network of this machine; all that it
        says."""
        done = subprocess.run(
            ["chroot", str(self.root), "/usr/bin/env", "-i", f"PATH={PATH}",
             "DEBIAN_FRONTEND=noninteractive", "LANG=C.UTF-8", *command],
            text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        if check and done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}: "
                                 f"{done.stdout}")
        return done.stdout

    def apt(self, *arguments):
        return self.run("apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0", "-o",
                        "Dir::Cache::Archives=/archives", "-o",
                        "APT::Keep-Downloaded-Packages=true", *arguments)

    def install(self, package):
        """Installs a package file of this machine as an operator does."""
        shutil.copy(package, self.root / "tmp" / package.name)
        try:
            return self.apt("install", "--no-install-recommends",
                            f"/tmp/{package.name}")
        finally:
            (self.root / "tmp" / package.name).unlink()

    def files(self):
        """{path: what it is}: everything but what the tools keep for
        themselves."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for name in [*folders, *files]:
                path = pathlib.Path(folder, name)
                inside = str(path.relative_to(self.root))
                if inside in NOISE:
                    if name in folders:
                        folders.remove(name)
                    continue
                found["/" + inside] = self._what(path)
        return found

    def _what(self, path):
        status = path.lstat()
        what = (stat.filemode(status.st_mode), status.st_uid, status.st_gid)
        if path.is_symlink():
            return *what, os.readlink(path)
        if path.is_file():
            return *what, hashlib.sha256(path.read_bytes()).hexdigest()
        return what
