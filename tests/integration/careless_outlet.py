"""The reference client of outlets, made worse in one way.

    careless_outlet.py HOW ADDRESS --mirror FOLDER --key-file FILE

HOW is how: ignores-kills, never-acknowledges, reads-nothing, only-acknowledges.
"""

import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] /
                       "clients/python"))
import follow


class IgnoresKills(follow.Follower):
    def heed(self, notice):
        Kind = self.wire.contract.change.Change.Kind
        if notice.kind != Kind.KILLED:
            super().heed(notice)


class NeverAcknowledges(follow.Follower):
    def heed(self, notice):
        pass


class OnlyAcknowledges(follow.Follower):
    def settle(self):
        pass


class ReadsNothing(follow.Follower):
    def follow(self):
        stream = self.wire.follow(
            start_from=self.wire.contract.changes.LATEST)
        next(stream)
        follow.say("started")
        while True:
            signal.pause()


if __name__ == "__main__":
    follow.main({"ignores-kills": IgnoresKills,
                 "never-acknowledges": NeverAcknowledges,
                 "only-acknowledges": OnlyAcknowledges,
                 "reads-nothing": ReadsNothing}[sys.argv.pop(1)])
