package decide

import (
	"context"

	"slipway/internal/decide/round"
	"slipway/internal/decide/tally"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Approvals is how the approvals of a release stand.
type Approvals struct {
	Release plan.Release
	Content Content
	Roles   []RoleState
	// Differences of signatures that are void, by their identifier.
	Differences map[string][]Difference
	FourEyes    bool
	At          db.Time
}

// ApprovalsOf returns how the approvals of a release stand and what voided them. It fails with errs.NotFound if the caller may
// not see the release.
func (d *Decisions) ApprovalsOf(ctx context.Context, ref string) (Approvals, error) {
	return read(ctx, d, func(tx *db.Tx) (Approvals, error) {
		r, err := readable(tx, ref)
		if err != nil {
			return Approvals{}, err
		}
		return d.ApprovalsTx(tx, r)
	})
}

// ApprovalsTx returns what ApprovalsOf does. It checks no permission.
func (d *Decisions) ApprovalsTx(tx *db.Tx, r plan.Release) (Approvals, error) {
	out := Approvals{Release: r, Differences: map[string][]Difference{}, At: tx.Now}
	t, err := plan.TemplateOf(tx, r)
	if err != nil {
		return out, err
	}
	out.FourEyes = t.Policy.FourEyes
	if out.Roles, err = d.RoleStates(tx, r); err != nil {
		return out, err
	}
	if out.Content, err = d.content(tx, r); err != nil {
		return out, err
	}
	for _, s := range out.Roles {
		for _, x := range s.Signatures {
			if x.State != Void {
				continue
			}
			if out.Differences[x.ID], err = d.sources.Differences(tx, r.ID, x.Sections, x.At, out.Content); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// Room is everything that the go/no-go of a release shows.
type Room struct {
	Release  plan.Release
	Held     bool   // the template holds a go/no-go
	WhyOpen  string // why no round can be opened; "" if one can
	Poll     Poll   // the newest round; the zero value without one
	Rounds   int
	Result   tally.Result // how it stands
	Verdict  gate.Verdict // of everything but the poll
	Changed  []string     // sections that changed since the opening
	Stale    []Difference // since the decision that lets it go
	Decision *Decision    // the newest one of any round
	Content  string
	At       db.Time
}

// RoomOf returns the go/no-go of a release. It fails with errs.NotFound if the caller may not see the release.
func (d *Decisions) RoomOf(ctx context.Context, ref string) (Room, error) {
	return read(ctx, d, func(tx *db.Tx) (Room, error) {
		r, err := readable(tx, ref)
		if err != nil {
			return Room{}, err
		}
		return d.RoomTx(tx, r)
	})
}

// RoomTx returns what RoomOf does. It checks no permission.
func (d *Decisions) RoomTx(tx *db.Tx, r plan.Release) (Room, error) {
	out := Room{Release: r, At: tx.Now}
	t, _, err := d.mayOpen(tx, r)
	if out.WhyOpen, err = why(err); err != nil {
		return out, err
	}
	out.Held = t.Poll != nil
	if out.Content, err = d.ContentDigest(tx, r); err != nil {
		return out, err
	}
	rounds, err := round.Of(tx, r.ID)
	if err != nil {
		return out, err
	}
	out.Rounds = len(rounds)
	for i := len(rounds) - 1; i >= 0; i-- {
		if rounds[i].Decision != nil {
			out.Decision = rounds[i].Decision
		}
	}
	if len(rounds) == 0 {
		out.Verdict, err = d.gate.Before(tx, r)
		return out, err
	}
	out.Poll = rounds[0]
	if out.Verdict, out.Result, out.Changed, err = d.stand(tx, r, out.Poll); err != nil {
		return out, err
	}
	stale, _, err := d.Stale(tx, r)
	out.Stale = stale.Differences
	return out, err
}

// Round is a round of the go/no-go with its release.
type Round struct {
	Poll
	Of plan.Release
}

// Rounds returns one page of the rounds of every release that the caller may see.
func (d *Decisions) Rounds(ctx context.Context, f PollFilter) ([]Round, error) {
	return read(ctx, d, func(tx *db.Tx) ([]Round, error) { return d.RoundsTx(tx, f) })
}

// RoundsTx returns what Rounds does. Rounds that the caller may not see are passed over; each page costs a statement for
// each of its releases.
func (d *Decisions) RoundsTx(tx *db.Tx, f PollFilter) ([]Round, error) {
	all, scopes, err := auth.Scopes(tx, "approval.read")
	if err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	releases := map[id.Release]plan.Release{}
	var out []Round
	for {
		page, err := round.Page(tx, f)
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			r, known := releases[p.Release]
			if !known {
				if r, err = plan.ReleaseByID(tx, p.Release); err != nil {
					return nil, err
				}
				releases[p.Release] = r
			}
			if !all && !covered(scopes, plan.Scope(r)) {
				continue
			}
			if out = append(out, Round{p, r}); len(out) == limit {
				return out, nil
			}
		}
		if len(page) < limit {
			return out, nil
		}
		last := page[len(page)-1]
		f.AfterAt, f.AfterID = last.OpenedAt, last.ID
	}
}

func covered(scopes []auth.Scope, s auth.Scope) bool {
	for _, x := range scopes {
		if x.Covers(s) {
			return true
		}
	}
	return false
}
