"""What is measured: each function returns one {system: {figure: value}} for
every round, those of a round taken one after the other."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import prose
from servers import (BIN, ROOT, Courant, Echo, Etcd, JetStream, Redis, Tcp)

PEERS = (Etcd, JetStream, Redis)


def bench(command, **words):
    """Runs courant_bench once."""
    done = subprocess.run(
        [BIN / "courant_bench", command,
         *(f"{name}={value}" for name, value in words.items())],
        capture_output=True, text=True, timeout=1800)
    if done.returncode != 0:
        raise SystemExit(f"{command} {words}: {done.stderr}")
    return json.loads(done.stdout)


@contextlib.contextmanager
def folder():
    """Of this disk, since that is what is measured; gone afterwards."""
    (ROOT / "build").mkdir(exist_ok=True)
    path = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "build"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@contextlib.contextmanager
def running(*kinds):
    """Servers of these kinds, each on fresh files."""
    with folder() as path, contextlib.ExitStack() as stack:
        yield path, [stack.enter_context(kind(path)) for kind in kinds]


def publish(size, callers, slice_ms, limits):
    rounds = []
    for _ in range(size.rounds):
        with running(Courant, Echo, *PEERS) as (path, servers):
            sides = [s.side for s in servers] + limits
            rounds.append(bench(
                "calls", operation="publish", sides=",".join(sides),
                callers=callers, folder=path,
                slice_ms=slice_ms, seconds=size.publish_seconds))
    return rounds


def publish_one(size):
    return publish(size, 1, 100, ["rocksdb", "append"])


def publish_many(size):
    return publish(size, 64, 500, ["rocksdb"])


def read_many(size):
    with running(Courant, Echo, Etcd) as (_, (courant, echo, etcd)):
        for server in (courant, etcd):
            bench("publish", system=server.name, address=server.address,
                  events=size.articles)
        # From files, as after a while, and not from what was just written.
        courant.restart()
        etcd.restart()
        sides = [courant.side, echo.side, etcd.side,
                 f"etcd-stale@{etcd.address}"]
        return [bench("calls", operation="read", sides=",".join(sides),
                      callers=64, articles=size.articles,
                      slice_ms=400, seconds=size.read_seconds)
                for _ in range(size.rounds)]


def deliver(command, server, number, **words):
    return bench(command, system=server.name, address=server.address,
                 pid=server.pid, space=f"{command}-{number}", **words)


def fan_out(size, subscribers, events):
    with running(Courant, *PEERS, Tcp) as (_, servers):
        return [{server.name: deliver("fan-out", server, number,
                                      subscribers=subscribers, events=events)
                 for server in servers}
                for number in range(size.rounds)]


def fan_out_100(size):
    return fan_out(size, 100, size.fan_out_deliveries // 100)


def fan_out_1000(size):
    return fan_out(size, 1000, size.fan_out_deliveries // 1000)


def live(size, subscribers, rate):
    with running(Courant, *PEERS) as (_, servers):
        return [{server.name: deliver("live", server, number,
                                      subscribers=subscribers, rate=rate,
                                      events=rate * size.live_seconds)
                 for server in servers}
                for number in range(size.rounds)]


def live_1000(size):
    return live(size, 1000, 50)


def live_100(size):
    return live(size, 100, 200)


def catch_up(size, subscribers, events):
    with running(Courant, *PEERS) as (_, servers):
        for server in servers:
            bench("publish", system=server.name, address=server.address,
                  events=events)
            # What was just published is in no memory of theirs any more, but
            # for that of Redis.
            if server.name != "redis":
                server.restart()
        rounds = []
        for _ in range(size.rounds):
            results = {
                server.name: bench(
                    "catch-up", system=server.name, address=server.address,
                    pid=server.pid, subscribers=subscribers, events=events)
                for server in servers}
            if subscribers == 1:
                results["log scan"] = bench("scan", folder=servers[0].folder,
                                            events=events)
            rounds.append(results)
        return rounds


def catch_up_1(size):
    return catch_up(size, 1, size.catch_up_events)


def catch_up_100(size):
    return catch_up(size, 100, size.catch_up_events // 10)


def idle(size):
    rounds = []
    for _ in range(size.idle_rounds):
        results = {}
        for kind in (Courant, Echo, Etcd, JetStream, Redis):
            for together in (1, 100):
                if together > 1 and kind not in (Courant, Echo):
                    continue
                # Fresh ones, or what others left would be used again.
                with running(kind) as (_, (server,)):
                    name = server.name + (", shared" if together > 1 else "")
                    results[name] = bench(
                        "idle", system=server.name, address=server.address,
                        pid=server.pid, subscribers=size.idle_subscribers,
                        on_each_connection=together)
        rounds.append(results)
    return rounds


def crowd(size):
    """So many subscribers that they all receive what is published then."""
    with running(Courant) as (_, (server,)):
        bench("idle", system=server.name, address=server.address,
              pid=server.pid, subscribers=size.crowd, on_each_connection=100,
              events=10)
    return [{"courant": {"count": size.crowd}}]


def stalled(size):
    rounds = []
    for number in range(size.rounds):
        results = {}
        for name, subscribers, hanging in (("alone", 50, 0),
                                           ("half stalled", 100, 50)):
            with running(Courant) as (_, (server,)):
                results[name] = deliver(
                    "both", server, number, subscribers=subscribers,
                    stalled=hanging, events=size.stalled_events, rate=200)
        rounds.append(results)
    return rounds


def disk(size):
    """None without real prose to store."""
    data = os.environ.get("COURANT_DATA")
    if not data:
        return None
    with running(Courant) as (path, (server,)):
        prose.write(pathlib.Path(data) / "wikinews", path / "prose")
        text = bench("prose", system="courant", address=server.address,
                     file=path / "prose", events=size.disk_articles)
        server.stop()
        clean = bench("open", folder=server.folder)
        used = sum(file.stat().st_blocks * 512
                   for file in server.folder.rglob("*") if file.is_file())
        server.start()
        bench("prose", system="courant", address=server.address,
              file=path / "prose", events=size.killed_articles,
              first=size.disk_articles)
        server.stop(signal.SIGKILL)
        killed = bench("open", folder=server.folder)
    return [{"courant": {"text_bytes": text["text_bytes"], "disk_bytes": used,
                         "articles": size.disk_articles,
                         "open_seconds": clean["seconds"],
                         "open_after_kill_seconds": killed["seconds"],
                         "wal_bytes": killed["wal_bytes"]}}]


# In the order of the table; the title, and what measures it.
ALL = {
    "publish, 1 caller": publish_one,
    "publish, 64 callers": publish_many,
    "read, 64 callers": read_many,
    "fan-out, 100 subscribers": fan_out_100,
    "fan-out, 1,000 subscribers": fan_out_1000,
    "live, 1,000 x 50/s": live_1000,
    "live, 100 x 200/s": live_100,
    "catch-up, 1 subscriber": catch_up_1,
    "catch-up, 100 subscribers": catch_up_100,
    "idle subscriber": idle,
    "crowd": crowd,
    "50 subscribers": stalled,
    "disk": disk,
}
