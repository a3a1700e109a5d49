package risk

import (
	"context"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Change is one recorded change of a risk: the whole risk before and after, as canonical JSON. Before is null where it
// was opened.
type Change struct {
	ID            string     `json:"id"`
	Risk          ID         `json:"risk"`
	Action        string     `json:"action"`
	Release       id.Release `json:"release,omitempty"`
	WasRelease    id.Release `json:"wasRelease,omitempty"`
	At            db.Time    `json:"at"`
	By            string     `json:"by" db:"changed_by"`
	Person        id.Person  `json:"person,omitempty"` // on whose behalf: the author
	Signed        bool       `json:"signed"`           // it changed what an approver of the release signs
	Score         int        `json:"score"`
	ResidualScore int        `json:"residualScore"`
	Before        db.JSON    `json:"before"`
	After         db.JSON    `json:"after"`
	Reason        string     `json:"reason,omitempty"`
}

// ChangeFilter asks for a page of the history of a risk.
type ChangeFilter struct {
	BeforeAt db.Time // with BeforeID the change behind which the page starts
	BeforeID string
	Limit    int // 1 to 201; 0 means 50
}

// Changes returns one page of the changes of a risk, newest first. It fails with errs.NotFound if the caller may not see
// the risk.
func (r *Register) Changes(ctx context.Context, ref string, f ChangeFilter) ([]Change, error) {
	return db.Reading(ctx, r.db, func(tx *db.Tx) ([]Change, error) { return ChangesOf(tx, ref, f) })
}

// ChangesOf is Changes inside the caller's snapshot.
func ChangesOf(tx *db.Tx, ref string, f ChangeFilter) ([]Change, error) {
	risk, err := ByRef(tx, ref)
	if err != nil {
		return nil, err
	}
	return changes(tx, risk.ID, f)
}

// Scored is the score of a risk from an instant on.
type Scored struct {
	At                   db.Time
	Score, ResidualScore int
}

// ScoresOf returns the newest changes of a risk's scores, oldest first, 200 at most. It checks no permission.
func ScoresOf(tx *db.Tx, risk ID) ([]Scored, error) { return scores(tx, risk) }
