-- +goose Up

-- What freezes that began while a run was live did to it: a list of {freeze, key, name, since, did}, oldest first.
ALTER TABLE run ADD COLUMN heeded TEXT NOT NULL DEFAULT '[]';
