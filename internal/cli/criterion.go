package cli

import (
	"strings"

	"slipway/client"
	"slipway/internal/platform/strict"
)

type criterionCommand struct {
	List    criterionList    `cmd:"" help:"List the criteria of a release with their states."`
	Show    criterionShow    `cmd:"" help:"Show a criterion, its answers and waivers."`
	Confirm criterionConfirm `cmd:"" help:"Answer a criterion that people confirm."`
	Waive   criterionWaive   `cmd:"" help:"Ask for a waiver of a criterion."`
	Grant   criterionGrant   `cmd:"" help:"Grant a waiver that was asked for."`
	Unwaive criterionUnwaive `cmd:"" help:"Refuse or withdraw a waiver."`
	Add     criterionAdd     `cmd:"" help:"Add a criterion to a release."`
	Set     criterionSet     `cmd:"" help:"Replace a criterion."`
	Drop    criterionDrop    `cmd:"" help:"Drop a criterion."`
	Changes criterionChanges `cmd:"" help:"Show what changed of the criteria of a release."`
}

type criterionList struct {
	Key   string `arg:"" help:"Key of the release."`
	State string `enum:"met,waived,at-risk,not-met,pending," default:"" help:"Only this state: met, waived, at-risk, not-met or pending."`
}

// Run lists criteria.
func (c *criterionList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	list, err := api.Criteria(s.Context(), c.Key, c.State)
	if err != nil {
		return err
	}
	return s.Print(list, func() *Table {
		t := &Table{Heads: []string{"CRITERION", "STATE", "KIND", "OWNER", "DUE", "NAME", "WHY"}, Empty: "No criteria. Add one with slipway criterion add " + c.Key + ", or make releases from a template that has some."}
		for _, x := range list {
			var why []string
			for _, r := range x.Reasons {
				why = append(why, r.Text)
			}
			t.Add(x.Key, x.State, x.Kind, x.Owner, since(x.DueAt), x.Name, strings.Join(why, " "))
		}
		return t
	})
}

// aimed names a criterion of a release.
type aimed struct {
	Key       string `arg:"" help:"Key of the release."`
	Criterion string `arg:"" help:"Key of the criterion."`
}

type criterionShow struct {
	aimed `embed:""`
}

// Run shows a criterion.
func (c *criterionShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.Criterion(s.Context(), c.Key, c.Criterion)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		t := &Table{}
		t.Add("name", x.Name)
		t.Add("state", x.State)
		t.Add("kind", x.Kind)
		t.Add("owner", x.Owner)
		t.Add("due", since(x.DueAt))
		t.Add("condition", x.Condition)
		for _, r := range x.Reasons {
			t.Add("why", r.Text+" "+r.Next)
		}
		for _, a := range x.Answers {
			t.Add(a.Answer, since(&a.At)+" "+a.Note)
		}
		for _, w := range x.Waivers {
			t.Add("waiver "+w.State, w.Measure+" Until "+since(&w.Until)+". "+w.ID)
		}
		return t
	})
}

type criterionConfirm struct {
	aimed    `embed:""`
	Deny     bool   `xor:"answer" help:"Say that it is not fulfilled; --note says why."`
	Withdraw bool   `xor:"answer" help:"Take your answer back."`
	Note     string `help:"What you looked at."`
}

// Run answers a criterion.
func (c *criterionConfirm) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	answer := "confirmed"
	switch {
	case c.Deny:
		answer = "denied"
	case c.Withdraw:
		answer = "withdrawn"
	}
	a, err := api.Confirm(s.Context(), c.Key, c.Criterion, answer, c.Note)
	if err != nil {
		return err
	}
	return s.Say(a, "%s of %s is %s.", c.Criterion, c.Key, a.Answer)
}

