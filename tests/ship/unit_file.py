"""What a unit of systemd says, as far as the tests ask."""

import pathlib


class UnitFile:
    def __init__(self, path):
        self._values = {}
        for line in pathlib.Path(path).read_text().splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith(("#", ";")):
                self._values.setdefault(key, []).append(value)

    def all(self, key):
        return self._values.get(key, [])

    def one(self, key):
        """The value of a key that is there once."""
        value, = self._values[key]
        return value

    def words(self, key):
        return " ".join(self.all(key)).split()
