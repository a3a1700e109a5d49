-- +goose Up

-- Every version of every template, as canonical JSON. The newest is what releases are made from.
CREATE TABLE template (
    key        TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    newest     BOOLEAN NOT NULL,
    name       TEXT NOT NULL,
    content    TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (key, version)
);

CREATE TABLE release (
    id               TEXT COLLATE "C" PRIMARY KEY,
    key              TEXT COLLATE "C" NOT NULL UNIQUE,
    name             TEXT NOT NULL,
    title            TEXT NOT NULL,
    version          TEXT COLLATE "C" NOT NULL,
    product          TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    template         TEXT COLLATE "C" NOT NULL,
    template_version BIGINT NOT NULL,
    state            TEXT COLLATE "C" NOT NULL,
    held_from        TEXT COLLATE "C" NOT NULL,
    state_reason     TEXT NOT NULL,
    state_at         BIGINT NOT NULL,
    state_by         TEXT COLLATE "C" NOT NULL,
    owner            TEXT COLLATE "C" NOT NULL,
    window_start     BIGINT,
    window_end       BIGINT,
    -- the window's start, or the greatest number without one: the order of lists
    sort_at          BIGINT NOT NULL,
    ended            BOOLEAN NOT NULL,
    objectives       TEXT NOT NULL,
    success_criteria TEXT NOT NULL,
    runbook          TEXT COLLATE "C" NOT NULL,
    manifest_digest  TEXT COLLATE "C" NOT NULL,
    search           TEXT NOT NULL,
    rev              BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    created_by       TEXT COLLATE "C" NOT NULL,
    changed_at       BIGINT NOT NULL,
    changed_by       TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (template, template_version) REFERENCES template (key, version)
);
CREATE INDEX release_order ON release (sort_at, id);
CREATE INDEX release_ended ON release (ended, sort_at, id);
CREATE INDEX release_state ON release (state, sort_at, id);
CREATE INDEX release_product ON release (product, sort_at, id);
CREATE INDEX release_owner ON release (owner, sort_at, id);

CREATE TABLE release_environment (
    release     TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    environment TEXT COLLATE "C" NOT NULL REFERENCES environment (id),
    position    BIGINT NOT NULL,
    PRIMARY KEY (release, environment)
);
CREATE INDEX release_environment_environment ON release_environment (environment, release);

-- The manifest.
CREATE TABLE release_item (
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    service    TEXT COLLATE "C" NOT NULL REFERENCES service (id),
    version    TEXT COLLATE "C" NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,
    commit_id  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (release, service)
);
CREATE INDEX release_item_version ON release_item (service, version);
CREATE INDEX release_item_digest ON release_item (service, digest);

CREATE TABLE release_phase (
    release       TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    key           TEXT COLLATE "C" NOT NULL,
    position      BIGINT NOT NULL,
    name          TEXT NOT NULL,
    days          BIGINT NOT NULL,
    start_offset  TEXT COLLATE "C" NOT NULL,
    entry_text    TEXT NOT NULL,
    exit_text     TEXT NOT NULL,
    planned_start BIGINT,
    planned_end   BIGINT,
    actual_start  BIGINT,
    actual_end    BIGINT,
    PRIMARY KEY (release, key)
);

CREATE TABLE milestone (
    id          TEXT COLLATE "C" PRIMARY KEY,
    release     TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    key         TEXT COLLATE "C" NOT NULL,
    name        TEXT NOT NULL,
    owner       TEXT COLLATE "C" NOT NULL,
    planned_at  BIGINT,
    from_window TEXT COLLATE "C" NOT NULL,
    actual_at   BIGINT,
    rev         BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    changed_by  TEXT COLLATE "C" NOT NULL,
    UNIQUE (release, key)
);

CREATE TABLE deliverable (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    key        TEXT COLLATE "C" NOT NULL,
    name       TEXT NOT NULL,
    owner      TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    url        TEXT NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (release, key)
);

CREATE TABLE scope_item (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    key        TEXT COLLATE "C" NOT NULL,
    title      TEXT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    url        TEXT NOT NULL,
    service    TEXT COLLATE "C" NOT NULL,
    owner      TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    commits    TEXT NOT NULL,
    no_commit  TEXT NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (release, key)
);

-- What of a section was before and after each change: only what differs, as canonical JSON.
CREATE TABLE release_change (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    section    TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    before     TEXT,
    after      TEXT,
    reason     TEXT NOT NULL
);
CREATE INDEX release_change_section ON release_change (release, section, at, id);
CREATE INDEX release_change_release ON release_change (release, at, id);
