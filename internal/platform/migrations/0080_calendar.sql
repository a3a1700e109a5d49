-- +goose Up

-- Windows and freezes. Wall times, zone and rule are kept as they were written; first_start and last_end are their instants.
CREATE TABLE period (
    id               TEXT COLLATE "C" PRIMARY KEY,
    kind             TEXT COLLATE "C" NOT NULL,
    key              TEXT COLLATE "C" NOT NULL,
    name             TEXT NOT NULL,
    reason           TEXT NOT NULL,
    owner            TEXT COLLATE "C" NOT NULL,
    start_text       TEXT NOT NULL,
    end_text         TEXT NOT NULL,
    zone             TEXT COLLATE "C" NOT NULL,
    rrule            TEXT NOT NULL,
    hard             BOOLEAN NOT NULL,
    running          TEXT COLLATE "C" NOT NULL,
    -- lists of keys, as canonical JSON
    scope            TEXT NOT NULL,
    -- identifiers of the products whose readers see it, as canonical JSON; an empty list: everybody
    seen             TEXT NOT NULL,
    first_start      BIGINT NOT NULL,
    last_end         BIGINT,
    withdrawn        BIGINT,
    withdrawn_reason TEXT NOT NULL,
    rev              BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    created_by       TEXT COLLATE "C" NOT NULL,
    changed_at       BIGINT NOT NULL,
    changed_by       TEXT COLLATE "C" NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX period_order ON period (kind, first_start, id);

-- Permissions of a soft freeze's owner for a release to pass it.
CREATE TABLE freeze_permit (
    id           TEXT COLLATE "C" PRIMARY KEY,
    period       TEXT COLLATE "C" NOT NULL REFERENCES period (id),
    release      TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    reason       TEXT NOT NULL,
    until_at     BIGINT,
    permitted_by TEXT COLLATE "C" NOT NULL,
    permitted_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX freeze_permit_release ON freeze_permit (release);
CREATE INDEX freeze_permit_freeze ON freeze_permit (period, permitted_at);
