"""Runs clang-tidy, on as many processors as there are, and remembers what was
clean.

    tidy.py BUILD [FILE...]

BUILD is a folder configured with Clang, with generated headers made; its
compile_commands.json says how each file is compiled. Without FILEs it reads
every source of ours, a batch of them at a time where the build says so, which
takes a quarter of the time: each check walks the headers once for a batch.

A file is clean as long as nothing changes that it is made of: itself, what it
includes from this tree, the contract, the checks, the compiler's arguments and
clang-tidy. What was clean is remembered in BUILD/tidy, one empty file each.
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
# Not tests: most of what clang-tidy says of those is about GoogleTest's macros.
OURS = (ROOT / "storage", ROOT / "services")
# What a batch includes are sources, which count as headers then.
BATCHES = (r"--header-filter=/(storage|services)/[^:]*\.(h|cc)$",
           "--checks=-bugprone-suspicious-include")


def is_ours(unit, build):
    """Whether a unit of the build is a source of ours, or a batch of them."""
    path = pathlib.Path(unit["file"])
    if path.is_relative_to(build):
        path = ROOT / path.relative_to(build)
    return any(path.is_relative_to(folder) for folder in OURS)


def digest_of(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def made_of(unit):
    """What the result depends on, as one digest, and the files it read."""
    command = shlex.split(unit["command"])
    if os.path.basename(command[0]) == "ccache":
        command = command[1:]
    output = command.index("-o")
    command[output:output + 2] = []
    dependencies = subprocess.run(
        command + ["-MM"], cwd=unit["directory"], check=True, text=True,
        stdout=subprocess.PIPE).stdout
    names = dependencies.partition(":")[2].replace("\\\n", " ").split()
    paths = sorted({str(pathlib.Path(unit["directory"], name).resolve())
                    for name in names})
    texts = [path + "\0" + pathlib.Path(path).read_text(encoding="utf-8")
             for path in paths]
    return digest_of(*command, *texts)


def check(unit, build, common):
    """Empty when the unit is clean, else what is wrong with it."""
    try:
        key = digest_of(common, made_of(unit))
    except subprocess.CalledProcessError:
        return f"{unit['file']}: cannot be preprocessed"
    mark = build / "tidy" / key
    if mark.exists():
        return ""
    found = subprocess.run(
        ["clang-tidy", "--quiet", *BATCHES, "-p", build, unit["file"]],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if found.returncode != 0:
        return found.stdout
    mark.parent.mkdir(exist_ok=True)
    mark.touch()
    return ""


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    wanted = {str(pathlib.Path(name).resolve()) for name in sys.argv[2:]}
    units = json.loads((build / "compile_commands.json").read_text())
    units = [unit for unit in units if is_ours(unit, build)
             and (not wanted or unit["file"] in wanted)]
    missing = wanted - {unit["file"] for unit in units}
    if missing or not units:
        sys.exit(f"tidy: not compiled in {build}: {' '.join(sorted(missing))}")
    version = subprocess.run(["clang-tidy", "--version"], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    contract = [path.read_text() for path in sorted(ROOT.glob("proto/**/*.proto"))]
    common = digest_of(version, (ROOT / ".clang-tidy").read_text(), *contract)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda unit: check(unit, build, common), units):
            if found:
                failed += 1
                print(found, flush=True)
    print(f"{len(units)} read by clang-tidy, {failed} not clean")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
