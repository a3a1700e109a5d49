package plan

import (
	"cmp"
	"context"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Each of the verbs below moves a release on as the table of ADR 10 says. It fails with errs.Blocked: with
// plan.transition_refused where the table has no such way, with plan.not_ready and one field for each reason where
// something still stands in the way.

// Plan takes a draft to planned: it needs a window, at least one manifest item, an owner and an environment.
func (p *Plans) Plan(ctx context.Context, ref string) (Release, error) {
	return p.advance(ctx, ref, step{"plan.advance", Planned, ReleasePlanned, "", false})
}

// Activate takes a planned release to active: work begins, its gates are judged.
func (p *Plans) Activate(ctx context.Context, ref string) (Release, error) {
	return p.advance(ctx, ref, step{"plan.advance", Active, ReleaseActivated, "", false})
}

// Verify says that a deployed release works, where its run did not prove it.
func (p *Plans) Verify(ctx context.Context, ref, reason string) (Release, error) {
	return p.advance(ctx, ref, step{"plan.advance", Verified, ReleaseVerified, reason, false})
}

// Close ends a release that was verified or rolled back.
func (p *Plans) Close(ctx context.Context, ref, reason string) (Release, error) {
	return p.advance(ctx, ref, step{"plan.advance", Closed, ReleaseClosed, reason, false})
}

// Hold stops a release for a reason. Approvals and evidence stay.
func (p *Plans) Hold(ctx context.Context, ref, reason string) (Release, error) {
	return p.advance(ctx, ref, step{"plan.hold", Held, ReleaseHeld, reason, true})
}

// Resume takes a held release back to where it was held; one that was changed since its approval is active.
func (p *Plans) Resume(ctx context.Context, ref string) (Release, error) {
	return p.advance(ctx, ref, step{"plan.hold", "", ReleaseResumed, "", false})
}

// Cancel ends a release that was not deployed, for a reason.
func (p *Plans) Cancel(ctx context.Context, ref, reason string) (Release, error) {
	return p.advance(ctx, ref, step{"plan.cancel", Cancelled, ReleaseCancelled, reason, true})
}

type step struct {
	permission string
	to         State // "" returns from a hold
	action     string
	reason     string
	needed     bool // the reason
}

func (p *Plans) advance(ctx context.Context, ref string, s step) (Release, error) {
	return change(ctx, p, ref, 0, s.permission, func(tx *db.Tx, r Release) (Release, error) {
		to, err := s.goal(r)
		if err != nil {
			return Release{}, err
		}
		var f fault.List
		f.Text("reason", s.reason, fault.ReasonMax, s.needed)
		if err := f.Err(); err != nil {
			return Release{}, err
		}
		reasons, err := p.unready(tx, r, to)
		if err != nil {
			return Release{}, err
		}
		if len(reasons) > 0 {
			return Release{}, notReady(tx, r, to, reasons)
		}
		out, err := release.Move(tx, r, to, s.action, s.reason)
		if err != nil {
			return Release{}, err
		}
		return out, p.followers.Stopped(tx, out)
	})
}

// goal returns where the step leads, or why it leads nowhere.
func (s step) goal(r Release) (State, error) {
	if s.action == ReleaseResumed {
		if r.State != Held {
			return "", errs.Blocked("plan.transition_refused", "%s is %s, not on hold.", r.Name, r.State.Words())
		}
		return r.HeldFrom, nil
	}
	if !release.Leads(r.State, r.HeldFrom, s.to) || s.strays(r) {
		return "", release.Refused(r, s.to)
	}
	return s.to, nil
}

// strays tells a verb from another one that leads to the same state: only Resume leaves a hold, and only a run or a
// retarget makes active what is not planned.
func (s step) strays(r Release) bool {
	return r.State == Held && s.to != Cancelled || s.to == Active && r.State != Planned
}

// unready returns what still stands in the way of a transition that a person may ask for: what this area needs, then what
// the guards say. It checks no permission.
func (p *Plans) unready(tx *db.Tx, r Release, to State) ([]Reason, error) {
	var out []Reason
	if to == Planned || to == Active && r.State == Planned {
		items, err := release.Manifest(tx, r.ID)
		if err != nil {
			return nil, err
		}
		out = missing(r, len(items))
		if w := r.Window; !w.IsZero() && !w.End.After(tx.Now) {
			out = append(out, Reason{Code: "plan.window_over", Text: "The window ended at " + w.End.Std().Format("15:04 MST on 2 Jan 2006") + ".", Owner: r.Owner, Since: w.End, Next: "Set a window that is still to come."})
		}
	}
	for _, g := range p.guards {
		more, err := g.Unready(tx, r, to)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// missing lists what every release needs from planned on.
func missing(r Release, items int) []Reason {
	var out []Reason
	add := func(is bool, code, text, next string) {
		if is {
			out = append(out, Reason{Code: code, Text: text, Owner: r.Owner, Since: r.CreatedAt, Next: next})
		}
	}
	add(r.Window.IsZero(), "plan.window_missing", "There is no window.", "Set when the release is to be deployed.")
	add(items == 0, "plan.manifest_empty", "The manifest is empty.", "Add at least one service with its version.")
	add(r.Owner == "", "plan.owner_missing", "Nobody owns the release.", "Name its owner.")
	add(len(r.Environments) == 0, "plan.environment_missing", "There is no environment.", "Name the environments that the release goes to.")
	return out
}

// stillReady refuses to take away what a release from planned on needs.
func stillReady(r Release, items int) error {
	if r.State == Draft || r.State == Held && r.HeldFrom == Draft {
		return nil
	}
	m := missing(r, items)
	if len(m) == 0 {
		return nil
	}
	return blocked(errs.Blocked("plan.needed", "Not saved, since the release is %s. %s", r.State.Words(), texts(m)), m, nil)
}

func notReady(tx *db.Tx, r Release, to State, reasons []Reason) error {
	owners := map[id.Person]string{}
	for _, x := range reasons {
		if x.Owner == "" || owners[x.Owner] != "" {
			continue
		}
		who, err := auth.PersonByID(tx, x.Owner)
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return err
		}
		owners[x.Owner] = who.Name
	}
	return blocked(errs.Blocked("plan.not_ready", "%s cannot become %s yet. %s", r.Name, to.Words(), texts(reasons)), reasons, owners)
}

// blocked adds one field for each reason, with what to do and whose it is. The texts stand in the sentence of the error.
func blocked(e *errs.Error, reasons []Reason, owners map[id.Person]string) error {
	for _, x := range reasons {
		msg := cmp.Or(x.Next, x.Text)
		if name := owners[x.Owner]; name != "" {
			msg += " Owner: " + name + "."
		}
		e = e.With(errs.Field{Reason: x.Code, Msg: msg})
	}
	return e
}

func texts(reasons []Reason) string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = r.Text
	}
	return strings.Join(out, " ")
}
