"""The lifecycle over RPC: the table, state by state, and random sequences
against a model, with kills of the server in between."""

import os
import random
import threading
import time
import unittest

import grpc

from courant.v1 import article_pb2

import article_model
import harness
import newsroom
from harness import an_article, changes, new_id
from newsroom import KIM, LEE, Kind, State, correction, text, timestamp

SEQUENCES = int(os.environ.get("COURANT_SEQUENCES", 1000))
# Sequences between two kills of the server.
BETWEEN_KILLS = 50


class LifecycleTest(harness.ServerTest):
    def connect(self):
        super().connect()
        self.desk = newsroom.Newsroom(self.channel)


class TableTest(LifecycleTest):
    """Every verb in every state, as the table says."""

    # What makes each verb a good request, whatever the state.
    FIELDS = {
        "update": lambda: {"headline": text("Tide turns early")},
        "publish": dict,
        "schedule": lambda: {"schedule_time": timestamp(7200)},
        "unschedule": dict,
        "correct": lambda: {
            "corrections": [correction("headline", "harbour", "quay")],
            "note_editors": text("it was the quay")},
        "refile": lambda: {
            "corrections": [correction("headline", "begin", "beginn")]},
        "hold": lambda: {"reason": "a doubt"},
        "release": lambda: {"reason": "no doubt"},
        "withdraw": lambda: {"reason": "not ours"},
        "restore": lambda: {"reason": "ours after all"},
        "kill": lambda: {"reason": "a court order"},
    }

    def make(self, state):
        """An article in a state; for "X from Y" by way of Y."""
        state, _, before = state.partition(" from ")
        desk = self.desk
        article = an_article()
        if state == "DRAFT":
            return desk.create(published=False).name
        if state == "SCHEDULED":
            name = desk.create(published=False).name
            desk.do("schedule", name, schedule_time=timestamp(3600))
            return name
        if state == "EMBARGOED":
            article.embargo_until.CopyFrom(timestamp(3600))
            return desk.create(article).name
        if state == "EXPIRED":
            article.expires_at.CopyFrom(timestamp(0.5))
            name = desk.create(article).name
            self.wait_for(name, "EXPIRED")
            return name
        name = (self.make(before) if before
                else desk.create(article).name)
        if state == "CORRECTED":
            desk.do("correct", name, note_public=text("we were wrong"),
                    corrections=[correction("headline", "Talks", "Words")])
        elif state == "WITHHELD":
            desk.do("hold", name, reason="a doubt")
        elif state == "WITHDRAWN":
            desk.do("withdraw", name, reason="not ours")
        elif state == "KILLED":
            desk.kill(name)
        return name

    def wait_for(self, name, state):
        """Waits, by the change log, until an article is in a state."""
        token = None
        end = time.monotonic() + harness.PATIENCE
        while State.Name(self.desk.get(name).state) != state:
            self.assertLess(time.monotonic(), end, f"{name} is not {state}")
            page = self.changes.ListChanges(changes.ListChangesRequest(
                page_token=token or "", start_from=changes.LATEST,
                wait={"seconds": 1}))
            token = page.resume_token

    def check_refused(self, name, state, verb, expected, call, **fields):
        before = self.desk.get_bytes(name)
        tail = self.tail()
        code, info, _ = self.desk.refusal(call, verb, name, **fields)
        what = f"{verb} of {state}"
        self.assertEqual(info.reason, expected, what)
        self.assertEqual(code, grpc.StatusCode.FAILED_PRECONDITION, what)
        if expected == "ILLEGAL_TRANSITION":
            allowed = [a for a in info.metadata["allowed"].split(",") if a]
            self.assertEqual(sorted(allowed), article_model.allowed(state),
                             what)
            self.assertEqual(info.metadata["state"], state, what)
        self.assertEqual(self.desk.get_bytes(name), before, what)
        self.assertEqual(self.tail(), tail, what)

    def check_moved(self, name, verb, state, kind):
        before = self.desk.get(name)
        answer = self.desk.do(verb, name, **self.FIELDS[verb]())
        what = f"{verb} of {State.Name(before.state)}"
        self.assertEqual(State.Name(answer.state), state, what)
        self.assertEqual(answer.revision, before.revision + 1, what)
        self.assertEqual(answer.change_sequence, self.tail(), what)
        self.assertNotEqual(answer.etag, before.etag, what)
        self.assertEqual(self.desk.get(name), answer, what)
        change = self.desk.change(answer.change_sequence)
        self.assertEqual(Kind.Name(change.kind), kind, what)
        self.assertEqual(change.actor, KIM, what)
        payload = ("tombstone" if state in article_model.STOPPED
                   else "article")
        self.assertEqual(change.WhichOneof("payload"), payload, what)
        self.assertEqual(answer.HasField("status_note"),
                         state in article_model.STOPPED, what)

    def check_state(self, made):
        state = made.partition(" from ")[0]
        before = made.partition(" from ")[2] or "PUBLISHED"
        name = self.make(made)
        self.assertEqual(State.Name(self.desk.get(name).state), state)
        for verb in article_model.VERBS:
            row = article_model.TABLE[state].get(verb)
            if row is None:
                self.check_refused(name, state, verb, "ILLEGAL_TRANSITION",
                                   self.desk.do, **self.FIELDS[verb]())
                continue
            to, kind = row
            to = {"=": state, "out": "PUBLISHED", "back": before}.get(to, to)
            self.check_moved(name, verb, to, kind)
            name = self.make(made)
        if "kill" in article_model.TABLE[state]:
            self.check_refused(name, state, "kill", "KILL_NOT_REQUESTED",
                               self.desk.do, confirm=True)
            self.desk.do("kill", name, reason="a court order")
            self.check_refused(name, state, "kill", "SECOND_PERSON_REQUIRED",
                               self.desk.do, confirm=True)
            killed = self.desk.do("kill", name, actor=LEE, confirm=True)
            self.assertEqual(State.Name(killed.state), "KILLED")
        else:
            self.check_refused(name, state, "kill", "ILLEGAL_TRANSITION",
                               self.desk.do, actor=LEE, confirm=True)

    def test_every_state(self):
        for made in ("DRAFT", "SCHEDULED", "EMBARGOED", "PUBLISHED",
                     "CORRECTED", "WITHHELD", "WITHHELD from CORRECTED",
                     "WITHHELD from EMBARGOED", "WITHDRAWN",
                     "WITHDRAWN from CORRECTED", "WITHDRAWN from EMBARGOED",
                     "EXPIRED", "KILLED"):
            with self.subTest(made):
                self.check_state(made)

    def test_of_what_is_not_there(self):
        for verb in article_model.VERBS:
            code, info, _ = self.desk.refusal(
                self.desk.do, verb, "articles/none", **self.FIELDS[verb]())
            self.assertEqual((code, info.reason),
                             (grpc.StatusCode.NOT_FOUND,
                              "RESOURCE_NOT_FOUND"), verb)
        self.assertEqual(self.tail(), 0)


