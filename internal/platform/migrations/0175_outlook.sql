-- +goose Up

-- The last forecast of a release, with the digest of what it rests on.
CREATE TABLE outlook_forecast (
    release TEXT COLLATE "C" PRIMARY KEY REFERENCES release (id),
    digest  TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    -- as JSON
    result  TEXT NOT NULL
);

-- What a release was planned to be at some instant: its window, and the dates of tasks, phases and milestones.
CREATE TABLE outlook_baseline (
    id       TEXT COLLATE "C" PRIMARY KEY,
    release  TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    number   BIGINT NOT NULL,
    name     TEXT NOT NULL,
    note     TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by TEXT COLLATE "C" NOT NULL,
    -- as JSON
    content  TEXT NOT NULL,
    UNIQUE (release, number)
);

-- Past work, on which estimates are spread.
CREATE INDEX task_past ON task (release, ended_at, started_at) WHERE status = 'done' AND likely > 0;
