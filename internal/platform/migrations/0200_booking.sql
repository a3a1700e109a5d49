-- +goose Up

-- Starts that are left out of a period's rule or added to it, as canonical JSON.
ALTER TABLE period ADD COLUMN dates TEXT NOT NULL DEFAULT '{}';
-- What a snapshot shows of the periods is told by these two alone.
CREATE INDEX period_state ON period (rev, changed_at);

-- What can be booked, and how. A thing without a row is exclusive and asks for approval. Every confirmation writes the row of its
-- thing, so that two of them never run side by side, whatever the isolation.
CREATE TABLE bookable (
    kind       TEXT COLLATE "C" NOT NULL,
    thing      TEXT COLLATE "C" NOT NULL,
    capacity   BIGINT NOT NULL,
    approval   BOOLEAN NOT NULL,
    owner      TEXT COLLATE "C" NOT NULL,
    turns      BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, thing)
);

CREATE TABLE booking (
    id           TEXT COLLATE "C" PRIMARY KEY,
    key          TEXT COLLATE "C" NOT NULL UNIQUE,
    -- environment, person, item or window
    kind         TEXT COLLATE "C" NOT NULL,
    -- the identifier of an environment, person or window; the name of an item
    thing        TEXT COLLATE "C" NOT NULL,
    thing_key    TEXT COLLATE "C" NOT NULL,
    thing_name   TEXT NOT NULL,
    units        BIGINT NOT NULL,
    release      TEXT COLLATE "C" REFERENCES release (id),
    product      TEXT COLLATE "C" NOT NULL,
    purpose      TEXT NOT NULL,
    from_at      BIGINT NOT NULL,
    to_at        BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    state_reason TEXT NOT NULL,
    state_at     BIGINT NOT NULL,
    state_by     TEXT COLLATE "C" NOT NULL,
    requested_by TEXT COLLATE "C" NOT NULL,
    rev          BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    created_by   TEXT COLLATE "C" NOT NULL,
    changed_at   BIGINT NOT NULL,
    changed_by   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX booking_thing ON booking (kind, thing, from_at);
CREATE INDEX booking_release ON booking (release, from_at);
CREATE INDEX booking_kind ON booking (kind, from_at, id);
CREATE INDEX booking_from ON booking (from_at, id);
CREATE INDEX booking_state ON booking (state, from_at, id);
CREATE INDEX booking_person ON booking (requested_by, from_at, id);

-- Ways in which plans for a time do not go together, as they were found. print tells one from another while it stands.
CREATE TABLE conflict (
    id           TEXT COLLATE "C" PRIMARY KEY,
    print        TEXT COLLATE "C" NOT NULL,
    code         TEXT COLLATE "C" NOT NULL,
    severity     TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    text         TEXT NOT NULL,
    next         TEXT NOT NULL,
    environment  TEXT COLLATE "C" NOT NULL,
    services     TEXT NOT NULL,
    thing        TEXT NOT NULL,
    period       TEXT COLLATE "C" NOT NULL,
    owner        TEXT NOT NULL,
    from_at      BIGINT NOT NULL,
    to_at        BIGINT NOT NULL,
    since        BIGINT NOT NULL,
    gone_at      BIGINT,
    accepted_by  TEXT COLLATE "C" NOT NULL,
    accepted_at  BIGINT,
    reason       TEXT NOT NULL,
    rev          BIGINT NOT NULL
);
CREATE UNIQUE INDEX conflict_print ON conflict (print) WHERE state <> 'gone';
CREATE INDEX conflict_state ON conflict (state, from_at, id);
CREATE INDEX conflict_period ON conflict (period, state);

-- Whom a conflict is about: releases and bookings.
CREATE TABLE conflict_party (
    conflict TEXT COLLATE "C" NOT NULL REFERENCES conflict (id),
    position BIGINT NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    party    TEXT COLLATE "C" NOT NULL,
    product  TEXT COLLATE "C" NOT NULL,
    key      TEXT COLLATE "C" NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (conflict, position)
);
CREATE INDEX conflict_party_party ON conflict_party (party, conflict);

-- What a release does to users of a service.
CREATE TABLE impact (
    release      TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    service      TEXT COLLATE "C" NOT NULL REFERENCES service (id),
    kind         TEXT COLLATE "C" NOT NULL,
    minutes      BIGINT NOT NULL,
    users        TEXT NOT NULL,
    notice_hours BIGINT NOT NULL,
    notice_at    BIGINT,
    rev          BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    changed_by   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (release, service)
);

-- The calendar as it was published for a span, and who has read it.
CREATE TABLE calendar_version (
    number       BIGINT PRIMARY KEY,
    from_at      BIGINT NOT NULL,
    to_at        BIGINT NOT NULL,
    name         TEXT NOT NULL,
    note         TEXT NOT NULL,
    content      TEXT NOT NULL,
    digest       TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL
);
CREATE TABLE calendar_reader (
    version         BIGINT NOT NULL REFERENCES calendar_version (number),
    person          TEXT COLLATE "C" NOT NULL,
    acknowledged_at BIGINT,
    PRIMARY KEY (version, person)
);
CREATE INDEX calendar_reader_person ON calendar_reader (person, version);