class RandomTest(LifecycleTest):
    """Random sequences, durable, with the server killed again and again."""

    WORDS = ["tide", "ebb", "flood", "붕괴", "quay"]

    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("COURANT_SEED",
                                       time.time_ns() % 10**9))
        print(f"seed {self.seed} (COURANT_SEED)", flush=True)
        self.wire = {}  # By name.
        self.last_sequence = 0
        self.kills = 0

    def words(self):
        return " ".join(self.chance.choice(self.WORDS)
                        for _ in range(self.chance.randint(1, 4)))

    def restart(self, kill=True):
        self.kills += kill
        (self.server.kill if kill else self.server.stop)()
        self.server.start()
        self.connect()

    def send(self, request, actor):
        """Sends; now and then the server dies on the way. The same request
        is then sent again."""
        if self.chance.random() < 0.002:
            sender = threading.Thread(target=self.send_into_the_dark,
                                      args=(self.desk, request, actor))
            sender.start()
            if self.chance.random() < 0.5:
                sender.join(self.chance.uniform(0, 0.01))
            self.restart()
            sender.join()
        try:
            return self.desk.send(request, actor), None
        except grpc.RpcError as error:
            return None, harness.details(error)[0]

    @staticmethod
    def send_into_the_dark(desk, request, actor):
        try:
            desk.send(request, actor)
        except (grpc.RpcError, ValueError):
            pass

    def create(self, name):
        headline = self.words()
        published = self.chance.random() < 0.6
        embargo = self.chance.random() < 0.25
        aliases = self.some_aliases()
        article = an_article(headline)
        if embargo:
            article.embargo_until.CopyFrom(timestamp(36000))
        article.alias_ids.extend(
            article_pb2.AliasId(source_system="ninjs", id=alias)
            for alias in aliases)
        request = newsroom.articles.CreateArticleRequest(
            article=article, article_id=name.partition("/")[2],
            request_id=new_id(), initial_state=2 if published else 1)
        answer, info = self.send(request, KIM)
        if any(other.aliases & set(aliases) for other in self.wire.values()):
            self.assertEqual(info and info.reason, "ALIAS_TAKEN")
            return
        self.assertIsNotNone(answer, info)
        self.wire[name] = article_model.Article(
            headline, published, embargo, aliases)
        self.check(name, answer)

    def some_aliases(self):
        return ([f"{self.number % 7}-{self.chance.randint(0, 3)}"]
                if self.chance.random() < 0.2 else [])

    def step(self, name):
        """One random command, and what the model says of it."""
        model = self.wire[name]
        chance = self.chance
        liked = article_model.allowed(model.state)
        verb = chance.choice(
            liked if liked and chance.random() < 0.7
            else article_model.VERBS)
        actor = chance.choice([KIM, KIM, LEE, LEE, ""])
        given, fields = {}, {"request_id": new_id()}
        if chance.random() < 0.05:
            given["wrong_etag"], fields["etag"] = True, "1-00"
        reason = chance.choice(["a doubt", "an order", "a doubt", ""])
        if verb == "update" and chance.random() < 0.2:
            given["aliases"] = self.some_aliases()
            fields["alias_ids"] = [
                article_pb2.AliasId(source_system="ninjs", id=alias)
                for alias in given["aliases"]]
        elif verb == "update":
            given["headline"] = "" if chance.random() < 0.1 else self.words()
            fields["headline"] = text(given["headline"])
        elif verb == "schedule":
            fields["schedule_time"] = timestamp(36000)
        elif verb in ("correct", "refile"):
            given["was"], given["now"] = chance.sample(self.WORDS, 2)
            given["note"] = chance.random() < 0.9
            fields["corrections"] = [
                correction("headline", given["was"], given["now"])]
            if given["note"]:
                fields["note_public"] = text("put right")
        elif verb in ("hold", "release", "withdraw", "restore"):
            given["reason"] = fields["reason"] = reason
        elif verb == "kill" and chance.random() < 0.5:
            given["confirm"] = fields["confirm"] = True
        elif verb == "kill":
            given["reason"] = fields["reason"] = reason
        request = newsroom.request(verb, name, **fields)
        answer, info = self.send(request, actor)
        state = model.state
        self.story.append(f"{verb} {name} by '{actor}' {given}")
        try:
            model.do(verb, actor, self.wire.values(), **given)
        except article_model.Refused as refused:
            self.assertIsNotNone(info, f"accepted, not {refused}")
            self.assertEqual(info.reason, str(refused))
            if info.reason == "ILLEGAL_TRANSITION":
                self.assertEqual(
                    sorted(filter(None, info.metadata["allowed"].split(","))),
                    article_model.allowed(state))
            answer = self.desk.get(name)
        self.assertIsNotNone(answer, info)
        self.check(name, answer)

    def check(self, name, article):
        """An article as the server has it, by the model."""
        model = self.wire[name]
        self.assertEqual(
            (State.Name(article.state), article.revision,
             article.headline.value, article.status_note.reason,
             article.kill_request.actor,
             {alias.id for alias in article.alias_ids}),
            (model.state, model.revision, model.headline, model.reason,
             model.asked[0] if model.asked else "", model.aliases))
        if model.reason:
            self.assertEqual(
                article_pb2.Tombstone.Action.Name(article.status_note.action),
                model.action)
        if article.change_sequence > self.last_sequence:
            self.assertEqual(article.change_sequence, self.last_sequence + 1)
            self.last_sequence += 1

    def check_all(self):
        """Every article and every change so far; then begins anew."""
        log = [c for c in self.desk.log() if c.resource in self.wire]
        kinds = {}
        for change in log:
            mine = kinds.setdefault(change.resource, [])
            mine.append(Kind.Name(change.kind))
            self.assertEqual(change.revision, len(mine))
            model = self.wire[change.resource]
            dead = (model.state == "KILLED" or
                    model.states[len(mine) - 1] in article_model.STOPPED)
            self.assertEqual(change.WhichOneof("payload"),
                             "tombstone" if dead else "article")
        self.assertEqual(
            kinds, {name: model.kinds for name, model in self.wire.items()})
        for name in self.wire:
            self.check(name, self.desk.get(name))
        self.assertEqual(self.tail(), self.last_sequence)

    def test_server_and_model_agree(self):
        for self.number in range(SEQUENCES):
            self.chance = random.Random(self.seed + self.number)
            self.story = []
            names = [f"articles/s{self.number}-{i}" for i in range(2)]
            try:
                for name in names:
                    self.create(name)
                for _ in range(self.chance.randint(4, 14)):
                    known = [name for name in names if name in self.wire]
                    if known:
                        self.step(self.chance.choice(known))
                if (self.number + 1) % BETWEEN_KILLS == 0:
                    self.restart(kill=self.number % 4 != 0)
                    self.check_all()
            except AssertionError as error:
                raise AssertionError(
                    f"sequence {self.number} of seed {self.seed}: {error}\n"
                    + "\n".join(self.story)) from error
        self.check_all()
        print(f"{SEQUENCES} sequences, {self.last_sequence} changes, "
              f"{self.kills} kills", flush=True)


if __name__ == "__main__":
    harness.main()
