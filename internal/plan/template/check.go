package template

import (
	"slices"

	"slipway/internal/plan/fault"
)

// Check judges a template by itself. It fails with errs.Invalid, naming every faulty field by its dotted path.
func (t Template) Check() error {
	f := faults{&fault.List{}}
	f.Key("key", t.Key)
	f.Text("name", t.Name, 200, true)
	f.Text("text", t.Text, 10_000, false)
	f.Lines("objectives", t.Objectives)
	f.Lines("successCriteria", t.SuccessCriteria)
	f.phases(t.Phases)
	f.milestones("milestones", t.Milestones, true)
	f.deliverables("deliverables", t.Deliverables)
	f.tasks(t.Tasks, t.Phases)
	f.criteria(t)
	f.approvals(t.Approvals)
	f.poll(t.Poll)
	f.scopeChange(t.Policy.ScopeChange, t.Phases)
	if t.Runbook != "" {
		f.Key("runbook", t.Runbook)
	}
	return f.Err()
}

// faults adds the judgements on templates to a list.
type faults struct{ *fault.List }

func (f faults) phases(ps []PhaseSpec) {
	if !f.Count("phases", len(ps), fault.LinesMax) {
		return
	}
	var keys fault.Seen
	for i, p := range ps {
		path := fault.At("phases", i)
		f.Once(path, p.Key, &keys)
		f.Text(path+".name", p.Name, 200, true)
		f.offset(path+".start", p.Start)
		if p.Days < 0 || p.Days > 1_000 {
			f.Say(path+".days", "phase.days_out_of_range", "A phase has 0 to 1000 days.")
		}
		f.Lines(path+".entry", p.Entry)
		f.Lines(path+".exit", p.Exit)
	}
}

func (f faults) milestones(path string, ms []MilestoneSpec, template bool) {
	if !f.Count(path, len(ms), fault.PartsMax) {
		return
	}
	var keys fault.Seen
	for i, m := range ms {
		p := fault.At(path, i)
		f.Once(p, m.Key, &keys)
		f.milestone(p+".", m)
		if template && !m.At.IsZero() {
			f.Say(p+".at", "milestone.dated", "A template knows no dates. Give the distance from the window's start as offset.")
		}
	}
}

func (f faults) milestone(prefix string, m MilestoneSpec) {
	f.Text(prefix+"name", m.Name, 200, true)
	f.Text(prefix+"owner", m.Owner, 100, false)
	f.offset(prefix+"offset", m.Offset)
	f.Instant(prefix+"at", m.At)
	if m.Offset != "" && !m.At.IsZero() {
		f.Say(prefix+"at", "milestone.dated_twice", "Give either a date or the distance from the window's start.")
	}
}

func (f faults) deliverables(path string, ds []DeliverableSpec) {
	if !f.Count(path, len(ds), fault.PartsMax) {
		return
	}
	var keys fault.Seen
	for i, d := range ds {
		p := fault.At(path, i)
		f.Once(p, d.Key, &keys)
		f.deliverable(p+".", d)
	}
}

func (f faults) deliverable(prefix string, d DeliverableSpec) {
	f.Text(prefix+"name", d.Name, 200, true)
	f.Text(prefix+"owner", d.Owner, 100, false)
	f.URL(prefix+"url", d.URL)
	if d.State != "" && !fault.OneOf(string(d.State), DeliverableStates()) {
		f.Say(prefix+"state", "deliverable.state_unknown", "A deliverable is one of %s.", fault.Or(DeliverableStates()))
	}
}

func (f faults) inPhase(path, phase string, phases []PhaseSpec) {
	if phase != "" && !slices.ContainsFunc(phases, func(p PhaseSpec) bool { return p.Key == phase }) {
		f.Say(path, "phase.unknown", "There is no phase %.60q in this template.", phase)
	}
}

func (f faults) approvals(as []ApprovalSpec) {
	if !f.Count("approvals", len(as), fault.PartsMax) {
		return
	}
	var keys fault.Seen
	for i, a := range as {
		p := fault.At("approvals", i)
		f.Role(p+".role", a.Role)
		f.Text(p+".name", a.Name, 200, false)
		if keys.Twice(a.Role) {
			f.Say(p+".role", "approval.role_twice", "The role %.60q signs once. Join the sections.", a.Role)
		}
		for j, s := range a.Sections {
			if !fault.OneOf(s, SectionNames()) {
				f.Say(fault.At(p+".sections", j), "section.unknown", "%.60q is not a section. Known are %s.", s, fault.Or(SectionNames()))
			}
		}
		if a.Order < 0 || a.Order > 100 {
			f.Say(p+".order", "approval.order_out_of_range", "An order is 0 to 100.")
		}
	}
}

func (f faults) poll(p *PollSpec) {
	if p == nil {
		return
	}
	if len(p.Roles) == 0 {
		f.Say("poll.roles", "poll.no_roles", "A poll needs at least one role that answers.")
	}
	if !f.Count("poll.roles", len(p.Roles), fault.LinesMax) {
		return
	}
	var keys fault.Seen
	for i, r := range p.Roles {
		path := fault.At("poll.roles", i)
		f.Role(path+".role", r.Role)
		f.Text(path+".name", r.Name, 200, false)
		if keys.Twice(r.Role) {
			f.Say(path+".role", "poll.role_twice", "The role %.60q answers once.", r.Role)
		}
	}
	if p.Quorum < 0 || p.Quorum > len(p.Roles) {
		f.Say("poll.quorum", "poll.quorum_out_of_range", "A quorum is 0 to %d, the number of roles.", len(p.Roles))
	}
}

func (f faults) offset(path string, o Offset) {
	var x Offset
	if err := x.UnmarshalText([]byte(o)); err != nil {
		f.Say(path, "offset.malformed", "A distance from the window's start has the form -2d, -4h, +30m or 0.")
	}
}

func (f faults) span(path string, s Span) {
	var x Span
	if err := x.UnmarshalText([]byte(s)); err != nil {
		f.Say(path, "span.malformed", "A length of time has the form 14d, 12h or 30m.")
	}
}

func (f faults) scopeChange(c *ScopeChangeSpec, phases []PhaseSpec) {
	if c == nil {
		return
	}
	f.Role("policy.scopeChange.approve", c.Approve)
	known := []string{"planned", "active", "approved"}
	for _, p := range phases {
		known = append(known, p.Key)
	}
	f.Choice("policy.scopeChange.after", c.After, known)
}
