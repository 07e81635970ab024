"""What the build compiles, for checks that read sources as the compiler does.

A check remembers what was clean: one empty file each, in a folder of its own in
the build. A unit is clean as long as nothing changes that it is made of:
itself, what it includes from this tree, the contract, the compiler and its
arguments, and what the check calls `common`.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Not tests, unless they are named.
OURS = (ROOT / "storage", ROOT / "services")


def digest_of(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def command_of(unit):
    """How the unit is compiled, without a launcher and without an output."""
    command = shlex.split(unit["command"])
    if os.path.basename(command[0]) == "ccache":
        command = command[1:]
    output = command.index("-o")
    command[output:output + 2] = []
    return command


def made_of(unit):
    """A digest of what the result depends on."""
    command = command_of(unit)
    dependencies = subprocess.run(
        command + ["-MM"], cwd=unit["directory"], check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    names = dependencies.partition(":")[2].replace("\\\n", " ").split()
    paths = sorted({str(pathlib.Path(unit["directory"], name).resolve())
                    for name in names})
    texts = [path + "\0" + pathlib.Path(path).read_text(encoding="utf-8")
             for path in paths]
    return digest_of(*command, *texts)


def source_of(unit, build):
    """The unit's file, or for a batch a path in the tree as if it were one."""
    path = pathlib.Path(unit["file"])
    return ROOT / path.relative_to(build) if path.is_relative_to(build) else path


def is_ours(unit, build):
    """Whether it is a source of the product, or a batch of them."""
    path = source_of(unit, build)
    return any(path.is_relative_to(folder) for folder in OURS)


def find(build, wanted):
    """The units of the files `wanted`, which must all be there; or all of the
    product."""
    wanted = {str(pathlib.Path(name).resolve()) for name in wanted}
    units = json.loads((build / "compile_commands.json").read_text())
    units = [unit for unit in units
             if (unit["file"] in wanted if wanted else is_ours(unit, build))]
    missing = wanted - {unit["file"] for unit in units}
    if missing or not units:
        sys.exit(f"not compiled in {build}: {' '.join(sorted(missing))}")
    return units


def run(name, build, units, check, common=""):
    """Calls `check(unit)`, on as many processors as there are, for each unit
    that was not clean; it returns what is wrong, or an empty text. Prints that,
    and ends the program."""
    contract = [path.read_text() for path in sorted(ROOT.glob("proto/**/*.proto"))]
    common = digest_of(common, *contract)
    marks = build / name
    marks.mkdir(exist_ok=True)

    def run_one(unit):
        try:
            mark = marks / digest_of(common, made_of(unit))
        except subprocess.CalledProcessError:
            # The check says what is wrong with it.
            return check(unit) or f"{unit['file']}: cannot be preprocessed"
        found = "" if mark.exists() else check(unit)
        if not found:
            mark.touch()
        return found

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(run_one, units):
            if found:
                failed += 1
                print(found, flush=True)
    print(f"{len(units)} read by {name}, {failed} not clean")
    sys.exit(1 if failed else 0)
