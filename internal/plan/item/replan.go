package item

import (
	"slipway/internal/id"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Move is one planned date that a re-plan moved. A date that was or became none is absent.
type Move struct {
	Kind   string  `json:"kind" enum:"window,phase,milestone" doc:"What it dates"`
	Key    string  `json:"key,omitempty" doc:"Of the phase or milestone"`
	Name   string  `json:"name,omitempty"`
	Point  string  `json:"point" enum:"start,end,at" doc:"Which of its dates"`
	Before db.Time `json:"before,omitzero"`
	After  db.Time `json:"after,omitzero"`
}

// Minutes returns how far the date moved, later ones positive, 0 where it was or became none.
func (m Move) Minutes() int64 {
	if m.Before.IsZero() || m.After.IsZero() {
		return 0
	}
	return int64(m.After.Sub(m.Before).Minutes())
}

// Replan is one recorded change of planned dates.
type Replan struct {
	ID      string     `json:"id"`
	Release id.Release `json:"release"`
	At      db.Time    `json:"at"`
	By      string     `json:"by" db:"changed_by"` // the actor
	Person  id.Person  `json:"person,omitempty"`   // on whose behalf
	Reason  string     `json:"reason,omitempty"`
	Minutes int64      `json:"minutes" db:"-"` // how far the window's start moved, later is positive; without one the date that moved most
	Moves   []Move     `json:"moves" db:"-"`
}

// Days returns how far the plan moved in days of 24 hours.
func (r Replan) Days() float64 { return float64(r.Minutes) / (24 * 60) }

// shift is how far the plan moved as a whole.
func shift(moves []Move) int64 {
	var most int64
	for _, m := range moves {
		n := m.Minutes()
		if m.Kind == "window" && m.Point == "start" && n != 0 {
			return n
		}
		if max(n, -n) > max(most, -most) {
			most = n
		}
	}
	return most
}

// moved returns the date as a list of one if it differs.
func moved(kind, key, name, point string, before, after db.Time) []Move {
	if before == after {
		return nil
	}
	return []Move{{Kind: kind, Key: key, Name: name, Point: point, Before: before, After: after}}
}

// windowMoves returns what differs between two windows.
func windowMoves(before, after release.Window) []Move {
	return append(moved("window", "", "", "start", before.Start, after.Start), moved("window", "", "", "end", before.End, after.End)...)
}

func phaseMoves(before, after Phase) []Move {
	return append(moved("phase", after.Key, after.Name, "start", before.PlannedStart, after.PlannedStart),
		moved("phase", after.Key, after.Name, "end", before.PlannedEnd, after.PlannedEnd)...)
}

// recordReplan keeps what moved; it does nothing if nothing did.
func recordReplan(tx *db.Tx, r id.Release, moves []Move, reason string) error {
	if len(moves) == 0 {
		return nil
	}
	a := ledger.ActorOf(tx.Context())
	return insertReplan(tx, Replan{ID: id.New[string](), Release: r, At: tx.Now, By: a.ID, Person: a.For, Reason: reason, Moves: moves})
}
