package clearance

import (
	"slices"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/clearance/answer"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// parts are what one answer is made from.
type parts struct {
	service     *catalog.Service
	environment *catalog.Environment
	periods     []calendar.Standing // that match
	passing     []calendar.Passing  // of the releases that carry the version
	horizon     time.Time
	bars        []catalog.Bar
	overrides   []Override
	carrying    []carrying
	running     catalog.Running
	version     string // of the digest, where it was asked for alone and a release carries it
}

// carrying is a release that carries what was asked for, with the digest of its manifest.
type carrying struct {
	*candidate
	digest string
}

// overrideRole is who may give an override, as a sentence names them.
const overrideRole = "a release manager"

// decide puts the snapshot together and answers.
func (p *parts) decide(k asked, at time.Time) answer.Answer {
	s := answer.Snapshot{At: at, Service: k.service, Version: k.version, Digest: k.digest, Release: k.release, Environment: k.environment,
		ServiceKnown: p.service != nil, EnvironmentKnown: p.environment != nil, OverrideRole: overrideRole}
	if !s.ServiceKnown || !s.EnvironmentKnown {
		return answer.Decide(&s)
	}
	s.Service, s.Environment = p.service.Key, p.environment.Key
	s.Rule, s.Tier, s.Production = answer.Rule(p.environment.Rule), int(p.environment.Tier), p.environment.Tier == catalog.Production
	s.Running, s.RunningVersion = p.running.Digest, p.running.Version
	switch {
	case s.Version != "":
	case p.version != "":
		s.Version = p.version
	case p.running.Digest == k.digest:
		s.Version = p.running.Version
	}
	s.Calendar = p.calendar(at)
	for _, b := range p.bars {
		if b.Version == s.Version || b.Digest != "" && b.Digest == k.digest {
			s.Bars = append(s.Bars, answer.Bar{Digest: b.Digest, Tier: int(b.FromTier), By: b.BarredBy, Lift: "a release manager", Reason: b.Reason, Since: b.BarredAt.Std()})
		}
	}
	for _, c := range p.carrying {
		s.Releases = append(s.Releases, p.release(c, at))
	}
	for _, o := range p.overrides {
		if o.Environment == p.environment.ID {
			s.Overrides = append(s.Overrides, answer.Override{ID: o.ID, By: o.ByName, Reason: o.Reason, Digest: o.Digest, From: o.From.Std(), Until: o.Until.Std()})
		}
	}
	return answer.Decide(&s)
}

func (p *parts) calendar(at time.Time) answer.Calendar {
	r := calendar.Decide(p.periods, *p.environment, at, p.horizon, p.passing)
	c := answer.Calendar{State: string(r.State)}
	if r.ValidUntil.Before(p.horizon) {
		c.ValidUntil = r.ValidUntil
	}
	for _, x := range r.Reasons {
		c.Reasons = append(c.Reasons, Reason{Code: x.Code, Text: x.Text, Owner: x.Owner})
	}
	for _, w := range r.Windows {
		c.Windows = append(c.Windows, answer.Period{ID: w.ID, Name: w.Name, Until: w.Until})
	}
	if r.State != calendar.Open && r.Next != nil {
		if c.Next = r.Next.At; r.Next.State != calendar.Open {
			c.Next = calendar.FirstOpen(p.periods, *p.environment, r.Next.At, p.horizon, p.horizon, p.passing)
		}
	}
	return c
}

func (p *parts) release(c carrying, at time.Time) answer.Release {
	r := answer.Release{Key: c.Key, State: state(c.State), Verdict: c.Verdict, Reasons: slices.Clone(c.Reasons), Decision: c.Decision, Stale: c.Stale, Digest: c.digest,
		ValidUntil: c.ValidUntil, Elsewhere: !slices.Contains(c.Environments, p.environment.ID)}
	if c.Unsigned && c.State == plan.Active {
		r.State = string(plan.Approved)
	}
	if !c.Window.IsZero() {
		r.Start, r.End = c.Window.Start.Std(), c.Window.End.Std()
		if at.Before(r.Start) {
			r.OpensAt = calendar.FirstOpen(p.periods, *p.environment, r.Start, r.End, p.horizon, p.passing)
		}
	}
	return r
}

// state returns the word that package answer has for a state of a release.
func state(s plan.State) string {
	if s == plan.Held {
		return "on-hold"
	}
	return string(s)
}

// passingOf keeps the permits of the releases that carry what was asked for.
func passingOf(ps []calendar.Passing, cs []carrying) []calendar.Passing {
	var out []calendar.Passing
	for _, x := range ps {
		if slices.ContainsFunc(cs, func(c carrying) bool { return c.ID == x.Release }) {
			out = append(out, x)
		}
	}
	return out
}

// candidateOf reads how a release stands.
func (c *Clearance) candidateOf(tx *db.Tx, r plan.Release) (*candidate, error) {
	s, err := c.standing(tx, r)
	return &candidate{r, s}, err
}
