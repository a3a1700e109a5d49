// Package home sees everything: the record with its proofs, mission control, and the palette's search. It decides nothing
// and owns no rows; only app imports it.
package home
