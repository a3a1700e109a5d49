-- +goose Up
-- Until when a version of the calendar is to be read, and when those who have not read it were last told: NULL where nobody is chased.
ALTER TABLE calendar_version ADD COLUMN read_by BIGINT;
ALTER TABLE calendar_version ADD COLUMN chased_at BIGINT;
ALTER TABLE calendar_version ADD COLUMN chases BIGINT NOT NULL DEFAULT 0;

-- What the releases of a train carry, as canonical JSON: services with the pattern of their versions.
ALTER TABLE train ADD COLUMN services TEXT NOT NULL DEFAULT '[]';
