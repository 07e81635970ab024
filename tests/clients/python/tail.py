"""Follows the changes and prints one line of JSON for each message.

    tail.py [TOKEN] [--until SEQUENCE] [--stubs FOLDER]

TOKEN is a `resume_token` printed before; without one it begins with the first
change. The server is COURANT_ADDRESS, 127.0.0.1:7400 by default. FOLDER (or
COURANT_STUBS, default build/python) holds what this makes of the contract:

    mkdir -p build/python && protoc -I proto --python_out=build/python \\
        --grpc_python_out=build/python \\
        --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" \\
        proto/courant/v1/*.proto

Debian's packages: python3-grpcio python3-protobuf protobuf-compiler
protobuf-compiler-grpc. Exit status: 0 the change --until was reached; 1 a gap
or an error of the call (also when the server stops: go on from the last token);
2 wrong usage.
"""

import argparse
import json
import os
import sys

import grpc

arguments = argparse.ArgumentParser()
arguments.add_argument("token", nargs="?")
arguments.add_argument("--until", type=int, default=0)
arguments.add_argument("--stubs",
                       default=os.environ.get("COURANT_STUBS", "build/python"))
options = arguments.parse_args()
sys.path.insert(0, options.stubs)
from courant.v1 import change_pb2, change_service_pb2 as api
from courant.v1 import change_service_pb2_grpc as rpc


def follow(service):
    request = api.SubscribeChangesRequest(end_sequence=options.until)
    if options.token:
        request.resume_token = options.token
    else:
        request.start_from = api.EARLIEST_RETAINED
    position = None  # the last change that we know about
    for message in service.SubscribeChanges(request):
        event = message.WhichOneof("event")
        said = getattr(message, event)
        if position is None:
            position = said.resume_after_sequence
        after = getattr(said, "after_sequence", position)
        if after != position:
            sys.exit(f"gap: at {position}, the next message is after {after}")
        position = getattr(said, "sequence", position)
        changes = [{"sequence": change.sequence,
                    "kind": change_pb2.Change.Kind.Name(change.kind),
                    "resource": change.resource}
                   for change in getattr(said, "changes", [])]
        print(json.dumps({"event": event, "after": after,
                          "sequence": position, "changes": changes,
                          "resume_token": said.resume_token}), flush=True)


address = os.environ.get("COURANT_ADDRESS", "127.0.0.1:7400")
with grpc.insecure_channel(address) as channel:
    try:
        follow(rpc.ChangeServiceStub(channel))
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
