"""Outlets at the partner listener, as they would be written: each keeps what it
may show, and says what it has done about what it was told."""

import grpc

from courant.v1 import account_service_pb2, account_service_pb2_grpc
from courant.v1 import article_service_pb2_grpc, change_service_pb2_grpc
from courant.v1 import ledger_pb2

import harness
from harness import articles, changes

Notice = ledger_pb2.Notice


class Outlet:
    """What every outlet does, however it gets its changes."""

    def __init__(self, server, name, secret):
        self.server, self.name = server, f"partners/{name}"
        self.metadata = [("authorization", f"Bearer {secret}")]
        self.token, self.mirror, self.notices = "", {}, []

    def connected(self):
        """The server may be another one each time."""
        return grpc.insecure_channel(self.server.partner)

    def take(self, came):
        for change in came:
            self.mirror[change.resource] = (
                change.article if change.HasField("article") else None)
        return came

    def say(self, state, **fields):
        """Answers all that it was told since."""
        with self.connected() as channel:
            stub = account_service_pb2_grpc.AccountServiceStub(channel)
            for notice in self.notices:
                stub.AcknowledgeNotice(
                    account_service_pb2.AcknowledgeNoticeRequest(
                        name=notice.name, state=state, **fields),
                    metadata=self.metadata, timeout=harness.PATIENCE)
        self.notices = []

    def read(self, name):
        """The article; the code when it is refused."""
        with self.connected() as channel:
            try:
                return article_service_pb2_grpc.ArticleServiceStub(
                    channel).GetArticle(articles.GetArticleRequest(name=name),
                                        metadata=self.metadata,
                                        timeout=harness.PATIENCE)
            except grpc.RpcError as error:
                return error.code().name


class StreamingOutlet(Outlet):
    def catch_up(self, until):
        """Changes up to one, in order. `events` says how they came."""
        start = ({"resume_token": self.token} if self.token else
                 {"start_from": changes.EARLIEST_RETAINED})
        came, self.events = [], []
        with self.connected() as channel:
            for message in change_service_pb2_grpc.ChangeServiceStub(
                    channel).SubscribeChanges(
                        changes.SubscribeChangesRequest(end_sequence=until,
                                                        **start),
                        metadata=self.metadata, timeout=harness.PATIENCE):
                event = message.WhichOneof("event")
                self.events.append(event)
                if event == "notices":
                    self.notices += message.notices.notices
                else:
                    self.token = getattr(message, event).resume_token
                    came += message.batch.changes
        return self.take(came)


class PollingOutlet(Outlet):
    def catch_up(self, until):
        """The same, a page at a time, with what it has to know first."""
        came = []
        with self.connected() as channel:
            self.notices = list(account_service_pb2_grpc.AccountServiceStub(
                channel).ListNotices(
                    ledger_pb2.ListNoticesRequest(open_only=True,
                                                  page_size=500),
                    metadata=self.metadata, timeout=harness.PATIENCE).notices)
            stub = change_service_pb2_grpc.ChangeServiceStub(channel)
            more = True
            while more:
                page = stub.ListChanges(
                    changes.ListChangesRequest(page_token=self.token,
                                               page_size=2),
                    metadata=self.metadata, timeout=harness.PATIENCE)
                came += page.changes
                self.token, more = page.resume_token, page.next_page_token
        return self.take([c for c in came if c.sequence <= until])
