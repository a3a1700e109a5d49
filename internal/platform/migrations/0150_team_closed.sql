-- +goose Up

-- When a team was closed; null while it is open. A closed team has neither members nor roles.
ALTER TABLE team ADD COLUMN closed_at BIGINT;
