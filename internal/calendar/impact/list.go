package impact

import (
	"context"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Listed is an impact with its release.
type Listed struct {
	Impact
	ReleaseKey  string    `json:"releaseKey"`
	ReleaseName string    `json:"releaseName"`
	Owner       id.Person `json:"owner,omitempty" doc:"Who answers for the release"`
	WindowStart db.Time   `json:"windowStart,omitzero"`
	WindowEnd   db.Time   `json:"windowEnd,omitzero"`
	DueAt       db.Time   `json:"-"` // when the notice is due; the window's start where none is owed; far off without a window
}

// The choices of Filter.Show.
const (
	ShowOwed = "owed" // users who were not told of what they are owed a notice of, overdue or not, and those who were told another time
	ShowTold = "told"
)

// Filter narrows the list of impacts across releases.
type Filter struct {
	Show         string  // ShowOwed, ShowTold, or "" for every impact
	Mine         bool    // of releases that the caller answers for
	DueBefore    db.Time // whose notice is due, or without one whose window opens, before an instant
	AfterAt      db.Time // of the last one of the page before
	AfterRelease id.Release
	AfterService id.Service
	Limit        int
}

const listMax = 1_000

// List returns the impacts of releases that the caller may see, that have not ended and whose window is not over: what is overdue
// first, then what is due soonest. It fails with errs.Invalid for a filter that it does not know.
func (s *Impacts) List(ctx context.Context, f Filter) ([]Listed, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Listed, error) { return Read(tx, f) })
}

// Read is List inside the caller's transaction.
func Read(tx *db.Tx, f Filter) ([]Listed, error) {
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return nil, err
	}
	if f.Show != "" && f.Show != ShowOwed && f.Show != ShowTold {
		return nil, errs.InvalidField("show", "impact.show", "Show is owed or told, or left out for every impact.")
	}
	if !all && len(scopes) == 0 || f.Mine && auth.Me(tx) == "" {
		return []Listed{}, nil
	}
	if f.Limit <= 0 || f.Limit > listMax {
		f.Limit = listMax
	}
	var w db.Where
	auth.Seen(&w, "r.product", "product", all, scopes)
	out, err := list(tx, f, w)
	if err != nil {
		return nil, err
	}
	var told []id.Release
	for _, x := range out {
		if !x.NoticeAt.IsZero() {
			told = append(told, x.Release)
		}
	}
	news, err := movedOf(tx, told)
	for i := range out {
		x := &out[i]
		x.judge(plan.Window{Start: x.WindowStart, End: x.WindowEnd}, news[x.on()], tx.Now)
	}
	return out, err
}

// Overdue says for how long a notice is overdue, 0 if it is not.
func (l Listed) Overdue(now db.Time) time.Duration {
	if l.Notice != NoticeOverdue {
		return 0
	}
	return now.Sub(l.NoticeDue)
}
