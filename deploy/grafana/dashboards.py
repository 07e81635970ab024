"""The dashboards of Grafana, made from one list:

    dashboards.py          writes overview.json, stream.json, ... beside itself
    dashboards.py --check  fails when they are not what it would write

A panel is (title, what it shows, unit, {legend: expression}). Every expression
asks for the job and the instances that were chosen at the top of the board;
`$__rate_interval` is Grafana's, long enough for a rate.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Put in place of @ in an expression.
CHOSEN = 'job="$job", instance=~"$instance"'
RATE = "$__rate_interval"
FAULTS = "Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded"


def p(share, histogram, more=""):
    """A quantile of a histogram."""
    return (f"histogram_quantile({share}, sum by (le) (rate("
            f"{histogram}_bucket{{@{more}}}[{RATE}])))")


def rate(counter, more="", by=""):
    inner = f"rate({counter}{{@{more}}}[{RATE}])"
    return f"sum by ({by}) ({inner})" if by else f"sum({inner})"


UNARY = ', grpc_type="unary"'
BOARDS = {
    "overview": ("Overview", [
        ("Promises", [
            ("Budget of 30 days, spent how fast", "1 is what 30 days may have.",
             "short", {"{{slo}}": "courant:slo_burn:rate1h{@}"}),
            ("Calls", "Unary calls by service.", "reqps",
             {"{{grpc_service}}": "courant:calls:rate5m{@}"}),
            ("Faults", "Share of calls that failed by a fault of ours.",
             "percentunit",
             {"{{grpc_service}}":
              "courant:faults:rate5m{@} / (courant:calls:rate5m{@} > 0) or "
              "0 * courant:calls:rate5m{@}"}),
        ]),
        ("Speed", [
            ("Unary calls", "From the request read to the response given away.",
             "s", {"p50": p(0.5, "grpc_server_handling_seconds", UNARY),
                   "p99": p(0.99, "grpc_server_handling_seconds", UNARY)}),
            ("Commit to delivery", "Streams that keep up.", "s",
             {"p50": p(0.5, "courant_delivery_latency_seconds"),
              "p99": p(0.99, "courant_delivery_latency_seconds"),
              "p99.9": p(0.999, "courant_delivery_latency_seconds")}),
            ("Commit", "From the first decision to the last change applied.",
             "s", {"p50": p(0.5, "courant_write_commit_seconds"),
                   "p99": p(0.99, "courant_write_commit_seconds")}),
        ]),
        ("State", [
            ("Newest change", "Sequence of the log.", "short",
             {"{{instance}}": "courant_log_tail_sequence{@}"}),
            ("Kills without an answer", "By all partners.", "short",
             {"open": 'courant_notices_open{@, kind="KILLED"}'}),
            ("Ready", "1: it is to be sent calls; and 1 while it stops.",
             "short", {"ready": "courant_ready{@}",
                       "stopping": "courant_draining{@}"}),
            ("Version", "What runs.", "short",
             {"{{version}}, gRPC {{grpc}}, RocksDB {{rocksdb}}":
              "courant_build_info{@}"}),
        ]),
    ]),
    "stream": ("Stream and partners", [
        ("Streams", [
            ("Open streams", "And durable subscriptions that there are.",
             "short", {"streams": "courant_subscriptions_active{@}",
                       "subscriptions": "courant_subscriptions{@}"}),
            ("Changes delivered", "Over all streams.", "ops",
             {"{{instance}}": "courant:events_delivered:rate5m{@}"}),
            ("Furthest behind", "Changes, of the last stream.", "short",
             {"changes": "courant_subscription_lag_events{@}"}),
            ("Furthest behind, in time", "Since the first change was committed "
             "that the last stream was not told of.", "s",
             {"all": "courant_subscription_lag_seconds{@}"}),
            ("Clients that take nothing", "Streams that wait for theirs for a "
             "third of stream.stall_timeout; at all of it they are cut.",
             "short", {"streams": "courant_streams_stalled{@}"}),
            ("Durable subscriptions behind", "The ten that are furthest.",
             "short", {"{{subscription}}":
                       "topk(10, courant_subscription_cursor_lag_changes{@})"}),
            ("Commits of cursors", "By clients that are done.", "ops",
             {"commits": rate("courant_subscription_commits_total")}),
            ("Streams that came back", "With a token, by result.", "ops",
             {"{{result}}": rate("courant_resume_total", by="result")}),
            ("Streams that began", "By where they did.", "ops",
             {"{{start}}": rate("courant_subscriptions_opened_total",
                                by="start")}),
            ("Streams that ended", "Those that had begun, by why; and all "
             "streams, by code.", "ops",
             {"{{reason}}": rate("courant_subscriptions_ended_total",
                                 by="reason"),
              "{{grpc_code}}": rate("grpc_server_handled_total",
                                    ', grpc_type="server_stream"',
                                    "grpc_code")}),
            ("Catching up", "Bytes of batches that were no news.", "Bps",
             {"bytes": rate("courant_catchup_bytes_total")}),
            ("Kill to delivery", "Streams that keep up.", "s",
             {"p50": p(0.5, "courant_kill_propagation_seconds"),
              "p99": p(0.99, "courant_kill_propagation_seconds")}),
            ("Messages sent", "On streams.", "ops",
             {"{{grpc_method}}": rate("grpc_server_msg_sent_total",
                                      ', grpc_type="server_stream"',
                                      "grpc_method")}),
        ]),
        ("What partners have and must be told", [
            ("Changes behind, by partner", "The ten whose last stream is "
             "furthest.", "short",
             {"{{partner}}": "topk(10, courant_partner_lag_changes{@})"}),
            ("Time behind, by partner", "Since the first change was committed "
             "that its last stream was not told of.", "s",
             {"{{partner}}": "topk(10, courant_partner_lag_seconds{@})"}),
            ("Changes delivered, by partner", "The ten that are given most.",
             "ops", {"{{partner}}": "topk(10, " + rate(
                 "courant_partner_events_delivered_total", by="partner")
                 + ")"}),
            ("Revisions given", "The first time by each channel.", "ops",
             {"{{channel}}": rate("courant_ledger_deliveries_total",
                                  by="channel")}),
            ("Notices made", "By kind.", "ops",
             {"{{kind}}": rate("courant_notices_total", by="kind")}),
            ("What partners said", "To notices.", "ops",
             {"{{state}}": rate("courant_notices_answered_total",
                                by="state")}),
            ("Notices without an answer", "By kind.", "short",
             {"{{kind}}": "courant_notices_open{@}"}),
            ("Oldest without an answer", "By kind.", "s",
             {"{{kind}}": "courant_notices_oldest_open_seconds{@}"}),
            ("Without an answer, by age", "How old notices are at most.",
             "short", {"{{age}}": "courant_notices_open_by_age{@}"}),
            ("Oldest without an answer, by partner", "Of those for whom one "
             "waits longest.", "s",
             {"{{partner}}":
              "topk(10, courant_partner_oldest_open_notice_seconds{@})"}),
            ("Since the last answer", "Of partners that have given one since "
             "the start, or are waited for.", "s",
             {"{{partner}}":
              "time() - (courant_partner_last_answer_timestamp_seconds{@} > 0)"
              " or 0 * courant_partner_last_answer_timestamp_seconds{@}"}),
            ("Overdue", "In the last hour.", "short",
             {"{{kind}}": "increase(courant_notices_overdue_total{@}[1h])"}),
            ("Ledger stuck", "1: partners are given nothing.", "short",
             {"stuck": "courant_ledger_stuck{@}"}),
            ("Not shown to partners", "By the rule that said so.", "ops",
             {"{{reason}}": rate("courant_access_denied_total",
                                 by="reason")}),
        ]),
    ]),
    "newsroom": ("Newsroom and translations", [
        ("Articles", [
            ("What editors do", "Calls that change an article.", "ops",
             {"{{grpc_method}}": rate(
                 "grpc_server_started_total",
                 ', grpc_service="courant.v1.ArticleService", '
                 'grpc_method!~"(Get|List|BatchGet).*"', "grpc_method")}),
            ("What they read", "Calls that change nothing.", "ops",
             {"{{grpc_method}}": rate(
                 "grpc_server_started_total",
                 ', grpc_service="courant.v1.ArticleService", '
                 'grpc_method=~"(Get|List|BatchGet).*"', "grpc_method")}),
            ("Refusals", "What editors were refused, by code.", "ops",
             {"{{grpc_code}}": rate(
                 "grpc_server_handled_total",
                 ', grpc_service=~"courant.v1.(Article|Translation)Service", '
                 'grpc_code!="OK"', "grpc_code")}),
            ("What was committed", "Changes, by kind.", "ops",
             {"{{kind}}": rate("courant_articles_writes_total", by="kind")}),
            ("Asked again", "Requests answered from an earlier attempt.", "ops",
             {"replays": rate("courant_idempotent_replays_total")}),
            ("After the time", "From when something was due to its commit.",
             "s", {"p50": p(0.5, "courant_schedule_delay_seconds"),
                   "p99": p(0.99, "courant_schedule_delay_seconds")}),
            ("Waiting for their time", "Articles, by what they wait for.",
             "short", {"{{kind}}": "courant_schedule_waiting{@}"}),
            ("Until the next", "0: none waits, or it is due.", "s",
             {"{{kind}}":
              "clamp_min((courant_schedule_next_timestamp_seconds{@} > 0) - "
              "time(), 0) or 0 * courant_schedule_next_timestamp_seconds{@}"}),
            ("Due and not done", "Since when the first of all is.", "s",
             {"late": "courant_schedule_overdue_seconds{@}"}),
        ]),
        ("Translations", [
            ("By freshness", "How they stand to their sources.", "short",
             {"{{freshness}}":
              "sum by (freshness) (courant_translations{@})"}),
            ("Not current, by language", "What somebody has to look at.",
             "short", {"{{language}}":
                       "sum by (language) (courant_translations"
                       '{@, freshness!~"CURRENT|DETACHED"}) or '
                       "0 * sum by (language) (courant_translations{@})"}),
            ("What translators do", "Calls of TranslationService.", "ops",
             {"{{grpc_method}}": rate(
                 "grpc_server_started_total",
                 ', grpc_service="courant.v1.TranslationService"',
                 "grpc_method")}),
        ]),
    ]),
    "storage": ("Storage", [
        ("Log", [
            ("Sync of the disk", "A frame made durable.", "s",
             {"p50": p(0.5, "courant_wal_fsync_seconds"),
              "p99": p(0.99, "courant_wal_fsync_seconds")}),
            ("Callers that share a sync", "Mean.", "short",
             {"callers": rate("courant_group_commit_batch_size_sum") + " / "
                         + rate("courant_group_commit_batch_size_count")}),
            ("Written to the log", "Bytes.", "Bps",
             {"bytes": rate("courant_rocksdb_wal_bytes_total")}),
            ("Syncs of the log", "Each makes a frame durable.", "ops",
             {"syncs": rate("courant_rocksdb_wal_syncs_total")}),
            ("Kept of the log", "What a start would read.", "bytes",
             {"bytes": "courant_rocksdb_live_wal_bytes{@}"}),
            ("Tail and watermark", "A lost end after the watermark would not be "
             "noticed.", "short",
             {"not covered": "courant_log_tail_sequence{@} - "
                             "courant_watermark_sequence{@}"}),
            ("History", "What can be read.", "short",
             {"oldest": "courant_log_floor_sequence{@}",
              "epoch": "courant_log_epoch{@}"}),
            ("Texts let go", "Of revisions that are older than history is kept: "
             "storage.retention.", "short",
             {"texts": "courant_history_texts_let_go_total{@}",
              "failed looks": "courant_history_passes_failed_total{@}"}),
            ("Killed text still in files", "0 a few seconds after a kill.",
             "short", {"kills": "courant_erasures_owed{@}"}),
        ]),
        ("Database", [
            ("In files", "Tables of RocksDB, by level.", "bytes",
             {"level {{level}}":
              "sum by (level) (courant_rocksdb_sst_bytes{@})"}),
            ("In memory", "Memtables and blocks.", "bytes",
             {"memtables": "courant_rocksdb_memtable_bytes{@}",
              "blocks": "courant_rocksdb_block_cache_bytes{@}"}),
            ("Blocks from memory", "Of those that were read.", "ops",
             {"hits": rate("courant_rocksdb_block_cache_hits_total"),
              "misses": rate("courant_rocksdb_block_cache_misses_total")}),
            ("Still to compact", "Bytes.", "bytes",
             {"bytes": "courant_rocksdb_pending_compaction_bytes{@}"}),
            ("Files in level 0", "Of the family that has most.", "short",
             {"files": "courant_rocksdb_l0_files{@}"}),
            ("Compactions", "How many are at work, on average.", "short",
             {"compactions":
              rate("courant_rocksdb_compaction_seconds_total")}),
            ("Writes that waited", "Share of the time; stopped: 1.",
             "percentunit",
             {"waited": rate("courant_rocksdb_write_stall_seconds_total"),
              "stopped": "courant_rocksdb_write_stopped{@}"}),
            ("Errors of background work", "In the last hour.", "short",
             {"errors":
              "increase(courant_rocksdb_background_errors_total{@}[1h])"}),
        ]),
        ("Disk", [
            ("Free", "Of the disk of the data folder.", "bytes",
             {"free": "courant_disk_free_bytes{@}",
              "size": "courant_disk_size_bytes{@}",
              "kept free": "courant_disk_reserve_bytes{@}"}),
            ("Free in a day", "If it goes on as in the last hour.", "bytes",
             {"free": "predict_linear(courant_disk_free_bytes{@}[1h], 86400)"}),
            ("Free, share", "Less than 0.05 is an alert.", "percentunit",
             {"free": "courant:disk_free:ratio{@}"}),
            ("Writes refused", "1 while there is no room for them.", "short",
             {"full": "courant_storage_full{@}"}),
        ]),
        ("Backups", [
            ("Since the last one", "0 when there is none.", "s",
             {"age": "(time() - courant_backup_last_timestamp_seconds{@}) * "
                     "(courant_backup_last_timestamp_seconds{@} > bool 0)"}),
            ("Made", "In the last day, by what became of them.", "short",
             {"{{result}}": "increase(courant_backup_runs_total{@}[1d])"}),
            ("Size of the last one", "Bytes, what it shares included.", "bytes",
             {"bytes": "courant_backup_last_bytes{@}"}),
            ("Kills not noted beside them", "A restore would bring them back.",
             "short", {"kills": "courant_backup_kills_unnoted{@}"}),
            ("Time of the last one", "0: none was made since the start.", "s",
             {"took": "courant_backup_duration_seconds{@}"}),
            ("Since one was read and found whole", "Or since the start.", "s",
             {"age": "time() - (courant_backup_verified_timestamp_seconds{@} "
                     "> 0 or process_start_time_seconds{@})"}),
            ("Expected", "1 where backup.dir is set.", "short",
             {"configured": "courant_backup_configured{@}"}),
        ]),
    ]),
    "edge": ("Edge and security", [
        ("Who may", [
            ("Refused keys", "By reason.", "ops",
             {"{{reason}}": rate("courant_auth_refused_total", by="reason")}),
            ("Over quota", "By quota.", "ops",
             {"{{quota}}": rate("courant_quota_refused_total", by="quota")}),
            ("Keys that cannot be used", "Their pepper is not there.", "short",
             {"keys": "courant_auth_keys_unusable{@}"}),
            ("Refusals", "Calls refused for who called.", "ops",
             {"{{grpc_code}}": rate(
                 "grpc_server_handled_total",
                 ', grpc_code=~"Unauthenticated|PermissionDenied|'
                 'ResourceExhausted"', "grpc_code")}),
        ]),
        ("Certificates", [
            ("Left until a certificate expires", "0: none is in force.", "s",
             {"{{listener}}": "(courant_tls_certificate_expiry_seconds{@} > 0) "
                              "- time() or "
                              "courant_tls_certificate_expiry_seconds{@}"}),
            ("New TLS files", "In the last day, by what became of them.",
             "short", {"{{listener}} {{result}}":
                       "increase(courant_tls_reload_total{@}[1d])"}),
        ]),
        ("Connections", [
            ("Open", "By listener.", "short",
             {"{{listener}}": "courant_connections_open{@}"}),
            ("Coming in", "By listener; refused for want of room, by reason.",
             "ops", {"{{listener}}": rate("courant_connections_accepted_total",
                                          by="listener"),
                     "refused, {{reason}}":
                     rate("courant_connections_refused_total", by="reason"),
                     "errors": rate("courant_accept_errors_total")}),
            ("Cut", "By what they did; and logins that came too often.", "ops",
             {"{{reason}}": rate("courant_connections_cut_total", by="reason"),
              "logins": rate("courant_logins_throttled_total")}),
        ]),
        ("Audit log", [
            ("Records", "Written, and left out of what one source did too often.",
             "ops", {"written": rate("courant_audit_records_total"),
                     "left out": rate("courant_audit_left_out_total")}),
            ("Cannot be written", "1 while it is so; and what was lost by it.",
             "short", {"failing": "courant_audit_failing{@}",
                       "lost": "increase(courant_audit_lost_total{@}[1d])",
                       "errors":
                       "increase(courant_audit_write_errors_total{@}[1d])"}),
        ]),
        ("Faults", [
            ("Faults of ours", "By code.", "ops",
             {"{{grpc_code}}": rate("grpc_server_handled_total",
                                    f', grpc_code=~"{FAULTS}"', "grpc_code")}),
            ("Messages received", "By service.", "ops",
             {"{{grpc_service}}": rate("grpc_server_msg_received_total",
                                       by="grpc_service")}),
        ]),
    ]),
    "process": ("Process", [
        ("Process", [
            ("Processors", "How many it keeps busy.", "short",
             {"{{instance}}": f"rate(process_cpu_seconds_total{{@}}[{RATE}])"}),
            ("Memory", "Resident.", "bytes",
             {"{{instance}}": "process_resident_memory_bytes{@}"}),
            ("Threads", "Of the process.", "short",
             {"{{instance}}": "process_threads{@}"}),
            ("Waiting for a thread", "Tasks, by pool.", "short",
             {"{{pool}}": "courant_thread_pool_queue_length{@}"}),
            ("Files", "Open, of those allowed.", "short",
             {"open": "process_open_fds{@}", "allowed": "process_max_fds{@}"}),
            ("Running for", "Since its start.", "s",
             {"{{instance}}": "time() - process_start_time_seconds{@}"}),
            ("Clock was set", "Times in the last day, and by how much in all.",
             "short", {"{{direction}}":
                       "increase(courant_clock_steps_total{@}[1d])",
                       "seconds {{direction}}":
                       "increase(courant_clock_step_seconds_total{@}[1d])"}),
            ("Answers to Prometheus", "1: its metrics could be read.", "short",
             {"{{instance}}": "up{@}"}),
        ]),
        ("Configuration and log", [
            ("Reloads", "In the last day, by what became of them.", "short",
             {"{{result}}": "increase(courant_config_reloads_total{@}[1d])",
              "the last one": "courant_config_last_reload_successful{@}"}),
            ("Configurations", "How many servers run with each.", "short",
             {"{{sha256}}": "sum by (sha256) (courant_config_hash_info{@})"}),
            ("In force for", "Since it was read.", "s",
             {"{{instance}}": "time() - courant_config_last_reload_success_"
                              "timestamp_seconds{@}"}),
            ("Log lines", "Written, by level.", "ops",
             {"{{level}}": rate("courant_log_lines_total", by="level")}),
        ]),
    ]),
}

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def variables():
    """What is chosen at the top of a board."""
    def query(name, label, expression, multi):
        return {"name": name, "label": label, "type": "query",
                "datasource": DATASOURCE, "query": expression,
                "definition": expression, "refresh": 2, "sort": 1,
                "multi": multi, "includeAll": multi,
                **({"allValue": ".+", "current": {"text": "All",
                                                  "value": "$__all"}}
                   if multi else {})}
    return [{"name": "datasource", "label": "Prometheus", "type": "datasource",
             "query": "prometheus"},
            query("job", "Job", "label_values(courant_build_info, job)", False),
            query("instance", "Instance",
                  'label_values(courant_build_info{job="$job"}, instance)',
                  True)]


def panel(number, place, title, description, unit, expressions):
    return {
        "id": number, "type": "timeseries", "title": title,
        "description": description, "gridPos": place, "datasource": DATASOURCE,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"},
                    "tooltip": {"mode": "multi"}},
        "targets": [{"refId": chr(ord("A") + i), "datasource": DATASOURCE,
                     "expr": expression.replace("@", CHOSEN),
                     "legendFormat": legend}
                    for i, (legend, expression) in
                    enumerate(expressions.items())],
    }


def board(uid, title, rows):
    panels, y = [], 0
    for heading, members in rows:
        panels.append({"id": len(panels) + 1, "type": "row", "title": heading,
                       "collapsed": False, "panels": [],
                       "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}})
        y += 1
        for i, member in enumerate(members):
            place = {"x": i % 3 * 8, "y": y + i // 3 * 8, "w": 8, "h": 8}
            panels.append(panel(len(panels) + 1, place, *member))
        y += (len(members) + 2) // 3 * 8
    return {
        "uid": f"courant-{uid}", "title": f"Courant: {title}",
        "description": "Made by deploy/grafana/dashboards.py.",
        "tags": ["courant"], "schemaVersion": 39, "version": 1,
        "editable": False, "timezone": "utc", "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["courant"], "title": "Courant",
                   "asDropdown": True, "keepTime": True, "includeVars": True}],
        "annotations": {"list": [{
            "name": "Starts", "enable": True, "datasource": DATASOURCE,
            "iconColor": "blue",
            "expr": 'changes(process_start_time_seconds{job="$job", '
                    'instance=~"$instance"}[1m]) > 0'}]},
        "templating": {"list": variables()}, "panels": panels,
    }


def files():
    """name -> its text"""
    return {f"{uid}.json": json.dumps(board(uid, title, rows), indent=1,
                                      ensure_ascii=False) + "\n"
            for uid, (title, rows) in BOARDS.items()}


def main():
    stale = [name for name, text in files().items()
             if not (HERE / name).exists() or (HERE / name).read_text() != text]
    if sys.argv[1:] == ["--check"]:
        if stale:
            sys.exit(f"not what dashboards.py makes: {', '.join(stale)}")
        return
    for name in stale:
        (HERE / name).write_text(files()[name])


if __name__ == "__main__":
    main()
