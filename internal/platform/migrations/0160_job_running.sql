-- +goose Up
-- What a process has claimed, for the bound on how much runs at once.
CREATE INDEX job_running ON job (owner) WHERE state = 'running';
