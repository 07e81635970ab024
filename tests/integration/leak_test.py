"""Nothing that is not public reaches somebody who is not cleared for it: no
answer, stream, refusal, token, metric, log line or output of the command holds
a word of it. The same scan finds every word when the house asks."""

import unittest

import grpc

from courant.v1 import article_pb2, change_pb2, error_pb2

import harness
import newsroom
import translation_desk
from harness import articles, changes
from newsroom import KIM, LEE, Kind, State, correction, text, timestamp
from planter import Planter, rich_article
from probes import (ARTICLES, CHANGES, Caller, Follower, Probes, contract,
                    words_in)

HOUR = 3600
Disposition = change_pb2.Change.Disposition

# What is open to an uncleared caller: each is probed. All else must be closed.
PROBED = {
    f"{ARTICLES}/GetArticle", f"{ARTICLES}/BatchGetArticles",
    f"{ARTICLES}/ListArticles", f"{ARTICLES}/ListArticleRevisions",
    f"{ARTICLES}/GetArticleRevision", f"{CHANGES}/GetChange",
    f"{CHANGES}/ListChanges", f"{CHANGES}/SubscribeChanges",
    f"{CHANGES}/GetChangeLogStatus",
}


def public_text(article):
    """The article without what stays in the house, by a rule of its own."""
    left = article_pb2.Article()
    left.CopyFrom(article)
    for field in ("actor", "kill_request", "change_note", "schedule_time"):
        left.ClearField(field)
    del left.editorial_notes[:]
    del left.provenance.cleaning[:]
    left.provenance.unmapped.clear()
    for contributor in [*left.contributors,
                        *(c for m in left.media for c in m.contributors)]:
        contributor.ClearField("contact")
    return left


class Desk(newsroom.Newsroom):
    """Plants words in articles, and knows what filters would find them."""

    def __init__(self, channel):
        super().__init__(channel)
        self.planter = Planter()
        self.gone = []  # Words that a kill took away.
        self.names, self.filters = [], []

    def word(self, what):
        return self.planter.word(what)

    @property
    def words(self):
        return [w for w in self.planter.words if w not in self.gone]

    def actor(self):
        return f"desk/{self.word('actor')}"

    def rich(self, embargo_until=None, source=""):
        """An article with words in all it has, also in its names; a translation
        when it has a source."""
        article = rich_article(self.planter)
        section, subject = self.word("section"), self.word("subject")
        article.sections.add(code=section)
        article.subjects.add(qcode=f"medtop:{subject}")
        tag = f"leak{len(self.names):03}"
        self.planter.words.append(tag)
        article.language = f"en-x-{tag}"
        article.alias_ids.add(source_system=self.word("system"),
                              id=self.word("alias"))
        if embargo_until:
            article.embargo_until.CopyFrom(embargo_until)
        self.filters += [
            f'section="{section}"', f'subject="medtop:{subject}"',
            f'language:"en-x-{tag}"',
            f'source="{article.provenance.source_system}"']
        if source:
            article.translation_of.article = source
        else:
            article.story = f"stories/{self.word('story')}"
            self.filters.append(f'story="{article.story}"')
        return article

    def plant(self, article, published=False):
        made = self.create(article, published=published, actor=self.actor(),
                           article_id=self.word("id"))
        self.names.append(made.name)
        return made.name

    def edit(self, name):
        """Two more revisions, each with words of its own."""
        self.do("update", name, self.actor(), headline=text(self.word("head")),
                body=self.get(name).body[:-1])
        self.do("update", name, self.actor(), byline=self.word("byline"))

    def provoke(self, name):
        """Commands that are refused, with words in them."""
        article = self.get(name)
        taken = harness.an_article(self.word("refused"))
        taken.alias_ids.extend(article.alias_ids)
        bad = harness.an_article(self.word("refused"), "no-such-" + "x" * 9)
        bad.canonical_url = self.word("refused")
        for call in (
                lambda: self.create(taken),
                lambda: self.create(bad),
                lambda: self.create(article_id=name[len("articles/"):]),
                lambda: self.do("correct", name, corrections=[correction(
                    "body", self.word("refused"), self.word("refused"))],
                    note_public=text(self.word("refused"))),
                lambda: self.do("release", name, reason=self.word("refused")),
                lambda: self.do("kill", name, confirm=True),
                lambda: self.do("update", name, etag=self.word("refused"),
                                slugline="x")):
            self.refusal(call)
        # They were refused: nobody can read them anywhere.
        self.gone += [w for w in self.planter.words if w.endswith("refused")]


