package home

import (
	"strconv"
	"time"

	"slipway/internal/decide"
	"slipway/internal/deploy"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/risk"
	"slipway/internal/work"
)

// rounds adds the answers that open rounds wait for, and the conditions of the newest rounds.
func (g *gathering) rounds() error {
	if g.h.areas.Decisions == nil {
		return nil
	}
	rs, err := g.h.areas.Decisions.RoundsTx(g.tx, decide.PollFilter{Limit: 50})
	if err != nil {
		return err
	}
	seen := map[id.Release]bool{}
	for _, r := range rs {
		if seen[r.Of.ID] || r.Of.Ended() {
			continue
		}
		seen[r.Of.ID] = true
		if r.Poll.Open() {
			g.polls[r.Of.ID] = true
			if err := g.seats(r); err != nil {
				return err
			}
		}
		if d := r.Decision; d == nil || d.Lets() {
			if err := g.conditions(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *gathering) seats(r decide.Round) error {
	for _, s := range r.Roles {
		if _, answered := r.Poll.Of(s.Role); answered {
			continue
		}
		why, err := g.h.areas.Decisions.WhyAnswer(g.tx, r.Of, s)
		if err != nil {
			return err
		}
		i := Item{Kind: KindAnswer, Weight: Presses, Title: "Answer the go/no-go of " + r.Of.Name + " for " + s.Name, Why: "The room is open.",
			Who: s.Name, Mine: why == "", Due: r.Of.Window.Start, DueFor: "window", Release: r.Of.Key, Ref: s.Role, Poll: true}
		if r.Calling == s.Role {
			i.Weight, i.Why = Stops, s.Name+" is being asked now."
		}
		g.add(i)
	}
	return nil
}

func (g *gathering) conditions(r decide.Round) error {
	for _, c := range r.Standing() {
		if c.Done() {
			continue
		}
		due := c.Due
		if due.IsZero() {
			due = r.Of.Window.Start
		}
		i := Item{Kind: KindCondition, Weight: Waits, Title: "See to a condition of " + r.Of.Name, Why: c.Text, Due: due, Release: r.Of.Key, Ref: c.ID,
			Mine: c.Owner == g.me.Person}
		who := c.Owner
		if c.Verifier == g.me.Person {
			i.Title, i.Mine, who = "Say whether a condition of "+r.Of.Name+" is done", true, c.Verifier
		}
		if g.within(due, 0) {
			i.Weight = Presses
		}
		var err error
		if i.Who, err = g.name(who); err != nil {
			return err
		}
		g.add(i)
	}
	return nil
}

// runs adds the steps that ask somebody, and runs that do not go on by themselves.
func (g *gathering) runs() error {
	if g.h.areas.Runs == nil {
		return nil
	}
	rs, err := deploy.ListRuns(g.tx, deploy.RunFilter{Open: true, Limit: 50})
	if err != nil {
		return err
	}
	for _, r := range rs {
		v, err := g.h.areas.Runs.ViewOf(g.tx, r)
		if err != nil {
			return err
		}
		may, err := auth.Allowed(g.tx, "run.operate", deploy.Scope(r))
		if err != nil {
			return err
		}
		for _, a := range v.Attentions {
			g.add(Item{Kind: KindTrouble, Weight: Stops, Title: r.ReleaseName + ": " + a.Text, Why: a.Next, Who: "who operates the run", Mine: may, Ref: string(r.ID), Release: r.ReleaseKey})
		}
		for n, s := range v.Steps {
			if err := g.step(v, n+1, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// The words of the engine of runs that this package reads.
const (
	questionGo      = "go"
	questionOutcome = "outcome"
	stepWaiting     = "waiting"
	stepRunning     = "running"
	stepAwaiting    = "awaiting"
	kindManual      = "manual"
)

// soon is how long before a step begins it stands on its person's page.
const soon = 30 * time.Minute

func (g *gathering) step(v deploy.View, n int, s deploy.StepView) error {
	asked := s.Question != "" && s.Question != questionOutcome
	awaited := s.State == stepWaiting && s.Def.Kind == kindManual && s.Assigned == g.me.Person && s.Assigned != "" &&
		!s.Plan.Start.IsZero() && s.Plan.Start.Sub(g.tx.Now.Std()) <= soon
	if !asked && !awaited {
		return nil
	}
	name := s.Def.Name
	if name == "" {
		name = s.Key
	}
	i := Item{Kind: KindStep, Weight: Stops, Ref: string(v.ID), Release: v.ReleaseKey, Who: s.Role, Why: "“" + name + "”."}
	number := " step " + strconv.Itoa(n) + " of " + v.ReleaseName
	switch {
	case awaited:
		i.Weight, i.Mine, i.Title = Waits, true, "Confirm"+number+" when it starts"
		i.Why += " You are the named confirmer."
		i.Due = db.At(s.Plan.Start)
		g.add(i)
		return nil
	case s.Question == questionGo:
		i.Title = "Give the go for" + number
		i.Why += " It is a point of no return."
	default:
		i.Title = "Confirm" + number
	}
	i.Mine = s.Assigned == g.me.Person && s.Assigned != ""
	if s.Assigned != "" {
		var err error
		if i.Who, err = g.name(s.Assigned); err != nil {
			return err
		}
	}
	if !i.Mine {
		mine, err := g.holds(s.Role, deploy.Scope(v.Run))
		if err != nil {
			return err
		}
		i.Mine = mine && s.Assigned == ""
	}
	g.add(i)
	return nil
}

// tasks adds what is late or soon due.
func (g *gathering) tasks() error {
	mine, err := work.List(g.tx, work.Filter{Owner: string(g.me.Person), Open: true, Limit: 50})
	if err != nil {
		return err
	}
	others, err := work.List(g.tx, work.Filter{Late: true, Limit: 50})
	if err != nil {
		return err
	}
	for _, t := range append(mine, others...) {
		own := t.Owner == g.me.Person
		if !g.within(t.Due, pressing) {
			continue
		}
		i := Item{Kind: KindTask, Weight: Waits, Title: t.Name, Why: "Task of " + t.ReleaseKey + ", " + t.Status.Words() + ".", Due: t.Due, Release: t.ReleaseKey, Ref: t.Key, Mine: own}
		if t.Blocker != "" {
			i.Why = "Task of " + t.ReleaseKey + ". Blocked: " + t.Blocker
		}
		if t.Late(g.tx.Now) {
			i.Weight = Presses
		}
		if i.Who, err = g.name(t.Owner); err != nil {
			return err
		}
		if !g.has(i) {
			g.add(i)
		}
	}
	return nil
}

func (g *gathering) has(i Item) bool {
	for _, x := range g.items {
		if x.Kind == i.Kind && x.Release == i.Release && x.Ref == i.Ref {
			return true
		}
	}
	return false
}

// reviews adds the risks of the caller that are to be looked at again.
func (g *gathering) reviews() error {
	today := g.tx.Now.Std().In(g.me.Zone()).Format(time.DateOnly)
	rs, err := risk.Risks(g.tx, risk.Filter{Owner: string(g.me.Person), ReviewBy: today, Limit: 20})
	if err != nil {
		return err
	}
	for _, r := range rs {
		i := Item{Kind: KindRisk, Weight: Waits, Title: "Review risk " + r.Key + ": " + r.Title, Why: "Its review was due on " + r.Review + ".", Mine: true, Who: g.me.Name,
			Ref: r.Key, Release: r.ReleaseKey}
		if day, err := time.ParseInLocation(time.DateOnly, r.Review, g.me.Zone()); err == nil {
			i.Due = db.At(day.AddDate(0, 0, 1))
		}
		g.add(i)
	}
	return nil
}
