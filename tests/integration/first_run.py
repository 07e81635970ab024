#!/usr/bin/env python3
"""Does what README says: `./dev run`, and then each command that it prints.

  first_run.py   in a checkout whose release build is there, or can be made

The wire lies in a folder of its own and listens on free ports. Run by
`./dev test`, after the release build: an optimised build has warnings of its
own, and what a newcomer meets first must not be what was tried last.
"""

import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN = "Try, in another terminal:"


def start(folder):
    return subprocess.Popen(
        [ROOT / "dev", "run", "--", "--data-dir", folder,
         "--set", "listeners.internal.address=127.0.0.1:0",
         "--set", "listeners.partner.address=127.0.0.1:0",
         "--set", "listeners.ops.address=127.0.0.1:0"],
        stdout=subprocess.PIPE, text=True)


def commands_in(output):
    """The script that is printed last: lines that are indented by two."""
    for line in output:
        print(line, end="", flush=True)
        if line.strip() == BEGIN:
            break
    else:
        sys.exit("./dev run ended before it said what to try")
    script = []
    for line in output:
        print(line, end="", flush=True)
        if line.startswith("  "):
            script.append(line)
        # It follows the wire until it is stopped, and is printed last.
        if "change tail" in line:
            return script[:-1], script[-1].strip()
    sys.exit("./dev run printed no `change tail`")


def run_all(script):
    done = subprocess.run(["sh", "-eux"], input="".join(script), text=True,
                          stdout=subprocess.PIPE, timeout=60)
    if done.returncode != 0:
        sys.exit("a command that ./dev run prints failed")
    for wanted in ("articles/harbour-summit-en", "DRAFT  revision 1"):
        if wanted not in done.stdout:
            sys.exit(f"no {wanted!r} in what the commands say")


def follow(command):
    tail = subprocess.Popen(["env", *shlex.split(command)], cwd=ROOT,
                            stdout=subprocess.PIPE, text=True)
    for line in tail.stdout:
        if "Ferries run again" in line:
            break
    else:
        sys.exit("`change tail` ended without the article created before")
    tail.send_signal(signal.SIGINT)
    tail.stdout.close()
    tail.wait(20)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = start(folder)
        try:
            script, tail = commands_in(server.stdout)
            run_all(script)
            follow(tail)
        finally:
            server.send_signal(signal.SIGTERM)
            status = server.wait(60)
        if status != 0:
            sys.exit(f"./dev run ended with {status} after SIGTERM")
    print("each command that ./dev run prints works")


if __name__ == "__main__":
    main()
