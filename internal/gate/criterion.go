package gate

import (
	"time"

	"slipway/internal/errs"
	"slipway/internal/gate/statement"
	"slipway/internal/gate/verdict"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Criterion is one condition that guards a release.
type Criterion struct {
	ID        string             `json:"id"`
	Release   id.Release         `json:"release"`
	Key       string             `json:"key"`
	Position  int                `json:"position"`
	Spec      plan.CriterionSpec `json:"spec" db:"-"`
	Since     db.Time            `json:"since"`
	Rev       int64              `json:"rev"`
	ChangedAt db.Time            `json:"changedAt"`
	ChangedBy string             `json:"changedBy"`
}

// Proven reports whether the criterion is judged from evidence.
func (c Criterion) Proven() bool { return statement.Proven(c.Spec.Kind) }

// Due returns when the criterion must be met: its distance from the window's start. None means now.
func (c Criterion) Due(r plan.Release) db.Time { return c.Spec.Due.From(r.Window.Start) }

var kinds = map[string]verdict.Kind{
	plan.KindConfirmation: verdict.Confirmed, plan.KindJUnit: verdict.Proven, plan.KindFact: verdict.Proven, plan.KindApproval: verdict.Approved,
	plan.KindRisk: verdict.NoRisk, plan.KindBackout: verdict.BackedOut, plan.KindWindow: verdict.InWindow, plan.KindPoll: verdict.Polled,
}

// asked returns the criterion as the engine reads it.
func (c Criterion) asked(r plan.Release) verdict.Criterion {
	s := c.Spec
	out := verdict.Criterion{Key: c.Key, Title: s.Name, Kind: kinds[s.Kind], Group: s.Group, Phase: s.Phase, Question: verdict.Question(s.Question),
		Mandatory: s.IsMandatory(), Owner: s.Owner, Position: c.Position, Since: c.Since.Std(), Due: c.Due(r).Std(), Next: s.Next,
		Persons: s.Count, RehearsedWithin: s.Rehearsed.Duration()}
	if out.Kind == "" {
		out.Kind = verdict.Kind(s.Kind)
	}
	if s.Kind == plan.KindApproval {
		out.Roles = []verdict.RoleRule{{Role: s.Role, Count: s.Count}}
	}
	if e := s.Evidence; e != nil {
		out.Binding = verdict.Binding(e.Subject)
		out.Evidence = verdict.EvidenceRule{Services: e.Services, MaxAge: e.MaxAge.Duration(), MinTests: e.MinTests, MaxFailures: e.MaxFailures, MaxErrors: e.MaxErrors, MaxSkipped: -1}
		if e.MaxSkipped != nil {
			out.Evidence.MaxSkipped = *e.MaxSkipped
		}
	}
	return out
}

// asOf returns the instant of which the verdict is told. The question is whether a release may go; once it went, the answer stays
// what it was at the last instant of its window.
func asOf(r plan.Release, now db.Time) db.Time {
	switch r.State {
	case plan.Deployed, plan.Verified, plan.Closed:
		if !r.Window.End.IsZero() && !now.Before(r.Window.End) {
			return r.Window.End.Add(-time.Microsecond)
		}
	}
	return now
}

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }

func person(tx *db.Tx) id.Person { return ledger.ActorOf(tx.Context()).For }

func entry(tx *db.Tx, r plan.Release, action string, s ledger.Subject, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: s, Release: r.ID, Scope: string(plan.Scope(r)), Payload: payload})
}

func stale(theirs any, name string, at db.Time) error {
	return errs.Conflict("row.stale", theirs, "Not saved. %s was changed at %s by somebody else. Compare with what it is now, then save again.", name, at.Std().Format("15:04:05 MST on 2 Jan"))
}
