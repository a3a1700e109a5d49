package dependency

import (
	"fmt"
	"slices"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

var _ plan.Follower = (*Dependencies)(nil)

// ReleaseCreated does nothing: nobody waits for a new release.
func (s *Dependencies) ReleaseCreated(*db.Tx, plan.Release, plan.Template) error { return nil }

// ReleaseChanged tells the two sides that dates moved with a window, and everybody who is hit by that.
func (s *Dependencies) ReleaseChanged(tx *db.Tx, r plan.Release, sections []string) error {
	if !slices.Contains(sections, plan.SectionWindow) {
		return nil
	}
	near, err := touching(tx, r.ID)
	if err != nil || len(near) == 0 {
		return err
	}
	wasLate, err := anyLate(tx)
	if err != nil {
		return err
	}
	isLate := false
	for _, d := range near {
		isLate = isLate || d.late() > 0
		if d.NeedBy == d.ToldNeed && d.Expected == d.ToldExpected {
			continue
		}
		if err := told(tx, d); err != nil {
			return err
		}
		entry(tx, DatesMoved, d, map[string]any{"key": d.Key, "what": d.What, "release": r.Key, "before": dates{d.ToldNeed, d.ToldExpected}, "after": dates{d.NeedBy, d.Expected}, "late": d.Late})
	}
	if !wasLate && !isLate {
		return nil
	}
	rows, err := binding(tx)
	if err != nil {
		return err
	}
	spread(tx, networkOf(untold(rows, near), nil), networkOf(rows, nil), r.Key)
	return nil
}

// ReleaseEnded says of what a cancelled release was to give that it is at risk, withdraws what it waited for, and counts what
// a closed one was to give as delivered.
func (s *Dependencies) ReleaseEnded(tx *db.Tx, r plan.Release) error {
	near, err := touching(tx, r.ID)
	if err != nil {
		return err
	}
	for _, d := range near {
		gives := d.Giver.Kind == Release && d.Giver.ID == string(r.ID)
		to, note := d.Status, fmt.Sprintf("%s is %s.", r.Name, r.State.Words())
		switch {
		case gives && r.State == plan.Closed:
			to, note = Delivered, ""
		case gives && d.Status != AtRisk:
			to = AtRisk
		case !gives && r.State != plan.Closed && d.Type != Calls:
			to = Withdrawn
		}
		if to == d.Status {
			continue
		}
		if _, _, err := set(tx, d, edit{Answer: Answer{Status: &to, Note: &note}}); err != nil {
			return err
		}
	}
	return nil
}

type dates struct {
	NeedBy   db.Time `json:"needBy,omitzero"`
	Expected db.Time `json:"expected,omitzero"`
}

// untold returns rows with the dates that some of them were told with last.
func untold(rows, moved []Dependency) []Dependency {
	out := slices.Clone(rows)
	near := make(map[ID]Dependency, len(moved))
	for _, d := range moved {
		near[d.ID] = d
	}
	for i := range out {
		if d, is := near[out[i].ID]; is {
			out[i].NeedBy, out[i].Expected = d.ToldNeed, d.ToldExpected
		}
	}
	return out
}

// tell spreads what a new or changed dependency does to those who wait; was is nil for a new one.
func tell(tx *db.Tx, d Dependency, was *Dependency) error {
	if d.Type == Calls && (was == nil || was.Type == Calls) {
		return nil
	}
	if late, err := anyLate(tx); err != nil || !late && (was == nil || was.late() == 0) {
		return err
	}
	rows, err := binding(tx)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(slices.Clone(rows), func(x Dependency) bool { return x.ID == d.ID })
	spread(tx, networkOf(others, was), networkOf(rows, nil), d.Giver.Key)
	return nil
}

// spread compares the network as it was with how it is, and makes an entry for every release that has to move more than it
// had to, or no longer has to.
func spread(tx *db.Tx, before, now *network, because string) {
	was, is := before.shifts(nil), now.shifts(nil)
	for _, v := range before.nodes {
		if _, still := now.party[v]; !still { // nothing binds it any more
			now.party[v] = before.party[v]
			now.nodes = append(now.nodes, v)
		}
	}
	for _, v := range now.nodes {
		if v.kind != Release || is[v].by == was[v].by {
			continue
		}
		switch {
		case is[v].by > was[v].by:
			now.say(tx, TakerDelayed, v, is, was[v].by, because)
		case is[v].by == 0:
			now.say(tx, TakerRelieved, v, is, was[v].by, because)
		}
	}
}

func (n *network) say(tx *db.Tx, action string, v node, is map[node]shift, before time.Duration, because string) {
	p := n.party[v]
	var path []string
	for x := v; is[x].via >= 0 && is[x].by > 0 && len(path) <= len(n.arcs); {
		a := n.arcs[is[x].via]
		if a.d != nil {
			path = append(path, a.d.Key)
		}
		x = a.from
	}
	slices.Reverse(path)
	payload := map[string]any{"release": p.Key, "by": minutes(is[v].by), "before": minutes(before), "because": because, "path": path}
	if !p.Start.IsZero() && is[v].by > 0 {
		payload["becomes"] = p.Start.Add(is[v].by)
	}
	e := ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "release", ID: p.ID}, Release: id.Release(p.ID), Payload: payload}
	if p.Product != "" {
		e.Scope = string(plan.ScopeOf(p.Product))
	}
	ledger.Append(tx, e)
}

