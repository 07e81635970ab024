"""What a translation desk does, a line each; shared by the tests of it."""

import itertools

from courant.v1 import (translation_pb2, translation_service_pb2,
                        translation_service_pb2_grpc)

import harness
import newsroom

service = translation_service_pb2
Freshness = translation_pb2.Translation.Freshness
Task = translation_pb2.TranslationTask
SourceChange = translation_pb2.SourceChange
HAN, OH = "translator/han", "translator/oh"


def words(content):
    """Segment id -> words of the target."""
    return {s.id: s.target.text for s in content.segments}


def source_words(content):
    return {s.id: s.text.text for s in content.source_segments}


def freshness(translation):
    return Freshness.Name(translation.freshness)


def state(translation):
    return Task.State.Name(translation.task.state)


class Desk:
    """The RPCs of TranslationService by their verbs."""

    def __init__(self, channel):
        self.stub = translation_service_pb2_grpc.TranslationServiceStub(
            channel)

    def send(self, method, request, actor=HAN):
        metadata = [("courant-actor", actor)] if actor else []
        return getattr(self.stub, method)(request, metadata=metadata,
                                          timeout=harness.PATIENCE)

    def request(self, article, language, actor="desk/kim", **fields):
        own = {name: fields.pop(name) for name in (
            "translation_id", "request_id", "validate_only") if name in fields}
        message = service.CreateTranslationRequest(
            parent=article, translation={"language": language, **fields},
            **own)
        return self.send("CreateTranslation", message, actor)

    def get(self, name, full=True):
        return self.send("GetTranslation", service.GetTranslationRequest(
            name=name, view=service.TRANSLATION_VIEW_FULL if full else
            service.TRANSLATION_VIEW_BASIC))

    def list(self, parent="articles/-", **fields):
        """All pages."""
        token = ""
        while True:
            page = self.send("ListTranslations",
                             service.ListTranslationsRequest(
                                 parent=parent, page_token=token, **fields))
            yield from page.translations
            token = page.next_page_token
            if not token:
                return

    def do(self, verb, name, actor=HAN, **fields):
        """do("Claim", name, role=...)"""
        method, kind = {
            "Claim": ("ClaimTranslation", service.ClaimTranslationRequest),
            "Renew": ("RenewTranslationLease",
                      service.RenewTranslationLeaseRequest),
            "Release": ("ReleaseTranslation",
                        service.ReleaseTranslationRequest),
            "Revoke": ("RevokeTranslationLease",
                       service.RevokeTranslationLeaseRequest),
            "Submit": ("SubmitTranslation", service.SubmitTranslationRequest),
            "Approve": ("ApproveTranslation",
                        service.ApproveTranslationRequest),
            "Reject": ("RejectTranslation", service.RejectTranslationRequest),
            "Cancel": ("CancelTranslation", service.CancelTranslationRequest),
            "Rebase": ("RebaseTranslation", service.RebaseTranslationRequest),
            "Confirm": ("ConfirmTranslation",
                        service.ConfirmTranslationRequest),
            "Detach": ("DetachTranslation", service.DetachTranslationRequest),
        }[verb]
        return self.send(method, kind(name=name, **fields), actor)

    def write(self, name, token, texts, actor=HAN, **fields):
        """Writes {segment id: words, or an update}."""
        updates = [text if isinstance(text, service.SegmentUpdate) else
                   service.SegmentUpdate(
                       segment=segment,
                       target={"text": text}) for segment, text in
                   texts.items()]
        return self.send("BatchUpdateSegments",
                         service.BatchUpdateSegmentsRequest(
                             name=name, fencing_token=token, updates=updates,
                             **fields), actor)

    def next(self, *languages, actor=HAN, **fields):
        """Takes the first piece of work in the queue."""
        return self.send("ClaimNextTranslation",
                         service.ClaimNextTranslationRequest(
                             languages=languages, **fields), actor)

    def diff(self, name, revision=0):
        return self.send("DiffTranslationSource",
                         service.DiffTranslationSourceRequest(
                             name=name, source_revision=revision))

    def lookup(self, story, *ranges, **fields):
        return self.send("LookupLanguageVersion",
                         service.LookupLanguageVersionRequest(
                             story=story, language_ranges=ranges, **fields))

    def publish(self, *names, actor="desk/kim", **fields):
        answer = self.send("PublishTranslation",
                           service.PublishTranslationRequest(
                               names=names, **fields), actor)
        return list(answer.translations)

    def translate(self, name, texts=None, actor=HAN):
        """Claims, writes every segment, submits. `texts`: by source words."""
        claimed = self.do("Claim", name, actor)
        token = claimed.task.lease.fencing_token
        content = self.get(name).content
        source = source_words(content)
        written = {}
        for segment in content.segments:
            if segment.state >= translation_pb2.Segment.TRANSLATED:
                continue
            said = "".join(source[s] for s in segment.sources)
            written[segment.id] = (texts[said.strip()] if texts else
                                   f"[{claimed.language}] {said.strip()}")
        for batch in batches(written.items(), 200):
            self.write(name, token, dict(batch), actor)
        return self.do("Submit", name, actor, fencing_token=token)

    def review(self, name, actor=OH):
        """A second person reads and agrees."""
        claimed = self.do("Claim", name, actor)
        return self.do("Approve", name, actor,
                       fencing_token=claimed.task.lease.fencing_token)

    def make(self, article, language, texts=None, **fields):
        """From the request to the published article."""
        name = self.request(article, language, **fields).name
        self.translate(name, texts)
        self.review(name)
        return self.publish(name)[0]


class DeskTest(harness.ServerTest):
    """A test with a newsroom and a translation desk."""

    settings = ("publisher.domain=courier.example",)

    def connect(self):
        super().connect()
        self.newsroom = newsroom.Newsroom(self.channel)
        self.desk = Desk(self.channel)

    def restart(self):
        self.server.kill()
        self.server.start()
        self.connect()

    def source(self, *paragraphs, headline="Talks begin", language="en",
               **fields):
        """A published article."""
        return self.newsroom.create(an_original(
            paragraphs or ("The talks began on Monday. They go on.",),
            headline, language), **fields)

    def refused(self, reason, call, *arguments, **fields):
        """A call that is refused and changes nothing: its ErrorInfo."""
        before = self.tail()
        _, info, _ = self.newsroom.refusal(call, *arguments, **fields)
        self.assertEqual(info.reason, reason, info)
        self.assertEqual(self.tail(), before, "something was changed")
        return info

    def since(self, sequence):
        """The changes after a change."""
        return [self.newsroom.change(s)
                for s in range(sequence + 1, self.tail() + 1)]


def token_of(translation):
    return translation.task.lease.fencing_token


def an_original(paragraphs, headline, language):
    """An article with blocks p1, p2, ..."""
    article = harness.an_article(headline, language)
    del article.body[:]
    for number, paragraph in enumerate(paragraphs, 1):
        article.body.add(id=f"p{number}").paragraph.text.text = paragraph
    return article


def reworded(article, paragraph, was, now):
    """Its body with other words in a paragraph, from 1."""
    body = [block for block in article.body]
    block = type(body[0])()
    block.CopyFrom(body[paragraph - 1])
    assert was in block.paragraph.text.text
    block.paragraph.text.text = block.paragraph.text.text.replace(was, now)
    return [*body[:paragraph - 1], block, *body[paragraph:]]


def batches(items, size):
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
