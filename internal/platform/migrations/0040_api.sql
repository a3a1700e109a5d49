-- +goose Up
-- Idempotency keys: one row per key of an actor on a route, committed with the change it stands for; the answer follows.
CREATE TABLE api_key (
    actor    TEXT   NOT NULL COLLATE "C",
    route    TEXT   NOT NULL COLLATE "C",
    key      TEXT   NOT NULL COLLATE "C",
    digest   TEXT   NOT NULL,
    made_at  BIGINT NOT NULL,
    status   BIGINT NOT NULL DEFAULT 0,
    kind     TEXT   NOT NULL DEFAULT '',
    etag     TEXT   NOT NULL DEFAULT '',
    location TEXT   NOT NULL DEFAULT '',
    body     BYTEA,
    PRIMARY KEY (actor, route, key)
);
CREATE INDEX api_key_made_at ON api_key (made_at);
