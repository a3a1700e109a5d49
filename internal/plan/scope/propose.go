package scope

import (
	"context"
	"fmt"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

func caller(tx *db.Tx) id.Person { return ledger.ActorOf(tx.Context()).For }

// Propose keeps a change with its impact, and carries it out at once where that is asked for and the caller may approve it.
// It fails with errs.Invalid for faulty steps, with errs.Blocked where the scope does not change any more, and with
// errs.Conflict where it does not fit the scope as it is.
func (c *Changes) Propose(ctx context.Context, release string, in Proposal) (Change, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Change, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Change{}, err
		}
		if err := auth.Check(tx, "scope.propose", plan.Scope(r)); err != nil {
			return Change{}, err
		}
		if err := checked(in); err != nil {
			return Change{}, err
		}
		if err := changeable(r); err != nil {
			return Change{}, err
		}
		impact, err := c.weigh(tx, r, in.Steps)
		if err != nil {
			return Change{}, err
		}
		n, err := lastNumber(tx, r.ID)
		if err != nil {
			return Change{}, err
		}
		a := ledger.ActorOf(tx.Context())
		out := Change{ID: id.New[string](), Release: r.ID, Number: n + 1, Title: in.Title, Reason: in.Reason, Risk: in.Risk, State: StateProposed, Role: impact.Role,
			Steps: in.Steps, Impact: impact, Proposer: a.For, ProposedAt: tx.Now, ProposedBy: a.ID, Rev: 1}
		if out.Title == "" {
			out.Title = titled(impact.Lines)
		}
		if err := insertChange(tx, out); err != nil {
			return Change{}, err
		}
		entry(tx, r, Proposed, out, map[string]any{"role": out.Role, "hours": impact.Hours[1] - impact.Hours[0], "voids": impact.Voids})
		if !in.Apply {
			return out, nil
		}
		return c.apply(tx, r, out, "")
	})
}

// stepsMax is how many steps a change has at most.
const stepsMax = 200

func checked(in Proposal) error {
	var f fault.List
	f.Text("title", in.Title, 200, false)
	f.Text("reason", in.Reason, fault.ReasonMax, true)
	f.Text("risk", in.Risk, fault.ReasonMax, false)
	stepped(&f, in.Steps)
	return f.Err()
}

// stepped checks the form of steps; what they say is judged when they are taken.
func stepped(f *fault.List, steps []plan.ScopeStep) {
	if len(steps) == 0 {
		f.Say("steps", "scope.no_step", "Say what is added, changed or taken out.")
	}
	if !f.Count("steps", len(steps), stepsMax) {
		return
	}
	var keys fault.Seen
	for i, s := range steps {
		p := fault.At("steps", i)
		key, n := keyOf(s)
		switch {
		case n != 1:
			f.Say(p, "scope.step_unclear", "A step adds an item, changes one, or takes one out: one of the three.")
		case keys.Twice(key):
			f.Say(p, "key.twice", "%.60q is in two steps. Join them.", key)
		}
	}
}

func keyOf(s plan.ScopeStep) (key string, n int) {
	if s.Add != nil {
		key, n = s.Add.Key, n+1
	}
	if s.Change != nil {
		key, n = s.Change.Key, n+1
	}
	if s.Remove != "" {
		key, n = s.Remove, n+1
	}
	return key, n
}

// changeable refuses proposals for a release whose scope does not change any more.
func changeable(r plan.Release) error {
	switch r.State {
	case plan.Draft, plan.Planned, plan.Active, plan.Approved, plan.Held:
		return nil
	}
	return errs.Blocked("plan.locked", "%s is %s, so its scope cannot change any more. Plan another release for what is to follow.", r.Name, r.State.Words())
}

// titled says what a change does in a sentence.
func titled(lines []Line) string {
	verbs := map[string]string{"add": "Add", "change": "Change", "remove": "Take out"}
	var out []string
	for _, l := range lines {
		out = append(out, verbs[l.Does]+" "+l.Key)
		if len(out) == 3 && len(lines) > 3 {
			return fmt.Sprintf("%s and %d more", strings.Join(out, ", "), len(lines)-3)
		}
	}
	return strings.Join(out, ", ")
}
