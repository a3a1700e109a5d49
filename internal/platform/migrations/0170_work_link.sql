-- +goose Up

-- What a task hangs on: a link between two tasks of one release. kind is FS, SS, FF or SF; the lag is in minutes, of working time
-- unless it is elapsed.
CREATE TABLE task_link (
    task    TEXT COLLATE "C" NOT NULL REFERENCES task (id),
    giver   TEXT COLLATE "C" NOT NULL REFERENCES task (id),
    kind    TEXT COLLATE "C" NOT NULL CHECK (kind IN ('FS', 'SS', 'FF', 'SF')),
    lag     BIGINT NOT NULL,
    elapsed BOOLEAN NOT NULL,
    PRIMARY KEY (task, giver, kind)
);
CREATE INDEX task_link_giver ON task_link (giver, task);
INSERT INTO task_link (task, giver, kind, lag, elapsed) SELECT task, need, 'FS', 0, FALSE FROM task_need;
DROP TABLE task_need;

-- What a task uses while it lasts, beside its owner: units of a role, a skill or an environment.
CREATE TABLE task_use (
    task  TEXT COLLATE "C" NOT NULL REFERENCES task (id),
    kind  TEXT COLLATE "C" NOT NULL CHECK (kind IN ('role', 'skill', 'environment')),
    key   TEXT COLLATE "C" NOT NULL,
    units BIGINT NOT NULL,
    PRIMARY KEY (task, kind, key)
);
CREATE INDEX task_use_of ON task_use (kind, key, task);

-- Which items of its release's scope a task serves, by key. An item may be taken out of the scope: the row stays.
CREATE TABLE task_item (
    task TEXT COLLATE "C" NOT NULL REFERENCES task (id),
    item TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (task, item)
);
CREATE INDEX task_item_of ON task_item (item, task);

-- Dates that the plan sets, what is left to do in minutes, and who removes the blocker.
ALTER TABLE task ADD COLUMN not_before BIGINT;
ALTER TABLE task ADD COLUMN fixed_start BIGINT;
ALTER TABLE task ADD COLUMN fixed_finish BIGINT;
ALTER TABLE task ADD COLUMN remaining BIGINT;
ALTER TABLE task ADD COLUMN waits_for TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN waits_party TEXT NOT NULL DEFAULT '';
-- When somebody last said something about it. A date that follows the window is not somebody.
ALTER TABLE task ADD COLUMN heard_at BIGINT NOT NULL DEFAULT 0;
UPDATE task SET heard_at = changed_at;
-- The word after which the owner, and the release's owner, were told that nothing is heard since.
ALTER TABLE task ADD COLUMN silent_told BIGINT NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN silent_raised BIGINT NOT NULL DEFAULT 0;
CREATE INDEX task_silent ON task (heard_at) WHERE status IN ('todo', 'doing', 'blocked');
