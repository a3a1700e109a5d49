package clearance

import (
	"slices"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/clearance/answer"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// MayStart says whether the live run of a release may start now in some of its environments, or in all of them for none.
// Every service of the manifest must be allowed in each, as MayDeploy would answer for this release alone, and the release
// must be ready whatever the environment's rule. It fails with errs.Blocked, one field for each reason (Reason the stable
// code, Msg the sentence). It reads in the caller's transaction, not from memory, and checks no permission.
func (c *Clearance) MayStart(tx *db.Tx, release id.Release, environments []id.Environment) error {
	rs, err := c.Against(tx, release, environments)
	if err != nil || len(rs) == 0 {
		return err
	}
	e := errs.Blocked("clearance.refused", "The run may not start: %s", rs[0].Text)
	for _, r := range rs {
		e.Fields = append(e.Fields, errs.Field{Name: r.Environment, Reason: r.Code, Msg: r.Text})
	}
	return e
}

// Refusal is a reason against the start of a run.
type Refusal struct {
	Reason
	Environment string `json:"environment,omitempty"` // key; empty: it holds everywhere
}

// Against returns everything that speaks against the live run of a release now; nothing if it may start. It is what
// MayStart refuses by, for pages that show it before.
func (c *Clearance) Against(tx *db.Tx, release id.Release, environments []id.Environment) ([]Refusal, error) {
	rel, err := plan.ReleaseByID(tx, release)
	if err != nil {
		return nil, err
	}
	if len(environments) == 0 {
		environments = rel.Environments
	}
	items, err := plan.Manifest(tx, release)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 || len(environments) == 0 {
		return []Refusal{{Reason: Reason{Code: "clearance.nothing_to_deploy", Text: rel.Name + " carries nothing, or goes nowhere.", Next: "Fill its manifest and its environments."}}}, nil
	}
	p, err := c.startParts(tx, rel)
	if err != nil {
		return nil, err
	}
	services := map[string]bool{}
	for _, x := range items {
		services[string(x.Service)] = true
	}
	known, err := someServices(tx, services)
	if err != nil {
		return nil, err
	}
	all, err := catalog.Environments(tx)
	if err != nil {
		return nil, err
	}
	var out []Refusal
	for i := range all {
		if slices.Contains(environments, all[i].ID) {
			out = p.against(out, &all[i], items, known, tx.Now.Std())
		}
	}
	return out, nil
}

// startParts are what the start of a run depends on beside places.
type startParts struct {
	rel       *candidate
	periods   []calendar.Standing
	passing   []calendar.Passing
	bars      map[id.Service][]catalog.Bar
	overrides map[id.Service][]Override
	horizon   time.Time
}

func (c *Clearance) startParts(tx *db.Tx, rel plan.Release) (*startParts, error) {
	var p startParts
	var err error
	if p.rel, err = c.candidateOf(tx, rel); err != nil {
		return nil, err
	}
	p.horizon = tx.Now.Std().Add(ahead)
	if p.periods, err = calendar.AllStanding(tx, tx.Now.Add(-behind), db.At(p.horizon)); err != nil {
		return nil, err
	}
	if p.passing, err = calendar.AllPassing(tx); err != nil {
		return nil, err
	}
	bs, err := catalog.StandingBars(tx)
	if err != nil {
		return nil, err
	}
	p.bars = map[id.Service][]catalog.Bar{}
	for _, b := range bs {
		p.bars[b.Service] = append(p.bars[b.Service], b)
	}
	p.overrides, err = standingOverrides(tx, tx.Now)
	return &p, err
}

// against adds what speaks against one environment. A reason that several services share is named once.
func (p *startParts) against(out []Refusal, e *catalog.Environment, items []plan.ManifestItem, known map[string]*catalog.Service, at time.Time) []Refusal {
	gated := *e
	gated.Rule = catalog.RuleRelease // a live run needs its own release, whatever the environment asks of others
	for _, x := range items {
		q := parts{service: known[string(x.Service)], environment: e, horizon: p.horizon, bars: p.bars[x.Service], overrides: p.overrides[x.Service],
			carrying: []carrying{{p.rel, x.Digest}}}
		if q.service == nil {
			continue
		}
		q.periods, q.passing = calendar.Match(p.periods, *q.service, *e), passingOf(p.passing, q.carrying)
		a := q.gated(asked{x.ServiceKey, x.Version, x.Digest, e.Key, p.rel.Key}, at, &gated)
		if a.Allowed {
			continue
		}
		for _, r := range a.Reasons {
			n := Refusal{r, e.Key}
			if i := slices.IndexFunc(out, func(o Refusal) bool { return o.Code == r.Code && o.Text == r.Text }); i >= 0 {
				if out[i].Environment != e.Key {
					out[i].Environment = ""
				}
				continue
			}
			out = append(out, n)
		}
	}
	return out
}

// gated answers as if the environment's rule were another's; the default without a window stays the environment's own.
func (p *parts) gated(k asked, at time.Time, as *catalog.Environment) answer.Answer {
	own := *p.environment
	if own.Rule == catalog.RuleWindow {
		as.DefaultOpen = false
	} else {
		as.DefaultOpen = own.DefaultOpen
	}
	p.environment = as
	return p.decide(k, at)
}
