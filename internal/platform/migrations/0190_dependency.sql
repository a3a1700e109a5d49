-- +goose Up
-- What one party gives and another waits for. A party is a release, a service or a team by its identifier, or somebody
-- outside, whose identifier is made of the name.
CREATE TABLE dependency (
    id            TEXT COLLATE "C" PRIMARY KEY,
    key           TEXT COLLATE "C" NOT NULL UNIQUE,
    what          TEXT NOT NULL,
    text          TEXT NOT NULL,
    giver_kind    TEXT COLLATE "C" NOT NULL,
    giver         TEXT COLLATE "C" NOT NULL,
    giver_name    TEXT NOT NULL,
    taker_kind    TEXT COLLATE "C" NOT NULL,
    taker         TEXT COLLATE "C" NOT NULL,
    taker_name    TEXT NOT NULL,
    -- the release that it is for, or in which what is given changes
    release       TEXT COLLATE "C" REFERENCES release (id),
    type          TEXT COLLATE "C" NOT NULL,
    lag           TEXT COLLATE "C" NOT NULL,
    status        TEXT COLLATE "C" NOT NULL,
    status_at     BIGINT NOT NULL,
    note          TEXT NOT NULL,
    owner         TEXT COLLATE "C" NOT NULL,
    promised      BIGINT,
    delivered_at  BIGINT,
    -- delivered and withdrawn ones bind nobody
    open          BOOLEAN NOT NULL,
    -- the dates as they were when their entries were written: what moved is told from them
    told_need     BIGINT,
    told_expected BIGINT,
    -- the need-by date, or the greatest number without one: the order of lists
    sort_at       BIGINT NOT NULL,
    search        TEXT NOT NULL,
    rev           BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    created_by    TEXT COLLATE "C" NOT NULL,
    changed_at    BIGINT NOT NULL,
    changed_by    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX dependency_giver ON dependency (giver, id);
CREATE INDEX dependency_taker ON dependency (taker, id);
CREATE INDEX dependency_release ON dependency (release, id);
CREATE INDEX dependency_order ON dependency (sort_at, id);
CREATE INDEX dependency_open ON dependency (open, type);
