"""What billing keeps, in one SQLite file: two tables, the place in the log that they are of, and what was set aside."""

import sqlite3
from contextlib import contextmanager

from chain import Place, Stop

FORMAT = 1
TABLES = """
CREATE TABLE priced_by (        -- which system model a model is priced by since when
  position INTEGER PRIMARY KEY, -- of the event that says so: one that was folded twice would not fit in
  model TEXT NOT NULL, organization TEXT, since TEXT NOT NULL,
  system_model TEXT             -- NULL: deleted
);
CREATE INDEX priced_by_model ON priced_by (model, since, position);
CREATE TABLE price (            -- what a system model costs since when, or will
  position INTEGER PRIMARY KEY,
  system_model TEXT NOT NULL, since TEXT NOT NULL,
  multiplier TEXT,              -- the exact decimal; NULL: unpriced
  tier TEXT NOT NULL
);
CREATE INDEX price_system_model ON price (system_model, since, position);
CREATE TABLE place (            -- one row
  position INTEGER NOT NULL, hash TEXT NOT NULL, epoch INTEGER NOT NULL, source TEXT NOT NULL, time TEXT NOT NULL,
  kafka_offset INTEGER NOT NULL,
  folded INTEGER NOT NULL       -- how many records were: always position + 1
);
INSERT INTO place VALUES (-1, '', 0, '', '', -1, 0);
CREATE TABLE set_aside (kafka_offset INTEGER PRIMARY KEY, kind TEXT NOT NULL);
"""


class Books:
    def __init__(self, file):
        self.file = file
        self.db = sqlite3.connect(file, isolation_level=None, timeout=30)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")  # a transaction that returned is on the disk
        with self.transaction():
            found = self.db.execute("PRAGMA user_version").fetchone()[0]
            if found == 0:
                for statement in TABLES.split(";\n"):
                    self.db.execute(statement)
                self.db.execute(f"PRAGMA user_version = {FORMAT}")
            elif found != FORMAT:
                raise SystemExit(f"{file} has format {found}, this program knows {FORMAT}: name a new file, it is folded anew")

    @contextmanager
    def transaction(self):
        """All of it or, whatever ends this process, nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def place(self):
        position, digest, *more = self.db.execute("SELECT position, hash, epoch, source, time, kafka_offset FROM place").fetchone()
        return Place(position, digest or Place.hash, *more)

    def move(self, before, after, folded):
        """In the transaction of what was folded; refuses where another process has moved it meanwhile."""
        moved = self.db.execute(
            "UPDATE place SET position = ?, hash = ?, epoch = ?, source = ?, time = ?, kafka_offset = ?, folded = folded + ?"
            " WHERE position = ?",
            (after.position, after.hash, after.epoch, after.source, after.time, after.offset, folded, before.position))
        if moved.rowcount != 1:
            raise SystemExit(f"another process folds into {self.file}: end one of them")

    def set_aside(self, offset, kind):
        """Counted by its place in the topic, so that one that is met again is not counted again."""
        self.db.execute("INSERT OR IGNORE INTO set_aside VALUES (?, ?)", (offset, kind))

    def fold(self, record):
        """The two tables behind one more record, or Stop and the tables as they were."""
        self.db.execute("SAVEPOINT record")
        try:
            self.apply(record)
        except (KeyError, TypeError, ValueError) as fault:
            self.db.execute("ROLLBACK TO record")
            raise Stop(record.position, f"it cannot be read as {record.type}: {fault!r}") from None
        self.db.execute("RELEASE record")

    def apply(self, record):
        """What has no price in it changes neither table."""
        kind = record.type.split(".")[2]
        event, subject = record.event(), record.headers.get("ce_subject")
        since, position = event["effectiveAt"], record.position
        if kind == "ModelCreated":
            self.stay(record, event["pricedBy"])
            if event["pricedBy"] == subject:
                self.cost(position, subject, since, event["creditMultiplier"], event["modelTier"])
        elif kind == "ModelUpdated":
            if any(change["field"] == "parentModelId" for change in event["changes"]):
                self.stay(record, event["pricedBy"])
        elif kind == "ModelDeleted":
            self.stay(record, None)
        elif kind == "ModelRepriced":
            self.cost(position, subject, since, event["creditMultiplier"]["to"], event["modelTier"]["to"])
        elif kind == "ModelRepriceCancelled":
            gone = self.db.execute("DELETE FROM price WHERE position = ? AND system_model = ? AND since = ?",
                                   (int(event["scheduledBy"]), subject, event["wasDueAt"]))
            if gone.rowcount != 1:
                raise ValueError(f"it takes back a price of {subject} that never was to be")

    def stay(self, record, system_model):
        self.db.execute("INSERT INTO priced_by VALUES (?, ?, ?, ?, ?)",
                        (record.position, record.headers["ce_subject"], record.headers.get("ce_organization"),
                         record.event()["effectiveAt"], system_model))

    def cost(self, position, system_model, since, multiplier, tier):
        self.db.execute("INSERT INTO price VALUES (?, ?, ?, ?, ?)", (position, system_model, since, multiplier, tier))

    def status(self):
        place = self.place()
        kinds = dict(self.db.execute("SELECT kind, count(*) FROM set_aside GROUP BY kind"))
        return {"position": str(place.position), "hash": place.hash, "epoch": place.epoch, "source": place.source,
                "folded": self.db.execute("SELECT folded FROM place").fetchone()[0], "completeThrough": place.time,
                "setAside": {kind: kinds.get(kind, 0) for kind in ("foreign", "duplicate")}}

    def models(self):
        return [model for model, in self.db.execute("SELECT DISTINCT model FROM priced_by ORDER BY model")]
