package cli

import (
	"slipway/client"
)

type absenceCommand struct {
	List     absenceList     `cmd:"" help:"List days away."`
	Add      absenceAdd      `cmd:"" help:"State days away: your own, or those of people in a team that you lead."`
	Grant    absenceGrant    `cmd:"" help:"Grant days away."`
	Refuse   absenceRefuse   `cmd:"" help:"Refuse days away, with a reason."`
	Withdraw absenceWithdraw `cmd:"" help:"Take days away back."`
}

type absenceList struct {
	Person string `help:"Only this person's."`
	State  string `help:"Only open, granted, refused or withdrawn ones."`
	First  string `placeholder:"DAY" help:"Only those that last until this day or longer."`
	Last   string `placeholder:"DAY" help:"Only those that begin until this day."`
}

// Run lists days away.
func (c *absenceList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	as, err := api.Absences(s.Context(), filled(map[string]string{"person": c.Person, "state": c.State, "first": c.First, "last": c.Last}))
	if err != nil {
		return err
	}
	return s.Print(as, func() *Table {
		t := &Table{Heads: []string{"ID", "PERSON", "FROM", "TO", "STATE", "WHY"}, Empty: "Nobody is away."}
		who := s.who(api)
		for _, a := range as {
			t.Add(a.ID, who(a.Person), a.First, a.Last, a.State, a.Kind)
		}
		return t
	})
}

type absenceAdd struct {
	First  string `arg:"" help:"First day away: 2026-12-23."`
	Last   string `arg:"" optional:"" help:"Last day away; the first without it."`
	Person string `help:"Whose; your own without it."`
	Kind   string `default:"vacation" help:"vacation, sickness, parental, training, travel or other."`
	Note   string `help:"More about it, for the person and who answers for them."`
}

// Run states days away.
func (c *absenceAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	a, err := api.AskAbsence(s.Context(), client.NewAbsence{Person: c.Person, First: c.First, Last: c.Last, Kind: c.Kind, Note: c.Note})
	if err != nil {
		return err
	}
	if a.State == "open" {
		return s.Say(a, "The days away %s wait for an answer.", a.ID)
	}
	return s.Say(a, "Away from %s to %s.", a.First, a.Last)
}

type absenceGrant struct {
	ID     string `arg:"" help:"Identifier of the absence."`
	Answer string `help:"A word with it."`
}

// Run grants days away.
func (c *absenceGrant) Run(s *Session) error {
	return s.answerAbsence(c.ID, "grant", c.Answer, "granted")
}

type absenceRefuse struct {
	ID     string `arg:"" help:"Identifier of the absence."`
	Answer string `required:"" help:"Why."`
}

// Run refuses days away.
func (c *absenceRefuse) Run(s *Session) error {
	return s.answerAbsence(c.ID, "refuse", c.Answer, "refused")
}

type absenceWithdraw struct {
	ID string `arg:"" help:"Identifier of the absence."`
}

// Run takes days away back.
func (c *absenceWithdraw) Run(s *Session) error {
	return s.answerAbsence(c.ID, "withdraw", "", "withdrawn")
}

func (s *Session) answerAbsence(absence, verb, answer, word string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	a, err := api.AnswerAbsence(s.Context(), absence, verb, answer)
	if err != nil {
		return err
	}
	return s.Say(a, "The days away are %s.", word)
}
