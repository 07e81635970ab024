"""A partner that asks for as much as it can get: a program of its own.

    greedy.py ADDRESS SECRET ARTICLE

calls until its input ends, and prints {"asked": ..., "given": ...}. It has only
what no other wants of a processor: in life it has a machine of its own.
"""

import json
import os
import sys
import threading

import grpc

from courant.v1 import article_service_pb2_grpc

import harness
from harness import articles

CALLERS, AT_ONCE = 4, 32


class Greedy:
    def __init__(self, address, secret, article):
        self.stub = article_service_pb2_grpc.ArticleServiceStub(
            grpc.insecure_channel(address))
        self.metadata = [("authorization", f"Bearer {secret}")]
        self.request = articles.GetArticleRequest(name=article)
        self.stop = threading.Event()
        self.counts = [(0, 0)] * CALLERS

    def call(self, number):
        asked = given = 0
        while not self.stop.is_set():
            calls = [self.stub.GetArticle.future(
                self.request, metadata=self.metadata,
                timeout=harness.PATIENCE) for _ in range(AT_ONCE)]
            asked += len(calls)
            given += sum(call.code() == grpc.StatusCode.OK for call in calls)
        self.counts[number] = (asked, given)

    def run(self):
        threads = [threading.Thread(target=self.call, args=[number])
                   for number in range(CALLERS)]
        for thread in threads:
            thread.start()
        print("begun", flush=True)
        sys.stdin.read()
        self.stop.set()
        for thread in threads:
            thread.join()
        asked, given = map(sum, zip(*self.counts))
        print(json.dumps({"asked": asked, "given": given}))


if __name__ == "__main__":
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    Greedy(*sys.argv[1:]).run()
