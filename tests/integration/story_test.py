"""The story that must always work, but for the translation memory: an original is
published, translated, and translated again from the translation. Three outlets
take it: one follows, one polls, and one is down from then on. The first
translation has a wrong word and is corrected: followers are told once, the one
that was down first of all when it returns, and one sentence of the second
translation is out of date. In the end the original is killed, and with it every
version in every language; and the house knows who has not confirmed that."""

from courant.v1 import partner_service_pb2

import harness
import newsroom
import outlets
import partner_desk
import translation_desk
from harness import articles, changes
from newsroom import KIM, LEE, Kind, State, correction, text
from outlets import Notice
from translation_desk import SourceChange, freshness, source_words, words

KOREAN = ("항만 회담 개막… 장관 “상대의 붕괴를 바라지 않는다”", [
    "도하항에서 열린 사흘간의 해상안보회의 본회의에서 이나래 장관은 각국의 "
    "참여와 지지를 요청했다.",
    "이 장관은 “우리는 상대의 붕괴나 흡수를 통해 이익을 얻으려 하지 않는다”며 "
    "“이웃 나라와 함께 번영의 길을 가겠다”고 말했다.",
    "질의응답에서 그는 “믿지 못한다면 어떻게 마주 앉겠는가”라고 되물었다.",
], "글 = 한지원 기자", "<저작권자 ⓒ 하버 쿠리어, 무단전재 및 재배포 금지>")
ENGLISH = ("Harbour talks open as minister rules out gain from a neighbour", [
    "At the plenary of the three-day maritime security meeting in Doha harbour "
    "Minister Lee Na-rae called for participation and support.",
    "“We will not seek to take advantage of our neighbour through corruption, "
    "or by absorbing it,” the minister said, adding, “We will take the road to "
    "prosperity together.”",
    "Asked whether the other side could be trusted, the minister replied, “If "
    "we believe nothing, how can we sit down with them?”",
], "By Jiwon, Han", "<Copyright ⓒ The Harbour Courier, All rights reserved>")
# Sentence by sentence: what the desks write.
TO_ENGLISH = {
    KOREAN[0]: ENGLISH[0],
    KOREAN[1][0]: ENGLISH[1][0],
    KOREAN[1][1]: ENGLISH[1][1],
    KOREAN[1][2]: ENGLISH[1][2],
}
TO_SPANISH = {
    ENGLISH[0]: "Se abren las conversaciones portuarias; el ministro descarta "
                "sacar provecho de un vecino",
    ENGLISH[1][0]: "En el plenario de la reunión de seguridad marítima en el "
                   "puerto de Doha, el ministro Lee Na-rae pidió "
                   "participación y apoyo.",
    ENGLISH[1][1]: "«No buscaremos aprovecharnos de nuestro vecino mediante la "
                   "corrupción ni absorbiéndolo», dijo el ministro, y añadió: "
                   "«Tomaremos juntos el camino de la prosperidad».",
    ENGLISH[1][2]: "Preguntado si se puede confiar en la otra parte, el "
                   "ministro respondió: «Si no creemos nada, ¿cómo nos vamos a "
                   "sentar con ellos?».",
}


def article_of(language, parts):
    headline, paragraphs, byline, notice = parts
    article = harness.an_article(headline, language)
    del article.body[:]
    for number, paragraph in enumerate(paragraphs, 1):
        article.body.add(id=f"p{number}").paragraph.text.text = paragraph
    article.sections.add(code="news")
    article.byline = byline
    article.rights.copyright_notice = notice
    article.rights.status = article.rights.CLEARED
    return article


class Outlet:
    """A follower with a mirror of what it may show. Goes on from its token."""

    def __init__(self):
        self.token, self.position, self.mirror = "", 0, {}

    def catch_up(self, stub, until):
        """Reads up to a change. Returns the changes that came."""
        start = ({"resume_token": self.token} if self.token else
                 {"start_from": changes.EARLIEST_RETAINED})
        came = []
        for message in stub.SubscribeChanges(
                changes.SubscribeChangesRequest(end_sequence=until, **start),
                timeout=harness.PATIENCE):
            body = getattr(message, message.WhichOneof("event"))
            if message.HasField("started"):
                assert body.resume_after_sequence == self.position
                continue
            assert body.after_sequence == self.position
            self.position, self.token = body.sequence, body.resume_token
            for change in message.batch.changes:
                came.append(change)
                if "/translations/" in change.resource:
                    continue
                self.mirror[change.resource] = (
                    None if change.HasField("tombstone") else change.article)
        return [c for c in came if "/translations/" not in c.resource]


