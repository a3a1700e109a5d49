-- +goose Up
-- Jobs of the embedded queue. On PostgreSQL River keeps its own tables and this one stays empty.
CREATE TABLE job (
    id           TEXT COLLATE "C" PRIMARY KEY,
    kind         TEXT COLLATE "C" NOT NULL,
    unique_key   TEXT COLLATE "C",
    args         TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'discarded')),
    due_at       BIGINT NOT NULL,
    again_at     BIGINT,                -- a hint that came while the job ran: it runs once more then
    attempt      INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    owner        TEXT,                  -- the start of the process that runs it
    last_error   TEXT,
    enqueued_at  BIGINT NOT NULL,
    finished_at  BIGINT
);
CREATE UNIQUE INDEX job_unique ON job (kind, unique_key) WHERE unique_key IS NOT NULL AND state <> 'discarded';
CREATE INDEX job_due ON job (due_at, id) WHERE state = 'waiting';
CREATE INDEX job_discarded ON job (id) WHERE state = 'discarded';

-- When each periodic job is due next. Whoever moves the row forward enqueues the job, so replicas do it once.
CREATE TABLE job_periodic (
    kind    TEXT COLLATE "C" PRIMARY KEY,
    next_at BIGINT NOT NULL
);

-- The processes that run jobs on PostgreSQL, each alive until its lease ends by the clock of the server.
CREATE TABLE job_process (
    id       TEXT COLLATE "C" PRIMARY KEY,
    until_at BIGINT NOT NULL
);
