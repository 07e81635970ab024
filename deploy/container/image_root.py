#!/usr/bin/env python3
"""Makes the root of the container image, as a tar.

  image_root.py FOLDER_OF_PROGRAMS OUTPUT.tar

courantd and courant, stripped, and each library that the loader would give
them here, at the place where it lies here. All of these must be of Debian
packages and as their package brought them: what was linked and tested against is
what is shipped, and /var/lib/dpkg/status.d says, as in other images without a
package manager, which packages that were, for whatever looks for known holes.

There is no shell, no package manager, and nothing that runs as another user. No
zones: all times are in UTC. No authorities: neither program trusts the web's.

The same programs and packages give the same bytes, in any folder and at any time.
"""

import io
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

PROGRAMS = ("courantd", "courant")
USER = 65532  # In no image and on no machine anybody else's.
# What draws the console's charts; the console does without.
CHARTS = pathlib.Path("/usr/share/javascript/chart.js/chart.min.js")

TEXTS = {
    "etc/passwd": f"root:x:0:0:root:/:/nologin\n"
                  f"courant:x:{USER}:{USER}:Courant:/var/lib/courant:/nologin\n",
    "etc/group": f"root:x:0:\ncourant:x:{USER}:\n",
    # Without it names would be asked of the network before the files.
    "etc/nsswitch.conf": "hosts: files dns\n",
}
# As on the system that the libraries are from.
LINKS = {"bin": "usr/bin", "lib": "usr/lib", "lib64": "usr/lib64"}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True,
                          text=True).stdout


def libraries(program):
    """The files that the loader gives it, the loader included."""
    for line in run("ldd", program).splitlines():
        found = re.search(r"(/\S+) \(0x", line)
        if found:
            yield pathlib.Path(found[1])
        elif "not found" in line:
            sys.exit(f"image_root: {program} lacks a library:{line}")


def package_of(path):
    """The package that has `path`, under either name of a merged /usr."""
    for name in (path, pathlib.Path("/usr") / path.relative_to("/"),
                 path.resolve()):
        done = subprocess.run(["dpkg-query", "-S", str(name)],
                              capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(": ")[0].split(",")[0]
    sys.exit(f"image_root: {path} is of no package; an image is made of packages "
             f"alone")


def under_usr(path):
    """Where it goes, from the root: /lib is a link."""
    path = path.relative_to("/")
    return path if path.parts[0] == "usr" else pathlib.Path("usr") / path


class Root:
    """The tar: each entry with an owner, a mode and no time."""

    def __init__(self, output):
        self.tar = tarfile.open(output, "w", format=tarfile.GNU_FORMAT)
        self.folders = set()

    def _add(self, name, kind, mode, content=b"", target="", owner=0):
        entry = tarfile.TarInfo(str(name))
        entry.type, entry.mode, entry.size = kind, mode, len(content)
        entry.linkname = target
        entry.uid = entry.gid = owner
        self.tar.addfile(entry, io.BytesIO(content))

    def folder(self, name, mode=0o755, owner=0):
        name = pathlib.PurePath(name)
        if name in self.folders or str(name) == ".":
            return
        self.folder(name.parent)
        self.folders.add(name)
        self._add(name, tarfile.DIRTYPE, mode, owner=owner)

    def file(self, name, content, mode=0o644):
        self.folder(pathlib.PurePath(name).parent)
        self._add(name, tarfile.REGTYPE, mode, content)

    def link(self, name, target):
        self._add(name, tarfile.SYMTYPE, 0o777, target=target)


def stripped(program):
    with tempfile.NamedTemporaryFile() as file:
        run("strip", "-o", file.name, program)
        return pathlib.Path(file.name).read_bytes()


def main(folder, output):
    programs = [pathlib.Path(folder) / name for name in PROGRAMS]
    loaded = sorted({path for program in programs
                     for path in libraries(program)})
    if CHARTS.exists():
        loaded.append(CHARTS)
    packages = sorted({package_of(path) for path in loaded})
    # Says so by its lines; its exit status is no matter.
    said = subprocess.run(["dpkg", "--verify", *packages], capture_output=True,
                          text=True).stdout
    # Documentation may be left out of a system; programs may not be changed.
    changed = [line for line in said.splitlines() if "/share/doc/" not in line
               and "/share/man/" not in line and "/share/locale/" not in line]
    if changed:
        sys.exit("image_root: changed since their package brought them:\n" +
                 "\n".join(changed))

    root = Root(output)
    for name, target in sorted(LINKS.items()):
        root.link(name, target)
    for name, text in sorted(TEXTS.items()):
        root.file(name, text.encode())
    for program in programs:
        root.file(f"usr/bin/{program.name}", stripped(program), 0o755)
    for path in loaded:
        root.file(under_usr(path), path.resolve().read_bytes(), 0o755)
    for package in packages:
        name = package.split(":")[0]
        root.file(f"var/lib/dpkg/status.d/{name}",
                  run("dpkg-query", "-s", package).encode())
        rights = pathlib.Path(f"/usr/share/doc/{name}/copyright")
        if rights.exists():
            root.file(f"usr/share/doc/{name}/copyright", rights.read_bytes())
    # A volume over it, when it is new, takes the owner and the mode.
    root.folder("var/lib/courant", 0o700, USER)
    # For what a runtime lays over the root.
    for name in ("dev", "etc/courant", "proc", "run", "sys"):
        root.folder(name)
    root.folder("tmp", 0o1777)
    root.tar.close()
    print(f"image_root: {len(loaded)} files of {len(packages)} packages")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
