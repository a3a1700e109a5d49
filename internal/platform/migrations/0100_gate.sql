-- +goose Up

-- The criteria of each release as they are now. spec is the statement as canonical JSON, with its defaults written out.
CREATE TABLE criterion (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    key        TEXT COLLATE "C" NOT NULL,
    position   BIGINT NOT NULL,
    spec       TEXT NOT NULL,
    since      BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (release, key)
);

-- What a criterion was before and after each change. person is empty for what came from a template.
CREATE TABLE criterion_change (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    criterion  TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    before     TEXT,
    after      TEXT,
    reason     TEXT NOT NULL
);
CREATE INDEX criterion_change_release ON criterion_change (release, at, id);

-- Every answer of a person to a criterion. Nothing is changed: a person's newest counts.
CREATE TABLE confirmation (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    criterion  TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    given_by   TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    answer     TEXT COLLATE "C" NOT NULL, -- confirmed, denied, withdrawn
    note       TEXT NOT NULL,
    manifest   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX confirmation_release ON confirmation (release, criterion, person, at, id);

-- Evidence as it was received. Nothing is changed or deleted; the original bytes are the blob of the digest.
CREATE TABLE evidence (
    id              TEXT COLLATE "C" PRIMARY KEY,
    release         TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    criterion       TEXT COLLATE "C" NOT NULL, -- key, or empty for what no criterion asked for
    kind            TEXT COLLATE "C" NOT NULL, -- junit, fact
    service         TEXT COLLATE "C" NOT NULL, -- key, or empty for the whole release
    version         TEXT COLLATE "C" NOT NULL, -- of the service, as the manifest had it
    artefact        TEXT COLLATE "C" NOT NULL, -- and its digest
    manifest        TEXT COLLATE "C" NOT NULL, -- digest of the manifest at receipt
    source          TEXT NOT NULL,
    url             TEXT NOT NULL,
    digest          TEXT COLLATE "C" NOT NULL REFERENCES blob (digest),
    size            BIGINT NOT NULL,
    media_type      TEXT NOT NULL,
    received_at     BIGINT NOT NULL,
    received_by     TEXT COLLATE "C" NOT NULL,
    person          TEXT COLLATE "C" NOT NULL,
    tests           BIGINT NOT NULL,
    failures        BIGINT NOT NULL,
    errors          BIGINT NOT NULL,
    skipped         BIGINT NOT NULL,
    report          TEXT NOT NULL -- what else was read from a report, as JSON
);
CREATE INDEX evidence_release ON evidence (release, criterion, received_at, id);
CREATE INDEX evidence_received ON evidence (release, received_at, id);

CREATE TABLE waiver (
    id            TEXT COLLATE "C" PRIMARY KEY,
    release       TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    criterion     TEXT COLLATE "C" NOT NULL,
    reason        TEXT NOT NULL,
    measure       TEXT NOT NULL,
    owner         TEXT COLLATE "C" NOT NULL,
    until_at      BIGINT NOT NULL,
    asked_at      BIGINT NOT NULL,
    asked_by      TEXT COLLATE "C" NOT NULL,
    granted_at    BIGINT,
    granted_by    TEXT COLLATE "C" NOT NULL,
    ended_at      BIGINT,          -- refused or withdrawn
    ended_by      TEXT COLLATE "C" NOT NULL,
    end_reason    TEXT NOT NULL
);
CREATE INDEX waiver_release ON waiver (release, criterion, asked_at, id);