type criterionWaive struct {
	aimed   `embed:""`
	Reason  string `required:"" help:"Why the criterion cannot be met in time."`
	Measure string `required:"" help:"What compensates for it meanwhile."`
	Until   string `required:"" placeholder:"T" help:"When the waiver ends: RFC 3339, or local time."`
	Owner   string `help:"Key of the person who sees to the measure; you without it."`
	Zone    string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run asks for a waiver.
func (c *criterionWaive) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	until, err := s.instant("--until", c.Until, c.Zone)
	if err != nil {
		return err
	}
	w, err := api.Waive(s.Context(), c.Key, c.Criterion, client.NewWaiver{Reason: c.Reason, Measure: c.Measure, Until: until, Owner: c.Owner})
	if err != nil {
		return err
	}
	if w.State == "asked" {
		return s.Say(w, "The waiver of %s is asked for as %s. Somebody else grants it.", c.Criterion, w.ID)
	}
	return s.Say(w, "The waiver of %s is in force until %s.", c.Criterion, since(&w.Until))
}

type criterionGrant struct {
	aimed  `embed:""`
	Waiver string `help:"Identifier of the waiver; the one that is asked for without it."`
}

// Run grants a waiver.
func (c *criterionGrant) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	w, err := api.GrantWaiver(s.Context(), c.Key, c.Criterion, c.Waiver)
	if err != nil {
		return err
	}
	return s.Say(w, "The waiver of %s is in force until %s.", c.Criterion, since(&w.Until))
}

type criterionUnwaive struct {
	aimed  `embed:""`
	Waiver string `help:"Identifier of the waiver; the one that is asked for or in force without it."`
	Reason string `required:"" help:"Why, as the record will say."`
}

// Run ends a waiver.
func (c *criterionUnwaive) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	w, err := api.EndWaiver(s.Context(), c.Key, c.Criterion, c.Waiver, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(w, "The waiver of %s is %s.", c.Criterion, w.State)
}

// stated reads a criterion from a file: YAML or JSON with the fields of a template's criterion.
type stated struct {
	File   string `short:"f" required:"" help:"A file with the criterion, as in a template; - for standard input."`
	Reason string `help:"Why, as the record will say."`
}

func (c stated) read(s *Session) (client.CriterionSpec, error) {
	var in client.CriterionSpec
	b, err := s.ReadFile(c.File, 1<<20)
	if err != nil {
		return in, err
	}
	return in, strict.YAML(c.File, b, &in)
}

type criterionAdd struct {
	Key    string `arg:"" help:"Key of the release."`
	stated `embed:""`
}

// Run adds a criterion.
func (c *criterionAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in, err := c.read(s)
	if err != nil {
		return err
	}
	x, err := api.AddCriterion(s.Context(), c.Key, in, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(x, "The criterion %s is added to %s.", x.Key, c.Key)
}

type criterionSet struct {
	Key    string `arg:"" help:"Key of the release."`
	Rev    int64  `help:"The version of the row that you read; the present one without it."`
	stated `embed:""`
}

// Run replaces a criterion.
func (c *criterionSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in, err := c.read(s)
	if err != nil {
		return err
	}
	rev := c.Rev
	if rev == 0 {
		now, err := api.Criterion(s.Context(), c.Key, in.Key)
		if err != nil {
			return err
		}
		rev = now.Rev
	}
	x, err := api.SetCriterion(s.Context(), c.Key, rev, in, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(x, "The criterion %s is changed.", x.Key)
}

type criterionDrop struct {
	aimed  `embed:""`
	Reason string `required:"" help:"Why, as the record will say."`
	Rev    int64  `help:"The version of the row that you read; the present one without it."`
}

// Run drops a criterion.
func (c *criterionDrop) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rev := c.Rev
	if rev == 0 {
		now, err := api.Criterion(s.Context(), c.Key, c.Criterion)
		if err != nil {
			return err
		}
		rev = now.Rev
	}
	if err := api.DropCriterion(s.Context(), c.Key, c.Criterion, rev, c.Reason); err != nil {
		return err
	}
	return s.Say(map[string]string{"release": c.Key, "criterion": c.Criterion}, "The criterion %s is dropped.", c.Criterion)
}
