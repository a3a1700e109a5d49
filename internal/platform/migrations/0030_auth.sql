-- +goose Up
-- People. What names a person stands apart in person_contact, so that it can be erased while the ledger keeps its reference.
CREATE TABLE person (
    id          TEXT COLLATE "C" PRIMARY KEY,
    key         TEXT COLLATE "C" NOT NULL UNIQUE,
    kind        TEXT COLLATE "C" NOT NULL CHECK (kind IN ('person', 'service')),
    active      BOOLEAN NOT NULL,
    zone        TEXT NOT NULL,
    locale      TEXT NOT NULL,
    theme       TEXT NOT NULL CHECK (theme IN ('', 'light', 'dark')),
    keys        BOOLEAN NOT NULL,
    seen_at     BIGINT,
    made_at     BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    changed_by  TEXT COLLATE "C",
    rev         BIGINT NOT NULL
);

CREATE TABLE person_contact (
    person      TEXT COLLATE "C" PRIMARY KEY REFERENCES person (id),
    name        TEXT NOT NULL,
    email       TEXT NOT NULL,
    email_key   TEXT COLLATE "C" UNIQUE,
    search      TEXT NOT NULL
);

CREATE TABLE person_password (
    person      TEXT COLLATE "C" PRIMARY KEY REFERENCES person (id),
    hash        TEXT NOT NULL,
    changed_at  BIGINT NOT NULL
);

CREATE TABLE team (
    id          TEXT COLLATE "C" PRIMARY KEY,
    key         TEXT COLLATE "C" NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    text        TEXT NOT NULL,
    search      TEXT NOT NULL,
    made_at     BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    changed_by  TEXT COLLATE "C",
    rev         BIGINT NOT NULL
);

CREATE TABLE team_member (
    team        TEXT COLLATE "C" NOT NULL REFERENCES team (id),
    person      TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    PRIMARY KEY (team, person)
);
CREATE INDEX team_member_person ON team_member (person);

-- The permissions of built-in roles are declared in code; further roles keep theirs in role_permission.
CREATE TABLE role (
    key         TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT NOT NULL,
    text        TEXT NOT NULL,
    built_in    BOOLEAN NOT NULL,
    rank        BIGINT NOT NULL,
    search      TEXT NOT NULL,
    changed_at  BIGINT,
    changed_by  TEXT COLLATE "C",
    rev         BIGINT NOT NULL
);

CREATE TABLE role_permission (
    role        TEXT COLLATE "C" NOT NULL REFERENCES role (key),
    permission  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (role, permission)
);

INSERT INTO role (key, name, text, built_in, rank, search, rev) VALUES
    ('administrator',    'Administrator', 'Everything, with people, teams, roles and tokens.', TRUE, 10, 'administrator administrator', 1),
    ('release-manager',  'Release manager', 'Plans releases, guards them, opens polls and starts runs.', TRUE, 20, 'release manager release-manager', 1),
    ('operator',         'Operator', 'Runs runbooks and confirms their steps.', TRUE, 30, 'operator operator', 1),
    ('approver',         'Approver', 'Approves releases and answers polls.', TRUE, 40, 'approver approver', 1),
    ('contributor',      'Contributor', 'Works on tasks, scope, evidence and risks.', TRUE, 50, 'contributor contributor', 1),
    ('auditor',          'Auditor', 'Reads everything, with the ledger, and exports it.', TRUE, 60, 'auditor auditor', 1),
    ('viewer',           'Viewer', 'Reads.', TRUE, 70, 'viewer viewer', 1),
    ('pipeline',         'Pipeline', 'What a CI pipeline does: sends evidence, reports deployments, asks may-deploy.', TRUE, 80, 'pipeline pipeline', 1);

CREATE TABLE role_binding (
    id          TEXT COLLATE "C" PRIMARY KEY,
    person      TEXT COLLATE "C" REFERENCES person (id),
    team        TEXT COLLATE "C" REFERENCES team (id),
    role        TEXT COLLATE "C" NOT NULL REFERENCES role (key),
    scope       TEXT COLLATE "C" NOT NULL,
    from_at     BIGINT,
    until_at    BIGINT,
    made_at     BIGINT NOT NULL,
    made_by     TEXT COLLATE "C",
    CHECK ((person IS NULL) <> (team IS NULL))
);
CREATE UNIQUE INDEX role_binding_once ON role_binding
    (COALESCE(person, ''), COALESCE(team, ''), role, scope, COALESCE(from_at, 0), COALESCE(until_at, 0));
CREATE INDEX role_binding_person ON role_binding (person);
CREATE INDEX role_binding_team ON role_binding (team);
CREATE INDEX role_binding_role ON role_binding (role);

-- Rises with every change of rights, so that what is remembered of them can be told from what is true.
CREATE TABLE rights_version (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    n           BIGINT NOT NULL
);
INSERT INTO rights_version (one, n) VALUES (1, 1);

CREATE TABLE session (
    id          TEXT COLLATE "C" PRIMARY KEY,
    person      TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    hash        BYTEA NOT NULL UNIQUE,
    method      TEXT COLLATE "C" NOT NULL,
    address     TEXT NOT NULL,
    agent       TEXT NOT NULL,
    made_at     BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person);

CREATE TABLE token (
    id          TEXT COLLATE "C" PRIMARY KEY,
    owner       TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    name        TEXT NOT NULL,
    prefix      TEXT NOT NULL,
    hash        BYTEA NOT NULL UNIQUE,
    roles       TEXT NOT NULL,
    permissions TEXT NOT NULL,
    scopes      TEXT NOT NULL,
    made_at     BIGINT NOT NULL,
    made_by     TEXT COLLATE "C",
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT,
    revoked_at  BIGINT,
    revoked_by  TEXT COLLATE "C"
);
CREATE INDEX token_owner ON token (owner, id);

-- Links that work once: first run (no person) and setting a password.
CREATE TABLE once_link (
    hash        BYTEA PRIMARY KEY,
    purpose     TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('first-run', 'password')),
    person      TEXT COLLATE "C" REFERENCES person (id),
    expires_at  BIGINT NOT NULL
);

-- Tries to sign in, by account and by address; bucket is a digest, so that no address or e-mail is kept.
CREATE TABLE sign_in_try (
    bucket      TEXT COLLATE "C" PRIMARY KEY,
    tries       BIGINT NOT NULL,
    resets_at   BIGINT NOT NULL
);
CREATE INDEX sign_in_try_resets ON sign_in_try (resets_at);
