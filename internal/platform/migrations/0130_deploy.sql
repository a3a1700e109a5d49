-- +goose Up
CREATE TABLE runbook (
    key        TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    name       TEXT NOT NULL,
    text       TEXT NOT NULL,
    steps      BIGINT NOT NULL,
    backout    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);

-- Versions are immutable: a run and a signature name one.
CREATE TABLE runbook_version (
    runbook TEXT COLLATE "C" NOT NULL REFERENCES runbook (key),
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    digest  TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    person  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (runbook, version)
);

-- Which version of which runbook a release runs, and with what. Version 0 waits for a runbook that does not exist yet.
CREATE TABLE release_runbook (
    release    TEXT COLLATE "C" PRIMARY KEY REFERENCES release (id),
    runbook    TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    parameters TEXT NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX release_runbook_key ON release_runbook (runbook, version);

CREATE TABLE release_runbook_change (
    id           TEXT COLLATE "C" PRIMARY KEY,
    release      TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    section      TEXT COLLATE "C" NOT NULL,
    at           BIGINT NOT NULL,
    changed_by   TEXT COLLATE "C" NOT NULL,
    person       TEXT COLLATE "C" NOT NULL,
    runbook      TEXT COLLATE "C" NOT NULL,
    from_version BIGINT NOT NULL,
    to_version   BIGINT NOT NULL,
    before       TEXT,
    after        TEXT,
    reason       TEXT NOT NULL
);
CREATE INDEX release_runbook_change_section ON release_runbook_change (release, section, at, id);

CREATE TABLE run (
    id           TEXT COLLATE "C" PRIMARY KEY,
    number       BIGINT NOT NULL,
    release      TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    product      TEXT COLLATE "C" NOT NULL,
    mode         TEXT COLLATE "C" NOT NULL,
    runbook      TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    given        TEXT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    course       TEXT NOT NULL,
    assigned     TEXT NOT NULL,
    ended        BOOLEAN NOT NULL,
    open_work    BOOLEAN NOT NULL,
    wake_at      BIGINT,
    started_at   BIGINT NOT NULL,
    started_by   TEXT COLLATE "C" NOT NULL,
    finished_at  BIGINT,
    overridden   TEXT NOT NULL,
    rev          BIGINT NOT NULL,
    FOREIGN KEY (runbook, version) REFERENCES runbook_version (runbook, version)
);
CREATE UNIQUE INDEX run_number ON run (release, number);
CREATE INDEX run_product ON run (product, started_at, id);
CREATE INDEX run_started ON run (started_at, id);
CREATE INDEX run_open ON run (ended, mode);

-- One row for each claim: the intent that commits before an outside effect.
CREATE TABLE run_attempt (
    id          TEXT COLLATE "C" PRIMARY KEY,
    run         TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    step        TEXT COLLATE "C" NOT NULL,
    attempt     BIGINT NOT NULL,
    round       BIGINT NOT NULL,
    checking    BOOLEAN NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    token       TEXT COLLATE "C" NOT NULL,
    holder      TEXT COLLATE "C" NOT NULL,
    place       TEXT COLLATE "C" NOT NULL,
    lease_until BIGINT NOT NULL,
    logged      BIGINT NOT NULL,
    stopping    BOOLEAN NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    outcome     TEXT COLLATE "C" NOT NULL,
    reason      TEXT NOT NULL
);
CREATE INDEX run_attempt_step ON run_attempt (run, step, started_at, id);
CREATE INDEX run_attempt_open ON run_attempt (holder, lease_until) WHERE ended_at IS NULL;

CREATE TABLE run_log (
    run     TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    seq     BIGINT NOT NULL,
    step    TEXT COLLATE "C" NOT NULL,
    attempt BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    source  TEXT COLLATE "C" NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (run, seq)
);

CREATE TABLE run_comment (
    id     TEXT COLLATE "C" PRIMARY KEY,
    run    TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    step   TEXT COLLATE "C" NOT NULL,
    at     BIGINT NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    text   TEXT NOT NULL
);
CREATE INDEX run_comment_run ON run_comment (run, at, id);

-- How long the steps of ended runs took, in microseconds: what forecasts are made from.
CREATE TABLE step_timing (
    run     TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    step    TEXT COLLATE "C" NOT NULL,
    runbook TEXT COLLATE "C" NOT NULL,
    took    BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (run, step)
);
CREATE INDEX step_timing_step ON step_timing (runbook, step, at);
