"""Debian packages of what has just been built.

COURANT_BUILD names a build folder in which the target `package_files` is built.
"""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["COURANT_BUILD"])
# What is worth keeping from one run to the next.
KEPT = ROOT / "build" / "ship"


def commit_time():
    return subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT,
                          check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()


def make(folder, version=None):
    """Makes a package in `folder`, which must be empty; its path. `version`: as
    if it were another one."""
    command = ["cpack", "-G", "DEB", "-B", str(folder)]
    if version:
        command += ["-D", f"CPACK_PACKAGE_VERSION={version}"]
    done = subprocess.run(command, cwd=BUILD, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ,
                               "SOURCE_DATE_EPOCH": commit_time()})
    if done.returncode != 0:
        raise AssertionError(f"no package: {done.stdout}")
    path, = pathlib.Path(folder).glob("*.deb")
    return path


def unpack(package, folder):
    subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    subprocess.run(["dpkg-deb", "-e", str(package), f"{folder}/DEBIAN"],
                   check=True)
    return pathlib.Path(folder)
