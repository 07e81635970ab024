"""Has Clang read sources and make nothing of them, and remembers what was
clean: its lock analysis (-Wthread-safety) and its warnings, all as errors.

    syntax.py BUILD [FILE...]

BUILD is as for tidy.py. Without FILEs it reads every source of the product. In
a build that compiles each file by itself it shows, besides, that the file
includes what it uses, which one in a batch may have from another.
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
    units.run("clang", build, units.find(build, sys.argv[2:]), check)


if __name__ == "__main__":
    main()
