#!/usr/bin/env python3
"""Prints what the programs are made of, as CycloneDX 1.4 in JSON.

  sbom.py VERSION PROGRAM...      e.g. sbom.py 0.1.0 bin/courantd bin/courant

Of each shared object that a program loads, at first or second hand, the Debian
package that it is from, with the version that is installed here; of libraries
that are compiled in and leave no trace in the program, and of what the console
loads, the packages that are named below. A library of no package is an error:
what cannot be named must not be shipped.

Nothing is from npm: the packages in the lock files of clients/node, tests/clients
and tests/observe run in tests and with partners; the package and the image have
none of them.

The same programs and packages give the same bytes when SOURCE_DATE_EPOCH is
set, since the serial number is made from what is in it.
"""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import uuid
from urllib.parse import quote

# Headers alone: the compiler's input, not the loader's.
COMPILED_IN = ["libboost-dev", "libcli11-dev", "nlohmann-json3-dev"]
# Served by the ops listener from where its package puts it.
CONSOLE = ["libjs-chart.js"]


def output_of(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def loaded_by(program):
    """{soname: path} of all that the loader maps for it."""
    found = {}
    for line in output_of("ldd", program).splitlines():
        match = re.match(r"\s*(?:(\S+) => )?(/\S+) \(0x", line)
        if match:
            found[match[1] or pathlib.Path(match[2]).name] = match[2]
        elif "not found" in line:
            sys.exit(f"sbom: {program} cannot be loaded: {line.strip()}")
    return found


def owners(paths):
    """{path: the package that it is from}, of those that are from one. dpkg
    knows a file by the name that it was installed under, which is not always
    where it is: /lib is in /usr now."""
    names = {}
    for path in paths:
        real = os.path.realpath(path)
        names |= {name: path for name in (real.removeprefix("/usr"), real, path)}
    said = subprocess.run(["dpkg-query", "-S", *names], text=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout
    found = {}
    for line in said.splitlines():
        package, _, name = line.rpartition(": ")
        if name in names:
            found[names[name]] = package.split(", ")[0]
    return found


def distribution():
    fields = dict(line.rstrip().split("=", 1)
                  for line in open("/etc/os-release") if "=" in line)
    return {key: value.strip('"') for key, value in fields.items()}


def component(package, scope, sonames):
    """What CycloneDX says of one package."""
    shown = output_of(
        "dpkg-query", "-W", "-f",
        "${Package}\t${Version}\t${Architecture}\t${source:Package}\t"
        "${db:Status-Status}\n", package).splitlines()[0]
    name, version, architecture, source, status = shown.split("\t")
    if status != "installed":
        sys.exit(f"sbom: {package} is not installed")
    system = distribution()
    purl = (f"pkg:deb/{system['ID']}/{quote(name)}@{quote(version)}"
            f"?arch={architecture}"
            f"&distro={system['ID']}-{system.get('VERSION_ID', 'testing')}")
    entry = {"type": "library", "bom-ref": purl, "name": name,
             "version": version, "purl": purl, "scope": scope,
             "properties": [{"name": "debian:source", "value": source}]}
    entry["properties"] += [{"name": "elf:soname", "value": soname}
                            for soname in sorted(sonames)]
    return entry


def components(programs):
    libraries = {}
    for program in programs:
        libraries.update(loaded_by(program))
    packages = {}
    package_of = owners(libraries.values())
    for soname, path in libraries.items():
        if path not in package_of:
            sys.exit(f"sbom: {path} is of no package")
        packages.setdefault(package_of[path], set()).add(soname)
    entries = [component(package, "required", sonames)
               for package, sonames in packages.items()]
    entries += [component(package, "required", []) for package in COMPILED_IN]
    entries += [component(package, "optional", []) for package in CONSOLE]
    return sorted(entries, key=lambda entry: entry["purl"])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    version, programs = sys.argv[1], sys.argv[2:]
    entries = components(programs)
    product = f"courant@{version}"
    content = json.dumps([product, entries])
    made = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    json.dump({
        "bomFormat": "CycloneDX",
        "specVersion": "1.4",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, content).urn,
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(
                made, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application", "bom-ref": product, "name": "courant",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}]},
        },
        "components": entries,
        "dependencies": [
            {"ref": product, "dependsOn": [e["bom-ref"] for e in entries]}],
    }, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
