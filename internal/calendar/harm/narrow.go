package harm

import (
	"slipway/internal/platform/db"
)

// Found are the free times of a release, the least harmful first, and how its dependencies narrow them.
type Found struct {
	Items    []Offer `json:"items"`
	After    db.Time `json:"after,omitzero" doc:"When the last of what the release waits for comes: nothing before it is offered"`
	Before   db.Time `json:"before,omitzero" doc:"By when what waits for the release needs it: nothing that ends after it is offered"`
	Narrowed string  `json:"narrowed,omitempty" doc:"How that narrows the times that are offered, in a sentence; left out if it does not"`
}

// Narrowed says how the span that dependencies leave narrows a search from one instant to another, "" if it does not. Instants are written by write.
func Narrowed(after, before, from, to db.Time, write func(db.Time) string) string {
	late, early := after > from, !before.IsZero() && before < to
	switch {
	case early && late && before <= after:
		return "Its dependencies leave it no time: what it waits for comes " + write(after) + ", and what waits for it needs it by " + write(before) + "."
	case early && before <= from:
		return "Its dependencies leave it no time: what waits for it needs it by " + write(before) + "."
	case late && after >= to:
		return "Its dependencies leave it no time: what it waits for comes " + write(after) + "."
	case late && early:
		return "Its dependencies narrow the time: what it waits for comes " + write(after) + ", and what waits for it needs it by " + write(before) + "."
	case late:
		return "Its dependencies narrow the time: what it waits for comes " + write(after) + "."
	case early:
		return "Its dependencies narrow the time: what waits for it needs it by " + write(before) + "."
	}
	return ""
}