class StoryTest(partner_desk.PartnerTest):
    settings = ("publisher.domain=courier.example",)

    def connect(self):
        super().connect()
        self.desk = newsroom.Newsroom(self.channel)
        self.translators = translation_desk.Desk(self.channel)

    def catch_up(self, outlet):
        """A partner at its own listener; somebody else in the house."""
        if isinstance(outlet, outlets.Outlet):
            return outlet.catch_up(self.tail())
        return outlet.catch_up(self.changes, self.tail())

    def sign(self, name, kind):
        """A partner with a right to everything, on the web."""
        self.partner(name)
        self.contract(name)
        self.grant(contract=f"partners/{name}/contracts/2026")
        key = self.call(
            "CreateApiKey", parent=f"partners/{name}",
            key=partner_desk.partner_pb2.ApiKey(display_name="Site"))
        return kind(self.server, name, key.secret)

    def test_story(self):
        desk = self.desk
        self.product()
        following = self.sign("following", outlets.StreamingOutlet)
        polling = self.sign("polling", outlets.PollingOutlet)
        away = self.sign("away", outlets.StreamingOutlet)
        partners = (following, polling, away)
        # Published in Korean; then in English, with a wrong word; and from the
        # English in Spanish.
        korean = desk.create(article_of("ko", KOREAN))
        to_english = self.translators.make(korean.name, "en", TO_ENGLISH)
        english = desk.get(to_english.article)
        to_spanish = self.translators.make(english.name, "es", TO_SPANISH)
        spanish = desk.get(to_spanish.article)
        self.check_languages(korean, english, spanish)

        up, down = Outlet(), Outlet()
        for outlet in (up, down):
            self.catch_up(outlet)
            self.assertEqual(outlet.mirror[english.name], english)
        for partner in partners:
            self.catch_up(partner)
            self.assertEqual(partner.notices, [])
            self.check_same_words(partner.mirror[english.name], english)

        # The desk corrects it. One outlet is down; the server dies as well.
        corrected = desk.do(
            "correct", english.name,
            corrections=[correction("body/p2", "corruption", "collapse")],
            note_editors=text("붕괴 is collapse; compared with the original"),
            note_public=text("An earlier version misquoted the minister."))
        korean_before = desk.get_bytes(korean.name)
        self.check_correction(self.catch_up(up), english, corrected)
        for partner in (following, polling):
            (change,) = self.catch_up(partner)
            self.assertEqual(Kind.Name(change.kind), "CORRECTED")
            self.check_same_words(change.article, corrected)
            self.check_told(partner, english, corrected)
            partner.say(Notice.APPLIED, url="https://outlet.example/talks")
        self.assertEqual(self.who_has(english.name), {
            "partners/following": (2, False, "APPLIED"),
            "partners/polling": (2, False, "APPLIED"),
            "partners/away": (1, True, "PENDING")})
        self.server.kill()
        self.server.start()
        self.connect()
        desk = self.desk
        self.assertEqual(desk.get(english.name), corrected)

        self.check_stale(to_english.name, to_spanish.name)

        # Something else happens before the other one returns.
        for _ in range(3):
            desk.create()
        came = [c for c in self.catch_up(away) if c.resource == english.name]
        self.assertEqual(away.events[:2], ["started", "notices"])
        self.assertEqual([Kind.Name(c.kind) for c in came], ["CORRECTED"])
        self.check_told(away, english, corrected)
        self.assertEqual(self.who_has(english.name)["partners/away"],
                         (2, False, "DELIVERED"))
        away.say(Notice.ACKNOWLEDGED)
        came = self.catch_up(down)
        self.check_correction(came[:1], english, corrected)
        self.catch_up(up)
        self.assertEqual(up.mirror, down.mirror)

        # The original is untouched, and so is what was published before.
        self.assertEqual(desk.get_bytes(korean.name), korean_before)
        self.assertEqual(down.mirror[korean.name], korean)
        self.assertEqual(down.mirror[spanish.name], spanish)
        first = self.articles.GetArticleRevision(
            articles.GetArticleRevisionRequest(
                name=f"{english.name}/revisions/{english.revision}"))
        self.assertEqual(first, english)

        # Killed by two people; one cannot do it alone.
        desk.do("kill", korean.name, reason="a court order",
                contact="desk@courier.example")
        _, info, _ = desk.refusal(desk.do, "kill", korean.name, confirm=True)
        self.assertEqual(info.reason, "SECOND_PERSON_REQUIRED")
        self.assertEqual(desk.get(korean.name).headline, korean.headline)
        desk.do("kill", korean.name, actor=LEE, confirm=True)
        for outlet in (up, down):
            killed = self.catch_up(outlet)[-3:]
            for change in killed:
                self.assertEqual(Kind.Name(change.kind), "KILLED")
                self.assertEqual(change.tombstone.reason, "a court order")
            self.assertEqual({c.resource for c in killed},
                             {korean.name, english.name, spanish.name})
            self.assertTrue(killed[0].group_continues)
            for version in (korean, english, spanish):
                self.assertIsNone(outlet.mirror[version.name])
        for version in (korean, english, corrected, spanish):
            self.check_killed(version)
        self.check_kill_of_partners(korean, english, spanish, *partners)
        for name in (to_english.name, to_spanish.name):
            self.check_nothing_left(name)
        newcomer = Outlet()
        self.catch_up(newcomer)
        self.assertEqual(newcomer.mirror, up.mirror)

    def who_has(self, article):
        """{partner: (revision, at risk, what it said to the last notice)}."""
        page = self.stub.ListExposures(
            partner_service_pb2.ListExposuresRequest(article=article),
            timeout=harness.PATIENCE)
        return {one.partner: (one.revision, one.at_risk,
                              Notice.State.Name(one.notice.state))
                for one in page.exposures}

    def check_same_words(self, got, article):
        for field in ("name", "language", "headline", "body", "revision"):
            self.assertEqual(getattr(got, field), getattr(article, field))

    def check_told(self, partner, before, corrected):
        """One notice, with what was and what is now."""
        (notice,) = partner.notices
        self.assertEqual(
            (notice.article, notice.revision, notice.held_revision,
             Kind.Name(notice.kind)),
            (before.name, corrected.revision, before.revision, "CORRECTED"))
        self.assertEqual(
            [(c.where, c.was, c.now) for c in notice.corrections],
            [("body/p2", "corruption", "collapse")])

    def check_kill_of_partners(self, korean, english, spanish, following,
                               polling, away):
        """Everyone who had it is told; who has not confirmed is known."""
        versions = (korean, english, spanish)
        sentences = [s for text_of in (KOREAN, ENGLISH)
                     for s in (text_of[0], *text_of[1])]
        for partner, state in ((following, Notice.APPLIED),
                               (polling, Notice.ACKNOWLEDGED)):
            self.catch_up(partner)
            told = partner.notices
            self.assertEqual({n.article for n in told},
                             {version.name for version in versions})
            for notice in told:
                self.assertEqual((Kind.Name(notice.kind), notice.reason),
                                 ("KILLED", "a court order"))
                for sentence in sentences:
                    self.assertNotIn(sentence.encode(),
                                     notice.SerializeToString())
            partner.say(state)
            for version in versions:
                self.assertIsNone(partner.mirror[version.name])
                self.assertEqual(partner.read(version.name), "NOT_FOUND")
        for version in versions:
            self.assertEqual(
                {name: (risk, said) for name, (_, risk, said) in
                 self.who_has(version.name).items()},
                {"partners/following": (False, "APPLIED"),
                 "partners/polling": (True, "ACKNOWLEDGED"),
                 "partners/away": (True, "PENDING")})

    def check_languages(self, korean, english, spanish):
        """Three versions of one story, each with its source."""
        self.assertEqual({korean.story}, {english.story, spanish.story})
        self.assertEqual(english.translation_of.article, korean.name)
        self.assertEqual(english.translation_of.revision, korean.revision)
        self.assertEqual(spanish.translation_of.article, english.name)
        self.assertEqual((english.language, spanish.language), ("en", "es"))
        self.assertEqual(english.headline.value, ENGLISH[0])
        self.assertEqual([b.paragraph.text.text for b in english.body],
                         ENGLISH[1])
        self.assertEqual([b.paragraph.text.text for b in spanish.body],
                         [TO_SPANISH[p] for p in ENGLISH[1]])
        self.assertEqual(english.rights, korean.rights)

    def check_stale(self, to_english, to_spanish):
        """One sentence of the Spanish, and the word in it; nothing else."""
        self.assertEqual(freshness(self.translators.get(to_english)),
                         "CURRENT")
        spanish = self.translators.get(to_spanish)
        self.assertEqual(freshness(spanish), "OUTDATED_CRITICAL")
        (change,) = spanish.source_changes
        self.assertEqual(SourceChange.Kind.Name(change.kind), "EDITED")
        self.assertEqual(SourceChange.Impact.Name(change.impact), "CRITICAL")
        self.assertEqual(list(change.segments), ["body/p2.1"])
        self.assertEqual(change.was.strip(), ENGLISH[1][1])
        (span,) = change.spans
        self.assertEqual(change.was[span.was_start:span.was_end],
                         "corruption")
        self.assertEqual(change.now[span.now_start:span.now_end], "collapse")
        # What the desk wrote is still there, and so is the corrected English
        # in its own translation: the next publication will not undo it.
        self.assertIn("corrupción", words(spanish.content)["body/p2.1"])
        self.assertIn("collapse", words(
            self.translators.get(to_english).content)["body/p2.1"])
        self.assertIn("붕괴", source_words(
            self.translators.get(to_english).content)["body/p2.1"])

    def check_nothing_left(self, translation):
        left = self.translators.get(translation)
        self.assertEqual(freshness(left), "SOURCE_KILLED")
        self.assertFalse(left.HasField("content"))
        shown = left.SerializeToString()
        for text_of in (KOREAN, ENGLISH):
            for sentence in (text_of[0], *text_of[1]):
                self.assertNotIn(sentence.encode(), shown)

    def check_correction(self, came, before, corrected):
        """One change, under the same name, with what was and what is now."""
        (change,) = came
        self.assertEqual(Kind.Name(change.kind), "CORRECTED")
        self.assertEqual(change.resource, before.name)
        self.assertEqual(change.previous_revision, before.revision)
        self.assertEqual(change.article, corrected)
        self.assertEqual(State.Name(corrected.state), "CORRECTED")
        note = corrected.change_note
        self.assertEqual([(c.where, c.was, c.now) for c in note.corrections],
                         [("body/p2", "corruption", "collapse")])
        self.assertEqual(note.severity, note.SUBSTANTIVE)
        self.assertIn("misquoted", note.note_public.value)
        words = corrected.body[1].paragraph.text.text
        self.assertIn("through collapse, or by", words)
        self.assertNotIn("corruption", words)
        # Nothing else moved.
        for field in ("headline", "decks", "byline", "rights", "urn", "story",
                      "publish_time", "translation_of"):
            self.assertEqual(getattr(corrected, field),
                             getattr(before, field), field)
        self.assertEqual([b.id for b in corrected.body], ["p1", "p2", "p3"])

    def check_killed(self, article):
        """No version of it can be read."""
        sentences = [article.headline.value, article.byline,
                     *(b.paragraph.text.text for b in article.body)]
        answers = [self.desk.get(article.name), *self.desk.log(),
                   self.articles.ListArticles(articles.ListArticlesRequest()),
                   self.articles.ListArticleRevisions(
                       articles.ListArticleRevisionsRequest(
                           name=article.name))]
        revisions = answers[-1].revisions
        self.assertGreater(len(revisions), 1)
        answers += [self.articles.GetArticleRevision(
            articles.GetArticleRevisionRequest(
                name=f"{article.name}/revisions/{revision.revision}"))
            for revision in revisions]
        for answer in answers:
            for sentence in sentences:
                self.assertNotIn(sentence.encode(),
                                 answer.SerializeToString())
        for command in (["article", "get", article.name],
                        ["article", "history", article.name],
                        ["article", "list"], ["change", "list"]):
            shown = self.server.courant(*command).stdout
            self.assertNotIn(article.headline.value, shown)


if __name__ == "__main__":
    harness.main()
