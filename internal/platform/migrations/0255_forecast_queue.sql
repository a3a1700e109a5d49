-- +goose Up

-- The last forecast of each of the last days of a release, without what drives it.
CREATE TABLE outlook_history (
    release      TEXT COLLATE "C" NOT NULL REFERENCES release (id),
    -- days since 1970 UTC
    day          BIGINT NOT NULL,
    made_at      BIGINT NOT NULL,
    samples      BIGINT NOT NULL,
    p50          BIGINT,
    p80          BIGINT,
    p95          BIGINT,
    -- the window's start, as it was planned then
    window_start BIGINT,
    -- of it, in hundredths of a per cent
    chance       BIGINT,
    PRIMARY KEY (release, day)
);

-- Releases whose forecast is to be looked at, each once.
CREATE TABLE outlook_due (
    release  TEXT COLLATE "C" PRIMARY KEY REFERENCES release (id),
    -- 0 after a change, 1 in the round of all
    lane     BIGINT NOT NULL,
    -- the order within a lane: the instant of the change, or the window's start
    turn     BIGINT NOT NULL,
    -- not before
    due_at   BIGINT NOT NULL,
    -- how often it was asked for, so that what is asked for in the meantime is not lost
    asked    BIGINT NOT NULL
);
CREATE INDEX outlook_due_turn ON outlook_due (lane, turn);

-- What a forecast rests on is told by another digest than before this table: each is looked at once.
INSERT INTO outlook_due (release, lane, turn, due_at, asked)
SELECT r.id, 1, r.window_start, 1, 1 FROM release r JOIN outlook_forecast f ON f.release = r.id WHERE r.ended = FALSE AND r.window_start IS NOT NULL;
