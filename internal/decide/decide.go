package decide

import (
	"context"
	"slices"

	"slipway/internal/decide/deputy"
	"slipway/internal/decide/round"
	"slipway/internal/decide/section"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Decisions is the service of the area.
type Decisions struct {
	db      *db.DB
	gate    *gate.Gate
	sources section.Sources

	counters []Counter
	contents remembered
}

// New returns the service over a migrated database. Sections without a source are absent from the content.
func New(d *db.DB, g *gate.Gate, sources ...Source) *Decisions {
	return &Decisions{db: d, gate: g, sources: sources}
}

// The words of the sub-packages that other areas speak.
type (
	// Source is one section of the content of releases.
	Source = section.Source
	// Change is who changed a section, when and why.
	Change = section.Change
	// Content is the content of a release with its digests.
	Content = section.Content
	// Difference is what changed in one section since it was signed or decided on, and who changed it.
	Difference = section.Difference
	// Delegation lets somebody act for the holder of a role between two instants.
	Delegation = deputy.Delegation
	// NewDelegation states a delegation.
	NewDelegation = deputy.NewDelegation
	// DelegationFilter narrows the list of delegations.
	DelegationFilter = deputy.Filter
	// Poll is one round of the go/no-go of a release.
	Poll = round.Poll
	// Seat is a role of a poll.
	Seat = round.Seat
	// Answer is what somebody said for a role.
	Answer = round.Answer
	// Asking is a condition: what an answer or the chair asks for.
	Asking = round.Asking
	// Decision is the sealed outcome of a poll.
	Decision = round.Decision
	// Sealed is what a decision rests on, as its snapshot holds it.
	Sealed = round.Sealed
	// Judged is a verdict as it is kept.
	Judged = round.Judged
	// PollFilter narrows the list of rounds.
	PollFilter = round.Filter
)

// What decisions are made of.
const (
	Hold         = round.Hold
	SealedFormat = round.SealedFormat
)

// textMax bounds texts, in bytes.
const textMax = 4_000

// release reads a release for a write of the permission.
func release(tx *db.Tx, ref, permission string) (plan.Release, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.Check(tx, permission, plan.Scope(r))
}

// readable reads a release that the caller may see the approvals of.
func readable(tx *db.Tx, ref string) (plan.Release, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "approval.read", plan.Scope(r), "release")
}

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }

func entry(tx *db.Tx, r plan.Release, action string, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "release", ID: string(r.ID)}, Release: r.ID, Scope: string(plan.Scope(r)), Payload: payload})
}

// names returns the names of people; "Slipway" for nobody.
func names(tx *db.Tx, ids ...id.Person) (func(id.Person) string, error) {
	people, err := auth.PeopleByID(tx, slices.DeleteFunc(slices.Clone(ids), func(p id.Person) bool { return p == "" })...)
	return func(p id.Person) string {
		if x, ok := people[p]; ok {
			return x.Name
		}
		return "Slipway"
	}, err
}

// write runs fn in one transaction.
func write[T any](ctx context.Context, d *Decisions, fn func(tx *db.Tx) (T, error)) (out T, err error) {
	err = d.db.Write(ctx, func(tx *db.Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	return out, err
}

// read runs fn on one snapshot.
func read[T any](ctx context.Context, d *Decisions, fn func(tx *db.Tx) (T, error)) (out T, err error) {
	err = d.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	return out, err
}

// Names returns the names of people by identifier. It checks the permission to read approvals anywhere.
func (d *Decisions) Names(ctx context.Context, ids ...id.Person) (map[id.Person]string, error) {
	return read(ctx, d, func(tx *db.Tx) (map[id.Person]string, error) {
		if _, _, err := auth.Scopes(tx, "approval.read"); err != nil {
			return nil, err
		}
		people, err := auth.PeopleByID(tx, slices.DeleteFunc(ids, func(p id.Person) bool { return p == "" })...)
		out := make(map[id.Person]string, len(people))
		for p, x := range people {
			out[p] = x.Name
		}
		return out, err
	})
}
