-- +goose Up
CREATE TABLE product (
    id         TEXT COLLATE "C" PRIMARY KEY,
    key        TEXT COLLATE "C" NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    text       TEXT NOT NULL,
    owner      TEXT COLLATE "C" NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);

CREATE TABLE service (
    id         TEXT COLLATE "C" PRIMARY KEY,
    key        TEXT COLLATE "C" NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    text       TEXT NOT NULL,
    product    TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    owner      TEXT COLLATE "C" NOT NULL,
    team       TEXT COLLATE "C" NOT NULL,
    tier       BIGINT NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX service_product ON service (product, key);

CREATE TABLE environment (
    id           TEXT COLLATE "C" PRIMARY KEY,
    key          TEXT COLLATE "C" NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    text         TEXT NOT NULL,
    tier         BIGINT NOT NULL,
    rank         BIGINT NOT NULL,
    owner        TEXT COLLATE "C" NOT NULL,
    default_open BOOLEAN NOT NULL,
    rule         TEXT COLLATE "C" NOT NULL,
    rev          BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    changed_by   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX environment_order ON environment (tier, rank, key);

CREATE TABLE deployment (
    id          TEXT COLLATE "C" PRIMARY KEY,
    service     TEXT COLLATE "C" NOT NULL REFERENCES service (id),
    environment TEXT COLLATE "C" NOT NULL REFERENCES environment (id),
    version     TEXT COLLATE "C" NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL,
    before      TEXT COLLATE "C" NOT NULL,
    outcome     TEXT COLLATE "C" NOT NULL,
    release     TEXT COLLATE "C" NOT NULL,
    run         TEXT COLLATE "C" NOT NULL,
    source      TEXT NOT NULL,
    at          BIGINT NOT NULL,
    recorded_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX deployment_at ON deployment (environment, at, id);
CREATE INDEX deployment_service ON deployment (service, environment, at, id);
CREATE INDEX deployment_release ON deployment (release, at, id);

-- What runs where: the last successful deployment of each service to each environment.
CREATE TABLE running (
    service     TEXT COLLATE "C" NOT NULL REFERENCES service (id),
    environment TEXT COLLATE "C" NOT NULL REFERENCES environment (id),
    version     TEXT COLLATE "C" NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL,
    since       BIGINT NOT NULL,
    deployment  TEXT COLLATE "C" NOT NULL REFERENCES deployment (id),
    PRIMARY KEY (service, environment)
);

-- Versions that must not be deployed to a tier and those above it until somebody lifts the bar with a reason.
CREATE TABLE barred (
    id          TEXT COLLATE "C" PRIMARY KEY,
    service     TEXT COLLATE "C" NOT NULL REFERENCES service (id),
    version     TEXT COLLATE "C" NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL,
    from_tier   BIGINT NOT NULL,
    reason      TEXT NOT NULL,
    release     TEXT COLLATE "C" NOT NULL,
    barred_at   BIGINT NOT NULL,
    barred_by   TEXT COLLATE "C" NOT NULL,
    lifted_at   BIGINT,
    lifted_by   TEXT COLLATE "C" NOT NULL,
    lift_reason TEXT NOT NULL
);
CREATE INDEX barred_service ON barred (service, version);
