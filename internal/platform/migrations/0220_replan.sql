-- +goose Up

-- Hours of work that a scope item is estimated at; 0 is not estimated.
ALTER TABLE scope_item ADD COLUMN effort BIGINT NOT NULL DEFAULT 0;

-- Every change of planned dates of a release: what moved, from when to when, as canonical JSON.
CREATE TABLE release_replan (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    at         BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    reason     TEXT NOT NULL,
    moves      TEXT NOT NULL
);
CREATE INDEX release_replan_release ON release_replan (release, at, id);

-- Proposed changes of a release's scope, with what was known of their impact when they were proposed.
CREATE TABLE scope_change (
    id          TEXT COLLATE "C" PRIMARY KEY,
    release     TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    number      BIGINT NOT NULL,
    title       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'applied', 'declined', 'withdrawn')),
    content     TEXT NOT NULL,
    impact      TEXT NOT NULL,
    risk        TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    proposer    TEXT COLLATE "C" NOT NULL,
    proposed_at BIGINT NOT NULL,
    proposed_by TEXT COLLATE "C" NOT NULL,
    answered_at BIGINT,
    answered_by TEXT COLLATE "C" NOT NULL,
    answerer    TEXT COLLATE "C" NOT NULL,
    answer      TEXT NOT NULL,
    rev         BIGINT NOT NULL,
    UNIQUE (release, number)
);

-- Planned and actual effort in minutes or cost in minor units of a currency.
CREATE TABLE budget_line (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    key        TEXT COLLATE "C" NOT NULL,
    name       TEXT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('effort', 'cost')),
    role       TEXT COLLATE "C" NOT NULL,
    currency   TEXT COLLATE "C" NOT NULL,
    rate       BIGINT NOT NULL,
    planned    BIGINT NOT NULL,
    actual     BIGINT NOT NULL,
    note       TEXT NOT NULL,
    at         BIGINT,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (release, key)
);
