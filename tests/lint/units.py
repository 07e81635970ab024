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
import re
import shlex
import subprocess
import sys
import time

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


def name_of(unit, build):
    """What people call it: "storage/applier.cc", "storage/courant_storage #2"."""
    name = str(source_of(unit, build).relative_to(ROOT))
    return re.sub(r"CMakeFiles/(.*)\.dir/Unity/unity_(\d+)_.*", r"\1 #\2", name)


def sources_of(unit):
    """The sources in it: of a batch, those that it includes."""
    path = pathlib.Path(unit["file"])
    if path.parent.name != "Unity":
        return {unit["file"]}
    return set(re.findall(r'^#include "(.*)"$', path.read_text(), re.MULTILINE))


def alone(unit, source):
    """The unit, with one source of it instead of all."""
    return {**unit, "file": source,
            "command": unit["command"].replace(unit["file"], source)}


def find(build, wanted, each_alone=False):
    """The units that have the files `wanted`, which must all be there, or all
    units of the product. With `each_alone` one for each file: out of its batch,
    where it is in one."""
    units = json.loads((build / "compile_commands.json").read_text())
    if not wanted:
        return [unit for unit in units if is_ours(unit, build)]
    missing = {str(pathlib.Path(name).resolve()) for name in wanted}
    found = []
    for unit in units:
        here = missing & sources_of(unit)
        missing -= here
        if each_alone:
            found += [alone(unit, source) for source in sorted(here)]
        elif here:
            found.append(unit)
    if missing:
        sys.exit(f"not compiled in {build}: {' '.join(sorted(missing))}")
    return found


def run(name, build, units, check, common=""):
    """Calls `check(unit)`, on as many processors as there are, for each unit
    that was not clean; it returns what is wrong, or an empty text. Prints that,
    and how far it is. Returns how many are not clean."""
    contract = [path.read_text() for path in sorted(ROOT.glob("proto/**/*.proto"))]
    common = digest_of(common, *contract)
    marks = build / name
    marks.mkdir(exist_ok=True)

    def run_one(unit):
        began = time.monotonic()
        try:
            mark = marks / digest_of(common, made_of(unit))
        except subprocess.CalledProcessError:
            # The check says what is wrong with it.
            return (check(unit) or f"{unit['file']}: cannot be preprocessed",
                    "FAILED")
        if mark.exists():
            return "", "was clean"
        found = check(unit)
        if not found:
            mark.touch()
        verdict = "FAILED" if found else "clean"
        return found, f"{verdict}, {time.monotonic() - began:.0f} s"

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(run_one, unit): unit for unit in units}
        done = concurrent.futures.as_completed(running)
        for number, result in enumerate(done, start=1):
            found, verdict = result.result()
            print(f"[{number}/{len(units)}] {name_of(running[result], build)}: "
                  f"{verdict}", flush=True)
            if found:
                failed += 1
                print(found, flush=True)
    print(f"{len(units)} read by {name}, {failed} not clean", flush=True)
    return failed
