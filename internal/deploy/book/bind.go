package book

import (
	"context"
	"errors"
	"maps"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Binding says which version of which runbook a release runs, and with what.
type Binding struct {
	Release    id.Release        `json:"release"`
	Runbook    string            `json:"runbook"`
	Version    int               `json:"version"` // 0: the runbook does not exist yet
	Parameters map[string]string `json:"parameters,omitempty" db:"-"`
	Rev        int64             `json:"rev"`
	ChangedAt  db.Time           `json:"changedAt"`
	ChangedBy  string            `json:"changedBy"`
	Newest     int               `json:"newest,omitempty" db:"-"` // the runbook's newest version
}

// Choice says what a release is to run. What is nil stays; another runbook comes in its newest version unless one is stated.
type Choice struct {
	Runbook    *string            `json:"runbook,omitempty" doc:"Key of the runbook"`
	Version    *int               `json:"version,omitempty" doc:"Version of the runbook; 0 takes the newest" minimum:"0"`
	Parameters *map[string]string `json:"parameters,omitempty" doc:"All parameters that differ from the runbook's defaults"`
	Reason     string             `json:"reason,omitempty" maxLength:"2000" doc:"Why, as the record will say"`
}

// Binding returns what a release runs. It fails with errs.NotFound if the caller may not see the release, or no runbook was chosen.
func (b *Runbooks) Binding(ctx context.Context, release string) (Binding, error) {
	return db.Reading(ctx, b.db, func(tx *db.Tx) (Binding, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Binding{}, err
		}
		if err := auth.CheckSeen(tx, "runbook.read", plan.Scope(r), "release"); err != nil {
			return Binding{}, err
		}
		return BindingOf(tx, r.ID)
	})
}

// SetRunbook chooses what a release runs, as a recorded change of the sections runbook and back-out that takes an approved
// release back to active. rev is the version of the binding that the caller read; 0 takes what is there. It fails with errs.Conflict if that is gone, with errs.Blocked while
// the release is deployed or has ended, and with errs.Invalid for a runbook that does not exist and faulty parameters.
func (b *Runbooks) SetRunbook(ctx context.Context, release string, rev int64, in Choice) (Binding, error) {
	return db.Writing(ctx, b.db, func(tx *db.Tx) (Binding, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Binding{}, err
		}
		if err := auth.Check(tx, "runbook.choose", plan.Scope(r)); err != nil {
			return Binding{}, err
		}
		return choose(tx, r, rev, in)
	})
}

func choose(tx *db.Tx, r plan.Release, rev int64, in Choice) (Binding, error) {
	was, err := bindingOf(tx, r.ID)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return was, err
	}
	if rev != 0 && was.Rev != rev {
		return was, errs.Conflict("row.stale", was, "Not saved. The runbook of %s was changed at %s by somebody else. Compare with what it is now, then save again.", r.Name, was.ChangedAt.Std().Format("15:04:05 MST on 2 Jan"))
	}
	switch r.State {
	case plan.Deploying, plan.Deployed, plan.Verified, plan.Closed, plan.Cancelled, plan.RolledBack:
		return was, errs.Blocked("runbook.release_fixed", "%s is %s, so its runbook does not change.", r.Name, r.State.Words())
	}
	n := was
	n.Release = r.ID
	if in.Runbook != nil && *in.Runbook != was.Runbook {
		n.Runbook, n.Version = *in.Runbook, 0
		if in.Parameters == nil {
			n.Parameters = nil
		}
	}
	if n.Runbook == "" {
		return was, errs.InvalidField("runbook", "runbook.missing", "Name the runbook that %s is to run.", r.Name)
	}
	if in.Version != nil {
		n.Version = *in.Version
	}
	v, err := VersionOf(tx, n.Runbook, n.Version)
	if errs.Is(err, errs.CodeNotFound) {
		return was, errs.InvalidField("runbook", "runbook.unknown", "There is no runbook %.100q in this version.", n.Runbook)
	}
	if err != nil {
		return was, err
	}
	n.Version = v.Version
	if in.Parameters != nil {
		n.Parameters = maps.Clone(*in.Parameters)
	}
	if err := CheckParameters(v.Runbook.Parameters, n.Parameters, false); err != nil {
		return was, err
	}
	if n.Runbook != r.Runbook {
		if err := plan.ChooseRunbook(tx, r.ID, n.Runbook, in.Reason); err != nil {
			return was, err
		}
	}
	return bind(tx, r, was, n, in.Reason)
}

