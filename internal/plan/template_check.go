package plan

import (
	"slices"

	"slipway/internal/errs"
)

// Check judges a template by itself. It fails with errs.Invalid, naming every faulty field by its dotted path.
func (t Template) Check() error {
	var f faults
	f.key("key", t.Key)
	f.text("name", t.Name, 200, true)
	f.text("text", t.Text, 10_000, false)
	f.lines("objectives", t.Objectives)
	f.lines("successCriteria", t.SuccessCriteria)
	f.phases(t.Phases)
	f.milestones("milestones", t.Milestones, true)
	f.deliverables("deliverables", t.Deliverables)
	f.tasks(t.Tasks, t.Phases)
	f.criteria(t)
	f.approvals(t.Approvals)
	f.poll(t.Poll)
	if t.Runbook != "" {
		f.key("runbook", t.Runbook)
	}
	return f.err()
}

func (f *faults) phases(ps []PhaseSpec) {
	if !f.count("phases", len(ps), linesMax) {
		return
	}
	var keys seen
	for i, p := range ps {
		path := at("phases", i)
		f.once(path, p.Key, &keys)
		f.text(path+".name", p.Name, 200, true)
		f.offset(path+".start", p.Start)
		if p.Days < 0 || p.Days > 1_000 {
			f.Say(path+".days", "phase.days_out_of_range", "A phase has 0 to 1000 days.")
		}
		f.lines(path+".entry", p.Entry)
		f.lines(path+".exit", p.Exit)
	}
}

func (f *faults) milestones(path string, ms []MilestoneSpec, template bool) {
	if !f.count(path, len(ms), partsMax) {
		return
	}
	var keys seen
	for i, m := range ms {
		p := at(path, i)
		f.once(p, m.Key, &keys)
		f.milestone(p, m)
		if template && !m.At.IsZero() {
			f.Say(p+".at", "milestone.dated", "A template knows no dates. Give the distance from the window's start as offset.")
		}
	}
}

func (f *faults) milestone(path string, m MilestoneSpec) {
	f.text(path+".name", m.Name, 200, true)
	f.text(path+".owner", m.Owner, 100, false)
	f.offset(path+".offset", m.Offset)
	f.instant(path+".at", m.At)
	if m.Offset != "" && !m.At.IsZero() {
		f.Say(path+".at", "milestone.dated_twice", "Give either a date or the distance from the window's start.")
	}
}

func (f *faults) deliverables(path string, ds []DeliverableSpec) {
	if !f.count(path, len(ds), partsMax) {
		return
	}
	var keys seen
	for i, d := range ds {
		p := at(path, i)
		f.once(p, d.Key, &keys)
		f.deliverable(p, d)
	}
}

func (f *faults) deliverable(path string, d DeliverableSpec) {
	f.text(path+".name", d.Name, 200, true)
	f.text(path+".owner", d.Owner, 100, false)
	f.url(path+".url", d.URL)
	if d.State != "" && !oneOf(string(d.State), deliverableStates) {
		f.Say(path+".state", "deliverable.state_unknown", "A deliverable is one of %s.", or(deliverableStates))
	}
}

var deliverableStates = []string{string(DeliverableOpen), string(DeliverableReady), string(DeliverableAccepted), string(DeliverableDropped)}

func (f *faults) tasks(ts []TaskSpec, phases []PhaseSpec) {
	if !f.count("tasks", len(ts), tasksMax) {
		return
	}
	var keys seen
	needs := map[string][]string{}
	for i, t := range ts {
		p := at("tasks", i)
		f.once(p, t.Key, &keys)
		f.text(p+".name", t.Name, 200, true)
		f.text(p+".text", t.Text, 10_000, false)
		f.text(p+".owner", t.Owner, 100, false)
		f.offset(p+".due", t.Due)
		f.inPhase(p+".phase", t.Phase, phases)
		if t.Hours < 0 || t.Hours > 10_000 {
			f.Say(p+".hours", "task.hours_out_of_range", "An estimate is 0 to 10000 hours.")
		}
		needs[t.Key] = t.Needs
	}
	for i, t := range ts {
		for j, n := range t.Needs {
			if _, ok := needs[n]; !ok {
				f.Say(at(at("tasks", i)+".needs", j), "task.unknown", "There is no task %.60q in this template.", n)
			}
		}
	}
	if c := circle(ts, needs); c != nil {
		f.Say("tasks", "task.cycle", "Tasks wait for each other: %s.", arrows(c))
	}
}

