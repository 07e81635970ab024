"""Whether a process may have mounts of its own, which disks and containers of
tests need: not in a chroot, whose root is no mount."""

import os
import subprocess
import sys

_FLAGS = ["--mount"] if os.geteuid() == 0 else ["-U", "-r", "--mount"]
WHY_NOT = "no mounts of its own here: not root, or in a chroot"


def possible():
    return subprocess.run(["unshare", *_FLAGS, "true"],
                          capture_output=True).returncode == 0


def begin():
    """Becomes a process that has them, where that is possible."""
    if os.environ.get("COURANT_OWN_MOUNTS") or not possible():
        return
    os.execvpe("unshare", ["unshare", *_FLAGS, sys.executable, "-B", *sys.argv],
               {**os.environ, "COURANT_OWN_MOUNTS": "1"})
