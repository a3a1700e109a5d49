-- +goose Up

-- Working time of a person or a team, or the bookable hours of an environment, from a day on until the next row's.
CREATE TABLE working_time (
    id         TEXT COLLATE "C" PRIMARY KEY,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('person', 'team', 'environment')),
    subject    TEXT COLLATE "C" NOT NULL,
    -- days are kept as 2026-11-23
    since      TEXT COLLATE "C" NOT NULL,
    hours      TEXT COLLATE "C" NOT NULL,
    zone       TEXT COLLATE "C" NOT NULL,
    share      BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (kind, subject, since)
);

CREATE TABLE team_lead (
    team       TEXT COLLATE "C" PRIMARY KEY REFERENCES team (id),
    person     TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX team_lead_person ON team_lead (person);

-- A named set of days without work, and who follows it; feed names the imported calendar that fills it, if one does.
CREATE TABLE holiday_set (
    key        TEXT COLLATE "C" PRIMARY KEY,
    name       TEXT NOT NULL,
    feed       TEXT COLLATE "C" NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);
CREATE TABLE holiday (
    holidays TEXT COLLATE "C" NOT NULL REFERENCES holiday_set (key),
    day      TEXT COLLATE "C" NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (holidays, day)
);
CREATE TABLE holiday_follower (
    holidays TEXT COLLATE "C" NOT NULL REFERENCES holiday_set (key),
    kind     TEXT COLLATE "C" NOT NULL CHECK (kind IN ('person', 'team', 'environment')),
    subject  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (holidays, kind, subject)
);
CREATE INDEX holiday_follower_subject ON holiday_follower (kind, subject);

-- last is the last day away. Why somebody is away is read by themselves and by who answers for them.
CREATE TABLE absence (
    id          TEXT COLLATE "C" PRIMARY KEY,
    person      TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    first       TEXT COLLATE "C" NOT NULL,
    last        TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    note        TEXT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    answer      TEXT NOT NULL,
    answered_by TEXT COLLATE "C" NOT NULL,
    answered_at BIGINT,
    rev         BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL
);
CREATE INDEX absence_person ON absence (person, first);
CREATE INDEX absence_state ON absence (state, last);

CREATE TABLE person_skill (
    person TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    skill  TEXT COLLATE "C" NOT NULL,
    level  BIGINT NOT NULL CHECK (level BETWEEN 1 AND 5),
    PRIMARY KEY (person, skill)
);
CREATE INDEX person_skill_skill ON person_skill (skill, level);

CREATE TABLE person_deputy (
    person   TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    deputy   TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    position BIGINT NOT NULL,
    PRIMARY KEY (person, deputy)
);

-- Tools, licences and equipment: units, each of them for so many minutes a week.
CREATE TABLE tool (
    id         TEXT COLLATE "C" PRIMARY KEY,
    key        TEXT COLLATE "C" NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    text       TEXT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    team       TEXT COLLATE "C" NOT NULL,
    units      BIGINT NOT NULL,
    weekly     BIGINT NOT NULL,
    closed     BOOLEAN NOT NULL,
    rev        BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);

-- A request for a person, somebody with a skill, or a tool. Weeks are kept by their Mondays; last is the last week's.
CREATE TABLE resource_request (
    id          TEXT COLLATE "C" PRIMARY KEY,
    release     TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    task        TEXT COLLATE "C" NOT NULL,
    person      TEXT COLLATE "C" NOT NULL,
    skill       TEXT COLLATE "C" NOT NULL,
    level       BIGINT NOT NULL,
    tool        TEXT COLLATE "C" NOT NULL,
    weekly      BIGINT NOT NULL,
    first       TEXT COLLATE "C" NOT NULL,
    last        TEXT COLLATE "C" NOT NULL,
    reason      TEXT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    answer      TEXT NOT NULL,
    answered_by TEXT COLLATE "C" NOT NULL,
    answered_at BIGINT,
    rev         BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL
);
CREATE INDEX resource_request_state ON resource_request (state, created_at, id);
CREATE INDEX resource_request_release ON resource_request (release, created_at, id);

-- Minutes of every week of a person or of a tool that are promised, to a release or to standing work with a name. With a
-- task they are taken off what its owner has to do.
CREATE TABLE allocation (
    id         TEXT COLLATE "C" PRIMARY KEY,
    release    TEXT COLLATE "C" NOT NULL,
    task       TEXT COLLATE "C" NOT NULL,
    name       TEXT NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    tool       TEXT COLLATE "C" NOT NULL,
    weekly     BIGINT NOT NULL,
    first      TEXT COLLATE "C" NOT NULL,
    last       TEXT COLLATE "C" NOT NULL,
    request    TEXT COLLATE "C" NOT NULL,
    rev        BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX allocation_person ON allocation (person, last);
CREATE INDEX allocation_tool ON allocation (tool, last);
CREATE INDEX allocation_release ON allocation (release, last);
CREATE INDEX allocation_last ON allocation (last);
