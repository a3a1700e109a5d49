package decide

import (
	"slices"

	"slipway/internal/decide/digest"
	"slipway/internal/decide/round"
	"slipway/internal/decide/section"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Staleness is what changed since the newest decision that lets a release go.
type Staleness struct {
	Decision    Decision     `json:"decision"`
	Differences []Difference `json:"differences"`
}

// Stale returns what changed since the newest decision of a release was sealed, and whether anything did; a release without
// one that lets it go, or with another round since, has no stale decision. It checks no permission.
func (d *Decisions) Stale(tx *db.Tx, r plan.Release) (Staleness, bool, error) {
	p, err := newestPoll(tx, r)
	if err != nil || p.Decision == nil || !p.Decision.Lets() {
		return Staleness{}, false, err
	}
	now, err := d.content(tx, r)
	if err != nil {
		return Staleness{}, false, err
	}
	list, err := d.sources.Differences(tx, r.ID, p.Decision.Sections, p.Decision.At, now)
	return Staleness{*p.Decision, list}, len(list) > 0, err
}

// Polls returns the newest round of each release for its verdict. A hold counts as undecided. It implements gate.Decisions.
func (d *Decisions) Polls(tx *db.Tx, rs []plan.Release) (map[id.Release]gate.Poll, error) {
	list, err := round.Newest(tx, rs)
	if err != nil {
		return nil, err
	}
	lets := map[id.Release]bool{}
	for _, p := range list {
		lets[p.Release] = p.Decision != nil && p.Decision.Outcome != Hold && p.Decision.Lets()
	}
	now, err := d.current(tx, slices.DeleteFunc(slices.Clone(rs), func(r plan.Release) bool { return !lets[r.ID] }))
	if err != nil {
		return nil, err
	}
	out := map[id.Release]gate.Poll{}
	for _, p := range list {
		x := gate.Poll{Chair: string(p.Chair)}
		if s := p.Decision; s != nil && s.Outcome != Hold {
			x.Decided, x.Outcome, x.By, x.At, x.Conditions = true, s.Outcome, string(s.Person), s.At.Std(), p.Gating()
			if s.Lets() {
				x.Stale = section.InOrder(digest.Void(s.Sections, now[p.Release]))
			}
		}
		out[p.Release] = x
	}
	return out, nil
}

// ReleaseCreated does nothing: what must be signed and polled is read from the template.
func (d *Decisions) ReleaseCreated(*db.Tx, plan.Release, plan.Template) error { return nil }

// ReleaseChanged does nothing: what is void or stale is computed.
func (d *Decisions) ReleaseChanged(*db.Tx, plan.Release, []string) error { return nil }

// ReleaseEnded closes an open round: there is nothing to decide any more.
func (d *Decisions) ReleaseEnded(tx *db.Tx, r plan.Release) error {
	p, err := newestPoll(tx, r)
	if err != nil || p.ID == "" {
		return err
	}
	if !p.Open() {
		return overtake(tx, p, r.Name+" is "+r.State.Words()+".")
	}
	_, err = d.closePoll(tx, r, p, r.Name+" is "+r.State.Words()+".")
	return err
}
