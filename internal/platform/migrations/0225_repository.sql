-- +goose Up

-- Git repositories of products and services, and how their mirror stands. The mirror itself lies in the server's data directory.
CREATE TABLE repository (
    id         TEXT COLLATE "C" PRIMARY KEY,
    product    TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    key        TEXT COLLATE "C" NOT NULL,
    -- '' for one that belongs to the whole product
    service    TEXT COLLATE "C" NOT NULL,
    url        TEXT NOT NULL,
    pattern    TEXT NOT NULL,
    excuse     TEXT NOT NULL,
    tag        TEXT NOT NULL,
    login      TEXT NOT NULL,
    secret     TEXT COLLATE "C" NOT NULL,
    fetched_at BIGINT,
    tried_at   BIGINT,
    fault      TEXT NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (product, key)
);
CREATE INDEX repository_service ON repository (service);
