"""What a partner keeps that applies everything it is told, for tests: checks
that messages join, and what may come when."""

from courant.v1 import change_pb2



Change = change_pb2.Change


class Mirror:
    """Articles by name: the newest revision that is held of each."""

    def __init__(self):
        self.held = {}          # name -> revision
        self.position = None
        self.token = ""
        self.told = []          # (sequence, name, kind, disposition), in order
        self.rights = []        # RightsChange
        self.complete = None    # SnapshotComplete
        self.revoking = 0       # RIGHTS_REVOKED since the last RightsChange

    def apply(self, message):
        """One message of a stream, but Notices. Returns what it is."""
        kind = message.WhichOneof("event")
        body = getattr(message, kind)
        if kind == "notices":
            return kind
        if kind == "started":
            if self.position is not None:
                assert body.resume_after_sequence == self.position, (
                    body, self.position)
            self.position = body.resume_after_sequence
        else:
            assert body.after_sequence == self.position, (body, self.position)
            if kind != "drain":
                self.position = body.sequence
        self.token = body.resume_token
        for change in message.batch.changes:
            self.change(change)
        if kind == "rights":
            self.rights_change(body)
        if kind == "snapshot_complete":
            self.complete = body
        return kind

    def page(self, page):
        """One page of ListChanges."""
        for change in page.changes:
            self.change(change)
        if page.HasField("rights"):
            self.rights_change(page.rights)
            self.position = page.rights.sequence
        if page.HasField("snapshot_complete"):
            self.complete = page.snapshot_complete
        self.token = page.resume_token

    def change(self, change):
        name = change.resource
        self.told.append((change.sequence, name,
                          Change.Kind.Name(change.kind),
                          Change.Disposition.Name(change.disposition)))
        if change.kind == Change.RIGHTS_REVOKED:
            assert change.disposition == Change.LEFT, change
            assert change.HasField("tombstone"), change
            assert change.tombstone.action == change.tombstone.STOP_USING
            self.revoking += 1
        if change.HasField("article"):
            self.held[name] = change.revision
        else:
            self.held.pop(name, None)

    def rights_change(self, body):
        assert body.revoked_count == self.revoking, (body, self.revoking)
        assert bool(body.granted_count) == bool(body.backfill_token), body
        self.rights.append(body)
        self.revoking = 0
