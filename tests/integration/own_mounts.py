"""A process with mounts of its own, which disks, containers and bare systems of
tests need: nothing of them is left behind, whatever happens."""

import functools
import os
import subprocess
import sys

_FLAGS = ["--mount"] if os.geteuid() == 0 else ["-U", "-r", "--mount"]

# The root of a chroot is no mount, and then there is nothing that could be made
# private: so it becomes one, for this process. Not where that would be seen
# outside of it: see may_be_shared().
_ROOTED = ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c",
           'mount --rbind / /mnt && mount --make-rslave /mnt &&'
           ' exec chroot /mnt sh -c \'cd "$1" && shift && exec "$@"\''
           ' sh "$PWD" "$@"', "sh"]


def mount_of(path):
    """The number of the mount that it is on."""
    file = os.open(path, os.O_PATH)
    try:
        with open(f"/proc/self/fdinfo/{file}") as info:
            return next(line.split()[1] for line in info
                        if line.startswith("mnt_id:"))
    finally:
        os.close(file)


def may_be_shared(mounts, *listings):
    """Whether what is mounted on one of these mounts may show up in others.
    `listings` are what mountinfo has; one that is in none of them may."""
    private = set()
    for line in "".join(listings).splitlines():
        before, _, _ = line.partition(" - ")
        if " shared:" not in before:
            private.add(before.split()[0])
    return not set(mounts) <= private


def _root_may_be_shared():
    listings = []
    # A process sees the mounts below its root alone; the first one has the
    # root of the machine.
    for process in ("self", "1"):
        try:
            with open(f"/proc/{process}/mountinfo") as file:
                listings.append(file.read())
        except OSError:
            pass
    try:
        return may_be_shared([mount_of("/"), mount_of("/mnt")], *listings)
    except (OSError, StopIteration):
        return True


WHY_NOT = "no mounts of its own here: neither root nor namespaces of users"
if _root_may_be_shared():
    WHY_NOT += (", or a chroot on a mount that is shared, where what is mounted "
                "would be seen on the whole machine")


def _works(command):
    return subprocess.run([*command, "true"],
                          capture_output=True).returncode == 0


@functools.cache
def _prefix():
    """What to put before a command that needs a root that is a mount; None:
    that cannot be had."""
    for prefix in ([], _ROOTED):
        if prefix and _root_may_be_shared():
            continue
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
