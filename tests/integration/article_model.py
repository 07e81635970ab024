"""The lifecycle of an article, written down from the contract for comparison:
states, kinds, refusals. Times here are either far ahead or long past.

Never made from the server's code.
"""

# From a state, by a verb: the state after and the kind of the change. "=" is
# the state before, "out" follows from the embargo, "back" from what it was.
TABLE = {
    "DRAFT": {
        "update": ("=", "DRAFTED"),
        "schedule": ("SCHEDULED", "SCHEDULED"),
        "publish": ("out", "PUBLISHED")},
    "SCHEDULED": {
        "update": ("=", "DRAFTED"),
        "schedule": ("=", "SCHEDULED"),
        "unschedule": ("DRAFT", "UNSCHEDULED"),
        "publish": ("out", "PUBLISHED")},
    "EMBARGOED": {
        "update": ("=", "UPDATED"),
        "publish": ("PUBLISHED", "EMBARGO_RELEASED"),
        "hold": ("WITHHELD", "HELD"),
        "withdraw": ("WITHDRAWN", "WITHDRAWN"),
        "kill": ("=", "KILL_REQUESTED")},
    "PUBLISHED": {
        "update": ("=", "UPDATED"),
        "correct": ("CORRECTED", "CORRECTED"),
        "refile": ("=", "REFILED"),
        "hold": ("WITHHELD", "HELD"),
        "withdraw": ("WITHDRAWN", "WITHDRAWN"),
        "kill": ("=", "KILL_REQUESTED")},
    "WITHHELD": {
        "release": ("back", "HOLD_RELEASED"),
        "withdraw": ("WITHDRAWN", "WITHDRAWN"),
        "kill": ("=", "KILL_REQUESTED")},
    "WITHDRAWN": {
        "restore": ("back", "RESTORED"),
        "kill": ("=", "KILL_REQUESTED")},
    "EXPIRED": {
        "kill": ("=", "KILL_REQUESTED")},
    "KILLED": {},
}
TABLE["CORRECTED"] = TABLE["PUBLISHED"]

VERBS = ["update", "publish", "schedule", "unschedule", "correct", "refile",
         "hold", "release", "withdraw", "restore", "kill"]
OUT = ("EMBARGOED", "PUBLISHED", "CORRECTED")
STOPPED = ("WITHHELD", "WITHDRAWN", "KILLED", "EXPIRED")


def allowed(state):
    return sorted(TABLE[state])


class Refused(Exception):
    """Says the reason."""


class Article:
    """One article: what is said about it must be what is read of it."""

    def __init__(self, headline, published, embargo=False, aliases=()):
        self.headline, self.aliases = headline, set(aliases)
        self.embargo = embargo
        self.state = None
        self.last_out = None
        self.asked = None  # Who asked for a kill.
        self.reason = ""   # Why it is stopped.
        self.action = ""
        self.kinds = []    # Of the changes, one a revision.
        self.states = []   # After each.
        if published:
            self.move("out", "PUBLISHED")
        else:
            self.move("DRAFT", "DRAFTED")

    @property
    def revision(self):
        return len(self.kinds)

    def move(self, state, kind):
        if state == "out":
            state = "EMBARGOED" if self.embargo else "PUBLISHED"
            kind = "PRE_NOTICED" if self.embargo else "PUBLISHED"
        elif state == "back":
            state = self.last_out
        elif state == "=":
            state = self.state
        self.state = state
        if state in OUT:
            self.last_out = state
        if state not in STOPPED:
            self.reason = self.action = ""
        self.kinds.append(kind)
        self.states.append(state)

    def do(self, verb, actor, wire, **given):
        """Raises Refused, or changes the article. `wire` is all articles."""
        need = {"hold": ["reason"], "withdraw": ["reason"],
                "restore": ["reason"], "correct": ["was", "note"]}
        if verb == "kill" and not given.get("confirm"):
            need["kill"] = ["reason"]
        if any(not given.get(field) for field in need.get(verb, ())):
            raise Refused("FIELD_REQUIRED")
        if verb == "kill" and not actor:
            raise Refused("FIELD_REQUIRED")
        if given.get("wrong_etag"):
            raise Refused("ETAG_MISMATCH")
        if verb not in TABLE[self.state]:
            raise Refused("ILLEGAL_TRANSITION")
        state, kind = TABLE[self.state][verb]
        getattr(self, verb, self.nothing)(actor, wire, given)
        if verb == "kill" and given.get("confirm"):
            return
        if given.get("same"):
            return
        self.move(state, kind)

    def nothing(self, actor, wire, given):
        pass

    def update(self, actor, wire, given):
        aliases = given.get("aliases")
        if aliases is not None:
            for other in wire:
                if other is not self and other.aliases & set(aliases):
                    raise Refused("ALIAS_TAKEN")
            given["same"] = set(aliases) == self.aliases
            self.aliases = set(aliases)
        else:
            if not given["headline"] and self.state != "DRAFT":
                raise Refused("NOT_PUBLISHABLE")
            given["same"] = given["headline"] == self.headline
            self.headline = given["headline"]

    def publish(self, actor, wire, given):
        if not self.headline:
            raise Refused("NOT_PUBLISHABLE")

    schedule = publish

    def correct(self, actor, wire, given):
        if self.headline.count(given["was"]) != 1:
            raise Refused("CORRECTION_NOT_FOUND")
        self.headline = self.headline.replace(given["was"], given["now"])

    refile = correct

    def hold(self, actor, wire, given):
        self.reason, self.action = given["reason"], "STOP_USING"

    def withdraw(self, actor, wire, given):
        self.reason, self.action = given["reason"], "REMOVE"

    def kill(self, actor, wire, given):
        if not given.get("confirm"):
            self.asked = (actor, given["reason"])
            return
        if not self.asked:
            raise Refused("KILL_NOT_REQUESTED")
        if self.asked[0] == actor:
            raise Refused("SECOND_PERSON_REQUIRED")
        self.move("KILLED", "KILLED")
        self.reason, self.action = self.asked[1], "REMOVE"
        self.headline, self.asked = "", None
