package plan

var (
	questions = []string{"traceable", "secure", "tested", "authorised"}
	points    = []string{"entry", "exit"}
	subjects  = []string{"manifest", "release"}
)

func (f *faults) criteria(t Template) {
	if !f.count("criteria", len(t.Criteria), itemsMax) {
		return
	}
	var keys seen
	for i, c := range t.Criteria {
		p := at("criteria", i)
		f.once(p, c.Key, &keys)
		f.text(p+".name", c.Name, 200, true)
		f.text(p+".text", c.Text, 10_000, false)
		f.text(p+".group", c.Group, 100, false)
		f.text(p+".owner", c.Owner, 100, false)
		f.text(p+".next", c.Next, lineMax, false)
		f.offset(p+".due", c.Due)
		f.inPhase(p+".phase", c.Phase, t.Phases)
		f.choice(p+".question", c.Question, questions)
		f.choice(p+".point", c.Point, points)
		if c.Count < 0 || c.Count > 100 {
			f.Say(p+".count", "criterion.count_out_of_range", "A count is 0 to 100.")
		}
		f.kind(p, c, t)
	}
}

// choice checks a word that may be absent.
func (f *faults) choice(path, word string, known []string) {
	if word != "" && !oneOf(word, known) {
		f.Say(path, "word.unknown", "%.60q is not known here. Known are %s.", word, or(known))
	}
}

// kind checks what only some kinds of criteria have.
func (f *faults) kind(path string, c CriterionSpec, t Template) {
	if !oneOf(c.Kind, CriterionKinds()) {
		f.Say(path+".kind", "criterion.kind_unknown", "%.60q is not a kind of criterion. Known are %s.", c.Kind, or(CriterionKinds()))
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
	f.text(path+".condition", c.Condition, 4_000, false)
	switch {
	case c.Kind == KindApproval:
		f.role(path+".role", c.Role)
	case c.Role != "" && c.Kind != KindConfirmation:
		f.Say(path+".role", "criterion.role_unused", "Only criteria of kind approval and confirmation name a role.")
	case c.Role != "":
		f.role(path+".role", c.Role)
	}
	if c.Kind == KindPoll && t.Poll == nil {
		f.Say(path+".kind", "criterion.no_poll", "This template has no poll, so nothing could decide it.")
	}
	if c.Rehearsed != "" && c.Kind != KindBackout {
		f.Say(path+".rehearsed", "criterion.rehearsal_unused", "Only criteria of kind backout ask for a rehearsal.")
	}
	f.span(path+".rehearsed", c.Rehearsed)
}

func (f *faults) evidence(path string, e EvidenceSpec) {
	f.choice(path+".subject", e.Subject, subjects)
	if f.count(path+".services", len(e.Services), itemsMax) {
		for i, s := range e.Services {
			f.key(at(path+".services", i), s)
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

func (f *faults) span(path string, s Span) {
	var x Span
	if err := x.UnmarshalText([]byte(s)); err != nil {
		f.Say(path, "span.malformed", "A length of time has the form 14d, 12h or 30m.")
	}
}
