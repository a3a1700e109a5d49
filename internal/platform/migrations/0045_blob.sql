-- +goose Up
-- Content-addressed bytes: evidence, logs, attachments. Nothing here is changed or deleted.
CREATE TABLE blob (
    digest     TEXT COLLATE "C" PRIMARY KEY,   -- sha256, lower-case hexadecimal
    size       BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    stored_at  BIGINT NOT NULL
);
CREATE TABLE blob_chunk (
    digest  TEXT COLLATE "C" NOT NULL REFERENCES blob (digest),
    ordinal INTEGER NOT NULL,
    bytes   BYTEA NOT NULL,
    PRIMARY KEY (digest, ordinal)
);
