"""What editors do to articles, a line each; shared by the tests of the
lifecycle."""

import datetime

import grpc

from courant.v1 import article_pb2, change_pb2
from google.protobuf import field_mask_pb2, timestamp_pb2

import harness
from harness import articles, changes

State = article_pb2.Article.State
Kind = change_pb2.Change.Kind
KIM, LEE = "desk/kim", "desk/lee"


def timestamp(seconds):
    """The time so many seconds from now."""
    stamp = timestamp_pb2.Timestamp()
    stamp.FromDatetime(
        datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        + datetime.timedelta(seconds=seconds))
    return stamp


def seconds_of(stamp):
    return stamp.seconds + stamp.nanos / 1e9


class Newsroom:
    """The RPCs of a server by their verbs."""

    def __init__(self, channel):
        self.channel = channel
        self.articles = harness.article_service_pb2_grpc.ArticleServiceStub(
            channel)
        self.changes = harness.change_service_pb2_grpc.ChangeServiceStub(
            channel)

    def send(self, request, actor=KIM):
        """Sends any request of ArticleService to its method."""
        method = request.DESCRIPTOR.name[:-len("Request")]
        metadata = [("courant-actor", actor)] if actor else []
        return getattr(self.articles, method)(
            request, metadata=metadata, timeout=harness.PATIENCE)

    def do(self, verb, name, actor=KIM, **fields):
        """do("hold", name, reason="a doubt")"""
        return self.send(request(verb, name, **fields), actor)

    def refusal(self, call, *arguments, **fields):
        """(code, ErrorInfo, [fields]) of a call that must be refused."""
        try:
            answer = call(*arguments, **fields)
        except grpc.RpcError as error:
            return (error.code(), *harness.details(error))
        raise AssertionError(f"was accepted: {answer}")

    def create(self, article=None, published=True, actor=KIM, **fields):
        states = articles.CreateArticleRequest
        return self.send(articles.CreateArticleRequest(
            article=article or harness.an_article(),
            initial_state=states.PUBLISHED if published else states.DRAFT,
            **fields), actor)

    def get(self, name):
        return self.articles.GetArticle(
            articles.GetArticleRequest(name=name), timeout=harness.PATIENCE)

    def get_bytes(self, name):
        """The article as it is on the wire."""
        method = "/courant.v1.ArticleService/GetArticle"
        return self.channel.unary_unary(method)(
            articles.GetArticleRequest(name=name).SerializeToString(),
            timeout=harness.PATIENCE)

    def change(self, sequence):
        return self.changes.GetChange(
            changes.GetChangeRequest(name=f"changes/{sequence}"),
            timeout=harness.PATIENCE)

    def status(self):
        return self.changes.GetChangeLogStatus(
            changes.GetChangeLogStatusRequest(), timeout=harness.PATIENCE)

    def log(self, token=None, **fields):
        """All changes from a token, or from the earliest."""
        found = []
        while True:
            page = self.changes.ListChanges(changes.ListChangesRequest(
                page_size=500, page_token=token or "", **fields),
                timeout=harness.PATIENCE)
            found += page.changes
            token = page.next_page_token
            if not token:
                return found

    def kill(self, name, reason="a court order", **fields):
        """By two people."""
        self.do("kill", name, actor=KIM, reason=reason, **fields)
        return self.do("kill", name, actor=LEE, confirm=True)


def request(verb, name, **fields):
    """The request of a verb. For update: the fields of the article."""
    if verb == "update":
        extra = {key: fields.pop(key) for key in ("request_id",)
                 if key in fields}
        etag = fields.pop("etag", "")
        article = article_pb2.Article(**fields)
        article.name, article.etag = name, etag
        return articles.UpdateArticleRequest(
            article=article,
            update_mask=field_mask_pb2.FieldMask(paths=list(fields)), **extra)
    kind = getattr(articles, f"{verb.capitalize()}ArticleRequest")
    return kind(name=name, **fields)


def text(words):
    return article_pb2.Text(value=words)


def correction(where, was, now):
    return article_pb2.ChangeNote.Correction(where=where, was=was, now=now)
