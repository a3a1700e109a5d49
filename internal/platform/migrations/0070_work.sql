-- +goose Up
CREATE TABLE task (
    id          TEXT COLLATE "C" PRIMARY KEY,
    release     TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    key         TEXT COLLATE "C" NOT NULL,
    name        TEXT NOT NULL,
    text        TEXT NOT NULL,
    owner       TEXT COLLATE "C" NOT NULL,
    phase       TEXT COLLATE "C" NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    status_at   BIGINT NOT NULL,
    blocker     TEXT NOT NULL,
    -- the estimate in minutes: optimistic, most likely, pessimistic; all 0 without one
    low         BIGINT NOT NULL,
    likely      BIGINT NOT NULL,
    high        BIGINT NOT NULL,
    due         BIGINT,
    from_window TEXT COLLATE "C" NOT NULL,
    -- the due date, or the greatest number without one: the order of lists
    sort_at     BIGINT NOT NULL,
    started_at  BIGINT,
    ended_at    BIGINT,
    search      TEXT NOT NULL,
    rev         BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL,
    changed_at  BIGINT NOT NULL,
    changed_by  TEXT COLLATE "C" NOT NULL,
    UNIQUE (release, key)
);
CREATE INDEX task_order ON task (release, sort_at, id);
CREATE INDEX task_owner ON task (owner, sort_at, id);
CREATE INDEX task_everywhere ON task (sort_at, id);

-- A task waits until what it needs has ended. Both are tasks of one release.
CREATE TABLE task_need (
    task TEXT COLLATE "C" NOT NULL REFERENCES task (id),
    need TEXT COLLATE "C" NOT NULL REFERENCES task (id),
    PRIMARY KEY (task, need)
);
CREATE INDEX task_need_need ON task_need (need, task);
