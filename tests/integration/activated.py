"""A courantd whose listening sockets we hold, as a service manager does."""

import fcntl
import os
import socket
import sys

import harness

# Becomes the program: only who has its process id can tell it in LISTEN_PID.
BECOME = """
import os, sys
sources, command = sys.argv[1], sys.argv[2:]
for number, source in enumerate(sources.split(",")):
    os.dup2(int(source), 3 + number)
os.environ.setdefault("LISTEN_PID", str(os.getpid()))
os.execv(command[0], command)
"""
# Clear of those that the sockets get in the program.
FIRST_OF_OURS = 100


def listening(host="127.0.0.1", family=socket.AF_INET):
    made = socket.socket(family, socket.SOCK_STREAM)
    made.bind((host, 0))
    made.listen(socket.SOMAXCONN)
    return made


class ActivatedServer(harness.Server):
    """`sockets`, in the order of their descriptors: {name: socket}."""

    def __init__(self, data_dir, sockets, *settings, environment=None):
        super().__init__(data_dir, *settings)
        self.inherited = [fcntl.fcntl(each.fileno(), fcntl.F_DUPFD_CLOEXEC,
                                      FIRST_OF_OURS)
                          for each in sockets.values()]
        self.environment = {"LISTEN_FDS": str(len(sockets)),
                            "LISTEN_FDNAMES": ":".join(sockets),
                            **(environment or {})}

    def command(self):
        return [sys.executable, "-c", BECOME,
                ",".join(map(str, self.inherited)), *super().command()]

    def close(self):
        for each in self.inherited:
            os.close(each)
