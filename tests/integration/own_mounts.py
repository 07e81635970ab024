"""A process with mounts of its own, which disks, containers and bare systems of
tests need: nothing of them is left behind, whatever happens."""

import functools
import os
import subprocess
import sys

_FLAGS = ["--mount"] if os.geteuid() == 0 else ["-U", "-r", "--mount"]
WHY_NOT = "no mounts of its own here: neither root nor namespaces of users"

# The root of a chroot is no mount, and then there is nothing that could be made
# private: so it becomes one, for this process.
_ROOTED = ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c",
           'mount --rbind / /mnt && mount --make-rslave /mnt &&'
           ' exec chroot /mnt sh -c \'cd "$1" && shift && exec "$@"\''
           ' sh "$PWD" "$@"', "sh"]


def _works(command):
    return subprocess.run([*command, "true"],
                          capture_output=True).returncode == 0


@functools.cache
def _prefix():
    """What to put before a command that needs a root that is a mount; None:
    that cannot be had."""
    for prefix in ([], _ROOTED):
        if _works([*prefix, "unshare", *_FLAGS]):
            return prefix
    return None


def possible():
    return _prefix() is not None


def begin(*more):
    """Becomes a process that has them, where that is possible; `more` are
    options of unshare for what else it shall have of its own."""
    if os.environ.get("COURANT_OWN_MOUNTS") or not possible():
        return
    os.execvpe("unshare" if not _prefix() else _prefix()[0],
               [*_prefix(), "unshare", *_FLAGS, *more, sys.executable, "-B",
                *sys.argv],
               {**os.environ, "COURANT_OWN_MOUNTS": "1"})
