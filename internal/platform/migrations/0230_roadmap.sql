-- +goose Up
-- Trains: cadences that open releases by themselves. Starts are wall times of the zone.
CREATE TABLE train (
    id           TEXT COLLATE "C" PRIMARY KEY,
    key          TEXT COLLATE "C" NOT NULL UNIQUE,
    product      TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    name         TEXT NOT NULL,
    text         TEXT NOT NULL,
    template     TEXT COLLATE "C" NOT NULL,
    starts       TEXT COLLATE "C" NOT NULL,
    zone         TEXT COLLATE "C" NOT NULL,
    rrule        TEXT COLLATE "C" NOT NULL,
    length       TEXT COLLATE "C" NOT NULL,
    lead         TEXT COLLATE "C" NOT NULL,
    pattern      TEXT COLLATE "C" NOT NULL,
    -- the number that the next version takes, and the year of the newest
    number       BIGINT NOT NULL,
    number_year  BIGINT NOT NULL,
    frozen       TEXT COLLATE "C" NOT NULL,
    skips        TEXT NOT NULL,
    environments TEXT NOT NULL,
    owner        TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    state_reason TEXT NOT NULL,
    state_at     BIGINT NOT NULL,
    -- departures up to here are settled
    since        BIGINT NOT NULL,
    next_at      BIGINT,
    opens_at     BIGINT,
    fault        TEXT NOT NULL,
    rev          BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    created_by   TEXT COLLATE "C" NOT NULL,
    changed_at   BIGINT NOT NULL,
    changed_by   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX train_due ON train (state, opens_at);
CREATE INDEX train_product ON train (product, key);

-- What became of a date of the cadence. The primary key is what makes it happen once.
CREATE TABLE train_departure (
    train      TEXT COLLATE "C" NOT NULL REFERENCES train (id),
    at         BIGINT NOT NULL,
    outcome    TEXT COLLATE "C" NOT NULL,
    reason     TEXT NOT NULL,
    version    TEXT COLLATE "C" NOT NULL,
    starts     BIGINT,
    ends       BIGINT,
    release    TEXT COLLATE "C" REFERENCES release (id),
    settled_at BIGINT NOT NULL,
    PRIMARY KEY (train, at)
);
CREATE INDEX train_departure_release ON train_departure (release);

-- Dates of the roadmap: of a release, or of a version of a product that is no release yet.
CREATE TABLE roadmap_date (
    id              TEXT COLLATE "C" PRIMARY KEY,
    key             TEXT COLLATE "C" NOT NULL UNIQUE,
    product         TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    release         TEXT COLLATE "C" UNIQUE REFERENCES release (id),
    version         TEXT COLLATE "C" NOT NULL,
    title           TEXT NOT NULL,
    starts          BIGINT NOT NULL,
    ends            BIGINT NOT NULL,
    state           TEXT COLLATE "C" NOT NULL,
    roles           TEXT NOT NULL,
    vendor          TEXT NOT NULL,
    answer_by       BIGINT,
    round           BIGINT NOT NULL,
    proposer        TEXT COLLATE "C" NOT NULL,
    agreed_at       BIGINT,
    published_start BIGINT,
    published_end   BIGINT,
    published_at    BIGINT,
    rev             BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    created_by      TEXT COLLATE "C" NOT NULL,
    changed_at      BIGINT NOT NULL,
    changed_by      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX roadmap_date_span ON roadmap_date (starts, id);
CREATE INDEX roadmap_date_product ON roadmap_date (product, starts);

-- What was said about a date, in order.
CREATE TABLE roadmap_statement (
    date   TEXT COLLATE "C" NOT NULL REFERENCES roadmap_date (id),
    number BIGINT NOT NULL,
    round  BIGINT NOT NULL,
    kind   TEXT COLLATE "C" NOT NULL,
    role   TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    actor  TEXT COLLATE "C" NOT NULL,
    at     BIGINT NOT NULL,
    starts BIGINT NOT NULL,
    ends   BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (date, number)
);

-- Requests for releases, and what became of them.
CREATE TABLE release_request (
    id           TEXT COLLATE "C" PRIMARY KEY,
    key          TEXT COLLATE "C" NOT NULL UNIQUE,
    number       BIGINT NOT NULL UNIQUE,
    product      TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    title        TEXT NOT NULL,
    goal         TEXT NOT NULL,
    requirements TEXT NOT NULL,
    wanted       BIGINT,
    url          TEXT NOT NULL,
    requester    TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    release      TEXT COLLATE "C" REFERENCES release (id),
    train        TEXT COLLATE "C" REFERENCES train (id),
    until        BIGINT,
    reason       TEXT NOT NULL,
    answerer     TEXT COLLATE "C" NOT NULL,
    answered_at  BIGINT,
    search       TEXT NOT NULL,
    rev          BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    created_by   TEXT COLLATE "C" NOT NULL,
    changed_at   BIGINT NOT NULL,
    changed_by   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX release_request_order ON release_request (created_at, id);
CREATE INDEX release_request_train ON release_request (train, state);
