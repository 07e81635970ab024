"""Articles full of words that are nowhere else, so that a scan can say where
they can be read; shared by the tests of kills and of leaks."""

from courant.v1 import article_pb2

# Fields whose values have a form of their own and can hold no sentence, and
# those that stay with a killed article.
FORMED = {"marks", "language", "story", "name", "qcode", "code", "vocabulary_version",
          "article", "where", "id", "country", "content_type", "rel"}
URLS = {"uri", "href", "url", "cite", "canonical_url", "alias_urls",
        "linked_policy", "source_url"}


class Planter:
    """Fills every field of an article with words that are nowhere else."""

    def __init__(self):
        self.words = []

    def word(self, what):
        self.words.append(f"canary{len(self.words)}x{what.replace('_', '')}")
        return self.words[-1]

    def text_for(self, field):
        word = self.word(field.name)
        if field.name in URLS:
            return f"https://example.org/{word}"
        return f"A sentence with {word} in it."

    def fill(self, message, skip=()):
        """Every string of it, and of what is in it."""
        chosen = set()
        for field in message.DESCRIPTOR.fields:
            oneof = field.containing_oneof
            if (field.name in skip or field.name in FORMED
                    or (oneof and oneof.name in chosen)):
                continue
            repeated = field.label == field.LABEL_REPEATED
            if field.message_type and field.message_type.GetOptions().map_entry:
                getattr(message, field.name)[self.word("key")] = self.word(
                    "value")
            elif field.type == field.TYPE_MESSAGE:
                if field.message_type.full_name.startswith("google."):
                    continue
                inner = getattr(message, field.name)
                self.fill(inner.add() if repeated else inner)
            elif field.type == field.TYPE_STRING:
                if repeated:
                    getattr(message, field.name).append(self.text_for(field))
                else:
                    setattr(message, field.name, self.text_for(field))
            else:
                continue
            if oneof:
                chosen.add(oneof.name)
        return message


def rich_article(planter):
    """An article with a sentence in every field that takes one."""
    article = article_pb2.Article(language="en")
    planter.fill(article, skip={
        "name", "urn", "etag", "actor", "status_note", "kill_request",
        "change_note", "translation_of", "alias_ids", "sections", "subjects",
        "body", "relations"})
    article.sections.add(code="local").labels.add(
        value=planter.word("section"))
    article.subjects.add(qcode="medtop:20000639").labels.add(
        value=planter.word("subject"))
    media = article.media[0]
    media.id = "m1"
    blocks = article_pb2.Block.DESCRIPTOR.oneofs_by_name["content"].fields
    for field in blocks:
        block = article.body.add(id=f"b{len(article.body)}")
        if field.name == "media":
            block.media.media_id = "m1"
            continue
        inner = getattr(block, field.name)
        planter.fill(inner)
        if field.name == "heading":
            inner.level = 2
    for sentence in ("The minister spoke of a corruption.",
                     "Nobody spoke of anything else."):
        article.body.add(id=f"p{len(article.body)}").paragraph.text.text = (
            f"{sentence} {planter.word('paragraph')}")
    article.body[-1].paragraph.text.marks.add(
        type=article_pb2.Mark.LINK, start=0, end=6,
        href=f"https://example.org/{planter.word('mark')}")
    return article