class LeakTest(harness.ServerTest):
    settings = ("publisher.domain=courier.example", "log.level=debug")

    def connect(self):
        super().connect()
        self.desk = Desk(self.channel)
        self.outsider = Caller(self.server, "public")
        self.insider = Caller(self.server)
        self.addCleanup(self.outsider.close)
        self.addCleanup(self.insider.close)

    def follow(self, caller):
        follower = Follower(caller)
        self.addCleanup(follower.stop)
        return follower

    def probes(self, caller):
        return Probes(caller, self.desk.names, [
            *self.desk.filters, "state=DRAFT", "state=EMBARGOED",
            "NOT state=PUBLISHED", "kind=TEXT"], self.desk.planter.words)

    # --- what is not public --------------------------------------------------

    def plant_all(self):
        """A public article, and one of everything that is not public. Returns
        the one under embargo that goes on."""
        desk = self.desk
        # Older than all that is public: the last in a list.
        draft = desk.plant(desk.rich())
        self.public = desk.create(harness.an_article("Ferries run")).name
        scheduled = desk.plant(desk.rich())
        desk.do("schedule", scheduled, desk.actor(),
                schedule_time=timestamp(HOUR))
        embargoed = desk.plant(desk.rich(timestamp(HOUR)), True)
        desk.do("update", embargoed, desk.actor(),
                embargo_until=timestamp(2 * HOUR))
        late = desk.plant(desk.rich())
        desk.do("publish", late, desk.actor(), embargo_until=timestamp(HOUR))
        translated = desk.plant(desk.rich(timestamp(HOUR), self.public), True)
        for name in (draft, scheduled, embargoed, late, translated):
            desk.edit(name)
            desk.provoke(name)
        desk.do("kill", late, desk.actor(), reason=desk.word("reason"),
                contact=desk.word("contact"))
        # Stopped before anybody outside knew of them.
        for verb in ("hold", "withdraw"):
            name = desk.plant(desk.rich(timestamp(HOUR)), True)
            desk.do(verb, name, desk.actor(), reason=desk.word("reason"),
                    contact=desk.word("contact"))
        first = len(desk.planter.words)
        killed = desk.rich(timestamp(HOUR))
        stays = {*killed.sections[-1:][0].code.split(),
                 killed.language[len("en-x-"):], killed.story[8:],
                 killed.subjects[-1].qcode[7:],
                 killed.alias_ids[0].source_system, killed.alias_ids[0].id}
        desk.gone += [w for w in desk.planter.words[first:] if w not in stays]
        killed = desk.plant(killed, True)
        reason, contact = desk.word("reason"), desk.word("contact")
        desk.do("kill", killed, KIM, reason=reason, contact=contact)
        desk.do("kill", killed, LEE, confirm=True)
        self.plant_public()
        return embargoed

    def plant_public(self):
        """A public article with a past and a house of its own."""
        desk = self.desk
        article = harness.an_article(desk.word("past"))
        article.contributors.add(affiliation="desk",
                                 contact=desk.word("contact"))
        note = article.editorial_notes.add()
        note.text.value = desk.word("note")
        picture = article.media.add(id="m1")
        picture.caption.value = desk.word("caption")
        picture.embargo_until.CopyFrom(timestamp(HOUR))
        article.provenance.source_system = "wire"
        article.provenance.cleaning.add(source_text=desk.word("cleaned"))
        article.provenance.unmapped["x"] = desk.word("unmapped")
        article.body.add().media.media_id = "m1"
        made = desk.create(article, published=False, actor=desk.actor())
        desk.do("update", made.name, desk.actor(), headline=text("Bells ring"))
        desk.do("publish", made.name, desk.actor())
        desk.do("refile", made.name, desk.actor(),
                corrections=[correction("headline", "ring", "rang")],
                note_editors=text(desk.word("editors")))
        desk.do("kill", made.name, desk.actor(), reason=desk.word("asked"))
        desk.names += [self.public, made.name]
        self.lived = made.name
        self.plant_translation()

    def plant_translation(self):
        """Of what is public, the work at a translation is not."""
        desk, at_work = self.desk, translation_desk.Desk(self.channel)
        who, other = desk.actor(), desk.actor()
        name = at_work.request(self.public, "ko", desk.actor(),
                               translation_id=desk.word("translation"),
                               note=desk.word("note")).name
        token = at_work.do("Claim", name, who).task.lease.fencing_token
        segments = at_work.get(name).content.segments
        at_work.write(name, token, {s.id: desk.word("target")
                                    for s in segments}, who)
        at_work.do("Submit", name, who, fencing_token=token)
        token = at_work.do("Claim", name, other).task.lease.fencing_token
        at_work.do("Reject", name, other, fencing_token=token,
                   comments=[{"text": desk.word("comment")}])
        at_work.do("Cancel", name, desk.actor(), reason=desk.word("cancelled"))

    def test_no_word_of_what_is_not_public_gets_out(self):
        outside = self.follow(self.outsider)
        inside = self.follow(self.insider)
        embargoed = self.plant_all()
        tail = self.tail()
        words = self.desk.planter.words
        self.assertGreater(len(words), 500)
        outside.wait(lambda: outside.position >= tail)
        inside.wait(lambda: inside.position == tail)

        probes = self.probes(self.outsider)
        self.assertEqual(words_in(probes.everything(), words), {})
        self.assertEqual(words_in(probes.operations(), words), {})
        self.assertEqual(probes.tried, PROBED)
        self.assertEqual(
            [(c.resource, Kind.Name(c.kind), Disposition.Name(c.disposition))
             for c in probes.told()],
            [(self.public, "PUBLISHED", "ENTERED"),
             (self.lived, "PUBLISHED", "ENTERED"),
             (self.lived, "REFILED", "CHANGED")])
        self.check_live(outside, probes, words)

        # So that this test can fail: the same scan from inside.
        house = self.probes(self.insider)
        found = words_in(house.everything(), words)
        self.assertEqual(set(self.desk.words) - set(found), set())
        self.assertEqual(house.tried, PROBED)
        blind = PROBED - {f"{CHANGES}/GetChangeLogStatus"} - {
            path.split()[0] for paths in found.values() for path in paths}
        self.assertEqual(blind, set(), "would show nothing to anybody")
        # The live stream of the house has what a replay has, and what a kill
        # took away since.
        live = words_in(((None, m.SerializeToString(), ())
                         for m in inside.messages), words)
        self.assertEqual(set(words_in(house.changes(), words)) - set(live),
                         set())

        self.release(embargoed, outside, words)
        self.stop(embargoed, outside)

    def check_live(self, outside, probes, words):
        """The live stream has told what the replay tells."""
        told = list(probes.told())
        outside.wait(lambda: len(outside.changes()) >= len(told))
        self.assertEqual([c.sequence for c in outside.changes()],
                         [c.sequence for c in told])
        self.assertEqual(words_in(
            ((None, m.SerializeToString(), ()) for m in outside.messages),
            words), {})

    # --- what becomes public, and ends ---------------------------------------

    def words_of(self, message):
        data = message.SerializeToString()
        return {w for w in self.desk.planter.words if w.encode() in data}

    def release(self, name, outside, words):
        """Now everybody sees exactly that article."""
        before = len(outside.changes())
        released = self.desk.do("publish", name)
        outside.wait(lambda: len(outside.changes()) > before)
        change = outside.changes()[-1]
        self.assertEqual(
            (change.sequence, change.resource, Kind.Name(change.kind),
             Disposition.Name(change.disposition), change.actor),
            (released.change_sequence, name, "EMBARGO_RELEASED", "ENTERED",
             ""))
        expected = self.words_of(public_text(released))
        self.assertGreater(len(expected), 40)
        self.assertLess(len(expected), len(self.words_of(released)))
        self.assertEqual(self.words_of(change), expected)
        probes = self.probes(self.outsider)
        self.assertEqual(set(words_in(probes.everything(), words)), expected)
        self.assertEqual(words_in(probes.operations(), words), {})
        page = self.outsider.call(
            f"{ARTICLES}/ListArticleRevisions",
            articles.ListArticleRevisionsRequest(name=name)).message
        self.assertEqual([r.revision for r in page.revisions],
                         [released.revision])

    def stop(self, name, outside):
        """A hold takes it back."""
        desk = self.desk
        before = len(outside.changes())
        desk.do("kill", name, desk.actor(), reason=desk.word("asked"))
        held = desk.do("hold", name, desk.actor(), reason="a doubt")
        outside.wait(lambda: len(outside.changes()) > before)
        change = outside.changes()[-1]
        self.assertEqual(len(outside.changes()), before + 1)
        self.assertEqual(
            (change.sequence, Kind.Name(change.kind),
             Disposition.Name(change.disposition), change.tombstone.reason),
            (held.change_sequence, "HELD", "LEFT", "a doubt"))
        probes = self.probes(self.outsider)
        stub = self.outsider.call(f"{ARTICLES}/GetArticle",
                                  articles.GetArticleRequest(name=name))
        self.assertEqual(State.Name(stub.message.state), "WITHHELD")
        self.assertEqual(stub.message.status_note.reason, "a doubt")
        self.assertFalse(stub.message.status_note.actor)
        kept = self.words_of(stub.message)
        self.assertLess(len(kept), 10)
        self.assertEqual(set(words_in(probes.articles(), desk.words)), kept)

    def test_the_server_itself_lets_nothing_out_early(self):
        outside = self.follow(self.outsider)
        desk = self.desk
        name = desk.plant(desk.rich(timestamp(2)), True)
        until = desk.get(name).embargo_until
        outside.wait(lambda: outside.changes())
        change = outside.changes()[0]
        self.assertEqual((change.resource, Kind.Name(change.kind)),
                         (name, "EMBARGO_RELEASED"))
        self.assertGreaterEqual(newsroom.seconds_of(change.commit_time),
                                newsroom.seconds_of(until))
        for message in outside.messages:
            if not message.HasField("batch"):
                self.assertEqual(self.words_of(message), set())

    # --- what does not exist -------------------------------------------------

    def test_what_is_not_public_is_like_what_never_was(self):
        desk = self.desk
        self.plant_all()
        never = "articles/nobody-made-this"
        public = {self.public, self.lived}

        def say(method, request, name):
            answer = self.outsider.call(f"{ARTICLES}/{method}", request(name))
            self.assertIsNone(answer.message, (method, name))
            return answer.code, answer.data.replace(name.encode(), b"NAME")

        for method, request in (
                ("GetArticle", lambda n: articles.GetArticleRequest(name=n)),
                ("BatchGetArticles", lambda n: articles.BatchGetArticlesRequest(
                    names=[self.public, n])),
                ("GetArticleRevision", lambda n:
                    articles.GetArticleRevisionRequest(
                        name=f"{n}/revisions/1")),
                ("ListArticleRevisions", lambda n:
                    articles.ListArticleRevisionsRequest(name=n))):
            for name in set(desk.names) - public:
                # Lengths are in the encoded details.
                other = never.ljust(len(name), "x")[:len(name)]
                self.assertEqual(say(method, request, name),
                                 say(method, request, other), method)
        # Lists end where what is seen ends: no token is left over.
        for method, size in ((f"{ARTICLES}/ListArticles", 2),
                             (f"{ARTICLES}/ListArticles", 500)):
            page = self.outsider.call(method, articles.ListArticlesRequest(
                page_size=size)).message
            self.assertEqual({a.name for a in page.articles}, public)
            self.assertEqual(page.next_page_token, "")
        for what in [*desk.filters, "state=DRAFT", "state=SCHEDULED",
                     "state=EMBARGOED", "state=WITHHELD", "state=KILLED"]:
            page = self.outsider.call(
                f"{ARTICLES}/ListArticles",
                articles.ListArticlesRequest(filter=what)).message
            self.assertEqual(page, articles.ListArticlesResponse(), what)
        # The revision that asks for a kill is none of theirs, nor are those from
        # before the publication.
        stays = self.outsider.call(
            f"{ARTICLES}/GetArticle",
            articles.GetArticleRequest(name=self.lived)).message
        self.assertEqual(stays.revision, desk.get(self.lived).revision - 1)
        page = self.outsider.call(
            f"{ARTICLES}/ListArticleRevisions",
            articles.ListArticleRevisionsRequest(name=self.lived)).message
        self.assertEqual([r.revision for r in page.revisions],
                         [stays.revision, stays.revision - 1])
        self.assertEqual(page.revisions[0], stays)
        seen = {c.sequence for c in self.probes(self.outsider).told()}
        tail = self.tail()
        answers = set()
        for sequence in range(1, tail + 3):
            name = f"changes/{sequence}"
            answer = self.outsider.call(f"{CHANGES}/GetChange",
                                        changes.GetChangeRequest(name=name))
            self.assertEqual(answer.message is not None, sequence in seen)
            if not answer.message:
                answers.add((answer.code, answer.details.replace(name, "")))
        self.assertEqual(len(answers), 1, answers)

    def test_who_is_outside_can_write_nothing(self):
        desk = self.desk
        name = desk.plant(desk.rich(timestamp(HOUR)), True)
        tail = self.tail()
        closed = set(contract()) - PROBED
        self.assertGreaterEqual(len(closed), 12)
        for method in closed:
            request_class, _, streaming = contract()[method]
            self.assertFalse(streaming, method)
            answers = set()
            for resource in (name, "articles/nobody"):
                request = request_class()
                if hasattr(request, "name"):
                    request.name = resource
                elif method.endswith("/UpdateArticle"):
                    request.article.name = resource
                elif hasattr(request, "article_id"):
                    request.article_id = resource[len("articles/"):]
                answer = self.outsider.call(method, request)
                self.assertEqual(answer.code,
                                 grpc.StatusCode.PERMISSION_DENIED, method)
                answers.add(answer.data)
            self.assertEqual(len(answers), 1, "the two are told apart")
            self.assertIn(
                error_pb2.ErrorReason.Name(error_pb2.NOT_CLEARED).encode(),
                answers.pop())
        self.assertEqual(self.tail(), tail)

    def test_an_audience_that_is_unknown_is_refused(self):
        for audience in ("Public", "partner", "internal "):
            caller = Caller(self.server, audience)
            self.addCleanup(caller.close)
            for method in PROBED - {f"{CHANGES}/SubscribeChanges"}:
                answer = caller.call(method, contract()[method][0]())
                self.assertEqual(answer.code,
                                 grpc.StatusCode.INVALID_ARGUMENT)
                self.assertIn("courant-audience", answer.details)
            with self.assertRaises(grpc.RpcError) as caught:
                next(caller.stream(changes.SubscribeChangesRequest()))
            self.assertIn("internal or public", caught.exception.details())

    def test_reflection_knows_no_service_that_is_not_probed(self):
        probes = self.probes(self.outsider)
        data = b"".join(seen.data for seen in probes.other_services())
        for service in {method.split("/")[0] for method in contract()}:
            self.assertIn(service.encode(), data)
        self.assertEqual(data.count(b"courant.v1."),
                         len({m.split("/")[0] for m in contract()}))


if __name__ == "__main__":
    harness.main()
