"""Runs clang-tidy, and remembers what was clean.

    tidy.py BUILD [FILE...]

BUILD is a folder configured with Clang, with generated headers made; its
compile_commands.json says how each file is compiled. Without FILEs it reads
every source of the product, a batch of them at a time where the build says so,
which takes a quarter of the time: each check walks the headers once for a
batch. With FILEs, the batches that they are in. Not tests: most of what it says
of those is about GoogleTest's macros.
"""

import pathlib
import re
import subprocess
import sys

import units

# Debian 12's. Others have other checks in the families of .clang-tidy: what they
# find is shown, and fails nothing.
VERSION = 14

# What a batch includes are sources, which count as headers then.
BATCHES = (r"--header-filter=/(storage|services)/[^:]*\.(h|cc)$",
           "--checks=-bugprone-suspicious-include")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()

    def check(unit):
        found = subprocess.run(
            ["clang-tidy", "--quiet", *BATCHES, "-p", build, unit["file"]],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return found.stdout if found.returncode != 0 else ""

    version = subprocess.run(["clang-tidy", "--version"], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    checks = (units.ROOT / ".clang-tidy").read_text()
    failed = units.run("clang-tidy", build, units.find(build, sys.argv[2:]),
                       check, version + checks)
    if failed and not re.search(rf"version {VERSION}\.", version):
        print(f"This is not clang-tidy {VERSION}, so it counts as clean.")
        failed = 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
