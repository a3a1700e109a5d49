-- +goose Up

-- Actions: promised pieces of work. source says where one comes from; a mirrored one follows its source and is not settled here.
CREATE TABLE action (
    id           TEXT COLLATE "C" PRIMARY KEY,
    number       BIGINT NOT NULL UNIQUE,
    product      TEXT COLLATE "C" REFERENCES product (id),
    release      TEXT COLLATE "C" REFERENCES release (id),
    title        TEXT NOT NULL,
    text         TEXT NOT NULL,
    owner        TEXT COLLATE "C" NOT NULL,
    due          BIGINT,
    -- the due date, or the greatest number without one: the order of lists
    sort_at      BIGINT NOT NULL,
    source_kind  TEXT COLLATE "C" NOT NULL,
    source_ref   TEXT COLLATE "C" NOT NULL,
    source_name  TEXT NOT NULL,
    source_url   TEXT NOT NULL,
    mirrored     BOOLEAN NOT NULL,
    gates        BOOLEAN NOT NULL,
    closes_with  TEXT NOT NULL,
    verifier     TEXT COLLATE "C" NOT NULL,
    proof_wanted BOOLEAN NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    state_reason TEXT NOT NULL,
    state_at     BIGINT NOT NULL,
    state_by     TEXT COLLATE "C" NOT NULL,
    proof_text   TEXT NOT NULL,
    proof_url    TEXT NOT NULL,
    proof_name   TEXT NOT NULL,
    proof_digest TEXT COLLATE "C" NOT NULL,
    proof_size   BIGINT NOT NULL,
    proof_at     BIGINT,
    proof_by     TEXT COLLATE "C" NOT NULL,
    reminded_at  BIGINT,
    overdue_at   BIGINT,
    escalated_at BIGINT,
    search       TEXT NOT NULL,
    rev          BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    created_by   TEXT COLLATE "C" NOT NULL,
    changed_at   BIGINT NOT NULL,
    changed_by   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX action_order ON action (sort_at, number);
CREATE INDEX action_state ON action (state, sort_at, number);
CREATE INDEX action_owner ON action (owner, sort_at, number);
CREATE INDEX action_release ON action (release, sort_at, number);
CREATE INDEX action_product ON action (product, sort_at, number);
CREATE INDEX action_source ON action (source_kind, source_ref);
