"""Has Clang read sources and make nothing of them, and remembers what was
clean: its lock analysis (-Wthread-safety) and its warnings, all as errors.

    syntax.py BUILD [FILE...]

BUILD is as for tidy.py. Without FILEs it reads every source of the product, a
batch of them at a time where the build says so. FILEs it reads each by itself,
which shows, besides, that they include what they use: one in a batch may have
that from another.
"""

import pathlib
import subprocess
import sys

import units


def check(unit):
    found = subprocess.run(
        units.command_of(unit) + ["-fsyntax-only"], cwd=unit["directory"],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return found.stdout or unit["file"] if found.returncode != 0 else ""


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    wanted = units.find(build, sys.argv[2:], each_alone=True)
    sys.exit(1 if units.run("clang", build, wanted, check) else 0)


if __name__ == "__main__":
    main()
