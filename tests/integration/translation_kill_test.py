"""A kill takes every version in every language with it, in one commit: of a
source with 40 languages on 3 levels, while 50 people translate.

How long the call takes is printed, not judged: the machine may be busy.
"""

import threading
import time

import harness
import translation_desk
from data_dump import words_on_disk
from harness import articles, changes
from newsroom import KIM, LEE, Kind, State
from planter import Planter
from translation_desk import freshness, state, token_of

# Made from the source, from the first of these, and from the first of those.
LEVELS = [
    "en fr de it nl sv da nb fi pl cs sk hu".split(),
    "es pt ca gl eu ro bg el tr ru uk sr hr".split(),
    "ja zh-Hant zh vi th id ms hi bn ta ur fa ar he".split(),
]
LANGUAGES = sum(len(level) for level in LEVELS)
LEASES = 50


class Busy(threading.Thread):
    """Others, who go on writing."""

    def __init__(self, newsroom, stop):
        super().__init__(daemon=True)
        self.newsroom, self.stop, self.wrong = newsroom, stop, None
        self.names = []

    def run(self):
        try:
            while not self.stop.is_set():
                self.names.append(self.newsroom.create().name)
        except Exception as error:  # Told by who joins.
            self.wrong = error


class KillTest(translation_desk.DeskTest):
    # --- what is made --------------------------------------------------------

    def write_all(self, name, actor):
        """Claims, and gives every segment words of its own."""
        token = token_of(self.desk.do("Claim", name, actor))
        content = self.desk.get(name).content
        self.desk.write(name, token, {
            s.id: f"{self.planter.word('target')}." for s in content.segments},
            actor)
        return token

    def build(self):
        """The versions, and the people who are at work on more."""
        self.planter = Planter()
        word = self.planter.word
        source = self.source(f"One {word('one')}. Two {word('two')}.",
                             f"Three {word('three')}.",
                             headline=word("head"), language="ko")
        self.original = source.name
        self.names = [source.name]
        self.translations = []
        parent = source.name
        for level in LEVELS:
            names = []
            for language in level:
                name = self.desk.request(parent, language).name
                self.desk.do("Submit", name, fencing_token=self.write_all(
                    name, translation_desk.HAN))
                self.desk.review(name)
                names.append(name)
            made = self.desk.publish(*names)
            self.names += [m.article for m in made]
            self.translations += names
            parent = made[0].article
        # Each is revised once more, and 50 people are at it.
        self.newsroom.do("update", source.name,
                         byline=word("byline"))
        self.leases = []
        for number in range(LEASES):
            if number < LANGUAGES:
                name = self.translations[number]
                article, tag = name.split("/translations/")
                self.desk.request(article, tag)
                language = self.desk.get(name, full=False).language
            else:
                language = "mt"
                name = self.desk.request(
                    self.names[number - LANGUAGES], language,
                    translation_id=f"mt-{number}").name
                self.translations.append(name)
            actor = f"translator/{number}"
            self.leases.append((name, actor, self.write_all(name, actor)))
        self.words = self.planter.words

    # --- what can be read ----------------------------------------------------

    def read_articles(self):
        stub = self.articles
        yield "list", stub.ListArticles(articles.ListArticlesRequest(
            page_size=500))
        yield "batch", stub.BatchGetArticles(articles.BatchGetArticlesRequest(
            names=self.names))
        for name in self.names:
            yield "get", stub.GetArticle(articles.GetArticleRequest(name=name))
            page = stub.ListArticleRevisions(
                articles.ListArticleRevisionsRequest(name=name, page_size=500))
            yield "revisions", page
            for revision in page.revisions:
                yield "revision", stub.GetArticleRevision(
                    articles.GetArticleRevisionRequest(
                        name=f"{name}/revisions/{revision.revision}"))

    def read_translations(self):
        desk = self.desk
        for name in self.translations:
            yield "translation", desk.get(name)
            yield "diff", desk.diff(name)
        for translation in desk.list():
            yield "translations", translation
        for name in self.names:
            for translation in desk.list(name):
                yield "translations of one", translation

    def read_changes(self):
        tail = self.tail()
        for change in self.newsroom.log():
            yield "changes", change
        for sequence in range(1, tail + 1):
            yield "change", self.newsroom.change(sequence)
        for start in ({"start_from": changes.EARLIEST_RETAINED},
                      {"resume_after_sequence": 0}):
            sequences = []
            for message in self.changes.SubscribeChanges(
                    changes.SubscribeChangesRequest(end_sequence=tail, **start),
                    timeout=harness.PATIENCE):
                sequences += [c.sequence for c in message.batch.changes]
                yield f"stream {list(start)}", message
            self.assertEqual(sequences, list(range(1, tail + 1)))

    def words_by_path(self):
        found = {}
        for path, message in [*self.read_articles(), *self.read_changes(),
                              *self.read_translations()]:
            data = message.SerializeToString()
            if b"canary" not in data:
                continue
            for word in self.words:
                if word.encode() in data:
                    found.setdefault(path, set()).add(word)
        return found

    # --- the kill ------------------------------------------------------------

    def kill(self):
        """While others write. Returns the changes of its commit."""
        stop = threading.Event()
        others = [Busy(self.newsroom, stop) for _ in range(2)]
        self.newsroom.do("kill", self.original, KIM, reason="a court order")
        for other in others:
            other.start()
        while not all(other.names for other in others):
            self.assertTrue(all(other.is_alive() for other in others))
        begin = time.monotonic()
        killed = self.newsroom.do("kill", self.original, LEE, confirm=True)
        took = time.monotonic() - begin
        stop.set()
        for other in others:
            other.join(harness.PATIENCE)
            self.assertIsNone(other.wrong)
        print(f"{LANGUAGES} languages on {len(LEVELS)} levels, {LEASES} "
              f"leases: killed in {took * 1000:.1f} ms", flush=True)
        first = killed.change_sequence
        group = []
        for change in self.since(first - 1):
            group.append(change)
            if not change.group_continues:
                break
        return group

    def check_commit(self, group):
        """All of it, at one time, and nothing of anybody else between."""
        self.assertEqual(len({c.commit_time.ToNanoseconds() for c in group}),
                         1)
        self.assertEqual(
            sorted((c.resource, Kind.Name(c.kind)) for c in group),
            sorted([*((name, "KILLED") for name in self.names),
                    *((name, "TRANSLATION_CANCELLED")
                      for name in self.translations)]))
        self.assertEqual([c.sequence for c in group],
                         list(range(group[0].sequence,
                                    group[0].sequence + len(group))))

    def check_gone(self):
        self.assertEqual(self.words_by_path(), {})
        for name in self.names:
            article = self.newsroom.get(name)
            self.assertEqual(State.Name(article.state), "KILLED")
            self.assertEqual(article.status_note.reason, "a court order")
        for name in self.translations:
            stub = self.desk.get(name)
            self.assertEqual((state(stub), freshness(stub)),
                             ("CANCELLED", "SOURCE_KILLED"))
        # Nothing of it is a version for a reader any more.
        self.refused("RESOURCE_NOT_FOUND", self.desk.lookup,
                     self.newsroom.get(self.original).story, "*")

    def check_fenced(self):
        for name, actor, token in self.leases:
            self.refused("SOURCE_KILLED", self.desk.write, name, token,
                         {"headline.1": "too late"}, actor)
        for verb in ("Renew", "Release", "Submit", "Rebase"):
            self.refused("SOURCE_KILLED", self.desk.do, verb, name, actor,
                         fencing_token=token)
        self.refused("SOURCE_KILLED", self.desk.do, "Claim", name, actor)
        self.refused("SOURCE_KILLED", self.desk.publish, name)
        self.refused("SOURCE_KILLED", self.desk.request, self.original, "ga")
        self.refused("RESOURCE_NOT_FOUND", self.desk.next, "mt", *LEVELS[0])

    def test_a_kill_reaches_every_version(self):
        self.build()
        found = self.words_by_path()
        self.assertEqual(set(self.words) - set().union(*found.values()), set(),
                         "the scan would not find these")
        self.assertEqual(
            set(found), {path for path, _ in [
                *self.read_articles(), *self.read_changes(),
                *self.read_translations()]} - {"diff", "translations",
                                              "translations of one"})
        self.assertEqual(words_on_disk(self.server.data_dir, self.words)["log"],
                         set(self.words), "the scan would not find these")
        group = self.kill()
        self.check_commit(group)
        self.check_fenced()
        self.check_gone()
        begin = time.monotonic()
        while any((left := words_on_disk(self.server.data_dir,
                                         self.words)).values()):
            self.assertLess(time.monotonic() - begin, harness.PATIENCE,
                            {k: len(v) for k, v in left.items()})
            self.newsroom.create()  # Others are not in the way.
        tail = self.tail()
        self.restart()
        self.check_gone()
        self.server.kill()
        self.assertEqual(self.server.verify()["last_sequence"], tail)
        self.assertEqual(
            words_on_disk(self.server.data_dir, self.words),
            {"table": set(), "log": set(), "raw": set()})


if __name__ == "__main__":
    harness.main()