// Disorder is a pair that stands in the wrong order: what is given comes later than it is needed.
type Disorder struct {
	Dependency ID            `json:"dependency"`
	Key        string        `json:"key"`
	What       string        `json:"what"`
	Giver      Party         `json:"giver"`
	Taker      Party         `json:"taker"`
	Release    id.Release    `json:"release"` // that waits
	NeedBy     db.Time       `json:"needBy"`
	Expected   db.Time       `json:"expected"`
	By         time.Duration `json:"by"`
	Owner      id.Person     `json:"owner,omitempty"`
	Text       string        `json:"text"`
}

// OutOfOrder returns what the releases give or wait for that comes later than it is needed, by identifier of the
// dependency. It checks no permission and costs one statement.
func (s *Dependencies) OutOfOrder(tx *db.Tx, releases ...id.Release) ([]Disorder, error) {
	rows, err := touching(tx, releases...)
	if err != nil {
		return nil, err
	}
	var out []Disorder
	for _, d := range rows {
		by := d.late()
		if by == 0 || !d.binds() {
			continue
		}
		ends := map[Type]string{FinishStart: "before it starts", StartStart: "to have started before it starts", FinishFinish: "before it is finished"}
		out = append(out, Disorder{d.ID, d.Key, d.What, d.Giver, d.Taker, d.forRelease(), d.NeedBy, d.Expected, by, d.Owner,
			fmt.Sprintf("%s needs “%s” from %s %s: by %s. It comes on %s.", waiting(d), d.What, d.Giver.Name, ends[d.Type], written(d.NeedBy), written(d.Expected))})
	}
	return out, nil
}

// waiting names who waits in the end.
func waiting(d Dependency) string {
	if d.Taker.Kind == Release || d.ReleaseName == "" {
		return d.Taker.Name
	}
	return d.ReleaseName
}

func written(t db.Time) string { return t.Std().Format("Mon 2 Jan 2006, 15:04 UTC") }

// Moved is HitsOf in the terms of who moves the date of a release: who is hit by another window. What moves further, its start or its
// end, is passed on.
func (s *Dependencies) Moved(tx *db.Tx, r plan.Release, w plan.Window) ([]Hit, error) {
	if r.Window.IsZero() {
		return nil, nil
	}
	all, scopes, err := auth.Scopes(tx, "dependency.read")
	if err != nil {
		return nil, err
	}
	hits, err := WouldHit(tx, r.ID, max(w.Start.Sub(r.Window.Start), w.End.Sub(r.Window.End)))
	for i := range hits {
		hits[i].veil(all, scopes)
	}
	return hits, err
}

// Bounds returns the instant from which a release may begin, as what it waits for is expected, and that by which it must
// have ended, as what waits for it needs it; the zero instant where there is none. It checks no permission.
func (s *Dependencies) Bounds(tx *db.Tx, release id.Release) (begin, end db.Time, err error) {
	rows, err := touching(tx, release)
	if err != nil {
		return 0, 0, err
	}
	r, err := plan.ReleaseByID(tx, release)
	if err != nil {
		return 0, 0, err
	}
	length := r.Window.End.Sub(r.Window.Start)
	for _, d := range rows {
		if !d.binds() {
			continue
		}
		if d.forRelease() == release && !d.Expected.IsZero() {
			at := d.Expected.Add(d.Lag.Duration())
			if d.Type == FinishFinish {
				at = at.Add(-length)
			}
			begin = max(begin, at)
		}
		if d.Giver.Kind == Release && d.Giver.ID == string(release) && !d.NeedBy.IsZero() {
			at := d.NeedBy
			if d.Type == StartStart {
				at = at.Add(length)
			}
			if end.IsZero() || at < end {
				end = at
			}
		}
	}
	return begin, end, nil
}
