"""What a stream must give, computed from the whole log and from what was
written, by rules read from the contract. Never made from the server's code."""

import hashlib

from courant.v1 import article_pb2, change_pb2

import wire_bytes

State = article_pb2.Article.State
Change = change_pb2.Change
READABLE = ("PUBLISHED", "CORRECTED")
STOPPED = ("WITHHELD", "WITHDRAWN", "EXPIRED", "KILLED")
SECTIONS, SUBJECTS = ["sport", "news", "arts"], ["medtop:1", "medtop:2"]
LANGUAGES, KINDS = ["en", "ko", "en-GB"], ["TEXT", "PICTURE"]
NOTHING, STUB, TEXT = range(3)

# Field numbers of Change.
DISPOSITION, ARTICLE, TOMBSTONE = 5, 11, 12


def attributes(article):
    """What filters compare."""
    kind = article.kind or article_pb2.Article.TEXT
    return {
        "section": [section.code for section in article.sections],
        "subject": [subject.qcode for subject in article.subjects],
        "language": [article.language],
        "story": [article.story],
        "kind": [article_pb2.Article.Kind.Name(kind)],
        "state": [State.Name(article.state)],
        "urgency": article.urgency,
    }


def some_filter(chance, depth=3):
    """(text, what it means)."""
    if depth == 0 or chance.random() < 0.3:
        return some_comparison(chance)
    parts = [some_filter(chance, depth - 1)
             for _ in range(chance.randint(2, 3))]
    word, holds = chance.choice([("AND", all), ("OR", any)])
    text = "(" + f" {word} ".join(part for part, _ in parts) + ")"
    if chance.random() < 0.2:
        return f"NOT {text}", lambda a: not holds(m(a) for _, m in parts)
    return text, lambda a: holds(m(a) for _, m in parts)


def some_comparison(chance):
    field = chance.choice(["section", "section", "subject", "language", "kind",
                           "state", "urgency"])
    if field == "urgency":
        limit = chance.randint(1, 5)
        sign, holds = chance.choice([
            ("<=", lambda u: 0 < u <= limit), (">", lambda u: u > limit),
            ("=", lambda u: u == limit)])
        return f"urgency{sign}{limit}", lambda a: holds(a["urgency"])
    value = chance.choice({
        "section": SECTIONS, "subject": SUBJECTS, "language": LANGUAGES,
        "kind": KINDS, "state": ["DRAFT", "PUBLISHED", "CORRECTED"]}[field])
    sign = chance.choice(["=", "!=", ":"])
    if sign == "!=":
        return f'{field}!="{value}"', lambda a: value not in a[field]
    if sign == ":" and field == "language":
        return f'{field}:"{value}"', lambda a: any(
            tag == value or tag.startswith(value + "-") for tag in a[field])
    return f'{field}{sign}"{value}"', lambda a: value in a[field]


def sight(audience, seen, was_public):
    """How much of an article with these attributes somebody sees."""
    state = seen["state"][0]
    if audience == "internal" or state in READABLE:
        return TEXT
    return STUB if state in STOPPED and was_public else NOTHING


class Oracle:
    """Knows every revision that was ever written, by its sequence."""

    def __init__(self):
        self.written = {}  # Sequence to (name, attributes).

    def write(self, article):
        self.written[article.change_sequence] = (
            article.name, attributes(article))

    def dispositions(self, audience, kinds, matches):
        """Yields (sequence, disposition) of what a stream must give. `kinds`
        are those of the changes."""
        latest, had, was_public = {}, set(), set()
        for sequence in sorted(self.written):
            name, after = self.written[sequence]
            kind = kinds[sequence]
            before = latest.get(name)
            seen_before = NOTHING if before is None else sight(
                audience, before, name in was_public)
            if after["state"][0] in READABLE:
                was_public.add(name)
            seen_after = sight(audience, after, name in was_public)
            latest[name] = after
            told = audience == "internal" or kind < Change.DRAFTED
            if seen_before != NOTHING and not matches(before):
                seen_before = NOTHING
            is_there = seen_after
            if seen_after != NOTHING and not matches(after):
                seen_after = NOTHING
            is_stop = after["state"][0] in STOPPED
            notice = is_stop and is_there != NOTHING and name in had
            if seen_after == TEXT:
                had.add(name)
            if not told:
                continue
            if seen_after == TEXT:
                yield sequence, (Change.CHANGED if seen_before == TEXT
                                 else Change.ENTERED)
            elif seen_after == STUB or seen_before != NOTHING or notice:
                yield sequence, Change.LEFT


def as_given(encoded, disposition):
    """A change of a stream without a filter as one with a filter gives it."""
    parts = []
    for number, _, raw in wire_bytes.fields(encoded):
        if number == DISPOSITION:
            raw = wire_bytes.field(DISPOSITION, disposition)
        elif number == ARTICLE and disposition == Change.LEFT:
            raw = wire_bytes.field(TOMBSTONE, b"")
        parts.append(raw)
    return b"".join(parts)


class Mirror:
    """What a client keeps that applies changes as they come."""

    def __init__(self):
        self.articles = {}  # Name to encoded article.

    def apply(self, encoded):
        name = article = None
        for number, value, _ in wire_bytes.fields(encoded):
            if number == 6:
                name = value.decode()
            elif number == ARTICLE:
                article = value
        if article is not None and may_be_used(article):
            self.articles[name] = article
        else:
            self.articles.pop(name, None)

    def digest(self):
        """SnapshotComplete.digest, as its comment says."""
        whole = bytes(16)
        for name, article in self.articles.items():
            revision = wire_bytes.last(article, 4, 0)
            part = hashlib.sha256(f"{name}@{revision}".encode()).digest()
            whole = bytes(a ^ b for a, b in zip(whole, part))
        return whole


def may_be_used(article):
    return State.Name(wire_bytes.last(article, STATE, 0)) not in STOPPED


STATE = article_pb2.Article.DESCRIPTOR.fields_by_name["state"].number
