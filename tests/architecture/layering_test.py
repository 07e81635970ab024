"""Fails when a file includes what its layer may not see.

    layering_test.py [TREE]

The build enforces most of this already, by what each target links. This test
says it in one table, sees headers that a target gets by accident, and names
the line. Prints every arrow that the tree has, with the number of includes.
"""

import collections
import re

import source_tree

# What C++ code can include of ours: a folder, or what is generated from one.
# The longest prefix wins; a generated stub is told by its ending.
PLACES = {
    "storage/base/": "base",
    "storage/errors/": "errors",
    "storage/": "storage",
    "services/audience/": "audience",
    "services/trace/": "trace",
    "services/rpc/": "rpc",
    "services/audit/chain/": "audit/chain",
    "services/audit/": "audit",
    "services/edge/": "edge",
    "services/filter/": "filter",
    "services/entitlement/": "entitlement",
    "services/importers/": "importers",
    "services/editorial/": "editorial",
    "services/translation/text/": "translation/text",
    "services/translation/": "translation",
    "services/distribution/": "distribution",
    "services/subscriptions/": "subscriptions",
    "services/partners/": "partners",
    "services/backup/": "backup",
    "services/export/": "export",
    "services/ledger/": "ledger",
    "services/retention/": "retention",
    "services/http/": "http",
    "services/console/": "console",
    "services/config/": "config",
    "services/server/": "server",
    "services/cli/": "cli",
    "tests/": "tests",
    "courant/v1/": "contract",
    "google/rpc/": "contract",
    "grpc/health/v1/": "contract",
    "courant/storage/v1/": "record",
    "courant/config/v1/": "schema",
}

# The libraries whose place matters, by the start of an include.
LIBRARIES = {
    "rocksdb/": "RocksDB",
    "grpc/": "gRPC",
    "grpcpp/": "gRPC",
    "google/protobuf/": "protobuf",
    "boost/": "Boost",
    "CLI/": "CLI11",
    "yaml-cpp/": "yaml-cpp",
    "libxml/": "libxml2",
}

# The arrows: each layer, and all that it may see beside itself.
BOTTOM = {"base", "errors", "contract", "protobuf"}
SERVICE = BOTTOM | {"stubs", "gRPC", "audience", "rpc", "filter", "storage",
                    "record"}
ARROWS = {
    "base": set(),
    "errors": BOTTOM - {"errors"},
    "storage": BOTTOM | {"record", "RocksDB"},
    "audience": BOTTOM | {"record"},
    "trace": set(),
    "rpc": BOTTOM | {"stubs", "gRPC", "audience", "trace"},
    "audit/chain": {"base"},
    "audit": BOTTOM | {"audit/chain", "rpc", "trace"},
    "edge": BOTTOM | {"gRPC", "rpc"},
    "filter": BOTTOM | {"record"},
    "entitlement": BOTTOM | {"record", "filter"},
    "importers": BOTTOM | {"libxml2"},
    "editorial": SERVICE,
    "translation": SERVICE | {"editorial", "translation/text"},
    "translation/text": BOTTOM,
    "distribution": SERVICE,
    "subscriptions": SERVICE | {"editorial", "distribution"},
    "partners": SERVICE | {"editorial", "entitlement"},
    "ledger": SERVICE | {"editorial", "partners"},
    "retention": SERVICE | {"editorial", "ledger"},
    "backup": SERVICE | {"editorial"},
    "export": BOTTOM | {"record", "storage"},
    "http": BOTTOM | {"rpc", "trace", "Boost"},
    "console": SERVICE | {"editorial", "translation", "subscriptions", "ledger",
                          "http"},
    "config": BOTTOM | {"schema", "yaml-cpp"},
    "server": SERVICE | {"schema", "audit", "audit/chain", "editorial",
                         "translation", "distribution", "subscriptions",
                         "partners", "ledger", "retention", "backup", "export",
                         "http",
                         "console", "config", "edge", "trace", "CLI11",
                         "RocksDB"},
    "cli": BOTTOM | {"stubs", "gRPC", "importers", "audit/chain", "trace",
                     "CLI11"},
    "tests": None,  # Anything.
}

# And between .proto files, by folder: the contract never shows a record.
PROTO_ARROWS = {
    "grpc/health/v1/": set(),
    "google/rpc/": {"google/protobuf/"},
    "courant/v1/": {"google/protobuf/", "google/rpc/"},
    "courant/storage/v1/": {"google/protobuf/", "google/rpc/", "courant/v1/"},
    "courant/config/v1/": {"google/protobuf/"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
IMPORT = re.compile(r'^\s*import\s+(?:public\s+)?"([^"]+)"')


def longest_prefix(name, table):
    found = [prefix for prefix in table if name.startswith(prefix)]
    return max(found, key=len) if found else None


def target_of(path):
    """What an include of `path` sees: a layer, a library, or None."""
    if path.endswith(".grpc.pb.h"):
        return "stubs"
    for table in (LIBRARIES, PLACES):
        prefix = longest_prefix(path, table)
        if prefix:
            return table[prefix]
    return None


def check_includes(root, arrows):
    """Yields violations; counts in `arrows` each (layer, target) seen."""
    names = source_tree.files(root, ".h", ".cc")
    headers = {name.rpartition("/")[2] for name in names}
    for name in names:
        prefix = longest_prefix(name, PLACES)
        if not prefix:
            yield f"{name}:1: is in no layer of the table"
            continue
        layer = PLACES[prefix]
        for number, line in enumerate(
                source_tree.text(root, name).splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            path = match.group(1)
            target = target_of(path)
            if target is None:
                if path in headers:
                    yield (f"{name}:{number}: includes \"{path}\"; write the "
                           "full path from the root")
                continue
            if target == layer:
                continue
            arrows[layer, target] += 1
            if ARROWS[layer] is not None and target not in ARROWS[layer]:
                yield (f"{name}:{number}: {layer} must not see {target} "
                       f"({path})")


def check_imports(root):
    """Yields violations between .proto files."""
    for path in source_tree.files(root, ".proto"):
        name = path.removeprefix("proto/")
        folder = longest_prefix(name, PROTO_ARROWS)
        if not folder:
            yield f"{path}:1: is in no folder of the table"
            continue
        for number, line in enumerate(
                source_tree.text(root, path).splitlines(), 1):
            match = IMPORT.match(line)
            if match and not match.group(1).startswith(
                    (folder, *PROTO_ARROWS[folder])):
                yield (f"{path}:{number}: {folder} must not import "
                       f"{match.group(1)}")


def print_arrows(arrows):
    rows = collections.defaultdict(list)
    for (layer, target), count in sorted(arrows.items()):
        rows[layer].append(f"{target} {count}")
    for layer in ARROWS:
        if layer in rows:
            print(f"{layer:>16} -> {', '.join(rows[layer])}")


def main():
    root = source_tree.root_from_arguments()
    arrows = collections.Counter()
    violations = [*check_includes(root, arrows), *check_imports(root)]
    print_arrows(arrows)
    source_tree.report("layering", violations)


if __name__ == "__main__":
    main()
