"""Writers and subscribers of a server, at random, for its history.

The writers take articles through their life and ask again now and then; the
subscribers follow with filters, leave in the middle, and come back with a token
that they were given. At the end everybody catches up, and the whole log and
every list is read once more.
"""

import random
import threading
import uuid

import grpc

from courant.v1 import article_service_pb2_grpc
from courant.v1 import change_service_pb2_grpc
from google.protobuf import duration_pb2

import harness
from harness import articles, changes

SECTIONS = ("sport", "politics", "culture", "local")
LANGUAGES = ("en", "en-GB", "cy", "ko")
# How a subscriber may begin that wants all there is.
STARTS = [changes.StartFrom.Value(name)
          for name in ("EARLIEST_RETAINED", "SNAPSHOT_THEN_LIVE")
          if name in changes.StartFrom.keys()]
FILTERS = (
    "", "section=sport", "language:en", "section!=politics",
    'section=(sport OR local) AND NOT language="cy"', "state=PUBLISHED",
    "-section:culture language:(ko OR en)")


def words(random):
    return " ".join(random.choices(
        ("harbour", "talks", "ferry", "minister", "storm", "vote"), k=3)
        + [uuid.UUID(int=random.getrandbits(128)).hex[:12]])


class Stubs:
    def __init__(self, server, recorder):
        self.channel = server.channel()
        recorded = recorder.channel(self.channel)
        self.articles = article_service_pb2_grpc.ArticleServiceStub(recorded)
        self.changes = change_service_pb2_grpc.ChangeServiceStub(recorded)