// circle returns tasks that wait for each other, the first again at the end, or nil.
func circle(ts []TaskSpec, needs map[string][]string) []string {
	const open, done = 1, 2
	state := map[string]int{}
	var path []string
	var visit func(string) []string
	visit = func(k string) []string {
		switch state[k] {
		case done:
			return nil
		case open:
			return append(slices.Clone(path[slices.Index(path, k):]), k)
		}
		state[k] = open
		path = append(path, k)
		for _, n := range needs[k] {
			if c := visit(n); c != nil {
				return c
			}
		}
		path = path[:len(path)-1]
		state[k] = done
		return nil
	}
	for _, t := range ts {
		if c := visit(t.Key); c != nil {
			return c
		}
	}
	return nil
}

func arrows(keys []string) string {
	s := ""
	for i, k := range keys {
		if i > 0 {
			s += " → "
		}
		s += k
	}
	return s
}

func (f *faults) inPhase(path, phase string, phases []PhaseSpec) {
	if phase != "" && !slices.ContainsFunc(phases, func(p PhaseSpec) bool { return p.Key == phase }) {
		f.Say(path, "phase.unknown", "There is no phase %.60q in this template.", phase)
	}
}

func (f *faults) approvals(as []ApprovalSpec) {
	if !f.count("approvals", len(as), partsMax) {
		return
	}
	var keys seen
	for i, a := range as {
		p := at("approvals", i)
		f.role(p+".role", a.Role)
		f.text(p+".name", a.Name, 200, false)
		if keys.twice(a.Role) {
			f.Say(p+".role", "approval.role_twice", "The role %.60q signs once. Join the sections.", a.Role)
		}
		for j, s := range a.Sections {
			if !oneOf(s, SectionNames()) {
				f.Say(at(p+".sections", j), "section.unknown", "%.60q is not a section. Known are %s.", s, or(SectionNames()))
			}
		}
		if a.Order < 0 || a.Order > 100 {
			f.Say(p+".order", "approval.order_out_of_range", "An order is 0 to 100.")
		}
	}
}

func (f *faults) poll(p *PollSpec) {
	if p == nil {
		return
	}
	if len(p.Roles) == 0 {
		f.Say("poll.roles", "poll.no_roles", "A poll needs at least one role that answers.")
	}
	if !f.count("poll.roles", len(p.Roles), linesMax) {
		return
	}
	var keys seen
	for i, r := range p.Roles {
		path := at("poll.roles", i)
		f.role(path+".role", r.Role)
		f.text(path+".name", r.Name, 200, false)
		if keys.twice(r.Role) {
			f.Say(path+".role", "poll.role_twice", "The role %.60q answers once.", r.Role)
		}
	}
	if p.Quorum < 0 || p.Quorum > len(p.Roles) {
		f.Say("poll.quorum", "poll.quorum_out_of_range", "A quorum is 0 to %d, the number of roles.", len(p.Roles))
	}
}

// role checks the form of a role's key; roles are rows that may be made after the template.
func (f *faults) role(path, key string) { f.key(path, key) }

// seen remembers keys.
type seen map[string]bool

func (s *seen) twice(key string) bool {
	if *s == nil {
		*s = seen{}
	}
	was := (*s)[key]
	(*s)[key] = true
	return was
}

func (f *faults) once(path, key string, keys *seen) {
	f.key(path+".key", key)
	if keys.twice(key) {
		f.Say(path+".key", "key.twice", "The key %.60q is there twice.", key)
	}
}

// judge runs the checks of other areas over a template that is sound by itself.
func (p *Plans) judge(t Template) error {
	if err := t.Check(); err != nil {
		return err
	}
	var f faults
	for _, check := range p.checks {
		if err := check(t); err != nil {
			e := errs.As(err)
			if e.Code != errs.CodeInvalid || len(e.Fields) == 0 {
				return err
			}
			f.Fields = append(f.Fields, e.Fields...)
		}
	}
	return f.err()
}
