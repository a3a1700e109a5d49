-- +goose Up
-- One row that says which installation this database is; made at the first start.
CREATE TABLE installation (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    id         TEXT NOT NULL,
    made_at    BIGINT NOT NULL
);
