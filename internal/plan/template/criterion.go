package template

import "slipway/internal/plan/fault"

var (
	questions = []string{"traceable", "secure", "tested", "authorised"}
	points    = []string{"entry", "exit"}
	subjects  = []string{"manifest", "release"}
)

func (f faults) criteria(t Template) {
	if !f.Count("criteria", len(t.Criteria), fault.ItemsMax) {
		return
	}
	var keys fault.Seen
	for i, c := range t.Criteria {
		p := fault.At("criteria", i)
		f.Once(p, c.Key, &keys)
		f.Text(p+".name", c.Name, 200, true)
		f.Text(p+".text", c.Text, 10_000, false)
		f.Text(p+".group", c.Group, 100, false)
		f.Text(p+".owner", c.Owner, 100, false)
		f.Text(p+".next", c.Next, fault.LineMax, false)
		f.offset(p+".due", c.Due)
		f.inPhase(p+".phase", c.Phase, t.Phases)
		f.Choice(p+".question", c.Question, questions)
		f.Choice(p+".point", c.Point, points)
		if c.Count < 0 || c.Count > 100 {
			f.Say(p+".count", "criterion.count_out_of_range", "A count is 0 to 100.")
		}
		f.kind(p, c, t)
	}
}

// kind checks what only some kinds of criteria have.
func (f faults) kind(path string, c CriterionSpec, t Template) {
	if !fault.OneOf(c.Kind, CriterionKinds()) {
		f.Say(path+".kind", "criterion.kind_unknown", "%.60q is not a kind of criterion. Known are %s.", c.Kind, fault.Or(CriterionKinds()))
		return
	}
	proven := c.Kind == KindJUnit || c.Kind == KindFact
	if c.Evidence != nil && !proven {
		f.Say(path+".evidence", "criterion.evidence_unused", "Only criteria of kind junit and fact are judged from evidence.")
	}
	if c.Evidence != nil {
		f.evidence(path+".evidence", *c.Evidence)
	}
	switch {
	case c.Kind == KindFact && c.Condition == "":
		f.Say(path+".condition", "criterion.condition_missing", "A criterion of kind fact needs a condition, such as fact.critical == 0.")
	case c.Kind != KindFact && c.Condition != "":
		f.Say(path+".condition", "criterion.condition_unused", "Only criteria of kind fact have a condition.")
	}
	f.Text(path+".condition", c.Condition, 4_000, false)
	switch {
	case c.Kind == KindApproval:
		f.Role(path+".role", c.Role)
	case c.Role != "" && c.Kind != KindConfirmation:
		f.Say(path+".role", "criterion.role_unused", "Only criteria of kind approval and confirmation name a role.")
	case c.Role != "":
		f.Role(path+".role", c.Role)
	}
	if c.Kind == KindPoll && t.Poll == nil {
		f.Say(path+".kind", "criterion.no_poll", "This template has no poll, so nothing could decide it.")
	}
	if c.Rehearsed != "" && c.Kind != KindBackout {
		f.Say(path+".rehearsed", "criterion.rehearsal_unused", "Only criteria of kind backout ask for a rehearsal.")
	}
	f.span(path+".rehearsed", c.Rehearsed)
}

func (f faults) evidence(path string, e EvidenceSpec) {
	f.Choice(path+".subject", e.Subject, subjects)
	if f.Count(path+".services", len(e.Services), fault.ItemsMax) {
		for i, s := range e.Services {
			f.Key(fault.At(path+".services", i), s)
		}
	}
	skipped := 0
	if e.MaxSkipped != nil {
		skipped = *e.MaxSkipped
	}
	for _, n := range []int{e.MinTests, e.MaxFailures, e.MaxErrors, skipped} {
		if n < 0 || n > 10_000_000 {
			f.Say(path, "evidence.limit_out_of_range", "The limits of evidence are 0 to 10000000.")
			break
		}
	}
	f.span(path+".maxAge", e.MaxAge)
}
