-- +goose Up
CREATE TABLE risk (
    id                   TEXT COLLATE "C" PRIMARY KEY,
    number               BIGINT NOT NULL UNIQUE,
    product              TEXT COLLATE "C" REFERENCES product (id),
    release              TEXT COLLATE "C" REFERENCES release (id),
    title                TEXT NOT NULL,
    text                 TEXT NOT NULL,
    cause                TEXT NOT NULL,
    early_sign           TEXT NOT NULL,
    category             TEXT COLLATE "C" NOT NULL,
    probability          BIGINT NOT NULL,
    impact               BIGINT NOT NULL,
    score                BIGINT NOT NULL,
    response             TEXT COLLATE "C" NOT NULL,
    mitigation           TEXT NOT NULL,
    residual_probability BIGINT NOT NULL,
    residual_impact      BIGINT NOT NULL,
    -- the score once the response works; without a response the score itself
    residual_score       BIGINT NOT NULL,
    owner                TEXT COLLATE "C" NOT NULL,
    review               TEXT COLLATE "C" NOT NULL,
    blocks               TEXT COLLATE "C" NOT NULL,
    blocks_since         BIGINT,
    state                TEXT COLLATE "C" NOT NULL,
    state_reason         TEXT NOT NULL,
    state_at             BIGINT NOT NULL,
    state_by             TEXT COLLATE "C" NOT NULL,
    -- the score before it last changed, and when that was
    score_before         BIGINT NOT NULL,
    score_at             BIGINT NOT NULL,
    search               TEXT NOT NULL,
    rev                  BIGINT NOT NULL,
    opened_at            BIGINT NOT NULL,
    opened_by            TEXT COLLATE "C" NOT NULL,
    changed_at           BIGINT NOT NULL,
    changed_by           TEXT COLLATE "C" NOT NULL
);
CREATE INDEX risk_score ON risk (score DESC, number);
CREATE INDEX risk_residual ON risk (residual_score DESC, number);
CREATE INDEX risk_release ON risk (release, number);
CREATE INDEX risk_product ON risk (product, score DESC, number);
CREATE INDEX risk_owner ON risk (owner, score DESC, number);

-- Every change of every risk. signed says whether it changed what an approver of the release signs.
CREATE TABLE risk_change (
    id             TEXT COLLATE "C" PRIMARY KEY,
    risk           TEXT COLLATE "C" NOT NULL REFERENCES risk (id),
    action         TEXT COLLATE "C" NOT NULL,
    release        TEXT COLLATE "C" NOT NULL,
    was_release    TEXT COLLATE "C" NOT NULL,
    at             BIGINT NOT NULL,
    changed_by     TEXT COLLATE "C" NOT NULL,
    person         TEXT COLLATE "C" NOT NULL,
    signed         BOOLEAN NOT NULL,
    score          BIGINT NOT NULL,
    residual_score BIGINT NOT NULL,
    before         TEXT,
    after          TEXT NOT NULL,
    reason         TEXT NOT NULL
);
CREATE INDEX risk_change_risk ON risk_change (risk, at, id);
CREATE INDEX risk_change_release ON risk_change (release, at);
CREATE INDEX risk_change_was ON risk_change (was_release, at);
