-- +goose Up

-- Answers of may-deploy that were asked to be recorded.
CREATE TABLE clearance_answer (
    id          TEXT COLLATE "C" PRIMARY KEY,
    at          BIGINT NOT NULL,
    service     TEXT COLLATE "C" NOT NULL,
    product     TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    version     TEXT COLLATE "C" NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL,
    allowed     BOOLEAN NOT NULL,
    release     TEXT COLLATE "C" NOT NULL,
    answer      TEXT NOT NULL,
    asked_by    TEXT COLLATE "C" NOT NULL,
    asked_at    BIGINT NOT NULL
);
CREATE INDEX clearance_answer_service ON clearance_answer (service, id);
CREATE INDEX clearance_answer_product ON clearance_answer (product, id);

-- Recorded permissions to deploy one digest of a service to one environment against a refusal.
CREATE TABLE clearance_override (
    id           TEXT COLLATE "C" PRIMARY KEY,
    service      TEXT COLLATE "C" NOT NULL REFERENCES service (id),
    environment  TEXT COLLATE "C" NOT NULL REFERENCES environment (id),
    digest       TEXT COLLATE "C" NOT NULL,
    reason       TEXT NOT NULL,
    from_at      BIGINT NOT NULL,
    until_at     BIGINT NOT NULL,
    given_by     TEXT COLLATE "C" NOT NULL,
    given_at     BIGINT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX clearance_override_until ON clearance_override (until_at);
CREATE INDEX clearance_override_service ON clearance_override (service, id);