class Load:
    """`steps` of each of `writers`, and a subscriber to each of `filters`.
    `patience`: seconds after which what hangs is given up."""

    def __init__(self, server, recorder, seed, *, writers=3, steps=30,
                 filters=FILTERS, patience=harness.PATIENCE):
        self.server, self.recorder, self.seed = server, recorder, seed
        self.writers, self.steps, self.filters = writers, steps, filters
        self.patience = patience
        self.lock = threading.Lock()
        self.ending = threading.Lock()
        self.stubs = Stubs(server, recorder)
        self.names = []  # Of articles that may be there.
        self.pause = threading.Event()  # Never set: to wait a moment.
        self.target = None  # The tail, when all is written.
        self.over = threading.Event()  # What hangs is given up.
        self.broken = []  # What ended a thread.

    # --- The server -----------------------------------------------------------

    def fault(self, name, act):
        """Does something to the server, and starts it again."""
        with self.lock:
            self.recorder.fault(name)
            act()
            self.start_again()

    def start_again(self):
        self.server.environment = None  # Nothing is planted twice.
        self.server.start()
        self.stubs = Stubs(self.server, self.recorder)

    def revive(self):
        """Starts the server when it ended by itself."""
        with self.lock:
            if self.server.process.poll() is not None:
                self.recorder.fault("exit")
                self.server.kill()  # What is left of it.
                self.start_again()
        self.pause.wait(0.02)

    # --- Writers --------------------------------------------------------------

    def write(self, method, request, actor="desk/kim"):
        """Asks until there is an answer, always with the same request id."""
        request.request_id = harness.new_id()
        for _ in range(1000):
            try:
                return getattr(self.stubs.articles, method)(
                    request, timeout=self.patience,
                    metadata=[("courant-actor", actor)])
            except grpc.RpcError as error:
                if error.code() not in (grpc.StatusCode.UNAVAILABLE,
                                        grpc.StatusCode.CANCELLED):
                    return None
                self.revive()
        raise AssertionError(f"{method} is never answered")

    def ask_again(self, random, method, request):
        """The same request once more, as one whose answer was lost does."""
        if random.random() < 0.2:
            try:
                getattr(self.stubs.articles, method)(
                    request, timeout=self.patience,
                    metadata=[("courant-actor", "desk/kim")])
            except grpc.RpcError:
                pass

    def article(self, random):
        article = harness.an_article(words(random), random.choice(LANGUAGES))
        for code in random.sample(SECTIONS, random.randrange(3)):
            article.sections.add(code=code)
        return article

    def create(self, random):
        request = articles.CreateArticleRequest(
            article=self.article(random),
            article_id=f"a-{random.getrandbits(64):016x}",
            initial_state=random.choice((
                articles.CreateArticleRequest.PUBLISHED,
                articles.CreateArticleRequest.PUBLISHED,
                articles.CreateArticleRequest.DRAFT)))
        name = f"articles/{request.article_id}"
        self.write("CreateArticle", request)
        self.names.append(name)
        self.ask_again(random, "CreateArticle", request)

    def update(self, random, name):
        patch = self.article(random)
        patch.name = name
        request = articles.UpdateArticleRequest(article=patch)
        # Always new words: what changes nothing has no answer to be remembered.
        request.update_mask.paths.extend(
            random.choice((["headline"], ["headline", "language"],
                           ["headline", "sections"])))
        self.write("UpdateArticle", request)
        self.ask_again(random, "UpdateArticle", request)

    def stop_for_a_while(self, random, name):
        first, second = random.choice((("Hold", "Release"),
                                       ("Withdraw", "Restore")))
        for verb in (first, second):
            request = getattr(articles, f"{verb}ArticleRequest")(
                name=name, reason="being checked")
            self.write(f"{verb}Article", request)
            self.ask_again(random, f"{verb}Article", request)

    def kill(self, random, name):
        self.write("KillArticle", articles.KillArticleRequest(
            name=name, reason="must go"), "desk/kim")
        self.write("KillArticle", articles.KillArticleRequest(
            name=name, confirm=True), "desk/lee")
        self.read(name)
        try:
            self.stubs.articles.ListArticleRevisions(
                articles.ListArticleRevisionsRequest(name=name),
                timeout=self.patience)
            self.stubs.changes.ListChanges(
                changes.ListChangesRequest(page_size=500),
                timeout=self.patience)
        except grpc.RpcError:
            pass

    def read(self, name):
        try:
            self.stubs.articles.GetArticle(
                articles.GetArticleRequest(name=name), timeout=self.patience)
        except grpc.RpcError:
            pass

    def writer(self, random):
        for _ in range(self.steps):
            if not self.names or random.random() < 0.3:
                self.create(random)
                continue
            name = random.choice(self.names[-12:])
            chance = random.random()
            if chance < 0.6:
                self.update(random, name)
            elif chance < 0.7:
                self.stop_for_a_while(random, name)
            elif chance < 0.75:
                self.kill(random, name)
            elif chance < 0.8:
                self.write("PublishArticle",
                           articles.PublishArticleRequest(name=name))
            else:
                self.read(name)

    # --- Subscribers ----------------------------------------------------------

    def finished(self, position):
        return self.target is not None and position >= self.target

    def subscriber(self, random, filter, cuts):
        """Follows to the end; leaves every so often if `cuts`."""
        tokens, position = [], -1
        while not self.finished(position) and not self.given_up():
            request = changes.SubscribeChangesRequest(
                filter=filter,
                progress_interval=duration_pb2.Duration(seconds=1),
                max_batch_changes=random.choice((0, 1, 3)))
            if tokens:
                # Mostly the last one; sometimes one of before.
                chance = random.random()
                request.resume_token = random.choice(
                    tokens[-1:] if chance < 0.6 else
                    tokens[-5:] if chance < 0.8 else tokens)
            else:
                request.start_from = random.choice(STARTS if cuts else
                                                   STARTS[:1])
            if cuts and tokens and random.random() < 0.2:
                self.poll(random, filter, tokens)
                continue
            leave_after = random.randrange(1, 12) if cuts else None
            position = self.follow(request, tokens, leave_after)

    def follow(self, request, tokens, leave_after):
        position = -1
        stream = self.stubs.changes.SubscribeChanges(request)
        try:
            for count, message in enumerate(stream):
                body = getattr(message, message.WhichOneof("event"))
                tokens.append(body.resume_token)
                position = getattr(body, "sequence", position)
                if self.finished(position) or self.given_up():
                    break
                if leave_after is not None and count >= leave_after:
                    # Not when the end has come meanwhile.
                    with self.ending:
                        if self.target is None:
                            stream.cancel()
                            break
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.UNAVAILABLE,
                                    grpc.StatusCode.CANCELLED):
                # A token that is good is refused, or the log is broken.
                tokens.clear()
            self.revive()
        stream.cancel()
        return position

    def poll(self, random, filter, tokens):
        try:
            page = self.stubs.changes.ListChanges(changes.ListChangesRequest(
                filter=filter, page_token=tokens[-1],
                page_size=random.randrange(1, 9)), timeout=self.patience)
            tokens.append(page.resume_token)
        except grpc.RpcError:
            self.revive()

    def given_up(self):
        return self.over.is_set()

    # --- All of it ------------------------------------------------------------

    def thread(self, function, *arguments):
        def run():
            try:
                function(*arguments)
            except BaseException as error:  # Shown by run().
                self.broken.append(error)
                raise

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def run(self, faults=()):
        """Everything, with `faults` (names and what they do) between."""
        # One that is never cut sees what is erased later.
        subscribers = [self.thread(
            self.subscriber, random.Random(f"{self.seed} first"), "", False)]
        subscribers += [
            self.thread(self.subscriber, random.Random(f"{self.seed} {n}"),
                        filter, True)
            for n, filter in enumerate(self.filters)]
        writers = [
            self.thread(self.writer, random.Random(f"{self.seed} writer {n}"))
            for n in range(self.writers)]
        for name, act in faults:
            self.pause.wait(0.2)
            self.fault(name, act)
        for writer in writers:
            writer.join()
        tail = self.until_answered(
            lambda: self.stubs.changes.GetChangeLogStatus(
                changes.GetChangeLogStatusRequest(), timeout=self.patience)
        ).tail_sequence
        with self.ending:
            self.recorder.final(tail)
            self.target = tail
        for subscriber in subscribers:
            subscriber.join(self.patience)
        self.over.set()
        for subscriber in subscribers:
            subscriber.join(harness.PATIENCE)
        self.look_at_all()
        if self.broken:
            raise self.broken[0]

    def until_answered(self, ask):
        for _ in range(1000):
            try:
                return ask()
            except grpc.RpcError:
                self.revive()
        raise AssertionError("the server never answers")

    def look_at_all(self):
        """The whole log, and all lists."""
        stream = self.stubs.changes.SubscribeChanges(
            changes.SubscribeChangesRequest(
                start_from=changes.EARLIEST_RETAINED,
                end_sequence=self.target), timeout=self.patience)
        try:
            for _ in stream:
                pass
        except grpc.RpcError:
            pass  # The checker says what is wrong.
        for filter in self.filters:
            request = articles.ListArticlesRequest(filter=filter, page_size=7)
            while True:
                page = self.stubs.articles.ListArticles(
                    request, timeout=self.patience)
                request.page_token = page.next_page_token
                if not request.page_token:
                    break
        for name in self.names:
            self.read(name)
