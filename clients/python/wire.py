"""The way to a Courant server: its contract, a channel, the calls of an outlet.

Knows nothing of what is done with what comes; that is mirror.py and follow.py.
"""

import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import types

import grpc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def load_contract(proto=PROTO):
    """Turns the contract into Python whenever the client starts.

    It takes a tenth of a second, and what is made anew each time is never out
    of date. A client that is installed would do this once, when it is built.
    """
    folder = tempfile.mkdtemp(prefix="courant-contract-")
    try:
        subprocess.run(
            ["protoc", f"-I{proto}", f"--python_out={folder}",
             *map(str, sorted(proto.glob("courant/v1/*.proto"))),
             *map(str, sorted(proto.glob("google/rpc/*.proto")))], check=True)
        sys.path.insert(0, folder)
        from courant.v1 import account_service_pb2, article_pb2, change_pb2
        from courant.v1 import change_service_pb2, ledger_pb2
        from google.rpc import error_details_pb2, status_pb2
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return types.SimpleNamespace(
        account=account_service_pb2, article=article_pb2, change=change_pb2,
        changes=change_service_pb2, ledger=ledger_pb2,
        details=error_details_pb2, status=status_pb2)


def read_key(path):
    """The key, from a file or from COURANT_KEY; never from the command line,
    where everybody on the machine can read it."""
    if not path:
        key = os.environ.get("COURANT_KEY", "").strip()
        if not key:
            sys.exit("no key: give --key-file, or set COURANT_KEY")
        return key
    with open(path, encoding="ascii") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            sys.exit(f"{path} can be read by others: chmod 600 {path}")
        return file.read().strip()


class Wire:
    """An open channel, and the key that goes with every call; and, if our calls
    are a part of work that is traced, its `traceparent`."""

    def __init__(self, contract, address, key, ca_file=None, traceparent=None):
        self.contract = contract
        self.metadata = [("authorization", f"Bearer {key}")]
        if traceparent:
            self.metadata.append(("traceparent", traceparent))
        options = [
            # An article may be as large as the house allows.
            ("grpc.max_receive_message_length", 64 << 20),
            # A stream can be quiet for long; a dead server is found in 40 s.
            ("grpc.keepalive_time_ms", 30_000),
            ("grpc.keepalive_timeout_ms", 10_000),
            ("grpc.http2.max_pings_without_data", 0),
        ]
        if ca_file:
            trusted = pathlib.Path(ca_file).read_bytes()
            self.channel = grpc.secure_channel(
                address, grpc.ssl_channel_credentials(trusted), options)
        elif is_loopback(address):
            self.channel = grpc.insecure_channel(address, options)
        else:
            sys.exit(f"without TLS anybody between here and {address} could "
                     "read the key: give --ca")

    def close(self):
        self.channel.close()

    def follow(self, **start):
        """The stream of changes: an iterator that blocks."""
        changes = self.contract.changes
        return self.channel.unary_stream(
            "/courant.v1.ChangeService/SubscribeChanges",
            changes.SubscribeChangesRequest.SerializeToString,
            changes.SubscribeChangesResponse.FromString)(
                changes.SubscribeChangesRequest(**start),
                metadata=self.metadata)

    def acknowledge(self, notice, state, **said):
        """Tells the house what became of a notice. Durable when it returns."""
        account, ledger = self.contract.account, self.contract.ledger
        return self.channel.unary_unary(
            "/courant.v1.AccountService/AcknowledgeNotice",
            account.AcknowledgeNoticeRequest.SerializeToString,
            ledger.Notice.FromString)(
                account.AcknowledgeNoticeRequest(
                    name=notice, state=ledger.Notice.State.Value(state),
                    **said),
                metadata=self.metadata, timeout=30)

    def read_error(self, error):
        """(reason, seconds to wait, trace) of a refusal; "", 0 and "" when it
        says none.

        The reason is that of courant/v1/error.proto, which says of each what a
        client can do. By the trace the house finds the call in its logs.
        """
        reason, wait, trace = "", 0.0, ""
        for key, value in error.trailing_metadata() or ():
            if key != "grpc-status-details-bin":
                continue
            for detail in self.contract.status.Status.FromString(value).details:
                info = self.contract.details.ErrorInfo()
                retry = self.contract.details.RetryInfo()
                request = self.contract.details.RequestInfo()
                if detail.Unpack(info):
                    reason = info.reason
                elif detail.Unpack(retry):
                    wait = retry.retry_delay.ToTimedelta().total_seconds()
                elif detail.Unpack(request):
                    trace = request.request_id
        return reason, wait, trace


def is_loopback(address):
    host = address.rpartition(":")[0].strip("[]")
    return host in ("localhost", "::1") or host.startswith("127.")