// bind stores a binding, its changes by section, and the entry. It does nothing if nothing differs.
func bind(tx *db.Tx, r plan.Release, was, n Binding, reason string) (Binding, error) {
	before, err := contentOf(tx, was)
	if err != nil {
		return was, err
	}
	after, err := contentOf(tx, n)
	if err != nil {
		return was, err
	}
	if was.Rev > 0 && was.Runbook == n.Runbook && was.Version == n.Version && maps.Equal(was.Parameters, n.Parameters) {
		return was, nil
	}
	n.Rev, n.ChangedAt, n.ChangedBy = was.Rev+1, tx.Now, ledger.ActorOf(tx.Context()).ID
	if err := putBinding(tx, n); err != nil {
		return was, err
	}
	var sections []string
	for _, s := range []struct {
		name          string
		before, after any
	}{{SectionRunbook, before.runbook(), after.runbook()}, {SectionBackout, before.backout(), after.backout()}} {
		changed, err := recordChange(tx, s.name, was, n, s.before, s.after, reason)
		if err != nil {
			return was, err
		}
		if changed {
			sections = append(sections, s.name)
		}
	}
	ledger.Append(tx, ledger.Entry{Action: RunbookChosen, Subject: ledger.Subject{Kind: "release", ID: string(r.ID)}, Release: r.ID, Scope: string(plan.Scope(r)),
		Payload: map[string]any{"runbook": n.Runbook, "version": n.Version, "parameters": n.Parameters, "before": map[string]any{"runbook": was.Runbook, "version": was.Version, "parameters": was.Parameters},
			"sections": sections, "reason": reason}})
	for _, s := range sections {
		if err := plan.FallBack(tx, r.ID, s, "The runbook was changed after approval."); err != nil {
			return was, err
		}
	}
	return n, nil
}

// bindAwaiting gives the first version of a runbook to the releases that wait for it.
func bindAwaiting(tx *db.Tx, v Version) error {
	waiting, err := awaiting(tx, v.Key)
	if err != nil {
		return err
	}
	for _, was := range waiting {
		r, err := plan.ReleaseByID(tx, was.Release)
		if err != nil {
			return err
		}
		n := was
		n.Version = v.Version
		if _, err := bind(tx, r, was, n, "The runbook was added."); err != nil {
			return err
		}
	}
	return nil
}

// ReleaseCreated implements plan.Follower: the release runs the newest version of its runbook.
func (b *Runbooks) ReleaseCreated(tx *db.Tx, r plan.Release, _ plan.Template) error {
	return b.follow(tx, r)
}

// ReleaseChanged implements plan.Follower: another runbook was chosen in the plan.
func (b *Runbooks) ReleaseChanged(tx *db.Tx, r plan.Release, sections []string) error {
	for _, s := range sections {
		if s == plan.SectionRunbook {
			return b.follow(tx, r)
		}
	}
	return nil
}

// ReleaseEnded implements plan.Follower. What a release ran stays known.
func (b *Runbooks) ReleaseEnded(*db.Tx, plan.Release) error { return nil }

func (b *Runbooks) follow(tx *db.Tx, r plan.Release) error {
	was, err := bindingOf(tx, r.ID)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return err
	}
	if was.Runbook == r.Runbook {
		return nil
	}
	n := Binding{Release: r.ID, Runbook: r.Runbook, Rev: was.Rev}
	if n.Runbook != "" {
		v, err := VersionOf(tx, n.Runbook, 0)
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return err
		}
		n.Version = v.Version
	}
	_, err = bind(tx, r, was, n, "Chosen in the plan.")
	return err
}
