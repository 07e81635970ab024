"""What was promised, as ratios within a round."""

import statistics
from typing import Callable, NamedTuple


class Goal(NamedTuple):
    name: str
    # What it is a ratio of: a title of measurements.ALL.
    measurement: str
    sense: str
    goal: float
    # From {system: figures} of a round.
    ratio: Callable[[dict], float]


def quotient(figure, ours, theirs):
    return lambda r: r[ours][figure] / r[theirs][figure]


def rate(theirs, ours="courant"):
    return quotient("per_second", ours, theirs)


def p50(theirs):
    return quotient("p50_ms", "courant", theirs)


def p99(theirs, ours="courant"):
    return quotient("p99_ms", ours, theirs)


def processor(theirs):
    return quotient("cpu_us", "courant", theirs)


def memory(theirs, ours="courant"):
    return quotient("bytes", ours, theirs)


def echo_and_rocksdb(r):
    return r["courant"]["p50_ms"] / (r["echo"]["p50_ms"]
                                     + r["rocksdb"]["p50_ms"])


def best_durable_peer(r):
    # JetStream answers before it syncs, so it is not one.
    return r["courant"]["p99_ms"] / min(r[peer]["p99_ms"]
                                        for peer in ("etcd", "redis"))


def disk(r):
    return r["courant"]["disk_bytes"] / r["courant"]["text_bytes"]


def opening(r):
    # A tenth of a second for a million: what it costs does not grow with them.
    return r["courant"]["open_seconds"] / 0.1


def opening_after_kill(r):
    return r["courant"]["open_after_kill_seconds"] / (
        r["courant"]["wal_bytes"] / 150e6)


def goals(size):
    one, many = "publish, 1 caller", "publish, 64 callers"
    read = "read, 64 callers"
    few, crowd = "fan-out, 100 subscribers", "fan-out, 1,000 subscribers"
    wide, quick = "live, 1,000 x 50/s", "live, 100 x 200/s"
    alone, all_of_them = "catch-up, 1 subscriber", "catch-up, 100 subscribers"
    idle, stalled = "idle subscriber", "50 subscribers"
    return [
        Goal("publish_64_callers_vs_rocksdb_alone", many, ">=", 0.85,
             rate("rocksdb")),
        Goal("publish_64_callers_vs_etcd", many, ">=", 1.45, rate("etcd")),
        Goal("publish_1_caller_p50_vs_append_fdatasync", one, "<=", 2.5,
             p50("append")),
        Goal("publish_1_caller_p50_vs_echo_and_rocksdb", one, "<=", 1.25,
             echo_and_rocksdb),
        Goal("publish_1_caller_p50_vs_etcd", one, "<=", 0.7, p50("etcd")),
        Goal("read_64_callers_vs_grpc_echo", read, ">=", 0.8, rate("echo")),
        Goal("read_64_callers_vs_etcd", read, ">=", 3.5, rate("etcd")),
        Goal("read_64_callers_p99_vs_etcd", read, "<=", 0.2, p99("etcd")),
        Goal("fan_out_100_vs_etcd", few, ">=", 3, rate("etcd")),
        Goal("fan_out_100_vs_jetstream", few, ">=", 3, rate("jetstream")),
        Goal("fan_out_100_vs_redis", few, ">=", 1.5, rate("redis")),
        Goal("fan_out_100_vs_tcp", few, ">=", 0.5, rate("tcp")),
        Goal("fan_out_1000_vs_etcd", crowd, ">=", 4, rate("etcd")),
        Goal("fan_out_1000_vs_jetstream", crowd, ">=", 5, rate("jetstream")),
        Goal("fan_out_1000_vs_redis", crowd, ">=", 3, rate("redis")),
        Goal("fan_out_1000_vs_tcp", crowd, ">=", 0.5, rate("tcp")),
        Goal("live_1000x50_p99_vs_best_durable_peer", wide, "<=", 0.35,
             best_durable_peer),
        Goal("live_1000x50_cpu_vs_etcd", wide, "<=", 0.5, processor("etcd")),
        Goal("live_1000x50_cpu_vs_jetstream", wide, "<=", 0.4,
             processor("jetstream")),
        Goal("live_1000x50_cpu_vs_redis", wide, "<=", 0.75,
             processor("redis")),
        Goal("live_100x200_p99_vs_redis", quick, "<=", 1, p99("redis")),
        Goal("live_100x200_p99_vs_etcd", quick, "<=", 0.4, p99("etcd")),
        Goal("catch_up_1_vs_jetstream", alone, ">=", 2, rate("jetstream")),
        Goal("catch_up_1_vs_log_scan", alone, ">=", 0.7, rate("log scan")),
        Goal("catch_up_100_vs_jetstream", all_of_them, ">=", 3,
             rate("jetstream")),
        Goal("catch_up_100_vs_etcd", all_of_them, ">=", 2, rate("etcd")),
        Goal("catch_up_100_vs_redis", all_of_them, ">=", 1, rate("redis")),
        Goal("idle_own_connection_vs_grpc_stream", idle, "<=", 1.15,
             memory("echo")),
        Goal("idle_shared_connection_vs_grpc_stream", idle, "<=", 1.15,
             memory("echo, shared", "courant, shared")),
        Goal("idle_vs_etcd_watcher", idle, "<=", 0.3, memory("etcd")),
        Goal(f"{size.crowd}_subscribers_receive", "crowd", ">=", 1,
             lambda r: r["courant"]["count"] / size.crowd),
        Goal("half_stalled_rate_vs_alone", stalled, ">=", 0.9,
             rate("alone", "half stalled")),
        Goal("half_stalled_p99_vs_alone", stalled, "<=", 1.5,
             p99("alone", "half stalled")),
        Goal("half_stalled_memory_vs_alone", stalled, "<=", 1.1,
             quotient("resident_bytes", "half stalled", "alone")),
        Goal("disk_vs_body_text", "disk", "<=", 0.4, disk),
        Goal(f"opening_{size.disk_articles}_articles_vs_a_tenth_of_a_second",
             "disk", "<=", 1, opening),
        Goal("opening_after_kill_vs_wal_at_150_mb_per_s", "disk", "<=", 1,
             opening_after_kill),
    ]


def judge(goal, rounds):
    """The median over the rounds, and how far they are apart."""
    ratios = [goal.ratio(r) for r in rounds]
    median = statistics.median(ratios)
    return {"name": goal.name, "ratio": round(median, 3), "goal": goal.goal,
            "sense": goal.sense,
            "met": bool(median >= goal.goal if goal.sense == ">="
                        else median <= goal.goal),
            "spread": [round(min(ratios), 3), round(max(ratios), 3)]}
