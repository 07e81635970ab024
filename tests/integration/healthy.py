"""What partners see that mean well: a program that follows the wire while the
house writes, and says how long changes take to come.

    healthy.py HOUSE PARTNER KEY AUTHORITY SECONDS

prints {"p50": ..., "p99": ..., "changes": ...}: milliseconds from the moment that
a write is sent to when a stream has it, over all streams. AUTHORITY is the
certificate of the partner listener in PEM, empty without TLS.
"""

import asyncio
import json
import sys
import time

import grpc

from courant.v1 import article_service_pb2_grpc, change_service_pb2_grpc

import harness
from harness import articles, changes
from partner_desk import an_article

STREAMS, CONNECTIONS, WRITES_PER_SECOND = 20, 4, 50


def door(partner, authority, number):
    # Without an option of its own each channel would share one connection.
    options = [("courant.number", number)]
    if not authority:
        return grpc.aio.insecure_channel(partner, options)
    return grpc.aio.secure_channel(
        partner, grpc.ssl_channel_credentials(authority.encode()),
        [*options, ("grpc.ssl_target_name_override", "wire")])


async def follow(channel, key, ready, times):
    """Follows from now on; notes how old each change is when it comes."""
    stub = change_service_pb2_grpc.ChangeServiceStub(channel)
    stream = stub.SubscribeChanges(
        changes.SubscribeChangesRequest(start_from=changes.LATEST),
        metadata=[("authorization", f"Bearer {key}")])
    async for message in stream:
        now = time.monotonic()
        if message.HasField("started"):
            ready.release()
        for change in message.batch.changes:
            sent = float(change.article.headline.value)
            times.append((now - sent) * 1000)


async def write(house, seconds):
    """Writes at a steady pace, without waiting for answers."""
    stub = article_service_pb2_grpc.ArticleServiceStub(house)
    begin, calls = time.monotonic(), []
    for number in range(int(seconds * WRITES_PER_SECOND)):
        due = begin + number / WRITES_PER_SECOND
        await asyncio.sleep(max(0, due - time.monotonic()))
        calls.append(stub.CreateArticle(articles.CreateArticleRequest(
            article=an_article(str(time.monotonic())),
            initial_state=articles.CreateArticleRequest.PUBLISHED)))
    await asyncio.gather(*calls)


async def main(house, partner, key, authority, seconds):
    house = grpc.aio.insecure_channel(house)
    doors = [door(partner, authority, i) for i in range(CONNECTIONS)]
    ready, times = asyncio.Semaphore(0), []
    streams = [asyncio.create_task(
        follow(doors[i % CONNECTIONS], key, ready, times))
               for i in range(STREAMS)]
    for _ in streams:
        await asyncio.wait_for(ready.acquire(), harness.PATIENCE)
    await write(house, float(seconds))
    wanted = int(float(seconds) * WRITES_PER_SECOND) * STREAMS
    end = time.monotonic() + harness.PATIENCE
    while len(times) < wanted and time.monotonic() < end:
        await asyncio.sleep(0.01)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    assert len(times) == wanted, f"{len(times)} of {wanted} changes came"
    times.sort()
    print(json.dumps({"p50": round(times[wanted // 2], 2),
                      "p99": round(times[wanted * 99 // 100], 2),
                      "changes": wanted}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
