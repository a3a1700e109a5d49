-- +goose Up
-- The ledger (docs/adr/0005-ledger-entry-format.md). Rows of ledger_entry are never changed; of ledger_payload only by a redaction.

CREATE TABLE ledger_head (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    epoch BIGINT NOT NULL,
    size  BIGINT NOT NULL,
    root  BYTEA NOT NULL,
    key   TEXT NOT NULL
);

-- seq is the leaf's index. header is what the leaf covers; nodes are the tree's hashes that this entry completes, its
-- leaf first. The other columns repeat parts of the header for queries: person is on whose behalf, machine the actor as
-- kind/identifier unless it is a person, subject kind/identifier.
CREATE TABLE ledger_entry (
    seq     BIGINT PRIMARY KEY,
    id      TEXT COLLATE "C" NOT NULL UNIQUE,
    header  TEXT NOT NULL,
    nodes   BYTEA NOT NULL,
    at      BIGINT NOT NULL,
    action  TEXT COLLATE "C" NOT NULL,
    person  TEXT COLLATE "C",
    machine TEXT COLLATE "C",
    subject TEXT COLLATE "C" NOT NULL,
    release TEXT COLLATE "C",
    scope   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX ledger_entry_release ON ledger_entry (release, seq) WHERE release IS NOT NULL;
CREATE INDEX ledger_entry_scope   ON ledger_entry (scope, seq);
CREATE INDEX ledger_entry_subject ON ledger_entry (subject, seq);
CREATE INDEX ledger_entry_action  ON ledger_entry (action, seq);
CREATE INDEX ledger_entry_person  ON ledger_entry (person, seq) WHERE person IS NOT NULL;
CREATE INDEX ledger_entry_machine ON ledger_entry (machine, seq) WHERE machine IS NOT NULL;

CREATE TABLE ledger_payload (
    seq         BIGINT PRIMARY KEY,
    salt        BYTEA,
    payload     TEXT,
    redacted_by TEXT
);

-- Entries of committed transactions that have no sequence number yet; PostgreSQL only, and after a move from there.
CREATE TABLE ledger_pending (
    tx      BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    header  TEXT NOT NULL,
    salt    BYTEA NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (tx, ordinal)
);

CREATE TABLE ledger_checkpoint (
    epoch BIGINT NOT NULL,
    size  BIGINT NOT NULL,
    note  TEXT NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (epoch, size)
);

-- next is the sequence number that a durable subscriber reads next.
CREATE TABLE ledger_cursor (
    name TEXT COLLATE "C" PRIMARY KEY,
    next BIGINT NOT NULL
);
