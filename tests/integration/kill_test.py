"""After a kill nobody can read a sentence of the article, by any path: the
same scan finds every one of them before."""

import threading
import time
import unittest

import grpc

from courant.v1 import article_pb2

import harness
import newsroom
from data_dump import words_on_disk
from harness import articles, changes
from newsroom import KIM, LEE, Kind, State, correction, text, timestamp
from planter import Planter, rich_article


class KillTest(harness.ServerTest):
    def connect(self):
        super().connect()
        self.desk = newsroom.Newsroom(self.channel)

    # --- what can be read ----------------------------------------------------

    def read_articles(self, name):
        """Bytes of every answer of ArticleService about an article."""
        stub = self.articles
        yield "get", stub.GetArticle(articles.GetArticleRequest(name=name))
        yield "batch", stub.BatchGetArticles(
            articles.BatchGetArticlesRequest(names=[name]))
        for what in ("", 'section="local"', "language:en"):
            yield f"list {what}", stub.ListArticles(
                articles.ListArticlesRequest(filter=what))
        page = stub.ListArticleRevisions(
            articles.ListArticleRevisionsRequest(name=name, page_size=500))
        yield "revisions", page
        for revision in page.revisions:
            yield f"revision {revision.revision}", stub.GetArticleRevision(
                articles.GetArticleRevisionRequest(
                    name=f"{name}/revisions/{revision.revision}"))

    def read_changes(self, token):
        """The same of ChangeService; `token` is from before everything."""
        tail = self.tail()
        for what, first, fields in (("earliest", 1, {}),
                                    ("token", 2, {"token": token})):
            log = self.desk.log(**fields)
            self.assertEqual([c.sequence for c in log],
                             list(range(first, tail + 1)), what)
            for change in log:
                yield f"list from {what}", change
        starts = [{"start_from": changes.EARLIEST_RETAINED},
                  {"resume_token": token}, {"resume_after_sequence": 0},
                  {"start_from": changes.EARLIEST_RETAINED,
                   "filter": 'section="local"'}]
        for start in starts:
            sequences = []
            for message in self.changes.SubscribeChanges(
                    changes.SubscribeChangesRequest(end_sequence=tail, **start),
                    timeout=harness.PATIENCE):
                sequences += [c.sequence for c in message.batch.changes]
                yield f"subscribe {start}", message
            if "filter" not in start:
                first = 2 if "resume_token" in start else 1
                self.assertEqual(sequences, list(range(first, tail + 1)))
        for sequence in range(1, tail + 1):
            yield f"change {sequence}", self.desk.change(sequence)

    def everything(self, token):
        """(path, bytes) of all that can be read."""
        for what, message in [*self.read_articles(self.name),
                              *self.read_changes(token)]:
            yield what, message.SerializeToString()

    def words_by_path(self, token):
        found = {}
        for what, answer in self.everything(token):
            for word in self.words:
                if word.encode() in answer:
                    found.setdefault(word, set()).add(what)
        return found

    # --- the article and its life --------------------------------------------

    def live(self, planter):
        """Several revisions of every kind, each with words of its own.
        Returns the name and a token from before its publication."""
        desk = self.desk
        token = self.changes.ListChanges(
            changes.ListChangesRequest()).resume_token
        article = rich_article(planter)
        self.name = desk.create(article, published=False).name
        # The old words stay in the first revision.
        desk.do("update", self.name, headline=text(planter.word("headline")))
        desk.do("schedule", self.name, schedule_time=timestamp(3600))
        desk.do("publish", self.name)
        desk.do("update", self.name, summary=text(planter.word("summary")),
                byline=planter.word("byline"))
        desk.do("correct", self.name,
                corrections=[correction("body", "corruption",
                                        planter.word("now"))],
                note_editors=text(planter.word("editors")),
                note_public=text(planter.word("public")))
        note = self.desk.get(self.name)
        desk.do("refile", self.name, note_public=text(planter.word("refile")),
                corrections=[correction("media/m1/caption", "A sentence",
                                        planter.word("caption"))])
        desk.do("hold", self.name, reason="a doubt")
        desk.do("release", self.name, reason=planter.word("release"))
        desk.do("withdraw", self.name, reason="not ours")
        desk.do("restore", self.name, reason=planter.word("restore"))
        desk.do("update", self.name,
                editorial_notes=[article_pb2.EditorialNote(
                    text=text(planter.word("note")), publishable=True)])
        self.assertEqual(note.change_note.corrections[0].was, "corruption")
        self.words = [*planter.words, "corruption", "Nobody spoke"]
        return token

    def check_stub(self):
        stub = self.desk.get(self.name)
        kept = {field.name for field, _ in stub.ListFields()}
        self.assertLessEqual(kept, {
            "name", "urn", "story", "revision", "etag", "change_sequence",
            "state", "pub_status", "kind", "language", "sections", "subjects",
            "translation_of", "alias_ids", "create_time",
            "revision_create_time", "publish_time", "first_published",
            "first_published_precision", "actor", "status_note"})
        self.assertEqual(State.Name(stub.state), "KILLED")
        self.assertEqual(stub.sections[0].code, "local")
        self.assertEqual(stub.status_note.reason, "a court order")
        self.assertEqual(stub.status_note.contact, "desk@example.org")
        self.assertEqual((stub.status_note.requested_by,
                          stub.status_note.actor), (KIM, LEE))
        self.assertEqual(stub.status_note.action,
                         article_pb2.Tombstone.REMOVE)
        return stub

    def check_gone(self, token):
        self.assertEqual(self.words_by_path(token), {})
        stub = self.check_stub()
        page = self.articles.ListArticleRevisions(
            articles.ListArticleRevisionsRequest(name=self.name))
        self.assertEqual([r.revision for r in page.revisions],
                         list(range(stub.revision, 0, -1)))
        for revision in page.revisions:
            self.assertEqual(State.Name(revision.state), "KILLED")
            self.assertEqual(revision.status_note, stub.status_note)
            self.assertTrue(revision.actor)
        mine = [c for c in self.desk.log() if c.resource == self.name]
        self.assertEqual(len(mine), stub.revision)
        for change in mine:
            # What had a tombstone already keeps it.
            reason = {"HELD": "a doubt", "WITHDRAWN": "not ours"}.get(
                Kind.Name(change.kind), "a court order")
            self.assertEqual(change.tombstone.reason, reason)

    def test_nothing_is_left_of_a_killed_article(self):
        planter = Planter()
        self.desk.create()  # Another, which stays.
        other = self.tail()
        token = self.live(planter)
        self.assertGreater(len(self.words), 60)
        found = self.words_by_path(token)
        self.assertEqual(set(self.words) - set(found), set(),
                         "the scan would not find these")
        # Every path shows some of it; of the changes one by one, those that
        # are about it and carry it.
        paths = {path for where in found.values() for path in where}
        blind = {path for path, _ in self.everything(token)} - paths
        carry = {f"change {c.sequence}" for c in self.desk.log()
                 if c.resource == self.name and c.HasField("article")}
        self.assertEqual({path for path in blind
                          if not path.startswith("change ")}, set())
        self.assertEqual(blind & carry, set())
        kinds = [Kind.Name(c.kind) for c in self.desk.log()]
        before = self.tail()
        self.desk.kill(self.name, contact="desk@example.org")
        self.assertEqual(self.tail(), before + 2)
        self.check_gone(token)
        self.assertEqual([Kind.Name(c.kind) for c in self.desk.log()],
                         [*kinds, "KILL_REQUESTED", "KILLED"])
        self.assertTrue(self.desk.change(other).HasField("article"))
        for stop in (self.server.kill, self.server.stop):
            stop()
            self.server.start()
            self.connect()
            self.check_gone(token)

    def live_with_words(self):
        """Lives, and returns what the files of a kill must not hold."""
        self.live(Planter())
        # RocksDB's own log speaks of corruption. And the name under which
        # another system knows the article stays: see alias in the README.
        return {word for word in self.words
                if word != "corruption" and not word.endswith("sourcesystem")}

    def test_nothing_is_left_in_the_files(self):
        """Neither in sorted files, decoded, nor in the write-ahead log. The
        server does it by itself, while it goes on."""
        data = self.server.data_dir
        self.desk.create()
        words = self.live_with_words()
        self.assertEqual(words_on_disk(data, words)["log"], words,
                         "the scan would not find these")
        # Starting again puts what the log has into sorted files.
        self.server.kill()
        self.server.start()
        self.connect()
        self.assertEqual(words_on_disk(data, words)["table"], words,
                         "the scan would not find these")
        first = self.name
        self.live_with_words()  # This one is in the log alone.
        for name in (first, self.name):
            self.desk.kill(name)
        begin = time.monotonic()
        while any((left := words_on_disk(data, words)).values()):
            self.assertLess(time.monotonic() - begin, harness.PATIENCE, left)
            self.desk.create()  # Others are not in the way.
        tail = self.tail()
        self.server.stop()
        nothing = {"table": set(), "log": set(), "raw": set()}
        self.assertEqual(words_on_disk(data, words), nothing)
        verified = self.server.verify()
        self.assertEqual(verified["changes"], tail)
        self.assertGreater(verified["erased"], 10)
        # What is owed when the program is killed is paid after it starts.
        self.server.start()
        self.connect()
        self.live_with_words()
        self.desk.kill(self.name)
        tail = self.tail()
        self.server.kill()
        self.assertEqual(self.server.verify()["last_sequence"], tail)
        self.assertEqual(words_on_disk(data, words), nothing)

    def test_a_retry_of_an_earlier_request_has_no_text_either(self):
        article = harness.an_article("canary headline")
        request = articles.CreateArticleRequest(
            article=article, request_id=harness.new_id(), initial_state=2)
        first = self.desk.send(request)
        self.assertEqual(self.desk.send(request), first)
        self.desk.kill(first.name)
        again = self.desk.send(request)
        self.assertNotIn(b"canary", again.SerializeToString())
        self.assertEqual(State.Name(again.state), "KILLED")
        self.assertEqual(again.name, first.name)

    def test_a_follower_that_catches_up_while_it_is_killed(self):
        # More than fits into what the transport holds for a stream.
        filler = "word " * 20000
        names = []
        for number in range(60):
            article = harness.an_article(f"canary{number}x")
            article.body[0].paragraph.text.text = filler
            names.append(self.desk.create(article).name)
        stream = self.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(
                start_from=changes.EARLIEST_RETAINED, max_batch_changes=1),
            timeout=harness.PATIENCE)
        position, mirror = 0, {}
        killed = names[::7]
        killer = threading.Thread(target=lambda: [
            self.desk.kill(name) for name in killed])
        tail = len(names) + 2 * len(killed)
        for message in stream:
            body = getattr(message, message.WhichOneof("event"))
            if message.HasField("started"):
                continue
            self.assertEqual(body.after_sequence, position)
            position = body.sequence
            for change in message.batch.changes:
                if change.HasField("tombstone"):
                    mirror[change.resource] = None
                else:
                    mirror[change.resource] = change.article.headline.value
            if position == 5:
                killer.start()
            if position >= tail:
                break
        stream.cancel()
        killer.join()
        self.assertEqual(mirror, {
            name: None if name in killed else f"canary{number}x"
            for number, name in enumerate(names)})
        # From now on the same stream starts without the words.
        for message in self.changes.SubscribeChanges(
                changes.SubscribeChangesRequest(
                    start_from=changes.EARLIEST_RETAINED, end_sequence=tail),
                timeout=harness.PATIENCE):
            for change in message.batch.changes:
                if change.resource in killed:
                    self.assertEqual(change.WhichOneof("payload"),
                                     "tombstone")


if __name__ == "__main__":
    harness.main()
