-- +goose Up

-- Calendars that people subscribe to. Of the token in an address only its digest is kept.
CREATE TABLE feed (
    id         TEXT COLLATE "C" PRIMARY KEY,
    owner      TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    name       TEXT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    -- identifier of the product or environment, '' for the other kinds
    subject    TEXT COLLATE "C" NOT NULL,
    hash       BYTEA NOT NULL UNIQUE,
    shown      TEXT COLLATE "C" NOT NULL,
    made_at    BIGINT NOT NULL,
    rotated_at BIGINT,
    used_at    BIGINT,
    revoked_at BIGINT,
    revoked_by TEXT COLLATE "C"
);
CREATE INDEX feed_owner ON feed (owner, id);

-- Calendars of others whose events are shown: days off, maintenance of a supplier.
CREATE TABLE feed_source (
    id          TEXT COLLATE "C" PRIMARY KEY,
    key         TEXT COLLATE "C" NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    -- '' for one whose text is uploaded
    url         TEXT NOT NULL,
    -- of days and of times without a zone
    zone        TEXT COLLATE "C" NOT NULL,
    every_hours BIGINT NOT NULL,
    -- what the other server said of the text that was read last
    etag        TEXT NOT NULL,
    modified    TEXT NOT NULL,
    -- digest of the events that are kept
    digest      TEXT COLLATE "C" NOT NULL,
    events      BIGINT NOT NULL,
    tried_at    BIGINT,
    synced_at   BIGINT,
    read_at     BIGINT,
    fault       TEXT NOT NULL,
    fault_line  BIGINT NOT NULL,
    -- what was left out of the text, as canonical JSON
    notes       TEXT NOT NULL,
    rev         BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL,
    closed_at   BIGINT
);

CREATE TABLE feed_event (
    source      TEXT COLLATE "C" NOT NULL REFERENCES feed_source (id),
    -- its place among the events of the source, by start
    place       BIGINT NOT NULL,
    uid         TEXT COLLATE "C" NOT NULL,
    start_at    BIGINT NOT NULL,
    end_at      BIGINT NOT NULL,
    -- of whole days: the first and the last of them, as 2026-12-24; '' for a time of day
    first_day   TEXT COLLATE "C" NOT NULL,
    last_day    TEXT COLLATE "C" NOT NULL,
    summary     TEXT NOT NULL,
    description TEXT NOT NULL,
    location    TEXT NOT NULL,
    url         TEXT NOT NULL,
    PRIMARY KEY (source, place)
);
CREATE INDEX feed_event_start ON feed_event (start_at, source, place);
