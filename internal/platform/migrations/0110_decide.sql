-- +goose Up

-- The content of sections as it was signed or decided on, by the digest of the section, so that what changed since can be
-- shown. Nothing here is changed or deleted.
CREATE TABLE section_content (
    digest  TEXT COLLATE "C" PRIMARY KEY,
    section TEXT COLLATE "C" NOT NULL,
    content TEXT NOT NULL
);

-- Every answer of a person to the question whether they approve. A person's newest for a role counts. That one is void is
-- computed from sections and never stored.
CREATE TABLE approval (
    id               TEXT COLLATE "C" PRIMARY KEY,
    release          TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    role             TEXT COLLATE "C" NOT NULL,
    person           TEXT COLLATE "C" NOT NULL,
    principal        TEXT COLLATE "C" NOT NULL, -- on whose behalf a delegate signed, or empty
    given_by         TEXT COLLATE "C" NOT NULL, -- the actor
    at               BIGINT NOT NULL,
    answer           TEXT COLLATE "C" NOT NULL, -- signed, declined
    ground           TEXT COLLATE "C" NOT NULL, -- of declined: evidence, time, content, other
    comment          TEXT NOT NULL,
    until_at         BIGINT,
    content          TEXT COLLATE "C" NOT NULL, -- digest of the whole content then
    sections         TEXT NOT NULL,             -- the digest of each covered section, as JSON
    withdrawn_at     BIGINT,
    withdrawn_by     TEXT COLLATE "C" NOT NULL,
    withdrawn_reason TEXT NOT NULL
);
CREATE INDEX approval_release ON approval (release, role, person, at, id);

CREATE TABLE approval_ask (
    id       TEXT COLLATE "C" PRIMARY KEY,
    release  TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    role     TEXT COLLATE "C" NOT NULL,
    person   TEXT COLLATE "C" NOT NULL, -- who is asked, or empty for everybody of the role
    at       BIGINT NOT NULL,
    asked_by TEXT COLLATE "C" NOT NULL,
    due_at   BIGINT,
    note     TEXT NOT NULL
);
CREATE INDEX approval_ask_release ON approval_ask (release, role, at, id);

CREATE TABLE delegation (
    id       TEXT COLLATE "C" PRIMARY KEY,
    role     TEXT COLLATE "C" NOT NULL,
    scope    TEXT COLLATE "C" NOT NULL,
    person   TEXT COLLATE "C" NOT NULL, -- who holds the role
    delegate TEXT COLLATE "C" NOT NULL, -- who acts for them
    from_at  BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    reason   TEXT NOT NULL,
    made_at  BIGINT NOT NULL,
    made_by  TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT,
    ended_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX delegation_delegate ON delegation (delegate, role, until_at);
CREATE INDEX delegation_until ON delegation (until_at, id);

-- The rounds of the go/no-go of a release. snapshot is what lay on the table at the opening, as canonical JSON.
CREATE TABLE poll (
    id        TEXT COLLATE "C" PRIMARY KEY,
    release   TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    round     BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by TEXT COLLATE "C" NOT NULL,
    chair     TEXT COLLATE "C" NOT NULL,
    spec      TEXT NOT NULL, -- roles and quorum, as JSON
    content   TEXT COLLATE "C" NOT NULL,
    snapshot  TEXT NOT NULL,
    digest    TEXT COLLATE "C" NOT NULL, -- of the snapshot
    calling   TEXT COLLATE "C" NOT NULL, -- the role that is being called, or empty
    called_at BIGINT,
    closed_at BIGINT,
    closed_by TEXT COLLATE "C" NOT NULL,
    closing   TEXT NOT NULL, -- why it was closed without a decision
    rev       BIGINT NOT NULL,
    UNIQUE (release, round)
);
CREATE UNIQUE INDEX poll_open ON poll (release) WHERE closed_at IS NULL;

-- Every answer that was given; the newest of a role counts.
CREATE TABLE poll_answer (
    id        TEXT COLLATE "C" PRIMARY KEY,
    poll      TEXT COLLATE "C" NOT NULL REFERENCES poll (id),
    ordinal   BIGINT NOT NULL,
    role      TEXT COLLATE "C" NOT NULL,
    person    TEXT COLLATE "C" NOT NULL,
    principal TEXT COLLATE "C" NOT NULL,
    given_by  TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    word      TEXT COLLATE "C" NOT NULL, -- go, no-go, go-if
    comment   TEXT NOT NULL,
    UNIQUE (poll, ordinal)
);

-- What an answer or the chair asks for. decision is set when a decision takes it over: from then on it blocks until done.
CREATE TABLE decide_condition (
    id       TEXT COLLATE "C" PRIMARY KEY,
    release  TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    poll     TEXT COLLATE "C" NOT NULL REFERENCES poll (id),
    answer   TEXT COLLATE "C" NOT NULL, -- identifier of the answer, or empty for the chair's own
    role     TEXT COLLATE "C" NOT NULL,
    text     TEXT NOT NULL,
    owner    TEXT COLLATE "C" NOT NULL,
    verifier TEXT COLLATE "C" NOT NULL,
    due_at   BIGINT,
    at       BIGINT NOT NULL,
    person   TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL,
    done_at  BIGINT,
    done_by  TEXT COLLATE "C" NOT NULL,
    note     TEXT NOT NULL
);
CREATE INDEX decide_condition_poll ON decide_condition (poll, at, id);
CREATE INDEX decide_condition_release ON decide_condition (release, decision);

-- Sealed decisions. snapshot is canonical JSON, digest the SHA-256 of exactly these bytes. Nothing is changed.
CREATE TABLE decision (
    id       TEXT COLLATE "C" PRIMARY KEY,
    release  TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    poll     TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES poll (id),
    outcome  TEXT COLLATE "C" NOT NULL, -- go, no-go, go-if, hold
    reason   TEXT NOT NULL,
    again_at BIGINT, -- of hold: when to poll again
    at       BIGINT NOT NULL,
    person   TEXT COLLATE "C" NOT NULL,
    given_by TEXT COLLATE "C" NOT NULL,
    content  TEXT COLLATE "C" NOT NULL,
    sections TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    digest   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX decision_release ON decision (release, at, id);
